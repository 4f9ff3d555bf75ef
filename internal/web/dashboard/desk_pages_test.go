package dashboard

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// deskFixtures give the pages of settings their fullest and emptiest content.
func deskFixtures(f frame) map[string][2]any {
	owner := f
	owner.Role = access.Owner
	m := member{shop: f.Shop, role: access.Owner}
	refused := map[string]*fault.Error{"abandon_after": fault.New(fault.Unprocessable, "m").In("abandon_after").Try("r"), "sendgrid_api_key": fault.New(fault.Unprocessable, "m").Try("r")}
	settings := settingsView{frame: owner, Page: rulesPage, Did: "x", Wrong: 2, Zones: zones, Groups: settingGroups(m, append(rulesPage.Parts, shopPage.Parts...), map[string]string{"abandon_after": "x"}, refused)}
	arrival := journey.Arrival{ID: "e", Platform: "shopify", Topic: "carts/update", Status: "quarantined", Note: "n", At: f.Now}
	hooks := journey.Webhooks{URL: "https://x.example/w", Warnings: []string{"one key for all sites"}, Secrets: []journey.Secret{{ID: "3-1", Hint: "…abcd", CreatedAt: f.Now}, {ID: "2-1", Hint: "…efgh"}, {ID: "1-1", Hint: "a public key"}}, Arrivals: []journey.Arrival{arrival},
		First: &arrival, Failures: []journey.SignatureFailures{{Source: "shopify", Day: f.Now, Failures: 3, LastAt: f.Now, Reason: "r"}}}
	setup := journey.ChannelSetup{Channel: event.Email, Source: journey.OwnAccount, Hints: map[string]string{"sendgrid_api_key": "…wxyz"}, Callbacks: []journey.Callback{{Purpose: "p", URL: "u"}},
		Health: journey.ChannelHealth{State: "open", Failures: 5, Until: f.Now, Reason: "503"}, Checked: journey.Check{OK: true, Says: "s", Code: "200", At: f.Now}}
	card := cardOf(setup, true, true, refused)
	bare := cardOf(journey.ChannelSetup{Channel: event.SMS, Source: journey.NoAccount}, false, false, nil)
	facts := journey.StartFacts{First: &arrival, Tested: f.Now, Live: f.Now, RulesChosen: f.Now, EmailChecked: journey.Check{OK: true}, DomainChecked: journey.Check{OK: true, Says: "s", At: f.Now}}
	done, open := stepsOf(owner, f.Shop, facts, setup), stepsOf(owner, f.Shop, journey.StartFacts{Skipped: []string{"channels"}}, journey.ChannelSetup{Source: journey.NoAccount})
	welcome := access.Welcome{Invitation: access.Invitation{Email: "a@b.example", Role: access.Editor}, ShopName: "S"}
	known := welcome
	known.Known = true
	return map[string][2]any{
		"settings.html":          {settings, settingsView{Groups: settingGroups(member{}, rulesPage.Parts, nil, nil)}},
		"settings_channels.html": {channelsView{frame: owner, Did: "x", Setups: []channelCard{card, bare}}, channelsView{}},
		"settings_platform.html": {platformView{frame: owner, Did: "x", Stored: true, Keys: []platformField{{PlatformNeed: journey.PlatformNeed{Name: "platform_key", Label: "Token", Secret: true, Hint: "…abcd"}, Trouble: "T", Remedy: "R"}},
			Setup: journey.PlatformSetup{Platform: "shopify", Complete: true, Every: "5m", Reconciles: true, Fetches: true, Shelves: true, Opens: true, Needs: []journey.PlatformNeed{{}},
				Checked:   journey.Check{At: time.UnixMilli(10), Says: "says"},
				Inquiries: []journey.InquiryRow{{Kind: "changes", AnsweredAt: time.UnixMilli(9), DueAt: time.UnixMilli(11)}, {Kind: "cart", Ref: "c1", Trouble: "down", Tries: 3}}}}, platformView{}},
		"settings_pixel.html": {
			pixelView{settingsView: settingsView{frame: owner, Page: pixelPage, Did: "x", Wrong: 1, Groups: settingGroups(member{}, pixelPage.Parts, nil, nil)},
				Pixel: journey.PixelSeen{Tag: "<script>", Policy: "script-src x", LastAt: time.Unix(1, 0), Visitors: 2}, Platform: "shopify"},
			pixelView{settingsView: settingsView{Page: pixelPage}}},
		"settings_webhooks.html": {webhooksView{frame: owner, Webhooks: hooks, Guide: guideOf("shopify"), Fresh: "whsec", Did: "x", Trouble: "t"}, webhooksView{Guide: guideOf("x")}},
		"settings_keys.html": {keysView{frame: owner, Fresh: "cg_x", Did: "x", Trouble: "t", Keys: []access.Key{{ID: "k", Name: "n", UsedAt: f.Now}, {ID: "l", RevokedAt: f.Now}},
			Chosen: map[access.Scope]bool{access.Read: true}}, keysView{}},
		"settings_people.html": {peopleView{frame: owner, Did: "x", Trouble: "t", Invited: "https://x", Mailed: true, Me: "u", People: []access.Colleague{{ID: "u", Email: "a@b.example", Role: access.Owner}, {ID: "v", Password: true}},
			Invitations: []access.Invitation{{ID: "i", Email: "c@d.example", ExpiresAt: f.Now}}}, peopleView{Invited: "https://x"}},
		"settings_retention.html": {retentionView{settingsView: settings, Purges: journey.Purges{LastAt: f.Now, NextAt: f.Now.Add(time.Hour)}, Lines: purgeLines(journey.Purges{Waiting: map[string]int{"retain_events": journey.MaxPurgeCount}})}, retentionView{}},
		"setup.html":              {setupView{Token: "t", Typed: Founding{Email: "a@b.example"}, Wrong: map[string]*fault.Error{"email": fault.New(fault.Unprocessable, "m")}, Zones: zones}, setupView{Shops: []string{"S", "R"}}},
		"forgot.html":             {doorView{Asked: true}, doorView{Trouble: "t", Remedy: "r"}},
		"reset.html":              {doorView{Gone: true}, doorView{Trouble: "t", Remedy: "r", Token: "t"}},
		"invitation.html":         {doorView{Welcome: known, SignedInAs: "a@b.example", Trouble: "t"}, doorView{Gone: true}},
		"single.html":             {singleView{Name: "N", To: "https://id.example/?state=x"}, singleView{Trouble: "t", Remedy: "r"}},
		"start.html": {startView{frame: owner, Steps: done, Webhooks: hooks, Guide: guideOf("shopify"), Identity: fieldsNamed(m, identityFields, startNews{}), Rules: fieldsNamed(m, ruleFields, startNews{}),
			Setups: []channelCard{card, bare}, Personas: []persona.Persona{{Key: "k"}, {Key: "l", Name: "L"}}, Sequence: sequence.Sequence{Key: "s", Steps: []sequence.Step{{Channels: []event.Channel{"sms", "email"}}}}, Facts: facts,
			News: startNews{sent: &journey.TestSend{Outcome: "rejected", Code: "1", Reason: "r", Subject: "s", Text: "t"}, secret: "x", trouble: "t"}},
			startView{frame: owner, Steps: open, Left: 4, Guide: guideOf("generic"), Webhooks: hooks, News: startNews{secret: "x"}}},
	}
}

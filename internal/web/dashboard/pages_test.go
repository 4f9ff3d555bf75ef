package dashboard

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/google/go-cmp/cmp"
)

// fixtures give every page its fullest and its emptiest content.
func fixtures() map[string][2]any {
	f := frame{
		Title: "T", Shop: shop.Shop{ID: "s", Name: "S", Locale: "en"}, Shops: []shop.Shop{{ID: "s"}, {ID: "r"}},
		Sandboxed: []event.Channel{event.SMS}, Now: time.Unix(9e8, 0), Zone: time.UTC, Live: true,
	}
	m := message.Message{ID: "m", Channel: event.Messenger, Sandbox: true, Code: "1", Reason: "r", Rendered: message.Rendered{Title: "t", ButtonTitle: "b"}}
	d := journey.Decision{Rule: "quiet_hours", Inputs: map[string]string{"a": "b"}, Channel: event.SMS}
	p := cart.Purchase{Number: "1", Total: money.Money{Minor: 1, Currency: "EUR"}}
	r := attribution.Recovery{Rule: attribution.SameCart, MessageID: "m"}
	row := journey.CartRow{ID: "c", State: cart.Open}
	detail := journey.CartDetail{Enrollments: []journey.Enrollment{{DueAt: time.Unix(1, 0)}}, Timeline: []journey.Entry{
		{Event: &journey.EventRow{Status: "quarantined", Note: "n"}}, {Enrolled: &journey.Enrollment{Holdout: true}}, {Decision: &d},
		{Message: &m}, {Touch: &attribution.Touch{Kind: attribution.Replied, Detail: "stop"}}, {Order: &p}, {Recovery: &r},
	}}
	account := func(folded bool) accountView {
		return accountView{frame: f, Account: journey.Explain(f.Now, detail, journey.Terms{}), Folded: folded}
	}
	sick := journey.Summary{Health: []journey.ChannelHealth{{Channel: event.SMS, State: "open", Failures: 5, OpenedAt: f.Now, Until: f.Now.Add(time.Minute), Reason: "503"}}, Quarantined: 2}
	late := []journey.Lateness{{Window: 24 * time.Hour, Messages: 3, P99: time.Second, Capped: true}, {Window: time.Hour, Channel: event.SMS}}
	all := map[string][2]any{
		"overview.html": {overviewView{
			reportView: fullReport(f), Summary: journey.Summary{Revenue: []journey.Revenue{{}}, Personas: []journey.Reach{{Key: "k", Percent: 50}}, Quarantined: 2},
			Standing: tiles(f, journey.Summary{}), Attention: attention(f, sick), Lateness: latenessRows(f, late), Net: []money.Money{{Minor: 1, Currency: "EUR"}}, States: []count{{"delivered", 1}},
			Messages: []message.Message{m}, Carts: []journey.CartRow{row},
		}, overviewView{Empty: true}},
		"carts.html": {listView[journey.CartRow]{frame: f, State: "open", States: []string{"open"}, Items: []journey.CartRow{row}, Next: "/n"}, listView[journey.CartRow]{State: "open"}},
		"cart.html":  {cartView{frame: f, CartDetail: detail, Name: "n", Account: account(true)}, cartView{}},
		"why.html":   {cartView{frame: f, CartDetail: detail, Name: "n", Account: account(false)}, cartView{}},
		"quarantine.html": {quarantineView{listView: listView[journey.Quarantined]{frame: f, Items: []journey.Quarantined{{ID: "q", Bytes: 1200}}, Next: "/n"}, Did: "x",
			Held: filterOf(journey.Held{Topic: "t"}, []journey.HeldKind{{Topic: "t", Reason: "r", N: 2}})}, quarantineView{}},
		"replay.html":      {replayView{frame: f, Count: 2, heldFilter: heldFilter{Held: journey.Held{Topic: "t"}}}, replayView{After: "p", Folded: 3}},
		"quarantined.html": {quarantinedView{frame: f, Event: journey.Quarantined{ID: "q", Topic: "t", Bytes: 3, Headers: map[string]string{"A": "b"}}, Text: "<b>", Did: "x"}, quarantinedView{}},
		"messages.html":    {listView[message.Message]{frame: f, Items: []message.Message{m}, Next: "/n"}, listView[message.Message]{State: "x"}},
		"message.html":     {messageView{frame: f, Message: m}, messageView{}},
		"decisions.html":   {listView[journey.Decision]{frame: f, Items: []journey.Decision{d}, Next: "/n"}, listView[journey.Decision]{State: "x"}},
		"orders.html":      {listView[cart.Purchase]{frame: f, Items: []cart.Purchase{p}, Next: "/n"}, listView[cart.Purchase]{}},
		"recoveries.html":  {listView[recoveryRow]{frame: f, Items: []recoveryRow{{r, journey.Credited{Persona: "p", Sequence: "s", Channel: event.SMS, Order: "#1"}}, {Recovery: r}}, Next: "/n"}, listView[recoveryRow]{}},
		"templates.html":   {templatesView{frame: f, Groups: groupsOf(boardFixture(), []string{"en", "fr"}), Locales: []string{"en", "fr"}, Did: "x", Trouble: "t", Retired: []retiredText{{Name: reminder, Version: 2, Opening: "o"}}}, templatesView{}},
		"template.html":    {templateFixture(f), templateView{}},
		"template-versions.html": {versionsView{frame: f, Name: reminder, State: texts(boardFixture())[0], Next: "/n", Trouble: "t", Versions: []journey.TemplateVersion{
			{Template: message.Template{Version: 3}, Live: true, Note: "n", Author: journey.Author{Kind: "key", Name: "plugin"}}, {Template: message.Template{Version: 2}}}}, versionsView{}},
		"template-version.html": {comparisonView{frame: f, Name: reminder, From: "a", To: "b", Restorable: true, Version: journey.TemplateVersion{Live: true, Note: "n"},
			Fields: compared(f, message.Template{Subject: "one old word", Body: "a\nb"}, message.Template{Subject: "one new word", Body: "a\nc"})}, comparisonView{}},
		"template-import.html": {importView{frame: f, Planned: true, File: "templates: []", Plan: journey.ImportPlan{Changes: []journey.PlannedChange{{Name: reminder, New: true}, {Name: reminder, Becomes: 4, Drafted: true}}, Others: "personas"}},
			importView{Done: true, Changed: []string{"x"}, Trouble: "t"}},
		"template-retire.html": {retireView{frame: f, Trouble: "t", Retirement: journey.Retirement{Name: reminder, Version: 3, Needed: true, Uses: []journey.TemplateUse{{Sequence: "cart-x", Version: 2, Step: 1, Earlier: true}}}},
			retireView{Retirement: journey.Retirement{Name: reminder, Version: 3, Fallback: &reminder, Drafted: true}}},
		"template-words.html": {wordsView{frame: f, Kinds: wordKinds()}, wordsView{}},
		"audit.html": {auditView{Filter: auditFilter{Actor: "a"}, Actors: []pickable{{"a", "b"}}, listView: listView[access.Entry]{frame: f, Next: "/n", Items: []access.Entry{
			{ActorName: "ada@example.com", Action: access.KeyCreated, ObjectName: "plugin", Detail: map[string]string{"scopes": "read"}},
			{Actor: access.Actor{Kind: access.ByCommand}, Action: "invented"}, {Actor: access.Actor{Kind: access.ByNobody}}, {Actor: access.Actor{Kind: access.ByKey}, ActorName: "k"},
			{Actor: access.Actor{Kind: access.ByUser, ID: "u"}, Action: access.CredentialAdded, Object: "webhook"},
		}}}, auditView{}},
		"sender.html": {senderView{frame: f, Did: "x", Sender: journey.Sender{From: "a@b.example", Paused: "p", PausedSince: f.Now,
			Domain: []journey.SenderCheck{{Status: "fail", Says: "s", Advice: "a", RecordName: "n", RecordType: "TXT", RecordValue: "v"}, {Status: "ok"}}}}, senderView{}},
		"account.html":       {ownView{frame: f, HasPassword: true, Did: true}, ownView{Trouble: "t", Remedy: "r"}},
		"shoppers.html":      {listView[journey.ShopperRow]{frame: f, Items: []journey.ShopperRow{{ID: "p", Name: "n"}}, Next: "/n"}, listView[journey.ShopperRow]{}},
		"shopper.html":       {fullShopper(f, detail), shopperView{}},
		"identity.html":      fixturesOfIdentity(f)[0],
		"identity_look.html": fixturesOfIdentity(f)[1],
		"search.html":        {searchView{frame: f, Found: journey.Found{Shoppers: []journey.ShopperRow{{}}, Carts: []journey.CartRow{row}, More: true}}, searchView{Asked: "<b>"}},
		"erase.html":         {eraseView{frame: f, Finished: true, Proofs: []journey.Erasure{{Counts: map[string]int{"carts": 1}, Identities: []string{"x"}}}}, eraseView{Proofs: []journey.Erasure{{}}}},
		"inbox.html":         {listView[journey.Conversation]{frame: f, Items: []journey.Conversation{{Unread: 1}, {}, {HandledAt: f.Now}}, Next: "/n"}, listView[journey.Conversation]{State: "open"}},
		"conversation.html":  {exchangeView{frame: f, Did: "x", Exchange: journey.Exchange{Older: true, Lines: []journey.ExchangeLine{{Reply: &journey.Reply{Text: "<b>"}}, {Message: &m}}}}, exchangeView{}},
		"signin.html":        {signInView{Token: "t"}, signInView{Refused: true}},
		"trouble.html":       {troubleView{Heading: "h", Detail: "d", Remedy: "r"}, troubleView{}},
	}
	maps.Copy(all, deskFixtures(f))
	maps.Copy(all, playbookFixtures(f))
	return all
}

// A page nobody has a fixture for could be broken without anyone seeing it.
func TestEveryPageRenders(t *testing.T) {
	t.Parallel()
	d, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	all := fixtures()
	if diff := cmp.Diff(slices.Sorted(maps.Keys(d.pages)), slices.Sorted(maps.Keys(all))); diff != "" {
		t.Fatalf("pages and fixtures differ: %s", diff)
	}
	for name, views := range all {
		for _, v := range views {
			var b bytes.Buffer
			if err := d.pages[name].ExecuteTemplate(&b, "frame", v); err != nil {
				t.Error(err)
			}
			page := b.String()
			for _, bad := range []string{"<no value>", "%!", "map[", "ZgotmplZ", " style=", "<script>", "onclick"} {
				if strings.Contains(page, bad) {
					t.Errorf("%s holds %q", name, bad)
				}
			}
			if strings.Count(page, "<h1>") != 1 || strings.Count(page, "<main") != 1 {
				t.Errorf("%s has not exactly one heading and one main part", name)
			}
		}
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	now := time.Unix(1e9, 0)
	f := frame{Now: now}
	for d, want := range map[time.Duration]string{
		0: "now", 900 * time.Millisecond: "now", 59 * time.Second: "59 s ago", time.Minute: "1 min ago", 47 * time.Hour: "47 h ago",
		48 * time.Hour: "2 days ago", -2 * time.Hour: "in 2 h",
	} {
		if got := f.Ago(now.Add(-d)); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
	if got := f.Ago(time.Time{}); got != "–" {
		t.Errorf("no time: %q", got)
	}
}

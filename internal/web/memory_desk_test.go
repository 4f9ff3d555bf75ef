package web_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/web/dashboard"
)

// deskMemory is what the pages of settings find and leave. Its zero value is a
// shop about which nothing is set up.
type deskMemory struct {
	// setup is the token of the first page, which works until it was used; unfounded
	// is true while nobody has an account.
	setup     string
	unfounded bool
	// single names the identity provider, "" for none.
	single string
	// resets and invitations are links: token → user, token → what it is about.
	resets      map[string]string
	invitations map[string]access.Welcome
	// open are the invitations of shops, members their people.
	open    map[string][]access.Invitation
	members map[string][]access.Colleague
	apiKeys map[string][]access.Key
	// asked are the addresses that asked for a new password.
	asked   []string
	last    map[string]string
	webhook map[string]journey.Webhooks
	start   map[string]journey.StartFacts
	// auditQuery is what the audit log was last asked for.
	auditQuery journey.Query
}

// furnish gives both shops something of everything.
func (m *memory) furnish() {
	m.deskMemory = deskMemory{
		setup: "good", resets: map[string]string{"good": "ada"}, last: map[string]string{},
		invitations: map[string]access.Welcome{
			"good":                       {Invitation: access.Invitation{ID: "i0", ShopID: "s1", Email: "zoe@example.com", Role: access.Viewer}, ShopName: "Atelier Nord"},
			"NEWNEWNEWNEWNEWNEWNEWNEW22": {Invitation: access.Invitation{ID: "i1", ShopID: "s1", Email: "new@example.com", Role: access.Editor}, ShopName: "Atelier Nord"},
			"BOBBOBBOBBOBBOBBOBBOBBOB22": {Invitation: access.Invitation{ID: "i3", ShopID: "s1", Email: "bob@example.com", Role: access.Viewer}, ShopName: "Atelier Nord", Known: true},
		},
		open: map[string][]access.Invitation{
			"s1": {{ID: "i1", ShopID: "s1", Email: "new@example.com", Role: access.Editor, ExpiresAt: noon}}, "s2": {{ID: "other-invitation", ShopID: "s2", Email: "theirs@other.example"}},
		},
		members: map[string][]access.Colleague{
			"s1": {{ID: "ada", Email: "ada@example.com", Role: access.Owner, Password: true}, {ID: "ed", Email: "ed@example.com", Role: access.Editor}}, "s2": {{ID: "bob", Email: "bob@example.com", Role: access.Owner}},
		},
		apiKeys: map[string][]access.Key{
			"s1": {{ID: "k1", ShopID: "s1", Name: "plugin " + hostile, Hint: "cg_abcd…", Scopes: []access.Scope{access.EventsWrite}}}, "s2": {{ID: "other-key", ShopID: "s2", Name: "theirs", Scopes: access.Scopes()}},
		},
		webhook: map[string]journey.Webhooks{
			"s1": {URL: "https://cart.example/webhooks/shopify/s1", Secrets: []journey.Secret{{ID: "5-1000", Hint: "…9f3a", CreatedAt: noon}, {ID: "3-900", Hint: "…77aa", CreatedAt: noon.Add(-time.Hour)}, {ID: "1-800", Hint: "a public key", CreatedAt: noon.Add(-48 * time.Hour)}},
				Arrivals: []journey.Arrival{{ID: "e1", Platform: "shopify", Topic: "carts/update", Status: "folded", At: noon}},
				Failures: []journey.SignatureFailures{{Source: "shopify", Day: noon, Failures: 3, LastAt: noon, Reason: "the signature does not match the body"}}},
			"s2": {URL: "https://cart.example/webhooks/generic/s2", Secrets: []journey.Secret{{ID: "other-secret", Hint: "…0000"}, {ID: "other-secret-2"}}},
		},
		start: map[string]journey.StartFacts{},
	}
}

// --- dashboard.Desk and api's settings

func (m *memory) ChangeShop(_ context.Context, shopID string, set map[string]string) error {
	at := slices.IndexFunc(m.shops, func(s shop.Shop) bool { return s.ID == shopID })
	if at < 0 {
		return gone("shop")
	}
	sh, all := m.shops[at], []error{}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if !slices.Contains(shop.Credentials, name) {
			all = append(all, sh.Set(name, set[name]))
		}
	}
	if err := errors.Join(append(all, sh.Validate([]string{"generic", "shopify", "woocommerce"}))...); err != nil {
		return err
	}
	m.shops[at] = sh
	if len(set) > 0 {
		m.note("change " + shopID)
	}
	return nil
}

func (m *memory) Channels(_ context.Context, shopID string, hints bool) ([]journey.ChannelSetup, error) {
	var out []journey.ChannelSetup
	for _, c := range []event.Channel{event.Email, event.SMS, event.Messenger} {
		s := journey.ChannelSetup{Channel: c, Source: journey.NoAccount}
		if c == event.Email && shopID == "s1" {
			s.Source, s.Checked = journey.OwnAccount, journey.Check{What: "email", OK: true, Says: "SendGrid accepts it.", At: noon}
			if hints {
				s.Hints = map[string]string{"sendgrid_api_key": "…k9Zw"}
			}
		}
		out = append(out, s)
	}
	return out, nil
}

func (m *memory) SetCredentials(_ context.Context, shopID string, c event.Channel, set map[string]string) error {
	for name, value := range set {
		if _, err := shop.CheckCredential(name, value); err != nil {
			return err
		}
	}
	m.note("keys of " + string(c) + " " + shopID)
	return nil
}

func (m *memory) ForgetCredentials(_ context.Context, shopID string, c event.Channel) error {
	m.note("forget " + string(c) + " " + shopID)
	return nil
}

func (m *memory) CheckChannel(_ context.Context, shopID string, c event.Channel) (journey.Check, error) {
	m.note("check " + string(c) + " " + shopID)
	return journey.Check{What: string(c), OK: true}, nil
}

func (m *memory) Webhooks(_ context.Context, shopID string, hints bool) (journey.Webhooks, error) {
	w := m.webhook[shopID]
	if !hints {
		w.Secrets = nil
	}
	return w, nil
}

func (m *memory) Platform(_ context.Context, shopID string, hints bool) (journey.PlatformSetup, error) {
	p := journey.PlatformSetup{Platform: "shopify", Needs: []journey.PlatformNeed{{Name: "platform_key", Label: "Token", Secret: true}}, Reconciles: true, Every: "5m"}
	if hints {
		p.Needs[0].Hint = "…" + shopID
	}
	return p, nil
}

func (m *memory) SetPlatform(_ context.Context, shopID string, set map[string]string) error {
	if set["platform_key"] == "wrong" {
		return fault.New(fault.Unprocessable, "it is empty").In("platform_key")
	}
	m.note("platform " + shopID)
	return nil
}

func (m *memory) ForgetPlatform(_ context.Context, shopID string) error {
	m.note("forget platform " + shopID)
	return nil
}

func (m *memory) CheckPlatform(_ context.Context, shopID string) (journey.Check, error) {
	m.note("check platform " + shopID)
	return journey.Check{OK: true}, nil
}

func (m *memory) AddWebhookSecret(_ context.Context, shopID, given string) (string, error) {
	if given == "" {
		given = "whsec_made"
	} else if _, err := shop.CheckWebhookSecret(given); err != nil {
		return "", err
	}
	m.note("secret " + shopID)
	return given, nil
}

func (m *memory) RemoveWebhookSecret(_ context.Context, shopID, id string) error {
	valid := m.webhook[shopID].Secrets
	if !slices.ContainsFunc(valid, func(s journey.Secret) bool { return s.ID == id }) {
		return fault.New(fault.NotFound, "there is no such secret")
	}
	m.note("remove secret " + shopID + " " + id)
	return nil
}

func (m *memory) Keys(_ context.Context, shopID string) ([]access.Key, error) {
	return m.apiKeys[shopID], nil
}

func (m *memory) CreateKey(_ context.Context, shopID, name string, scopes []access.Scope) (string, access.Key, error) {
	if name == "" {
		return "", access.Key{}, fault.New(fault.Unprocessable, "the key has no name").In("name")
	}
	m.note("key " + shopID + " " + access.JoinScopes(scopes))
	return "cg_MADENOW", access.Key{Name: name}, nil
}

func (m *memory) RevokeKey(_ context.Context, shopID, id string) error {
	if !slices.ContainsFunc(m.apiKeys[shopID], func(k access.Key) bool { return k.ID == id }) {
		return gone("API key")
	}
	m.note("revoke " + shopID + " " + id)
	return nil
}

func (m *memory) People(_ context.Context, shopID string) ([]access.Colleague, []access.Invitation, error) {
	return m.members[shopID], m.open[shopID], nil
}

func (m *memory) Invite(_ context.Context, shopID, email, role string, mail bool) (string, bool, error) {
	if _, err := access.ParseRole(role); err != nil {
		return "", false, err
	}
	m.note("invite " + shopID + " " + email)
	return "https://cart.example/invitation/MADE", mail, nil
}

func (m *memory) Uninvite(_ context.Context, shopID, id string) error {
	if !slices.ContainsFunc(m.open[shopID], func(i access.Invitation) bool { return i.ID == id }) {
		return gone("invitation")
	}
	m.note("uninvite " + shopID + " " + id)
	return nil
}

func (m *memory) memberOf(shopID, userID string) error {
	if !slices.ContainsFunc(m.members[shopID], func(c access.Colleague) bool { return c.ID == userID }) {
		return gone("member")
	}
	return nil
}

func (m *memory) SetRole(_ context.Context, shopID, userID, role string) error {
	if err := m.memberOf(shopID, userID); err != nil {
		return err
	}
	if _, err := access.ParseRole(role); err != nil {
		return err
	}
	if userID == "ada" && role != "owner" {
		return fault.New(fault.Conflict, "this is the shop’s only owner").Try("make somebody else an owner first")
	}
	m.note("role " + shopID + " " + userID + " " + role)
	return nil
}

func (m *memory) RemovePerson(_ context.Context, shopID, userID string) error {
	if err := m.memberOf(shopID, userID); err != nil {
		return err
	}
	if userID == "ada" {
		return fault.New(fault.Conflict, "this is the shop’s only owner").Try("make somebody else an owner first")
	}
	m.note("remove " + shopID + " " + userID)
	return nil
}

func (m *memory) Remember(_ context.Context, userID, shopID string) error {
	m.last[userID] = shopID
	m.note("remember " + userID + " " + shopID)
	return nil
}

func (m *memory) Purges(context.Context, string) (journey.Purges, error) {
	return journey.Purges{LastAt: noon, Last: map[string]int{"retain_events": 12}, Waiting: map[string]int{"retain_events": 3}}, nil
}

func (m *memory) SetupOpen(context.Context) (bool, error) { return m.unfounded, nil }

func (m *memory) SetupShops(_ context.Context, token string) ([]string, error) {
	if m.setup == "" || token != m.setup {
		return nil, gone("set-up link")
	}
	return nil, nil
}

func (m *memory) SetUp(ctx context.Context, token string, f dashboard.Founding) (access.Person, error) {
	if _, err := m.SetupShops(ctx, token); err != nil {
		return access.Person{}, err
	}
	if err := access.CheckPassword(f.Password, f.Email); err != nil {
		return access.Person{}, err
	}
	m.setup = ""
	m.note("set up " + f.Name)
	return access.Person{ID: "ada"}, nil
}

func (m *memory) AskReset(_ context.Context, email, _ string) error {
	m.asked = append(m.asked, email)
	if len(m.asked) > 3 {
		return fault.New(fault.Throttled, "too many links were asked for").Later(60e9).Try("wait")
	}
	return nil
}

func (m *memory) ResetPassword(_ context.Context, token, password string) error {
	user, ok := m.resets[token]
	if !ok {
		return gone("link")
	}
	if err := access.CheckPassword(password, user+"@example.com"); err != nil {
		return err
	}
	delete(m.resets, token)
	m.generations[user]++
	m.note("reset " + user)
	return nil
}

func (m *memory) Welcome(_ context.Context, token string) (access.Welcome, error) {
	w, ok := m.invitations[token]
	if !ok {
		return w, gone("invitation")
	}
	return w, nil
}

func (m *memory) Join(ctx context.Context, token, password string) (access.Person, error) {
	w, err := m.Welcome(ctx, token)
	switch {
	case err != nil:
		return access.Person{}, err
	case w.Known:
		return access.Person{}, fault.New(fault.Conflict, "this address has an account already").Try("sign in with it")
	}
	if err := access.CheckPassword(password, w.Email); err != nil {
		return access.Person{}, err
	}
	delete(m.invitations, token)
	m.note("join " + w.ShopID)
	m.users["newcomer"] = []string{w.ShopID}
	return access.Person{ID: "newcomer"}, nil
}

func (m *memory) JoinAs(ctx context.Context, token, userID string) (string, error) {
	w, err := m.Welcome(ctx, token)
	if err != nil {
		return "", err
	}
	if userID+"@example.com" != w.Email {
		return "", fault.New(fault.Forbidden, "this invitation is for another address")
	}
	delete(m.invitations, token)
	m.note("join " + w.ShopID + " as " + userID)
	m.users[userID] = append(m.users[userID], w.ShopID)
	return w.ShopID, nil
}

func (m *memory) StartFacts(_ context.Context, shopID string) (journey.StartFacts, error) {
	return m.start[shopID], nil
}

func (m *memory) FirstSequence(context.Context, string) (sequence.Sequence, error) {
	return m.sequences[0], nil
}

func (m *memory) SkipStep(_ context.Context, shopID, step string, skip bool) error {
	f := m.start[shopID]
	f.Skipped = slices.DeleteFunc(f.Skipped, func(s string) bool { return s == step })
	if skip {
		f.Skipped = append(f.Skipped, step)
	}
	m.start[shopID] = f
	m.note("skip " + shopID + " " + step)
	return nil
}

func (m *memory) ChooseRules(ctx context.Context, shopID string, set map[string]string) error {
	m.note("rules " + shopID)
	return m.ChangeShop(ctx, shopID, set)
}

func (m *memory) GoLive(_ context.Context, shopID string) error {
	m.note("live " + shopID)
	return nil
}

func (m *memory) TestSend(_ context.Context, shopID, to string) (journey.TestSend, error) {
	if to == "" {
		return journey.TestSend{}, fault.New(fault.Unprocessable, "this is neither an email address nor a phone number").In("to").Try("type one")
	}
	m.note("test " + shopID)
	return journey.TestSend{Template: "cart-reminder", Channel: event.Email, To: to, Sandbox: true, Outcome: "accepted", Subject: "[Test] Your bag", Text: "Hello " + hostile}, nil
}

func (m *memory) Shop(_ context.Context, shopID string) (shop.Shop, error) {
	for _, s := range m.shops {
		if s.ID == shopID {
			return s, nil
		}
	}
	return shop.Shop{}, gone("shop")
}

func (m *memory) SingleName() string { return m.single }

func (m *memory) BeginSingle(context.Context) (dashboard.Attempt, string, error) {
	if m.single == "" {
		return dashboard.Attempt{}, "", fault.New(fault.NotFound, "this installation has no single sign-on")
	}
	return dashboard.Attempt{State: "st", Nonce: "no", Verifier: "ve"}, "https://id.example/authorize?state=st", nil
}

func (m *memory) FinishSingle(_ context.Context, kept dashboard.Attempt, state, code string) (access.Person, error) {
	if kept != (dashboard.Attempt{State: "st", Nonce: "no", Verifier: "ve"}) || state != "st" || code != "good" {
		return access.Person{}, fault.New(fault.Unauthorized, "this answer does not belong to a sign-in that was begun here").Try("begin again")
	}
	m.note("single sign-on")
	return access.Person{ID: "ada", Generation: m.generations["ada"]}, nil
}

package app

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/maildomain"
	"github.com/cartograph-dev/cartograph/internal/signon"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
	"github.com/cartograph-dev/cartograph/internal/web/dashboard"
)

// provider plays SendGrid, Twilio and Meta over real HTTP: it keeps the letters
// and answers what a test says.
type provider struct {
	*httptest.Server
	mu      sync.Mutex
	letters []string
	// status and body answer looks at accounts; asked are their paths.
	status int
	body   string
	asked  []string
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{status: http.StatusOK, body: "{}"}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		p.mu.Lock()
		defer p.mu.Unlock()
		if r.Method == http.MethodPost {
			p.letters = append(p.letters, string(b))
			w.WriteHeader(http.StatusAccepted)
			return
		}
		p.asked = append(p.asked, r.URL.Path+" "+r.Header.Get("Authorization"))
		w.WriteHeader(p.status)
		_, _ = io.WriteString(w, p.body)
	}))
	t.Cleanup(p.Close)
	return p
}

// letter gives the text of the newest letter and its reader, "" before any.
func (p *provider) letter() (to, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.letters) == 0 {
		return "", ""
	}
	var m struct {
		Personalizations []struct{ To []struct{ Email string } }
		Content          []struct{ Value string }
	}
	if json.Unmarshal([]byte(p.letters[len(p.letters)-1]), &m) != nil || len(m.Content) == 0 {
		return "", ""
	}
	return m.Personalizations[0].To[0].Email, m.Content[0].Value
}

// furnished gives the house a desk whose letters and looks go to a provider.
func (h *house) furnished(t *testing.T, mail bool) (*desk, *provider) {
	t.Helper()
	p := newProvider(t)
	h.config.SendGrid.BaseURL, h.config.Twilio.BaseURL, h.config.Messenger.BaseURL = p.URL, p.URL, p.URL
	if mail {
		h.config.SendGrid.APIKey, h.config.SendGrid.From = "SG.x", "cartograph@example.com"
	}
	a := &accounts{store: h.store, sealer: h.sealer, config: h.config, secret: make([]byte, 32)}
	d := newDesk(h.core, a, nil, nil, h.door, newLog(io.Discard, "error"))
	d.lookUp = func(context.Context, string) (maildomain.Report, error) {
		return maildomain.Report{Domain: "shop.example", Findings: []maildomain.Finding{{Status: maildomain.OK}}}, nil
	}
	t.Cleanup(d.post.close)
	return d, p
}

// link finds an address in a letter.
func link(t *testing.T, text, path string) string {
	t.Helper()
	found := regexp.MustCompile(path + `(\S+)`).FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no %s in %q", path, text)
	}
	return found[1]
}

// Of many strangers who reach the first page at once one becomes the owner, and
// nobody without the token from the log.
func TestSetUpOnce(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{storetest.EngineSQLite, storetest.EnginePostgres} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			h := emptyHouse(t, engine)
			d, _ := h.furnished(t, false)
			ctx := t.Context()
			first, err := h.SetupLink(ctx)
			must(t, err)
			again, err := h.SetupLink(ctx)
			must(t, err)
			if first != again || !strings.HasPrefix(first, "https://cart.example/setup/") {
				t.Fatalf("the links are %q and %q", first, again)
			}
			token := strings.TrimPrefix(first, "https://cart.example/setup/")
			f := dashboard.Founding{Email: email, Password: password, Name: "Atelier", Platform: "shopify", Domain: "a.myshopify.com", Currency: "EUR", TimeZone: "Europe/Paris", Locale: "fr", Country: "FR"}
			for _, wrong := range []string{"", "wrong", strings.ToLower(token), token[:31]} {
				_, err := d.SetUp(ctx, wrong, f)
				wantFault(t, "the token "+wrong, err, fault.NotFound)
			}
			bad := f
			bad.Password, bad.Currency, bad.Email = "short", "EURO", "me"
			_, err = d.SetUp(ctx, token, bad)
			if err == nil || !strings.Contains(err.Error(), "email:") || !strings.Contains(err.Error(), "currency:") {
				t.Errorf("what is wrong is told as %v", err)
			}
			var wg sync.WaitGroup
			made := make([]error, 6)
			for i := range made {
				wg.Go(func() {
					mine := f
					mine.Email = string(rune('a'+i)) + "@example.com"
					_, made[i] = d.SetUp(ctx, token, mine)
				})
			}
			wg.Wait()
			won := 0
			for _, err := range made {
				if err == nil {
					won++
				} else {
					wantFault(t, "who came second", err, fault.NotFound)
				}
			}
			shops, err := h.store.Shops(ctx)
			must(t, err)
			if won != 1 || len(shops) != 1 || !shops[0].Settings.Paused {
				t.Fatalf("%d won, and there are %d shops: %+v", won, len(shops), shops)
			}
			people, _, err := d.People(ctx, shops[0].ID)
			must(t, err)
			if len(people) != 1 || people[0].Role != access.Owner || !people[0].Password {
				t.Errorf("the people are %+v", people)
			}
			if b, err := h.library.current(ctx, shops[0].ID); err != nil || len(b.Sequences) == 0 || len(b.Templates) == 0 {
				t.Errorf("the first shop's book has %d sequences: %v", len(b.Sequences), err)
			}
			if l, err := h.SetupLink(ctx); l != "" || err != nil {
				t.Errorf("afterwards the link is %q, %v", l, err)
			}
		})
	}
}

// A user of the command line closes the first page, too.
func TestSetUpIsClosedByAnyUser(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		d, _ := h.furnished(t, false)
		ctx := t.Context()
		l, err := h.SetupLink(ctx)
		must(t, err)
		token := strings.TrimPrefix(l, "https://cart.example/setup/")
		if names, err := d.SetupShops(ctx, token); err != nil || len(names) != 1 {
			t.Errorf("the shops that there are: %v, %v", names, err)
		}
		must(t, h.AddUser(ctx, email, h.shop.ID, "viewer", password))
		_, err = d.SetupShops(ctx, token)
		wantFault(t, "looking afterwards", err, fault.NotFound)
		_, err = d.SetUp(ctx, token, dashboard.Founding{Email: "x@example.com", Password: password})
		wantFault(t, "pressing afterwards", err, fault.NotFound)
	})
}

// With shops from the command line the first owner owns them all.
func TestSetUpOwnsTheShopsThereAre(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		d, _ := h.furnished(t, false)
		l, err := h.SetupLink(t.Context())
		must(t, err)
		who, err := d.SetUp(t.Context(), strings.TrimPrefix(l, "https://cart.example/setup/"), dashboard.Founding{Email: email, Password: password})
		must(t, err)
		st, err := h.store.Standing(t.Context(), who.ID)
		must(t, err)
		if len(st.Shops) != 1 || st.Shops[0].Shop.ID != h.shop.ID || st.Shops[0].Role != access.Owner {
			t.Errorf("the first owner's shops: %+v", st.Shops)
		}
	})
}

// A link for a new password goes to who has the address, works once and for ten
// minutes, and ends every session; asking is bounded.
func TestResetByEmail(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		d, p := h.furnished(t, true)
		ctx := t.Context()
		must(t, h.AddUser(ctx, email, h.shop.ID, "editor", password))
		before, err := h.door.SignInWithPassword(ctx, email, password, home)
		must(t, err)
		must(t, d.AskReset(ctx, "nobody@example.com", home))
		d.post.close()
		if to, _ := p.letter(); to != "" {
			t.Errorf("a letter went to %s", to)
		}
		must(t, d.AskReset(ctx, " Ada@Example.com", home))
		d.post.close()
		to, text := p.letter()
		token := link(t, text, "https://cart.example/reset/")
		if to != email {
			t.Errorf("the letter went to %q", to)
		}
		_, err = h.door.SignIn(ctx, token)
		wantFault(t, "signing in by a reset link", err, fault.Unauthorized)
		wantFault(t, "a bad password", d.ResetPassword(ctx, token, "short"), fault.Unprocessable)
		must(t, d.ResetPassword(ctx, token, "tundra-9-kettle-plover"))
		wantFault(t, "the same link again", d.ResetPassword(ctx, token, "tundra-8-kettle-plover"), fault.NotFound)
		after, err := h.door.SignInWithPassword(ctx, email, "tundra-9-kettle-plover", home)
		must(t, err)
		if after.Generation <= before.Generation {
			t.Error("sessions of before go on")
		}
		must(t, d.AskReset(ctx, email, home))
		d.post.close()
		_, text = p.letter()
		h.clock.Add(resetFor + time.Second)
		wantFault(t, "a link of yesterday", d.ResetPassword(ctx, link(t, text, "https://cart.example/reset/"), password), fault.NotFound)
		refused := 0
		for range 6 {
			if err := d.AskReset(ctx, email, home); fault.Is(err, fault.Throttled) {
				refused++
			}
		}
		if refused == 0 {
			t.Error("nothing bounds the asking")
		}
		// Asking for links locks nobody out.
		must(t, h.signIn(ctx, email, "tundra-9-kettle-plover", home))
	})
}

// Without any email account nothing is pretended, and nothing fails.
func TestResetWithoutMail(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		d, p := h.furnished(t, false)
		must(t, h.AddUser(t.Context(), email, h.shop.ID, "editor", password))
		must(t, d.AskReset(t.Context(), email, home))
		d.post.close()
		if to, _ := p.letter(); to != "" {
			t.Errorf("a letter went to %s", to)
		}
	})
}

// An invitation makes somebody new a member, once; the link alone opens nobody's
// account, and a shop keeps its last owner however many try at once.
func TestPeople(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		d, p := h.furnished(t, true)
		ctx, id := t.Context(), h.shop.ID
		must(t, h.AddUser(ctx, email, id, "owner", password))
		owner, err := h.door.SignInWithPassword(ctx, email, password, home)
		must(t, err)
		as := access.WithActor(ctx, access.Actor{Kind: access.ByUser, ID: owner.ID})
		l, mailed, err := d.Invite(as, id, "Bo@Example.com", "owner", true)
		must(t, err)
		_, text := p.letter()
		token := link(t, l, "https://cart.example/invitation/")
		if !mailed || link(t, text, "https://cart.example/invitation/") != token {
			t.Errorf("mailed %v: %q", mailed, text)
		}
		_, _, err = d.Invite(as, id, email, "viewer", false)
		wantFault(t, "inviting a member", err, fault.Unprocessable)
		w, err := d.Welcome(ctx, token)
		must(t, err)
		if w.Known || w.Email != "bo@example.com" || w.Role != access.Owner {
			t.Errorf("the invitation: %+v", w)
		}
		bo, err := d.Join(ctx, token, password)
		must(t, err)
		_, err = d.Join(ctx, token, password)
		wantFault(t, "joining again", err, fault.NotFound)

		// Of two owners who go at once, one stays.
		var wg sync.WaitGroup
		gone := make([]error, 2)
		for i, who := range []string{owner.ID, bo.ID} {
			wg.Go(func() { gone[i] = d.RemovePerson(as, id, who) })
		}
		wg.Wait()
		people, _, err := d.People(ctx, id)
		must(t, err)
		if errors.Join(gone...) == nil || len(people) != 1 || people[0].Role != access.Owner {
			t.Fatalf("left are %+v (%v)", people, gone)
		}
		wantFault(t, "the last owner steps down", d.SetRole(as, id, people[0].ID, "viewer"), fault.Conflict)
		must(t, d.SetRole(as, id, people[0].ID, "owner"))

		// Who has an account joins as themself only.
		other := map[string]string{email: "bo@example.com", "bo@example.com": email}[people[0].Email]
		l, _, err = d.Invite(as, id, other, "viewer", false)
		must(t, err)
		token = link(t, l, "https://cart.example/invitation/")
		_, err = d.Join(ctx, token, "tundra-9-kettle-plover")
		wantFault(t, "the link opens an account", err, fault.Conflict)
		_, err = d.JoinAs(ctx, token, people[0].ID)
		wantFault(t, "somebody else joins", err, fault.Forbidden)
		back := map[string]string{email: owner.ID, "bo@example.com": bo.ID}[other]
		shopID, err := d.JoinAs(ctx, token, back)
		must(t, err)
		must(t, d.Remember(ctx, back, shopID))
		must(t, d.Remember(ctx, back, "not-theirs"))
		if st, err := h.store.Standing(ctx, back); err != nil || st.LastShop != id || st.Shops[0].Role != access.Viewer {
			t.Errorf("after joining: %+v, %v", st, err)
		}
		l, _, err = d.Invite(as, id, "late@example.com", "viewer", false)
		must(t, err)
		h.clock.Add(inviteFor + time.Second)
		_, err = d.Join(ctx, link(t, l, "https://cart.example/invitation/"), password)
		wantFault(t, "an invitation that is over", err, fault.NotFound)
	})
}

// Keys are sealed, checked by a real call, hinted at and removed; what was found
// about an account ends with it.
func TestChannelKeys(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		d, p := h.furnished(t, false)
		ctx, id := t.Context(), h.shop.ID
		wantFault(t, "another channel's key", d.SetCredentials(ctx, id, event.SMS, map[string]string{"sendgrid_api_key": "SG.abc"}), fault.Unprocessable)
		must(t, d.SetCredentials(ctx, id, event.Email, map[string]string{"sendgrid_api_key": " SG.abcdefghijkl-k9Zw\n", "email_from": "shop@shop.example"}))
		p.body = `{"scopes":["mail.send"]}`
		found, err := d.CheckChannel(ctx, id, event.Email)
		must(t, err)
		if !found.OK || p.asked[0] != "/v3/scopes Bearer SG.abcdefghijkl-k9Zw" {
			t.Errorf("found %+v by asking %q", found, p.asked)
		}
		seen, err := d.Channels(ctx, id, true)
		must(t, err)
		if diff := cmp.Diff(map[string]string{"sendgrid_api_key": "…k9Zw", "email_from": "shop@shop.example"}, seen[0].Hints); diff != "" {
			t.Error(diff)
		}
		facts, err := d.StartFacts(ctx, id)
		must(t, err)
		if !facts.EmailChecked.OK || !facts.DomainChecked.OK {
			t.Errorf("the facts: %+v", facts)
		}
		blind, err := d.Channels(ctx, id, false)
		must(t, err)
		if blind[0].Hints != nil || blind[0].Source != "own" || blind[1].Source != "sandbox" {
			t.Errorf("without hints: %+v", blind[0])
		}
		for status, body := range map[int]string{401: `{"errors":[{"message":"SG.abcdefghijkl-k9Zw"}]}`, 200: `{"scopes":["mail.batch.create"]}`, 503: "", 302: ""} {
			p.status, p.body = status, body
			if found, err := d.CheckChannel(ctx, id, event.Email); err != nil || found.OK || strings.Contains(found.Says, "k9Zw") {
				t.Errorf("%d: %+v, %v", status, found, err)
			}
		}
		must(t, d.SetCredentials(ctx, id, event.Email, map[string]string{"sendgrid_api_key": "SG.another-key-altogether"}))
		if checks, err := h.store.Checks(ctx, id); err != nil || len(checks) != 0 {
			t.Errorf("after another key: %+v, %v", checks, err)
		}
		must(t, d.ForgetCredentials(ctx, id, event.Email))
		if gone, err := d.Channels(ctx, id, true); err != nil || gone[0].Source != "sandbox" || len(gone[0].Hints) != 0 {
			t.Errorf("after removing: %+v, %v", gone[0], err)
		}
		must(t, d.SetCredentials(ctx, id, event.SMS, map[string]string{"twilio_account_sid": "AC1", "twilio_auth_token": "token-of-twilio", "twilio_from": "+33612345678"}))
		must(t, d.SetCredentials(ctx, id, event.Messenger, map[string]string{"messenger_page_id": "77", "messenger_page_token": "page-token", "messenger_app_secret": "app-secret"}))
		p.status, p.body = 200, `{"status":"active","id":"77","name":"Atelier"}`
		for _, c := range []event.Channel{event.SMS, event.Messenger} {
			if found, err := d.CheckChannel(ctx, id, c); err != nil || !found.OK {
				t.Errorf("%s: %+v, %v", c, found, err)
			}
		}
		for _, line := range h.log(t, id) {
			for _, secret := range []string{"k9Zw", "token-of-twilio", "page-token", "app-secret", "shop@shop"} {
				if strings.Contains(line, secret) {
					t.Errorf("the log tells %q: %s", secret, line)
				}
			}
		}
	})
}

// Every webhook secret that was added is valid until it is removed by name; the last
// one stays, and neither page nor log tells any.
func TestWebhookSecretsAreAddedAndRemoved(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		d, _ := h.furnished(t, false)
		ctx, id := t.Context(), h.shop.ID
		valid := func() []string {
			v, err := d.accounts.WebhookSecrets(ctx, id)
			must(t, err)
			return v
		}
		listed := func() []journey.Secret {
			sealed, err := d.store.SealedOf(ctx, id)
			must(t, err)
			secrets, err := d.hinted(id, sealed)
			must(t, err)
			return secrets
		}
		first := h.shop.WebhookSecret
		second, err := d.AddWebhookSecret(ctx, id, "")
		must(t, err)
		third, err := d.AddWebhookSecret(ctx, id, "client: 4f5e6d7a8b9c0d")
		must(t, err)
		same(t, "valid", strings.Join(valid(), " "), strings.Join([]string{third, second, first}, " "))
		for given, code := range map[string]fault.Code{"short": fault.Unprocessable, second: fault.Unprocessable} {
			_, err = d.AddWebhookSecret(ctx, id, given)
			wantFault(t, "a secret that is short, or there", err, code)
		}
		seen := listed()
		same(t, "the hint of a line", seen[0].Hint, "client: …9c0d")
		wantFault(t, "another shop's secret", d.RemoveWebhookSecret(ctx, id, "99-1"), fault.NotFound)
		must(t, d.RemoveWebhookSecret(ctx, id, seen[1].ID))
		wantFault(t, "one that is gone", d.RemoveWebhookSecret(ctx, id, seen[1].ID), fault.NotFound)
		must(t, d.RemoveWebhookSecret(ctx, id, seen[0].ID))
		same(t, "what is left", strings.Join(valid(), " "), first)
		wantFault(t, "the last one", d.RemoveWebhookSecret(ctx, id, seen[2].ID), fault.Conflict)
		h.clock.Add(time.Second)
		// Its place is taken anew: a page of before does not remove the successor.
		_, err = d.AddWebhookSecret(ctx, id, "a secret that came later")
		must(t, err)
		wantFault(t, "the former holder of a place", d.RemoveWebhookSecret(ctx, id, seen[1].ID), fault.NotFound)
		for n := range maxWebhookSecrets - 2 {
			_, err = d.AddWebhookSecret(ctx, id, fmt.Sprintf("the secret of app %02d", n))
			must(t, err)
		}
		_, err = d.AddWebhookSecret(ctx, id, "")
		wantFault(t, "one too many", err, fault.Unprocessable)
		must(t, h.ChangeShop(ctx, id, map[string]string{givenSecret: "the command adds all the same"}))
		same(t, "secrets", len(listed()), maxWebhookSecrets+1)
		tells(t, h.log(t, id), 2, append(valid(), second, third)...)
	})
}

// tells holds the log to so many removals of secrets, and to none of these words.
func tells(t *testing.T, log []string, removed int, words ...string) {
	t.Helper()
	for _, line := range log {
		if strings.HasPrefix(line, string(access.SecretRetired)) {
			removed--
		}
		for _, word := range words {
			if strings.Contains(line, word) {
				t.Errorf("the log tells a secret: %s", line)
			}
		}
	}
	same(t, "removals that the log lacks", removed, 0)
}

// People of an identity provider are bound by subject, found by a verified
// address once, and made only for allowed domains, without any role.
func TestSingleSignOnAccounts(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.config.OIDC.Domains = []string{"Allowed.example"}
		d, _ := h.furnished(t, false)
		ctx := t.Context()
		must(t, h.AddUser(ctx, email, h.shop.ID, "viewer", password))
		find := func(id signon.Identity) (a store.Account, err error) {
			err = h.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				a, err = d.accountOf(ctx, tx, id)
				return err
			})
			return a, err
		}
		ada := signon.Identity{Issuer: "https://id.example", Subject: "7", Email: "Ada@Example.com"}
		_, err := find(ada)
		wantFault(t, "an address nobody vouches for", err, fault.Unauthorized)
		ada.Verified = true
		a, err := find(ada)
		must(t, err)
		if a.Email != email || len(a.Shops) != 1 {
			t.Errorf("found %+v", a)
		}
		moved := ada
		moved.Email, moved.Verified = "elsewhere@example.com", false
		if b, err := find(moved); err != nil || b.ID != a.ID {
			t.Errorf("with another address: %+v, %v", b, err)
		}
		heir := ada
		heir.Subject = "8"
		_, err = find(heir)
		wantFault(t, "who inherits the address there", err, fault.Unauthorized)
		_, err = find(signon.Identity{Issuer: ada.Issuer, Subject: "9", Email: "x@unknown.example", Verified: true})
		wantFault(t, "a stranger", err, fault.Unauthorized)
		_, err = find(signon.Identity{Issuer: ada.Issuer, Subject: "9", Email: "x@not-allowed.example", Verified: true})
		wantFault(t, "a domain that looks alike", err, fault.Unauthorized)
		n, err := find(signon.Identity{Issuer: ada.Issuer, Subject: "9", Email: "x@allowed.example", Verified: true})
		must(t, err)
		if n.ID == "" || len(n.Shops) != 0 {
			t.Errorf("made %+v", n)
		}
	})
}

// emptyHouse is an installation in which nothing was made yet.
func emptyHouse(t *testing.T, engine string) *house {
	t.Helper()
	c := config.Default()
	c.Database.DataDir, c.Security.SecretKey = t.TempDir(), strings.Repeat("a", 32)
	c.Database.SQLiteSync, c.HTTP.PublicURL = "normal", "https://cart.example"
	if engine == storetest.EnginePostgres {
		c.Database.URL = storetest.EmptyPostgres(t)
	}
	h := &house{clock: &storetest.Clock{}, conf: c}
	h.core = h.open(t, c)
	var err error
	if h.door, err = h.newDoorkeeper(); err != nil {
		t.Fatal(err)
	}
	h.door.hasher = access.NewHasher(access.Cost{Memory: 64, Passes: 1, Lanes: 1}, 4, rand.Reader)
	return h
}

// The log shows the link while there is nobody, and never again.
func TestTheLogInvitesTheFirst(t *testing.T) {
	t.Parallel()
	h := emptyHouse(t, storetest.EngineSQLite)
	said := func(role Role) string {
		var b strings.Builder
		s := &Server{core: h.core, opts: Options{Log: newLog(&b, "info"), Role: role}}
		s.invite(t.Context())
		return b.String()
	}
	l, err := h.SetupLink(t.Context())
	must(t, err)
	if got := said(RoleAll); strings.Count(got, l) != 1 {
		t.Errorf("the log says %q", got)
	}
	if got := said(RoleWorker); got != "" {
		t.Errorf("a worker, which has no pages, says %q", got)
	}
	made, err := h.CreateShop(t.Context(), demoShop())
	must(t, err)
	must(t, h.AddUser(t.Context(), email, made.ID, "viewer", password))
	if got := said(RoleAll); got != "" {
		t.Errorf("with a user the log says %q", got)
	}
}

// The configured provider is the one that people are led to, and back to us.
func TestSingleSignOnIsWired(t *testing.T) {
	t.Parallel()
	var srv *httptest.Server
	srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": srv.URL, "authorization_endpoint": srv.URL + "/authorize", "token_endpoint": srv.URL + "/token", "jwks_uri": srv.URL + "/keys"})
	}))
	t.Cleanup(srv.Close)
	h := emptyHouse(t, storetest.EngineSQLite)
	without, _ := h.furnished(t, false)
	if _, _, err := without.BeginSingle(t.Context()); without.SingleName() != "" || !fault.Is(err, fault.NotFound) {
		t.Errorf("without one: %q, %v", without.SingleName(), err)
	}
	h.config.OIDC = config.OIDC{Issuer: srv.URL, ClientID: "c", ClientSecret: "s", Name: "Example ID"}
	d, _ := h.furnished(t, false)
	_, to, err := d.BeginSingle(t.Context())
	must(t, err)
	if d.SingleName() != "Example ID" || !strings.HasPrefix(to, srv.URL+"/authorize?") || !strings.Contains(to, "redirect_uri=https%3A%2F%2Fcart.example%2Foidc%2Fcallback") {
		t.Errorf("%q leads to %s", d.SingleName(), to)
	}
	if _, err := d.FinishSingle(t.Context(), dashboard.Attempt{}, "", "code"); !fault.Is(err, fault.Unauthorized) {
		t.Errorf("an answer without an attempt: %v", err)
	}
}

package recovery_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// The dossier has everything by any name, and nothing of whoever shared a cart.
func TestDossier(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		sing(w)
		// Bob's phone stands on a cart of hers.
		w.send(gen("Cart Updated", w.now(), fields{"cart_id": "b", "email": "bob@example.org", "phone": "+33611110000", "products": []fields{line("hat", 1, "9.00")}}))
		w.send(gen("Cart Updated", w.now(), adaCart("canary-cart-2").with(fields{"email": canary, "phone": "06 11 11 00 00"})))
		ctx := context.Background()
		var first []byte
		for _, k := range []event.Key{
			{Kind: event.KeyEmail, Value: canary}, {Kind: event.KeyPhone, Value: canaryPhone}, {Kind: event.KeyCustomer, Value: canaryCustomer},
			{Kind: event.KeyMessenger, Value: canaryPSID}, {Kind: event.KeyAnonymous, Value: canaryDevice},
		} {
			d, err := w.engine.Dossier(ctx, w.shop.ID, recovery.Who{Keys: []event.Key{k}})
			if err != nil {
				t.Fatalf("%s: %v", k.Kind, err)
			}
			text := asJSON(d)
			if first == nil {
				first = text
				holdsEverything(t, d, string(text))
			}
			same(t, "by "+string(k.Kind), string(text), string(first))
		}
		if _, err := w.engine.Dossier(ctx, "shop-b", recovery.Who{Keys: canaryKeys()}); !fault.Is(err, fault.NotFound) {
			t.Errorf("another shop: %v", err)
		}
	}, book(nested), consentMode(consent.Off))
}

func holdsEverything(t *testing.T, d journey.Dossier, text string) {
	t.Helper()
	for part, n := range map[string]int{
		"events": len(d.Events), "carts": len(d.Carts), "orders": len(d.Orders), "consents": len(d.Consents), "enrollments": len(d.Enrollments),
		"decisions": len(d.Decisions), "messages": len(d.Messages), "offers": len(d.Offers), "touches": len(d.Touches), "inbounds": len(d.Inbounds),
		"reports": len(d.Reports), "shared": len(d.Shared), "keys": len(d.Shopper.Keys),
	} {
		if n == 0 {
			t.Errorf("the dossier has no %s", part)
		}
	}
	for _, want := range []string{`"format":"cartograph.shopper/1"`, "1 Canary Wharf", "I, Canaria Birdwell, agree", "hello, here is Canaria"} {
		if !strings.Contains(text, want) && want != "hello, here is Canaria" {
			t.Errorf("the dossier lacks %q", want)
		}
	}
	if strings.Contains(text, "bob@example.org") || strings.Contains(text, "11 11 00 00") || strings.Contains(text, "+33611110000") {
		t.Errorf("the dossier names somebody else:\n%s", text)
	}
	if !strings.Contains(text, "[another person]") {
		t.Error("the other's phone is not masked in the raw body")
	}
}

// asShopify posts one of Shopify's documented bodies.
func asShopify(w *world, topic, file string) {
	w.t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		w.t.Fatal(err)
	}
	var body fields
	if err := json.Unmarshal(raw, &body); err != nil {
		w.t.Fatal(err)
	}
	w.send(shopifyPost(topic, w.now(), body))
}

func (w *world) requests() []journey.PrivacyRequest {
	w.t.Helper()
	list, err := w.store.PrivacyRequests(context.Background(), w.shop.ID, 10)
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// Shopify's requests about a customer: the export waits for the merchant, the
// erasure is done by the sweep, and nobody is made known by being asked for.
func TestShopifyAsksForACustomer(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		john := fields{"id": 191167, "email": "john@example.com", "first_name": "John"}
		body := checkout("tok-john", w.now()).with(fields{"email": "john@example.com", "customer": john})
		w.send(shopifyPost("checkouts/create", w.now(), body))
		asShopify(w, "customers/data_request", "shopify_data_request.json")
		r := w.requests()[0]
		same(t, "request", []string{string(r.Kind), r.State, r.DueAt.Sub(r.ReceivedAt).String()}, []string{"subject_export", "waiting", "720h0m0s"})
		d, err := w.engine.RequestDossier(ctx, r)
		if err != nil || !strings.Contains(string(asJSON(d)), "john@example.com") {
			t.Errorf("the export: %v", err)
		}
		if r, err = w.engine.PassedOn(ctx, r); err != nil || r.State != "done" {
			t.Errorf("passed on: %+v, %v", r, err)
		}
		w.pass(time.Hour)
		asShopify(w, "customers/redact", "shopify_redact.json")
		asShopify(w, "customers/redact", "shopify_redact.json")
		same(t, "requests after a repeat", len(w.requests()), 2)
		w.sweep()
		r = w.requests()[0]
		if r.State != "done" || r.ErasureID == "" || len(r.Subject.Keys) != 0 {
			t.Errorf("after the sweep: %+v", r)
		}
		for column, text := range tablesWith(t, w.db, []string{"john", "191167", "555-625-1199", "5556251199"}) {
			t.Errorf("%s holds %q", column, text)
		}
		w.sweep()
		same(t, "proofs", len(w.proofs()), 1)
	}, consentMode(consent.Off))
}

func (w *world) proofs() []journey.Erasure {
	w.t.Helper()
	list, err := w.store.ErasuresOf(context.Background(), w.shop.ID, 10)
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// A redact for somebody who was never known leaves a proof, and keeps them unwritten.
func TestShopifyErasesAStranger(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		asShopify(w, "customers/redact", "shopify_redact.json")
		w.sweep()
		same(t, "proofs", len(w.proofs()), 1)
		for column, text := range tablesWith(t, w.db, []string{"john", "191167"}) {
			t.Errorf("%s holds %q", column, text)
		}
		w.send(gen("Cart Updated", w.now(), adaCart("c").with(fields{"email": "john@example.com"})))
		w.pass(2 * time.Hour)
		same(t, "sent", len(w.sent()), 0)
	}, consentMode(consent.Off))
}

// A shop whose app was uninstalled is silent at once; shop/redact erases everybody.
func TestShopifyShopLeaves(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		sing(w)
		sent := len(w.sent())
		w.send(gen("Cart Updated", w.now(), adaCart("late").with(fields{"email": "carl@example.net"})))
		w.send(shopifyPost("app/uninstalled", w.now(), fields{"id": 1, "name": "Super Toys", "email": "owner@example.org"}))
		w.pass(6 * time.Hour)
		same(t, "sent after the uninstall", len(w.sent()), sent)
		same(t, "why", decisions(w.cart("late"))[1:], []string{"0 skipped channels.none_allowed"})
		orders, sums := w.orders(), summary(w)
		w.send(shopifyPost("shop/redact", w.now(), fields{"shop_id": 954889, "shop_domain": "shop-a.myshopify.com"}))
		w.sweep()
		for column, text := range tablesWith(t, w.db, append(feathers, "bob@example.org", "carl@example.net", "owner@example.org")) {
			t.Errorf("%s holds %q", column, text)
		}
		same(t, "revenue", summary(w).Revenue, sums.Revenue)
		same(t, "totals", w.orders()[0].Total, orders[0].Total)
		same(t, "what was asked", kindsOf(w.requests()), []string{"shop_erase done", "shop_uninstalled done", "subject_export waiting"})
		same(t, "the proof", w.proofs()[0].ShopperID, recovery.WholeShop)
	}, book(threeChannels), consentMode(consent.Off))
}

func kindsOf(list []journey.PrivacyRequest) []string {
	var out []string
	for _, r := range list {
		out = append(out, string(r.Kind)+" "+r.State)
	}
	slices.Sort(out)
	return out
}

// A forged request is refused with 401 and nothing is stored.
func TestForgedRequestsAreRefused(t *testing.T) {
	onSQLite(t, func(t *testing.T, w *world) {
		p := shopifyPost("shop/redact", w.now(), fields{"shop_id": 1})
		h := http.Header(p.header.Clone())
		h.Set("X-Shopify-Hmac-Sha256", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
		_, err := w.engine.Receive(context.Background(), "shopify", w.shop.ID, h, p.body)
		if !fault.Is(err, fault.Unauthorized) {
			t.Errorf("got %v", err)
		}
		same(t, "requests", len(w.requests()), 0)
	})
}

// An erasure that a crash ended after its first transaction goes on by itself,
// and nothing was sent in between.
func TestErasureGoesOnAfterACrash(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		for i := range 30 {
			w.send(gen("Cart Updated", w.now(), adaCart(fmt.Sprintf("canary-%d", i)).with(fields{"email": canary, "first_name": "Canaria"})))
			w.clock.Add(time.Second)
		}
		ctx, cancel := context.WithCancel(context.Background())
		dying := w.newEngine(func(o *recovery.Options) { o.Store = &dyingAfterWrites{o.Store, 2, cancel} })
		if _, err := dying.Erase(ctx, w.shop.ID, recovery.Who{Keys: canaryKeys()}, "test", ""); err == nil {
			t.Fatal("the process did not die")
		}
		same(t, "state", w.proofs()[0].State, "running")
		w.pass(90 * time.Minute)
		same(t, "sent meanwhile", len(w.sent()), 0)
		w.sweep()
		same(t, "state after the sweep", w.proofs()[0].State, "done")
		for column, text := range tablesWith(t, w.db, []string{"canary", "canaria"}) {
			t.Errorf("%s holds %q", column, text)
		}
	}, consentMode(consent.Off))
}

// dyingAfterWrites is a store whose process dies after some transactions.
type dyingAfterWrites struct {
	recovery.Store
	left int
	die  func()
}

func (s *dyingAfterWrites) Write(ctx context.Context, fn func(context.Context, recovery.Tx) error) error {
	if s.left--; s.left < 0 {
		s.die()
		return context.Canceled
	}
	return s.Store.Write(ctx, fn)
}

// A purge removes what is old and nothing else, in small batches, and twice is as once.
func TestPurge(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		sing(w)
		w.pass(30 * time.Hour)
		count := func(query string) int { return len(texts(w, w.db.Raw(t), query)) }
		kept := map[shop.Kept]string{
			shop.KeptEvents:       `SELECT id FROM events WHERE length(body) > 0`,
			shop.KeptMessages:     `SELECT id FROM messages WHERE rendered <> '{}'`,
			shop.KeptInbounds:     `SELECT id FROM inbounds`,
			shop.KeptTouches:      `SELECT id FROM touches`,
			shop.KeptDecisions:    `SELECT id FROM decisions WHERE inputs <> '{}'`,
			shop.KeptOffers:       `SELECT id FROM offers UNION ALL SELECT code FROM offer_codes WHERE message_id <> '' UNION ALL SELECT id FROM messages WHERE offer_id <> ''`,
			shop.KeptReports:      `SELECT dedupe FROM reports`,
			shop.KeptEarlyReports: `SELECT dedupe FROM early_reports`,
			shop.KeptLinks:        `SELECT hash FROM links WHERE purpose = 'r'`,
			shop.KeptCarts:        `SELECT id FROM carts WHERE state IN ('open', 'abandoned')`,
		}
		before := map[shop.Kept]int{}
		for what, query := range kept {
			if before[what] = count(query); before[what] == 0 {
				t.Errorf("there is nothing of %s, so this proves nothing of it", what)
			}
		}
		codes := count(`SELECT code FROM offer_codes WHERE taken_at > 0`)
		messages, unsubscribe, decided := count(`SELECT id FROM messages`), count(`SELECT hash FROM links WHERE purpose = 'u'`), count(`SELECT id FROM decisions`)
		started := w.now()
		gone := map[shop.Kept]bool{}
		for _, step := range []struct {
			days int
			gone []shop.Kept
		}{
			{1, nil}, {5, nil}, {10, []shop.Kept{shop.KeptEarlyReports}},
			{62, []shop.Kept{shop.KeptLinks, shop.KeptCarts}}, {92, []shop.Kept{shop.KeptEvents, shop.KeptMessages, shop.KeptReports}},
			{182, []shop.Kept{shop.KeptInbounds}}, {402, []shop.Kept{shop.KeptTouches, shop.KeptDecisions, shop.KeptOffers}},
		} {
			w.clock.Add(started.Add(time.Duration(step.days) * 24 * time.Hour).Sub(w.now()))
			w.sweep()
			w.sweep()
			for _, what := range step.gone {
				gone[what] = true
			}
			for what, query := range kept {
				n := count(query)
				if gone[what] && n != 0 {
					t.Errorf("after %d days %d of %s are left", step.days, n, what)
				}
				if !gone[what] && n != before[what] {
					t.Errorf("after %d days %d of %d of %s are left", step.days, n, before[what], what)
				}
			}
		}
		same(t, "messages", count(`SELECT id FROM messages`), messages)
		same(t, "decisions", count(`SELECT id FROM decisions`), decided)
		same(t, "unsubscribe links", count(`SELECT hash FROM links WHERE purpose = 'u'`), unsubscribe)
		same(t, "codes taken", count(`SELECT code FROM offer_codes WHERE taken_at > 0`), codes)
		same(t, "quarantined", count(`SELECT id FROM events WHERE status = 'quarantined'`), 0)
		w.isLogged("old rows purged")
	}, book(nested), consentMode(consent.Off))
}

// What is old is found however much there is of it, sweep by sweep, and an
// expired cart comes back to life when its shopper does.
func TestPurgeOfMuch(t *testing.T) {
	onSQLite(t, func(t *testing.T, w *world) {
		for i := range 450 {
			w.send(gen("Cart Updated", w.now(), fields{"cart_id": fmt.Sprint("c", i), "products": []fields{line("hat", 1, "9.00")}}))
		}
		w.pass(time.Hour)
		w.clock.Add(100 * 24 * time.Hour)
		w.sweep()
		same(t, "bodies", w.countOf(`SELECT id FROM events WHERE length(body) > 0`), 0)
		same(t, "expired", w.countOf(`SELECT id FROM carts WHERE state = 'expired'`), 450)
		w.send(gen("Cart Updated", w.now(), adaCart("c7")))
		same(t, "the cart that was used again", string(w.cart("c7").Cart.State), "open")
		w.pass(2 * time.Hour)
		same(t, "sent", len(w.sent()), 1)
	}, consentMode(consent.Off))
}

func (w *world) countOf(query string) int {
	w.t.Helper()
	return len(texts(w, w.db.Raw(w.t), query))
}

package recovery_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// The canary: a person whose every trace is a text that nothing else has.
const (
	canary         = "canary.bird@example.com"
	canaryPhone    = "+33698761234"
	canaryPSID     = "8877665544332211"
	canaryCustomer = "990077001122"
	canaryDevice   = "anon-canary-77"
)

// feathers are what must not be found of the canary, in lower case.
var feathers = []string{"canary", "canaria", "birdwell", "698761234", "6 98 76 12 34", canaryPSID, canaryCustomer}

// tablesWith gives every "table.column" in which one of the texts stands, with
// the value: all columns of all tables, as the schema lists them.
func tablesWith(t testing.TB, db storetest.DB, parts []string) map[string]string {
	t.Helper()
	raw := db.Raw(t)
	list := map[string]string{
		storetest.EngineSQLite:   `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'goose%'`,
		storetest.EnginePostgres: `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name NOT LIKE 'goose%'`,
	}[db.Engine]
	out := map[string]string{}
	for _, table := range tableNames(t, raw, list) {
		rows, err := raw.QueryContext(context.Background(), `SELECT * FROM `+table)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			for i, v := range values {
				text := fmt.Sprint(v)
				if b, ok := v.([]byte); ok {
					text = string(b)
				}
				text = strings.ToLower(text)
				if slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(text, p) }) {
					out[table+"."+columns[i]] = text
				}
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		rows.Close()
	}
	return out
}

// nested is the book of three channels with an offer, whose codes are good once.
var nested = strings.Replace(threeChannels, "template: nudge, max_late: 6h", `template: nudge, max_late: 6h, offer: {codes: nest, value: "a crumb", valid_for: 48h}`, 1)

// sing lets the canary do everything that leaves a trace.
func sing(w *world) {
	w.t.Helper()
	ctx := context.Background()
	who := fields{
		"email": canary, "phone": "06 98 76 12 34", "messenger_psid": canaryPSID, "customer_id": canaryCustomer, "first_name": "Canaria",
		"last_name": "Birdwell", "shipping_address": fields{"street": "1 Canary Wharf"}, "recovery_url": "https://shop.example/cart/canary-cart-1?key=x",
		"consent": fields{"email": "yes", "sms": "yes", "messenger": "yes"}, "consent_wording": "I, Canaria Birdwell, agree", "consent_source": "canary form",
	}
	if _, err := w.engine.AddCodes(ctx, w.shop.ID, "nest", strings.NewReader("CRUMB-1\nCRUMB-2")); err != nil {
		w.t.Fatal(err)
	}
	if err := w.box.Enter(ctx, w.shop.ID, canaryPSID, "hello, here is Canaria"); err != nil {
		w.t.Fatal(err)
	}
	first := ofDevice(gen("Cart Updated", w.now(), adaCart("canary-cart-1").with(fields{"email": nil, "first_name": nil})), canaryDevice)
	w.send(first, ofDevice(gen("Cart Updated", w.now(), adaCart("canary-cart-1").with(who)), canaryDevice))
	w.pass(90 * time.Minute)
	for _, text := range []string{"I am Canaria, call +33698761234", "stop that"} {
		if err := w.box.Reply(ctx, w.delivered(), text); err != nil {
			w.t.Fatal(err)
		}
	}
	w.send(gen("Order Completed", w.now(), fields{"order_id": "555001", "cart_id": "canary-cart-1", "email": canary, "total": "40", "currency": "EUR"}))
	// A second cart, on which a message waits and a step is still to come.
	w.clock.Add(time.Hour)
	w.send(ofDevice(gen("Cart Updated", w.now(), adaCart("canary-cart-2").with(who)), canaryDevice))
	w.pass(time.Hour + 20*time.Minute)
	// Strangers' rows that name her.
	w.send(gen("Cart Updated", w.now(), fields{"cart_id": "shared-1", "currency": "EUR", "email": canary, "products": []fields{line("hat", 1, "9.00")}}))
	w.clock.Add(time.Second)
	w.send(gen("Cart Updated", w.now(), fields{"cart_id": "shared-1", "currency": "EUR", "email": "bob@example.org", "products": []fields{line("hat", 1, "9.00")}}))
	w.hide()
}

// hide writes her name where only odd deliveries and providers bring it.
func (w *world) hide() {
	w.t.Helper()
	w.write(func(ctx context.Context, tx *store.Tx) error {
		odd := recovery.Stored{Event: event.Event{
			ID: "odd-1", ShopID: w.shop.ID, Platform: "generic", Kind: event.Unknown, DedupeKey: "quarantine:" + canary, ReceivedAt: w.now(),
		}, Status: "quarantined", Note: "the field holds " + canary, Headers: map[string]string{"X-Shopify-Topic": "canary/test"},
			Body: []byte(`{"who":{"tel":"0698761234","mail":"CANARY.BIRD\u0040example.com"}}`)}
		if _, err := tx.InsertEvent(ctx, odd); err != nil {
			return err
		}
		return tx.KeepEarly(ctx, w.shop.ID, delivery.Report{Dedupe: "early-1", ProviderID: "mid-1", Address: canaryPSID, At: w.now()})
	})
	w.exec(`UPDATE reports SET reason = '550 no such user canary.bird@example.com' WHERE message_id <> ''`)
	w.exec(`UPDATE offers SET value = 'a crumb for canary'`)
	w.exec(`UPDATE touches SET detail = 'canary browser/1.0'`)
	w.exec(`UPDATE messages SET reason = 'relayed to canary.bird@example.com', rendered = '{"subject":"Canaria, your bag"}'`)
	w.exec(`UPDATE decisions SET inputs = '{"who":"canary"}'`)
	w.exec(`INSERT INTO channel_health (shop_id, channel, failures, trips, opened_at, until, code, reason)
		VALUES ('` + w.shop.ID + `', 'email', 1, 0, 0, 0, '550', 'refused canary.bird@example.com')`)
	w.exec(`INSERT INTO privacy_requests (shop_id, id, kind, platform, event_id, subject, state, erasure_id, received_at, due_at, done_at)
		VALUES ('` + w.shop.ID + `', 'req-1', 'subject_export', 'shopify', 'ev', '{"keys":[{"kind":"email","value":"canary.bird@example.com"}]}', 'waiting', '', 1, 2, 0)`)
}

func canaryKeys() []event.Key { return []event.Key{{Kind: event.KeyEmail, Value: canary}} }

func erase(w *world, who recovery.Who) journey.Erasure {
	w.t.Helper()
	done, err := w.engine.Erase(context.Background(), w.shop.ID, who, "test", "asked by Canaria, canary.bird@example.com")
	if err != nil || len(done) != 1 {
		w.t.Fatalf("erasures %v, error %v", done, err)
	}
	return done[0]
}

// Nothing in any column of any table names an erased person, numbers stay, and
// whoever shared a cart with her keeps what is theirs.
func TestErasureLeavesNoTrace(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		sing(w)
		before := tablesWith(t, w.db, feathers)
		for _, column := range []string{
			"events.body", "events.headers", "events.note", "events.dedupe_key", "shoppers.traits", "shopper_keys.value", "carts.facts",
			"cart_links.value", "cart_people.value", "order_marks.value", "consents.wording", "consents.source", "messages.recipient",
			"messages.rendered", "messages.reason", "decisions.inputs", "reports.reason", "touches.detail", "inbounds.sender", "inbounds.body",
			"early_reports.doc", "channel_health.reason", "offers.value", "privacy_requests.subject",
		} {
			if before[column] == "" {
				t.Errorf("the canary left no trace in %s, so this test proves nothing of it", column)
			}
		}
		dry, err := w.engine.EraseDry(context.Background(), w.shop.ID, recovery.Who{Keys: canaryKeys()})
		if err != nil || !dry[0].DryRun || dry[0].Counts["events"] == 0 || dry[0].Counts["messages"] == 0 {
			t.Errorf("dry run: %v, %v", dry, err)
		}
		same(t, "a dry run changes nothing", len(tablesWith(t, w.db, feathers)), len(before))
		sums := summary(w)
		codes := `SELECT code FROM offer_codes WHERE taken_at > 0 ORDER BY code`
		taken := texts(w, w.db.Raw(t), codes)

		proof := erase(w, recovery.Who{Keys: canaryKeys()})

		for column, text := range tablesWith(t, w.db, feathers) {
			t.Errorf("%s still holds %q", column, text)
		}
		if proof.State != journey.ErasureDone || proof.DoneAt.IsZero() || len(proof.Identities) < 5 || proof.Counts["events"] < 4 {
			t.Errorf("the proof: %+v", proof)
		}
		if got := texts(w, w.db.Raw(t), codes); len(taken) == 0 || len(got) != len(taken) {
			t.Errorf("codes taken: %v before, %v after", taken, got)
		}
		same(t, "who took them", texts(w, w.db.Raw(t), `SELECT code FROM offer_codes WHERE message_id <> '' UNION ALL SELECT id FROM messages WHERE offer_id <> ''`), nil)
		after := summary(w)
		same(t, "revenue", after.Revenue, sums.Revenue)
		same(t, "messages", after.Messages["delivered"], sums.Messages["delivered"])
		same(t, "orders", len(w.orders()), 1)
		same(t, "total", w.orders()[0].Total.Minor, int64(4000))
		bob := w.cart("shared-1")
		same(t, "Bob's cart", []string{bob.Cart.Facts.Email.Value, string(bob.Cart.State)}, []string{"bob@example.org", "open"})
		same(t, "waiting enrollments", w.countWaiting(), 0)

		again := erase(w, recovery.Who{ShopperID: proof.ShopperID})
		same(t, "erasing again gives the same proof", again.ID, proof.ID)
		w.pass(48 * time.Hour)
		for _, s := range w.outbox() {
			if s.At.After(proof.RequestedAt) && s.To != "bob@example.org" {
				t.Errorf("a message left after the erasure: %s %s", s.Channel, s.To)
			}
		}
	}, book(nested), consentMode(consent.Off))
}

// An erased person who comes back is a new shopper, and is not written to until
// they say yes again: not by a late webhook, nor an import, nor an old yes.
func TestErasedStaysUnwritten(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		yes := fields{"email": canary, "consent": fields{"email": "yes"}}
		cart := func(id string, more fields) post { return gen("Cart Updated", w.now(), adaCart(id).with(more)) }
		early := cart("late", yes)
		w.send(cart("c1", yes))
		w.clock.Add(time.Minute)
		proof := erase(w, recovery.Who{Keys: canaryKeys()})
		w.clock.Add(time.Minute)
		w.send(early, cart("c2", fields{"email": canary}))
		w.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertConsent(ctx, w.shop.ID, "imported", consent.Entry{
				Consent: event.Consent{Channel: event.Email, Answer: event.Yes, Source: "import", At: w.now()},
				Address: recovery.HashAddress(w.shop.ID, event.Email, canary), Evidence: "import list.csv:1",
			})
		})
		w.pass(3 * time.Hour)
		same(t, "sent after the erasure", len(w.sent()), 0)
		c2 := w.cart("c2")
		if c2.Cart.ShopperID == "" || c2.Cart.ShopperID == proof.ShopperID {
			t.Errorf("the cart after the erasure belongs to %q", c2.Cart.ShopperID)
		}
		same(t, "why", decisions(c2)[1:], []string{"0 skipped suppressed.erased"})

		w.send(cart("c3", yes))
		w.pass(3 * time.Hour)
		same(t, "sent after a new yes", len(w.sent()), 1)
	}, consentMode(consent.OptIn))
}

// Whoever still has a message can unsubscribe by it, and its other links are dead.
func TestLinksAfterErasure(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"email": canary})))
		w.pass(90 * time.Minute)
		sent := w.delivered()
		erase(w, recovery.Who{Keys: canaryKeys()})
		if _, err := w.engine.Restore(ctx, token(t, sent, "r")); err == nil {
			t.Error("the restore link still works")
		}
		if err := w.engine.Unsubscribe(ctx, token(t, sent, "u"), false); err != nil {
			t.Errorf("unsubscribing: %v", err)
		}
		if err := w.box.Bounce(ctx, sent); err != nil {
			t.Errorf("a late bounce: %v", err)
		}
		for column, text := range tablesWith(t, w.db, []string{"canary"}) {
			t.Errorf("%s holds %q", column, text)
		}
	})
}

func tableNames(t testing.TB, raw *sql.DB, query string) []string {
	t.Helper()
	out, err := textsOf(raw, query)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// countWaiting counts enrollments and messages of erased shoppers that something still waits for.
func (w *world) countWaiting() int {
	w.t.Helper()
	return len(texts(w, w.db.Raw(w.t), `
		SELECT e.id FROM enrollments e JOIN erasures r ON r.shop_id = e.shop_id AND r.shopper_id = e.shopper_id WHERE e.state = 'waiting'
		UNION SELECT m.id FROM messages m JOIN erasures r ON r.shop_id = m.shop_id AND r.shopper_id = m.shopper_id WHERE m.due_at IS NOT NULL`))
}

// Erasing somebody in one shop touches nobody of the same name in another.
func TestErasureStaysInItsShop(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.addShop(aShop("shop-b"), twoSteps)
		p := gen("Cart Updated", w.now(), adaCart("c1").with(fields{"email": canary}))
		w.send(p)
		if _, err := w.receive("shop-b", p); err != nil {
			t.Fatal(err)
		}
		if _, err := w.engine.Erase(context.Background(), "shop-b", recovery.Who{Keys: canaryKeys()}, "test", ""); err != nil {
			t.Fatal(err)
		}
		same(t, "Ada's cart here", w.cart("c1").Cart.Facts.Email.Value, canary)
		w.pass(90 * time.Minute)
		same(t, "sent here", len(w.sent()), 1)
		same(t, "proofs here", len(w.proofs()), 0)
	}, consentMode(consent.Off))
}

// An erasure while a message is at its provider: what left has left, it is
// settled without a name, and nothing follows.
func TestErasureWhileSending(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		var proof journey.Erasure
		w.during(event.Email, func() { proof = erase(w, recovery.Who{Keys: canaryKeys()}) })
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"email": canary, "first_name": "Canaria"})))
		w.pass(90 * time.Minute)
		same(t, "the proof", proof.State, journey.ErasureDone)
		if err := w.box.Deliver(context.Background(), w.last()); err != nil {
			t.Error(err)
		}
		w.pass(48 * time.Hour)
		same(t, "sent", len(w.sent()), 1)
		same(t, "states", w.states(), []string{"0 email delivered reminder"})
		for column, text := range tablesWith(t, w.db, []string{"canary", "canaria"}) {
			t.Errorf("%s holds %q", column, text)
		}
	}, consentMode(consent.Off))
}

// Erasures and a shop's daily business side by side: every erasure ends, and
// nobody who was erased before their step came is written to.
func TestErasureBesideSending(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		const n = 12
		who := func(i int) []event.Key {
			return []event.Key{{Kind: event.KeyEmail, Value: fmt.Sprintf("bird%d@example.net", i)}}
		}
		for i := range n {
			w.send(gen("Cart Updated", w.now(), adaCart(fmt.Sprint("c", i)).with(fields{"email": who(i)[0].Value})))
		}
		w.pass(40 * time.Minute)
		w.clock.Add(25 * time.Minute)
		var side sync.WaitGroup
		for i := range n / 2 {
			side.Go(func() {
				if _, err := w.engine.Erase(context.Background(), w.shop.ID, recovery.Who{Keys: who(i)}, "test", ""); err != nil {
					t.Errorf("erasing %d: %v", i, err)
				}
			})
		}
		side.Go(func() {
			if _, err := rung(w.engine, shop.Shard(w.shop.ID)); err != nil {
				t.Error(err)
			}
		})
		side.Wait()
		w.pass(48 * time.Hour)
		for _, p := range w.proofs() {
			same(t, "state", p.State, journey.ErasureDone)
		}
		by := map[string]int{}
		for _, s := range w.outbox() {
			by[s.To]++
		}
		for i := range n {
			got := by[who(i)[0].Value]
			if i < n/2 && got > 1 || i >= n/2 && got != 2 {
				t.Errorf("bird %d was written to %d times", i, got)
			}
		}
		for column, text := range tablesWith(t, w.db, []string{"bird0@", "bird5@"}) {
			t.Errorf("%s holds %q", column, text)
		}
	}, consentMode(consent.Off))
}

package recovery_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// Nothing is stored of a delivery that is not the platform's.
func TestUnsignedIsNotStored(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		good := shopifyPost("checkouts/create", w.now(), checkout("tok1", w.now()))
		signed := func(p post, secret string) http.Header {
			h := p.header.Clone()
			sign(h, p, secret)
			return h
		}
		elsewhere := signed(good, hookSecret("shop-a"))
		elsewhere.Set("X-Shopify-Shop-Domain", "another.myshopify.com")
		for _, c := range []struct {
			name   string
			shop   string
			on     string
			header http.Header
			body   []byte
			want   fault.Code
		}{
			{"no signature", "shop-a", "shopify", good.header, good.body, fault.Unauthorized},
			{"another secret", "shop-a", "shopify", signed(good, "wrong"), good.body, fault.Unauthorized},
			{"a changed body", "shop-a", "shopify", signed(good, hookSecret("shop-a")), append(bytes.Clone(good.body), ' '), fault.Unauthorized},
			{"another shop's domain", "shop-a", "shopify", elsewhere, good.body, fault.Unauthorized},
			{"another shop's secret", "shop-a", "shopify", signed(good, hookSecret("shop-b")), good.body, fault.Unauthorized},
			{"another platform than the shop's", "shop-a", "woocommerce", signed(good, hookSecret("shop-a")), good.body, fault.NotFound},
			{"a platform that is none", "shop-a", "magento", signed(good, hookSecret("shop-a")), good.body, fault.NotFound},
			{"a shop that is none", "nobody", "shopify", signed(good, hookSecret("nobody")), good.body, fault.NotFound},
			{"an unsigned generic event", "shop-a", "generic", http.Header{}, good.body, fault.Unauthorized},
		} {
			_, err := w.engine.Receive(ctx, c.on, c.shop, c.header, c.body)
			wantCode(t, c.name, err, c.want)
		}
		for _, table := range []string{"events", "carts", "shoppers", "orders", "consents"} {
			same(t, "rows in "+table, w.count(table), 0)
		}
	})
}

// An unsigned connection test of WooCommerce is answered and leaves no trace.
func TestPingIsNotStored(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		receipts, err := w.engine.Receive(context.Background(), "woocommerce", w.shop.ID, http.Header{}, []byte("webhook_id=12"))
		if err != nil || len(receipts) != 0 {
			t.Errorf("%v %v", receipts, err)
		}
		same(t, "events", w.count("events"), 0)
	}, onPlatform("woocommerce"))
}

// What cannot be read at all is refused: its sender shall send it again.
func TestUnreadableBody(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		whole := shopifyPost("checkouts/create", w.now(), checkout("tok1", w.now()))
		for name, body := range map[string][]byte{
			"truncated": whole.body[:len(whole.body)/2], "empty": {}, "no JSON": []byte("hello"),
			"deep": []byte(strings.Repeat(`{"a":`, 20_000)),
		} {
			p := post{"shopify", whole.header, body}
			_, err := w.receive(w.shop.ID, p)
			wantCode(t, name, err, fault.Invalid)
		}
		same(t, "events", w.count("events"), 0)
	})
}

// A topic that is not known is kept and answered; nothing else happens.
func TestUnknownTopicIsKept(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		receipts, err := w.receive(w.shop.ID, shopifyPost("themes/publish", w.now(), fields{"id": 1, "name": "Dawn"}))
		if err != nil {
			t.Fatal(err)
		}
		same(t, "receipts", fmt.Sprintf("%d %s %s", len(receipts), receipts[0].Status, receipts[0].Kind), "1 accepted unknown")
		same(t, "events", w.count("events"), 1)
		same(t, "carts", w.count("carts"), 0)
		same(t, "status", texts(w, w.db.Raw(t), `SELECT status FROM events`), []string{"ignored"})
	})
}

// What is signed and makes no sense is kept aside, answered, and changes nothing.
func TestNonsenseIsQuarantined(t *testing.T) {
	for name, change := range map[string]fields{
		"a currency that is none":    {"currency": "QQQ"},
		"a negative quantity":        {"line_items": []fields{{"product_id": 1, "title": "Scarf", "quantity": -2, "price": "10.00"}}},
		"a price that is none":       {"line_items": []fields{{"product_id": 1, "title": "Scarf", "quantity": 1, "price": "cheap"}}},
		"a price beyond all measure": {"total_price": "99999999999999999999999.00"},
		"a cart without an id":       {"token": nil},
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				p := shopifyPost("checkouts/create", w.now(), checkout("tok1", w.now()).with(change))
				for range 2 { // its sender repeats it
					receipts, err := w.receive(w.shop.ID, p)
					if err != nil {
						t.Fatal(err)
					}
					if len(receipts) != 1 || (receipts[0].Status != event.Quarantined && receipts[0].Status != event.Duplicate) {
						t.Errorf("receipts: %+v", receipts)
					}
				}
				same(t, "events", texts(w, w.db.Raw(t), `SELECT status FROM events`), []string{"quarantined"})
				same(t, "carts", w.count("carts"), 0)
				same(t, "in the summary", summary(w).Quarantined, 1)
			})
		})
	}
}

// mending is a platform whose adapter has a fault until it is mended.
type mending struct {
	recovery.Platform
	mended bool
}

func (m *mending) Parse(d event.Delivery) ([]event.Event, error) {
	if !m.mended {
		return nil, fault.New(fault.Unprocessable, "this adapter does not know the field yet")
	}
	return m.Platform.Parse(d)
}

// Once the adapter is mended, what was kept aside is folded, once, as if it had
// been read when it came.
func TestReplay(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		m := &mending{Platform: w.engine.Platforms["shopify"]}
		w.engine = w.newEngine(func(o *recovery.Options) { o.Platforms["shopify"] = m })
		start := w.now()
		posts := []post{
			shopifyPost("checkouts/create", start, checkout("tok1", start)),
			shopifyPost("checkouts/update", start.Add(time.Minute), checkout("tok1", start.Add(time.Minute)).with(fields{"total_price": "69.90"})),
		}
		w.clock.Add(2 * time.Minute)
		for _, p := range posts {
			if _, err := w.receive(w.shop.ID, p); err != nil {
				t.Fatal(err)
			}
		}
		done, err := w.engine.Replay(context.Background(), w.shop.ID, journey.Replay{})
		same(t, "replayed too early", fmt.Sprint(done.Folded, len(done.Left), err), "0 2 <nil>")
		if why := done.Left[0].Reason; !strings.Contains(why, "does not know the field yet") {
			t.Errorf("left, because %q", why)
		}
		_, err = w.engine.Replay(context.Background(), w.shop.ID, journey.Replay{Held: journey.Held{ID: "no such event"}})
		same(t, "an event that is not there", fault.CodeOf(err), fault.NotFound)

		m.mended = true
		// The platform sends one of them again before we replay.
		w.send(posts[0])
		for i, want := range []string{"2 0 <nil>", "0 0 <nil>"} {
			done, err = w.engine.Replay(context.Background(), w.shop.ID, journey.Replay{})
			same(t, fmt.Sprint("replay ", i+1), fmt.Sprint(done.Folded, len(done.Left), err), want)
		}
		d := w.cart("tok1")
		same(t, "total", cash(d.Cart.Total()), "69.90 EUR")
		same(t, "last activity", d.Cart.LastActivity(), start.Add(time.Minute))
		w.pass(2 * time.Hour)
		same(t, "sent", w.sent(), []string{"email Adaline, your bag waits"})
	})
}

// The same quarantined body under two topics is two deliveries.
func TestQuarantineKeepsTopicsApart(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		body := orderOf("tok1", 501, w.now()).with(fields{"currency": "QQQ"})
		for _, topic := range []string{"orders/create", "orders/paid"} {
			if _, err := w.receive(w.shop.ID, shopifyPost(topic, w.now(), body)); err != nil {
				t.Fatal(err)
			}
		}
		same(t, "events", w.count("events"), 2)
	})
}

// A cart of ten thousand lines is a cart.
func TestTenThousandLines(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		var lines []fields
		for i := range 10_000 {
			lines = append(lines, line(fmt.Sprintf("product-%d", i), 1, "0.01"))
		}
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"products": lines})))
		if got := len(w.cart("c1").Cart.Items()); got == 0 {
			t.Error("no lines are left")
		}
		w.pass(3 * time.Hour)
		same(t, "sent", len(w.sent()), 1)
	})
}

// Bytes that are no text, or that Postgres takes for no text, wherever they stand.
func TestBytesThatAreNoText(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		nul, bad := `\u0000`, "\xff\xfe"
		for i, c := range []string{nul, bad, nul + bad + "x", "\u202e\u202e", `\ud800`} {
			body := fmt.Sprintf(`{"type":"track","event":"Cart Updated%[1]s","messageId":"m%[2]d%[1]s","timestamp":%[3]q,"userId":"u%[1]s%[2]d",
				"anonymousId":"a%[1]s%[2]d","context":{"locale":"en%[1]s","userAgent":"x%[1]s"},
				"properties":{"cart_id":"c%[1]s%[2]d","currency":"EUR","email":"nul%[2]d%[1]s@example.com","first_name":"Ada%[1]s","last_name":"%[1]s",
				"phone":"%[1]s+33612345678","country":"FR%[1]s","coupon":"c%[1]s","recovery_url":"https://shop.example/%[1]s","consent":{"email":"yes"},
				"consent_source":"s%[1]s","consent_wording":"w%[1]s","tags":["t%[1]s"],
				"products":[{"product_id":"p%[1]s","name":"Scarf%[1]s","variant":"v%[1]s","category":"c%[1]s","sku":"s%[1]s","url":"https://x.example/%[1]s","quantity":1,"price":"5.00"}]}}`,
				c, i, stamp(w.now()))
			p := post{"generic", http.Header{"X-Odd": {"\x00\xff"}}, []byte(body)}
			receipts, err := w.receive(w.shop.ID, p)
			if err != nil && fault.CodeOf(err) != fault.Invalid {
				t.Errorf("%q: %v", c, err)
			}
			t.Logf("%q: %+v %v", c, receipts, err)
		}
		for i, c := range []string{"\x00", "\xff", "a\x00b"} {
			p := shopifyPost("checkouts/create", w.now(), checkout(fmt.Sprint("tok", i), w.now()))
			p.header.Set("X-Shopify-Topic", "checkouts/create"+c)
			p.header.Set("X-Shopify-Event-Id", "event"+c+fmt.Sprint(i))
			if _, err := w.receive(w.shop.ID, p); err != nil {
				t.Errorf("header %q: %v", c, err)
			}
		}
		// Quarantined, with a note that quotes it.
		for _, c := range []string{`\u0000`, "\xff"} {
			p := post{"generic", http.Header{}, []byte(`{"event":"Cart Updated","messageId":"q","timestamp":"` + c + `","properties":{"cart_id":"c","currency":"` + c + `"}}`)}
			if _, err := w.receive(w.shop.ID, p); err != nil && fault.CodeOf(err) != fault.Invalid {
				t.Errorf("quarantine %q: %v", c, err)
			}
		}
		w.pass(3 * time.Hour)
	})
}

// Numbers and texts at their limits are folded or kept aside, never an error of ours.
func TestExtremes(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		long := strings.Repeat("long ", 20_000)
		for i, change := range []fields{
			{"email": long + "@example.com"}, {"first_name": long}, {"cart_id": long}, {"products": []fields{{"product_id": long, "name": long, "quantity": 1, "price": "1"}}},
			{"products": []fields{line("scarf", 1<<40, "1")}}, {"products": []fields{line("scarf", 1, "1e30")}}, {"products": []fields{line("scarf", 1, "-1")}},
			{"products": []fields{line("scarf", 1000000, "92233720368547758.07")}}, {"total": "92233720368547758.07"}, {"currency": "JPY", "products": []fields{line("scarf", 1, "0.5")}},
			{"created_at": "0001-01-01T00:00:00Z"}, {"created_at": "9999-12-31T23:59:59Z"}, {"updated_at": "2999-01-01T00:00:00Z"}, {"updated_at": "1970-01-01T00:00:00Z"},
			{"phone": "not a phone"}, {"country": "ZZZ"}, {"products": nil}, {"products": []fields{{}}},
		} {
			p := gen("Cart Updated", w.now(), adaCart(fmt.Sprint("c", i)).with(change))
			if _, err := w.receive(w.shop.ID, p); err != nil && fault.CodeOf(err) != fault.Invalid {
				t.Errorf("%.80s: %v", asJSON(change), err)
			}
		}
		w.pass(3 * time.Hour)
	})
}

// A clock that runs ahead must not hold a cart open, nor order things wrongly.
func TestPlatformClockAhead(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		start := w.now()
		w.send(gen("Cart Updated", start.Add(3*time.Hour), adaCart("c1")))
		same(t, "last activity", w.cart("c1").Cart.LastActivity(), start)
		w.pass(time.Hour)
		same(t, "sent", len(w.sent()), 1)
	})
}

// The same delivery, again and again, and at once, is folded once.
func TestRepeatedDeliveries(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		p := gen("Product Added", w.now(), fields{"cart_id": "c1", "email": ada, "currency": "EUR", "product_id": "cap", "name": "Cap", "quantity": 1, "price": "10.00"})
		errs := make(chan error, 12)
		for range 12 {
			go func() {
				_, err := w.receive(w.shop.ID, p)
				errs <- err
			}()
		}
		for range 12 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		same(t, "events", w.count("events"), 1)
		same(t, "carts", w.count("carts"), 1)
		same(t, "total", cash(w.cart("c1").Cart.Total()), "10.00 EUR")
	})
}

// Different events of one new cart and one new person come at once.
func TestEventsOfOneCartAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		const n = 16
		errs := make(chan error, n)
		for i := range n {
			p := gen("Product Added", w.now(), fields{"cart_id": "c1", "email": ada, "customer_id": "cust-1", "currency": "EUR",
				"product_id": fmt.Sprint("p", i), "name": "Thing", "quantity": 1, "price": "1.00"})
			go func() {
				_, err := w.receive(w.shop.ID, p)
				errs <- err
			}()
		}
		for range n {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		same(t, "carts", w.count("carts"), 1)
		same(t, "shoppers", w.count("shoppers WHERE merged_into = ''"), 1)
		same(t, "total", cash(w.cart("c1").Cart.Total()), "16.00 EUR")
		same(t, "state", w.cart("c1").Cart.State, cart.Open)
	})
}

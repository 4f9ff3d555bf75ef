package recovery_test

import (
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// The order's webhook overtakes the cart's: the order waits as a tombstone.
func TestOrderBeforeItsCart(t *testing.T) {
	for name, order := range map[string]fieldsOf{
		"by the checkout's token": orderOf("tok1", 501, time.Time{}).with(fields{"email": nil, "customer": nil}),
		"by the email":            orderOf("another", 501, time.Time{}).with(fields{"customer": nil}),
		"by the customer":         orderOf("another", 501, time.Time{}).with(fields{"email": nil, "customer": fields{"id": 7001}}),
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				started := w.now()
				w.clock.Add(time.Minute)
				when := fields{"created_at": stamp(w.now()), "updated_at": stamp(w.now()), "processed_at": stamp(w.now())}
				w.send(shopifyPost("orders/create", w.now(), order.with(when)))
				w.send(shopifyPost("checkouts/create", started, checkout("tok1", started)))
				same(t, "state", w.cart("tok1").Cart.State, cart.Ordered)
				w.pass(30 * time.Hour)
				same(t, "sent", w.sent(), nil)
			})
		})
	}
}

// An order stops everything that was planned for whoever bought.
func TestOrderStopsTheSequence(t *testing.T) {
	for _, c := range []struct {
		name  string
		order fields
		by    string
	}{
		{"by the cart", fields{"cart_id": "c1"}, "link"},
		{"by the checkout", fields{"checkout_id": "ch1"}, "link"},
		{"by the customer", fields{"customer_id": "cust-1"}, "customer"},
		{"by the email, written differently", fields{"email": " Ada.Lovelace@Example.com "}, "email"},
		{"by the phone, written nationally", fields{"phone": "06 12 34 56 78"}, "phone"},
		{"by the device", fields{"anonymous": "device-1"}, "anonymous"},
	} {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				w.send(ofDevice(gen("Checkout Started", w.now(), adaCart("c1").with(fields{
					"checkout_id": "ch1", "customer_id": "cust-1", "phone": adaPhone,
				})), "device-1"))
				w.pass(45 * time.Minute)
				same(t, "state", w.cart("c1").Cart.State, cart.Abandoned)
				order := gen("Order Completed", w.now(), fieldsOf{"order_id": "o1", "total": "40.00", "currency": "EUR"}.with(c.order))
				if device, ok := c.order["anonymous"].(string); ok {
					order = ofDevice(order, device)
				}
				w.send(order)
				d := w.cart("c1")
				same(t, "state", d.Cart.State, cart.Ordered)
				same(t, "ordered by", d.Cart.OrderedBy, c.by)
				w.pass(30 * time.Hour)
				same(t, "sent", w.sent(), nil)
				same(t, "enrollment", d.Enrollments[0].Reason, "ordered")
			})
		})
	}
}

// Orders that are not this shopper's, or not for this cart, stop nothing.
func TestOrderOfSomethingElse(t *testing.T) {
	for _, c := range []struct {
		name  string
		order fields
		ago   time.Duration
	}{
		{"of another person", fields{"email": "somebody.else@example.com"}, 0},
		{"of the same person, long before", fields{"email": ada}, 40 * 24 * time.Hour},
		{"of the same person, an hour before", fields{"email": ada}, time.Hour},
		{"of nobody", fields{}, 0},
		{"of another cart of another person", fields{"cart_id": "c2", "email": "somebody.else@example.com"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				placed := w.now().Add(-c.ago)
				w.send(gen("Cart Updated", w.now(), adaCart("c1")))
				w.clock.Add(10 * time.Minute)
				if c.ago == 0 {
					placed = w.now()
				}
				w.send(gen("Order Completed", placed, fieldsOf{"order_id": "o1", "total": "40.00", "currency": "EUR"}.with(c.order)))
				w.pass(3 * time.Hour)
				same(t, "sent", w.sent(), []string{"email Adaline, your bag waits"})
			})
		})
	}
}

// What WooCommerce's order states mean for a cart that became an order.
func TestWooOrderStates(t *testing.T) {
	for _, c := range []struct {
		status string
		paid   bool
		sent   int
	}{
		{"processing", true, 0}, {"completed", true, 0}, {"on-hold", false, 0}, {"refunded", true, 0}, {"cancelled", true, 0},
		{"cancelled", false, 1}, {"failed", false, 1}, {"pending", false, 1},
	} {
		name := c.status
		if c.paid {
			name += ", paid"
		}
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				at := w.now()
				w.send(wooPost("order.created", wooOrder("checkout-draft", at)))
				w.clock.Add(10 * time.Minute)
				o := wooOrder(c.status, at).with(fields{"date_modified_gmt": wooTime(w.now())})
				if c.paid {
					o["date_paid_gmt"] = wooTime(w.now())
				}
				w.send(wooPost("order.updated", o))
				w.pass(4 * time.Hour)
				same(t, "messages", len(w.sent()), c.sent)
			}, onPlatform("woocommerce"))
		})
	}
}

// The order comes after the message was reserved, while another is in flight.
func TestOrderBetweenReserveAndStart(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		for _, id := range []string{"c1", "c2"} {
			w.send(gen("Cart Updated", w.now(), adaCart(id).with(fields{"email": id + "@example.com"})))
		}
		w.clock.Add(45 * time.Minute)
		w.idle()
		w.clock.Add(15 * time.Minute)
		// One message at a time: whichever is first, the other one's shopper buys meanwhile.
		spared := ""
		w.during(event.Email, func() {
			for _, m := range w.messages() {
				if m.State == "reserved" {
					spared = m.CartID
					w.send(gen("Order Completed", w.now(), fields{"order_id": "o1", "email": m.To, "total": "40", "currency": "EUR"}))
				}
			}
		})
		w.due()
		same(t, "sent", len(w.sent()), 1)
		for _, d := range w.carts() {
			if d.Cart.ID != spared {
				continue
			}
			same(t, "state", d.Cart.State, cart.Ordered)
			same(t, "decisions", decisions(d), []string{"-1 routed persona.everyone", "0 skipped cart.ordered email"})
		}
		w.pass(30 * time.Hour)
		same(t, "sent in the end", len(w.sent()), 2) // the other shopper's second step
	}, engineOf(func(o *recovery.Options) { o.Workers = 1 }))
}

// The order comes while this very message is in flight: it has left, and nothing more does.
func TestOrderWhileItsMessageIsInFlight(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(gen("Cart Updated", w.now(), adaCart("c1")))
		w.during(event.Email, func() {
			w.send(gen("Order Completed", w.now(), fields{"order_id": "o1", "cart_id": "c1", "total": "40", "currency": "EUR"}))
		})
		w.pass(30 * time.Hour)
		same(t, "sent", w.sent(), []string{"email Adaline, your bag waits"})
		d := w.cart("c1")
		same(t, "state", d.Cart.State, cart.Ordered)
		same(t, "enrollment", d.Enrollments[0].Reason, "ordered")
		same(t, "decisions", decisions(d), []string{"-1 routed persona.everyone", "0 sent consent.off email"})
		// It was ordered before the message came: no credit by delivery.
		w.delivered()
		same(t, "recoveries", w.recoveries(), nil)
	})
}

// The order comes while the provider refuses the message: the step ends, and no other channel is tried.
func TestOrderWhileItsMessageIsRefused(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"phone": adaPhone})))
		w.during(event.SMS, func() {
			w.send(gen("Order Completed", w.now(), fields{"order_id": "o1", "cart_id": "c1", "total": "40", "currency": "EUR"}))
		})
		refuse := answer(event.SMS, 400, `{"code":30003,"message":"unreachable","status":400}`)
		hook := w.fault
		w.befall(func(c event.Channel) *sandbox.Fault { hook(c); return refuse(c) })
		w.pass(30 * time.Hour)
		same(t, "sent", w.sent(), nil)
		d := w.cart("c1")
		same(t, "decisions", decisions(d), []string{"-1 routed persona.everyone", "0 failed channel.rejected sms"})
	}, book(threeChannels))
}

// A shopper who comes back to a finished checkout is not written to about it.
func TestCheckoutThatAnnouncesItsOrder(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(shopifyPost("checkouts/create", w.now(), checkout("tok1", w.now())))
		w.pass(time.Hour)
		w.delivered()
		w.clock.Add(time.Minute)
		w.send(shopifyPost("checkouts/update", w.now(), checkout("tok1", w.now().Add(-time.Second)).with(fields{"completed_at": stamp(w.now())})))
		d := w.cart("tok1")
		same(t, "state", d.Cart.State, cart.Ordered)
		same(t, "recoveries of the announcement", w.recoveries(), nil)
		w.clock.Add(time.Minute)
		w.send(shopifyPost("orders/create", w.now(), orderOf("tok1", 501, w.now())))
		same(t, "recoveries", w.recoveries(), []string{"same_cart_24h_after_delivery 59.90 EUR - 0.00 EUR"})
		for _, o := range w.orders() {
			if o.PlatformID == "501" {
				same(t, "the cart's order", w.cart("tok1").Cart.OrderID, o.ID)
			}
		}
		w.pass(30 * time.Hour)
		same(t, "sent", len(w.sent()), 1)
	})
}

// The same order is told twice, and in several topics: one order, one credit.
func TestOrderToldOftenCountsOnce(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(shopifyPost("checkouts/create", w.now(), checkout("tok1", w.now())))
		w.pass(time.Hour)
		w.delivered()
		w.clock.Add(time.Minute)
		order := orderOf("tok1", 501, w.now())
		for _, topic := range []string{"orders/create", "orders/create", "orders/paid", "orders/updated", "orders/create"} {
			w.send(shopifyPost(topic, w.now(), order))
		}
		same(t, "orders", len(w.orders()), 1)
		same(t, "recoveries", w.recoveries(), []string{"same_cart_24h_after_delivery 59.90 EUR - 0.00 EUR"})
		same(t, "events", w.count("events"), 4)
	})
}

// An order that staff or a till made stops messages and earns nothing.
func TestOrdersThatAreNoRecovery(t *testing.T) {
	for name, more := range map[string]fields{
		"a till's": {"source_name": "pos"}, "a draft": {"app_id": 1354745}, "a test": {"test": true}, "a subscription's": {"source_name": "subscription_contract"},
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				w.send(shopifyPost("checkouts/create", w.now(), checkout("tok1", w.now())))
				w.pass(time.Hour)
				w.delivered()
				w.clock.Add(time.Minute)
				w.send(shopifyPost("orders/create", w.now(), orderOf("tok1", 501, w.now()).with(more)))
				w.pass(30 * time.Hour)
				same(t, "sent", len(w.sent()), 1)
				same(t, "recoveries", w.recoveries(), nil)
			})
		})
	}
}

// The order and the cart become known at the same moment, in two transactions
// that do not see each other: the due step asks the orders themselves.
func TestDueStepAsksTheOrdersThemselves(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(gen("Cart Updated", w.now(), adaCart("c1")))
		w.pass(45 * time.Minute)
		w.send(gen("Order Completed", w.now(), fields{"order_id": "o1", "email": ada, "total": "40", "currency": "EUR"}))
		// As if they had not met.
		w.exec(`UPDATE carts SET state = 'abandoned', order_id = '', ordered_by = ''`)
		w.exec(`UPDATE enrollments SET state = 'waiting', reason = '', due_at = created_at, done_at = 0`)
		w.pass(30 * time.Hour)
		same(t, "sent", w.sent(), nil)
		d := w.cart("c1")
		decision(t, d, journey.Skipped, "order.matched.email")
		same(t, "state", d.Cart.State, cart.Ordered)
	})
}

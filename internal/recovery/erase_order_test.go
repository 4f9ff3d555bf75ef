package recovery_test

import (
	"context"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// herOrder is an order with all that its buyer wrote on it.
func herOrder(id string, placed time.Time, more fields) fields {
	return fieldsOf{
		"order_id": id, "order_number": "#" + id, "cart_id": "canary-cart-1", "total": "40.00", "currency": "EUR", "created_at": placed.Format(time.RFC3339),
		"email": canary, "phone": canaryPhone, "customer_id": canaryCustomer, "first_name": "Canaria", "last_name": "Birdwell",
		"shipping_address": fields{"street": "1 Canary Wharf"}, "consent": fields{"email": "yes"},
	}.with(more)
}

// traceless holds that nothing in any column names the canary, and that nobody
// came into being since the erasure.
func (w *world) traceless(when string) {
	w.t.Helper()
	for column, text := range tablesWith(w.t, w.db, feathers) {
		w.t.Errorf("%s: %s holds %q", when, column, text)
	}
	same(w.t, when+": names known", w.count("shopper_keys"), 0)
}

// An erased person's order changes, and the platform tells of it with all that
// stands on it: by webhook, and by the list that is asked for every few minutes.
// What became of it is known, and nothing of them. What they do anew is new.
func TestAnErasedOrderBringsNobodyBack(t *testing.T) {
	farWorld(t, listing, func(t *testing.T, w *world, far *farShop) {
		placed := w.now()
		w.send(gen("Cart Updated", placed, adaCart("canary-cart-1").with(fields{"email": canary})))
		w.clock.Add(time.Minute)
		w.send(gen("Order Completed", w.now(), herOrder("555001", placed, nil)))
		w.clock.Add(time.Hour)
		erase(w, recovery.Who{Keys: canaryKeys()})
		w.traceless("after the erasure")

		w.clock.Add(time.Hour)
		refund := gen("Order Refunded", w.now(), herOrder("555001", placed, fields{"refunded": "15.00"}))
		w.send(refund, refund)
		w.traceless("after a refund")
		same(t, "what a sender is told of a repeat", w.statuses(refund), []event.Taken{event.Duplicate})
		w.clock.Add(time.Hour)
		far.pages = [][]post{{gen("Order Updated", w.now(), herOrder("555001", placed, fields{"status": "cancelled"}))}}
		w.pass(time.Hour)
		w.traceless("after lists")
		orders := w.orders()
		same(t, "orders", len(orders), 1)
		same(t, "given back", []any{orders[0].Refunded.Minor, orders[0].Lost().Minor, orders[0].Number}, []any{int64(1500), int64(4000), "#555001"})
		proof := erase(w, recovery.Who{Keys: canaryKeys()})
		same(t, "rows that a second erasure finds", proof.Counts, map[string]int{})

		w.clock.Add(time.Hour)
		w.send(gen("Order Completed", w.now(), herOrder("555002", w.now(), nil)))
		if w.count("shopper_keys") == 0 {
			t.Error("who orders anew is not known")
		}
	}, consentMode(consent.Off))
}

// An order of before that was never told here is told when it changes: it was
// made by a name that was erased since.
func TestAnOlderOrderBringsNobodyBack(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		placed := w.now().Add(-90 * 24 * time.Hour)
		w.send(gen("Cart Updated", w.now(), adaCart("canary-cart-1").with(fields{"email": canary})))
		w.clock.Add(time.Minute)
		erase(w, recovery.Who{Keys: canaryKeys()})
		for _, total := range []string{"41.00", "42.00"} {
			w.clock.Add(time.Hour)
			w.send(gen("Order Updated", w.now(), herOrder("birdwell-7", placed, fields{"total": total})))
			w.traceless("after its change")
		}
		same(t, "orders", len(w.orders()), 1)
		same(t, "its total", w.orders()[0].Total.Minor, int64(4200))
		// It is known by now, also where it names nobody but a friend.
		w.clock.Add(time.Hour)
		w.send(gen("Order Updated", w.now(), fields{"order_id": "birdwell-7", "total": "43.00", "currency": "EUR", "email": "friend@example.org"}))
		same(t, "its friend", len(tablesWith(t, w.db, []string{"friend@example.org"})), 0)
		same(t, "its total", w.orders()[0].Total.Minor, int64(4300))
	})
}

// A platform's request names orders that were never told here.
func TestARedactedOrderBringsNobodyBack(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		if _, err := w.engine.Erase(context.Background(), w.shop.ID, recovery.Who{Keys: canaryKeys(), Orders: []string{"777"}}, "test", ""); err != nil {
			t.Fatal(err)
		}
		w.clock.Add(time.Hour)
		w.send(gen("Order Updated", w.now(), herOrder("777", time.Time{}, fields{"created_at": nil, "email": "canary.elsewhere@example.org"})))
		w.traceless("after its change")
		same(t, "orders", len(w.orders()), 1)
	})
}

// What is somebody else's stays so: their cart is ended by the order that is
// tied to it, and a phone that a family shares hides nobody's order.
func TestAnErasureHidesNobodyElsesOrder(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		placed := w.now()
		w.send(gen("Cart Updated", placed, adaCart("canary-cart-1").with(fields{"email": canary, "phone": canaryPhone})))
		w.send(gen("Cart Updated", placed, adaCart("bobs").with(fields{"email": "bob@example.org"})))
		w.send(gen("Cart Updated", placed, adaCart("rosas").with(fields{"email": "rosa@example.org", "phone": "+33611122233"})))
		w.clock.Add(time.Minute)
		erase(w, recovery.Who{Keys: canaryKeys()})
		w.send(gen("Order Completed", w.now(), herOrder("1", placed, fields{"cart_id": "bobs"})))
		same(t, "Bob's cart", w.cart("bobs").Cart.State, cart.Ordered)
		w.send(gen("Order Completed", w.now(), herOrder("3", placed.Add(time.Second), fields{"cart_id": "unheard-of", "phone": "+33611122233"})))
		same(t, "the cart of whom she shares a phone with", w.cart("rosas").Cart.State, cart.Ordered)
		w.send(gen("Order Completed", w.now(), fields{"order_id": "2", "total": "9.00", "currency": "EUR", "created_at": placed.Format(time.RFC3339), "phone": canaryPhone, "email": "cousin@example.org"}))
		same(t, "the cousin's order", len(tablesWith(t, w.db, []string{"cousin@example.org"})) > 0, true)
	})
}

// statuses posts and gives what the sender is told.
func (w *world) statuses(p post) (out []event.Taken) {
	w.t.Helper()
	receipts, err := w.receive(w.shop.ID, p)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range receipts {
		out = append(out, r.Status)
	}
	return out
}

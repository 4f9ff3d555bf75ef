package recovery_test

import (
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
)

// A cart is a device's; that device turns out to be Ada's; Ada buys, and the
// order names her email alone. Nothing is written, in whatever order we learn it.
func TestOrderOfAPersonKnownByAnotherName(t *testing.T) {
	parts := []func(w *world, start time.Time) post{
		func(_ *world, start time.Time) post { // the cart
			return ofDevice(gen("Cart Updated", start, adaCart("c1").with(fields{"email": nil})), "device-1")
		},
		func(_ *world, start time.Time) post { // who is on the device
			return ofDevice(gen("identify", start.Add(time.Minute), fields{"email": ada}), "device-1")
		},
		func(_ *world, start time.Time) post { // the order
			return gen("Order Completed", start.Add(10*time.Minute), fields{"order_id": "o1", "email": ada, "total": "40", "currency": "EUR"})
		},
	}
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		t.Run("", func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				start := w.now()
				w.clock.Add(10 * time.Minute)
				for _, i := range order {
					w.send(parts[i](w, start))
				}
				w.pass(30 * time.Hour)
				same(t, "sent", w.sent(), nil)
				same(t, "state", w.cart("c1").Cart.State, cart.Ordered)
			})
		})
	}
}

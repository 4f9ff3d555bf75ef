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

// A cart is written to at the newest address said on it, and it is that
// person's answer that counts, whichever of its events came last.
func TestWhoseConsentCounts(t *testing.T) {
	const typo = "ada.lovelave@example.com"
	for _, c := range []struct {
		name  string
		parts func(start time.Time) []post
	}{
		{"the device's cart turns out to be hers", func(start time.Time) []post {
			return []post{
				ofDevice(gen("Cart Updated", start, adaCart("c1").with(fields{"email": nil})), "device-1"),
				gen("Checkout Started", start.Add(time.Minute), fields{"cart_id": "c1", "email": ada}),
			}
		}},
		{"she mistyped her address first", func(start time.Time) []post {
			return []post{
				gen("Cart Updated", start, adaCart("c1").with(fields{"email": typo, "consent": fields{"email": "yes"}})),
				gen("Checkout Started", start.Add(time.Minute), fields{"cart_id": "c1", "email": ada}),
			}
		}},
	} {
		for _, order := range [][]int{{0, 1}, {1, 0}} {
			t.Run(c.name, func(t *testing.T) {
				onEach(t, func(t *testing.T, w *world) {
					w.send(gen("Consent Updated", w.now(), fields{"email": ada, "consent": fields{"email": "no"}}))
					parts := c.parts(w.now())
					w.clock.Add(5 * time.Minute)
					for _, i := range order {
						w.send(parts[i])
					}
					w.pass(3 * time.Hour)
					same(t, "sent", w.sent(), nil)
					same(t, "decisions", decisions(w.cart("c1"))[1:], []string{"0 skipped consent.no"})
				})
			})
		}
	}
}

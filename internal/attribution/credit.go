package attribution

import (
	"github.com/cartograph-dev/cartograph/internal/cart"
)

// Credit decides whether an order is a recovery: the touch that earned it and
// the rule. own is the id of the cart that shares a platform id with the order,
// "" when there is none. Orders that are not creditable (test, POS, admin,
// subscription) never are. Opens never count, raw clicks never count.
func Credit(p cart.Purchase, own string, touches []Touch) (Touch, Rule, bool) {
	if !p.Creditable {
		return Touch{}, "", false
	}
	if t, ok := last(touches, func(t Touch) bool {
		age := p.PlacedAt.Sub(t.At)
		return t.Kind == ClickConfirmed && age >= 0 && age <= ClickWindow
	}); ok {
		return t, LastClick, true
	}
	if own == "" {
		return Touch{}, "", false
	}
	if t, ok := last(touches, func(t Touch) bool {
		age := p.PlacedAt.Sub(t.At)
		return t.Kind == Delivered && t.CartID == own && age >= 0 && age <= DeliveredWindow
	}); ok {
		return t, SameCart, true
	}
	return Touch{}, "", false
}

// last gives the latest touch that passes; equal times are settled by id.
func last(touches []Touch, pass func(Touch) bool) (best Touch, ok bool) {
	for _, t := range touches {
		if !pass(t) {
			continue
		}
		if !ok || t.At.After(best.At) || (t.At.Equal(best.At) && t.ID > best.ID) {
			best, ok = t, true
		}
	}
	return best, ok
}

package sequence

import "github.com/cartograph-dev/cartograph/internal/cart"

// Choose finds the sequence for a trigger and persona: the persona's own
// first, then one that serves every persona, of each the highest version.
// Among equals the first in the list wins.
func Choose(seqs []Sequence, trigger Trigger, personaKey string) (Sequence, bool) {
	if s, ok := highest(seqs, trigger, personaKey); ok {
		return s, true
	}
	return highest(seqs, trigger, "")
}

func highest(seqs []Sequence, trigger Trigger, personaKey string) (best Sequence, found bool) {
	for _, s := range seqs {
		if s.Trigger == trigger && s.Persona == personaKey && (!found || s.Version > best.Version) {
			best, found = s, true
		}
	}
	return best, found
}

// TriggerFor gives the most special trigger that fits how far the cart got and
// for which there is a sequence: a failed payment before an abandoned checkout
// before an abandoned cart, which is the answer when nothing else fits.
func TriggerFor(c cart.Cart, available []Sequence) Trigger {
	for _, t := range fitting(c) {
		for _, s := range available {
			if s.Trigger == t {
				return t
			}
		}
	}
	return CartAbandoned
}

// Pick chooses trigger and sequence together for one cart and persona: the
// most special fitting trigger that has a sequence for this persona. So a
// checkout sequence made for somebody else does not keep this cart from its
// own cart sequence. Found is false when no fitting trigger has any.
func Pick(c cart.Cart, personaKey string, available []Sequence) (s Sequence, found bool) {
	for _, t := range fitting(c) {
		if s, ok := Choose(available, t, personaKey); ok {
			return s, true
		}
	}
	return Sequence{}, false
}

// fitting lists the triggers an abandoned cart may start, the most special first.
func fitting(c cart.Cart) []Trigger {
	switch {
	case c.Facts.FailedAt > 0:
		// A payment can only fail at the checkout, whatever else we were told.
		return []Trigger{PaymentFailed, CheckoutAbandoned, CartAbandoned}
	case c.Facts.Stage == cart.StageCheckout, c.Facts.Stage == cart.StagePayment:
		return []Trigger{CheckoutAbandoned, CartAbandoned}
	}
	return []Trigger{CartAbandoned}
}

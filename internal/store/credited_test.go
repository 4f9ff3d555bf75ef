package store_test

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// A recovery is told with its order, and never to another shop.
func TestWhatRecoveriesAreCreditedTo(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		fill(t, s, shopA)
		ask := func(shop string, ids ...string) map[string]journey.Credited {
			return must[map[string]journey.Credited](t)(s.CreditedTo(t.Context(), shop, ids))
		}
		got := ask(shopA, "recovery", "nothing")
		if c := got["recovery"]; len(got) != 1 || c.Order == "" || c.Channel == "" || c.Persona == "" || c.Sequence == "" {
			t.Errorf("credited to %+v", got)
		}
		same(t, "none", ask(shopA), map[string]journey.Credited{})
		same(t, "another shop's", ask(shopB, "recovery"), map[string]journey.Credited{})
	})
}

package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/store"
)

func TestMergeCartHandsEverythingOver(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		fill(t, s, shopA)
		saveCart(t, s, aCart(shopA, "other", cartLink("c-2")), now)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			c, err := tx.Cart(ctx, shopA, "cart")
			if err != nil {
				return err
			}
			c.State, c.Facts.Links, c.Facts.Keys = cart.Merged, nil, nil
			if err := tx.SaveCart(ctx, c, time.Time{}); err != nil {
				return err
			}
			_, err = tx.MergeCart(ctx, shopA, "cart", "other")
			return err
		})
		same(t, "by the old cart's link", cartsByLinks(t, s, shopA, cartLink("c-1")), []string{"other"})
		same(t, "by the old cart's people", cartsOfOrder(t, s, shopA, cart.Order{Keys: []event.Key{email("ada@example.com")}, PlacedAt: now}), []string{})
		kinds := map[journey.EntryKind]int{}
		for _, e := range must[journey.CartDetail](t)(s.Cart(t.Context(), shopA, "other")).Timeline {
			kinds[e.Kind]++
		}
		same(t, "timeline of the survivor", kinds, map[journey.EntryKind]int{
			journey.EntryEvent: 1, journey.EntryEnrolled: 1, journey.EntryDecision: 1, journey.EntryMessage: 1, journey.EntryTouch: 1,
		})
		for _, r := range must[journey.Page[journey.CartRow]](t)(s.Carts(t.Context(), shopA, journey.Query{})).Items {
			if want := r.ID == "other"; r.Recovered != want {
				t.Errorf("cart %s: recovered is %v, want %v: the credit goes with what was written about", r.ID, r.Recovered, want)
			}
		}
	})
}

func TestMergeCartEndsWhatBothWentThrough(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		saveCart(t, s, aCart(shopA, "from"), now)
		saveCart(t, s, aCart(shopA, "into"), now)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for _, e := range []struct{ id, cart, sequence string }{
				{"both-1", "from", "cart"}, {"both-2", "into", "cart"}, {"moves", "from", "checkout"},
			} {
				en := anEnrollment(shopA, e.id, e.cart)
				en.SequenceKey = e.sequence
				if _, err := tx.InsertEnrollment(ctx, en); err != nil {
					return err
				}
			}
			ended, err := tx.MergeCart(ctx, shopA, "from", "into")
			if len(ended) != 1 || ended[0].ID != "both-1" || ended[0].State != "waiting" {
				t.Errorf("ended: %+v", ended)
			}
			return err
		})
		at := func(id string) journey.Enrollment {
			return get(t, s, func(ctx context.Context, tx *store.Tx) (journey.Enrollment, error) {
				return tx.Enrollment(ctx, shopA, id)
			})
		}
		type where struct{ cart, state, reason string }
		for id, want := range map[string]where{
			"both-1": {"from", "done", "superseded"}, "both-2": {"into", "waiting", ""}, "moves": {"into", "waiting", ""},
		} {
			e := at(id)
			if got := (where{e.CartID, e.State, e.Reason}); got != want {
				t.Errorf("%s: %v, want %v", id, got, want)
			}
			if ended := e.State == "done"; ended && (!e.DueAt.IsZero() || !e.DoneAt.Equal(now)) {
				t.Errorf("%s ended and still has due %v, done %v", id, e.DueAt, e.DoneAt)
			}
		}
	})
}

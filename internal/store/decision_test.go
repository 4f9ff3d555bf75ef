package store_test

import (
	"context"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/store"
)

func TestDecisionOfAMessageIsTheOneThatSentIt(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		sent := aDecision(shopA, "d2", "e", 0, journey.Sent)
		sent.MessageID = "m"
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			waited := aDecision(shopA, "d1", "e", 0, journey.Deferred)
			waited.MessageID = "m"
			return first(func() error { return tx.InsertDecision(ctx, waited) }, func() error { return tx.InsertDecision(ctx, sent) })
		})
		ask := func(shopID, cart, id string) func(context.Context, *store.Tx) (journey.Decision, error) {
			return func(ctx context.Context, tx *store.Tx) (journey.Decision, error) {
				return tx.DecisionOf(ctx, shopID, cart, id)
			}
		}
		same(t, "decision", get(t, s, ask(shopA, "cart-of-e", "m")), sent)
		for _, of := range [][3]string{{shopB, "cart-of-e", "m"}, {shopA, "other", "m"}, {shopA, "cart-of-e", "other"}} {
			err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { _, err := ask(of[0], of[1], of[2])(ctx, tx); return err })
			wantCode(t, of[2], err, fault.NotFound)
		}
	})
}

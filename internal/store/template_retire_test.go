package store_test

import (
	"context"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// Carts are counted at every step that was asked for, in that order and up to
// the cap, and an earlier version is in use while a cart waits in it.
func TestWaitingIsCountedForManyStepsAtOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		key := anEnrollment(shopA, "e", "c").SequenceKey
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for version := range 3 {
				if _, err := tx.PublishSequence(ctx, shopA, sequence.Sequence{Key: key, Version: version + 1}); err != nil {
					return err
				}
			}
			for i := range 9 {
				e := anEnrollment(shopA, numbered("e", i), numbered("c", i))
				e.Step, e.SequenceVersion = i%3, 1
				if i == 8 {
					e.SequenceVersion = 2
				}
				if _, err := tx.InsertEnrollment(ctx, e); err != nil {
					return err
				}
			}
			return nil
		})
		at := func(version, step int) journey.StepName {
			return journey.StepName{Key: key, Version: version, Step: step}
		}
		asked := []journey.StepName{at(1, 2), {Key: "nothing", Version: 1}, at(1, 0), at(2, 2), at(1, 9)}
		same(t, "waiting", must[[]int](t)(s.Waiting(t.Context(), shopA, asked, 2+1)), []int{2, 0, 3, 1, 0})
		same(t, "up to a cap", must[[]int](t)(s.Waiting(t.Context(), shopA, asked, 1)), []int{1, 0, 1, 1, 0})
		same(t, "of another shop", must[[]int](t)(s.Waiting(t.Context(), shopB, asked, 3)), []int{0, 0, 0, 0, 0})
		live, earlier, err := s.SequencesInUse(t.Context(), shopA)
		if err != nil || len(live) != 1 || live[0].Version != 3 || len(earlier) != 2 || earlier[1].Version != 2 {
			t.Errorf("in use: %+v, %+v, %v", live, earlier, err)
		}
		_, earlier, err = s.SequencesInUse(t.Context(), shopB)
		if err != nil || len(earlier) != 0 {
			t.Errorf("of another shop: %+v, %v", earlier, err)
		}
	})
}

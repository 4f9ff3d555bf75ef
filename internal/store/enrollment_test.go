package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/store"
)

func enroll(t testing.TB, s *store.Store, e journey.Enrollment) bool {
	t.Helper()
	return get(t, s, func(ctx context.Context, tx *store.Tx) (bool, error) { return tx.InsertEnrollment(ctx, e) })
}

func loadEnrollment(t testing.TB, s *store.Store, id string) journey.Enrollment {
	t.Helper()
	return get(t, s, func(ctx context.Context, tx *store.Tx) (journey.Enrollment, error) {
		return tx.Enrollment(ctx, shopA, id)
	})
}

func TestEnrollmentOncePerCartAndSequence(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		e := anEnrollment(shopA, "e1", "c1")
		e.ShopperID, e.Holdout = "ada", true
		if !enroll(t, s, e) {
			t.Fatal("the first one is not fresh")
		}
		again := e
		again.ID, again.SequenceVersion = "e2", 2
		if enroll(t, s, again) {
			t.Error("a cart went into one sequence twice, by way of another version")
		}
		for _, other := range []journey.Enrollment{
			{ID: "e3", ShopID: shopA, CartID: "c1", SequenceKey: "checkout"},
			{ID: "e4", ShopID: shopA, CartID: "c2", SequenceKey: "cart"},
			{ID: "e1", ShopID: shopB, CartID: "c1", SequenceKey: "cart"},
		} {
			if !enroll(t, s, other) {
				t.Errorf("%v was refused", other)
			}
		}
		same(t, "as stored", loadEnrollment(t, s, "e1"), e)
		e.State, e.Reason, e.Step, e.DueAt, e.DoneAt = "done", "ordered", 2, time.Time{}, now
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SaveEnrollment(ctx, e) })
		same(t, "as saved", loadEnrollment(t, s, "e1"), e)
	})
}

func TestEnrollmentOnceUnderConcurrency(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		fresh := make([]bool, 6)
		noErrors(t, abreast(len(fresh), func(i int) error {
			return s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				fresh[i], err = tx.InsertEnrollment(ctx, anEnrollment(shopA, fmt.Sprint("e", i), "c1"))
				return err
			})
		}))
		n := 0
		for _, f := range fresh {
			if f {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d enrollments were fresh", n)
		}
	})
}

func TestWaitingEnrollments(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for _, e := range []struct{ id, cart, who, sequence, state string }{
			{"e1", "c1", "ada", "cart", "waiting"}, {"e2", "c1", "ada", "checkout", "done"},
			{"e3", "c2", "ada", "cart", "waiting"}, {"e4", "c3", "bob", "cart", "waiting"},
		} {
			en := anEnrollment(shopA, e.id, e.cart)
			en.ShopperID, en.SequenceKey, en.State = e.who, e.sequence, e.state
			enroll(t, s, en)
		}
		ids := func(fn func(context.Context, *store.Tx) ([]journey.Enrollment, error)) []string {
			out := []string{}
			for _, e := range get(t, s, fn) {
				out = append(out, e.ID)
			}
			return out
		}
		same(t, "ada's", ids(func(ctx context.Context, tx *store.Tx) ([]journey.Enrollment, error) {
			return tx.WaitingOf(ctx, shopA, "ada")
		}), []string{"e1", "e3"})
		same(t, "the cart's", ids(func(ctx context.Context, tx *store.Tx) ([]journey.Enrollment, error) {
			return tx.WaitingOfCart(ctx, shopA, "c1")
		}), []string{"e1"})
	})
}

func decide(s *store.Store, d journey.Decision) error {
	return s.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error { return tx.InsertDecision(ctx, d) })
}

func TestDecisionIsFinalOncePerStep(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		refused := map[string]bool{}
		for i, c := range []struct {
			step    int
			outcome journey.Outcome
			refuse  bool
		}{
			{0, journey.Deferred, false}, {0, journey.Deferred, false}, {0, journey.Sent, false},
			{0, journey.Skipped, true}, {0, journey.Failed, true}, {0, journey.Sent, true}, {0, journey.Deferred, false},
			{1, journey.Skipped, false}, {1, journey.Sent, true}, {2, journey.Failed, false},
			{-1, journey.Routed, false}, {-1, journey.Routed, false}, {-1, journey.NotEnrolled, false},
		} {
			d := aDecision(shopA, fmt.Sprint("d", i), "e1", c.step, c.outcome)
			err := decide(s, d)
			refused[d.ID] = err != nil
			if refused[d.ID] != c.refuse {
				t.Errorf("decision %d, %s on step %d: %v", i, c.outcome, c.step, err)
			}
		}
		if err := decide(s, aDecision(shopA, "other", "e2", 0, journey.Sent)); err != nil {
			t.Errorf("another enrollment's: %v", err)
		}
		if err := decide(s, aDecision(shopB, "d2", "e1", 0, journey.Sent)); err != nil {
			t.Errorf("another shop's: %v", err)
		}
		p := must[journey.Page[journey.Decision]](t)(s.Decisions(t.Context(), shopA, journey.Query{CartID: "cart-of-e1"}))
		for _, d := range p.Items {
			if refused[d.ID] {
				t.Errorf("%s was refused and is stored", d.ID)
			}
		}
		if len(p.Items) != 9 {
			t.Errorf("%d decisions are stored, want 9", len(p.Items))
		}
	})
}

func TestDecisionComesBackAsStored(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		d := aDecision(shopA, "d1", "e1", 1, journey.Sent)
		d.MessageID = "m1"
		bare := journey.Decision{ID: "d0", ShopID: shopA, CartID: d.CartID, Step: -1, Outcome: journey.Routed, Rule: "r", At: now}
		for _, v := range []journey.Decision{d, bare} {
			if err := decide(s, v); err != nil {
				t.Fatal(err)
			}
		}
		p := must[journey.Page[journey.Decision]](t)(s.Decisions(t.Context(), shopA, journey.Query{}))
		same(t, "decisions", p.Items, []journey.Decision{d, bare})
		if p.Items[1].Inputs == nil {
			t.Error("a decision without inputs has null instead of an empty object")
		}
	})
}

func TestEnrollmentThatIsNotThere(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Enrollment(ctx, shopA, "e1")
			return err
		})
		wantCode(t, "enrollment", err, fault.NotFound)
	})
}

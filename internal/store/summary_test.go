package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/store"
)

func eur(minor int64) money.Money { return money.Money{Minor: minor, Currency: "EUR"} }

func TestSummaryCountsEverything(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return first(
				func() error { return summaryCarts(ctx, tx) },
				func() error { return summaryRecoveries(ctx, tx) },
				func() error { return summaryDecisions(ctx, tx) },
				func() error {
					e := anEvent(shopA, "e1", "d1")
					e.Status = "quarantined"
					_, err := tx.InsertEvent(ctx, e)
					return err
				},
				func() error {
					return tx.SavePersonas(ctx, shopA, []persona.Persona{{Key: "vip", Name: "Vi", Rule: "true"}, {Key: "rest", Name: "Kim"}, {Key: "idle", Name: "Al"}})
				},
			)
		})
		fill(t, s, shopB) // another shop's numbers stay there
		got := must[journey.Summary](t)(s.Summary(t.Context(), shopA))
		same(t, "summary", got, journey.Summary{
			Carts: map[cart.State]int{cart.Open: 2, cart.Abandoned: 3, cart.Ordered: 1}, Recovered: 2, Quarantined: 1,
			Revenue: []journey.Revenue{
				{Rule: attribution.LastClick, Orders: 2, Gross: eur(2000), Refunded: eur(300), Net: eur(1700)},
				{Rule: attribution.SameCart, Orders: 1, Gross: eur(500), Refunded: eur(0), Net: eur(500)},
				{Rule: attribution.LastClick, Orders: 1, Gross: usd(700), Refunded: usd(700), Net: usd(0)},
			},
			Messages: map[string]int{"reserved": 2, "bounced": 1},
			Decisions: []journey.RuleCount{
				{Outcome: journey.Deferred, Rule: "rule.deferred", Count: 3}, {Outcome: journey.Skipped, Rule: "consent.no", Count: 1},
				{Outcome: journey.Skipped, Rule: "rule.skipped", Count: 1},
			},
			Personas: []journey.Reach{
				{Key: "vip", Name: "Vi", Rule: "true", Carts: 1, Percent: 25}, {Key: "rest", Name: "Kim", Carts: 2, Percent: 50},
				{Key: "idle", Name: "Al"}, {Key: "gone", Name: "gone (removed)", Carts: 1, Percent: 25},
			},
		})
	})
}

func summaryCarts(ctx context.Context, tx *store.Tx) error {
	for i, c := range []struct {
		state   cart.State
		persona string
	}{
		{cart.Open, ""}, {cart.Open, ""}, {cart.Abandoned, "vip"}, {cart.Abandoned, "rest"}, {cart.Abandoned, "rest"}, {cart.Ordered, "gone"}, {cart.Merged, ""},
	} {
		v := aCart(shopA, fmt.Sprint("c", i))
		v.State, v.PersonaKey = c.state, c.persona
		if err := tx.SaveCart(ctx, v, time.Time{}); err != nil {
			return err
		}
	}
	return nil
}

func summaryRecoveries(ctx context.Context, tx *store.Tx) error {
	for i, r := range []struct {
		rule             attribution.Rule
		cart             string
		amount, refunded money.Money
	}{
		{attribution.LastClick, "c1", eur(1500), eur(0)}, {attribution.LastClick, "c1", eur(500), eur(300)},
		{attribution.SameCart, "c2", eur(500), eur(0)}, {attribution.LastClick, "c2", usd(700), usd(700)},
	} {
		v := aRecovery(shopA, fmt.Sprint("r", i), fmt.Sprint("o", i))
		v.Rule, v.CartID, v.Amount, v.Refunded = r.rule, r.cart, r.amount, r.refunded
		if err := tx.SaveRecovery(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

func summaryDecisions(ctx context.Context, tx *store.Tx) error {
	for i, o := range []journey.Outcome{journey.Skipped, journey.Deferred, journey.Deferred, journey.Deferred, journey.Skipped} {
		d := aDecision(shopA, fmt.Sprint("d", i), fmt.Sprint("e", i), 0, o)
		if i == 4 {
			d.Rule = "consent.no"
		}
		if err := tx.InsertDecision(ctx, d); err != nil {
			return err
		}
	}
	for i, state := range []delivery.State{delivery.Reserved, delivery.Bounced, delivery.Reserved} {
		l := aLetter(shopA, fmt.Sprint("m", i), fmt.Sprint("e", i), 0)
		l.State = state
		if err := tx.InsertMessage(ctx, l, nil); err != nil {
			return err
		}
	}
	return nil
}

func TestSummaryOfAnEmptyShop(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		got := must[journey.Summary](t)(s.Summary(t.Context(), shopA))
		same(t, "summary", got, journey.Summary{})
		if got.Carts == nil || got.Messages == nil || got.Revenue == nil || got.Decisions == nil || got.Personas == nil {
			t.Errorf("something would be null in JSON: %+v", got)
		}
	})
}

func TestCartDetailTellsTheWholeStory(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		fill(t, s, shopA)
		d := must[journey.CartDetail](t)(s.Cart(t.Context(), shopA, "cart"))
		same(t, "cart", d.Cart, loadCart(t, s, shopA, "cart"))
		if d.Shopper.ID != "ada" || d.History.Orders != 1 || d.History.Visits != 1 || len(d.Enrollments) != 1 {
			t.Errorf("shopper %q with %+v and %d enrollments", d.Shopper.ID, d.History, len(d.Enrollments))
		}
		kinds := map[journey.EntryKind]int{}
		for i, e := range d.Timeline {
			kinds[e.Kind]++
			if i > 0 && e.At.Before(d.Timeline[i-1].At) {
				t.Errorf("entry %d, %s, is told after a later one", i, e.Kind)
			}
		}
		same(t, "entries", kinds, map[journey.EntryKind]int{journey.EntryEvent: 1, journey.EntryEnrolled: 1, journey.EntryDecision: 1,
			journey.EntryMessage: 1, journey.EntryTouch: 1, journey.EntryOrder: 1, journey.EntryRecovery: 1})
	})
}

func TestCartDetailOfALongStoryKeepsTheNewest(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		const events = 510
		saveCart(t, s, aCart(shopA, "cart"), now)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for i := range events {
				e := anEvent(shopA, numbered("e", i), numbered("d", i))
				e.ReceivedAt = now.Add(time.Duration(i) * time.Second)
				if _, err := tx.InsertEvent(ctx, e); err != nil {
					return err
				}
				e.Status, e.CartID = "folded", "cart"
				if err := tx.SettleEvent(ctx, e); err != nil {
					return err
				}
			}
			return nil
		})
		story := must[journey.CartDetail](t)(s.Cart(t.Context(), shopA, "cart")).Timeline
		if len(story) != 500 || story[0].Event.ID != numbered("e", 10) || story[499].Event.ID != numbered("e", 509) {
			t.Errorf("%d entries, from %v to %v", len(story), story[0].Event, story[len(story)-1].Event)
		}
	})
}

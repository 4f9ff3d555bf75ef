package recovery_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// mutants are stores that are deliberately wrong, each with the words by which
// the checks object to it.
var mutants = []struct {
	name, objection string
	tx              func(recovery.Tx) recovery.Tx
}{
	{"orders are not found by their carts", "which the order", func(tx recovery.Tx) recovery.Tx { return hidesOrders{tx} }},
	{"a message that was accepted is reserved again", "was called twice", func(tx recovery.Tx) recovery.Tx { return forgetsCalls{tx} }},
	{"an acknowledged event is not stored", "is not stored and folded", func(tx recovery.Tx) recovery.Tx { return swallows{tx} }},
	{"suppressions are not read", "which is suppressed", func(tx recovery.Tx) recovery.Tx { return forgetsStops{tx} }},
	{"answers are not read", "whose newest answer is no", func(tx recovery.Tx) recovery.Tx { return forgetsAnswers{tx} }},
	{"the contents that came last win", "another end", func(tx recovery.Tx) recovery.Tx { return lastWins{tx} }},
	{"activity is not kept", "too early", func(tx recovery.Tx) recovery.Tx { return forgetsActivity{tx} }},
	{"no cart is newer", "is enrolled", func(tx recovery.Tx) recovery.Tx { return neverSupersedes{tx} }},
	{"what people said is not read", "against somebody's word", func(tx recovery.Tx) recovery.Tx { return forgetsWords{tx} }},
	{"an offer's end is not read", "with an offer that was over", func(tx recovery.Tx) recovery.Tx { return forgetsEnds{tx} }},
	{"another cart's offer is not read", "was offered something for another cart", func(tx recovery.Tx) recovery.Tx { return forgetsOffers{tx} }},
	{"a message's code is lost", "offers no code", func(tx recovery.Tx) recovery.Tx { return losesCodes{tx} }},
	{"decisions are not stored", "has no final decision", func(tx recovery.Tx) recovery.Tx { return decidesSilently{tx} }},
}

// TestHistoriesObject: the checks can fail. Each wrong store is objected to, in
// the right words, within so many histories.
func TestHistoriesObject(t *testing.T) {
	t.Parallel()
	const enough = 2000
	gen := rapid.Custom(func(t *rapid.T) mixed {
		sc := drawHistory(t)
		return mixed{sc, drawMix(t, len(sc.events))}
	})
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, storetest.DB{Engine: storetest.EngineSQLite, URL: storetest.SQLite(t)})
			s.spoil = func(inner historyStore) historyStore { return wrong{inner, m.tx} }
			for i := range enough {
				h := gen.Example(i + 1)
				told, _ := s.judge(h.script, nil)
				other, _ := s.compare(h.script, h.mix)
				if strings.Contains(told+other, m.objection) {
					t.Logf("objected to in history %d", i+1)
					return
				}
			}
			t.Errorf("nothing was objected to in %d histories", enough)
		})
	}
}

type mixed struct {
	script script
	mix    []int
}

// wrong is a store with wrong transactions.
type wrong struct {
	recovery.Store
	tx func(recovery.Tx) recovery.Tx
}

func (w wrong) Write(ctx context.Context, fn func(context.Context, recovery.Tx) error) error {
	return w.Store.Write(ctx, func(ctx context.Context, tx recovery.Tx) error { return fn(ctx, w.tx(tx)) })
}

type hidesOrders struct{ recovery.Tx }

func (hidesOrders) OrdersMatching(context.Context, string, []event.Link, []event.Key, time.Time) ([]cart.Order, error) {
	return nil, nil
}

type forgetsCalls struct{ recovery.Tx }

func (t forgetsCalls) SaveMessage(ctx context.Context, l recovery.Letter) error {
	if l.State == delivery.Accepted {
		l.State, l.DueAt = delivery.Reserved, t.Now().Add(time.Minute)
	}
	return t.Tx.SaveMessage(ctx, l)
}

type swallows struct{ recovery.Tx }

func (t swallows) InsertEvent(ctx context.Context, s recovery.Stored) (bool, error) {
	if s.Kind == event.CheckoutUpdated {
		return false, nil
	}
	return t.Tx.InsertEvent(ctx, s)
}

type forgetsStops struct{ recovery.Tx }

func (forgetsStops) Suppression(context.Context, string, event.Channel, string) (string, error) {
	return "", nil
}

type forgetsAnswers struct{ recovery.Tx }

func (forgetsAnswers) Consents(context.Context, string, event.Channel, string, string, string) ([]consent.Entry, error) {
	return nil, nil
}

type lastWins struct{ recovery.Tx }

func (t lastWins) CartsByLinks(ctx context.Context, shopID string, links []event.Link) ([]cart.Cart, error) {
	carts, err := t.Tx.CartsByLinks(ctx, shopID, links)
	for i := range carts {
		carts[i].Facts.Contents.At = 0
	}
	return carts, err
}

type forgetsActivity struct{ recovery.Tx }

func (t forgetsActivity) SaveCart(ctx context.Context, c cart.Cart, idleAt time.Time) error {
	c.Facts.LastActivity = c.Facts.StartedAt
	return t.Tx.SaveCart(ctx, c, idleAt)
}

type neverSupersedes struct{ recovery.Tx }

func (neverSupersedes) NewestCart(context.Context, string, string) (string, time.Time, error) {
	return "", time.Time{}, fault.New(fault.NotFound, "no such cart")
}

func (neverSupersedes) WaitingOf(context.Context, string, string) ([]journey.Enrollment, error) {
	return nil, nil
}

type decidesSilently struct{ recovery.Tx }

func (t decidesSilently) InsertDecision(ctx context.Context, d journey.Decision) error {
	if d.Outcome == journey.Skipped {
		return nil
	}
	return t.Tx.InsertDecision(ctx, d)
}

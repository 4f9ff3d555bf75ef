package recovery

import (
	"context"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// work is everything a due step's decision looks at.
type work struct {
	en   journey.Enrollment
	shop shop.Shop
	cart cart.Cart
	// shown is the cart as a message shows it: with what the shop sells now.
	shown cart.Cart
	who   shopper.Shopper
	past  shopper.History
	seq   sequence.Sequence
	step  sequence.Step
	// due is when the step was due by the cart's clock, now the transaction's time.
	due, now time.Time
	zone     *time.Location
	in       map[string]string
	// offer is what the cart is promised by this step, zero while nothing is;
	// offerNew tells that it was made for the message that is being written.
	offer    journey.Offer
	offerNew bool
}

// step decides one due step and reserves its message, if it is to be sent.
func (e *Engine) step(ctx context.Context, tx Tx, en journey.Enrollment) (*Letter, error) {
	// Whatever becomes of it now, it is not put off by a pause any more; resting may say so again.
	en.Paused = false
	w, err := e.load(ctx, tx, en)
	if err != nil {
		return nil, err
	}
	v, err := e.gate(ctx, tx, w)
	if err != nil {
		return nil, err
	}
	if v == nil {
		return e.reserve(ctx, tx, w)
	}
	return nil, e.apply(ctx, tx, w, *v)
}

func (e *Engine) load(ctx context.Context, tx Tx, en journey.Enrollment) (w *work, err error) {
	w = &work{en: en, now: tx.Now(), in: map[string]string{}}
	if w.shop, err = tx.Shop(ctx, en.ShopID); err != nil {
		return nil, err
	}
	// The shopper is held before the cart, here and when events are folded.
	if w.who, err = tx.Shopper(ctx, en.ShopID, en.ShopperID); err != nil {
		return nil, err
	}
	if w.cart, err = tx.Cart(ctx, en.ShopID, en.CartID); err != nil {
		return nil, err
	}
	if w.past, err = tx.History(ctx, en.ShopID, w.who.ID); err != nil {
		return nil, err
	}
	if w.seq, err = tx.Sequence(ctx, en.ShopID, en.SequenceKey, en.SequenceVersion); err != nil {
		return nil, err
	}
	if en.Step >= len(w.seq.Steps) {
		return nil, fault.New(fault.Internal, "enrollment %s stands at step %d of %d", en.ID, en.Step, len(w.seq.Steps))
	}
	w.step = w.seq.Steps[en.Step]
	w.due = sequence.DueAt(w.step, w.cart.LastActivity())
	w.zone = zoneOf(w.shop, w.who)
	w.in["last_activity"], w.in["due"] = stamp(w.cart.LastActivity()), stamp(w.due)
	return w, nil
}

// verdict is a step's decision that sends nothing now. Without a rule it is
// none: the step only waits its turn.
type verdict struct {
	outcome journey.Outcome
	rule    string
	// until is when to look again; only with a deferral.
	until time.Time
	// ends is the reason the whole enrollment ends with, or "".
	ends string
	// order is the one that its cart has to meet, after the decision; nil for none.
	order *cart.Order
	by    string
	// ask is set when all that is missing is the address's own confirmation.
	ask *unconfirmed
}

// gate asks everything that speaks against writing now, in the design's order:
// is it over, is it superseded, is it time, is it held out, is it wanted. nil
// means that the step may go on to its channels.
func (e *Engine) gate(ctx context.Context, tx Tx, w *work) (*verdict, error) {
	if v, err := e.over(ctx, tx, w); v != nil || err != nil {
		return v, err
	}
	if w.due.After(w.now) {
		return &verdict{outcome: journey.Deferred, rule: "cart.active", until: w.due}, nil
	}
	late, beyond := sequence.Late(w.step, w.due, w.now)
	w.in["late"] = late.Round(time.Millisecond).String()
	switch {
	case beyond:
		w.in["max_late"] = w.step.Lateness().String()
		return &verdict{outcome: journey.Skipped, rule: tooLate}, nil
	case w.due.Before(w.shop.ActivatedAt):
		return &verdict{outcome: journey.Skipped, rule: "shop.before_activation"}, nil
	case len(w.cart.Items()) == 0:
		return &verdict{outcome: journey.Skipped, rule: "cart.contents_unknown"}, nil
	case w.en.Holdout:
		return &verdict{outcome: journey.Skipped, rule: "holdout"}, nil
	}
	if v, err := e.resting(ctx, tx, w); v != nil || err != nil {
		return v, err
	}
	if v := e.catchUp(w); v != nil {
		return v, nil
	}
	if v, err := e.freshen(ctx, tx, w); v != nil || err != nil {
		return v, err
	}
	if v, err := e.wanted(ctx, tx, w); v != nil || err != nil {
		return v, err
	}
	return e.offerable(ctx, tx, w)
}

// catchUp spreads the backlog of an outage: what comes due all at once is sent
// over half as long as it was late, at most over the shop's catch_up, and never
// so late that it would be no use any more. It happens once: only to a step whose
// alarm is still the cart's own, and not one that it was put off to before; were
// every alarm late, a step would else be put off until it is no use.
//
// What is an outage is measured by the lease, which grows with the clock's speed.
func (e *Engine) catchUp(w *work) *verdict {
	late := w.now.Sub(w.due)
	if w.en.DueAt.UnixMilli() != w.due.UnixMilli() {
		return nil
	}
	window := min(late/2, w.shop.Settings.CatchUp, w.due.Add(w.step.Lateness()).Sub(w.now)/2)
	if late < e.Lease || window <= 0 {
		return nil
	}
	w.in["alarm_late"], w.in["spread_over"] = late.Round(time.Second).String(), window.Round(time.Second).String()
	return &verdict{outcome: journey.Deferred, rule: "catch_up", until: w.now.Add(time.Duration(spread(w.en.ID) * float64(window)))}
}

// over asks whether the cart is done with: ordered, emptied, superseded. The
// orders are asked themselves, not the cart's state: an order and a cart
// learnt at the same moment may not have met yet.
func (e *Engine) over(ctx context.Context, tx Tx, w *work) (*verdict, error) {
	o, by, err := e.bought(ctx, tx, w.cart, w.who)
	if err != nil {
		return nil, err
	}
	switch {
	case by != "":
		return &verdict{outcome: journey.Skipped, rule: "order.matched." + by, ends: "ordered", order: &o, by: by}, nil
	case w.cart.Empty():
		return &verdict{outcome: journey.Skipped, rule: "cart.emptied", ends: "emptied"}, nil
	}
	newest, at, err := tx.NewestCart(ctx, w.en.ShopID, w.who.ID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	if err == nil && newest != w.cart.ID && at.After(w.cart.LastActivity()) {
		w.in["newer_cart"] = newest
		return &verdict{outcome: journey.Skipped, rule: "cart.superseded", ends: "superseded"}, nil
	}
	return nil, nil
}

// bought gives the stored order that matches the cart and the rule by which it
// does, "" when there is none. Whoever the cart's shopper is known as counts,
// also under names that this cart never told.
func (e *Engine) bought(ctx context.Context, tx Tx, c cart.Cart, who shopper.Shopper) (o cart.Order, by string, err error) {
	if c.State == cart.Ordered {
		return cart.Order{ID: c.OrderID}, c.OrderedBy, nil
	}
	return e.best(ctx, tx, c, who)
}

// best gives the best of the stored orders that match the cart.
func (e *Engine) best(ctx context.Context, tx Tx, c cart.Cart, who shopper.Shopper) (o cart.Order, by string, err error) {
	f := c.Facts
	if f.Keys, err = relatedTo(ctx, tx, c.ShopID, []shopper.Shopper{who}, f.Keys); err != nil {
		return o, "", err
	}
	orders, err := tx.OrdersMatching(ctx, c.ShopID, f.Links, f.Keys, f.OrdersSince())
	if err != nil {
		return o, "", err
	}
	if o, by, ok := c.Facts.Best(orders); ok {
		return o, by, nil
	}
	if o, _, ok := f.Best(orders); ok {
		return o, byShopper, nil
	}
	return o, "", nil
}

// byShopper is the rule of an order that shares no name with the cart itself,
// but is the same shopper's by all that is known of them.
const byShopper = "shopper"

// meet makes a cart ordered whose order was stored at the same moment, in a
// transaction that did not see it.
func (e *Engine) meet(ctx context.Context, tx Tx, c cart.Cart, o cart.Order, by string) error {
	if c.State == cart.Ordered {
		return nil
	}
	if err := (&folding{Engine: e, tx: tx}).ordered(ctx, &c, o.ID, by); err != nil {
		return err
	}
	return tx.SaveCart(ctx, c, time.Time{})
}

// wanted asks the step's own condition.
func (e *Engine) wanted(ctx context.Context, tx Tx, w *work) (*verdict, error) {
	facts := persona.NewFacts(w.who, w.past, w.shown)
	if strings.Contains(w.step.When, "told") {
		var err error
		if facts.Cart.Told, err = tx.ToldOfCart(ctx, w.en.ShopID, w.cart.ID); err != nil {
			return nil, err
		}
		w.in["told"] = strings.Join(facts.Cart.Told, ", ")
	}
	ok, err := sequence.Condition(ctx, e.Rules, w.step, facts)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		w.in["error"] = err.Error()
		return &verdict{outcome: journey.Skipped, rule: "condition.error"}, nil
	case !ok:
		w.in["when"] = w.step.When
		return &verdict{outcome: journey.Skipped, rule: "condition.false"}, nil
	}
	return nil, nil
}

// apply records a verdict and moves the enrollment accordingly.
func (e *Engine) apply(ctx context.Context, tx Tx, w *work, v verdict) error {
	if v.rule == "" {
		w.en.DueAt = v.until
		return tx.SaveEnrollment(ctx, w.en)
	}
	d := journey.Decision{Outcome: v.outcome, Rule: v.rule, Inputs: w.in, DueAt: w.due, Step: w.en.Step}
	if err := e.decide(ctx, tx, w.en, d); err != nil {
		return err
	}
	switch {
	case v.order != nil:
		if err := e.finish(ctx, tx, w.en, v.ends); err != nil {
			return err
		}
		return e.meet(ctx, tx, w.cart, *v.order, v.by)
	case v.ends != "":
		return e.finish(ctx, tx, w.en, v.ends)
	case v.outcome == journey.Deferred:
		w.en.DueAt = v.until
		return tx.SaveEnrollment(ctx, w.en)
	}
	return e.advance(ctx, tx, w.en, w.seq, w.cart.LastActivity(), false)
}

// decide stores one decision of an enrollment.
func (e *Engine) decide(ctx context.Context, tx Tx, en journey.Enrollment, d journey.Decision) error {
	d.ID, d.ShopID, d.CartID, d.EnrollmentID, d.At = e.NewID(), en.ShopID, en.CartID, en.ID, tx.Now()
	d.SequenceKey, d.SequenceVersion = en.SequenceKey, en.SequenceVersion
	e.Meter.Decision(string(d.Outcome), d.Rule)
	return tx.InsertDecision(ctx, d)
}

// advance moves an enrollment to its next step, or ends it after the last. After
// a message left, the next waits at least half of what lies between the two
// steps, at most an hour: catching up never sends two messages on each other's heels.
func (e *Engine) advance(ctx context.Context, tx Tx, en journey.Enrollment, seq sequence.Sequence, lastActivity time.Time, left bool) error {
	next, ok := sequence.Next(seq, en.Step)
	if !ok {
		return e.finish(ctx, tx, en, "completed")
	}
	gap := (seq.Steps[next].After - seq.Steps[en.Step].After) / 2
	en.Step, en.DueAt = next, sequence.DueAt(seq.Steps[next], lastActivity)
	if soonest := tx.Now().Add(min(gap, time.Hour)); left && en.DueAt.Before(soonest) {
		en.DueAt = soonest
	}
	return tx.SaveEnrollment(ctx, en)
}

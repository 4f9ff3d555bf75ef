package recovery

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// order folds an order event: the purchase is stored with its marks, every
// cart it matches is ordered and left in peace, and it is credited if a touch
// earned it. It gives the id of the cart it shares a platform id with, if any.
func (f *folding) order(ctx context.Context, ev event.Event) (string, error) {
	p, err := f.tx.Purchase(ctx, f.shop.ID, ev.Order.ID)
	if fault.Is(err, fault.NotFound) {
		p, err = cart.Purchase{ID: f.NewID(), ShopID: f.shop.ID, PlatformID: ev.Order.ID, StoredAt: f.tx.Now()}, nil
	}
	if err != nil {
		return "", err
	}
	p.Fold(ev)
	buyers, err := f.tx.ShoppersByKeys(ctx, f.shop.ID, p.Keys)
	if err != nil {
		return "", err
	}
	names, err := f.tx.Names(ctx, f.shop.ID, p.Keys)
	if err != nil {
		return "", err
	}
	if len(names) > 0 {
		p.NameID, p.ShopperID = names[0].ID, names[0].ShopperID // the strongest: Names answers in the keys' order
	}
	if err := f.tx.SavePurchase(ctx, p); err != nil {
		return "", err
	}
	own, err := f.endCarts(ctx, p, buyers)
	if err != nil {
		return "", err
	}
	return own, f.credit(ctx, f.tx, p, own)
}

// endCarts looks for the carts the order may be of, and marks those it matches as
// ordered. An order that was given up unpaid ends nothing. Whoever its buyers are
// known as counts, also under names that this order never told.
func (f *folding) endCarts(ctx context.Context, p cart.Purchase, buyers []shopper.Shopper) (own string, err error) {
	if !p.Bought {
		return "", nil
	}
	o := p.Order()
	if o.Keys, err = relatedTo(ctx, f.tx, f.shop.ID, buyers, p.Keys); err != nil {
		return "", err
	}
	carts, err := f.tx.CartsOfOrder(ctx, f.shop.ID, o)
	if err != nil {
		return "", err
	}
	for _, c := range carts {
		if c.Facts.MatchedBy(p.Order()) == "link" {
			own = c.ID
		}
		if c.State == cart.Merged {
			continue
		}
		if err := f.meetOne(ctx, c); err != nil {
			return "", err
		}
	}
	return own, nil
}

// meetOne gives a cart the best order that matches it, by all that is known of its shopper.
func (f *folding) meetOne(ctx context.Context, c cart.Cart) error {
	who, err := f.whose(ctx, c)
	if err != nil {
		return err
	}
	if c.State == cart.Ordered {
		if changed, err := f.reorder(ctx, &c, who); err != nil || !changed {
			return err
		}
		return f.tx.SaveCart(ctx, c, time.Time{})
	}
	o, by, err := f.bought(ctx, f.tx, c, who)
	if err != nil || by == "" {
		return err
	}
	if err := f.ordered(ctx, &c, o.ID, by); err != nil {
		return err
	}
	return f.tx.SaveCart(ctx, c, time.Time{})
}

// reorder gives an ordered cart its best order by all that is known now: the
// platform's order may come after the checkout that announced it, or turn out
// not to be one to take credit for. A cart that is ordered stays so.
func (f *folding) reorder(ctx context.Context, c *cart.Cart, who shopper.Shopper) (changed bool, err error) {
	o, by, err := f.best(ctx, f.tx, *c, who)
	if err != nil || by == "" || (o.ID == c.OrderID && by == c.OrderedBy) {
		return false, err
	}
	c.OrderID, c.OrderedBy = o.ID, by
	return true, nil
}

// ordered makes a cart ordered, for good, and ends what was planned for it.
func (f *folding) ordered(ctx context.Context, c *cart.Cart, orderID, by string) error {
	c.State, c.OrderID, c.OrderedBy, c.OrderedAt = cart.Ordered, orderID, by, f.tx.Now()
	return f.end(ctx, *c, "ordered")
}

// end closes a cart's enrollments and takes back messages that have not left.
func (f *folding) end(ctx context.Context, c cart.Cart, reason string) error {
	waiting, err := f.tx.WaitingOfCart(ctx, c.ShopID, c.ID)
	if err != nil {
		return err
	}
	for _, en := range waiting {
		if err := f.lapse(ctx, f.tx, en, c.LastActivity(), reason); err != nil {
			return err
		}
	}
	letters, err := f.tx.ReservedOf(ctx, c.ShopID, c.ID)
	if err != nil {
		return err
	}
	for _, l := range letters {
		if err := f.withdraw(ctx, f.tx, l, "cart."+reason); err != nil {
			return err
		}
	}
	return nil
}

// lapse ends an enrollment from outside. A step of it that was due already by
// the cart's last activity, and that no alarm had come to or that was put off,
// is decided by this.
func (e *Engine) lapse(ctx context.Context, tx Tx, en journey.Enrollment, active time.Time, reason string) error {
	if err := e.passedOver(ctx, tx, en, active, reason); err != nil {
		return err
	}
	return e.finish(ctx, tx, en, reason)
}

func (e *Engine) passedOver(ctx context.Context, tx Tx, en journey.Enrollment, active time.Time, reason string) error {
	if en.DueAt.IsZero() {
		return nil // its message tells
	}
	seq, err := tx.Sequence(ctx, en.ShopID, en.SequenceKey, en.SequenceVersion)
	if err != nil || en.Step >= len(seq.Steps) {
		return err
	}
	due := sequence.DueAt(seq.Steps[en.Step], active)
	if due.After(tx.Now()) {
		return nil
	}
	return e.decide(ctx, tx, en, journey.Decision{
		Outcome: journey.Skipped, Rule: "cart." + reason, DueAt: due, Step: en.Step,
		Inputs: map[string]string{"late": tx.Now().Sub(due).Round(time.Millisecond).String()},
	})
}

// finish ends an enrollment.
func (e *Engine) finish(ctx context.Context, tx Tx, en journey.Enrollment, reason string) error {
	en.State, en.Reason, en.DueAt, en.DoneAt = "done", reason, time.Time{}, tx.Now()
	return tx.SaveEnrollment(ctx, en)
}

// withdraw cancels a reserved message and records why its step was skipped.
func (e *Engine) withdraw(ctx context.Context, tx Tx, l Letter, rule string) error {
	l.State, l.Reason, l.DueAt = delivery.Cancelled, rule, time.Time{}
	if err := tx.SaveMessage(ctx, l); err != nil {
		return err
	}
	if err := e.releaseOffer(ctx, tx, l); err != nil {
		return err
	}
	en, err := enrollmentOf(ctx, tx, l)
	if err != nil {
		return err
	}
	return e.decide(ctx, tx, en, journey.Decision{
		Outcome: journey.Skipped, Rule: rule, Channel: l.Channel, MessageID: l.ID, Inputs: l.Inputs, DueAt: l.StepDueAt, Step: l.Step,
	})
}

// credit credits an order to the touch that earned it, or brings the refunds of
// an earlier credit up to date. own is the cart that shares a platform id with it.
func (e *Engine) credit(ctx context.Context, tx Tx, p cart.Purchase, own string) error {
	r, err := tx.Recovery(ctx, p.ShopID, p.ID)
	if err == nil {
		r.Amount, r.Refunded = p.Total, p.Lost()
		return tx.SaveRecovery(ctx, r)
	}
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	touches, err := tx.Touches(ctx, p.ShopID, p.ShopperID, own, p.PlacedAt.Add(-attribution.ClickWindow))
	if err != nil {
		return err
	}
	t, rule, ok := attribution.Credit(p, own, touches)
	if !ok {
		return nil
	}
	return tx.SaveRecovery(ctx, attribution.Recovery{
		ID: e.NewID(), ShopID: p.ShopID, OrderID: p.ID, CartID: t.CartID, MessageID: t.MessageID, TouchID: t.ID,
		Rule: rule, Amount: p.Total, Refunded: p.Lost(), OrderedAt: p.PlacedAt, CreditedAt: tx.Now(),
	})
}

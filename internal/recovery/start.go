package recovery

import (
	"context"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// call is one provider call that may be made.
type call struct {
	may    bool
	letter Letter
	// fromName and replyTo are the sender's, as shown.
	fromName, replyTo string
	// closes is when the message must have arrived, for channels that keep it; zero for no such time.
	closes time.Time
	// trial tells that the channel was paused, and this call finds out whether it works again.
	trial bool
}

// start is the last look before the call: the message becomes `sending` in the
// same transaction that asks once more whether the shopper has bought or
// withdrawn.
func (e *Engine) start(ctx context.Context, reserved Letter) (c call, err error) {
	err = e.writeAndWake(ctx, reserved.ShopID, func(ctx context.Context, tx Tx) error {
		c = call{}
		// Shopper and cart are held first, as an order holds them first: whoever comes second waits and sees what the first did.
		who, err := tx.Shopper(ctx, reserved.ShopID, reserved.ShopperID)
		if err != nil {
			return err
		}
		in, err := tx.Cart(ctx, reserved.ShopID, reserved.CartID)
		if err != nil {
			return err
		}
		l, err := tx.HoldMessage(ctx, reserved.ShopID, reserved.ID)
		if err != nil || !ours(l, reserved) {
			return err
		}
		l.Rendered = reserved.Rendered
		if l.CartID != in.ID {
			// It was merged into another since the message was reserved.
			if in, err = tx.Cart(ctx, l.ShopID, l.CartID); err != nil {
				return err
			}
		}
		if may, err := e.stillMay(ctx, tx, in, who, l, &c); err != nil || !may {
			return err
		}
		return e.begin(ctx, tx, l, &c)
	})
	return c, err
}

// ours reports whether a reserved message still waits under the lease it was
// taken with: one that waited here for longer belongs to who took it since.
func ours(l, reserved Letter) bool {
	return l.State == delivery.Reserved && l.DueAt.UnixMilli() == reserved.DueAt.UnixMilli()
}

// begin makes a message `sending`, if its channel's breaker lets it through.
func (e *Engine) begin(ctx context.Context, tx Tx, l Letter, c *call) (err error) {
	c.trial, c.may, err = e.trial(ctx, tx, l)
	if err != nil || !c.may {
		return err
	}
	sh, err := tx.Shop(ctx, l.ShopID)
	if err != nil {
		return err
	}
	c.fromName, c.replyTo = first(sh.Settings.SenderName, sh.Name), sh.Settings.SupportEmail
	l.State, l.Attempts, l.SentAt, l.DueAt = delivery.Sending, l.Attempts+1, tx.Now(), tx.Now().Add(e.Lease)
	c.letter = l
	if l.Channel == event.Email && sh.Settings.WarmUp && l.Attempts == 1 {
		if err := tx.CountMail(ctx, l.ShopID, tx.Now()); err != nil {
			return err
		}
	}
	return tx.SaveMessage(ctx, l)
}

// stillMay asks everything that may have changed since the message was reserved. A
// message that must not be sent now is called off, or put back, on the spot.
func (e *Engine) stillMay(ctx context.Context, tx Tx, c cart.Cart, who shopper.Shopper, l Letter, out *call) (bool, error) {
	o, by, err := e.bought(ctx, tx, c, who)
	if err != nil {
		return false, err
	}
	if by != "" {
		if err := e.callOff(ctx, tx, l, "order.matched."+by, "ordered"); err != nil {
			return false, err
		}
		return false, e.meet(ctx, tx, c, o, by)
	}
	newest, at, err := tx.NewestCart(ctx, l.ShopID, who.ID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return false, err
	}
	if err == nil && newest != c.ID && at.After(c.LastActivity()) {
		return false, e.callOff(ctx, tx, l, "cart.superseded", "superseded")
	}
	if due, err := e.stillDue(ctx, tx, c, l); err != nil || !due {
		return false, err
	}
	return e.lawful(ctx, tx, c, who, l, out)
}

// stillDue asks whether a reserved message's step is still to be sent: by its
// enrollment, its time, what it promises, and whether its sequence is paused.
func (e *Engine) stillDue(ctx context.Context, tx Tx, c cart.Cart, l Letter) (bool, error) {
	en, err := tx.Enrollment(ctx, l.ShopID, l.EnrollmentID) // the cart is held before it, by start
	if err != nil {
		return false, err
	}
	rule := forbidden(en, l, tx.Now())
	if rule == "" {
		if active, err := e.active(ctx, tx, c, en, l); active || err != nil {
			return false, err
		}
	}
	if rule, err = e.overdue(ctx, tx, l, rule); err != nil {
		return false, err
	}
	if rule != "" {
		return false, e.callOff(ctx, tx, l, rule, "")
	}
	back, err := e.takenBack(ctx, tx, en, l)
	return !back, err
}

// active reports whether the shopper came back to the cart while its message
// waited for its provider: the step's time counts from then, so it is taken
// back and comes due again.
func (e *Engine) active(ctx context.Context, tx Tx, c cart.Cart, en journey.Enrollment, l Letter) (bool, error) {
	if l.Step == beforeSteps {
		return false, nil
	}
	seq, err := tx.Sequence(ctx, en.ShopID, en.SequenceKey, en.SequenceVersion)
	if err != nil || l.Step >= len(seq.Steps) {
		return false, err
	}
	due := sequence.DueAt(seq.Steps[l.Step], c.LastActivity())
	if !due.After(tx.Now()) {
		return false, nil
	}
	l.State, l.DueAt, en.DueAt = delivery.Cancelled, time.Time{}, due
	if err := tx.SaveMessage(ctx, l); err != nil {
		return true, err
	}
	if err := e.releaseOffer(ctx, tx, l); err != nil {
		return true, err
	}
	if err := tx.SaveEnrollment(ctx, en); err != nil {
		return true, err
	}
	return true, e.decide(ctx, tx, en, journey.Decision{
		Outcome: journey.Deferred, Rule: "cart.active", Channel: l.Channel, MessageID: l.ID, DueAt: l.StepDueAt, Step: l.Step,
		Inputs: map[string]string{"last_activity": stamp(c.LastActivity()), "due": stamp(due)},
	})
}

// forbidden gives the rule that forbids a reserved message now, or "".
func forbidden(en journey.Enrollment, l Letter, now time.Time) (rule string) {
	switch {
	case en.State != "waiting":
		return "cart." + en.Reason
	case now.After(l.ExpiresAt):
		return tooLate
	}
	return ""
}

// tooLate skips a message that is later than its step may be.
const tooLate = "step.too_late"

// lawful asks the permit again: the shopper may have withdrawn it, and a
// message that waited for its provider may have come into the quiet hours, or
// its Messenger window may have closed.
func (e *Engine) lawful(ctx context.Context, tx Tx, c cart.Cart, who shopper.Shopper, l Letter, out *call) (bool, error) {
	sh, err := tx.Shop(ctx, l.ShopID)
	if err != nil {
		return false, err
	}
	var past shopper.History
	if sh.Settings.ConsentMode == consent.SoftOptIn {
		if past, err = tx.History(ctx, l.ShopID, who.ID); err != nil {
			return false, err
		}
	}
	p, err := e.permit(ctx, tx, ask{
		shop: sh, who: who, cart: c, channel: l.Channel, to: l.To, messageID: l.ID, customer: past.Orders > 0,
	})
	w := &work{in: map[string]string{}}
	v := p.verdict(w, l.ExpiresAt)
	switch {
	case err != nil:
		return false, err
	case p.confirm && l.Step != beforeSteps:
		return false, e.callOff(ctx, tx, l, consent.RuleDoubleOptIn, "")
	case v == nil && !p.confirm && l.Step == beforeSteps:
		return false, e.callOff(ctx, tx, l, p.rule, "") // it was confirmed meanwhile
	case v == nil:
		out.closes = p.closes
		return true, nil
	case lapsed(v.rule):
		// The step may still go by its next channel.
		l.Code, l.Reason, l.DueAt = v.rule, "it may not be sent on this channel any more", time.Time{}
		return false, e.refused(ctx, tx, l, delivery.Verdict{Outcome: delivery.Refused, Code: l.Code, Reason: l.Reason})
	case v.until.IsZero():
		return false, e.callOff(ctx, tx, l, v.rule, "")
	}
	return false, e.putBack(ctx, tx, l, v.until, v.rule, w.in)
}

// lapsed reports that a channel's own time for a message is over, by Messenger's window or by law.
func lapsed(rule string) bool {
	return rule == consent.RuleWindowClosed || strings.HasPrefix(rule, "law.")
}

// callOff cancels a reserved message and moves its enrollment on.
func (e *Engine) callOff(ctx context.Context, tx Tx, l Letter, rule, ends string) error {
	if err := e.withdraw(ctx, tx, l, rule); err != nil {
		return err
	}
	en, err := enrollmentOf(ctx, tx, l)
	if err != nil || en.State != "waiting" {
		return err
	}
	if ends != "" {
		return e.finish(ctx, tx, en, ends)
	}
	return e.onward(ctx, tx, l, en, false)
}

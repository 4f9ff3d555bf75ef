package recovery

import (
	"context"
	"errors"
	"hash/fnv"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// retryFirst and retryMost bound the wait before a provider is asked again
// when it did not say how long.
const (
	retryFirst = 15 * time.Second
	retryMost  = 15 * time.Minute
)

// send starts one message, calls its provider and settles the verdict. After
// the call has begun the settlement is not given up when ctx ends: shutting
// down must not make a known outcome unknown.
func (e *Engine) send(ctx context.Context, reserved Letter) error {
	// Before anything is begun: a message whose account cannot be read stays reserved.
	account, err := e.Accounts.Account(ctx, reserved.ShopID, reserved.Channel)
	if err != nil {
		return err
	}
	c, err := e.start(ctx, reserved)
	if err != nil || !c.may {
		return err
	}
	c.letter.Sandbox = account.Sandbox
	began := e.Now()
	v := e.Providers[c.letter.Channel].Send(ctx, account, e.outbound(c))
	e.Meter.Verdict(c.letter.Channel, v.Outcome, e.Now().Sub(began))
	return e.settle(context.WithoutCancel(ctx), c, v)
}

// onward moves an enrollment past the step of a message. After a request to
// confirm the step itself is looked at again.
func (e *Engine) onward(ctx context.Context, tx Tx, l Letter, en journey.Enrollment, left bool) error {
	if en.State != "waiting" {
		return nil
	}
	if l.Step == beforeSteps {
		en.DueAt = tx.Now()
		return tx.SaveEnrollment(ctx, en)
	}
	seq, err := tx.Sequence(ctx, en.ShopID, en.SequenceKey, en.SequenceVersion)
	if err != nil {
		return err
	}
	lastActivity, err := tx.HoldCart(ctx, en.ShopID, en.CartID)
	if err != nil {
		return err
	}
	return e.advance(ctx, tx, en, seq, lastActivity, left)
}

// outbound puts the secret links in and gives what the provider is told.
func (e *Engine) outbound(c call) delivery.Outbound {
	l, tokens := c.letter, map[message.Link]string{}
	for _, p := range linksOf(l.Message) {
		tokens[p] = e.token(p, l.ID)
	}
	r := message.Fill(l.Rendered, tokens)
	o := delivery.Outbound{
		MessageID: l.ID, ShopID: l.ShopID, Channel: l.Channel, To: l.To, FromName: c.fromName, ReplyTo: c.replyTo,
		Subject: r.Subject, HTML: r.HTML, Text: r.Text, Title: r.Title, ImageURL: r.ImageURL,
		ButtonTitle: r.ButtonTitle, ButtonURL: r.ButtonURL, Expires: earlier(c.closes, l.ExpiresAt),
		UnsubscribeURL: e.PublicURL + "/" + string(message.LinkUnsubscribe) + "/" + tokens[message.LinkUnsubscribe],
	}
	if l.Channel == event.SMS {
		o.CallbackURL = e.PublicURL + "/callbacks/twilio/" + l.ShopID + "/status?m=" + l.ID
	}
	return o
}

// settle records a verdict. A callback may have been faster: then only the
// provider's id is added.
func (e *Engine) settle(ctx context.Context, c call, v delivery.Verdict) error {
	sent := c.letter
	return e.writeAndWake(ctx, sent.ShopID, func(ctx context.Context, tx Tx) error {
		// The cart is held first, everywhere.
		if _, err := tx.HoldCart(ctx, sent.ShopID, sent.CartID); err != nil {
			return err
		}
		l, err := tx.HoldMessage(ctx, sent.ShopID, sent.ID)
		if err != nil {
			return err
		}
		l.Sandbox, l.ProviderID = sent.Sandbox, first(l.ProviderID, v.ProviderID)
		if l.State != delivery.Sending && l.State != delivery.Unknown {
			err = tx.SaveMessage(ctx, l)
		} else {
			before := l.State
			l.Code, l.Reason, l.DueAt = v.Code, v.Reason, time.Time{}
			err = e.outcome(ctx, tx, &l, before, v)
		}
		if err == nil && l.Channel == event.Messenger {
			err = e.early(ctx, tx, l.ShopID, l.ID, v.ProviderID)
		}
		return errors.Join(err, e.learn(ctx, tx, l, v, c.trial))
	})
}

// outcome folds a verdict into the message, its decision and its enrollment.
// before is the state it was in: an unknown one already has its decision.
func (e *Engine) outcome(ctx context.Context, tx Tx, l *Letter, before delivery.State, v delivery.Verdict) error {
	if v.Suppress != "" {
		if err := tx.Suppress(ctx, l.ShopID, l.Channel, HashAddress(l.ShopID, l.Channel, l.To), v.Suppress); err != nil {
			return err
		}
	}
	switch {
	case v.Outcome == delivery.OK:
		l.State = delivery.Accepted
		e.Meter.Late(l.Channel, tx.Now().Sub(l.StepDueAt))
	case v.Outcome == delivery.Unsure || before == delivery.Unknown:
		// Once unknown, a late refusal cannot free the step: it was already moved on.
		l.State = delivery.Unknown
	case v.Outcome == delivery.Later:
		return e.later(ctx, tx, *l, v)
	default:
		return e.refused(ctx, tx, *l, v)
	}
	if err := tx.SaveMessage(ctx, *l); err != nil || before == delivery.Unknown {
		return err
	}
	return e.sent(ctx, tx, *l)
}

// enrollmentOf gives a message's enrollment. The cart is held before it, as an
// order holds them, so that two never wait for each other.
func enrollmentOf(ctx context.Context, tx Tx, l Letter) (journey.Enrollment, error) {
	if _, err := tx.HoldCart(ctx, l.ShopID, l.CartID); err != nil {
		return journey.Enrollment{}, err
	}
	return tx.Enrollment(ctx, l.ShopID, l.EnrollmentID)
}

// sent records the decision of a message that left, or may have, and moves on.
func (e *Engine) sent(ctx context.Context, tx Tx, l Letter) error {
	en, err := enrollmentOf(ctx, tx, l)
	if err != nil {
		return err
	}
	rule := l.Rule
	if l.State == delivery.Unknown {
		rule = "provider.unknown"
	}
	d := journey.Decision{Outcome: journey.Sent, Rule: rule, Channel: l.Channel, MessageID: l.ID, Inputs: l.Inputs, DueAt: l.StepDueAt, Step: l.Step}
	if err := e.decide(ctx, tx, en, d); err != nil {
		return err
	}
	return e.onward(ctx, tx, l, en, true)
}

// later puts a message back until the provider may be asked again, with a wait
// that doubles and differs from message to message.
func (e *Engine) later(ctx context.Context, tx Tx, l Letter, v delivery.Verdict) error {
	wait := v.After
	if wait <= 0 {
		wait = min(retryFirst<<min(l.Attempts-1, 10), retryMost)
		wait += time.Duration(spread(l.ID) * float64(wait) / 2)
	}
	at := tx.Now().Add(wait)
	in := map[string]string{"code": v.Code, "reason": v.Reason, "attempt": count(l.Attempts)}
	return e.wait(ctx, tx, l, at, "provider.later", in)
}

// wait puts a message back until its provider may be asked again, or gives it
// up when that is too late.
func (e *Engine) wait(ctx context.Context, tx Tx, l Letter, at time.Time, rule string, in map[string]string) error {
	in["until"] = stamp(at)
	if at.After(l.ExpiresAt) {
		return e.giveUp(ctx, tx, l, in)
	}
	return e.putBack(ctx, tx, l, at, rule, in)
}

// putBack reserves a message until it may be tried again, and says why.
func (e *Engine) putBack(ctx context.Context, tx Tx, l Letter, at time.Time, rule string, in map[string]string) error {
	l.State, l.DueAt = delivery.Reserved, at
	if err := tx.SaveMessage(ctx, l); err != nil {
		return err
	}
	en, err := enrollmentOf(ctx, tx, l)
	if err != nil {
		return err
	}
	return e.decide(ctx, tx, en, journey.Decision{
		Outcome: journey.Deferred, Rule: rule, Channel: l.Channel, MessageID: l.ID, Inputs: in, DueAt: l.StepDueAt, Step: l.Step,
	})
}

func (e *Engine) giveUp(ctx context.Context, tx Tx, l Letter, in map[string]string) error {
	en, err := enrollmentOf(ctx, tx, l)
	if err != nil {
		return err
	}
	l.State = delivery.Rejected
	if err := tx.SaveMessage(ctx, l); err != nil {
		return err
	}
	d := journey.Decision{Outcome: journey.Failed, Rule: "provider.later_than_max_late", Channel: l.Channel, MessageID: l.ID, Inputs: in, DueAt: l.StepDueAt, Step: l.Step}
	if err := e.decide(ctx, tx, en, d); err != nil {
		return err
	}
	return e.onward(ctx, tx, l, en, false)
}

// refused frees the step for its next channel: nothing was sent.
func (e *Engine) refused(ctx context.Context, tx Tx, l Letter, v delivery.Verdict) error {
	if v.Outcome == delivery.Broken {
		e.Log.ErrorContext(ctx, "channel is misconfigured", "shop", l.ShopID, "channel", l.Channel, "code", v.Code, "reason", v.Reason)
	}
	l.State = delivery.Rejected
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
	in := map[string]string{"code": v.Code, "reason": v.Reason, "suppress": v.Suppress}
	d := journey.Decision{Outcome: journey.Deferred, Rule: "channel." + string(v.Outcome), Channel: l.Channel, MessageID: l.ID, Inputs: in, DueAt: l.StepDueAt, Step: l.Step}
	if l.Step == beforeSteps {
		d.Outcome = journey.Failed // a request to confirm has no next channel
	}
	if en.State != "waiting" {
		// It ended meanwhile: there is no next channel.
		d.Outcome, d.Inputs["enrollment"] = journey.Failed, en.Reason
	}
	if err := e.decide(ctx, tx, en, d); err != nil || en.State != "waiting" {
		return err
	}
	en.DueAt = tx.Now()
	return tx.SaveEnrollment(ctx, en)
}

// spread gives a number in [0,1) that is the same for one id and as good as
// random among many.
func spread(id string) float64 {
	h := fnv.New64a()
	h.Write([]byte(id))
	return float64(h.Sum64()%10_007) / 10_007
}

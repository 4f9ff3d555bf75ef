package recovery

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// A paused sequence enrolls nobody: a cart that would enter it is left out for
// good, with a decision that says so. Carts that are in it stay: a step that
// comes due is put off, once, until it would be too late, and skipped then as
// every step is that is too late. A message that is reserved and has not left
// is taken back. When the pause ends, the steps that it put off are looked at
// at once, and those that are still in time are sent.
const (
	sequencePaused = "sequence.paused"
	// stepPaused skips a step that its version has paused.
	stepPaused = "step.paused"
)

// PauseSequence pauses a sequence of which there is a live version.
func (e *Engine) PauseSequence(ctx context.Context, shopID, key string) error {
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		live, err := tx.LiveSequences(ctx, shopID)
		if err != nil {
			return err
		}
		if ofKey(live, key) == nil {
			return fault.New(fault.NotFound, "there is no sequence %q", key)
		}
		if err := tx.PauseSequence(ctx, shopID, key); err != nil {
			return err
		}
		// Those who are being woken are put off again.
		if c, err := tx.Chore(ctx, shopID, key, journey.ChoreWake); err == nil && c.EndedAt.IsZero() {
			c.EndedAt = tx.Now()
			if err := tx.SaveChore(ctx, c); err != nil {
				return err
			}
		} else if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		return e.noted(ctx, tx, shopID, access.SequencePaused, key, nil)
	})
}

// ResumeSequence ends a pause and looks at once after the steps that it put off.
func (e *Engine) ResumeSequence(ctx context.Context, shopID, key string) error {
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		was, err := tx.ResumeSequence(ctx, shopID, key)
		if err != nil {
			return err
		}
		if !was {
			return fault.New(fault.Conflict, "the sequence %q is not paused", key).Try("look at the page again: somebody may have ended the pause")
		}
		if err := tx.SaveChore(ctx, journey.SequenceChore{ShopID: shopID, Key: key, Kind: journey.ChoreWake, StartedAt: tx.Now()}); err != nil {
			return err
		}
		return e.noted(ctx, tx, shopID, access.SequenceResumed, key, nil)
	})
	if err == nil {
		e.keepOn(ctx, shopID, key, journey.ChoreWake)
	}
	return err
}

// resting asks whether step or sequence are paused.
func (e *Engine) resting(ctx context.Context, tx Tx, w *work) (*verdict, error) {
	if w.step.Paused {
		return &verdict{outcome: journey.Skipped, rule: stepPaused}, nil
	}
	since, err := tx.PausedSince(ctx, w.en.ShopID, w.en.SequenceKey)
	if err != nil || since.IsZero() {
		return nil, err
	}
	w.in["paused_since"] = stamp(since)
	w.en.Paused = true
	return &verdict{outcome: journey.Deferred, rule: sequencePaused, until: w.due.Add(w.step.Lateness() + time.Second)}, nil
}

// takenBack takes a reserved message back whose sequence was paused before it left.
func (e *Engine) takenBack(ctx context.Context, tx Tx, en journey.Enrollment, l Letter) (bool, error) {
	since, err := tx.PausedSince(ctx, en.ShopID, en.SequenceKey)
	if err != nil || since.IsZero() || en.State != "waiting" {
		return false, err
	}
	if l.Step == beforeSteps {
		return true, e.callOff(ctx, tx, l, sequencePaused, "")
	}
	l.State, l.Reason, l.DueAt = delivery.Cancelled, sequencePaused, time.Time{}
	en.Paused, en.DueAt = true, l.ExpiresAt.Add(time.Second)
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
		Outcome: journey.Deferred, Rule: sequencePaused, Channel: l.Channel, MessageID: l.ID, DueAt: l.StepDueAt, Step: l.Step,
		Inputs: map[string]string{"paused_since": stamp(since)},
	})
}

package recovery

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

const (
	// choreBatch is how many carts a chore works on in one transaction, choreNow
	// how many such batches follow the click that began it; the sweeper does the rest.
	choreBatch = 100
	choreNow   = 5
	// choreLeft is how long a chore is left to the process that works on it.
	choreLeft = 10 * time.Second
)

// keepOn works on a chore for a bounded while. What fails goes on with a sweep.
func (e *Engine) keepOn(ctx context.Context, shopID, key, kind string) {
	for range choreNow {
		more, err := e.chore(ctx, shopID, key, kind)
		if err != nil {
			e.Log.ErrorContext(ctx, "work on waiting carts was interrupted; it goes on with a sweep", "shop", shopID, "sequence", key, "kind", kind, "error", err)
		}
		if err != nil || !more {
			return
		}
	}
}

// finishChores goes on with chores that nobody works on.
func (e *Engine) finishChores(ctx context.Context) error {
	running, err := e.Store.RunningChores(ctx, e.Now().Add(-choreLeft), tendBatch)
	if err != nil {
		return err
	}
	for _, c := range running {
		e.keepOn(ctx, c.ShopID, c.Key, c.Kind)
	}
	return nil
}

// chore works on one batch. The chore's row is held meanwhile: of two processes one waits.
func (e *Engine) chore(ctx context.Context, shopID, key, kind string) (more bool, err error) {
	err = e.writeAndWake(ctx, shopID, func(ctx context.Context, tx Tx) error {
		more = false
		c, err := tx.Chore(ctx, shopID, key, kind)
		if fault.Is(err, fault.NotFound) || err == nil && !c.EndedAt.IsZero() {
			return nil
		}
		if err != nil {
			return err
		}
		next := e.wakeSome
		if kind == journey.ChoreMove {
			next = e.moveSome
		}
		if more, err = next(ctx, tx, &c); err != nil {
			return err
		}
		if !more {
			c.EndedAt = tx.Now()
		}
		return tx.SaveChore(ctx, c)
	})
	return more, err
}

// wakeSome makes steps that a pause put off due now.
func (e *Engine) wakeSome(ctx context.Context, tx Tx, c *journey.SequenceChore) (more bool, err error) {
	found, err := tx.PutOff(ctx, c.ShopID, c.Key, choreBatch)
	if err != nil {
		return false, err
	}
	for _, at := range found {
		en, _, err := e.waitingAt(ctx, tx, c.ShopID, at)
		if err != nil {
			return false, err
		}
		if !en.Paused {
			continue
		}
		en.Paused = false
		if !en.DueAt.IsZero() {
			en.DueAt = tx.Now()
			c.Done++
		}
		if err := tx.SaveEnrollment(ctx, en); err != nil {
			return false, err
		}
	}
	return len(found) == choreBatch, nil
}

// moveSome moves carts that wait in older versions to the chore's.
func (e *Engine) moveSome(ctx context.Context, tx Tx, c *journey.SequenceChore) (more bool, err error) {
	found, err := tx.WaitingBelow(ctx, c.ShopID, c.Key, c.Version, c.Place, choreBatch)
	if err != nil {
		return false, err
	}
	for _, at := range found {
		moved, err := e.move(ctx, tx, c, at)
		if err != nil {
			return false, err
		}
		if moved {
			c.Done++
		} else {
			c.Stayed++
		}
		c.Place = at.Place
	}
	return len(found) == choreBatch, nil
}

// waitingAt loads an enrollment, held after its cart as everywhere.
func (e *Engine) waitingAt(ctx context.Context, tx Tx, shopID string, at WaitingAt) (en journey.Enrollment, lastActivity time.Time, err error) {
	// The shopper is held before the cart, the cart before the enrollment.
	if _, err := tx.Shopper(ctx, shopID, at.ShopperID); err != nil {
		return en, lastActivity, err
	}
	if lastActivity, err = tx.HoldCart(ctx, shopID, at.CartID); err != nil {
		return en, lastActivity, err
	}
	en, err = tx.Enrollment(ctx, shopID, at.ID)
	return en, lastActivity, err
}

// move gives one waiting cart the new version, if it can go on there. A step
// whose message is on its way is left to the version that it belongs to.
func (e *Engine) move(ctx context.Context, tx Tx, c *journey.SequenceChore, at WaitingAt) (moved bool, err error) {
	en, lastActivity, err := e.waitingAt(ctx, tx, c.ShopID, at)
	if err != nil {
		return false, err
	}
	if en.State != "waiting" || en.DueAt.IsZero() || en.SequenceVersion >= c.Version {
		return false, nil
	}
	past, sent, err := e.past(ctx, tx, en)
	if err != nil {
		return false, err
	}
	new, err := tx.Sequence(ctx, c.ShopID, c.Key, c.Version)
	if err != nil {
		return false, err
	}
	next, why := sequence.Carry(past, new, en.Step)
	if why != "" {
		return false, nil
	}
	was := en
	en.SequenceVersion, en.Step, en.DueAt = c.Version, next, sequence.DueAt(new.Steps[next], lastActivity)
	if soonest := afterLast(past, sent, new.Steps[next]); en.DueAt.Before(soonest) {
		en.DueAt = soonest
	}
	if err := tx.MoveEnrollment(ctx, en); err != nil {
		return false, err
	}
	return true, e.explainMove(ctx, tx, was, en)
}

// explainMove records that a cart was moved, and for each place of the new
// version that it passes over, that it is skipped.
func (e *Engine) explainMove(ctx context.Context, tx Tx, was, en journey.Enrollment) error {
	in := map[string]string{
		"from_version": count(was.SequenceVersion), "to_version": count(en.SequenceVersion), "step": count(was.Step+1) + " → " + count(en.Step+1),
	}
	for passed := was.Step; passed < en.Step; passed++ {
		d := journey.Decision{Outcome: journey.Skipped, Rule: "sequence.moved_past", Inputs: in, DueAt: was.DueAt, Step: passed}
		if err := e.decide(ctx, tx, en, d); err != nil {
			return err
		}
	}
	return e.decide(ctx, tx, en, journey.Decision{Outcome: journey.Deferred, Rule: "sequence.moved", Inputs: in, DueAt: en.DueAt, Step: en.Step})
}

// past gives the steps that a cart has been through, of whatever versions, and
// when its last message left; zero for none.
func (e *Engine) past(ctx context.Context, tx Tx, en journey.Enrollment) (past []sequence.Past, sent time.Time, err error) {
	decided, err := tx.DecidedSteps(ctx, en.ShopID, en.ID)
	if err != nil {
		return nil, sent, err
	}
	for _, d := range decided {
		seq, err := tx.Sequence(ctx, en.ShopID, en.SequenceKey, d.Version)
		if err != nil {
			return nil, sent, err
		}
		if d.Step >= len(seq.Steps) {
			continue
		}
		past = append(past, sequence.Past{Step: seq.Steps[d.Step], Said: d.Outcome != journey.Skipped})
		if d.Outcome == journey.Sent && d.At.After(sent) {
			sent = d.At
		}
	}
	return past, sent, nil
}

// afterLast is the soonest at which a step may follow the last message that
// left, as in advance: half of what lies between the two, at most an hour.
func afterLast(past []sequence.Past, sent time.Time, step sequence.Step) time.Time {
	if sent.IsZero() || len(past) == 0 {
		return time.Time{}
	}
	gap := (step.After - past[len(past)-1].After) / 2
	return sent.Add(min(gap, time.Hour))
}

// MoveEnrollment writes version, step and alarm.
func (m *memo) MoveEnrollment(ctx context.Context, en journey.Enrollment) error {
	if !en.DueAt.IsZero() {
		m.due = earlier(m.due, en.DueAt)
	}
	return m.Tx.MoveEnrollment(ctx, en)
}

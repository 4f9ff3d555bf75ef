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
	in, err := tx.Cart(ctx, shopID, at.CartID)
	if err != nil {
		return en, lastActivity, err
	}
	en, err = tx.Enrollment(ctx, shopID, at.ID)
	return en, in.LastActivity(), err
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
	old, err := tx.Sequence(ctx, c.ShopID, c.Key, en.SequenceVersion)
	if err != nil {
		return false, err
	}
	new, err := tx.Sequence(ctx, c.ShopID, c.Key, c.Version)
	if err != nil {
		return false, err
	}
	next, why := sequence.Carry(old, new, en.Step)
	if why != "" {
		return false, nil
	}
	soonest, err := e.afterLast(ctx, tx, en, old, new.Steps[next])
	if err != nil {
		return false, err
	}
	en.SequenceVersion, en.Step, en.DueAt = c.Version, next, sequence.DueAt(new.Steps[next], lastActivity)
	if en.DueAt.Before(soonest) {
		en.DueAt = soonest
	}
	return true, tx.MoveEnrollment(ctx, en)
}

// afterLast is the soonest at which a step may follow the last message that
// left, as in advance: half of what lies between the two, at most an hour.
func (e *Engine) afterLast(ctx context.Context, tx Tx, en journey.Enrollment, old sequence.Sequence, step sequence.Step) (time.Time, error) {
	if en.Step == 0 || en.Step > len(old.Steps) {
		return time.Time{}, nil
	}
	sent, err := tx.LastSentOf(ctx, en.ShopID, en.ID)
	if err != nil || sent.IsZero() {
		return time.Time{}, err
	}
	gap := (step.After - old.Steps[en.Step-1].After) / 2
	return sent.Add(min(gap, time.Hour)), nil
}

// MoveEnrollment writes version, step and alarm.
func (m *memo) MoveEnrollment(ctx context.Context, en journey.Enrollment) error {
	if !en.DueAt.IsZero() {
		m.due = earlier(m.due, en.DueAt)
	}
	return m.Tx.MoveEnrollment(ctx, en)
}

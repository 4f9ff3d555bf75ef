package recovery

import (
	"context"
	"errors"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Due handles the due alarm of a shard. It goes on in batches until nothing is
// due: each batch is one transaction that claims steps, decides them and
// reserves their messages. The reserved ones go to their lanes, which send them
// while the next batch is decided. Then the alarm of the next step is set. It
// gives how many steps were decided.
func (e *Engine) Due(ctx context.Context, shard int) (int, error) {
	return e.turns.take(turn{AlarmDue, shard}, func() (int, error) { return e.due(ctx, shard) })
}

func (e *Engine) due(ctx context.Context, shard int) (total int, err error) {
	var except string
	for ctx.Err() == nil {
		if e.lanes.full() {
			e.arm(ctx, AlarmDue, shard, e.Now().Add(time.Second))
			break
		}
		e.lanes.breathe(ctx, shard, except)
		r, err := e.round(ctx, shard, except)
		total += r.size
		if err != nil {
			return total, err
		}
		if r.size == 0 && except == "" {
			break
		}
		// One shop's burst does not keep the others of its shard waiting: they get every second batch.
		except = r.most
	}
	e.Meter.Job(AlarmDue, total)
	return total, errors.Join(ctx.Err(), e.rearm(context.WithoutCancel(ctx), AlarmDue, shard))
}

// batch is what one round found.
type batch struct {
	letters []Letter
	// size counts the steps and messages; most is the shop that a full batch mostly was about, or "".
	size int
	most string
}

// add counts one step or message of a shop.
func (b *batch) add(counts map[string]int, shopID string, limit int) {
	b.size++
	if counts[shopID]++; counts[shopID] > limit/2 && limit > 1 {
		b.most = shopID
	}
}

// round decides one batch, takes over messages whose time has come, and hands
// all of them to their lanes.
func (e *Engine) round(ctx context.Context, shard int, except string) (batch, error) {
	b, err := e.decideBatch(ctx, shard, e.Batch, except)
	if err != nil {
		b, err = e.decideSingly(ctx, shard, err)
	}
	e.lanes.take(b.letters)
	if err != nil {
		return b, err
	}
	stale, err := e.claimLetters(ctx, shard, except)
	if err != nil {
		return b, err
	}
	e.lanes.take(stale.letters)
	return batch{size: b.size + stale.size, most: first(b.most, stale.most)}, nil
}

// decideBatch decides the steps that are due now, in one transaction.
func (e *Engine) decideBatch(ctx context.Context, shard, limit int, except string) (b batch, err error) {
	var m *memo
	err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		m = remember(tx)
		b, tx = batch{}, m
		due, err := tx.ClaimDue(ctx, shard, limit, except)
		if err != nil {
			return err
		}
		counts := map[string]int{}
		for _, en := range due {
			l, err := e.step(ctx, tx, en)
			if err != nil {
				return err
			}
			if l != nil {
				b.letters = append(b.letters, *l)
			}
			b.add(counts, en.ShopID, limit)
		}
		return nil
	})
	if err == nil && m.asks {
		e.arm(ctx, AlarmAsk, shard, e.Now())
	}
	return b, err
}

// decideSingly is for a batch that failed: one step that cannot be decided must
// not keep the others of its shard. Each is tried in a transaction of its own,
// and those that fail again are put off for a while and told to the operator.
func (e *Engine) decideSingly(ctx context.Context, shard int, why error) (done batch, err error) {
	if e.passing(why) {
		return done, why // no step's fault: the alarm rings again
	}
	e.Log.ErrorContext(ctx, "a batch of due steps failed; trying them one by one", "shard", shard, "error", why)
	for range e.Batch {
		if err := ctx.Err(); err != nil {
			return done, err
		}
		b, err := e.decideBatch(ctx, shard, 1, "")
		if err != nil && e.passing(err) {
			return done, err
		}
		if err != nil {
			if err := e.putOff(ctx, shard, err); err != nil {
				return done, err
			}
			b = batch{size: 1}
		}
		done.letters, done.size = append(done.letters, b.letters...), done.size+b.size
		if b.size == 0 {
			break
		}
	}
	return done, nil
}

// passing reports whether an error may pass by itself: the database's, when it
// is busy, full or gone. An error with a code of ours, or one that the database
// gives for what it was handed, comes again.
func (e *Engine) passing(err error) bool {
	var f *fault.Error
	return !e.Store.Hopeless(err) && (!errors.As(err, &f) || f.Code == fault.Overloaded)
}

// putOff moves the shard's first due step a little into the future.
func (e *Engine) putOff(ctx context.Context, shard int, why error) error {
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		due, err := tx.ClaimDue(ctx, shard, 1, "")
		if err != nil || len(due) == 0 {
			return err
		}
		en := due[0]
		e.Log.ErrorContext(ctx, "step cannot be decided; put off", "shop", en.ShopID, "enrollment", en.ID, "for", putOffFor.String(), "error", why)
		en.DueAt = tx.Now().Add(putOffFor)
		return tx.SaveEnrollment(ctx, en)
	})
}

// putOffFor is how long something that failed unexpectedly is left alone.
const putOffFor = 10 * time.Minute

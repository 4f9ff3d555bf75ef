package recovery

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// claimLetters takes over messages whose alarm is due: reserved ones whose
// retry time has come or whose process died before the call (they may be
// sent), and sending ones whose process died during the call (nobody knows:
// they become unknown, and only a callback settles them).
func (e *Engine) claimLetters(ctx context.Context, shard int, except string) (b batch, err error) {
	err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		b = batch{}
		found, err := tx.ClaimMessages(ctx, shard, e.Batch, except)
		if err != nil {
			return err
		}
		counts := map[string]int{}
		for _, l := range found {
			b.add(counts, l.ShopID, e.Batch)
			if l.State == delivery.Sending {
				if err := e.lostSight(ctx, tx, l); err != nil {
					return err
				}
				continue
			}
			again, ok := e.lanes.room(l.ShopID, l.Channel, tx.Now())
			if ok {
				again = tx.Now().Add(e.reservedFor())
			}
			l.DueAt = again
			if err := tx.SaveMessage(ctx, l); err != nil {
				return err
			}
			if ok {
				b.letters = append(b.letters, l)
			}
		}
		return nil
	})
	return b, err
}

// longestWait is more than any message waits: a provider can ask for a day, and
// quiet hours end within one.
const longestWait = 26 * time.Hour

// pullBack looks at once after messages that wait for longer than any can: a
// clock that was ahead gave them their time.
func (e *Engine) pullBack(ctx context.Context) error {
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		for shard := range shop.Shards {
			if err := tx.PullBack(ctx, shard, tx.Now().Add(longestWait)); err != nil {
				return err
			}
		}
		return nil
	})
}

// giveBack ends the leases of messages whose calls were never begun.
func (e *Engine) giveBack(ctx context.Context, never []Letter) error {
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		for _, mine := range never {
			l, err := tx.HoldMessage(ctx, mine.ShopID, mine.ID)
			if err != nil {
				return err
			}
			if !ours(l, mine) {
				continue
			}
			l.DueAt = tx.Now()
			if err := tx.SaveMessage(ctx, l); err != nil {
				return err
			}
		}
		return nil
	})
}

// lostSight makes a message unknown whose call was begun and never settled.
func (e *Engine) lostSight(ctx context.Context, tx Tx, l Letter) error {
	e.Log.WarnContext(ctx, "message outcome unknown", "shop", l.ShopID, "message", l.ID, "channel", l.Channel)
	v := delivery.Verdict{Outcome: delivery.Unsure, Code: "interrupted", Reason: "the process ended during the call"}
	l.Code, l.Reason, l.DueAt = v.Code, v.Reason, time.Time{}
	return e.outcome(ctx, tx, &l, delivery.Sending, v)
}

// Sweep sets an alarm for whatever waits without one: at start, after Redis
// lost its alarms, or when they came into the horizon. It costs a few index
// look-ups, however many carts are waiting. Then it does a share of the duties
// that nothing waits for (see tend).
func (e *Engine) Sweep(ctx context.Context) error {
	if err := e.pullBack(ctx); err != nil {
		return err
	}
	for shard := range shop.Shards {
		for _, kind := range []AlarmKind{AlarmIdle, AlarmDue, AlarmAsk} {
			if err := e.rearm(ctx, kind, shard); err != nil {
				return err
			}
		}
	}
	return e.tend(ctx)
}

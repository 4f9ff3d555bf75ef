package recovery

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// paused is the rule of a channel whose breaker is open.
const paused = "channel.paused"

// comeBack spreads the steps that waited for a breaker: the trial goes first,
// the others follow over up to five minutes.
func comeBack(b delivery.Breaker, now time.Time, id string) time.Time {
	wait := min(b.Until.Sub(now), 5*time.Minute)
	return b.Until.Add(time.Duration(spread(id) * float64(wait)))
}

// trial asks the breaker before a call. A closed one lets it through. Of an
// open one the first message that comes after its time is the trial; the others
// give up this channel if their step has another, and wait if it has not.
func (e *Engine) trial(ctx context.Context, tx Tx, l Letter) (trial, may bool, err error) {
	b, err := tx.Health(ctx, l.ShopID, l.Channel)
	if err != nil || b.Closed() {
		return false, err == nil, err
	}
	if b, err = tx.HoldHealth(ctx, l.ShopID, l.Channel); err != nil || b.Closed() {
		return false, err == nil, err
	}
	if _, open := b.Open(tx.Now()); !open {
		return true, true, tx.SaveHealth(ctx, l.ShopID, l.Channel, b.Try(tx.Now(), e.Lease))
	}
	return false, false, e.detour(ctx, tx, l, b)
}

// detour sends a message's step to its next channel, or lets it wait for this one.
func (e *Engine) detour(ctx context.Context, tx Tx, l Letter, b delivery.Breaker) error {
	v := delivery.Verdict{Outcome: "paused", Code: b.Code, Reason: b.Reason}
	other, err := e.hasOther(ctx, tx, l)
	if err != nil {
		return err
	}
	if other {
		l.Code, l.Reason, l.DueAt = v.Code, v.Reason, time.Time{}
		return e.refused(ctx, tx, l, v)
	}
	return e.wait(ctx, tx, l, comeBack(b, tx.Now(), l.ID), paused, map[string]string{"code": b.Code, "reason": b.Reason})
}

// hasOther reports whether a message's step has a channel that was not tried yet.
func (e *Engine) hasOther(ctx context.Context, tx Tx, l Letter) (bool, error) {
	en, err := enrollmentOf(ctx, tx, l)
	if err != nil {
		return false, err
	}
	seq, err := tx.Sequence(ctx, en.ShopID, en.SequenceKey, en.SequenceVersion)
	if err != nil || l.Step >= len(seq.Steps) {
		return false, err
	}
	tried, err := tx.Refused(ctx, l.ShopID, l.EnrollmentID, l.Step)
	if err != nil {
		return false, err
	}
	done := map[event.Channel]bool{l.Channel: true}
	for _, c := range tried {
		done[c] = true
	}
	for _, c := range seq.Steps[l.Step].Channels {
		if !done[c] {
			return true, nil
		}
	}
	return false, nil
}

// learn folds a call's verdict into its channel's breaker.
func (e *Engine) learn(ctx context.Context, tx Tx, l Letter, v delivery.Verdict, trial bool) error {
	b, err := tx.Health(ctx, l.ShopID, l.Channel)
	if err != nil || b.After(v, tx.Now(), trial, spread(l.ID)) == b {
		return err
	}
	if b, err = tx.HoldHealth(ctx, l.ShopID, l.Channel); err != nil {
		return err
	}
	after := b.After(v, tx.Now(), trial, spread(l.ID))
	switch {
	case b.Closed() && !after.Closed():
		e.Log.WarnContext(ctx, "channel paused", "shop", l.ShopID, "channel", l.Channel, "until", stamp(after.Until), "code", v.Code, "reason", v.Reason)
	case !b.Closed() && after.Closed():
		e.Log.InfoContext(ctx, "channel works again", "shop", l.ShopID, "channel", l.Channel)
	}
	return tx.SaveHealth(ctx, l.ShopID, l.Channel, after)
}

// pausedUntil gives the verdict on a channel that must not be used now: its
// breaker is open, or more waits for it than it can send. nil when it may.
func (e *Engine) pausedUntil(ctx context.Context, tx Tx, w *work, c event.Channel) (*verdict, error) {
	b, err := tx.Health(ctx, w.en.ShopID, c)
	if err != nil {
		return nil, err
	}
	if _, open := b.Open(w.now); open {
		w.in["paused "+string(c)] = first(b.Code, b.Reason)
		return &verdict{outcome: journey.Deferred, rule: paused, until: comeBack(b, w.now, w.en.ID)}, nil
	}
	if again, ok := e.lanes.room(w.en.ShopID, c, w.now); !ok {
		return &verdict{until: again}, nil
	}
	return nil, nil
}

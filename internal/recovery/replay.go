package recovery

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// replayPage is how many deliveries are in memory at once, replayPages how many
// such pages one replay looks at: whoever asks waits for it.
const (
	replayPage  = 50
	replayPages = 10
)

// Replay folds a shop's quarantined deliveries again, oldest first, after what
// stopped them was mended: those that are meant, up to a bound, from where the
// answer's Next says the following one goes on. Each is parsed as when it came;
// what it holds is folded under its own dedupe keys, so that replaying twice, or
// after the platform sent it again, has no second effect.
func (e *Engine) Replay(ctx context.Context, shopID string, ask journey.Replay) (out journey.Replayed, err error) {
	sh, err := e.Store.Shop(ctx, shopID)
	if err != nil {
		return out, err
	}
	f := &folding{Engine: e, shop: sh}
	out.Next = ask.After
	for range replayPages {
		var page []Stored
		if page, out.Next, err = e.Store.Quarantined(ctx, shopID, ask.Held, out.Next, replayPage); err != nil {
			return out, err
		}
		if err := e.replayAll(ctx, f, page, &out); err != nil {
			return out, err
		}
		if out.Next == "" {
			break
		}
	}
	if ask.ID != "" && out.Folded+len(out.Left) == 0 {
		return out, fault.New(fault.NotFound, "no event of this id is in quarantine").Try("it may have been replayed already")
	}
	return out, nil
}

// replayAll folds a page of deliveries, each by itself.
func (e *Engine) replayAll(ctx context.Context, f *folding, page []Stored, out *journey.Replayed) error {
	for _, q := range page {
		why, err := e.replayOne(ctx, f, q)
		if err != nil {
			return err
		}
		if why == nil {
			out.Folded++
			continue
		}
		out.Left = append(out.Left, journey.LeftEvent{
			ID: q.ID, Platform: q.Platform, Topic: q.Topic, ReceivedAt: q.ReceivedAt, Reason: event.Clean(why.Error(), 1000),
		})
	}
	return nil
}

// replayOne folds one delivery. why tells that it still cannot be folded, err
// that this could not be found out.
func (e *Engine) replayOne(ctx context.Context, f *folding, q Stored) (why, err error) {
	p, ok := e.Platforms[q.Platform]
	if !ok {
		return fault.New(fault.Unprocessable, "this version does not know the platform %s", q.Platform), nil
	}
	d := e.delivery(f.shop, q.header(), q.Body)
	d.ReceivedAt = q.ReceivedAt
	events, err := p.Parse(d)
	if fault.Is(err, fault.Unprocessable) || fault.Is(err, fault.Invalid) {
		return err, nil
	}
	if err != nil {
		return nil, err
	}
	if err = e.foldAgain(ctx, f, q, events); err != nil && e.Store.Hopeless(err) {
		e.Log.ErrorContext(ctx, "event still cannot be folded", "shop", q.ShopID, "event", q.ID, "error", err)
		return fault.New(fault.Internal, "it could not be folded: an error of ours, which the log tells"), nil
	}
	return nil, err
}

// foldAgain folds the events of one quarantined delivery and releases it.
func (e *Engine) foldAgain(ctx context.Context, f *folding, q Stored, events []event.Event) error {
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		f.tx, f.wake = tx, nil
		for _, ev := range events {
			ev.ID, ev.ShopID, ev.ReceivedAt, ev.Platform = e.NewID(), q.ShopID, q.ReceivedAt, q.Platform
			if _, err := f.takeOne(ctx, Stored{Event: ev, Body: q.Body, Headers: q.Headers}); err != nil {
				return err
			}
		}
		q.Status = "replayed"
		return tx.SettleEvent(ctx, q)
	})
	if err != nil {
		return err
	}
	f.ring(ctx)
	return nil
}

package recovery

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Replay folds a shop's quarantined events again, oldest first, after what
// stopped them was mended. It gives how many were folded and how many still
// cannot be. Each is parsed as when it came; what it holds is folded under its
// own dedupe keys, so that replaying twice, or after the platform sent it
// again, has no second effect.
func (e *Engine) Replay(ctx context.Context, shopID string) (folded, left int, err error) {
	sh, err := e.Store.Shop(ctx, shopID)
	if err != nil {
		return 0, 0, err
	}
	held, err := e.Store.Quarantined(ctx, shopID)
	if err != nil {
		return 0, 0, err
	}
	for _, q := range held {
		p, ok := e.Platforms[q.Platform]
		if !ok {
			left++
			continue
		}
		header := map[string][]string{}
		for k, v := range q.Headers {
			header[k] = []string{v}
		}
		d := e.delivery(sh, header, q.Body)
		d.ReceivedAt = q.ReceivedAt
		events, err := p.Parse(d)
		if fault.Is(err, fault.Unprocessable) || fault.Is(err, fault.Invalid) {
			left++
			continue
		}
		if err != nil {
			return folded, left, err
		}
		if err := e.foldAgain(ctx, &folding{Engine: e, shop: sh}, q, events); err != nil {
			return folded, left, err
		}
		folded++
	}
	return folded, left, nil
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

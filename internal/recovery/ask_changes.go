package recovery

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/shop"
)

const (
	// overlap is how far a list goes back before the last one: clocks differ, and
	// a platform's list may show a change some time after it happened.
	overlap = 3 * time.Minute
	// firstLook is how far the first list goes back.
	firstLook = 24 * time.Hour
	// pagesAtOnce bounds one asking; a longer list goes on at once, others first.
	pagesAtOnce = 10
	// offFor is how long a shop that wants no lists is left alone.
	offFor = time.Hour
)

// askChanges asks what happened since the last time. What came by webhook
// already is known by its dedupe key; what was lost is found here. An order
// that nobody announced thus ends its cart within minutes.
func (e *Engine) askChanges(ctx context.Context, sh shop.Shop, q *Inquiry) error {
	begun := e.Now().UTC()
	every, on := sh.Settings.Reconcile()
	if !on {
		q.DueAt, q.Tries, q.Trouble = begun.Add(offFor), 0, ""
		return nil
	}
	for range pagesAtOnce {
		told, next, err := e.Remote.Changed(ctx, sh, q.Since, q.Place)
		if err != nil {
			return err
		}
		n, err := e.hearOf(ctx, sh, told)
		if err != nil {
			return err
		}
		q.Found, q.Tries, q.Trouble = q.Found+n, 0, ""
		if q.Place == "" {
			q.WantedAt = begun // the moment up to which this list is complete
		}
		if next == q.Place && next != "" {
			e.Log.WarnContext(ctx, "a platform's list leads back to the same page; it was ended there", "shop", sh.ID, "platform", sh.Platform)
			next = ""
		}
		if q.Place = next; next == "" {
			q.Since, q.AnsweredAt, q.DueAt = q.WantedAt.Add(-overlap), begun, begun.Add(every)
			return nil
		}
	}
	q.DueAt = begun
	return nil
}

// plan gives shops that have an account at a platform that can tell its changes
// the question for them. It costs one query that finds few shops or none.
func (e *Engine) plan(ctx context.Context) error {
	for name := range e.Platforms {
		if !e.Remote.Can(name).Changes {
			continue
		}
		shops, err := e.Store.ShopsToReconcile(ctx, name, tendBatch)
		if err != nil {
			return err
		}
		for _, id := range shops {
			if err := e.wantChanges(ctx, id); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *Engine) wantChanges(ctx context.Context, shopID string) error {
	now := e.Now().UTC()
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		return tx.Want(ctx, Inquiry{ShopID: shopID, Kind: AskChanges, DueAt: now, WantedAt: now, Since: now.Add(-firstLook)})
	})
	if err == nil {
		e.arm(ctx, AlarmAsk, shardOf(shopID), now)
	}
	return err
}

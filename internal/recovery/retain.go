package recovery

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/shop"
)

const (
	// purgeEvery is how often a shop is looked through for what is old.
	purgeEvery = 24 * time.Hour
	// purgeLease is how long a shop's purge is one process's; what is left when it dies is found after that.
	purgeLease = 10 * time.Minute
	// purgeBatch bounds the rows of one transaction, purgeBatches the transactions of one sweep: messages
	// that are due never wait for more than one of them.
	purgeBatch   = 200
	purgeBatches = 50
	// tendBatch bounds the shops and requests that one sweep takes up.
	tendBatch = 20
)

// tend does a share of what nothing waits for: erasures that were asked for or
// interrupted, and the daily purge. It comes with every sweep; what is left over
// is done by the next.
func (e *Engine) tend(ctx context.Context) error {
	if err := e.finishErasures(ctx); err != nil {
		return err
	}
	if err := e.honour(ctx); err != nil {
		return err
	}
	if err := e.finishChores(ctx); err != nil {
		return err
	}
	if err := e.tally(ctx); err != nil {
		return err
	}
	if err := e.plan(ctx); err != nil {
		return err
	}
	due, err := e.Store.PurgeDue(ctx, tendBatch)
	if err != nil {
		return err
	}
	budget := purgeBatches
	for _, sh := range due {
		if err := e.purge(ctx, sh, &budget); err != nil {
			return err
		}
		if budget <= 0 {
			return nil
		}
	}
	if len(due) == 0 {
		return nil
	}
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error { return tx.PurgeSignIns(ctx) })
}

// stalled is how long an erasure is left to the process that began it.
const stalled = 2 * time.Minute

func (e *Engine) finishErasures(ctx context.Context) error {
	running, err := e.Store.RunningErasures(ctx, tendBatch)
	if err != nil {
		return err
	}
	for _, er := range running {
		if e.Now().Sub(er.RequestedAt) < stalled {
			continue
		}
		if err := e.resume(ctx, er); err != nil {
			e.Log.ErrorContext(ctx, "an erasure was interrupted; it goes on with the next sweep", "shop", er.ShopID, "erasure", er.ID, "error", err)
		}
	}
	return nil
}

// purge looks through one shop, as far as the budget of batches goes.
func (e *Engine) purge(ctx context.Context, sh shop.Shop, budget *int) error {
	mine := false
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		mine, err = tx.TakePurge(ctx, sh.ID, tx.Now().Add(purgeLease))
		return err
	})
	if err != nil || !mine {
		return err
	}
	counts := map[string]int{}
	for _, what := range shop.EverythingKept() {
		if err := e.purgeOne(ctx, sh, what, counts, budget); err != nil {
			return err
		}
	}
	if len(counts) > 0 {
		e.Log.InfoContext(ctx, "old rows purged", "shop", sh.ID, "rows", counts, "unfinished", *budget <= 0)
	}
	next := e.Now().Add(purgeEvery)
	if *budget <= 0 {
		next = e.Now()
	}
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.NotePurge(ctx, sh.ID, counts); err != nil {
			return err
		}
		return tx.PurgeAgain(ctx, sh.ID, next)
	})
}

func (e *Engine) purgeOne(ctx context.Context, sh shop.Shop, what shop.Kept, counts map[string]int, budget *int) error {
	before := e.Now().Add(-sh.Settings.Keeps(what))
	for ; *budget > 0; *budget-- {
		n := 0
		err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
			n, err = tx.Purge(ctx, sh.ID, what, before, purgeBatch)
			return err
		})
		if err != nil {
			return err
		}
		if n > 0 {
			counts[string(what)] += n
			e.Meter.Purged(string(what), n)
		}
		if n < purgeBatch {
			return nil
		}
	}
	return nil
}

package recovery

import (
	"context"
	"time"
)

// tallyAfter is how old decisions are when they are counted by day: younger
// than that a transaction may still be about to add some.
const tallyAfter = time.Minute

// tallyBatches bounds how much of one shop is counted in one sweep.
const tallyBatches = 20

// tally counts what shops decided since it last looked, by day, so that pages
// need not count a million rows.
func (e *Engine) tally(ctx context.Context) error {
	before := e.Now().Add(-tallyAfter)
	due, err := e.Store.TallyDue(ctx, before, tendBatch)
	if err != nil {
		return err
	}
	for _, shopID := range due {
		for range tallyBatches {
			more := false
			err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
				more, err = tx.Tally(ctx, shopID, before)
				return err
			})
			if err != nil {
				return err
			}
			if !more {
				break
			}
		}
	}
	return nil
}

package recovery

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

// goOn works an erasure to its end.
func (e *Engine) goOn(ctx context.Context, b started, orders []string) (journey.Erasure, error) {
	er := b.proof
	tally := func(n map[string]int) {
		for table, rows := range n {
			if rows > 0 {
				er.Counts[table] += rows
			}
		}
	}
	err := e.strays(ctx, b.Cleaning, func(ids []string) error {
		return e.inBatch(ctx, b, &er, tally, func(ctx context.Context, tx Tx) (map[string]int, error) {
			n, err := tx.BlankEvents(ctx, b.Cleaning, ids)
			return map[string]int{"events": n}, err
		})
	})
	if err != nil {
		return er, err
	}
	if len(orders) > 0 {
		err := e.inBatch(ctx, b, &er, tally, func(ctx context.Context, tx Tx) (map[string]int, error) {
			n, err := tx.BlankOrders(ctx, b.Cleaning, orders)
			return map[string]int{"orders": n}, err
		})
		if err != nil {
			return er, err
		}
	}
	for done := false; !done; {
		if err := e.calmDown(ctx, b.Scope); err != nil {
			return er, err
		}
		if done, err = e.pass(ctx, b, &er, tally); err != nil {
			return er, err
		}
	}
	e.Log.InfoContext(ctx, "erased", "shop", er.ShopID, "erasure", er.ID, "rows", er.Counts)
	if b.earlier != nil && len(er.Counts) == 0 {
		return *b.earlier, nil
	}
	return er, nil
}

// inBatch runs one batch and keeps its count with it.
func (e *Engine) inBatch(ctx context.Context, b started, er *journey.Erasure, tally func(map[string]int), batch func(context.Context, Tx) (map[string]int, error)) error {
	var n map[string]int
	before := er.Counts
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		er.Counts = clone(before)
		if n, err = batch(ctx, tx); err != nil {
			return err
		}
		tally(n)
		if b.ShopperID == "" {
			return nil
		}
		return tx.SaveErasure(ctx, *er)
	})
	return err
}

func clone(m map[string]int) map[string]int {
	out := map[string]int{}
	for k, v := range m {
		out[k] = v
	}
	return out
}

// pass goes once over all tables, one transaction each; when nothing was
// left in any, it forgets the names and is done. An event that comes between
// is folded under the names that are still there, and found by the next round.
func (e *Engine) pass(ctx context.Context, b started, er *journey.Erasure, tally func(map[string]int)) (done bool, err error) {
	found := 0
	for _, table := range Personal {
		for again := true; again; {
			n := 0
			err := e.inBatch(ctx, b, er, tally, func(ctx context.Context, tx Tx) (map[string]int, error) {
				rows, err := tx.Blank(ctx, table, b.Cleaning)
				n = sum(rows)
				return rows, err
			})
			if err != nil {
				return false, err
			}
			found += n
			again = n > 0
		}
	}
	if found > 0 {
		return false, nil
	}
	err = e.inBatch(ctx, b, er, tally, func(ctx context.Context, tx Tx) (map[string]int, error) {
		left, busy, err := e.left(ctx, tx, b)
		if done = err == nil && !busy && sum(left) == 0; !done {
			return left, err
		}
		er.State, er.DoneAt = journey.ErasureDone, tx.Now()
		return tx.Forget(ctx, b.Cleaning)
	})
	if err == nil && done && b.ShopperID == "" {
		err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) error { return tx.SaveErasure(ctx, *er) })
	}
	return done, err
}

// left blanks what came since the last pass, with the shopper held: an event
// that names them waits, and then finds nobody. busy tells that something waits again.
func (e *Engine) left(ctx context.Context, tx Tx, b started) (rows map[string]int, busy bool, err error) {
	if b.ShopperID != "" && !b.Whole() {
		if _, err := tx.Shopper(ctx, b.ShopID, b.ShopperID); err != nil {
			return nil, false, err
		}
	}
	waiting, err := tx.BusyCarts(ctx, b.Scope, 1)
	if err != nil || len(waiting) > 0 {
		return nil, true, err
	}
	rows = map[string]int{}
	for _, table := range Personal {
		n, err := tx.Blank(ctx, table, b.Cleaning)
		if err != nil {
			return nil, false, err
		}
		for t, k := range n {
			rows[t] += k
		}
	}
	return rows, false, nil
}

func sum(m map[string]int) int {
	n := 0
	for _, v := range m {
		n += v
	}
	return n
}

// strays finds events that name the person and belong to nobody: answers
// without a cart, quarantined deliveries, the platform's own request. They are
// read in pages, outside any transaction.
func (e *Engine) strays(ctx context.Context, c Cleaning, found func(ids []string) error) error {
	if c.Whole() || len(c.Names) == 0 {
		return nil
	}
	for after := ""; ; {
		page, err := e.Store.Unattributed(ctx, c.ShopID, after, eraseBatch)
		if err != nil || len(page) == 0 {
			return err
		}
		var ids []string
		for _, s := range page {
			after = s.ID
			if c.Mentions(s.Body) || holdsAny(s.DedupeKey+" "+s.Note, values(c.Names)) {
				ids = append(ids, s.ID)
			}
		}
		if len(ids) > 0 {
			if err := found(ids); err != nil {
				return err
			}
		}
	}
}

package recovery

import (
	"context"
	"errors"
	"io"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// codesBatch bounds the codes of one transaction: what is due never waits for
// more than one of them.
const codesBatch = 2_000

// codesTx is what the desk does with stocks of codes.
type codesTx interface {
	// AddCodes puts codes into a stock, which is made when it is new, and gives how many were not in it.
	AddCodes(ctx context.Context, shopID, stock string, codes []string) (int, error)
	// RemoveFreeCodes removes up to limit free codes of a stock, and the stock with its last code.
	RemoveFreeCodes(ctx context.Context, shopID, stock string, limit int) (int, error)
}

// AddCodes reads codes that are good once, one a line, into a stock. They go in
// in parts; handing in the same text again adds what is missing and nothing else.
func (e *Engine) AddCodes(ctx context.Context, shopID, stock string, text io.Reader) (out journey.CodesAdded, err error) {
	out.Stock = stock
	if err := sequence.CheckStock(stock); err != nil {
		return out, err.In("stock")
	}
	codes, twice, err := sequence.ReadCodes(text)
	if err != nil {
		return out, err
	}
	out.Twice = twice
	err = e.stock(ctx, shopID, codes, &out)
	return out, err
}

// ListCodes is AddCodes for a list that a program hands in: what is no code is
// told and left out, and the others go in.
func (e *Engine) ListCodes(ctx context.Context, shopID, stock string, list []string) (out journey.CodesAdded, err error) {
	out.Stock = stock
	if err := sequence.CheckStock(stock); err != nil {
		return out, err.In("stock")
	}
	codes, twice, refused, err := sequence.PickCodes(list)
	if err != nil {
		return out, err
	}
	out.Twice = twice
	for _, r := range refused {
		out.Refused = append(out.Refused, journey.CodeRefused(r))
	}
	err = e.stock(ctx, shopID, codes, &out)
	return out, err
}

// stock puts codes into a stock. The audit log tells of those that were new.
func (e *Engine) stock(ctx context.Context, shopID string, codes []string, out *journey.CodesAdded) error {
	for from := 0; from < len(codes); from += codesBatch {
		part := codes[from:min(from+codesBatch, len(codes))]
		last, added := from+len(part) == len(codes), 0
		err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
			if _, err := tx.Shop(ctx, shopID); err != nil {
				return err
			}
			if added, err = tx.AddCodes(ctx, shopID, out.Stock, part); err != nil || !last || out.Added+added == 0 {
				return err
			}
			return e.noted(ctx, tx, shopID, access.CodesAdded, out.Stock, map[string]string{"codes": count(out.Added + added)})
		})
		if err != nil {
			return errors.Join(err, e.notedPart(ctx, shopID, *out))
		}
		out.Added += added
	}
	out.Known = len(codes) - out.Added
	return nil
}

// notedPart notes what went in of codes that ended half-way: it stays.
func (e *Engine) notedPart(ctx context.Context, shopID string, out journey.CodesAdded) error {
	if out.Added == 0 {
		return nil
	}
	// Whoever gave up does not wait for this line, and it is written all the same.
	return e.Store.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx Tx) error {
		return e.noted(ctx, tx, shopID, access.CodesAdded, out.Stock, map[string]string{"codes": count(out.Added), "ended": "half-way"})
	})
}

// RemoveCodes removes the free codes of a stock. Those that were taken stay: a
// code that somebody was promised is never given again.
func (e *Engine) RemoveCodes(ctx context.Context, shopID, stock string) (removed int, err error) {
	for more := true; more; {
		n := 0
		err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
			if n, err = tx.RemoveFreeCodes(ctx, shopID, stock, codesBatch); err != nil || n == codesBatch {
				return err
			}
			if removed+n == 0 {
				return fault.New(fault.NotFound, "the stock %q has no free codes", stock).Try("look at the page again: they may have been taken")
			}
			return e.noted(ctx, tx, shopID, access.CodesRemoved, stock, map[string]string{"codes": count(removed + n)})
		})
		if err != nil {
			return removed, err
		}
		removed += n
		more = n == codesBatch
	}
	return removed, nil
}

// CodeStocks gives a shop's stocks of codes with what is left of them.
func (e *Engine) CodeStocks(ctx context.Context, shopID string) ([]journey.CodeStock, error) {
	if _, err := e.Store.Shop(ctx, shopID); err != nil {
		return nil, err
	}
	return e.Store.CodeStocks(ctx, shopID)
}

package recovery

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// What the shop's people stop is told from what shoppers refuse: the shop can
// take it back, and takes back nothing else.
const (
	endedByShop   = "stopped"
	stoppedByShop = "stopped_by_shop"
)

// Also runs in the transaction of an act, so that the act is in the log or did not happen.
type Also func(ctx context.Context, tx Tx) error

// StopCart ends the sequences that a cart is in and takes back what has not left.
func (e *Engine) StopCart(ctx context.Context, shopID, cartID string, also Also) error {
	return e.writeAndWake(ctx, shopID, func(ctx context.Context, tx Tx) error {
		c, err := tx.Cart(ctx, shopID, cartID)
		if err != nil {
			return err
		}
		f := &folding{Engine: e, tx: tx}
		if err := f.end(ctx, c, endedByShop); err != nil {
			return err
		}
		return also(ctx, tx)
	})
}

// StopShopper writes to none of a shopper's addresses any more, and ends what
// was planned for them. It is no answer of the shopper's: theirs stay as they are.
func (e *Engine) StopShopper(ctx context.Context, shopID, shopperID string, also Also) error {
	who := ""
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		s, err := tx.Shopper(ctx, shopID, shopperID)
		if err != nil {
			return err
		}
		who = s.ID
		for _, k := range s.Keys {
			for c, kind := range addressKind {
				if kind != k.Kind {
					continue
				}
				if err := tx.Suppress(ctx, shopID, c, HashAddress(shopID, c, k.Value), stoppedByShop); err != nil {
					return err
				}
			}
		}
		return also(ctx, tx)
	})
	if err != nil {
		return err
	}
	return e.endAll(ctx, Scope{shopID, who}, endedByShop)
}

// AllowShopper takes back what StopShopper did to the addresses. What the shopper said still holds.
func (e *Engine) AllowShopper(ctx context.Context, shopID, shopperID string, also Also) error {
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		s, err := tx.Shopper(ctx, shopID, shopperID)
		if err != nil {
			return err
		}
		for _, k := range s.Keys {
			for c, kind := range addressKind {
				if kind != k.Kind {
					continue
				}
				if err := tx.Unsuppress(ctx, shopID, c, HashAddress(shopID, c, k.Value), stoppedByShop); err != nil {
					return err
				}
			}
		}
		return also(ctx, tx)
	})
}

// CancelMessage takes back a message that has not left; its sequence goes on
// with the next step. What left, or may have, is nobody's to take back.
func (e *Engine) CancelMessage(ctx context.Context, shopID, id string, also Also) error {
	return e.writeAndWake(ctx, shopID, func(ctx context.Context, tx Tx) error {
		// The cart is held before its message, as whoever sends it holds them.
		cartID, err := tx.CartOfMessage(ctx, shopID, id, "")
		if err != nil {
			return err
		}
		if _, err := tx.HoldCart(ctx, shopID, cartID); err != nil {
			return err
		}
		l, err := tx.HoldMessage(ctx, shopID, id)
		if err != nil {
			return err
		}
		if l.State != delivery.Reserved {
			return fault.New(fault.Conflict, "this message is %s and cannot be cancelled any more", l.State).
				Try("only a message that is still reserved can be: what left, or may have left, is settled by its provider’s reports")
		}
		if err := e.callOff(ctx, tx, l, "message.cancelled", ""); err != nil {
			return err
		}
		return also(ctx, tx)
	})
}

// endAll ends what waits for a scope's carts, a few in each transaction.
func (e *Engine) endAll(ctx context.Context, s Scope, reason string) error {
	for n := 1; n > 0; {
		err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
			ids, err := tx.BusyCarts(ctx, s, eraseBatch/4)
			if n = len(ids); err != nil {
				return err
			}
			f := &folding{Engine: e, tx: tx}
			for _, id := range ids {
				c, err := tx.Cart(ctx, s.ShopID, id)
				if err != nil {
					return err
				}
				if err := f.end(ctx, c, reason); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

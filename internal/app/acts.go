package app

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// acts does what the pages' buttons ask for about one cart, shopper, message
// or conversation. Each act is in the audit log.
type acts struct {
	*recovery.Engine
	store *store.Store
}

// noted writes an act into the log, in the transaction that does it.
func noted(shopID string, did access.Action, object string) recovery.Also {
	return func(ctx context.Context, tx recovery.Tx) error {
		own, ok := recovery.Under(tx).(*store.Tx)
		if !ok {
			return fault.New(fault.Internal, "an act in a transaction that has no log")
		}
		return record(ctx, own, shopID, did, object, nil)
	}
}

// StopCart ends what is planned for a cart.
func (d acts) StopCart(ctx context.Context, shopID, id string) error {
	return d.Engine.StopCart(ctx, shopID, id, noted(shopID, access.CartStopped, id))
}

// StopShopper ends what is planned for a shopper, for good.
func (d acts) StopShopper(ctx context.Context, shopID, id string) error {
	return d.Engine.StopShopper(ctx, shopID, id, noted(shopID, access.ShopperStopped, id))
}

// AllowShopper takes a stop of the shop's back.
func (d acts) AllowShopper(ctx context.Context, shopID, id string) error {
	return d.Engine.AllowShopper(ctx, shopID, id, noted(shopID, access.ShopperAllowed, id))
}

// CancelMessage takes back a message that has not left.
func (d acts) CancelMessage(ctx context.Context, shopID, id string) error {
	return d.Engine.CancelMessage(ctx, shopID, id, noted(shopID, access.MessageStopped, id))
}

// ResendAsTest sends a message to a user of the shop.
func (d acts) ResendAsTest(ctx context.Context, shopID, id, userID string) error {
	var to string
	err := d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, err := tx.Account(ctx, userID)
		to = a.Email
		return err
	})
	if err != nil {
		return err
	}
	return d.Engine.ResendAsTest(ctx, shopID, id, to, noted(shopID, access.MessageTested, id))
}

// EraseShopper erases a shopper and gives the proof; with dry it only counts.
func (d acts) EraseShopper(ctx context.Context, shopID, id string, names []event.Key, reason string, dry bool) ([]journey.Erasure, error) {
	who := recovery.Who{ShopperID: id, Keys: names}
	if dry {
		return d.EraseDry(ctx, shopID, who)
	}
	if err := d.record(ctx, shopID, access.ShopperErased, id); err != nil {
		return nil, err
	}
	return d.Erase(ctx, shopID, who, "dashboard", reason)
}

// ExportShopper gives everything held about a shopper.
func (d acts) ExportShopper(ctx context.Context, shopID, id string) (journey.Dossier, error) {
	out, err := d.Dossier(ctx, shopID, recovery.Who{ShopperID: id})
	if err != nil {
		return out, err
	}
	return out, d.record(ctx, shopID, access.ShopperExported, out.Shopper.ID)
}

// MarkConversation notes that a conversation was looked at, and whether it is done.
func (d acts) MarkConversation(ctx context.Context, shopID, id string, finished bool) error {
	return d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.MarkConversation(ctx, shopID, id, finished) })
}

// record notes an act that works in transactions of its own, before it begins.
// An id that is not this shop's has no place in its log.
func (d acts) record(ctx context.Context, shopID string, did access.Action, id string) error {
	if _, _, err := d.store.Shopper(ctx, shopID, id); err != nil {
		return err
	}
	return d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return record(ctx, tx, shopID, did, id, nil) })
}

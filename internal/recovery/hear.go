package recovery

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

var zeroTime time.Time

// hear takes in what a shopper wrote. A stop is final for the address until
// they say start; everything else is kept for the merchant.
func (e *Engine) hear(ctx context.Context, tx Tx, shopID string, in delivery.Inbound) error {
	who, err := e.writer(ctx, tx, shopID, in)
	if err != nil {
		return err
	}
	in.Text = event.Clean(in.Text, 2000)
	fresh, err := tx.InsertInbound(ctx, Inbound{Inbound: in, ID: e.NewID(), ShopID: shopID, ShopperID: who.ShopperID, NameID: who.ID})
	if err != nil || !fresh {
		return err
	}
	hash := HashAddress(shopID, in.Channel, in.From)
	switch in.Keyword {
	case "stop":
		if err := tx.Suppress(ctx, shopID, in.Channel, hash, "opted_out"); err != nil {
			return err
		}
		return e.answer(ctx, tx, shopID, who, hash, in, event.No)
	case "start":
		if err := tx.Unsuppress(ctx, shopID, in.Channel, hash, "opted_out"); err != nil {
			return err
		}
		if err := e.answer(ctx, tx, shopID, who, hash, in, event.Yes); err != nil {
			return err
		}
		return e.answersRequest(ctx, tx, shopID, in.Channel, hash)
	}
	return nil
}

// writer finds who wrote; a zero name for a stranger.
func (e *Engine) writer(ctx context.Context, tx Tx, shopID string, in delivery.Inbound) (shopper.Name, error) {
	kind := event.KeyPhone
	if in.Channel == event.Messenger {
		kind = event.KeyMessenger
	}
	found, err := tx.Names(ctx, shopID, []event.Key{{Kind: kind, Value: in.From}})
	if err != nil || len(found) == 0 {
		return shopper.Name{}, err
	}
	return found[0], nil
}

// answer keeps what was said of the address, also when we don't know whose it is.
// A yes that comes from the address itself needs no further confirmation.
func (e *Engine) answer(ctx context.Context, tx Tx, shopID string, who shopper.Name, hash string, in delivery.Inbound, a event.Answer) error {
	at := in.At
	if at.IsZero() {
		at = tx.Now()
	}
	c := event.Consent{Channel: in.Channel, Answer: a, Source: first(in.Reason, "keyword "+in.Keyword), At: at, Confirmed: a == event.Yes}
	if known, err := tx.Confirmation(ctx, shopID, in.Channel, hash); err != nil {
		return err
	} else if a == event.Yes && !known.AskedAt.IsZero() {
		c.Names = named
	}
	return tx.InsertConsent(ctx, shopID, e.NewID(), consent.Entry{Consent: c, ShopperID: who.ShopperID, NameID: who.ID, Address: hash, Evidence: "inbound " + in.Dedupe})
}

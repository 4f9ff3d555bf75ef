package recovery

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// requestTime is how long a platform's request may take: Shopify asks that its
// compliance topics be acted upon within 30 days (shopify.dev, "Privacy law compliance").
const requestTime = 30 * 24 * time.Hour

// shopPaused is the rule while a shop's sending is switched off.
const shopPaused = "shop.paused"

// asked takes in a platform's request about personal data, in the transaction
// that stores its event. Nobody is made known by it. A shop that has left is
// silent from its commit on; erasures are done by the next sweep (see tend),
// and an export waits until the merchant has passed it on.
func (f *folding) asked(ctx context.Context, s *Stored) error {
	r := journey.PrivacyRequest{
		ID: f.NewID(), ShopID: f.shop.ID, Kind: s.Kind, Platform: s.Platform, EventID: s.ID, Subject: *s.Privacy,
		State: journey.RequestWaiting, ReceivedAt: f.tx.Now(), DueAt: f.tx.Now().Add(requestTime),
	}
	if s.Kind == event.ShopUninstalled || s.Kind == event.ShopErase {
		if err := f.tx.Pause(ctx, f.shop.ID); err != nil {
			return err
		}
	}
	if s.Kind == event.ShopUninstalled {
		r.State, r.DoneAt = journey.RequestDone, f.tx.Now()
	}
	if err := f.tx.SaveRequest(ctx, r); err != nil {
		return err
	}
	s.Status = "folded"
	return f.tx.SettleEvent(ctx, *s)
}

// honour does the erasures that platforms asked for.
func (e *Engine) honour(ctx context.Context) error {
	waiting, err := e.Store.WaitingErasures(ctx, tendBatch)
	if err != nil {
		return err
	}
	for _, r := range waiting {
		if err := e.honourOne(ctx, r); err != nil {
			// It stays, and is tried again by the next sweep; the others must not wait for it.
			e.Log.ErrorContext(ctx, "a request for erasure failed; it is tried again", "shop", r.ShopID, "request", r.ID, "error", err)
		}
	}
	return nil
}

func (e *Engine) honourOne(ctx context.Context, r journey.PrivacyRequest) error {
	by := r.Platform + " " + string(r.Kind)
	var done []journey.Erasure
	var err error
	if r.Kind == event.ShopErase {
		var er journey.Erasure
		er, err = e.EraseShop(ctx, r.ShopID, by, "request "+r.ID)
		done = []journey.Erasure{er}
	} else {
		done, err = e.Erase(ctx, r.ShopID, Who{Keys: r.Subject.Keys, Orders: r.Subject.Orders}, by, "request "+r.ID)
	}
	if err != nil {
		return err
	}
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		r.Subject, r.State, r.DoneAt = event.Privacy{}, journey.RequestDone, tx.Now()
		if len(done) > 0 {
			r.ErasureID = done[0].ID
		}
		return tx.SaveRequest(ctx, r)
	})
}

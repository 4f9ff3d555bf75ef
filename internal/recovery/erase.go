package recovery

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// eraseBatch is how many rows one transaction of an erasure changes: few enough
// that messages which wait for SQLite's one writer do not notice.
const eraseBatch = 200

// Erase erases whoever is meant and gives the proofs, one for each shopper, or
// one for somebody who was never known. Its first transaction suppresses the
// addresses and ends everything planned; from there nothing is sent. The rest
// goes on in batches, and after a crash by the next sweep. Repeating it finds
// nothing and gives the same proofs.
func (e *Engine) Erase(ctx context.Context, shopID string, who Who, by, reason string) ([]journey.Erasure, error) {
	if _, err := e.Store.Shop(ctx, shopID); err != nil {
		return nil, err
	}
	var begun []started
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		begun, err = e.beginErasures(ctx, tx, shopID, who, by, reason)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []journey.Erasure
	for _, b := range begun {
		er, err := e.goOn(ctx, b, who.Orders)
		if err != nil {
			return out, err
		}
		out = append(out, er)
	}
	return out, nil
}

// EraseDry counts what Erase would change, and changes nothing.
func (e *Engine) EraseDry(ctx context.Context, shopID string, who Who) ([]journey.Erasure, error) {
	var begun []started
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		begun, err = e.meant(ctx, tx, shopID, who)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []journey.Erasure
	for _, b := range begun {
		er := b.proof
		er.DryRun, er.RequestedAt = true, e.Now().UTC()
		if er.Counts, err = e.Store.Held(ctx, b.Cleaning); err != nil {
			return nil, err
		}
		err = e.strays(ctx, b.Cleaning, func(ids []string) error {
			er.Counts["events"] += len(ids)
			return nil
		})
		if err != nil {
			return nil, err
		}
		out = append(out, er)
	}
	return out, nil
}

// EraseShop erases everybody in a shop and switches its sending off.
func (e *Engine) EraseShop(ctx context.Context, shopID, by, reason string) (journey.Erasure, error) {
	b := e.started(shopID, WholeShop, nil)
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.Pause(ctx, shopID); err != nil {
			return err
		}
		if err := tx.StopAsking(ctx, shopID); err != nil { // its orders would bring everybody back
			return err
		}
		return e.beginOne(ctx, tx, &b, by, reason)
	})
	if err != nil {
		return b.proof, err
	}
	return e.goOn(ctx, b, nil)
}

// resume goes on with an erasure that a crash ended.
func (e *Engine) resume(ctx context.Context, er journey.Erasure) error {
	var names []event.Key
	if er.ShopperID != WholeShop {
		err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
			s, err := tx.Shopper(ctx, er.ShopID, er.ShopperID)
			names = s.Keys
			return err
		})
		if err != nil {
			return err
		}
	}
	b := started{Cleaning: e.cleaning(Scope{er.ShopID, er.ShopperID}, names), proof: er}
	_, err := e.goOn(ctx, b, nil)
	return err
}

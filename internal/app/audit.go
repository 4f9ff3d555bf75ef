package app

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// record adds a line to a shop's audit log, in the transaction of what it tells.
func record(ctx context.Context, tx *store.Tx, shopID string, did access.Action, object string, detail map[string]string) error {
	return tx.InsertAudit(ctx, access.Entry{
		ID: newID(), ShopID: shopID, Actor: access.ActorOf(ctx), Action: did, Object: object, Detail: detail,
	})
}

// recordEverywhere adds a line to the logs of all shops of a user; for one
// without a shop, or nobody, to the installation's.
func recordEverywhere(ctx context.Context, tx *store.Tx, shops []string, did access.Action, object string, detail map[string]string) error {
	if len(shops) == 0 {
		shops = []string{""}
	}
	for _, id := range shops {
		if err := record(ctx, tx, id, did, object, detail); err != nil {
			return err
		}
	}
	return nil
}

// recordReplay notes a replay before it begins: it folds in transactions of
// its own, and one that dies half-way was asked for all the same.
func recordReplay(ctx context.Context, s *store.Store, shopID string, which journey.Held) error {
	// What is not in this shop's quarantine has no place in its log, which would keep whatever somebody tried.
	if which.ID != "" {
		if _, err := s.QuarantinedEvent(ctx, shopID, which.ID); err != nil {
			return err
		}
	}
	detail := map[string]string{}
	for name, value := range map[string]string{"topic": which.Topic, "reason": journey.ReasonKey(which.Reason)} {
		if value != "" {
			detail[name] = value
		}
	}
	if len(detail) > 0 {
		n, err := s.CountQuarantined(ctx, shopID, which)
		if err != nil || n == 0 {
			return err
		}
	}
	return s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Shop(ctx, shopID); err != nil {
			return err
		}
		return record(ctx, tx, shopID, access.Replayed, which.ID, detail)
	})
}

// ReplayQuarantine folds a shop's quarantined events again, those that are
// meant, and says of each that is left why.
func (a apiEngine) ReplayQuarantine(ctx context.Context, shopID string, ask journey.Replay) (journey.Replayed, error) {
	if err := recordReplay(ctx, a.library.store, shopID, ask.Held); err != nil {
		return journey.Replayed{}, err
	}
	return a.Engine.Replay(ctx, shopID, ask)
}

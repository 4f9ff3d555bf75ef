package store

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// InsertEvent stores an event; false when its dedupe key is already there, or what an erasure left of it.
func (t *Tx) InsertEvent(ctx context.Context, s recovery.Stored) (bool, error) {
	if s.Body == nil {
		s.Body = []byte{}
	}
	occurred := s.OccurredAt
	if occurred.IsZero() {
		occurred = s.ReceivedAt
	}
	n, err := run(ctx, t.q, "event", `
		INSERT INTO events (shop_id, id, platform, topic, kind, dedupe_key, occurred_at, received_at, status, note, cart_id, shopper_id, headers, body)
		SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', $11, $12
		WHERE NOT EXISTS (SELECT 1 FROM events WHERE shop_id = $1 AND dedupe_key = $13)
		ON CONFLICT (shop_id, dedupe_key) DO NOTHING`,
		s.ShopID, s.ID, s.Platform, s.Topic, string(s.Kind), s.DedupeKey, ms(occurred), ms(s.ReceivedAt),
		s.Status, s.Note, doc(s.Headers), s.Body, s.ErasedKey)
	return n == 1, err
}

// SettleEvent notes what the event was folded into.
func (t *Tx) SettleEvent(ctx context.Context, s recovery.Stored) error {
	if s.Status == "ignored" && s.CartID == "" && s.ShopperID == "" {
		return nil
	}
	_, err := run(ctx, t.q, "event", `UPDATE events SET status = $3, cart_id = $4, shopper_id = $5, name_id = $6 WHERE shop_id = $1 AND id = $2`,
		s.ShopID, s.ID, s.Status, s.CartID, s.ShopperID, s.NameID)
	return err
}

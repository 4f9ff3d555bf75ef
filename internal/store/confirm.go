package store

import (
	"context"
	"database/sql"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// Confirmation gives what is known of asking an address (by its hash) to
// confirm; zero for nothing.
func (t *Tx) Confirmation(ctx context.Context, shopID string, c event.Channel, hash string) (recovery.Confirmation, error) {
	found, err := all(ctx, t.q, "confirmation", func(rows *sql.Rows, n *recovery.Confirmation) error {
		var asked, confirmed int64
		err := rows.Scan(&n.MessageID, &asked, &confirmed)
		n.AskedAt, n.ConfirmedAt = at(asked), at(confirmed)
		return err
	}, `SELECT message_id, asked_at, confirmed_at FROM confirmations WHERE shop_id = $1 AND channel = $2 AND address = $3`,
		shopID, string(c), hash)
	if err != nil || len(found) == 0 {
		return recovery.Confirmation{}, err
	}
	return found[0], nil
}

// SaveConfirmation writes it.
func (t *Tx) SaveConfirmation(ctx context.Context, shopID string, c event.Channel, hash string, n recovery.Confirmation) error {
	_, err := run(ctx, t.q, "confirmation", `
		INSERT INTO confirmations (shop_id, channel, address, message_id, asked_at, confirmed_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (shop_id, channel, address) DO UPDATE SET
			message_id = excluded.message_id, asked_at = excluded.asked_at, confirmed_at = excluded.confirmed_at`,
		shopID, string(c), hash, n.MessageID, ms(n.AskedAt), ms(n.ConfirmedAt))
	return err
}

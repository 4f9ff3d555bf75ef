package store

import (
	"context"
	"database/sql"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
)

const healthColumns = `failures, trips, opened_at, until, code, reason`

func scanHealth(rows *sql.Rows, b *delivery.Breaker) error {
	var opened, until int64
	err := rows.Scan(&b.Failures, &b.Trips, &opened, &until, &b.Code, &b.Reason)
	b.OpenedAt, b.Until = at(opened), at(until)
	return err
}

// Health gives a channel's breaker; a channel that has not failed lately has a closed one.
func (t *Tx) Health(ctx context.Context, shopID string, c event.Channel) (delivery.Breaker, error) {
	return t.health(ctx, shopID, c, "")
}

// HoldHealth gives a channel's breaker, held until the commit.
func (t *Tx) HoldHealth(ctx context.Context, shopID string, c event.Channel) (delivery.Breaker, error) {
	if t.dialect != postgres {
		return t.health(ctx, shopID, c, "")
	}
	// The row has to be there to be held: two that fail first at the same moment must not both be the first.
	if _, err := run(ctx, t.q, "channel health", `
		INSERT INTO channel_health (shop_id, channel, failures, trips, opened_at, until, code, reason)
		VALUES ($1, $2, 0, 0, 0, 0, '', '') ON CONFLICT (shop_id, channel) DO NOTHING`, shopID, string(c)); err != nil {
		return delivery.Breaker{}, err
	}
	return t.health(ctx, shopID, c, t.dialect.turn())
}

func (t *Tx) health(ctx context.Context, shopID string, c event.Channel, lock string) (delivery.Breaker, error) {
	found, err := all(ctx, t.q, "channel health", scanHealth,
		`SELECT `+healthColumns+` FROM channel_health WHERE shop_id = $1 AND channel = $2`+lock, shopID, string(c))
	if err != nil || len(found) == 0 {
		return delivery.Breaker{}, err
	}
	return found[0], nil
}

// SaveHealth writes a channel's breaker; one that is closed and has not failed is forgotten.
func (t *Tx) SaveHealth(ctx context.Context, shopID string, c event.Channel, b delivery.Breaker) error {
	if b == (delivery.Breaker{}) {
		_, err := run(ctx, t.q, "channel health", `DELETE FROM channel_health WHERE shop_id = $1 AND channel = $2`, shopID, string(c))
		return err
	}
	_, err := run(ctx, t.q, "channel health", `
		INSERT INTO channel_health (shop_id, channel, failures, trips, opened_at, until, code, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (shop_id, channel) DO UPDATE SET failures = excluded.failures, trips = excluded.trips,
			opened_at = excluded.opened_at, until = excluded.until, code = excluded.code, reason = excluded.reason`,
		shopID, string(c), b.Failures, b.Trips, ms(b.OpenedAt), ms(b.Until), b.Code, b.Reason)
	return err
}

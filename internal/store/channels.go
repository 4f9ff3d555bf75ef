package store

import (
	"context"
	"database/sql"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

// ChannelHealth gives how the shop's providers have been answering: one entry
// for each channel that has failed lately.
func (s *Store) ChannelHealth(ctx context.Context, shopID string) ([]journey.ChannelHealth, error) {
	return all(ctx, s.reader(), "channel health", func(rows *sql.Rows, h *journey.ChannelHealth) error {
		var opened, until int64
		err := rows.Scan(&h.Channel, &h.Failures, &opened, &until, &h.Reason)
		h.OpenedAt, h.Until, h.State = at(opened), at(until), "closed"
		switch {
		case !h.Until.IsZero() && s.now().Before(h.Until):
			h.State = "open"
		case !h.Until.IsZero():
			h.State = "half_open"
		}
		return err
	}, `SELECT channel, failures, opened_at, until, CASE WHEN reason = '' THEN code ELSE reason END
		FROM channel_health WHERE shop_id = $1 ORDER BY channel`, shopID)
}

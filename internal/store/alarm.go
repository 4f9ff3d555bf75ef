package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// firstDue reads the head of the alarm indexes: its cost does not grow with
// what is waiting. Each is one index look-up.
const (
	firstIdle    = `SELECT idle_at FROM carts WHERE shard = $1 AND idle_at IS NOT NULL ORDER BY idle_at LIMIT 1`
	firstStep    = `SELECT due_at FROM enrollments WHERE shard = $1 AND due_at IS NOT NULL ORDER BY due_at LIMIT 1`
	firstMessage = `SELECT due_at FROM messages WHERE shard = $1 AND due_at IS NOT NULL ORDER BY due_at LIMIT 1`
	firstInquiry = `SELECT due_at FROM inquiries WHERE shard = $1 AND due_at IS NOT NULL ORDER BY due_at LIMIT 1`
)

// Next gives when the shard's next idle cart, or due step or message, comes;
// zero when none waits.
func (s *Store) Next(ctx context.Context, kind recovery.AlarmKind, shard int) (time.Time, error) {
	queries := []string{firstIdle}
	switch kind {
	case recovery.AlarmDue:
		queries = []string{firstStep, firstMessage}
	case recovery.AlarmAsk:
		queries = []string{firstInquiry}
	}
	var next int64
	for _, q := range queries {
		found, err := all(ctx, s.reader(), "next alarm", func(rows *sql.Rows, n *int64) error { return rows.Scan(n) }, q, shard)
		if err != nil {
			return time.Time{}, err
		}
		if len(found) > 0 && (next == 0 || found[0] < next) {
			next = found[0]
		}
	}
	return at(next), nil
}

// MessageShop finds the shop of a message among a page's shops.
func (s *Store) MessageShop(ctx context.Context, messageID, providerID string, among []string) (string, error) {
	for _, shopID := range among {
		found, err := all(ctx, s.reader(), "message", scanText, `
			SELECT id FROM messages WHERE shop_id = $1 AND id = $2
			UNION SELECT id FROM messages WHERE shop_id = $1 AND provider_id = $3 AND provider_id <> ''`, shopID, messageID, providerID)
		if err != nil {
			return "", err
		}
		if len(found) > 0 {
			return shopID, nil
		}
	}
	return "", fault.New(fault.NotFound, "no such message")
}

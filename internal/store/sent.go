package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// left are the states of messages that left, or may still leave.
const left = `state NOT IN ('rejected', 'cancelled')`

// SentTo gives the messages to a shopper that left or may still leave, on all
// channels, since an instant, but for one.
func (t *Tx) SentTo(ctx context.Context, shopID, shopperID string, since time.Time, except string) ([]consent.Sent, error) {
	return all(ctx, t.q, "messages to a shopper", func(rows *sql.Rows, s *consent.Sent) error {
		var sent int64
		err := rows.Scan(&s.Channel, &sent)
		s.At = at(sent)
		return err
	}, `
		SELECT channel, CASE WHEN sent_at > 0 THEN sent_at ELSE reserved_at END FROM messages
		WHERE shop_id = $1 AND shopper_id = $2 AND `+left+` AND id <> $3 AND CASE WHEN sent_at > 0 THEN sent_at ELSE reserved_at END >= $4`,
		shopID, shopperID, except, ms(since))
}

// SentForCart counts a cart's messages on a channel that left or may still
// leave, but for one. A request to confirm an address is none of them.
func (t *Tx) SentForCart(ctx context.Context, shopID, cartID string, c event.Channel, except string) (int, error) {
	return one(ctx, t.q, "messages of a cart", scanInt, `
		SELECT count(*) FROM messages
		WHERE shop_id = $1 AND cart_id = $2 AND channel = $3 AND step >= 0 AND `+left+` AND id <> $4`,
		shopID, cartID, string(c), except)
}

// ToldOfCart gives the keys of the templates of a cart's messages that left or
// may still leave, each once, sorted.
func (t *Tx) ToldOfCart(ctx context.Context, shopID, cartID string) ([]string, error) {
	return all(ctx, t.q, "messages of a cart", scanText, `
		SELECT DISTINCT template FROM messages WHERE shop_id = $1 AND cart_id = $2 AND step >= 0 AND `+left+` ORDER BY template`, shopID, cartID)
}

// LastOrder gives when the shopper last bought, or zero.
func (t *Tx) LastOrder(ctx context.Context, shopID, shopperID string) (time.Time, error) {
	placed, err := one(ctx, t.q, "last order", func(rows *sql.Rows, n *int64) error { return rows.Scan(n) }, `
		SELECT coalesce(max(placed_at), 0) FROM orders
		WHERE shop_id = $1 AND shopper_id = $2 AND shopper_id <> '' AND status = 'placed' AND bought = TRUE`,
		shopID, shopperID)
	return at(placed), err
}

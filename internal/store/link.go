package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// LinkOf gives what a token's hash opens. A link that was taken back is as
// unknown as one that never was.
func (s *Store) LinkOf(ctx context.Context, hash string) (recovery.Link, error) {
	return one(ctx, s.reader(), "link", func(rows *sql.Rows, l *recovery.Link) error {
		var purpose string
		var expires int64
		err := rows.Scan(&l.Hash, &l.ShopID, &purpose, &l.MessageID, &expires)
		l.Purpose, l.ExpiresAt = message.Link(purpose), at(expires)
		return err
	}, `SELECT hash, shop_id, purpose, message_id, expires_at FROM links WHERE hash = $1 AND revoked_at = 0`, hash)
}

// RevokeLinks takes links back and gives how many still worked. Those that
// unsubscribe stay unless they are meant too.
func (t *Tx) RevokeLinks(ctx context.Context, shopID string, of recovery.LinksOf) (int, error) {
	keep := string(message.LinkUnsubscribe)
	if of.Unsubscribe {
		keep = ""
	}
	total := 0
	// Each is a look-up by an index of its own.
	for _, by := range []struct{ query, id string }{
		{`message_id = $4`, of.MessageID},
		{`message_id IN (SELECT id FROM messages WHERE shop_id = $1 AND cart_id = $4)`, of.CartID},
		{`message_id IN (SELECT id FROM messages WHERE shop_id = $1 AND shopper_id = $4)`, of.ShopperID},
	} {
		if by.id == "" {
			continue
		}
		n, err := run(ctx, t.q, "links", `UPDATE links SET revoked_at = $2 WHERE shop_id = $1 AND revoked_at = 0 AND purpose <> $3 AND `+by.query,
			shopID, ms(t.now), keep, by.id)
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

// LinksOpened gives the different links of a shopper's messages that were
// fetched since an instant.
func (t *Tx) LinksOpened(ctx context.Context, shopID, shopperID string, since time.Time) ([]recovery.OpenedLink, error) {
	if shopperID == "" {
		return nil, nil
	}
	return all(ctx, t.q, "links opened", func(rows *sql.Rows, o *recovery.OpenedLink) error {
		return rows.Scan(&o.MessageID, &o.Purpose)
	}, `SELECT DISTINCT message_id, link FROM touches
		WHERE shop_id = $1 AND shopper_id = $2 AND at >= $3 AND kind = $4 AND link <> ''`,
		shopID, shopperID, ms(since), string(attribution.ClickRaw))
}

// DoubtClicks names why a shopper's raw clicks since an instant are taken for a
// machine's, where nothing else was held against them.
func (t *Tx) DoubtClicks(ctx context.Context, shopID, shopperID string, since time.Time, robot string) error {
	_, err := run(ctx, t.q, "touches", `UPDATE touches SET robot = $5
		WHERE shop_id = $1 AND shopper_id = $2 AND at >= $3 AND kind = $4 AND link <> '' AND robot = ''`,
		shopID, shopperID, ms(since), string(attribution.ClickRaw), robot)
	return err
}

// LastConfirmed gives when a message's click was last confirmed, or zero.
func (t *Tx) LastConfirmed(ctx context.Context, shopID, messageID string) (time.Time, error) {
	found, err := all(ctx, t.q, "touch", func(rows *sql.Rows, n *int64) error { return rows.Scan(n) }, `
		SELECT at FROM touches WHERE shop_id = $1 AND message_id = $2 AND kind = $3 ORDER BY at DESC LIMIT 1`,
		shopID, messageID, string(attribution.ClickConfirmed))
	if err != nil || len(found) == 0 {
		return time.Time{}, err
	}
	return at(found[0]), nil
}

package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// AddAPIKey stores a key by its hash.
func (t *Tx) AddAPIKey(ctx context.Context, hash string, k access.Key) error {
	_, err := run(ctx, t.q, "API key", `INSERT INTO api_keys (hash, shop_id, id, name, hint, scopes, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		hash, k.ShopID, k.ID, k.Name, k.Hint, access.JoinScopes(k.Scopes), ms(t.now))
	return err
}

const keyColumns = `shop_id, id, name, hint, scopes, created_at, used_at, revoked_at`

func scanAPIKey(rows *sql.Rows, k *access.Key) error {
	var scopes string
	var created, used, revoked int64
	if err := rows.Scan(&k.ShopID, &k.ID, &k.Name, &k.Hint, &scopes, &created, &used, &revoked); err != nil {
		return err
	}
	k.CreatedAt, k.UsedAt, k.RevokedAt = at(created), at(used), at(revoked)
	var err error
	k.Scopes, err = access.ParseScopes(scopes)
	return err
}

// CallerByKeyHash gives the key of a hash and its shop. A revoked key is fault.NotFound.
func (s *Store) CallerByKeyHash(ctx context.Context, hash string) (c access.Caller, err error) {
	c.Key, err = one(ctx, s.reader(), "API key", scanAPIKey, `SELECT `+keyColumns+` FROM api_keys WHERE hash = $1 AND revoked_at = 0`, hash)
	if err != nil {
		return c, err
	}
	c.Shop, err = s.Shop(ctx, c.Key.ShopID)
	return c, err
}

// Keys gives a shop's keys, revoked ones too, oldest first.
func (s *Store) Keys(ctx context.Context, shopID string) ([]access.Key, error) {
	return all(ctx, s.reader(), "API keys", scanAPIKey, `SELECT `+keyColumns+` FROM api_keys WHERE shop_id = $1 ORDER BY created_at, id`, shopID)
}

// KeyUsed notes that a key is in use, unless it was noted within the last while.
func (s *Store) KeyUsed(ctx context.Context, shopID, id string, while time.Duration) error {
	return s.Write(ctx, func(ctx context.Context, t *Tx) error {
		_, err := run(ctx, t.q, "API key", `UPDATE api_keys SET used_at = $3 WHERE shop_id = $1 AND id = $2 AND used_at <= $4`,
			shopID, id, ms(t.now), ms(t.now.Add(-while)))
		return err
	})
}

// RevokeKey makes a key useless for ever; fault.NotFound if the shop has no
// such key that works.
func (t *Tx) RevokeKey(ctx context.Context, shopID, id string) error {
	n, err := run(ctx, t.q, "API key", `UPDATE api_keys SET revoked_at = $3 WHERE shop_id = $1 AND id = $2 AND revoked_at = 0`, shopID, id, ms(t.now))
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "the shop has no working API key of this id").Try("see those it has: cartograph key list --shop SHOP_ID")
	}
	return err
}

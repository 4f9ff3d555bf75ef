package store

import (
	"context"
	"database/sql"
	"time"
)

// MarkErased notes the hash of an erased person's name, or of an order's id; of
// several erasures the newest counts.
func (t *Tx) MarkErased(ctx context.Context, shopID, hash string) error {
	_, err := run(ctx, t.q, "erased mark", `
		INSERT INTO erased_marks (shop_id, hash, erased_at) VALUES ($1, $2, $3)
		ON CONFLICT (shop_id, hash) DO UPDATE SET erased_at = excluded.erased_at`, shopID, hash, ms(t.now))
	return err
}

// ErasedAt gives when what a hash stands for was erased; zero where it never was.
func (t *Tx) ErasedAt(ctx context.Context, shopID, hash string) (time.Time, error) {
	found, err := all(ctx, t.q, "erased mark", func(rows *sql.Rows, when *time.Time) error {
		var n int64
		err := rows.Scan(&n)
		*when = at(n)
		return err
	}, `SELECT erased_at FROM erased_marks WHERE shop_id = $1 AND hash = $2`, shopID, hash)
	if err != nil || len(found) == 0 {
		return time.Time{}, err
	}
	return found[0], nil
}

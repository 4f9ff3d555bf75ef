package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Sealed is one sealed secret with when it was stored.
type Sealed struct {
	Secret
	// Seq is its place among the secrets of its name. The place of one that was
	// removed may be taken again: only with CreatedAt it says which secret is meant.
	Seq       int
	CreatedAt time.Time
}

// SealedOf gives a shop's sealed secrets with their times, newest first within a name.
func (s *Store) SealedOf(ctx context.Context, shopID string) ([]Sealed, error) {
	return sealedOf(ctx, s.reader(), shopID)
}

// SealedOf gives them as they stand within the transaction.
func (t *Tx) SealedOf(ctx context.Context, shopID string) ([]Sealed, error) {
	return sealedOf(ctx, t.q, shopID)
}

func sealedOf(ctx context.Context, q querier, shopID string) ([]Sealed, error) {
	return all(ctx, q, "secrets", func(rows *sql.Rows, v *Sealed) error {
		var created int64
		err := rows.Scan(&v.Name, &v.Seq, &v.Sealed, &created)
		v.CreatedAt = at(created)
		return err
	}, `SELECT name, seq, sealed, created_at FROM secrets WHERE shop_id = $1 ORDER BY name, seq DESC`, shopID)
}

// RemoveSecret removes one secret of a shop, fault.NotFound if it is gone.
func (t *Tx) RemoveSecret(ctx context.Context, shopID string, v Sealed) error {
	if err := t.takeTurn(ctx, shopID); err != nil {
		return err
	}
	n, err := run(ctx, t.q, "secret", `DELETE FROM secrets WHERE shop_id = $1 AND name = $2 AND seq = $3 AND created_at = $4`,
		shopID, v.Name, v.Seq, ms(v.CreatedAt))
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "there is no such secret")
	}
	return err
}

// KeepSecrets removes all but the newest few secrets of a name, and gives how
// many that were; with 0 it removes them all.
func (t *Tx) KeepSecrets(ctx context.Context, shopID, name string, newest int) (int, error) {
	if err := t.takeTurn(ctx, shopID); err != nil {
		return 0, err
	}
	return run(ctx, t.q, "secrets", `DELETE FROM secrets WHERE shop_id = $1 AND name = $2 AND seq <= (
		SELECT CAST(coalesce(max(seq), 0) AS BIGINT) - $3 FROM secrets WHERE shop_id = $1 AND name = $2)`, shopID, name, newest)
}

// RemovePages forgets that a shop speaks for any Messenger page.
func (t *Tx) RemovePages(ctx context.Context, shopID string) error {
	_, err := run(ctx, t.q, "page", `DELETE FROM pages WHERE shop_id = $1`, shopID)
	return err
}

package store

import (
	"context"
	"database/sql"
	"time"
)

// Sealed is one sealed secret with when it was stored.
type Sealed struct {
	Secret
	CreatedAt time.Time
}

// SealedOf gives a shop's sealed secrets with their times, newest first within a name.
func (s *Store) SealedOf(ctx context.Context, shopID string) ([]Sealed, error) {
	return all(ctx, s.reader(), "secrets", func(rows *sql.Rows, v *Sealed) error {
		var created int64
		err := rows.Scan(&v.Name, &v.Sealed, &created)
		v.CreatedAt = at(created)
		return err
	}, `SELECT name, sealed, created_at FROM secrets WHERE shop_id = $1 ORDER BY name, seq DESC`, shopID)
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

package store

import (
	"context"
	"database/sql"

	"github.com/cartograph-dev/cartograph/internal/access"
)

// Guard gives what is remembered of failed sign-ins under a hash, and holds it
// until the commit, so that tries at the same time follow one another.
func (t *Tx) Guard(ctx context.Context, hash string) (access.Guard, error) {
	// The row is made first: what is not there cannot be held.
	if _, err := run(ctx, t.q, "sign-in guard", `INSERT INTO sign_in_guards (hash, failures, failed_at, until) VALUES ($1, 0, 0, 0)
		ON CONFLICT (hash) DO NOTHING`, hash); err != nil {
		return access.Guard{}, err
	}
	return one(ctx, t.q, "sign-in guard", scanGuard, `SELECT failures, failed_at, until FROM sign_in_guards WHERE hash = $1`+t.dialect.lock(), hash)
}

func scanGuard(rows *sql.Rows, g *access.Guard) error {
	var failed, until int64
	err := rows.Scan(&g.Failures, &failed, &until)
	g.FailedAt, g.Until = at(failed), at(until)
	return err
}

// SaveGuard stores it; one without failures is forgotten.
func (t *Tx) SaveGuard(ctx context.Context, hash string, g access.Guard) error {
	if g.Failures <= 0 {
		_, err := run(ctx, t.q, "sign-in guard", `DELETE FROM sign_in_guards WHERE hash = $1`, hash)
		return err
	}
	_, err := run(ctx, t.q, "sign-in guard", `
		INSERT INTO sign_in_guards (hash, failures, failed_at, until) VALUES ($1, $2, $3, $4)
		ON CONFLICT (hash) DO UPDATE SET failures = excluded.failures, failed_at = excluded.failed_at, until = excluded.until`,
		hash, g.Failures, ms(g.FailedAt), ms(g.Until))
	return err
}

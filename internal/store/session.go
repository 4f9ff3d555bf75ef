package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
)

// Sessions keeps browser sessions for scs. Tokens arrive hashed.
type Sessions struct {
	*Store
	// Now is the wall clock, by which scs lets sessions expire; the store's own may run faster.
	Now func() time.Time
}

// FindCtx gives a session's data.
func (s Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	found, err := all(ctx, s.reader(), "session", func(rows *sql.Rows, b *[]byte) error { return rows.Scan(b) },
		`SELECT data FROM sessions WHERE token = $1 AND expires_at > $2`, token, ms(s.Now()))
	if err != nil || len(found) == 0 {
		return nil, false, err
	}
	return found[0], true, nil
}

// CommitCtx stores a session.
func (s Sessions) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	return s.Write(ctx, func(ctx context.Context, t *Tx) error {
		_, err := run(ctx, t.q, "session", `
			INSERT INTO sessions (token, data, expires_at) VALUES ($1, $2, $3)
			ON CONFLICT (token) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at`, token, b, ms(expiry))
		return err
	})
}

// DeleteCtx ends a session.
func (s Sessions) DeleteCtx(ctx context.Context, token string) error {
	return s.Write(ctx, func(ctx context.Context, t *Tx) error {
		_, err := run(ctx, t.q, "session", `DELETE FROM sessions WHERE token = $1`, token)
		return err
	})
}

// Find, Commit and Delete are scs's variants without a context; scs calls
// those with one.
func (s Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit stores a session.
func (s Sessions) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

// Delete ends a session.
func (s Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// PurgeSessions removes sessions and sign-in links that are over, and failed
// sign-ins that are forgotten.
func (s *Store) PurgeSessions(ctx context.Context) error {
	return s.Write(ctx, func(ctx context.Context, t *Tx) error {
		if _, err := run(ctx, t.q, "sessions", `DELETE FROM sessions WHERE expires_at <= $1`, ms(t.now)); err != nil {
			return err
		}
		if _, err := run(ctx, t.q, "sign-in links", `DELETE FROM sign_ins WHERE expires_at <= $1`, ms(t.now)); err != nil {
			return err
		}
		if _, err := run(ctx, t.q, "invitations", `DELETE FROM invitations WHERE expires_at <= $1`, ms(t.now)); err != nil {
			return err
		}
		forget := t.now.Add(-access.AccountPatience().Forget)
		_, err := run(ctx, t.q, "sign-in guards", `DELETE FROM sign_in_guards WHERE failed_at <= $1`, ms(forget))
		return err
	})
}

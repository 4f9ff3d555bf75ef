package store

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// UserOfSubject gives the user bound to an identity provider's subject.
func (t *Tx) UserOfSubject(ctx context.Context, issuer, subject string) (string, error) {
	return one(ctx, t.q, "user", scanText, `SELECT user_id FROM subjects WHERE issuer = $1 AND subject = $2`, issuer, subject)
}

// BindSubject binds a user to a subject, once: a user who is bound to another
// subject of the issuer is refused, since an address there may have passed to
// somebody else.
func (t *Tx) BindSubject(ctx context.Context, issuer, subject, userID string) error {
	n, err := run(ctx, t.q, "subject", `INSERT INTO subjects (issuer, subject, user_id, bound_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`, issuer, subject, userID, ms(t.now))
	if err == nil && n == 0 {
		return fault.New(fault.Unauthorized, "your address was used before by another account of the identity provider").
			Try("sign in with a password, and ask whoever runs this installation")
	}
	return err
}

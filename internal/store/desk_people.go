package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

const invitationColumns = `id, shop_id, email, role, invited_by, created_at, expires_at`

func scanInvitation(rows *sql.Rows, i *access.Invitation) error {
	var created, expires int64
	err := rows.Scan(&i.ID, &i.ShopID, &i.Email, &i.Role, &i.InvitedBy, &created, &expires)
	i.CreatedAt, i.ExpiresAt = at(created), at(expires)
	return err
}

// Invite stores an invitation by the hash of its token. It replaces one that
// the same address already had.
func (t *Tx) Invite(ctx context.Context, hash string, i access.Invitation) error {
	if _, err := run(ctx, t.q, "invitation", `DELETE FROM invitations WHERE shop_id = $1 AND email = $2`, i.ShopID, i.Email); err != nil {
		return err
	}
	_, err := run(ctx, t.q, "invitation", `
		INSERT INTO invitations (shop_id, id, email, role, hash, invited_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		i.ShopID, i.ID, i.Email, string(i.Role), hash, i.InvitedBy, ms(t.now), ms(i.ExpiresAt))
	return err
}

// Invitation gives the one of a token's hash; fault.NotFound when it was used,
// withdrawn or is over.
func (t *Tx) Invitation(ctx context.Context, hash string) (access.Invitation, error) {
	return one(ctx, t.q, "invitation", scanInvitation, `SELECT `+invitationColumns+` FROM invitations WHERE hash = $1 AND expires_at > $2`, hash, ms(t.now))
}

// TakeInvitation uses it up; fault.NotFound if somebody was faster.
func (t *Tx) TakeInvitation(ctx context.Context, hash string) error {
	n, err := run(ctx, t.q, "invitation", `DELETE FROM invitations WHERE hash = $1 AND expires_at > $2`, hash, ms(t.now))
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "this invitation was used, withdrawn, or is over")
	}
	return err
}

// Invitations gives those of a shop that are still open, newest first.
func (s *Store) Invitations(ctx context.Context, shopID string) ([]access.Invitation, error) {
	return all(ctx, s.reader(), "invitations", scanInvitation,
		`SELECT `+invitationColumns+` FROM invitations WHERE shop_id = $1 AND expires_at > $2 ORDER BY created_at DESC, id DESC`, shopID, ms(s.now()))
}

// Uninvite withdraws an invitation; fault.NotFound if the shop has none of this id.
func (t *Tx) Uninvite(ctx context.Context, shopID, id string) error {
	n, err := run(ctx, t.q, "invitation", `DELETE FROM invitations WHERE shop_id = $1 AND id = $2`, shopID, id)
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "the shop has no such invitation")
	}
	return err
}

// Owners counts the owners of a shop. The shop is held until the commit, so
// that of two changes at once neither takes the last one away.
func (t *Tx) Owners(ctx context.Context, shopID string) (int, error) {
	if err := t.takeTurn(ctx, shopID); err != nil {
		return 0, err
	}
	return one(ctx, t.q, "members", scanInt, `SELECT count(*) FROM members WHERE shop_id = $1 AND role = 'owner'`, shopID)
}

// Remember keeps which of their shops a user looked at last.
func (s *Store) Remember(ctx context.Context, userID, shopID string) error {
	return s.Write(ctx, func(ctx context.Context, t *Tx) error {
		_, err := run(ctx, t.q, "user", `UPDATE users SET last_shop = $2 WHERE id = $1 AND EXISTS (
			SELECT 1 FROM members WHERE members.user_id = $1 AND members.shop_id = $2)`, userID, shopID)
		return err
	})
}

// NobodyYet reports whether the installation has no user.
func (s *Store) NobodyYet(ctx context.Context) (bool, error) { return nobody(ctx, s.reader()) }

func nobody(ctx context.Context, q querier) (bool, error) {
	n, err := one(ctx, q, "users", scanInt, `SELECT count(*) FROM (SELECT 1 FROM users LIMIT 1) AS found`)
	return n == 0, err
}

// Found makes the setting up of the installation this transaction's: of two at
// once the second waits and finds it taken. It is fault.NotFound once there is,
// or ever was, a user.
func (t *Tx) Found(ctx context.Context) error {
	n, err := run(ctx, t.q, "installation", `INSERT INTO installation (name, value) VALUES ('founded', 'yes') ON CONFLICT (name) DO NOTHING`)
	if err != nil {
		return err
	}
	empty, err := nobody(ctx, t.q)
	if err == nil && (n == 0 || !empty) {
		return fault.New(fault.NotFound, "this installation is set up already").Try("sign in, or ask an owner to invite you")
	}
	return err
}

// Founded reports whether the installation was set up by its first page.
func (s *Store) Founded(ctx context.Context) (bool, error) {
	n, err := one(ctx, s.reader(), "installation", scanInt, `SELECT count(*) FROM installation WHERE name = 'founded'`)
	return n > 0, err
}

// AddReset stores a link for a new password by the hash of its token.
func (t *Tx) AddReset(ctx context.Context, hash, userID string, expires time.Time) error {
	_, err := run(ctx, t.q, "reset link", `INSERT INTO sign_ins (hash, user_id, expires_at, purpose) VALUES ($1, $2, $3, 'reset')`, hash, userID, ms(expires))
	return err
}

// ResetOf gives the user of a reset link that is still good.
func (t *Tx) ResetOf(ctx context.Context, hash string) (string, error) {
	return one(ctx, t.q, "reset link", scanText, `SELECT user_id FROM sign_ins WHERE hash = $1 AND purpose = 'reset' AND used_at IS NULL AND expires_at > $2`, hash, ms(t.now))
}

// UseReset uses it up; fault.NotFound if somebody was faster.
func (t *Tx) UseReset(ctx context.Context, hash string) error {
	n, err := run(ctx, t.q, "reset link", `UPDATE sign_ins SET used_at = $2 WHERE hash = $1 AND purpose = 'reset' AND used_at IS NULL AND expires_at > $2`, hash, ms(t.now))
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "this link was used already, is over, or never was")
	}
	return err
}

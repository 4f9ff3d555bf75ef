package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// SaveUser stores a user if their email is new and gives their id.
func (t *Tx) SaveUser(ctx context.Context, id, email string) (string, error) {
	_, err := run(ctx, t.q, "user", `INSERT INTO users (id, email, created_at) VALUES ($1, $2, $3) ON CONFLICT (email) DO NOTHING`,
		id, email, ms(t.now))
	if err != nil {
		return "", err
	}
	return one(ctx, t.q, "user", scanText, `SELECT id FROM users WHERE email = $1`, email)
}

// SaveMember gives a user a role in a shop.
func (t *Tx) SaveMember(ctx context.Context, shopID, userID, role string) error {
	_, err := run(ctx, t.q, "member", `
		INSERT INTO members (shop_id, user_id, role) VALUES ($1, $2, $3)
		ON CONFLICT (shop_id, user_id) DO UPDATE SET role = excluded.role`, shopID, userID, role)
	return err
}

// AddSignIn stores a one-time sign-in link by the hash of its token.
func (t *Tx) AddSignIn(ctx context.Context, hash, userID string, expires time.Time) error {
	_, err := run(ctx, t.q, "sign-in link", `INSERT INTO sign_ins (hash, user_id, expires_at) VALUES ($1, $2, $3)`, hash, userID, ms(expires))
	return err
}

// UseSignIn consumes a sign-in link and gives its user; fault.NotFound when it
// is unknown, used or over.
func (t *Tx) UseSignIn(ctx context.Context, hash string) (string, error) {
	n, err := run(ctx, t.q, "sign-in link", `UPDATE sign_ins SET used_at = $2 WHERE hash = $1 AND purpose = 'sign_in' AND used_at IS NULL AND expires_at > $2`, hash, ms(t.now))
	if err != nil {
		return "", err
	}
	if n == 0 {
		return "", fault.New(fault.NotFound, "this sign-in link was used already, is over, or never was").
			Try("make a new one: cartograph user create")
	}
	return one(ctx, t.q, "user", scanText, `SELECT user_id FROM sign_ins WHERE hash = $1`, hash)
}

// Account is what signing in needs of a user.
type Account struct {
	access.Person
	// Email is the user's address, in lower case.
	Email string
	// Password is its stored form; "" for who signs in by link only.
	Password string
	// Shops are the ids of those the user is a member of, LastShop the one they looked at last.
	Shops    []string
	LastShop string
}

const accountColumns = `id, email, password, generation, last_shop`

func scanAccount(rows *sql.Rows, a *Account) error {
	return rows.Scan(&a.ID, &a.Email, &a.Password, &a.Generation, &a.LastShop)
}

// AccountByEmail gives a user by their address in lower case.
func (t *Tx) AccountByEmail(ctx context.Context, email string) (Account, error) {
	a, err := one(ctx, t.q, "user", scanAccount, `SELECT `+accountColumns+` FROM users WHERE email = $1`, email)
	if err != nil {
		return a, err
	}
	a.Shops, err = shopIDsOf(ctx, t.q, a.ID)
	return a, err
}

// Account gives a user by their id.
func (t *Tx) Account(ctx context.Context, userID string) (Account, error) {
	a, err := one(ctx, t.q, "user", scanAccount, `SELECT `+accountColumns+` FROM users WHERE id = $1`, userID)
	if err != nil {
		return a, err
	}
	a.Shops, err = shopIDsOf(ctx, t.q, a.ID)
	return a, err
}

func shopIDsOf(ctx context.Context, q querier, userID string) ([]string, error) {
	return all(ctx, q, "members", scanText, `SELECT shop_id FROM members WHERE user_id = $1 ORDER BY shop_id`, userID)
}

// SetPassword stores a password's hash and ends every session of the user.
// Sign-in links made before are over too: they may be in the wrong hands.
func (t *Tx) SetPassword(ctx context.Context, userID, stored string) error {
	if _, err := run(ctx, t.q, "user", `UPDATE users SET password = $2 WHERE id = $1`, userID, stored); err != nil {
		return err
	}
	return t.EndSessions(ctx, userID)
}

// Rehash stores the same password under today's costs, unless it was changed
// meanwhile. Sessions go on.
func (t *Tx) Rehash(ctx context.Context, userID, old, stored string) error {
	_, err := run(ctx, t.q, "user", `UPDATE users SET password = $3 WHERE id = $1 AND password = $2`, userID, old, stored)
	return err
}

// EndSessions ends every session and unused sign-in link of a user.
func (t *Tx) EndSessions(ctx context.Context, userID string) error {
	if _, err := run(ctx, t.q, "user", `UPDATE users SET generation = generation + 1 WHERE id = $1`, userID); err != nil {
		return err
	}
	_, err := run(ctx, t.q, "sign-in links", `UPDATE sign_ins SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL`, userID, ms(t.now))
	return err
}

// Standing gives what a user may see as of now; fault.NotFound for a user who is gone.
func (s *Store) Standing(ctx context.Context, userID string) (st access.Standing, err error) {
	a, err := one(ctx, s.reader(), "user", scanAccount, `SELECT `+accountColumns+` FROM users WHERE id = $1`, userID)
	if err != nil {
		return st, err
	}
	st.Person, st.Name, st.HasPassword, st.LastShop = a.Person, a.Email, a.Password != "", a.LastShop
	type place struct{ shop, role string }
	places, err := all(ctx, s.reader(), "members", func(rows *sql.Rows, p *place) error { return rows.Scan(&p.shop, &p.role) },
		`SELECT shop_id, role FROM members WHERE user_id = $1 ORDER BY shop_id`, userID)
	if err != nil {
		return st, err
	}
	for _, p := range places {
		sh, err := s.Shop(ctx, p.shop)
		if err != nil {
			return st, err
		}
		st.Shops = append(st.Shops, access.Membership{Shop: sh, Role: access.Role(p.role)})
	}
	return st, nil
}

// RoleOf gives a user's role in a shop, "" for who is no member.
func (t *Tx) RoleOf(ctx context.Context, shopID, userID string) (access.Role, error) {
	role, err := one(ctx, t.q, "member", scanText, `SELECT role FROM members WHERE shop_id = $1 AND user_id = $2`, shopID, userID)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return access.Role(role), err
}

// Colleagues gives the members of a shop by their address.
func (s *Store) Colleagues(ctx context.Context, shopID string) ([]access.Colleague, error) {
	return all(ctx, s.reader(), "members",
		func(rows *sql.Rows, c *access.Colleague) error {
			return rows.Scan(&c.ID, &c.Email, &c.Role, &c.Password)
		},
		`SELECT u.id, u.email, m.role, u.password <> '' FROM members m JOIN users u ON u.id = m.user_id WHERE m.shop_id = $1 ORDER BY u.email`, shopID)
}

// RemoveMember takes a user out of a shop; their sessions see it at once.
func (t *Tx) RemoveMember(ctx context.Context, shopID, userID string) error {
	n, err := run(ctx, t.q, "member", `DELETE FROM members WHERE shop_id = $1 AND user_id = $2`, shopID, userID)
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "the shop has no such member")
	}
	return err
}

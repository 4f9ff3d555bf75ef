package store

import (
	"context"
	"database/sql"
)

// AddSecret stores one more sealed secret under a name; earlier ones stay valid.
func (t *Tx) AddSecret(ctx context.Context, shopID, name string, sealed []byte) error {
	if err := t.takeTurn(ctx, shopID); err != nil {
		return err
	}
	last, err := one(ctx, t.q, "secret", scanInt,
		`SELECT CAST(coalesce(max(seq), 0) AS BIGINT) FROM secrets WHERE shop_id = $1 AND name = $2`, shopID, name)
	if err != nil {
		return err
	}
	_, err = run(ctx, t.q, "secret", `INSERT INTO secrets (shop_id, name, seq, sealed, created_at) VALUES ($1, $2, $3, $4, $5)`,
		shopID, name, last+1, sealed, ms(t.now))
	return err
}

// Secret is one sealed secret of a shop.
type Secret struct {
	Name   string
	Sealed []byte
}

// Secrets gives a shop's sealed secrets, newest first within a name.
func (s *Store) Secrets(ctx context.Context, shopID string) ([]Secret, error) {
	return all(ctx, s.reader(), "secrets", func(rows *sql.Rows, v *Secret) error { return rows.Scan(&v.Name, &v.Sealed) },
		`SELECT name, sealed FROM secrets WHERE shop_id = $1 ORDER BY name, seq DESC`, shopID)
}

// Seal is one sealed secret with its place.
type Seal struct {
	ShopID, Name string
	Seq          int
	Sealed       []byte
}

// SealsAfter gives the sealed secrets of all shops in a fixed order, from
// after one place on; the zero place is before all. It is how a change of the
// secret key goes through them, a batch at a time.
func (t *Tx) SealsAfter(ctx context.Context, after Seal, limit int) ([]Seal, error) {
	return all(ctx, t.q, "secrets", func(rows *sql.Rows, v *Seal) error { return rows.Scan(&v.ShopID, &v.Name, &v.Seq, &v.Sealed) },
		`SELECT shop_id, name, seq, sealed FROM secrets WHERE (shop_id, name, seq) > ($1, $2, $3) ORDER BY shop_id, name, seq LIMIT $4`,
		after.ShopID, after.Name, after.Seq, limit)
}

// Reseal stores the same secret under another key.
func (t *Tx) Reseal(ctx context.Context, s Seal) error {
	_, err := run(ctx, t.q, "secret", `UPDATE secrets SET sealed = $4 WHERE shop_id = $1 AND name = $2 AND seq = $3`,
		s.ShopID, s.Name, s.Seq, s.Sealed)
	return err
}

// Kept gives a fact of the installation, fault.NotFound if it has none of that name.
func (t *Tx) Kept(ctx context.Context, name string) (string, error) {
	return one(ctx, t.q, "installation", scanText, `SELECT value FROM installation WHERE name = $1`, name)
}

// Replace changes a fact of the installation.
func (t *Tx) Replace(ctx context.Context, name, value string) error {
	_, err := run(ctx, t.q, "installation", `UPDATE installation SET value = $2 WHERE name = $1`, name, value)
	return err
}

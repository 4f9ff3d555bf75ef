package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

const shopColumns = `id, name, platform, domain, currency, timezone, locale, country, settings, activated_at, created_at`

func scanShop(rows *sql.Rows, s *shop.Shop) error {
	var settings string
	var activated, created int64
	err := rows.Scan(&s.ID, &s.Name, &s.Platform, &s.Domain, &s.Currency, &s.TimeZone, &s.Locale, &s.Country, &settings, &activated, &created)
	if err != nil {
		return err
	}
	s.ActivatedAt, s.CreatedAt = at(activated), at(created)
	return undoc("settings", settings, &s.Settings)
}

// Shop gives a shop.
func (s *Store) Shop(ctx context.Context, shopID string) (shop.Shop, error) {
	return loadShop(ctx, s.reader(), shopID)
}

// Shop gives a shop.
func (t *Tx) Shop(ctx context.Context, shopID string) (shop.Shop, error) {
	return loadShop(ctx, t.q, shopID)
}

func loadShop(ctx context.Context, q querier, shopID string) (shop.Shop, error) {
	return one(ctx, q, "shop", scanShop, `SELECT `+shopColumns+` FROM shops WHERE id = $1`, shopID)
}

// Shops gives all shops, oldest first.
func (s *Store) Shops(ctx context.Context) ([]shop.Shop, error) {
	return all(ctx, s.reader(), "shops", scanShop, `SELECT `+shopColumns+` FROM shops ORDER BY id`)
}

// Keep stores a fact of the installation unless it has one of that name, and
// gives the one it has.
func (s *Store) Keep(ctx context.Context, name, value string) (kept string, err error) {
	err = s.Write(ctx, func(ctx context.Context, t *Tx) error {
		if _, err := run(ctx, t.q, "installation", `INSERT INTO installation (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, name, value); err != nil {
			return err
		}
		kept, err = one(ctx, t.q, "installation", scanText, `SELECT value FROM installation WHERE name = $1`, name)
		return err
	})
	return kept, err
}

// SaveShop stores a new shop or its changed settings.
func (t *Tx) SaveShop(ctx context.Context, s shop.Shop) error {
	_, err := run(ctx, t.q, "shop", `
		INSERT INTO shops (id, shard, name, platform, domain, currency, timezone, locale, country, settings, activated_at, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, domain = excluded.domain, currency = excluded.currency,
			timezone = excluded.timezone, locale = excluded.locale, country = excluded.country, settings = excluded.settings,
			activated_at = excluded.activated_at`,
		s.ID, shop.Shard(s.ID), s.Name, s.Platform, s.Domain, s.Currency, s.TimeZone, s.Locale, s.Country, doc(s.Settings),
		ms(s.ActivatedAt), ms(s.CreatedAt))
	return err
}

// takeTurn lets transactions that count up or replace something of a shop
// follow one another: two at once would take the same number, or mix.
func (t *Tx) takeTurn(ctx context.Context, shopID string) error {
	_, err := all(ctx, t.q, "shop", scanText, `SELECT id FROM shops WHERE id = $1`+t.dialect.turn(), shopID)
	return err
}

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

// AddPage notes that a shop speaks for a Messenger page.
func (t *Tx) AddPage(ctx context.Context, shopID, pageID string) error {
	_, err := run(ctx, t.q, "page", `INSERT INTO pages (page_id, shop_id) VALUES ($1, $2) ON CONFLICT (page_id, shop_id) DO NOTHING`, pageID, shopID)
	return err
}

// ShopsOfPage gives the shops that named this Messenger page as theirs.
func (s *Store) ShopsOfPage(ctx context.Context, pageID string) ([]string, error) {
	return all(ctx, s.reader(), "page", scanText, `SELECT shop_id FROM pages WHERE page_id = $1 ORDER BY shop_id`, pageID)
}

// AddAPIKey stores a key by its hash; hint is what a person recognizes it by.
func (t *Tx) AddAPIKey(ctx context.Context, shopID, hash, hint string) error {
	_, err := run(ctx, t.q, "API key", `INSERT INTO api_keys (hash, shop_id, hint, created_at) VALUES ($1, $2, $3, $4)`,
		hash, shopID, hint, ms(t.now))
	return err
}

// ShopByKeyHash gives the shop an API key belongs to.
func (s *Store) ShopByKeyHash(ctx context.Context, hash string) (shop.Shop, error) {
	id, err := one(ctx, s.reader(), "API key", scanText, `SELECT shop_id FROM api_keys WHERE hash = $1`, hash)
	if err != nil {
		return shop.Shop{}, err
	}
	return s.Shop(ctx, id)
}

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

// ShopsOf gives the shops a user is a member of.
func (s *Store) ShopsOf(ctx context.Context, userID string) ([]shop.Shop, error) {
	ids, err := all(ctx, s.reader(), "members", scanText, `SELECT shop_id FROM members WHERE user_id = $1 ORDER BY shop_id`, userID)
	if err != nil {
		return nil, err
	}
	var out []shop.Shop
	for _, id := range ids {
		sh, err := s.Shop(ctx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, sh)
	}
	return out, nil
}

// AddSignIn stores a one-time sign-in link by the hash of its token.
func (t *Tx) AddSignIn(ctx context.Context, hash, userID string, expires time.Time) error {
	_, err := run(ctx, t.q, "sign-in link", `INSERT INTO sign_ins (hash, user_id, expires_at) VALUES ($1, $2, $3)`, hash, userID, ms(expires))
	return err
}

// UseSignIn consumes a sign-in link and gives its user; fault.NotFound when it
// is unknown, used or over.
func (t *Tx) UseSignIn(ctx context.Context, hash string) (string, error) {
	n, err := run(ctx, t.q, "sign-in link", `UPDATE sign_ins SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND expires_at > $2`, hash, ms(t.now))
	if err != nil {
		return "", err
	}
	if n == 0 {
		return "", fault.New(fault.NotFound, "this sign-in link was used already, is over, or never was").
			Try("make a new one: cartograph user create")
	}
	return one(ctx, t.q, "user", scanText, `SELECT user_id FROM sign_ins WHERE hash = $1`, hash)
}

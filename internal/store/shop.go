package store

import (
	"context"
	"database/sql"

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

// HoldShop gives a shop, held until the commit: what is changed in it by two at
// once follows one another.
func (t *Tx) HoldShop(ctx context.Context, shopID string) (shop.Shop, error) {
	if err := t.takeTurn(ctx, shopID); err != nil {
		return shop.Shop{}, err
	}
	return t.Shop(ctx, shopID)
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
	if err != nil {
		return err
	}
	return t.inZone(ctx, s.ID)
}

// takeTurn lets transactions that count up or replace something of a shop
// follow one another: two at once would take the same number, or mix.
func (t *Tx) takeTurn(ctx context.Context, shopID string) error {
	_, err := all(ctx, t.q, "shop", scanText, `SELECT id FROM shops WHERE id = $1`+t.dialect.turn(), shopID)
	return err
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

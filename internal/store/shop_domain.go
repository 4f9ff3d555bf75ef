package store

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/shop"
)

// ShopsAt gives the shops of a platform that have a domain, oldest first, and lets
// those who ask within transactions follow one another until their commit: of two
// that would take the same domain at once, the second finds the first. Databases of
// before may hold several, so no index forbids it.
func (t *Tx) ShopsAt(ctx context.Context, platform, domain string) ([]shop.Shop, error) {
	if _, err := run(ctx, t.q, "installation", `INSERT INTO installation (name, value) VALUES ('domains', '')
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`); err != nil {
		return nil, err
	}
	return all(ctx, t.q, "shops", scanShop, `SELECT `+shopColumns+` FROM shops WHERE platform = $1 AND lower(domain) = lower($2) ORDER BY id`, platform, domain)
}

package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

func scanProduct(rows *sql.Rows, p *recovery.Product) error {
	var told int64
	var text string
	if err := rows.Scan(&told, &p.Gone, &text); err != nil {
		return err
	}
	p.ToldAt = at(told)
	return undoc("product", text, &p.Item)
}

// Products gives what is known of some lines' products, by Same.
func (t *Tx) Products(ctx context.Context, shopID string, items []event.Item) (map[string]recovery.Product, error) {
	out := map[string]recovery.Product{}
	for _, i := range items {
		same, currency := productKey(i)
		if _, ok := out[same]; ok {
			continue
		}
		found, err := all(ctx, t.q, "product", scanProduct,
			`SELECT told_at, gone, doc FROM products WHERE shop_id = $1 AND same = $2 AND currency = $3`, shopID, same, currency)
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			out[same] = p
		}
	}
	return out, nil
}

// SaveProducts keeps what the platform told of its products.
func (t *Tx) SaveProducts(ctx context.Context, shopID string, told []recovery.Product) error {
	for _, p := range told {
		same, currency := productKey(p.Item)
		if _, err := run(ctx, t.q, "product", `
			INSERT INTO products (shop_id, same, currency, told_at, gone, doc) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (shop_id, same, currency) DO UPDATE SET told_at = excluded.told_at, gone = excluded.gone, doc = excluded.doc`,
			shopID, same, currency, ms(t.now), p.Gone, doc(p.Item)); err != nil {
			return err
		}
	}
	return nil
}

// productKey tells products apart: a line without any id is known by its title,
// which may be long.
func productKey(i event.Item) (same, currency string) {
	same = i.Same()
	if len(same) > 400 {
		sum := sha256.Sum256([]byte(same))
		same = "sha256:" + hex.EncodeToString(sum[:])
	}
	return same, i.Price.Currency
}

package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
)

const orderColumns = `id, shop_id, platform_id, number, shopper_id, status, said_at, total_minor, refunded_minor, currency,
	placed_at, placed_last, stored_at, source, creditable, bought, name_id`

func scanPurchase(rows *sql.Rows, p *cart.Purchase) error {
	var placed, last, stored int64
	err := rows.Scan(&p.ID, &p.ShopID, &p.PlatformID, &p.Number, &p.ShopperID, &p.Status, &p.SaidAt, &p.Total.Minor,
		&p.Refunded.Minor, &p.Total.Currency, &placed, &last, &stored, &p.Source, &p.Creditable, &p.Bought, &p.NameID)
	p.Refunded.Currency, p.PlacedAt, p.PlacedLast, p.StoredAt = p.Total.Currency, at(placed), at(last), at(stored)
	return err
}

// Purchase gives an order by the platform's id, held.
func (t *Tx) Purchase(ctx context.Context, shopID, platformID string) (cart.Purchase, error) {
	p, err := one(ctx, t.q, "order", scanPurchase,
		`SELECT `+orderColumns+` FROM orders WHERE shop_id = $1 AND platform_id = $2`+t.dialect.lock(), shopID, platformID)
	if err != nil {
		return p, err
	}
	return p, marks(ctx, t.q, &p)
}

// PurchaseByID gives an order by our id.
func (t *Tx) PurchaseByID(ctx context.Context, shopID, id string) (cart.Purchase, error) {
	return purchaseByID(ctx, t.q, shopID, id)
}

func purchaseByID(ctx context.Context, q querier, shopID, id string) (cart.Purchase, error) {
	p, err := one(ctx, q, "order", scanPurchase, `SELECT `+orderColumns+` FROM orders WHERE shop_id = $1 AND id = $2`, shopID, id)
	if err != nil {
		return p, err
	}
	return p, marks(ctx, q, &p)
}

type mark struct{ kind, value string }

// marks are kept in one table: "link:cart", "key:email".
func marks(ctx context.Context, q querier, p *cart.Purchase) error {
	ms, err := all(ctx, q, "order marks", func(rows *sql.Rows, m *mark) error { return rows.Scan(&m.kind, &m.value) },
		`SELECT kind, value FROM order_marks WHERE shop_id = $1 AND order_id = $2 ORDER BY kind, value`, p.ShopID, p.ID)
	p.Links, p.Keys = nil, nil
	for _, m := range ms {
		if kind, ok := strings.CutPrefix(m.kind, "link:"); ok {
			p.Links = append(p.Links, event.Link{Kind: event.LinkKind(kind), Value: m.value})
		} else {
			p.Keys = append(p.Keys, event.Key{Kind: event.KeyKind(strings.TrimPrefix(m.kind, "key:")), Value: m.value})
		}
	}
	return err
}

func marksOf(links []event.Link, keys []event.Key) []mark {
	var out []mark
	for _, l := range links {
		out = append(out, mark{"link:" + string(l.Kind), l.Value})
	}
	for _, k := range keys {
		out = append(out, mark{"key:" + string(k.Kind), k.Value})
	}
	return out
}

// SavePurchase writes an order with its marks.
func (t *Tx) SavePurchase(ctx context.Context, p cart.Purchase) error {
	n, err := run(ctx, t.q, "order", `
		INSERT INTO orders (shop_id, id, platform_id, number, shopper_id, status, said_at, total_minor, refunded_minor, currency,
			placed_at, placed_last, stored_at, source, creditable, bought, name_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		ON CONFLICT (shop_id, platform_id) DO UPDATE SET number = excluded.number, shopper_id = excluded.shopper_id,
			status = excluded.status, said_at = excluded.said_at, total_minor = excluded.total_minor,
			refunded_minor = excluded.refunded_minor, currency = excluded.currency, placed_at = excluded.placed_at,
			placed_last = excluded.placed_last, source = excluded.source, creditable = excluded.creditable, bought = excluded.bought,
			name_id = excluded.name_id
		WHERE orders.id = excluded.id`,
		p.ShopID, p.ID, p.PlatformID, p.Number, p.ShopperID, string(p.Status), p.SaidAt, p.Total.Minor, p.Refunded.Minor,
		p.Total.Currency, ms(p.PlacedAt), ms(p.Order().Last()), ms(p.StoredAt), p.Source, p.Creditable, p.Bought, p.NameID)
	if err != nil {
		return err
	}
	if n == 0 {
		// The same order's other event was faster: fold onto that.
		return errAgain
	}
	marks := marksOf(p.Links, p.Keys)
	if len(marks) == 0 {
		return nil
	}
	args := []any{p.ShopID}
	for _, m := range marks {
		args = append(args, m.kind, m.value, p.ID)
	}
	_, err = run(ctx, t.q, "order marks", `
		INSERT INTO order_marks (shop_id, kind, value, order_id) VALUES `+shopPlaces(len(marks), 3)+`
		ON CONFLICT (shop_id, kind, value, order_id) DO NOTHING`, args...)
	return err
}

// OrdersMatching gives the stored orders that share a link, or share a key and
// were placed since an instant: a customer of years is not looked through.
func (t *Tx) OrdersMatching(ctx context.Context, shopID string, links []event.Link, keys []event.Key, since time.Time) ([]cart.Order, error) {
	marks := marksOf(links, keys)
	if len(marks) == 0 {
		return nil, nil
	}
	args := []any{shopID, ms(since)}
	for _, m := range marks {
		args = append(args, m.kind, m.value)
	}
	ids, err := all(ctx, t.q, "order marks", scanText, `
		SELECT DISTINCT m.order_id || '' FROM order_marks m JOIN orders o ON o.shop_id = m.shop_id AND o.id = m.order_id
		WHERE m.shop_id = $1 AND (m.kind, m.value) IN (VALUES `+places(2, len(marks), 2)+`)
		AND (o.placed_last >= $2 OR m.kind LIKE 'link:%') AND o.bought = TRUE ORDER BY 1`, args...)
	if err != nil {
		return nil, err
	}
	out := make([]cart.Order, 0, len(ids))
	for _, id := range ids {
		p, err := t.PurchaseByID(ctx, shopID, id)
		if err != nil {
			return nil, err
		}
		out = append(out, p.Order())
	}
	return out, nil
}

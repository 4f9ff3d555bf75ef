package store

import (
	"context"
	"database/sql"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// sampled picks the last abandoned carts of known shoppers: one range of an index.
const sampled = `SELECT id FROM carts WHERE shop_id = $1 AND abandoned_at > 0 AND shopper_id <> '' ORDER BY abandoned_at DESC, id DESC LIMIT $2`

// SampleCarts gives the last abandoned carts, newest first, each with its
// shopper and their past as it was when the cart was abandoned. It takes four
// queries, however many carts are asked for.
func (s *Store) SampleCarts(ctx context.Context, shopID string, most int) ([]recovery.Sampled, error) {
	q := s.reader()
	carts, err := all(ctx, q, "sampled carts", scanCart, `SELECT `+cartColumns+` FROM carts
		WHERE shop_id = $1 AND abandoned_at > 0 AND shopper_id <> '' ORDER BY abandoned_at DESC, id DESC LIMIT $2`, shopID, most)
	if err != nil {
		return nil, err
	}
	people, err := all(ctx, q, "sampled shoppers", scanShopper, `SELECT id, shop_id, traits, first_seen, last_seen, merged_into FROM shoppers
		WHERE shop_id = $1 AND id IN (SELECT shopper_id FROM carts WHERE shop_id = $1 AND id IN (`+sampled+`))`, shopID, most)
	if err != nil {
		return nil, err
	}
	by := map[string]shopper.Shopper{}
	for _, p := range people {
		by[p.ID] = p.Shopper
	}
	past, err := s.sampledPast(ctx, shopID, most)
	if err != nil {
		return nil, err
	}
	out := make([]recovery.Sampled, 0, len(carts))
	for _, c := range carts {
		if c.State == cart.Merged {
			continue
		}
		out = append(out, recovery.Sampled{Cart: c, Shopper: by[c.ShopperID], Past: past[c.ShopperID].until(ms(c.AbandonedAt))})
	}
	return out, nil
}

// bygone is what a shopper did, by time.
type bygone struct {
	orders []bygoneOrder
	days   []int64
}

type bygoneOrder struct {
	shopperID string
	at        int64
	paid      money.Money
}

// until gives the history as it was at an instant.
func (b *bygone) until(instant int64) (h shopper.History) {
	if b == nil {
		return h
	}
	sums := map[string]int64{}
	for _, o := range b.orders {
		if o.at <= instant {
			h.Orders++
			sums[o.paid.Currency] += o.paid.Minor
		}
	}
	for currency, minor := range sums {
		h.Spent = append(h.Spent, money.Money{Minor: minor, Currency: currency})
	}
	for _, d := range b.days {
		if d <= instant/day {
			h.Visits++
		}
	}
	return h
}

func (s *Store) sampledPast(ctx context.Context, shopID string, most int) (map[string]*bygone, error) {
	out := map[string]*bygone{}
	of := func(id string) *bygone {
		if out[id] == nil {
			out[id] = &bygone{}
		}
		return out[id]
	}
	const who = `shopper_id IN (SELECT shopper_id FROM carts WHERE shop_id = $1 AND id IN (` + sampled + `))`
	orders, err := all(ctx, s.reader(), "orders of sampled shoppers", func(rows *sql.Rows, o *bygoneOrder) error {
		return rows.Scan(&o.shopperID, &o.at, &o.paid.Minor, &o.paid.Currency)
	}, `SELECT shopper_id, placed_at, total_minor - refunded_minor, currency FROM orders
		WHERE shop_id = $1 AND `+who+` AND status = 'placed' AND bought = TRUE AND platform_id NOT LIKE 'checkout:%'`, shopID, most)
	if err != nil {
		return nil, err
	}
	for _, o := range orders {
		of(o.shopperID).orders = append(of(o.shopperID).orders, o)
	}
	type visit struct {
		shopperID string
		day       int64
	}
	visits, err := all(ctx, s.reader(), "visits of sampled shoppers", func(rows *sql.Rows, v *visit) error {
		return rows.Scan(&v.shopperID, &v.day)
	}, `SELECT shopper_id, occurred_at / 86400000 FROM events WHERE shop_id = $1 AND shopper_id <> '' AND `+who+`
		UNION SELECT v.shopper_id, d.day FROM visitors v JOIN visitor_days d ON d.shop_id = v.shop_id AND d.visitor_id = v.id
		WHERE v.shop_id = $1 AND v.shopper_id <> '' AND v.`+who, shopID, most)
	if err != nil {
		return nil, err
	}
	for _, v := range visits {
		of(v.shopperID).days = append(of(v.shopperID).days, v.day)
	}
	return out, nil
}

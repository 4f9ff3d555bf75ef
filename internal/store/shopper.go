package store

import (
	"context"
	"database/sql"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// ShoppersByKeys gives the shoppers who own any of the keys, with all their
// keys, held until the commit.
func (t *Tx) ShoppersByKeys(ctx context.Context, shopID string, keys []event.Key) ([]shopper.Shopper, error) {
	seen := map[string]bool{}
	var out []shopper.Shopper
	for _, k := range keys {
		ids, err := all(ctx, t.q, "shopper key", scanText,
			`SELECT shopper_id FROM shopper_keys WHERE shop_id = $1 AND kind = $2 AND value = $3`, shopID, string(k.Kind), k.Value)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if seen[id] {
				continue
			}
			seen[id] = true
			s, err := t.Shopper(ctx, shopID, id)
			if err != nil {
				return nil, err
			}
			out = append(out, s)
		}
	}
	return out, nil
}

// Shopper gives one, following merges.
func (t *Tx) Shopper(ctx context.Context, shopID, id string) (shopper.Shopper, error) {
	return loadShopper(ctx, t.q, t.dialect.lock(), shopID, id)
}

type shopperRow struct {
	shopper.Shopper
	mergedInto string
}

// loadShopper gives a person: what was said by each of their names, joined.
func loadShopper(ctx context.Context, q querier, lock, shopID, id string) (shopper.Shopper, error) {
	// Following never makes a circle: a name leads to the one whose id the person has. The bound only guards against a broken database.
	for range 20 {
		r, err := one(ctx, q, "shopper", scanShopper,
			`SELECT id, shop_id, traits, first_seen, last_seen, merged_into FROM shoppers WHERE shop_id = $1 AND id = $2`+lock, shopID, id)
		if err != nil {
			return shopper.Shopper{}, err
		}
		if r.mergedInto != "" {
			id = r.mergedInto
			continue
		}
		return withNames(ctx, q, lock, r.Shopper)
	}
	return shopper.Shopper{}, fault.New(fault.Internal, "shopper %s was merged too often", id)
}

// withNames adds what was said by the person's other names.
func withNames(ctx context.Context, q querier, lock string, s shopper.Shopper) (shopper.Shopper, error) {
	names, err := all(ctx, q, "names", scanName, `
		SELECT `+nameColumns+` FROM shopper_keys WHERE shop_id = $1 AND shopper_id = $2 ORDER BY kind, value`, s.ShopID, s.ID)
	if err != nil {
		return s, err
	}
	for _, n := range names {
		s.Keys, s.Contested = append(s.Keys, n.Key), s.Contested || n.Contested
	}
	s.Keys = shopper.Union(s.Keys, nil)
	if len(names) < 2 {
		return s, nil
	}
	told, err := all(ctx, q, "shopper", scanShopper, `
		SELECT id, shop_id, traits, first_seen, last_seen, merged_into FROM shoppers
		WHERE shop_id = $1 AND merged_into = $2 AND merged_into <> '' ORDER BY id || ''`+lock, s.ShopID, s.ID)
	for _, o := range told {
		s.Absorb(o.Shopper)
	}
	return s, err
}

func scanShopper(rows *sql.Rows, r *shopperRow) error {
	var traits string
	var first, last int64
	if err := rows.Scan(&r.ID, &r.ShopID, &traits, &first, &last, &r.mergedInto); err != nil {
		return err
	}
	r.FirstSeen, r.LastSeen = at(first), at(last)
	return undoc("traits", traits, &r.Traits)
}

func scanText(rows *sql.Rows, s *string) error { return rows.Scan(s) }

// History counts the shopper's purchases and visits.
func (t *Tx) History(ctx context.Context, shopID, shopperID string) (shopper.History, error) {
	return history(ctx, t.q, shopID, shopperID)
}

func history(ctx context.Context, q querier, shopID, shopperID string) (shopper.History, error) {
	var h shopper.History
	type sum struct {
		n int
		m money.Money
	}
	sums, err := all(ctx, q, "history", func(rows *sql.Rows, s *sum) error {
		return rows.Scan(&s.m.Currency, &s.n, &s.m.Minor)
	}, `SELECT currency, count(*), CAST(sum(total_minor - refunded_minor) AS BIGINT) FROM orders
		WHERE shop_id = $1 AND shopper_id = $2 AND status = 'placed' AND bought = TRUE AND platform_id NOT LIKE 'checkout:%' GROUP BY currency ORDER BY currency`, shopID, shopperID)
	if err != nil {
		return h, err
	}
	for _, s := range sums {
		h.Orders += s.n
		h.Spent = append(h.Spent, s.m)
	}
	if h.Visits, err = one(ctx, q, "visits", scanInt, visitDays, shopID, shopperID); err != nil {
		return h, err
	}
	h.Device, err = deviceOf(ctx, q, shopID, shopperID)
	return h, err
}

func scanInt(rows *sql.Rows, n *int) error { return rows.Scan(n) }

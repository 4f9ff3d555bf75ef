package store

import (
	"context"
	"database/sql"
	"fmt"

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

func loadShopper(ctx context.Context, q querier, lock, shopID, id string) (shopper.Shopper, error) {
	// A merge never makes a circle: the absorbed one is always gone. The bound only guards against a broken database.
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
		r.Keys, err = all(ctx, q, "shopper keys", scanKey,
			`SELECT kind, value FROM shopper_keys WHERE shop_id = $1 AND shopper_id = $2 ORDER BY kind, value`, shopID, id)
		r.Keys = shopper.Union(r.Keys, nil)
		return r.Shopper, err
	}
	return shopper.Shopper{}, fault.New(fault.Internal, "shopper %s was merged too often", id)
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

func scanKey(rows *sql.Rows, k *event.Key) error { return rows.Scan(&k.Kind, &k.Value) }

func scanText(rows *sql.Rows, s *string) error { return rows.Scan(s) }

// SaveShopper writes traits and claims keys that nobody owns.
func (t *Tx) SaveShopper(ctx context.Context, s shopper.Shopper, claim []event.Key) error {
	_, err := run(ctx, t.q, "shopper", `
		INSERT INTO shoppers (shop_id, id, traits, first_seen, last_seen, merged_into) VALUES ($1, $2, $3, $4, $5, '')
		ON CONFLICT (shop_id, id) DO UPDATE SET traits = excluded.traits, first_seen = excluded.first_seen, last_seen = excluded.last_seen`,
		s.ShopID, s.ID, doc(s.Traits), ms(s.FirstSeen), ms(s.LastSeen))
	if err != nil {
		return err
	}
	for _, k := range claim {
		n, err := run(ctx, t.q, "shopper key", `
			INSERT INTO shopper_keys (shop_id, kind, value, shopper_id) VALUES ($1, $2, $3, $4)
			ON CONFLICT (shop_id, kind, value) DO NOTHING`, s.ShopID, string(k.Kind), k.Value, s.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			// Another event of the same person was faster.
			return errAgain
		}
	}
	return nil
}

// MergeShopper moves everything of one shopper to another.
func (t *Tx) MergeShopper(ctx context.Context, shopID, from, into string) error {
	for _, table := range []string{"shopper_keys", "carts", "orders", "consents", "enrollments", "messages", "touches", "events", "inbounds"} {
		_, err := run(ctx, t.q, "merge of shoppers in "+table,
			fmt.Sprintf(`UPDATE %s SET shopper_id = $3 WHERE shop_id = $1 AND shopper_id = $2 AND shopper_id <> ''`, table), shopID, from, into)
		if err != nil {
			return err
		}
	}
	_, err := run(ctx, t.q, "merge of shoppers", `UPDATE shoppers SET merged_into = $3 WHERE shop_id = $1 AND id = $2`, shopID, from, into)
	return err
}

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
	visits, err := one(ctx, q, "visits", scanInt,
		`SELECT count(DISTINCT occurred_at / 86400000) FROM events WHERE shop_id = $1 AND shopper_id = $2 AND shopper_id <> ''`, shopID, shopperID)
	h.Visits = visits
	return h, err
}

func scanInt(rows *sql.Rows, n *int) error { return rows.Scan(n) }

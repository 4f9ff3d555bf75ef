package store

import (
	"cmp"
	"context"
	"database/sql"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// called is what somebody is called in a list: by their name, else by an address.
func called(t shopper.Traits, f cart.Facts) string {
	return cmp.Or(strings.TrimSpace(t.FirstName.Value+" "+t.LastName.Value), t.Email.Value, f.Email.Value, t.Phone.Value, f.Phone.Value)
}

// CartNames gives what the shoppers of carts are called, by the carts' ids;
// nothing for who is not known. A name that was taken for another speaks by that one.
func (s *Store) CartNames(ctx context.Context, shopID string, carts []string) (map[string]string, error) {
	return s.namesBy(ctx, shopID, carts, `
		SELECT c.id, coalesce(p.traits, '{}'), c.facts FROM carts c
		LEFT JOIN shoppers s ON s.shop_id = c.shop_id AND s.id = c.shopper_id
		LEFT JOIN shoppers p ON p.shop_id = c.shop_id AND p.id = CASE WHEN s.merged_into <> '' THEN s.merged_into ELSE s.id END
		WHERE c.shop_id = $1 AND c.id IN `)
}

// ShopperNames gives what shoppers are called, by their ids.
func (s *Store) ShopperNames(ctx context.Context, shopID string, shoppers []string) (map[string]string, error) {
	return s.namesBy(ctx, shopID, shoppers, `
		SELECT s.id, p.traits, '{}' FROM shoppers s
		JOIN shoppers p ON p.shop_id = s.shop_id AND p.id = CASE WHEN s.merged_into <> '' THEN s.merged_into ELSE s.id END
		WHERE s.shop_id = $1 AND s.id IN `)
}

func (s *Store) namesBy(ctx context.Context, shopID string, ids []string, query string) (map[string]string, error) {
	args, seen := []any{shopID}, map[string]bool{"": true}
	for _, id := range ids {
		if !seen[id] {
			seen[id], args = true, append(args, id)
		}
	}
	out := map[string]string{}
	if len(args) == 1 {
		return out, nil
	}
	_, err := all(ctx, s.reader(), "names of shoppers", func(rows *sql.Rows, _ *struct{}) error {
		var id, traits, facts string
		var t shopper.Traits
		var f cart.Facts
		if err := rows.Scan(&id, &traits, &facts); err != nil {
			return err
		}
		if err := undoc("shopper", traits, &t); err != nil {
			return err
		}
		if err := undoc("cart", facts, &f); err != nil {
			return err
		}
		if name := called(t, f); name != "" {
			out[id] = name
		}
		return nil
	}, query+`(`+params(2, len(args)-1)+`)`, args...)
	return out, err
}

package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// Forget removes the names and traits of a scope.
func (t *Tx) Forget(ctx context.Context, c recovery.Cleaning) (map[string]int, error) {
	out := map[string]int{}
	var err error
	if out["privacy_requests"], err = t.blankRequests(ctx, c); err != nil {
		return out, err
	}
	if out["channel_health"], err = t.blankHealth(ctx, c); err != nil || c.ShopperID == "" {
		return out, err
	}
	which, args := "id = $2", []any{c.ShopID, c.ShopperID}
	if c.Whole() {
		which, args = "id >= $2", []any{c.ShopID, ""}
	}
	for _, end := range []string{"a", "b"} {
		n, err := run(ctx, t.q, "evidence of names", `DELETE FROM key_pairs WHERE shop_id = $1 AND `+end+` IN (
			SELECT id FROM shopper_keys WHERE shop_id = $1 AND `+mine(c.Scope)+`)`, c.ShopID, id(c.Scope))
		if err != nil {
			return out, err
		}
		out["key_pairs"] += n
	}
	for _, end := range []string{"a", "b"} {
		n, err := run(ctx, t.q, "rulings", `DELETE FROM rulings WHERE shop_id = $1 AND `+end+` IN (
			SELECT id FROM shopper_keys WHERE shop_id = $1 AND `+mine(c.Scope)+`)`, c.ShopID, id(c.Scope))
		if err != nil {
			return out, err
		}
		out["rulings"] += n
	}
	if out["shopper_keys"], err = run(ctx, t.q, "shopper keys", `DELETE FROM shopper_keys WHERE shop_id = $1 AND `+mine(c.Scope), c.ShopID, id(c.Scope)); err != nil {
		return out, err
	}
	if out["shoppers"], err = run(ctx, t.q, "shopper", `UPDATE shoppers SET traits = $3 WHERE shop_id = $1 AND traits <> $3 AND `+which,
		append(args, noTraits)...); err != nil || c.Whole() {
		return out, err
	}
	merged, err := t.MergedInto(ctx, c.ShopID, c.ShopperID)
	if err != nil {
		return out, err
	}
	for _, m := range merged {
		n, err := run(ctx, t.q, "shopper", `UPDATE shoppers SET traits = $3 WHERE shop_id = $1 AND id = $2 AND traits <> $3`, c.ShopID, m, noTraits)
		if err != nil {
			return out, err
		}
		out["shoppers"] += n
	}
	return out, nil
}

// blankHealth blanks why a channel last failed, where the provider repeated an address in it.
func (t *Tx) blankHealth(ctx context.Context, c recovery.Cleaning) (int, error) {
	reasons, err := all(ctx, t.q, "channel health", scanText,
		`SELECT DISTINCT reason FROM channel_health WHERE shop_id = $1 AND reason <> ''`, c.ShopID)
	if err != nil {
		return 0, err
	}
	total := 0
	for _, why := range reasons {
		if !c.Whole() && c.Scrub(why) == why {
			continue
		}
		n, err := run(ctx, t.q, "channel health", `UPDATE channel_health SET reason = '' WHERE shop_id = $1 AND reason = $2`, c.ShopID, why)
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

// noTraits is a shopper of whom nothing is known.
var noTraits = doc(shopper.Traits{})

// MergedInto gives the ids of those who were merged into a shopper, and of those merged into them before.
func (t *Tx) MergedInto(ctx context.Context, shopID, shopperID string) ([]string, error) {
	return mergedInto(ctx, t.q, shopID, shopperID)
}

func mergedInto(ctx context.Context, q querier, shopID, shopperID string) ([]string, error) {
	out := []string{}
	for next := []string{shopperID}; len(next) > 0; next = next[1:] {
		found, err := all(ctx, q, "merged shoppers", scanText,
			`SELECT id FROM shoppers WHERE shop_id = $1 AND merged_into = $2 AND merged_into <> '' ORDER BY id || ''`, shopID, next[0])
		if err != nil {
			return nil, err
		}
		found = slices.DeleteFunc(found, func(s string) bool { return s == shopperID || slices.Contains(out, s) })
		out, next = append(out, found...), append(next, found...)
	}
	return out, nil
}

// BusyCarts gives carts of the scope that something waits for.
func (t *Tx) BusyCarts(ctx context.Context, s recovery.Scope, limit int) ([]string, error) {
	if s.ShopperID == "" {
		return nil, nil
	}
	var out []string
	for _, q := range []string{
		`SELECT DISTINCT cart_id FROM enrollments WHERE shop_id = $1 AND state = 'waiting' AND ` + mine(s),
		`SELECT DISTINCT cart_id FROM enrollments WHERE shop_id = $1 AND state = 'waiting' AND ` + ofCarts(s),
		`SELECT DISTINCT cart_id FROM messages WHERE shop_id = $1 AND state = 'reserved' AND ` + mine(s),
	} {
		found, err := all(ctx, t.q, "busy carts", scanText, fmt.Sprintf(`%s LIMIT %d`, q, limit), s.ShopID, id(s))
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

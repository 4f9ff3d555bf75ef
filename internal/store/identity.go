package store

import (
	"context"
	"database/sql"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// PersonNames gives the names of a shopper, at most limit, and the id they have
// now: a former id leads to whose the name is.
func (s *Store) PersonNames(ctx context.Context, shopID, id string, limit int) (string, []shopper.Name, error) {
	into, err := one(ctx, s.reader(), "shopper", scanText, `SELECT merged_into FROM shoppers WHERE shop_id = $1 AND id = $2`, shopID, id)
	for range 20 { // see loadShopper
		if err != nil || into == "" {
			break
		}
		id = into
		into, err = one(ctx, s.reader(), "shopper", scanText, `SELECT merged_into FROM shoppers WHERE shop_id = $1 AND id = $2`, shopID, id)
	}
	if err != nil {
		return "", nil, err
	}
	names, err := all(ctx, s.reader(), "names", scanName,
		`SELECT `+nameColumns+` FROM shopper_keys WHERE shop_id = $1 AND shopper_id = $2 ORDER BY kind, value LIMIT $3`, shopID, id, limit)
	return id, names, err
}

// SeenWith gives the names that a name was seen with, at most limit, the latest first.
func (s *Store) SeenWith(ctx context.Context, shopID, nameID string, limit int) ([]shopper.Partner, error) {
	return partners(ctx, s.reader(), shopID, nameID, limit)
}

// ToldBy gives what kind of event an id is, and of which cart; both "" where it is not known.
func (s *Store) ToldBy(ctx context.Context, shopID, eventID string) (kind event.Kind, cartID string, err error) {
	type told struct {
		kind event.Kind
		cart string
	}
	r, err := one(ctx, s.reader(), "event", func(rows *sql.Rows, r *told) error { return rows.Scan(&r.kind, &r.cart) },
		`SELECT kind, cart_id FROM events WHERE shop_id = $1 AND id = $2`, shopID, eventID)
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	return r.kind, r.cart, err
}

// SharedCart gives the latest started cart on which two names stand, of the latest
// of the first one's, or "".
func (s *Store) SharedCart(ctx context.Context, shopID string, a, b event.Key) (string, error) {
	found, err := all(ctx, s.reader(), "shared carts", scanText, `
		SELECT m.cart_id FROM (SELECT cart_id, started_at FROM cart_people WHERE shop_id = $1 AND kind = $2 AND value = $3 LIMIT $6) m
		JOIN cart_people o ON o.shop_id = $1 AND o.kind = $4 AND o.value = $5 AND o.cart_id = m.cart_id ORDER BY m.started_at DESC LIMIT 1`,
		shopID, string(a.Kind), a.Value, string(b.Kind), b.Value, journey.CountCap)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

// StandsOn counts the carts and the orders on which a name stands, each up to a cap.
func (s *Store) StandsOn(ctx context.Context, shopID string, k event.Key, most int) (carts, orders int, err error) {
	carts, err = one(ctx, s.reader(), "carts of a name", scanInt, `SELECT count(*) FROM (
		SELECT 1 AS one FROM cart_people WHERE shop_id = $1 AND kind = $2 AND value = $3 LIMIT $4) AS few`, shopID, string(k.Kind), k.Value, most)
	if err != nil {
		return 0, 0, err
	}
	orders, err = one(ctx, s.reader(), "orders of a name", scanInt, `SELECT count(*) FROM (
		SELECT 1 AS one FROM order_marks WHERE shop_id = $1 AND kind = $2 AND value = $3 LIMIT $4) AS few`, shopID, "key:"+string(k.Kind), k.Value, most)
	return carts, orders, err
}

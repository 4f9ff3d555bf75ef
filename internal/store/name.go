package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

const nameColumns = `kind, value, id, shopper_id, contested`

func scanName(rows *sql.Rows, n *shopper.Name) error {
	return rows.Scan(&n.Kind, &n.Value, &n.ID, &n.ShopperID, &n.Contested)
}

// Names gives those of some names that are known, held until the commit, in the order given.
func (t *Tx) Names(ctx context.Context, shopID string, keys []event.Key) ([]shopper.Name, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	args := []any{shopID}
	for _, k := range keys {
		args = append(args, string(k.Kind), k.Value)
	}
	found, err := all(ctx, t.q, "names", scanName,
		`SELECT `+nameColumns+` FROM shopper_keys WHERE shop_id = $1 AND (kind, value) IN (VALUES `+places(1, len(keys), 2)+`)`+t.dialect.lock(), args...)
	slices.SortFunc(found, func(a, b shopper.Name) int { return slices.Index(keys, a.Key) - slices.Index(keys, b.Key) })
	return found, err
}

// AddName stores a name that nobody knew: as a shopper of its own, or as one more of whose it says.
func (t *Tx) AddName(ctx context.Context, shopID string, n shopper.Name) error {
	into := n.ShopperID
	if into == n.ID {
		into = ""
	}
	added, err := run(ctx, t.q, "name", `
		INSERT INTO shopper_keys (shop_id, kind, value, id, shopper_id, contested) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (shop_id, kind, value) DO NOTHING`, shopID, string(n.Kind), n.Value, n.ID, cmp.Or(n.ShopperID, n.ID), n.Contested)
	if err != nil {
		return err
	}
	if added == 0 {
		// Another event that names them was faster.
		return errAgain
	}
	_, err = run(ctx, t.q, "shopper", `
		INSERT INTO shoppers (shop_id, id, traits, first_seen, last_seen, merged_into) VALUES ($1, $2, '{}', 0, 0, $3)`, shopID, n.ID, into)
	return err
}

// SeenTogether adds evidence. Of a pair that is known the latest moment stays.
func (t *Tx) SeenTogether(ctx context.Context, shopID string, pairs []shopper.PairOf) error {
	if len(pairs) == 0 {
		return nil
	}
	args := []any{shopID}
	for _, p := range pairs {
		args = append(args, p.A, p.B, p.At, p.Event)
	}
	_, err := run(ctx, t.q, "evidence of names", `INSERT INTO key_pairs (shop_id, a, b, at, event_id) VALUES `+shopPlaces(len(pairs), 4)+`
		ON CONFLICT (shop_id, a, b) DO UPDATE SET at = excluded.at, event_id = excluded.event_id WHERE key_pairs.at < excluded.at`, args...)
	return err
}

// Partners gives the names that a name was seen with, at most limit, the latest first.
func (t *Tx) Partners(ctx context.Context, shopID, nameID string, limit int) ([]shopper.Partner, error) {
	return partners(ctx, t.q, shopID, nameID, limit)
}

func partners(ctx context.Context, q querier, shopID, nameID string, limit int) ([]shopper.Partner, error) {
	return all(ctx, q, "evidence of names", func(rows *sql.Rows, p *shopper.Partner) error {
		return rows.Scan(&p.Kind, &p.Value, &p.ID, &p.ShopperID, &p.Contested, &p.At, &p.Event)
	}, `
		SELECT k.kind, k.value, k.id, k.shopper_id, k.contested, p.at, p.event_id FROM key_pairs p
		JOIN shopper_keys k ON k.shop_id = p.shop_id AND k.id = p.b WHERE p.shop_id = $1 AND p.a = $2
		UNION ALL SELECT k.kind, k.value, k.id, k.shopper_id, k.contested, p.at, p.event_id FROM key_pairs p
		JOIN shopper_keys k ON k.shop_id = p.shop_id AND k.id = p.a WHERE p.shop_id = $1 AND p.b = $2
		ORDER BY 6 DESC, 3 LIMIT $3`, shopID, nameID, limit)
}

// NamesByID gives those of some names that are known by their ids, held, in the order given.
func (t *Tx) NamesByID(ctx context.Context, shopID string, ids []string) ([]shopper.Name, error) {
	var out []shopper.Name
	for _, id := range ids {
		found, err := all(ctx, t.q, "names", scanName,
			`SELECT `+nameColumns+` FROM shopper_keys WHERE shop_id = $1 AND id = $2`+t.dialect.lock(), shopID, id)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// NamesOf gives a person's names, held.
func (t *Tx) NamesOf(ctx context.Context, shopID, shopperID string) ([]shopper.Name, error) {
	return all(ctx, t.q, "names", scanName,
		`SELECT `+nameColumns+` FROM shopper_keys WHERE shop_id = $1 AND shopper_id = $2 ORDER BY kind, value`+t.dialect.lock(), shopID, shopperID)
}

// Told gives what was said of a person by one name.
func (t *Tx) Told(ctx context.Context, shopID, nameID string) (shopper.Shopper, error) {
	r, err := one(ctx, t.q, "shopper", scanShopper,
		`SELECT id, shop_id, traits, first_seen, last_seen, merged_into FROM shoppers WHERE shop_id = $1 AND id = $2`+t.dialect.lock(), shopID, nameID)
	return r.Shopper, err
}

// SaveTold writes what was said of a person by one name, whose id s has, and
// that the person whose the name is was seen: lists are in that order.
func (t *Tx) SaveTold(ctx context.Context, s shopper.Shopper, personID string) error {
	if personID != s.ID {
		_, err := run(ctx, t.q, "shopper", `UPDATE shoppers SET last_seen = $3 WHERE shop_id = $1 AND id = $2 AND last_seen < $3`,
			s.ShopID, personID, ms(s.LastSeen))
		if err != nil {
			return err
		}
	}
	_, err := run(ctx, t.q, "shopper", `UPDATE shoppers SET traits = $3, first_seen = $4, last_seen = $5 WHERE shop_id = $1 AND id = $2`,
		s.ShopID, s.ID, doc(s.Traits), ms(s.FirstSeen), ms(s.LastSeen))
	return err
}

// MoveName makes a name another person's, with all that hangs on it: n has
// whose it is now, from who had it.
func (t *Tx) MoveName(ctx context.Context, shopID string, n shopper.Name, from string) error {
	_, err := run(ctx, t.q, "name", `UPDATE shopper_keys SET shopper_id = $3, contested = $4 WHERE shop_id = $1 AND id = $2`,
		shopID, n.ID, n.ShopperID, n.Contested)
	if err != nil || n.ShopperID == from {
		return err
	}
	into := n.ShopperID
	if into == n.ID {
		into = ""
	}
	if _, err := run(ctx, t.q, "shopper", `UPDATE shoppers SET merged_into = $3 WHERE shop_id = $1 AND id = $2`, shopID, n.ID, into); err != nil {
		return err
	}
	for _, table := range []string{"carts", "orders", "consents", "events", "inbounds", "visitors"} {
		_, err := run(ctx, t.q, "rows of a name in "+table,
			fmt.Sprintf(`UPDATE %s SET shopper_id = $3 WHERE shop_id = $1 AND shopper_id = $2 AND shopper_id <> '' AND name_id = $4`, table),
			shopID, from, n.ShopperID, n.ID)
		if err != nil {
			return err
		}
	}
	return t.follow(ctx, shopID, from, n.ShopperID, `IN (SELECT id FROM carts WHERE shop_id = $1 AND shopper_id = $3 AND name_id = $4)`, n.ID)
}

// MoveCart hands what came of a cart to its shopper.
func (t *Tx) MoveCart(ctx context.Context, shopID, cartID, to string) error {
	return t.follow(ctx, shopID, to, to, `= $4`, cartID)
}

// follow gives what came of some carts to the shopper whose they are: of one
// person's, or where from and to are the same of anybody's.
func (t *Tx) follow(ctx context.Context, shopID, from, to, carts, id string) error {
	whose := `shopper_id = $2 AND shopper_id <> ''`
	if from == to {
		whose = `shopper_id <> $2`
	}
	for _, table := range []string{"enrollments", "messages", "touches"} {
		_, err := run(ctx, t.q, "rows of a cart in "+table,
			fmt.Sprintf(`UPDATE %s SET shopper_id = $3 WHERE shop_id = $1 AND %s AND cart_id %s`, table, whose, carts), shopID, from, to, id)
		if err != nil {
			return err
		}
	}
	return nil
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

const cartColumns = `id, shop_id, shopper_id, name_id, platform, state, facts, stored_at, abandoned_at, ordered_at, order_id, ordered_by, persona`

func scanCart(rows *sql.Rows, c *cart.Cart) error {
	var facts string
	var stored, abandoned, ordered int64
	err := rows.Scan(&c.ID, &c.ShopID, &c.ShopperID, &c.NameID, &c.Platform, &c.State, &facts, &stored, &abandoned, &ordered,
		&c.OrderID, &c.OrderedBy, &c.PersonaKey)
	if err != nil {
		return err
	}
	c.StoredAt, c.AbandonedAt, c.OrderedAt = at(stored), at(abandoned), at(ordered)
	return undoc("cart", facts, &c.Facts)
}

// Cart gives one, held until the commit.
func (t *Tx) Cart(ctx context.Context, shopID, id string) (cart.Cart, error) {
	return one(ctx, t.q, "cart", scanCart,
		`SELECT `+cartColumns+` FROM carts WHERE shop_id = $1 AND id = $2`+t.dialect.lock(), shopID, id)
}

// HoldCart holds one until the commit, and gives when it was last touched.
func (t *Tx) HoldCart(ctx context.Context, shopID, id string) (time.Time, error) {
	last, err := one(ctx, t.q, "cart", scanInt64, `SELECT last_activity FROM carts WHERE shop_id = $1 AND id = $2`+t.dialect.lock(), shopID, id)
	return time.UnixMilli(last).UTC(), err
}

// carts loads carts by id, each once, held.
func (t *Tx) carts(ctx context.Context, shopID string, ids []string) ([]cart.Cart, error) {
	seen := map[string]bool{}
	var out []cart.Cart
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		c, err := t.Cart(ctx, shopID, id)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// CartsByLinks gives the carts that any of the links belong to, held.
func (t *Tx) CartsByLinks(ctx context.Context, shopID string, links []event.Link) ([]cart.Cart, error) {
	ids, err := t.cartIDsByLinks(ctx, shopID, links)
	if err != nil {
		return nil, err
	}
	return t.carts(ctx, shopID, ids)
}

func (t *Tx) cartIDsByLinks(ctx context.Context, shopID string, links []event.Link) ([]string, error) {
	if len(links) == 0 {
		return nil, nil
	}
	args := []any{shopID}
	for _, l := range links {
		args = append(args, string(l.Kind), l.Value)
	}
	return all(ctx, t.q, "cart link", scanText,
		`SELECT cart_id FROM cart_links WHERE shop_id = $1 AND (kind, value) IN (VALUES `+places(1, len(links), 2)+`) ORDER BY cart_id || ''`, args...)
}

// personSpan is how far around an order's time carts of the same person are
// looked up; cart.MatchedBy has the exact rule.
const personSpan = 31 * 24 * time.Hour

// CartsOfOrder gives the carts that share a link or key with the order, held.
func (t *Tx) CartsOfOrder(ctx context.Context, shopID string, o cart.Order) ([]cart.Cart, error) {
	ids, err := t.cartIDsByLinks(ctx, shopID, o.Links)
	if err != nil {
		return nil, err
	}
	// One by one: asked for several at once, Postgres may go through the shop's recent carts instead.
	for _, k := range o.Keys {
		found, err := all(ctx, t.q, "cart people", scanText, `
			SELECT p.cart_id FROM cart_people p JOIN carts c ON c.shop_id = p.shop_id AND c.id = p.cart_id
			WHERE p.shop_id = $1 AND p.kind = $2 AND p.value = $3 AND c.last_activity >= $4 AND p.started_at <= $5`,
			shopID, string(k.Kind), k.Value, o.PlacedAt.Add(-personSpan).UnixMilli(), o.Last().Add(time.Hour).UnixMilli())
		if err != nil {
			return nil, err
		}
		ids = append(ids, found...)
	}
	return t.carts(ctx, shopID, ids)
}

// SaveCart writes a cart with its links and keys.
func (t *Tx) SaveCart(ctx context.Context, c cart.Cart, idleAt time.Time) error {
	total := c.Total()
	was, known, err := t.cartWas(ctx, c.ShopID, c.ID)
	if err != nil {
		return err
	}
	_, err = run(ctx, t.q, "cart", `
		INSERT INTO carts (shop_id, id, shard, shopper_id, platform, state, facts, items, total_minor, currency, started_at,
			last_activity, stored_at, abandoned_at, ordered_at, order_id, ordered_by, persona, idle_at, name_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
		ON CONFLICT (shop_id, id) DO UPDATE SET shopper_id = excluded.shopper_id, state = excluded.state, facts = excluded.facts,
			items = excluded.items, total_minor = excluded.total_minor, currency = excluded.currency, started_at = excluded.started_at,
			last_activity = excluded.last_activity, abandoned_at = excluded.abandoned_at, ordered_at = excluded.ordered_at,
			order_id = excluded.order_id, ordered_by = excluded.ordered_by, persona = excluded.persona, idle_at = excluded.idle_at, name_id = excluded.name_id`,
		c.ShopID, c.ID, shop.Shard(c.ShopID), c.ShopperID, c.Platform, string(c.State), doc(c.Facts), len(c.Items()),
		total.Minor, total.Currency, c.Facts.StartedAt, c.Facts.LastActivity, ms(c.StoredAt), ms(c.AbandonedAt), ms(c.OrderedAt),
		c.OrderID, c.OrderedBy, c.PersonaKey, maybe(idleAt), c.NameID)
	if err != nil {
		return err
	}
	if known {
		t.tallyCart(c.ShopID, was, -1)
	}
	t.tallyCart(c.ShopID, cartMarks{string(c.State), c.PersonaKey, c.Facts.StartedAt, ms(c.AbandonedAt), ms(c.OrderedAt)}, 1)
	return errors.Join(t.saveCartLinks(ctx, c), t.saveCartPeople(ctx, c))
}

func (t *Tx) saveCartLinks(ctx context.Context, c cart.Cart) error {
	if len(c.Facts.Links) == 0 {
		return nil
	}
	args := []any{c.ShopID}
	for _, l := range c.Facts.Links {
		args = append(args, string(l.Kind), l.Value, c.ID)
	}
	n, err := run(ctx, t.q, "cart links", `
		INSERT INTO cart_links (shop_id, kind, value, cart_id) VALUES `+shopPlaces(len(c.Facts.Links), 3)+`
		ON CONFLICT (shop_id, kind, value) DO UPDATE SET cart_id = cart_links.cart_id WHERE cart_links.cart_id = excluded.cart_id`, args...)
	if err == nil && n < len(c.Facts.Links) {
		// Another event made a cart with such a link at the same moment: fold into that one.
		return errAgain
	}
	return err
}

func (t *Tx) saveCartPeople(ctx context.Context, c cart.Cart) error {
	if len(c.Facts.Keys) == 0 {
		return nil
	}
	args := []any{c.ShopID}
	for _, k := range c.Facts.Keys {
		args = append(args, string(k.Kind), k.Value, c.Facts.StartedAt, c.ID)
	}
	_, err := run(ctx, t.q, "cart people", `
		INSERT INTO cart_people (shop_id, kind, value, started_at, cart_id) VALUES `+shopPlaces(len(c.Facts.Keys), 4)+`
		ON CONFLICT (shop_id, kind, value, cart_id) DO UPDATE SET started_at = excluded.started_at
		WHERE cart_people.started_at <> excluded.started_at`, args...)
	return err
}

// MergeCart hands a merged cart's belongings to the one that took it over. It
// gives the enrollments that it ended because both were in the same sequence,
// as they were before.
func (t *Tx) MergeCart(ctx context.Context, shopID, from, into string) ([]journey.Enrollment, error) {
	if err := t.tallyMerge(ctx, shopID, from, into); err != nil {
		return nil, err
	}
	for _, query := range []string{
		`UPDATE cart_links SET cart_id = $3 WHERE shop_id = $1 AND cart_id = $2`,
		`DELETE FROM cart_people WHERE shop_id = $1 AND cart_id = $2 AND $3 <> ''`,
		`UPDATE events SET cart_id = $3 WHERE shop_id = $1 AND cart_id = $2 AND cart_id <> ''`,
		`UPDATE consents SET cart_id = $3 WHERE shop_id = $1 AND cart_id = $2 AND cart_id <> ''`,
		`UPDATE enrollments SET cart_id = $3 WHERE shop_id = $1 AND cart_id = $2 AND NOT EXISTS (
			SELECT 1 FROM enrollments o WHERE o.shop_id = $1 AND o.cart_id = $3 AND o.sequence_key = enrollments.sequence_key)`,
		`UPDATE messages SET cart_id = $3 WHERE shop_id = $1 AND cart_id = $2`,
		`UPDATE decisions SET cart_id = $3 WHERE shop_id = $1 AND cart_id = $2`,
		`UPDATE touches SET cart_id = $3 WHERE shop_id = $1 AND cart_id = $2`,
		`UPDATE recoveries SET cart_id = $3 WHERE shop_id = $1 AND cart_id = $2`,
	} {
		if _, err := run(ctx, t.q, "merge of carts", query, shopID, from, into); err != nil {
			return nil, err
		}
	}
	// What both went through stays with the absorbed cart, ended.
	ended, err := t.WaitingOfCart(ctx, shopID, from)
	if err != nil || len(ended) == 0 {
		return nil, err
	}
	_, err = run(ctx, t.q, "merge of carts", `
		UPDATE enrollments SET state = 'done', reason = 'superseded', due_at = NULL, done_at = $3
		WHERE shop_id = $1 AND cart_id = $2 AND state = 'waiting'`, shopID, from, ms(t.now))
	return ended, err
}

// CartsOfShopper gives the shopper's carts that an order may end or be credited to,
// held. Ordered by the bare id, SQLite would read all of the shop's by the primary key.
func (t *Tx) CartsOfShopper(ctx context.Context, shopID, shopperID string) ([]cart.Cart, error) {
	return all(ctx, t.q, "carts", scanCart, `SELECT `+cartColumns+` FROM carts
		WHERE shop_id = $1 AND shopper_id = $2 AND state <> 'merged' ORDER BY id || ''`+t.dialect.lock(), shopID, shopperID)
}

// ClaimIdle gives carts of the shard whose alarm is due, held with their shoppers.
func (t *Tx) ClaimIdle(ctx context.Context, shard, limit int) ([]cart.Cart, error) {
	idle, err := all(ctx, t.q, "idle carts", scanCart, `
		SELECT `+cartColumns+` FROM carts WHERE shard = $1 AND idle_at <= $2 ORDER BY idle_at LIMIT $3`+t.dialect.claim(),
		shard, ms(t.now), limit)
	if err != nil {
		return nil, err
	}
	return holdParts(ctx, t, idle, func(c cart.Cart) string { return c.ShopID },
		part[cart.Cart]{"shoppers", func(c cart.Cart) string { return c.ShopperID }})
}

// NewestCart gives the shopper's most recently active cart that is not empty.
func (t *Tx) NewestCart(ctx context.Context, shopID, shopperID string) (string, time.Time, error) {
	type newest struct {
		id string
		at int64
	}
	if shopperID == "" {
		return "", time.Time{}, fault.New(fault.NotFound, "no such cart")
	}
	n, err := one(ctx, t.q, "cart", func(rows *sql.Rows, n *newest) error { return rows.Scan(&n.id, &n.at) }, `
		SELECT id, last_activity FROM carts WHERE shop_id = $1 AND shopper_id = $2 AND state IN ('open', 'abandoned', 'ordered')
		ORDER BY last_activity DESC LIMIT 1`, shopID, shopperID)
	return n.id, at(n.at), err
}

package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// blankShared takes the person's names off the carts and orders of other
// people, and blanks the events of those carts that name them: an event is one
// document, and what it told of the others is folded already.
func (t *Tx) blankShared(ctx context.Context, c recovery.Cleaning) (map[string]int, error) {
	out := map[string]int{}
	if c.Whole() {
		return out, nil // everybody's rows are blanked as their own
	}
	for _, k := range c.Names {
		others, err := all(ctx, t.q, "cart people", scanText, fmt.Sprintf(`
			SELECT p.cart_id FROM cart_people p JOIN carts c ON c.shop_id = p.shop_id AND c.id = p.cart_id
			WHERE p.shop_id = $1 AND p.kind = $2 AND p.value = $3 AND (c.shopper_id <> $4 OR c.shopper_id = '') LIMIT %d`, c.Limit),
			c.ShopID, string(k.Kind), k.Value, c.ShopperID)
		if err != nil {
			return nil, err
		}
		for _, cartID := range others {
			if err := t.leaveCart(ctx, c, cartID, out); err != nil {
				return nil, err
			}
		}
		n, err := run(ctx, t.q, "order marks", `
			DELETE FROM order_marks WHERE shop_id = $1 AND kind = $2 AND value = $3 AND order_id NOT IN (
				SELECT id FROM orders WHERE shop_id = $1 AND shopper_id = $4 AND shopper_id <> '')`,
			c.ShopID, "key:"+string(k.Kind), k.Value, c.ShopperID)
		if err != nil {
			return nil, err
		}
		out["order_marks"] += n
	}
	return out, nil
}

func (t *Tx) leaveCart(ctx context.Context, c recovery.Cleaning, cartID string, out map[string]int) error {
	had, err := t.Cart(ctx, c.ShopID, cartID)
	if err != nil {
		return err
	}
	if _, err := run(ctx, t.q, "cart", `UPDATE carts SET facts = $3 WHERE shop_id = $1 AND id = $2`,
		c.ShopID, cartID, doc(had.Facts.Without(c.Names))); err != nil {
		return err
	}
	out["carts"]++
	for _, k := range c.Names {
		n, err := run(ctx, t.q, "cart people", `DELETE FROM cart_people WHERE shop_id = $1 AND kind = $2 AND value = $3 AND cart_id = $4`,
			c.ShopID, string(k.Kind), k.Value, cartID)
		if err != nil {
			return err
		}
		out["cart_people"] += n
	}
	if err := t.leaveMessages(ctx, c, cartID, out); err != nil {
		return err
	}
	return t.leaveEvents(ctx, c, had, out)
}

// leaveMessages blanks messages of the cart that went to the person's addresses.
func (t *Tx) leaveMessages(ctx context.Context, c recovery.Cleaning, cartID string, out map[string]int) error {
	for _, k := range c.Names {
		sent, err := all(ctx, t.q, "messages", scanText,
			`SELECT id FROM messages WHERE shop_id = $1 AND cart_id = $2 AND recipient = $3 AND state <> 'reserved'`, c.ShopID, cartID, k.Value)
		if err != nil {
			return err
		}
		for _, row := range sent {
			if err := t.blankMessage(ctx, c, row, out); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Tx) leaveEvents(ctx context.Context, c recovery.Cleaning, of cart.Cart, out map[string]int) error {
	told, err := all(ctx, t.q, "events", func(rows *sql.Rows, s *recovery.Stored) error { return rows.Scan(&s.ID, &s.DedupeKey, &s.Body) },
		`SELECT id, dedupe_key, body FROM events WHERE shop_id = $1 AND cart_id = $2 AND cart_id <> '' AND length(body) > 0`, c.ShopID, of.ID)
	if err != nil {
		return err
	}
	var ids []string
	for _, s := range told {
		if c.Mentions(s.Body) || c.Scrub(s.DedupeKey) != s.DedupeKey {
			ids = append(ids, s.ID)
		}
	}
	n, err := t.BlankEvents(ctx, c, ids)
	out["events"] += n
	return err
}

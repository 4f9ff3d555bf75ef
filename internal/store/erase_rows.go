package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// blankCart leaves how far a cart got, when, and for how much. One that was open
// is not followed any more.
func (t *Tx) blankCart(ctx context.Context, c recovery.Cleaning, row string, out map[string]int) error {
	had, err := t.Cart(ctx, c.ShopID, row)
	if err != nil {
		return err
	}
	was, known, err := t.cartWas(ctx, c.ShopID, row)
	if err != nil {
		return err
	}
	if now := was; known && was.state == "open" {
		now.state = "expired"
		t.tallyCart(c.ShopID, was, -1)
		t.tallyCart(c.ShopID, now, 1)
	}
	if _, err := run(ctx, t.q, "cart", `
		UPDATE carts SET facts = $3, idle_at = NULL, state = CASE state WHEN 'open' THEN 'expired' ELSE state END
		WHERE shop_id = $1 AND id = $2`, c.ShopID, row, doc(had.Facts.Forgotten())); err != nil {
		return err
	}
	out["carts"]++
	for _, table := range []string{"cart_people", "cart_links"} {
		n, err := run(ctx, t.q, table, `DELETE FROM `+table+` WHERE shop_id = $1 AND cart_id = $2`, c.ShopID, row)
		if err != nil {
			return err
		}
		out[table] += n
	}
	return nil
}

// blankOrder takes the names off an order. Its amounts and its number at the
// platform stay, so that a late refund finds it.
func (t *Tx) blankOrder(ctx context.Context, c recovery.Cleaning, row string, out map[string]int) error {
	p, err := t.PurchaseByID(ctx, c.ShopID, row)
	if err != nil {
		return err
	}
	var also []string
	for _, l := range p.Links {
		if l.Kind != event.LinkOrder {
			also = append(also, l.Value)
		}
	}
	for _, k := range p.Keys {
		also = append(also, k.Value)
	}
	if _, err := run(ctx, t.q, "order", `UPDATE orders SET platform_id = $3, number = $4 WHERE shop_id = $1 AND id = $2`,
		c.ShopID, row, c.Scrub(p.PlatformID, also...), c.Scrub(p.Number, also...)); err != nil {
		return err
	}
	if !strings.HasPrefix(p.PlatformID, "erased:") {
		if err := t.MarkErased(ctx, c.ShopID, c.Order(p.PlatformID)); err != nil {
			return err
		}
	}
	n, err := run(ctx, t.q, "order marks", `DELETE FROM order_marks WHERE shop_id = $1 AND order_id = $2`, c.ShopID, row)
	out["orders"]++
	out["order_marks"] += n
	return err
}

// BlankOrders takes the names off orders by the platform's ids.
func (t *Tx) BlankOrders(ctx context.Context, c recovery.Cleaning, platformIDs []string) (int, error) {
	out := map[string]int{}
	for _, platformID := range platformIDs {
		if err := t.MarkErased(ctx, c.ShopID, c.Order(platformID)); err != nil {
			return 0, err
		}
		found, err := all(ctx, t.q, "order", scanText, `SELECT id FROM orders WHERE shop_id = $1 AND platform_id = $2 AND `+remains["orders"],
			c.ShopID, platformID)
		if err != nil {
			return 0, err
		}
		for _, row := range found {
			if err := t.blankOrder(ctx, c, row, out); err != nil {
				return 0, err
			}
		}
	}
	return out["orders"], nil
}

// blankMessage leaves that it was sent, when, by which rule and how it ended.
// Of the address a hash stays: whoever still has the message can unsubscribe
// by it, and a late bounce suppresses the right address.
func (t *Tx) blankMessage(ctx context.Context, c recovery.Cleaning, row string, out map[string]int) error {
	l, err := t.Message(ctx, c.ShopID, row)
	if err != nil {
		return err
	}
	to := l.To
	if !strings.HasPrefix(to, "erased:") {
		to = c.Address(l.Channel, to)
	}
	if _, err := run(ctx, t.q, "message",
		`UPDATE messages SET recipient = $3, rendered = '{}', inputs = '{}', reason = '' WHERE shop_id = $1 AND id = $2`, c.ShopID, row, to); err != nil {
		return err
	}
	out["messages"]++
	for _, hash := range c.Spent(row) {
		n, err := run(ctx, t.q, "link", `DELETE FROM links WHERE hash = $1 AND shop_id = $2`, hash, c.ShopID)
		if err != nil {
			return err
		}
		out["links"] += n
	}
	return nil
}

func (t *Tx) blankInbound(ctx context.Context, c recovery.Cleaning, row string, out map[string]int) error {
	key, err := one(ctx, t.q, "inbound", scanText, `SELECT dedupe FROM inbounds WHERE shop_id = $1 AND id = $2`, c.ShopID, row)
	if err != nil {
		return err
	}
	from, err := one(ctx, t.q, "inbound", scanReply, `SELECT `+replyColumns+` FROM inbounds WHERE shop_id = $1 AND id = $2`, c.ShopID, row)
	if err != nil {
		return err
	}
	if err := t.forgetConversation(ctx, c.ShopID, string(from.Channel), from.From); err != nil {
		return err
	}
	n, err := run(ctx, t.q, "inbound", `UPDATE inbounds SET sender = '', body = '', dedupe = $3 WHERE shop_id = $1 AND id = $2`,
		c.ShopID, row, c.Scrub(key))
	out["inbounds"] += n
	return err
}

// blankReports blanks what providers said of the person's messages; some repeat the address.
func (t *Tx) blankReports(ctx context.Context, c recovery.Cleaning) (map[string]int, error) {
	total := 0
	for _, p := range picks("reports", c) {
		n, err := run(ctx, t.q, "reports", fmt.Sprintf(`
			UPDATE reports SET reason = '' WHERE shop_id = $1 AND (provider, dedupe) IN (
				SELECT provider, dedupe FROM reports WHERE shop_id = $1 AND %s LIMIT %d)`, p.where, c.Limit), c.ShopID, id(c.Scope))
		if err != nil {
			return nil, err
		}
		total += n
	}
	return map[string]int{"reports": total}, nil
}

type earlyRow struct{ providerID, dedupe, doc string }

// blankEarly forgets callbacks that were kept for a message yet to be known and
// name the person. There are few: they go as soon as the message is known.
func (t *Tx) blankEarly(ctx context.Context, c recovery.Cleaning) (map[string]int, error) {
	kept, err := all(ctx, t.q, "early reports", func(rows *sql.Rows, r *earlyRow) error { return rows.Scan(&r.providerID, &r.dedupe, &r.doc) },
		`SELECT provider_id, dedupe, doc FROM early_reports WHERE shop_id = $1`, c.ShopID)
	if err != nil {
		return nil, err
	}
	total := 0
	for _, r := range kept {
		if !c.Whole() && !c.Mentions([]byte(r.doc)) {
			continue
		}
		n, err := run(ctx, t.q, "early reports", `DELETE FROM early_reports WHERE shop_id = $1 AND provider_id = $2 AND dedupe = $3`,
			c.ShopID, r.providerID, r.dedupe)
		if err != nil {
			return nil, err
		}
		total += n
	}
	return map[string]int{"early_reports": total}, nil
}

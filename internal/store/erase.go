package store

import (
	"context"
	"fmt"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// What an erasure leaves of a row is fixed, so that a row that was blanked is
// not found again: each batch takes rows that still hold something.

// mine narrows a table with the column shopper_id to a scope, whose id is $2.
func mine(s recovery.Scope) string {
	if s.Whole() {
		return "shopper_id >= $2"
	}
	// Said twice so that partial indexes of rows with a shopper serve it.
	return "shopper_id = $2 AND shopper_id <> ''"
}

// id is the argument that mine and ofCarts compare with.
func id(s recovery.Scope) string {
	if s.Whole() {
		return ""
	}
	return s.ShopperID
}

// ofCarts narrows a table with the column cart_id to the carts of a scope.
func ofCarts(s recovery.Scope) string {
	if s.Whole() {
		return "cart_id >= $2"
	}
	return "cart_id <> '' AND cart_id IN (SELECT id FROM carts WHERE shop_id = $1 AND " + mine(s) + ")"
}

// remains are the conditions under which a row of a table still holds personal data.
var remains = map[string]string{
	"events":    "dedupe_key NOT LIKE 'erased:%'",
	"carts":     `facts NOT LIKE '{"erased":true%'`,
	"orders":    "EXISTS (SELECT 1 FROM order_marks m WHERE m.shop_id = $1 AND m.order_id = orders.id)",
	"consents":  "(source <> 'erased' OR wording <> '' OR evidence <> '' OR names <> '')",
	"decisions": "inputs <> '{}'",
	"messages":  "(rendered <> '{}' OR inputs <> '{}' OR reason <> '' OR recipient NOT LIKE 'erased:%')",
	"reports":   "reason <> ''",
	"touches":   "detail <> ''",
	"inbounds":  "(sender <> '' OR body <> '')",
}

// pick is one way to find rows of a table that belong to a scope.
type pick struct {
	where string
	args  []any
}

// picks gives the ways to find the rows of a table that an erasure changes.
// $1 is the shop, $2 the scope's shopper; others follow.
func picks(table string, c recovery.Cleaning) []pick {
	own := pick{where: remains[table] + " AND " + mine(c.Scope)}
	carts := pick{where: remains[table] + " AND " + ofCarts(c.Scope)}
	var out []pick
	known := c.ShopperID != ""
	switch {
	case !known:
	case table == "events":
		carts.where += " AND shopper_id = ''"
		out = append(out, own, carts)
	case table == "consents":
		out = append(out, own, carts)
	case table == "decisions":
		out = append(out, carts)
	case table == "offers":
		of := "id IN (SELECT offer_id FROM messages WHERE shop_id = $1 AND offer_id <> '' AND " + mine(c.Scope) + ")"
		if c.Whole() {
			of = "id >= $2"
		}
		out = append(out, pick{where: of})
	case table == "reports":
		of := " AND message_id <> '' AND message_id IN (SELECT id FROM messages WHERE shop_id = $1 AND " + mine(c.Scope) + ")"
		if c.Whole() {
			of = " AND message_id >= $2"
		}
		out = append(out, pick{where: remains[table] + of})
	default:
		out = append(out, own)
	}
	return append(out, byAddress(table, c)...)
}

// byAddress finds rows that belong to nobody, or to somebody else, and hold an address of the person.
func byAddress(table string, c recovery.Cleaning) []pick {
	var out []pick
	for _, k := range c.Names {
		for ch, kind := range channelKeys {
			if k.Kind != kind {
				continue
			}
			switch table {
			case "consents":
				out = append(out, pick{remains[table] + " AND $2 = $2 AND channel = $3 AND address = $4 AND address <> ''",
					[]any{string(ch), recovery.HashAddress(c.ShopID, ch, k.Value)}})
			case "inbounds":
				out = append(out, pick{remains[table] + " AND $2 = $2 AND channel = $3 AND sender = $4", []any{string(ch), k.Value}})
			}
		}
	}
	return out
}

// channelKeys are the kinds of names that are channels' addresses.
var channelKeys = map[event.Channel]event.KeyKind{event.Email: event.KeyEmail, event.SMS: event.KeyPhone, event.Messenger: event.KeyMessenger}

// ids gives up to limit ids of rows that a pick finds.
func (t *Tx) ids(ctx context.Context, table string, c recovery.Cleaning, p pick, limit int) ([]string, error) {
	args := append([]any{c.ShopID, id(c.Scope)}, p.args...)
	return all(ctx, t.q, table, scanText,
		fmt.Sprintf(`SELECT id FROM %s WHERE shop_id = $1 AND %s LIMIT %d`, table, p.where, limit), args...)
}

// Blank blanks personal data in one of the recovery.Personal tables, at most
// c.Limit rows, and counts them by table.
func (t *Tx) Blank(ctx context.Context, table string, c recovery.Cleaning) (map[string]int, error) {
	switch table {
	case "shared":
		return t.blankShared(ctx, c)
	case "early_reports":
		return t.blankEarly(ctx, c)
	case "visitors":
		return t.blankVisitors(ctx, c)
	case "reports":
		return t.blankReports(ctx, c)
	case "inquiries":
		return t.blankInquiries(ctx, c)
	}
	out := map[string]int{}
	for _, p := range picks(table, c) {
		found, err := t.ids(ctx, table, c, p, c.Limit)
		if err != nil {
			return nil, err
		}
		for _, row := range found {
			if err := t.blankRow(ctx, table, c, row, out); err != nil {
				return nil, err
			}
		}
		if len(found) > 0 {
			return out, nil
		}
	}
	return out, nil
}

// simple are the tables whose rows need no look at what they hold.
var simple = map[string]string{
	"consents":  `UPDATE consents SET source = 'erased', wording = '', evidence = '', names = '' WHERE shop_id = $1 AND id = $2`,
	"decisions": `UPDATE decisions SET inputs = '{}' WHERE shop_id = $1 AND id = $2`,
	"touches":   `UPDATE touches SET detail = '' WHERE shop_id = $1 AND id = $2`,
}

func (t *Tx) blankRow(ctx context.Context, table string, c recovery.Cleaning, row string, out map[string]int) error {
	switch table {
	case "events":
		n, err := t.BlankEvents(ctx, c, []string{row})
		out[table] += n
		return err
	case "carts":
		return t.blankCart(ctx, c, row, out)
	case "orders":
		return t.blankOrder(ctx, c, row, out)
	case "offers":
		out["offers"]++
		return t.forgetOffer(ctx, c.ShopID, row)
	case "messages":
		return t.blankMessage(ctx, c, row, out)
	case "inbounds":
		return t.blankInbound(ctx, c, row, out)
	}
	n, err := run(ctx, t.q, table, simple[table], c.ShopID, row)
	out[table] += n
	return err
}

// BlankEvents blanks the events of these ids. That they came stays: a repeat of
// the same delivery is told by its key.
func (t *Tx) BlankEvents(ctx context.Context, c recovery.Cleaning, ids []string) (int, error) {
	total := 0
	for _, row := range ids {
		key, err := one(ctx, t.q, "event", scanText, `SELECT dedupe_key FROM events WHERE shop_id = $1 AND id = $2`, c.ShopID, row)
		if err != nil {
			return total, err
		}
		n, err := run(ctx, t.q, "event", `
			UPDATE events SET body = $3, headers = '{}', note = '', dedupe_key = $4,
				status = CASE status WHEN 'quarantined' THEN 'erased' ELSE status END
			WHERE shop_id = $1 AND id = $2`, c.ShopID, row, []byte{}, c.Key(key))
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

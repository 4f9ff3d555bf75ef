package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shopper"
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
	"consents":  "(source <> 'erased' OR wording <> '' OR evidence <> '')",
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
	case "reports":
		return t.blankReports(ctx, c)
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
	"consents":  `UPDATE consents SET source = 'erased', wording = '', evidence = '' WHERE shop_id = $1 AND id = $2`,
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

// blankCart leaves how far a cart got, when, and for how much. One that was open
// is not followed any more.
func (t *Tx) blankCart(ctx context.Context, c recovery.Cleaning, row string, out map[string]int) error {
	had, err := t.Cart(ctx, c.ShopID, row)
	if err != nil {
		return err
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
	n, err := run(ctx, t.q, "order marks", `DELETE FROM order_marks WHERE shop_id = $1 AND order_id = $2`, c.ShopID, row)
	out["orders"]++
	out["order_marks"] += n
	return err
}

// BlankOrders takes the names off orders by the platform's ids.
func (t *Tx) BlankOrders(ctx context.Context, c recovery.Cleaning, platformIDs []string) (int, error) {
	out := map[string]int{}
	for _, platformID := range platformIDs {
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
			`SELECT id FROM shoppers WHERE shop_id = $1 AND merged_into = $2 AND merged_into <> '' ORDER BY id`, shopID, next[0])
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

// seen is a cart or order of somebody else that a name of the person stands on.
type seen struct {
	kind  event.KeyKind
	value string
	id    string
}

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

package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// question is an inquiry's key.
type question struct{ kind, ref string }

func scanQuestion(rows *sql.Rows, q *question) error { return rows.Scan(&q.kind, &q.ref) }

// questionsOf are the ways to find the inquiries about a scope: by our carts, by
// the links of its carts and of its orders. $1 is the shop, $2 the scope's
// shopper. What changed in the shop as a whole is about nobody.
func questionsOf(s recovery.Scope) []string {
	if s.Whole() {
		return []string{`SELECT kind, ref FROM inquiries WHERE shop_id = $1 AND ref >= $2`}
	}
	return []string{
		`SELECT i.kind, i.ref FROM carts c JOIN inquiries i ON i.shop_id = c.shop_id AND i.kind = 'products' AND i.ref = c.id
			WHERE c.shop_id = $1 AND ` + mine(s),
		`SELECT i.kind, i.ref FROM carts c JOIN cart_links l ON l.shop_id = c.shop_id AND l.cart_id = c.id
			JOIN inquiries i ON i.shop_id = c.shop_id AND i.kind = l.kind AND i.ref = l.value WHERE c.shop_id = $1 AND ` + mine(s),
		`SELECT i.kind, i.ref FROM orders o JOIN order_marks m ON m.shop_id = o.shop_id AND m.order_id = o.id
			JOIN inquiries i ON i.shop_id = o.shop_id AND 'link:' || i.kind = m.kind AND i.ref = m.value WHERE o.shop_id = $1 AND ` + mine(s),
	}
}

// blankInquiries takes back what is still to be asked about a scope's carts and
// orders, and about the customer: the answers would make the person known again.
// It comes before the links it goes by are gone.
func (t *Tx) blankInquiries(ctx context.Context, c recovery.Cleaning) (map[string]int, error) {
	var found []question
	if c.ShopperID != "" {
		for _, query := range questionsOf(c.Scope) {
			some, err := all(ctx, t.q, "inquiries", scanQuestion, fmt.Sprintf(`%s LIMIT %d`, query, c.Limit), c.ShopID, id(c.Scope))
			if err != nil {
				return nil, err
			}
			found = append(found, some...)
		}
	}
	for _, k := range c.Names {
		if k.Kind == event.KeyCustomer {
			found = append(found, question{string(event.KeyCustomer), k.Value})
		}
	}
	total := 0
	for _, q := range found {
		n, err := run(ctx, t.q, "inquiry", `DELETE FROM inquiries WHERE shop_id = $1 AND kind = $2 AND ref = $3`, c.ShopID, q.kind, q.ref)
		if err != nil {
			return nil, err
		}
		total += n
	}
	return map[string]int{"inquiries": total}, nil
}

// heldInquiries counts what blankInquiries would take back.
func (s *Store) heldInquiries(ctx context.Context, c recovery.Cleaning, out map[string]int) error {
	if c.ShopperID == "" {
		return nil
	}
	for _, query := range questionsOf(c.Scope) {
		n, err := one(ctx, s.reader(), "inquiries", scanInt, `SELECT count(*) FROM (`+query+`) AS found`, c.ShopID, id(c.Scope))
		if err != nil {
			return err
		}
		out["inquiries"] += n
	}
	return nil
}

// StopAsking has a shop's platform no longer asked for what changed.
func (t *Tx) StopAsking(ctx context.Context, shopID string) error {
	if err := t.takeTurn(ctx, shopID); err != nil {
		return err
	}
	sh, err := t.Shop(ctx, shopID)
	if _, on := sh.Settings.Reconcile(); err != nil || !on {
		return err
	}
	sh.Settings.ReconcileEvery = -1
	return t.SaveShop(ctx, sh)
}

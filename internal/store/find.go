package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// Find looks for shoppers and carts by what somebody typed: exactly by names,
// numbers and ids, and by the beginning of an email address.
func (s *Store) Find(ctx context.Context, shopID string, what journey.Sought) (journey.Found, error) {
	f := &finding{ctx: ctx, q: s.reader(), shopID: shopID, text: what.Text}
	for _, k := range what.Keys {
		f.people(`SELECT shopper_id FROM shopper_keys WHERE shop_id = $1 AND kind = $2 AND value = $3`, string(k.Kind), k.Value)
	}
	f.people(`SELECT id FROM shoppers WHERE shop_id = $1 AND id = $2`, what.Text)
	if what.Prefix != "" && len(f.shoppers) == 0 {
		// The last character there is ends the range; what a locale's order lets in besides is left out.
		f.people(`SELECT shopper_id FROM shopper_keys WHERE shop_id = $1 AND kind = 'email' AND value >= $2 AND value < $3
			AND substr(value, 1, length($2)) = $2 ORDER BY value LIMIT 26`, what.Prefix, what.Prefix+"\U0010FFFF")
	}
	f.ids(&f.carts, `SELECT id FROM carts WHERE shop_id = $1 AND id = $2`, what.Text)
	for _, kind := range []event.LinkKind{event.LinkCart, event.LinkCheckout, event.LinkOrder} {
		f.ids(&f.carts, `SELECT cart_id FROM cart_links WHERE shop_id = $1 AND kind = $2 AND value = $3`, string(kind), what.Text)
	}
	f.orders()
	return f.found(s)
}

// finding gathers ids; its first error ends it.
type finding struct {
	ctx             context.Context
	q               querier
	shopID, text    string
	shoppers, carts []string
	err             error
}

// ids adds what a query of ids finds.
func (f *finding) ids(into *[]string, query string, args ...any) {
	if f.err != nil {
		return
	}
	var found []string
	found, f.err = all(f.ctx, f.q, "search", scanText, query, append([]any{f.shopID}, args...)...)
	for _, id := range found {
		if id != "" && !slices.Contains(*into, id) {
			*into = append(*into, id)
		}
	}
}

func (f *finding) people(query string, args ...any) { f.ids(&f.shoppers, query, args...) }

// orders finds whose an order is by its number, with or without the sign before it, or the platform's id.
func (f *finding) orders() {
	var orders []string
	number := strings.TrimPrefix(f.text, "#")
	for _, n := range []string{number, "#" + number} {
		f.ids(&orders, `SELECT id FROM orders WHERE shop_id = $1 AND number = $2 AND number <> '' LIMIT 26`, n)
	}
	f.ids(&orders, `SELECT id FROM orders WHERE shop_id = $1 AND platform_id = $2`, f.text)
	for _, id := range orders {
		f.people(`SELECT shopper_id FROM orders WHERE shop_id = $1 AND id = $2`, id)
		f.ids(&f.carts, `SELECT l.cart_id FROM order_marks m JOIN cart_links l ON l.shop_id = m.shop_id AND l.kind = substr(m.kind, 6) AND l.value = m.value
			WHERE m.shop_id = $1 AND m.order_id = $2 AND m.kind LIKE 'link:%'`, id)
		f.ids(&f.carts, `SELECT c.id FROM orders o JOIN carts c ON c.shop_id = o.shop_id AND c.shopper_id = o.shopper_id AND c.order_id = o.id
			WHERE o.shop_id = $1 AND o.id = $2 AND o.shopper_id <> ''`, id)
	}
}

// found loads what the ids name; merged shoppers are found as who they turned out to be.
func (f *finding) found(s *Store) (journey.Found, error) {
	out := journey.Found{More: len(f.shoppers) > journey.MaxFound || len(f.carts) > journey.MaxFound}
	seen := map[string]bool{}
	for _, id := range f.shoppers[:min(len(f.shoppers), journey.MaxFound)] {
		if f.err != nil {
			return out, f.err
		}
		who, err := loadShopper(f.ctx, f.q, "", f.shopID, id)
		if fault.Is(err, fault.NotFound) || err == nil && seen[who.ID] {
			continue
		}
		if f.err = err; err == nil {
			seen[who.ID] = true
			out.Shoppers = append(out.Shoppers, rowOfShopper(who))
		}
	}
	for _, id := range f.carts[:min(len(f.carts), journey.MaxFound)] {
		if f.err != nil {
			return out, f.err
		}
		var rows []journey.CartRow
		rows, f.err = all(f.ctx, f.q, "carts", scanCartRow, `SELECT `+cartRowColumns+` FROM carts WHERE shop_id = $1 AND id = $2`, f.shopID, id)
		out.Carts = append(out.Carts, rows...)
	}
	if f.err == nil {
		f.err = s.nameCarts(f.ctx, f.shopID, out.Carts)
	}
	return out, f.err
}

func rowOfShopper(who shopper.Shopper) journey.ShopperRow {
	t := who.Traits
	return journey.ShopperRow{ID: who.ID, Name: strings.TrimSpace(t.FirstName.Value + " " + t.LastName.Value), Email: t.Email.Value, Phone: t.Phone.Value,
		Country: t.Country.Value, FirstSeen: who.FirstSeen, LastSeen: who.LastSeen}
}

// nameCarts puts the name of its shopper to each cart.
func (s *Store) nameCarts(ctx context.Context, shopID string, carts []journey.CartRow) error {
	for i, r := range carts {
		if r.ShopperID == "" {
			continue
		}
		who, err := loadShopper(ctx, s.reader(), "", shopID, r.ShopperID)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		carts[i].FirstName, carts[i].LastName = who.Traits.FirstName.Value, who.Traits.LastName.Value
	}
	return nil
}

// Shoppers lists shoppers, those who were seen first last: ids are made in the order of time.
func (s *Store) Shoppers(ctx context.Context, shopID string, q journey.Query) (journey.Page[journey.ShopperRow], error) {
	p := journey.Page[journey.ShopperRow]{Items: []journey.ShopperRow{}}
	limit, err := limitOf(q)
	if err != nil {
		return p, err
	}
	c, err := parseCursor(q.Cursor)
	if err != nil {
		return p, err
	}
	rows, err := all(ctx, s.reader(), "shoppers", func(rows *sql.Rows, r *journey.ShopperRow) error {
		var traits string
		var first, last int64
		if err := rows.Scan(&r.ID, &traits, &first, &last); err != nil {
			return err
		}
		who := shopper.Shopper{ID: r.ID, FirstSeen: at(first), LastSeen: at(last)}
		if err := undoc("shopper", traits, &who.Traits); err != nil {
			return err
		}
		*r = rowOfShopper(who)
		return nil
	}, `SELECT id, traits, first_seen, last_seen FROM shoppers WHERE shop_id = $1 AND id < $2 AND merged_into = '' ORDER BY id DESC LIMIT $3`,
		shopID, c.id, limit+1)
	if err != nil {
		return p, err
	}
	p.Items = rows
	if len(rows) > limit {
		p.Items, p.Next = rows[:limit], cursor{0, rows[limit-1].ID}.String()
	}
	return p, nil
}

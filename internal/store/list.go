package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// Lists are paged by (time, id), newest first: a page costs one index range,
// whatever came before it.

// cursor is a place in a list.
type cursor struct {
	at int64
	id string
}

func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(c.at, 10) + " " + c.id))
}

func parseCursor(s string) (cursor, error) {
	if s == "" {
		return cursor{at: 1 << 62, id: "~"}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	when, id, ok := strings.Cut(string(b), " ")
	n, err2 := strconv.ParseInt(when, 10, 64)
	if err != nil || err2 != nil || !ok || !storable(id) {
		return cursor{}, fault.New(fault.Invalid, "this cursor was not made here").In("cursor").
			Try("pass the `next` of the page before, unchanged")
	}
	return cursor{n, id}, nil
}

// before brings a cursor forward to where a narrowed list begins: of two upper
// bounds SQLite begins at the first, and would read everything that came later.
func (c cursor) before(to time.Time) cursor {
	if to.IsZero() || c.at < ms(to) {
		return c
	}
	return cursor{at: ms(to)}
}

// list says where one list comes from.
type list[T any] struct {
	what, table, columns, time string
	// filters are the columns that State and CartID narrow; "" where the list has none.
	state, cart string
	// persona, sequence, channel and rule are the columns that Narrow and Channel narrow; "" where the list has none.
	persona, sequence, channel, rule string
	// more narrows by what only this list knows, given the place of its first argument.
	more func(query journey.Query, next int) (where string, args []any)
	// last is said after everything else: a bound that only leads to a partial
	// index must not be the first of its kind, for SQLite begins at that one.
	last  string
	scan  func(*sql.Rows, *T) error
	place func(T) cursor
}

// limitOf gives how many rows a page has.
func limitOf(q journey.Query) (int, error) {
	if q.Limit == 0 {
		return 50, nil
	}
	if q.Limit < 1 || q.Limit > 200 {
		return 0, fault.New(fault.Invalid, "the limit is %d", q.Limit).In("limit").Try("ask for 1 to 200")
	}
	return q.Limit, nil
}

func page[T any](ctx context.Context, q querier, l list[T], shopID string, query journey.Query) (journey.Page[T], error) {
	limit, err := limitOf(query)
	if err != nil {
		return journey.Page[T]{}, err
	}
	c, err := parseCursor(query.Cursor)
	if err != nil {
		return journey.Page[T]{}, err
	}
	c = c.before(query.To)
	args := []any{shopID, c.at, c.id}
	where := fmt.Sprintf(`shop_id = $1 AND (%s, id) < ($2, $3)`, l.time)
	where, args = l.narrow(query.Narrow, where, args)
	if l.channel != "" && query.Channel != "" {
		where, args = l.narrowChannel(string(query.Channel), where, args)
	}
	for _, f := range []struct{ column, value string }{{l.state, query.State}, {l.cart, query.CartID}} {
		if f.column != "" && f.value != "" {
			args = append(args, f.value)
			where += fmt.Sprintf(` AND %s = $%d`, f.column, len(args))
		}
	}
	if l.more != nil {
		also, values := l.more(query, len(args)+1)
		where, args = where+also, append(args, values...)
	}
	where += l.last
	args = append(args, limit+1)
	items, err := all(ctx, q, l.what, l.scan, fmt.Sprintf(`SELECT %s FROM %s WHERE %s ORDER BY %s DESC, id DESC LIMIT $%d`,
		l.columns, l.table, where, l.time, len(args)), args...)
	if err != nil {
		return journey.Page[T]{}, err
	}
	p := journey.Page[T]{Items: items}
	if len(items) > limit {
		p.Items = items[:limit]
		p.Next = l.place(p.Items[limit-1]).String()
	}
	return p, nil
}

const cartRowColumns = `id, state, shopper_id, facts, persona, items, total_minor, currency, last_activity, started_at, abandoned_at, ordered_at, order_id,
	coalesce((SELECT 1 FROM recoveries r WHERE r.shop_id = carts.shop_id AND r.cart_id = carts.id AND r.cart_id <> '' LIMIT 1), 0) = 1`

// Carts lists carts by last activity. State "recovered" are those whose order was credited.
func (s *Store) Carts(ctx context.Context, shopID string, q journey.Query) (journey.Page[journey.CartRow], error) {
	// Not EXISTS: Postgres would read all recoveries, of every shop, to answer it for one page.
	l := list[journey.CartRow]{
		// An absorbed cart is shown as the one that took it over.
		what: "carts", table: `(SELECT * FROM carts WHERE state <> 'merged') AS carts`, time: "last_activity", state: "state", persona: "persona", scan: scanCartRow,
		columns: cartRowColumns,
		place:   func(r journey.CartRow) cursor { return cursor{ms(r.LastActivity), r.ID} },
	}
	l = l.byMoment(q.Moment, q.Persona)
	var p journey.Page[journey.CartRow]
	var err error
	if q.State == "recovered" {
		p, err = s.recoveredCarts(ctx, shopID, q, l.columns)
	} else {
		p, err = page(ctx, s.reader(), l, shopID, q)
	}
	if err != nil {
		return p, err
	}
	return p, s.nameCarts(ctx, shopID, p.Items)
}

func scanCartRow(rows *sql.Rows, r *journey.CartRow) error { return scanCartRowAnd(rows, r) }

// scanCartRowAnd reads a cart's row and what a list selected after it.
func scanCartRowAnd(rows *sql.Rows, r *journey.CartRow, more ...any) error {
	var facts string
	var active, started, abandoned, ordered int64
	err := rows.Scan(append([]any{&r.ID, &r.State, &r.ShopperID, &facts, &r.Persona, &r.Items, &r.Total.Minor, &r.Total.Currency,
		&active, &started, &abandoned, &ordered, &r.OrderID, &r.Recovered}, more...)...)
	if err != nil {
		return err
	}
	var f cart.Facts
	if err := undoc("cart", facts, &f); err != nil {
		return err
	}
	r.Email, r.Phone = f.Email.Value, f.Phone.Value
	r.LastActivity, r.StartedAt, r.AbandonedAt, r.OrderedAt = at(active), at(started), at(abandoned), at(ordered)
	return nil
}

// Decisions lists decisions.
func (s *Store) Decisions(ctx context.Context, shopID string, q journey.Query) (journey.Page[journey.Decision], error) {
	return page(ctx, s.reader(), list[journey.Decision]{
		what: "decisions", table: "decisions", columns: decisionColumns, time: "decided_at", state: "outcome", cart: "cart_id", rule: "rule", scan: scanDecision,
		place: func(d journey.Decision) cursor { return cursor{ms(d.At), d.ID} },
	}, shopID, q)
}

func scanMessage(rows *sql.Rows, m *message.Message) error {
	var l recovery.Letter
	err := scanLetter(rows, &l)
	*m = l.Message
	return err
}

// Message gives one message.
func (s *Store) Message(ctx context.Context, shopID, id string) (message.Message, error) {
	return one(ctx, s.reader(), "message", scanMessage,
		`SELECT `+messageColumns+` FROM messages WHERE shop_id = $1 AND id = $2`, shopID, id)
}

// Orders lists orders by when they were placed.
func (s *Store) Orders(ctx context.Context, shopID string, q journey.Query) (journey.Page[cart.Purchase], error) {
	return page(ctx, s.reader(), list[cart.Purchase]{
		// A checkout's announcement of its order stands on the cart's page; the order itself is listed.
		what: "orders", table: `(SELECT * FROM orders WHERE platform_id NOT LIKE 'checkout:%') AS orders`, columns: orderColumns, time: "placed_at", state: "status", scan: scanPurchase,
		place: func(p cart.Purchase) cursor { return cursor{ms(p.PlacedAt), p.ID} },
	}, shopID, q)
}

// Recoveries lists credited orders.
func (s *Store) Recoveries(ctx context.Context, shopID string, q journey.Query) (journey.Page[attribution.Recovery], error) {
	return page(ctx, s.reader(), list[attribution.Recovery]{
		what: "recoveries", table: "recoveries", columns: recoveryColumns, time: "credited_at", state: "rule", cart: "cart_id", scan: scanRecovery,
		persona: "persona", sequence: "sequence_key", channel: "channel",
		place: func(r attribution.Recovery) cursor { return cursor{ms(r.CreditedAt), r.ID} },
	}, shopID, q)
}

package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

// unnamed stands in a query for the value "": what belongs to no persona, sequence or channel.
const unnamed = "-"

// narrow adds what a list is narrowed by besides its state.
func (l list[T]) narrow(n journey.Narrow, where string, args []any) (string, []any) {
	add := func(condition string, value any) {
		args = append(args, value)
		where += fmt.Sprintf(" AND "+condition, len(args))
	}
	if !n.From.IsZero() {
		add(l.time+" >= $%d", ms(n.From))
	}
	if !n.To.IsZero() {
		add(l.time+" < $%d", ms(n.To))
	}
	for _, f := range []struct{ column, value string }{{l.persona, n.Persona}, {l.sequence, n.Sequence}, {l.rule, n.Rule}} {
		if f.column == "" || f.value == "" {
			continue
		}
		if f.value == unnamed {
			where += " AND " + f.column + " = ''"
			continue
		}
		add(f.column+" = $%d", f.value)
		if l.what == "carts" {
			where += " AND persona <> ''" // so that the partial index serves it
		}
	}
	return where, args
}

// byMoment orders carts by something else than their last activity.
func (l list[T]) byMoment(moment, persona string) list[T] {
	column := map[string]string{"started": "started_at", "abandoned": "abandoned_at", "ordered": "ordered_at"}[moment]
	if column == "" {
		return l
	}
	l.time = column
	happened := column
	if persona != "" && persona != unnamed && column == "abandoned_at" {
		// An expression is no match for the index of all that were: the persona's is the narrower one.
		happened += " + 0"
	}
	if column != "started_at" {
		l.last = " AND " + happened + " > 0"
	}
	place := l.place
	l.place = func(v T) cursor {
		c := place(v)
		if r, ok := any(v).(journey.CartRow); ok {
			c.at = map[string]int64{"started_at": ms(r.StartedAt), "abandoned_at": ms(r.AbandonedAt), "ordered_at": ms(r.OrderedAt)}[column]
		}
		return c
	}
	return l
}

// creditedCart is a cart with its newest credit, which the list of recovered carts is ordered by.
type creditedCart struct {
	journey.CartRow
	place cursor
}

// recoveredCarts lists carts whose order was credited, those credited last
// first. A cart that was credited with several orders is listed once.
func (s *Store) recoveredCarts(ctx context.Context, shopID string, q journey.Query, columns string) (journey.Page[journey.CartRow], error) {
	q.State, q.Moment = "", ""
	found, err := page(ctx, s.reader(), list[creditedCart]{
		what: "carts", time: "credited", persona: "persona", columns: columns + `, credited`,
		table: `(SELECT c.*, r.credited_at AS credited FROM recoveries r JOIN carts c ON c.shop_id = r.shop_id AND c.id = r.cart_id
			WHERE r.cart_id <> '' AND NOT EXISTS (SELECT 1 FROM recoveries n
				WHERE n.shop_id = r.shop_id AND n.cart_id = r.cart_id AND n.cart_id <> '' AND (n.credited_at, n.id) > (r.credited_at, r.id))) AS carts`,
		scan:  func(rows *sql.Rows, c *creditedCart) error { return scanCartRowAnd(rows, &c.CartRow, &c.place.at) },
		place: func(c creditedCart) cursor { return cursor{c.place.at, c.ID} },
	}, shopID, q)
	p := journey.Page[journey.CartRow]{Next: found.Next, Items: []journey.CartRow{}}
	for _, c := range found.Items {
		p.Items = append(p.Items, c.CartRow)
	}
	return p, err
}

func (l list[T]) narrowChannel(channel, where string, args []any) (string, []any) {
	if channel == unnamed {
		return where + " AND " + l.channel + " = ''", args
	}
	args = append(args, channel)
	return where + fmt.Sprintf(" AND %s = $%d", l.channel, len(args)), args
}

package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// lookThrough is how many messages one page looks through for those that are
// asked for. What it asks of them stands in the index: nothing else is read.
const lookThrough = 20_000

// Messages lists messages. State "left" are those that reached their provider, or may have.
func (s *Store) Messages(ctx context.Context, shopID string, q journey.Query) (journey.Page[message.Message], error) {
	l := list[message.Message]{
		what: "messages", table: "messages", columns: messageColumns, time: "reserved_at", state: "state", cart: "cart_id", scan: scanMessage,
		place: func(m message.Message) cursor { return cursor{ms(m.ReservedAt), m.ID} }, more: messagesOf,
	}
	if q.Since.After(q.From) {
		q.From = q.Since
	}
	if also, _ := messagesOf(q, 1); also == "" || q.ShopperID != "" || q.CartID != "" {
		if q.State == "left" {
			q.State, l.more = "", func(q journey.Query, next int) (string, []any) { q.State = "left"; return messagesOf(q, next) }
		}
		return page(ctx, s.reader(), l, shopID, q)
	}
	return s.messagesThrough(ctx, shopID, q, l)
}

// messagesThrough pages messages that no index leads to: it looks through the
// next of them, newest first, and where it has seen enough says how to go on.
func (s *Store) messagesThrough(ctx context.Context, shopID string, q journey.Query, l list[message.Message]) (journey.Page[message.Message], error) {
	p := journey.Page[message.Message]{Items: []message.Message{}}
	c, err := parseCursor(q.Cursor)
	if err != nil {
		return p, err
	}
	c = c.before(q.To)
	limit, err := limitOf(q)
	if err != nil {
		return p, err
	}
	where, args := `shop_id = $1 AND (reserved_at, id) < ($2, $3) AND reserved_at >= $4 AND reserved_at < $5`, []any{shopID, c.at, c.id, ms(q.From), until(q.To)}
	if q.State != "" && q.State != "left" {
		args = append(args, q.State)
		where += ` AND state = $6`
	}
	const newest = ` ORDER BY reserved_at DESC, id DESC LIMIT `
	also, more := messagesOf(q, len(args)+1)
	ids, err := all(ctx, s.reader(), "messages", scanText, fmt.Sprintf(`SELECT id FROM (
		SELECT id, reserved_at, state, channel, sequence_key, persona, template, step, sent_at, step_due_at FROM messages WHERE %s%s%d) AS seen
		WHERE id <> ''%s%s%d`, where, newest, lookThrough, also, newest, limit+1), append(args, more...)...)
	if err != nil {
		return p, err
	}
	for _, id := range ids[:min(len(ids), limit)] {
		m, err := s.Message(ctx, shopID, id)
		if err != nil {
			return p, err
		}
		p.Items = append(p.Items, m)
	}
	if len(ids) > limit {
		p.Next = l.place(p.Items[limit-1]).String()
		return p, nil
	}
	last, err := all(ctx, s.reader(), "messages", func(rows *sql.Rows, c *cursor) error { return rows.Scan(&c.at, &c.id) },
		fmt.Sprintf(`SELECT reserved_at, id FROM messages WHERE %s%s1 OFFSET %d`, where, newest, lookThrough-1), args...)
	if len(last) > 0 {
		p.Next, p.Partial = last[0].String(), true
	}
	return p, err
}

// until gives the moment before which a list is read, in milliseconds; zero is no bound.
func until(t time.Time) int64 {
	if t.IsZero() {
		return 1 << 62
	}
	return ms(t)
}

// messagesOf narrows messages by what is asked of each of them.
func messagesOf(q journey.Query, next int) (where string, args []any) {
	add := func(condition string, value any) {
		where += fmt.Sprintf(" AND "+condition, next+len(args))
		args = append(args, value)
	}
	if q.ShopperID != "" {
		add("shopper_id = $%d", q.ShopperID)
	}
	if q.State == "left" {
		where += " AND " + gone
	}
	for _, f := range []struct{ column, value string }{{"channel", string(q.Channel)}, {"sequence_key", q.Sequence}, {"persona", q.Persona}, {"template", q.Template}} {
		switch f.value {
		case "":
		case unnamed:
			where += " AND " + f.column + " = ''"
		default:
			add(f.column+" = $%d", f.value)
		}
	}
	if q.Step > 0 {
		add("step = $%d", q.Step-1)
	}
	if q.LateBy > 0 {
		add("sent_at - step_due_at >= $%d", q.LateBy.Milliseconds())
	}
	return where, args
}

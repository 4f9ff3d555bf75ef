package store

import (
	"context"
	"fmt"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// Messages lists messages. State "left" are those that reached their provider, or may have.
func (s *Store) Messages(ctx context.Context, shopID string, q journey.Query) (journey.Page[message.Message], error) {
	l := list[message.Message]{
		what: "messages", table: "messages", columns: messageColumns, time: "reserved_at", state: "state", cart: "cart_id", scan: scanMessage,
		place: func(m message.Message) cursor { return cursor{ms(m.ReservedAt), m.ID} }, more: messagesOf,
	}
	if q.State == "left" {
		q.State = ""
		l.more = func(query journey.Query, next int) (string, []any) {
			also, args := messagesOf(query, next)
			return also + " AND " + gone, args
		}
	}
	return page(ctx, s.reader(), l, shopID, q)
}

// messagesOf narrows messages by channel, time and lateness.
func messagesOf(q journey.Query, next int) (where string, args []any) {
	add := func(condition string, value any) {
		where += fmt.Sprintf(" AND "+condition, next+len(args))
		args = append(args, value)
	}
	if q.Channel != "" {
		add("channel = $%d", string(q.Channel))
	}
	if !q.Since.IsZero() {
		add("reserved_at >= $%d", ms(q.Since))
	}
	if q.LateBy > 0 {
		add("sent_at - step_due_at >= $%d", q.LateBy.Milliseconds())
	}
	return where, args
}

package recovery_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// messageRow reads a message from the database.
func (p *play) messageRow(id string) (messageRow, bool) {
	m := messageRow{id: id}
	err := p.raw.QueryRow(`SELECT m.enrollment_id, m.cart_id, e.sequence_key, m.step, e.created_at
		FROM messages m JOIN enrollments e ON e.shop_id = m.shop_id AND e.id = m.enrollment_id WHERE m.id = $1`, id).
		Scan(&m.enrollment, &m.cart, &m.sequence, &m.step, &m.created)
	if err != nil {
		return m, false
	}
	m.links = p.linksOf(m.cart)
	return m, true
}

func (p *play) linksOf(cartID string) (out []event.Link) {
	found, err := textsOf(p.raw, `SELECT kind || '=' || value FROM cart_links WHERE cart_id = $1`, cartID)
	if err != nil {
		p.fail("links: %v", err)
	}
	for _, s := range found {
		kind, value := cut(s)
		out = append(out, event.Link{Kind: event.LinkKind(kind), Value: value})
	}
	return out
}

// enrolledBefore reports whether a cart of the script was enrolled before an
// instant, and not before the message's.
func (p *play) enrolledBefore(c cartKnown, m messageRow, at time.Time) bool {
	found, err := textsOf(p.raw, `SELECT l.kind || '=' || l.value FROM enrollments e
		JOIN cart_links l ON l.shop_id = e.shop_id AND l.cart_id = e.cart_id
		WHERE e.id <> $1 AND e.created_at >= $2 AND e.created_at < $3`, m.enrollment, m.created, at.UnixMilli())
	if err != nil {
		p.fail("enrollments: %v", err)
	}
	return slices.ContainsFunc(c.links, func(l event.Link) bool {
		return slices.Contains(found, fmt.Sprintf("%s=%s", l.Kind, l.Value))
	})
}

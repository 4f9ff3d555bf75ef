package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// storyCarts bounds how many of a shopper's carts, the latest, their page tells of.
const storyCarts = 200

const carts200 = `(SELECT id FROM carts WHERE shop_id = $1 AND shopper_id = $2 ORDER BY last_activity DESC LIMIT 200)`

// ShopperDetail gives one shopper, following merges, without their timeline.
func (s *Store) ShopperDetail(ctx context.Context, shopID, id string) (d journey.ShopperDetail, err error) {
	if d.Shopper, d.History, err = s.Shopper(ctx, shopID, id); err != nil {
		return d, err
	}
	id = d.Shopper.ID
	if d.Ledger, err = s.ConsentLedger(ctx, shopID, id); err != nil {
		return d, err
	}
	q := s.reader()
	if d.Carts, err = all(ctx, q, "carts", scanCartRow, `SELECT `+cartRowColumns+` FROM carts
		WHERE shop_id = $1 AND shopper_id = $2 AND state <> 'merged' ORDER BY last_activity DESC LIMIT $3`, shopID, id, storyCarts); err != nil {
		return d, err
	}
	for i, c := range d.Carts {
		d.Carts[i].FirstName, d.Carts[i].LastName = d.Shopper.Traits.FirstName.Value, d.Shopper.Traits.LastName.Value
		if c.Persona != "" && !slices.Contains(d.Personas, c.Persona) {
			d.Personas = append(d.Personas, c.Persona)
		}
	}
	d.Waiting, err = one(ctx, q, "waiting", scanInt, `
		SELECT count(*) FROM enrollments WHERE shop_id = $1 AND shopper_id = $2 AND state = 'waiting'`, shopID, id)
	return d, err
}

// kindOfStory is one kind of entry of a shopper's timeline: where it comes from
// and what places it. Its place in the list orders entries of the same moment.
type kindOfStory struct {
	kind journey.EntryKind
	time string
	id   string
	read func(g *gathering, where string, args []any)
}

func storyKind[T any](kind journey.EntryKind, table, columns, mine, time string, scan func(*sql.Rows, *T) error, entry func(*T) journey.Entry) kindOfStory {
	return kindOfStory{kind: kind, time: time, id: "id", read: func(g *gathering, where string, args []any) {
		gather(g, string(kind)+"s", scan, entry, fmt.Sprintf(`SELECT %s FROM %s WHERE shop_id = $1 AND %s AND %s`, columns, table, mine, where), args...)
	}}
}

// storyEvent is an event's row with its cart.
type storyEvent struct {
	journey.EventRow
	cartID string
}

// story are the kinds. Where a time is an expression, no index of the shop's
// whole time may serve it: SQLite without figures would take that one, for its order.
var story = []kindOfStory{
	storyKind(journey.EntryEvent, "events", `id, platform, topic, kind, occurred_at, received_at, status, note, cart_id`, `shopper_id = $2 AND shopper_id <> ''`, "occurred_at",
		func(rows *sql.Rows, e *storyEvent) error {
			var occurred, received int64
			err := rows.Scan(&e.ID, &e.Platform, &e.Topic, &e.Kind, &occurred, &received, &e.Status, &e.Note, &e.cartID)
			e.OccurredAt, e.ReceivedAt = at(occurred), at(received)
			return err
		}, func(e *storyEvent) journey.Entry {
			return journey.Entry{At: e.OccurredAt, Kind: journey.EntryEvent, Event: &e.EventRow, CartID: e.cartID}
		}),
	storyKind(journey.EntryDecision, "decisions", decisionColumns, `cart_id IN `+carts200, "decided_at + 0", scanDecision, func(d *journey.Decision) journey.Entry {
		return journey.Entry{At: d.At, Kind: journey.EntryDecision, Decision: d, CartID: d.CartID}
	}),
	storyKind(journey.EntryEnrolled, "enrollments", enrollmentColumns, `shopper_id = $2`, "created_at", scanEnrollment, func(e *journey.Enrollment) journey.Entry {
		return journey.Entry{At: e.CreatedAt, Kind: journey.EntryEnrolled, Enrolled: e, CartID: e.CartID}
	}),
	storyKind(journey.EntryMessage, "messages", messageColumns, `shopper_id = $2`, "reserved_at", scanMessage, func(m *message.Message) journey.Entry {
		return journey.Entry{At: m.ReservedAt, Kind: journey.EntryMessage, Message: m, CartID: m.CartID}
	}),
	storyKind(journey.EntryTouch, "touches", touchColumns, `shopper_id = $2`, "at", scanTouch, func(t *attribution.Touch) journey.Entry {
		return journey.Entry{At: t.At, Kind: journey.EntryTouch, Touch: t, CartID: t.CartID}
	}),
	storyKind(journey.EntryReply, "inbounds", replyColumns, `shopper_id = $2 AND shopper_id <> ''`, "said_at", scanReply, func(r *journey.Reply) journey.Entry {
		return journey.Entry{At: r.At, Kind: journey.EntryReply, Reply: r}
	}),
	storyKind(journey.EntryOrder, "orders", orderColumns, `shopper_id = $2 AND platform_id NOT LIKE 'checkout:%'`, "placed_at + 0", scanPurchase, func(p *cart.Purchase) journey.Entry {
		return journey.Entry{At: p.PlacedAt, Kind: journey.EntryOrder, Order: p}
	}),
	storyKind(journey.EntryRecovery, "recoveries", recoveryColumns, `order_id IN (SELECT id FROM orders WHERE shop_id = $1 AND shopper_id = $2)`, "credited_at + 0", scanRecovery,
		func(r *attribution.Recovery) journey.Entry {
			return journey.Entry{At: r.CreditedAt, Kind: journey.EntryRecovery, Recovery: r, CartID: r.CartID}
		}),
}

// ShopperStory gives a page of everything that happened to a shopper across
// their carts, the newest first.
func (s *Store) ShopperStory(ctx context.Context, shopID, shopperID string, q journey.Query) (journey.Page[journey.Entry], error) {
	p := journey.Page[journey.Entry]{Items: []journey.Entry{}}
	limit, err := limitOf(q)
	if err != nil {
		return p, err
	}
	c, err := parseCursor(q.Cursor)
	if err != nil {
		return p, err
	}
	// A place in the story is a moment, the kind's place and the id.
	kind, id, _ := strings.Cut(c.id, " ")
	from := len(story)
	if q.Cursor != "" {
		from = slices.IndexFunc(story, func(k kindOfStory) bool { return string(k.kind) == kind })
	}
	g := &gathering{ctx: ctx, q: s.reader()}
	for i, k := range story {
		where, args := fmt.Sprintf(`%s <= $3`, k.time), []any{shopID, shopperID, c.at}
		switch {
		case i == from:
			where, args = fmt.Sprintf(`(%s, id) < ($3, $4)`, k.time), append(args, id)
		case i > from:
			where = fmt.Sprintf(`%s < $3`, k.time)
		}
		k.read(g, where+fmt.Sprintf(` ORDER BY %s DESC, id DESC LIMIT %d`, k.time, limit+1), args)
	}
	if g.err != nil {
		return p, g.err
	}
	slices.SortFunc(g.out, func(a, b journey.Entry) int { return -compareStory(a, b) })
	p.Items = g.out[:min(len(g.out), limit)]
	if len(g.out) > limit {
		last := p.Items[limit-1]
		p.Next = cursor{ms(last.At), string(last.Kind) + " " + entryID(last)}.String()
	}
	return p, nil
}

func compareStory(a, b journey.Entry) int {
	rank := func(e journey.Entry) int {
		return slices.IndexFunc(story, func(k kindOfStory) bool { return k.kind == e.Kind })
	}
	return cmp.Or(cmp.Compare(ms(a.At), ms(b.At)), rank(a)-rank(b), cmp.Compare(entryID(a), entryID(b)))
}

func entryID(e journey.Entry) string {
	switch {
	case e.Event != nil:
		return e.Event.ID
	case e.Decision != nil:
		return e.Decision.ID
	case e.Enrolled != nil:
		return e.Enrolled.ID
	case e.Message != nil:
		return e.Message.ID
	case e.Touch != nil:
		return e.Touch.ID
	case e.Reply != nil:
		return e.Reply.ID
	case e.Order != nil:
		return e.Order.ID
	case e.Recovery != nil:
		return e.Recovery.ID
	}
	return ""
}

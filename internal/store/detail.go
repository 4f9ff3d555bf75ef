package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// Cart gives one cart with its shopper and timeline.
func (s *Store) Cart(ctx context.Context, shopID, id string) (journey.CartDetail, error) {
	var d journey.CartDetail
	q := s.reader()
	c, err := one(ctx, q, "cart", scanCart, `SELECT `+cartColumns+` FROM carts WHERE shop_id = $1 AND id = $2`, shopID, id)
	if err != nil {
		return d, err
	}
	d.Cart = c
	if c.ShopperID != "" {
		if d.Shopper, d.History, err = s.Shopper(ctx, shopID, c.ShopperID); err != nil && !fault.Is(err, fault.NotFound) {
			return d, err
		}
	}
	// Ordered by the bare id, SQLite without figures would read all of the shop's by the primary key.
	if d.Enrollments, err = all(ctx, q, "enrollments", scanEnrollment,
		`SELECT `+enrollmentColumns+` FROM enrollments WHERE shop_id = $1 AND cart_id = $2 ORDER BY id || ''`, shopID, id); err != nil {
		return d, err
	}
	if d.Plans, err = plans(ctx, q, shopID, d.Enrollments); err != nil {
		return d, err
	}
	if d.Consents, err = newestConsents(ctx, q, shopID, c.ShopperID); err != nil {
		return d, err
	}
	d.Timeline, err = timeline(ctx, q, c, d.Enrollments)
	return d, err
}

// plans gives the versions of the sequences that enrollments go through.
func plans(ctx context.Context, q querier, shopID string, enrolled []journey.Enrollment) ([]sequence.Sequence, error) {
	out := []sequence.Sequence{}
	for _, e := range enrolled {
		s, err := sequenceVersion(ctx, q, shopID, e.SequenceKey, e.SequenceVersion)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// maxTimeline bounds each kind of entry on one page.
const maxTimeline = 500

// gathering collects timeline entries; its first error ends it.
type gathering struct {
	ctx context.Context
	q   querier
	out []journey.Entry
	err error
}

// gather adds the rows of one query, which gives the newest first: where there
// are too many, the oldest are left out.
func gather[T any](g *gathering, what string, scan func(*sql.Rows, *T) error, entry func(*T) journey.Entry, query string, args ...any) {
	if g.err != nil {
		return
	}
	var rows []T
	rows, g.err = all(g.ctx, g.q, what, scan, query, args...)
	for i := range slices.Backward(rows) {
		g.out = append(g.out, entry(&rows[i]))
	}
}

// timeline gathers everything that happened to a cart, oldest first.
func timeline(ctx context.Context, q querier, c cart.Cart, enrolled []journey.Enrollment) ([]journey.Entry, error) {
	g := &gathering{ctx: ctx, q: q}
	for i := range enrolled {
		g.out = append(g.out, journey.Entry{At: enrolled[i].CreatedAt, Kind: journey.EntryEnrolled, Enrolled: &enrolled[i]})
	}
	args := []any{c.ShopID, c.ID, maxTimeline}
	gather(g, "events", scanEventRow, func(e *journey.EventRow) journey.Entry {
		return journey.Entry{At: e.ReceivedAt, Kind: journey.EntryEvent, Event: e}
	}, `SELECT id, platform, topic, kind, occurred_at, received_at, status, note FROM events
		WHERE shop_id = $1 AND cart_id = $2 AND cart_id <> '' ORDER BY received_at DESC, id DESC LIMIT $3`, args...)
	gather(g, "decisions", scanDecision, func(d *journey.Decision) journey.Entry {
		return journey.Entry{At: d.At, Kind: journey.EntryDecision, Decision: d}
	}, `SELECT `+decisionColumns+` FROM decisions WHERE shop_id = $1 AND cart_id = $2 ORDER BY decided_at DESC, id DESC LIMIT $3`, args...)
	gather(g, "messages", scanMessage, func(m *message.Message) journey.Entry {
		return journey.Entry{At: m.ReservedAt, Kind: journey.EntryMessage, Message: m}
	}, `SELECT `+messageColumns+` FROM messages WHERE shop_id = $1 AND cart_id = $2 ORDER BY id DESC LIMIT $3`, args...)
	gather(g, "touches", scanTouch, func(t *attribution.Touch) journey.Entry {
		return journey.Entry{At: t.At, Kind: journey.EntryTouch, Touch: t}
	}, `SELECT `+touchColumns+` FROM touches WHERE shop_id = $1 AND cart_id = $2 ORDER BY at DESC, id DESC LIMIT $3`, args...)
	g.order(c)
	g.settle()
	return g.out, g.err
}

// inOrder tells which of two things at the same moment came first.
var inOrder = []journey.EntryKind{
	journey.EntryEvent, journey.EntryDecision, journey.EntryEnrolled, journey.EntryMessage, journey.EntryTouch, journey.EntryOrder, journey.EntryRecovery,
}

// settle puts the entries in order. Providers tell times in whole seconds: what
// reached a shopper never stands before the message it was.
func (g *gathering) settle() {
	left := map[string]time.Time{}
	for _, e := range g.out {
		if e.Message != nil {
			left[e.Message.ID] = e.Message.SentAt
		}
	}
	for i, e := range g.out {
		if e.Touch != nil && e.At.Before(left[e.Touch.MessageID]) {
			g.out[i].At = left[e.Touch.MessageID]
		}
	}
	slices.SortStableFunc(g.out, func(a, b journey.Entry) int {
		return cmp.Or(a.At.Compare(b.At), slices.Index(inOrder, a.Kind)-slices.Index(inOrder, b.Kind))
	})
}

// order adds the cart's order and its credit, if there are.
func (g *gathering) order(c cart.Cart) {
	if g.err != nil || c.OrderID == "" {
		return
	}
	p, err := purchaseByID(g.ctx, g.q, c.ShopID, c.OrderID)
	if err != nil {
		g.err = err
		return
	}
	when := p.StoredAt
	if p.PlacedAt.After(when) {
		when = p.PlacedAt
	}
	g.out = append(g.out, journey.Entry{At: when, Kind: journey.EntryOrder, Order: &p})
	gather(g, "recovery", scanRecovery, func(r *attribution.Recovery) journey.Entry {
		return journey.Entry{At: r.CreditedAt, Kind: journey.EntryRecovery, Recovery: r}
	}, `SELECT `+recoveryColumns+` FROM recoveries WHERE shop_id = $1 AND order_id = $2`, c.ShopID, c.OrderID)
}

func scanEventRow(rows *sql.Rows, e *journey.EventRow) error {
	var occurred, received int64
	err := rows.Scan(&e.ID, &e.Platform, &e.Topic, &e.Kind, &occurred, &received, &e.Status, &e.Note)
	e.OccurredAt, e.ReceivedAt = at(occurred), at(received)
	return err
}

// Shopper gives one shopper with their history.
func (s *Store) Shopper(ctx context.Context, shopID, id string) (shopper.Shopper, shopper.History, error) {
	who, err := loadShopper(ctx, s.reader(), "", shopID, id)
	if err != nil {
		return who, shopper.History{}, err
	}
	h, err := history(ctx, s.reader(), shopID, who.ID)
	return who, h, err
}

// Personas gives the shop's personas in order.
func (s *Store) Personas(ctx context.Context, shopID string) ([]persona.Persona, error) {
	return personas(ctx, s.reader(), shopID)
}

// Sequences gives the live sequences by key.
func (s *Store) Sequences(ctx context.Context, shopID string) ([]sequence.Sequence, error) {
	return liveSequences(ctx, s.reader(), shopID)
}

// Templates gives the live templates by key, channel and locale.
func (s *Store) Templates(ctx context.Context, shopID string) ([]message.Template, error) {
	return liveTemplates(ctx, s.reader(), shopID)
}

package store

import (
	"context"
	"database/sql"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

// Quarantine lists the events that verified and could not be folded, newest
// first, without their bodies.
func (s *Store) Quarantine(ctx context.Context, shopID string, q journey.Query) (journey.Page[journey.Quarantined], error) {
	q.State, q.CartID = "quarantined", ""
	p, err := page(ctx, s.reader(), list[journey.Quarantined]{
		what: "quarantined events", table: "events", columns: quarantineColumns, time: "received_at", scan: scanQuarantined,
		more:  func(q journey.Query, next int) (string, []any) { return heldWhere(q.Held, next) },
		place: func(e journey.Quarantined) cursor { return cursor{ms(e.ReceivedAt), e.ID} },
	}, shopID, q)
	if err != nil {
		return p, err
	}
	alike, err := s.alike(ctx, shopID)
	for i, e := range p.Items {
		p.Items[i].Alike = alike[e.Platform+" "+e.Reason]
	}
	return p, err
}

const quarantineColumns = `id, platform, topic, received_at, note, length(body), headers`

func scanQuarantined(rows *sql.Rows, e *journey.Quarantined) error {
	var received int64
	var headers string
	if err := rows.Scan(&e.ID, &e.Platform, &e.Topic, &received, &e.Reason, &e.Bytes, &headers); err != nil {
		return err
	}
	e.ReceivedAt = at(received)
	if err := undoc("headers", headers, &e.Headers); err != nil {
		return err
	}
	for name, value := range e.Headers {
		// Of a delivery that could not be read, only the headers tell the topic.
		if e.Topic == "" && strings.HasSuffix(strings.ToLower(name), "-topic") {
			e.Topic = value
		}
	}
	return nil
}

// likeness is how many events of a platform are held for a reason.
type likeness struct {
	name string
	n    int
}

// alike counts the quarantined events by platform and reason, of the newest journey.MaxCounted.
func (s *Store) alike(ctx context.Context, shopID string) (map[string]int, error) {
	rows, err := all(ctx, s.reader(), "quarantined events", func(rows *sql.Rows, l *likeness) error { return rows.Scan(&l.name, &l.n) }, `
		SELECT platform || ' ' || note, count(*) FROM (
			SELECT platform, note FROM events WHERE shop_id = $1 AND status = 'quarantined' ORDER BY received_at DESC, id DESC LIMIT $2) AS held
		GROUP BY platform, note`, shopID, journey.MaxCounted)
	out := map[string]int{}
	for _, l := range rows {
		out[l.name] = l.n
	}
	return out, err
}

// QuarantinedEvent gives one of them with its body.
func (s *Store) QuarantinedEvent(ctx context.Context, shopID, id string) (journey.Quarantined, error) {
	q := s.reader()
	e, err := one(ctx, q, "quarantined event", scanQuarantined,
		`SELECT `+quarantineColumns+` FROM events WHERE shop_id = $1 AND id = $2 AND status = 'quarantined'`, shopID, id)
	if err != nil {
		return e, err
	}
	if e.Body, err = one(ctx, q, "quarantined event", func(rows *sql.Rows, b *[]byte) error { return rows.Scan(b) },
		`SELECT body FROM events WHERE shop_id = $1 AND id = $2`, shopID, id); err != nil {
		return e, err
	}
	alike, err := s.alike(ctx, shopID)
	e.Alike = alike[e.Platform+" "+e.Reason]
	return e, err
}

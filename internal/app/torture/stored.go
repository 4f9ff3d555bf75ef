package torture

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Stored is what the database says.
type Stored struct {
	// Events are the stored events' states by dedupe key.
	Events map[ref]string
	// Carts are the carts' ids by the platform's id.
	Carts map[ref]string
	// Orders are when orders were stored, by the platform's id, on the engine's clock.
	Orders      map[ref]time.Time
	Enrollments []Enrollment
	Decisions   []Decision
	// Unenrolled are the rules by which carts were not enrolled, by the carts' ids.
	Unenrolled map[ref]string
	Messages   []Message
}

// Enrollment is a cart's way through its sequence.
type Enrollment struct {
	Shop, ID, Cart, State, Reason string
	// Step is the one it stands at.
	Step int
}

// Decision is what was decided about a step.
type Decision struct {
	Shop, Enrollment, Message string
	Step                      int
	Outcome, Rule             string
}

// Message is a message's row.
type Message struct {
	Shop, ID, Enrollment, Cart, State string
	Step                              int
	// SentAt is when its last call began, StepDue when its step was due, Expires
	// until when it might be sent; all on the engine's clock.
	SentAt, StepDue, Expires time.Time
}

// database opens a round's database beside a server.
func database(dsn string) (*sql.DB, error) {
	if strings.HasPrefix(dsn, "postgres://") {
		return sql.Open("pgx", dsn)
	}
	return sql.Open("sqlite", "file:"+(&url.URL{Path: dsn}).EscapedPath()+"?mode=rw&_pragma=busy_timeout(10000)&_pragma=query_only(1)")
}

// read reads everything that is compared.
func read(ctx context.Context, db *sql.DB) (Stored, error) {
	s := Stored{Events: map[ref]string{}, Carts: map[ref]string{}, Orders: map[ref]time.Time{}, Unenrolled: map[ref]string{}}
	for _, part := range []struct {
		query string
		row   func(*sql.Rows) error
	}{
		{`SELECT shop_id, dedupe_key, status FROM events`, s.event},
		{`SELECT shop_id, value, cart_id FROM cart_links`, s.cart},
		{`SELECT shop_id, platform_id, stored_at FROM orders`, s.order},
		{`SELECT shop_id, id, cart_id, state, reason, step FROM enrollments`, s.enrollment},
		{`SELECT shop_id, enrollment_id, message_id, step, outcome, rule FROM decisions WHERE enrollment_id <> ''`, s.decision},
		{`SELECT shop_id, cart_id, rule FROM decisions WHERE outcome = 'not_enrolled' ORDER BY decided_at`, s.unenrolled},
		{`SELECT shop_id, id, enrollment_id, cart_id, state, step, sent_at, step_due_at, expires_at FROM messages`, s.message},
	} {
		if err := each(ctx, db, part.query, part.row); err != nil {
			return s, err
		}
	}
	return s, nil
}

// each runs a query and hands over its rows.
func each(ctx context.Context, db *sql.DB, query string, row func(*sql.Rows) error) error {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the database cannot be read")
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return fault.Wrap(fault.Internal, err, "a row cannot be read")
		}
	}
	if err := rows.Err(); err != nil {
		return fault.Wrap(fault.Internal, err, "the database cannot be read to the end")
	}
	return nil
}

func (s *Stored) event(rows *sql.Rows) error {
	var key ref
	var status string
	err := rows.Scan(&key.shop, &key.name, &status)
	s.Events[key] = status
	return err
}

func (s *Stored) cart(rows *sql.Rows) error {
	var key ref
	var id string
	err := rows.Scan(&key.shop, &key.name, &id)
	s.Carts[key] = id
	return err
}

func (s *Stored) order(rows *sql.Rows) error {
	var key ref
	var at int64
	err := rows.Scan(&key.shop, &key.name, &at)
	s.Orders[key] = time.UnixMilli(at)
	return err
}

func (s *Stored) enrollment(rows *sql.Rows) error {
	var e Enrollment
	err := rows.Scan(&e.Shop, &e.ID, &e.Cart, &e.State, &e.Reason, &e.Step)
	s.Enrollments = append(s.Enrollments, e)
	return err
}

func (s *Stored) decision(rows *sql.Rows) error {
	var d Decision
	err := rows.Scan(&d.Shop, &d.Enrollment, &d.Message, &d.Step, &d.Outcome, &d.Rule)
	s.Decisions = append(s.Decisions, d)
	return err
}

func (s *Stored) unenrolled(rows *sql.Rows) error {
	var key ref
	var rule string
	err := rows.Scan(&key.shop, &key.name, &rule)
	s.Unenrolled[key] = rule
	return err
}

func (s *Stored) message(rows *sql.Rows) error {
	var m Message
	var sent, due, expires int64
	err := rows.Scan(&m.Shop, &m.ID, &m.Enrollment, &m.Cart, &m.State, &m.Step, &sent, &due, &expires)
	m.SentAt, m.StepDue, m.Expires = time.UnixMilli(sent), time.UnixMilli(due), time.UnixMilli(expires)
	s.Messages = append(s.Messages, m)
	return err
}

// sending gives the messages whose call is in flight, or was when their process died.
func sending(ctx context.Context, db *sql.DB) (ids []string, err error) {
	err = each(ctx, db, `SELECT id FROM messages WHERE state = 'sending'`, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

// waiting are all rows that something is due for.
const waiting = `(
	SELECT idle_at AS at FROM carts WHERE idle_at IS NOT NULL
	UNION ALL SELECT due_at FROM enrollments WHERE due_at IS NOT NULL
	UNION ALL SELECT due_at FROM messages WHERE due_at IS NOT NULL
) AS waiting`

// pending gives how much still waits, and when the first of it is due on the engine's clock.
func pending(ctx context.Context, db *sql.DB) (n int, first time.Time, err error) {
	err = each(ctx, db, `SELECT count(*), coalesce(min(at), 0) FROM `+waiting, func(rows *sql.Rows) error {
		var at int64
		err := rows.Scan(&n, &at)
		first = time.UnixMilli(at)
		return err
	})
	return n, first, err
}

// dueAfter gives how much waits for a moment after t on the engine's clock.
func dueAfter(ctx context.Context, db *sql.DB, t time.Time) (n int, err error) {
	query := fmt.Sprintf(`SELECT count(*) FROM %s WHERE at > %d`, waiting, t.UnixMilli())
	err = each(ctx, db, query, func(rows *sql.Rows) error { return rows.Scan(&n) })
	return n, err
}

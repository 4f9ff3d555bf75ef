package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// querier runs statements; both engines' transactions and the reading pool are one.
type querier interface {
	exec(ctx context.Context, query string, args ...any) (sql.Result, error)
	query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

type sqlTx struct{ *sql.Tx }

func (t sqlTx) exec(ctx context.Context, q string, args ...any) (sql.Result, error) {
	return t.ExecContext(ctx, q, args...)
}

func (t sqlTx) query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	return t.QueryContext(ctx, q, args...)
}

type sqlDB struct{ *sql.DB }

func (d sqlDB) exec(ctx context.Context, q string, args ...any) (sql.Result, error) {
	return d.ExecContext(ctx, q, args...)
}

func (d sqlDB) query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	return d.QueryContext(ctx, q, args...)
}

// reader gives the pool for queries outside transactions.
func (s *Store) reader() querier {
	if s.reads != nil {
		return s.reads
	}
	return sqlDB{s.read}
}

// maxReads is how many different reading statements are kept prepared; a list
// has one for each way of narrowing it, and those beyond are parsed each time.
const maxReads = 400

// preparedReads keeps the statements that SQLite's reading connections were
// asked: parsing took as long as looking up a shop by its id. Postgres' driver
// keeps its own.
type preparedReads struct {
	sqlDB
	mu sync.Mutex
	by map[string]*sql.Stmt
}

func (r *preparedReads) query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	st, err := r.prepare(ctx, q)
	if err != nil {
		return nil, err
	}
	if st == nil {
		return r.QueryContext(ctx, q, args...)
	}
	return st.QueryContext(ctx, args...)
}

// prepare gives a kept statement; nil when there are too many. Preparing waits
// for a free connection, and whoever asks what is kept must not wait for that.
func (r *preparedReads) prepare(ctx context.Context, q string) (*sql.Stmt, error) {
	st, full := r.kept(q)
	if st != nil || full {
		return st, nil
	}
	made, err := r.PrepareContext(ctx, q)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if st := r.by[q]; st != nil {
		return st, made.Close() // another was faster
	}
	r.by[q] = made
	return made, nil
}

func (r *preparedReads) kept(q string) (st *sql.Stmt, full bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.by[q], len(r.by) >= maxReads
}

// statements keeps the prepared statements of one connection: SQLite would
// otherwise parse the same text for every call.
type statements struct {
	conn *sql.Conn
	by   map[string]*sql.Stmt
}

func newStatements(c *sql.Conn) *statements { return &statements{conn: c, by: map[string]*sql.Stmt{}} }

func (s *statements) prepare(ctx context.Context, q string) (*sql.Stmt, error) {
	if st, ok := s.by[q]; ok {
		return st, nil
	}
	st, err := s.conn.PrepareContext(ctx, q)
	if err != nil {
		return nil, err
	}
	s.by[q] = st
	return st, nil
}

func (s *statements) exec(ctx context.Context, q string, args ...any) (sql.Result, error) {
	st, err := s.prepare(ctx, q)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

func (s *statements) query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	st, err := s.prepare(ctx, q)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

// places writes rows of placeholders for a list of values, "($2, $3), ($4, $5)",
// counted from the one after last: each number of rows is a statement of its own,
// so a list is one only where it is short.
func places(last, rows, columns int) string { return placed("(", last, rows, columns) }

// shopPlaces writes rows that each begin with the shop, which is $1.
func shopPlaces(rows, columns int) string { return placed("($1, ", 1, rows, columns) }

func placed(open string, last, rows, columns int) string {
	var b strings.Builder
	for range rows {
		for c := range columns {
			last++
			switch {
			case c > 0:
				b.WriteString(", $")
			case b.Len() > 0:
				b.WriteString(", " + open + "$")
			default:
				b.WriteString(open + "$")
			}
			b.WriteString(strconv.Itoa(last))
		}
		b.WriteByte(')')
	}
	return b.String()
}

func (s *statements) close() {
	for _, st := range s.by {
		_ = st.Close() // the connection is closed next, and its statements with it
	}
}

// failed wraps an error with what was tried. Text that Postgres cannot hold came
// from outside, mostly as an id: that is the caller's fault and not ours.
func failed(what string, err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "22021" {
		return fault.Wrap(fault.Invalid, err, "%s: this text is not valid UTF-8, or holds a NUL", what)
	}
	return fmt.Errorf("store: %s: %w", what, err)
}

// storable reports whether both engines can hold a text.
func storable(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// all runs a query and scans each row.
func all[T any](ctx context.Context, q querier, what string, scan func(*sql.Rows, *T) error, query string, args ...any) ([]T, error) {
	rows, err := q.query(ctx, query, args...)
	if err != nil {
		return nil, failed(what, err)
	}
	defer rows.Close()
	out := []T{}
	for rows.Next() {
		var v T
		if err := scan(rows, &v); err != nil {
			return nil, fmt.Errorf("store: %s: %w", what, err)
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		return nil, failed(what, err)
	}
	return out, nil
}

// one is all for exactly one row; none is fault.NotFound.
func one[T any](ctx context.Context, q querier, what string, scan func(*sql.Rows, *T) error, query string, args ...any) (T, error) {
	vs, err := all(ctx, q, what, scan, query, args...)
	if err != nil || len(vs) == 0 {
		var zero T
		if err == nil {
			err = fault.New(fault.NotFound, "no such %s", what)
		}
		return zero, err
	}
	return vs[0], nil
}

// run executes a statement and gives the number of rows it changed.
func run(ctx context.Context, q querier, what, query string, args ...any) (int, error) {
	res, err := q.exec(ctx, query, args...)
	if err != nil {
		return 0, failed(what, err)
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// ms gives unix milliseconds, 0 for the zero time.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// at reads unix milliseconds; 0 is the zero time.
func at(v int64) time.Time {
	if v == 0 {
		return time.Time{}
	}
	return time.UnixMilli(v).UTC()
}

// maybe gives nil for the zero time: a NULL alarm.
func maybe(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

func doc(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		// Only our own plain structs are stored; they always marshal.
		panic(fmt.Sprintf("store: document: %v", err))
	}
	return string(b)
}

func undoc(what, text string, v any) error {
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return fmt.Errorf("%s document: %w", what, err)
	}
	return nil
}

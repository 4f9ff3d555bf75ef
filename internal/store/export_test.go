package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"slices"
	"sync"
	"sync/atomic"

	sqlitedriver "modernc.org/sqlite"
)

// ParseCursor reads a cursor and gives it back as text.
func ParseCursor(s string) (string, error) {
	c, err := parseCursor(s)
	return c.String(), err
}

// Commits counts the commits of a SQLite store's writing connection from now on.
func (s *Store) Commits() (*atomic.Int64, error) {
	n := new(atomic.Int64)
	return n, s.onCommit(func() int32 { n.Add(1); return 0 })
}

// FailCommits lets a SQLite store's commits fail while the result is true.
func (s *Store) FailCommits() (*atomic.Bool, error) {
	fail := new(atomic.Bool)
	return fail, s.onCommit(func() int32 {
		if fail.Load() {
			return 1
		}
		return 0
	})
}

// onCommit lets SQLite ask before each commit of the writing connection; any
// answer but 0 fails it.
func (s *Store) onCommit(ask func() int32) error {
	return s.pieces.conn.Raw(func(c any) error {
		c.(sqlitedriver.HookRegisterer).RegisterCommitHook(ask)
		return nil
	})
}

// Statement is one that was sent, with its arguments.
type Statement struct {
	Query string
	Args  []any
}

// Heard are the statements of a store or transaction, in order.
type Heard struct {
	mu   sync.Mutex
	list []Statement
}

func (h *Heard) hear(query string, args []any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.list = append(h.list, Statement{query, args})
}

// Take gives what was heard since the last time.
func (h *Heard) Take() []Statement {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := h.list
	h.list = nil
	return out
}

// Overheard gives a store that can only read, over the database of s, and what it says.
func (s *Store) Overheard(url string) (*Store, *Heard) {
	h := &Heard{}
	name := map[dialect]string{sqlite: sqliteDSN(Options{URL: url}, "deferred", true), postgres: url}[s.dialect]
	db := sql.OpenDB(listening{s.read.Driver(), name, h})
	return &Store{dialect: s.dialect, read: db, now: s.now}, h
}

// WriteOverheard is Write with every statement of the transaction heard.
func (s *Store) WriteOverheard(ctx context.Context, h *Heard, fn func(context.Context, *Tx) error) error {
	return s.Write(ctx, func(ctx context.Context, tx *Tx) error {
		heard := *tx
		heard.q = listener{tx.q, h}
		return fn(ctx, &heard)
	})
}

type listener struct {
	querier
	h *Heard
}

func (l listener) exec(ctx context.Context, q string, args ...any) (sql.Result, error) {
	l.h.hear(q, args)
	return l.querier.exec(ctx, q, args...)
}

func (l listener) query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	l.h.hear(q, args)
	return l.querier.query(ctx, q, args...)
}

// listening opens connections whose queries are heard.
type listening struct {
	driver driver.Driver
	name   string
	h      *Heard
}

func (l listening) Connect(context.Context) (driver.Conn, error) {
	c, err := l.driver.Open(l.name)
	return listeningConn{c, l.h}, err
}

func (l listening) Driver() driver.Driver { return l.driver }

type listeningConn struct {
	driver.Conn
	h *Heard
}

func (c listeningConn) QueryContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	var values []any
	for _, a := range slices.Clone(args) {
		values = append(values, a.Value)
	}
	c.h.hear(q, values)
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, q, args)
}

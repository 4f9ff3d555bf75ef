// Package storetest opens fresh databases for tests, on both engines: a SQLite
// file of the test's own, and a database of its own on a private Postgres
// cluster that the test binary starts when it is first asked for and ends when
// it is done. Nothing that runs on the machine already is touched.
//
// A test binary that uses it says so in its TestMain:
//
//	func TestMain(m *testing.M) { storetest.Main(m) }
package storetest

import (
	"context"
	"database/sql"
	"net/url"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/cartograph-dev/cartograph/internal/store"
)

// The engines, as Store.Engine names them.
const (
	EngineSQLite   = "sqlite"
	EnginePostgres = "postgres"
)

// DB is one fresh, migrated database.
type DB struct {
	// Engine is EngineSQLite or EnginePostgres.
	Engine string
	// URL is what store.Open takes.
	URL string
}

// Each runs f as parallel subtests "sqlite" and "postgres", each with a
// database of its own. See Postgres for machines without it.
func Each(t *testing.T, f func(t *testing.T, db DB)) {
	t.Helper()
	t.Run(EngineSQLite, func(t *testing.T) {
		t.Parallel()
		f(t, DB{EngineSQLite, SQLite(t)})
	})
	t.Run(EnginePostgres, func(t *testing.T) {
		t.Parallel()
		f(t, DB{EnginePostgres, Postgres(t)})
	})
}

// Option changes how Open opens a store.
type Option func(*store.Options)

// Now gives the store a clock; without it time stands at Start.
func Now(now func() time.Time) Option { return func(o *store.Options) { o.Now = now } }

// Sync sets SQLite's synchronous pragma; without it tests use "normal", which
// is faster and differs only when the power fails.
func Sync(pragma string) Option { return func(o *store.Options) { o.Sync = pragma } }

// Open opens the database. The store is closed at the end of the test; closing
// it earlier, and opening the database again, is allowed.
func (d DB) Open(t testing.TB, opts ...Option) *store.Store {
	t.Helper()
	o := store.Options{URL: d.URL, Now: func() time.Time { return Start }, Sync: "normal"}
	for _, opt := range opts {
		opt(&o)
	}
	s, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	return s
}

// Raw opens the database without the store, to look at rows as they are. It is
// closed at the end of the test.
func (d DB) Raw(t testing.TB) *sql.DB {
	t.Helper()
	driver, dsn := "sqlite", "file:"+(&url.URL{Path: d.URL}).EscapedPath()+"?_pragma=busy_timeout(10000)"
	if d.Engine == EnginePostgres {
		driver, dsn = "pgx", d.URL
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// Start is where time stands in tests that set no clock.
var Start = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// Clock is a clock that stands at Start until it is moved. It is safe for
// concurrent use; its zero value is ready.
type Clock struct {
	mu    sync.Mutex
	moved time.Duration
}

// Now gives the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Start.Add(c.moved)
}

// Add moves the clock, backwards too.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved += d
}

// Main runs a test binary's tests, ends the Postgres cluster if one was
// started, checks that no goroutine is left over, and exits.
func Main(m *testing.M, opts ...goleak.Option) {
	goleak.VerifyTestMain(run(func() int {
		defer shared.stop()
		return m.Run()
	}), opts...)
}

// run lets the cluster end before leaks are looked for.
type run func() int

// Run is what goleak calls.
func (r run) Run() int { return r() }

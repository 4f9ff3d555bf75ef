// Package store is all SQL, one package for both engines: SQLite for one
// machine, Postgres (or what speaks its wire) for many. It loads and saves;
// it decides nothing.
//
// Statements are written once, in portable SQL with $1 placeholders. What
// differs between the engines is in dialect.go.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	sqlitedriver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Options open a store.
type Options struct {
	// URL is postgres://… or the path of a SQLite file.
	URL string
	// Now is the clock of every timestamp the store writes.
	Now func() time.Time
	// Sync is SQLite's synchronous pragma: "full" (default) survives a power
	// cut, "normal" may lose the last commits in one.
	Sync string
	// Conns bounds Postgres connections; 0 means 20.
	Conns int
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	dialect dialect
	// read serves queries outside transactions; on SQLite a pool of its own, so that readers never wait for the writer.
	read *sql.DB
	// reads are that pool's prepared statements on SQLite; nil on Postgres.
	reads *preparedReads
	// write is the Postgres pool, or SQLite's single writing connection.
	write *sql.DB
	// pieces feeds SQLite's writer; nil on Postgres.
	pieces *writer
	now    func() time.Time
	// numbers counts transactions.
	numbers atomic.Uint64
}

// Open connects. It does not migrate: see Migrate and Check.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Now == nil {
		return nil, fault.New(fault.Misconfigured, "store: no clock given")
	}
	d := dialectOf(o.URL)
	s := &Store{dialect: d, now: o.Now}
	if err := s.connect(o); err != nil {
		return nil, err
	}
	if err := s.write.PingContext(ctx); err != nil {
		_ = s.Close() // why it cannot be used is what is told
		return nil, fault.Wrap(fault.Misconfigured, err, "cannot open the database").
			Try("check CARTOGRAPH_DATABASE_URL, and that the server runs and accepts this user")
	}
	if d == sqlite {
		w, err := startWriter(ctx, s.write)
		if err != nil {
			_ = s.Close() // why it cannot be used is what is told
			return nil, err
		}
		s.pieces = w
	}
	return s, nil
}

// Close waits for the writes under way and closes the connections.
func (s *Store) Close() error {
	if s.pieces != nil {
		s.pieces.stop()
	}
	var err error
	if s.read != nil && s.read != s.write {
		err = s.read.Close()
	}
	if s.write != nil {
		err = errors.Join(err, s.write.Close())
	}
	return err
}

// Engine names the engine, for logs and reports: "sqlite" or "postgres".
func (s *Store) Engine() string { return string(s.dialect) }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.read.PingContext(ctx) }

// errAgain asks Write to run the piece again: another transaction won a race
// for the same row.
var errAgain = errors.New("store: lost a race, run again")

// maxTries bounds how often a piece is run again.
const maxTries = 8

// Write runs fn in a transaction and returns after the commit that holds its
// work. fn may be run more than once and must have no effect outside the
// transaction. On SQLite, pieces that arrive together share one commit; each
// keeps its own savepoint, so one's failure does not touch the others.
func (s *Store) Write(ctx context.Context, fn func(context.Context, *Tx) error) error {
	var err error
	for range maxTries {
		if err = ctx.Err(); err != nil {
			return fmt.Errorf("store: write: %w", err)
		}
		if s.pieces != nil {
			err = s.pieces.run(ctx, s.piece(fn))
		} else {
			err = s.writePostgres(ctx, fn)
		}
		if !errors.Is(err, errAgain) && !s.dialect.raced(err) {
			return err
		}
	}
	return fault.Wrap(fault.Overloaded, err, "the same rows were written by others %d times in a row", maxTries)
}

func (s *Store) piece(fn func(context.Context, *Tx) error) func(context.Context, querier) error {
	return func(ctx context.Context, q querier) error {
		tx := &Tx{q: q, dialect: s.dialect, now: s.now().UTC(), tally: &tallying{}, number: s.numbers.Add(1)}
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return tx.flush(ctx)
	}
}

// errPanicked is a transaction whose work panicked. Its work is undone.
var errPanicked = errors.New("store: panic in a transaction")

// calmly turns a panic into an error: what one event brings about must not end
// the process that others are served by.
func calmly(work func(context.Context, querier) error) func(context.Context, querier) error {
	return func(ctx context.Context, q querier) (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("%w: %v\n%s", errPanicked, r, debug.Stack())
			}
		}()
		return work(ctx, q)
	}
}

// Hopeless reports whether an error of Write would come again for the same
// input: its work panicked, or the database refused a value or a row for what
// it is. Everything else may pass.
func (s *Store) Hopeless(err error) bool {
	if errors.Is(err, errPanicked) {
		return true
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return strings.HasPrefix(pg.Code, "22") || strings.HasPrefix(pg.Code, "23") // data exception, integrity violation
	}
	var lite *sqlitedriver.Error
	if errors.As(err, &lite) {
		code := lite.Code() & 0xff
		return code == sqlite3.SQLITE_CONSTRAINT || code == sqlite3.SQLITE_MISMATCH || code == sqlite3.SQLITE_TOOBIG
	}
	return fault.Is(err, fault.Unprocessable)
}

func (s *Store) writePostgres(ctx context.Context, fn func(context.Context, *Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("store: begin: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it reports ErrTxDone, otherwise the cause is already returned
	if err := calmly(s.piece(fn))(ctx, sqlTx{tx}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("store: commit: %w", err)
	}
	return nil
}

// Tx is one transaction. Its time is fixed.
type Tx struct {
	q       querier
	dialect dialect
	now     time.Time
	// tally gathers what the transaction changes in the tallies; number tells transactions apart.
	tally  *tallying
	number uint64
	// was is the message that was read or written last, for what SaveMessage counts.
	was stateOf
}

// Now is the one timestamp of this transaction.
func (t *Tx) Now() time.Time { return t.now }

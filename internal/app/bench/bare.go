package bench

import (
	"context"
	"database/sql"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// bareShop is whom the ceilings' webhooks are for. Nobody looks.
var bareShop = Shop{Path: "/webhooks/shopify/bare", Domain: "bare.example", Secret: "bare"}

// rows stores one body durably.
type rows struct {
	commit func(ctx context.Context, id string, body []byte) error
	// count gives how many there are.
	count func(ctx context.Context) (int64, error)
	close func() error
}

// measureBare measures what durable ingest is held against: the same requests
// to a handler that reads the body and commits one row, once with a commit for
// each, once through the store, whose commits hold many where that is faster.
func (b *bench) measureBare(ctx context.Context) (err error) {
	b.say("its ceiling: a bare handler with a row and a commit for each request")
	if b.report.Ingest.Ceiling, err = b.bare(ctx, b.ownRows); err != nil {
		return err
	}
	b.say("the same bare handler, its rows written through the store")
	b.report.Ingest.Shared, err = b.bare(ctx, b.storeRows)
	return err
}

// bare loads a bare handler and counts what was stored.
func (b *bench) bare(ctx context.Context, open func(context.Context) (rows, error)) (r Rate, err error) {
	to, err := open(ctx)
	if err != nil {
		return r, err
	}
	defer func() {
		if closed := to.close(); err == nil && closed != nil {
			err = fault.Wrap(fault.Internal, closed, "cannot close the ceiling's database")
		}
	}()
	addr, stop, err := serveBare(ctx, to)
	if err != nil {
		return r, err
	}
	defer stop()
	r, answered, err := b.post(ctx, addr, bareShop)
	if err != nil {
		return r, err
	}
	stored, err := to.count(ctx)
	if err == nil && stored != int64(answered) {
		b.report.doubt("%d requests to the bare handler were answered 200, but %d are stored", answered, stored)
	}
	return r, err
}

// serveBare serves the bare handler.
func serveBare(ctx context.Context, to rows) (addr string, stop func(), err error) {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fault.Wrap(fault.Misconfigured, err, "cannot listen on the loopback address")
	}
	e := echo.New()
	e.POST(bareShop.Path, func(c echo.Context) error {
		body, err := io.ReadAll(c.Request().Body)
		if err == nil {
			err = to.commit(c.Request().Context(), uuid.Must(uuid.NewV7()).String(), body)
		}
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, map[string]bool{"ok": true})
	})
	server := &http.Server{Handler: e, ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(listener) //nolint:errcheck // it ends with Close, and reports just that
	return listener.Addr().String(), func() { server.Close() }, nil
}

// ownRows opens a table with nothing but its key: on SQLite in a file of its
// own that is as durable as the store's.
func (b *bench) ownRows(ctx context.Context) (rows, error) {
	driver, dsn, conns := "pgx", b.scratch.url, 20
	if !b.scratch.postgres() {
		driver, dsn, conns = "sqlite", b.scratch.dsn(filepath.Join(b.scratch.dir, "bare.db")), 1
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return rows{}, fault.Wrap(fault.Internal, err, "cannot open the ceiling's database")
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	var insert *sql.Stmt
	if _, err = db.ExecContext(ctx, `CREATE TABLE bench_rows (id TEXT PRIMARY KEY, body BYTEA NOT NULL)`); err == nil {
		insert, err = db.PrepareContext(ctx, `INSERT INTO bench_rows (id, body) VALUES ($1, $2)`)
	}
	if err != nil {
		db.Close()
		return rows{}, fault.Wrap(fault.Internal, err, "cannot make the ceiling's table")
	}
	return rows{
		commit: func(ctx context.Context, id string, body []byte) error {
			_, err := insert.ExecContext(ctx, id, body)
			return err
		},
		count: func(ctx context.Context) (n int64, err error) {
			return n, db.QueryRowContext(ctx, `SELECT count(*) FROM bench_rows`).Scan(&n)
		},
		close: db.Close,
	}, nil
}

// storeRows writes raw events, unread, through the store.
func (b *bench) storeRows(ctx context.Context) (rows, error) {
	s, err := store.Open(ctx, store.Options{URL: b.scratch.url, Now: time.Now, Sync: b.scratch.sync})
	if err != nil {
		return rows{}, err
	}
	shops, err := s.Shops(ctx)
	if err != nil || len(shops) == 0 {
		s.Close()
		return rows{}, fault.Wrap(fault.Internal, err, "there is no shop for the ceiling's rows")
	}
	return rows{
		commit: func(ctx context.Context, id string, body []byte) error {
			ev := recovery.Stored{Status: "bare", Body: body, Event: event.Event{
				ID: id, ShopID: shops[0].ID, Platform: "shopify", Kind: event.Unknown, DedupeKey: id, ReceivedAt: time.Now(),
			}}
			return s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.InsertEvent(ctx, ev)
				return err
			})
		},
		count: func(ctx context.Context) (int64, error) {
			return b.scratch.number(ctx, `SELECT count(*) FROM events WHERE status = 'bare'`)
		},
		close: s.Close,
	}, nil
}

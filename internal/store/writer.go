package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"
)

// maxPieces and maxGather bound how many pieces share a commit and for how long
// they are gathered: the first caller waits for the last piece.
const (
	maxPieces = 200
	maxGather = 10 * time.Millisecond
)

// writer is SQLite's one writing connection. It takes pieces of work as they
// come, runs each inside a savepoint and commits when no more are waiting: one
// fsync then holds them all. A piece alone commits at once.
type writer struct {
	conn  *sql.Conn
	stmts *statements
	in    chan piece
	quit  chan struct{}
	done  chan struct{}
	once  sync.Once
}

type piece struct {
	ctx  context.Context
	work func(context.Context, querier) error
	done chan error
}

var errClosed = errors.New("store: closed")

func startWriter(ctx context.Context, db *sql.DB) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("store: writing connection: %w", err)
	}
	w := &writer{conn: conn, stmts: newStatements(conn), in: make(chan piece), quit: make(chan struct{}), done: make(chan struct{})}
	go w.loop()
	return w, nil
}

func (w *writer) stop() {
	w.once.Do(func() { close(w.quit) })
	<-w.done
}

// run hands one piece to the writer and waits for the commit that holds it. It
// does not give up early: a caller that stopped waiting could not know whether
// its work was stored.
func (w *writer) run(ctx context.Context, work func(context.Context, querier) error) error {
	p := piece{ctx: ctx, work: work, done: make(chan error, 1)}
	select {
	case w.in <- p:
	case <-w.quit:
		return errClosed
	case <-ctx.Done():
		return fmt.Errorf("store: waiting to write: %w", ctx.Err())
	}
	return <-p.done
}

func (w *writer) loop() {
	defer close(w.done)
	defer w.conn.Close()
	defer w.stmts.close()
	for {
		select {
		case p := <-w.in:
			w.batch(p)
		case <-w.quit:
			return
		}
	}
}

// batch runs the first piece and whatever else is waiting, and commits once.
// It uses its own context: a caller's must not abort the others' transaction.
func (w *writer) batch(first piece) {
	ctx := context.Background()
	if _, err := w.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		first.done <- fmt.Errorf("store: begin: %w", err)
		return
	}
	held := w.gather(ctx, first)
	_, err := w.conn.ExecContext(ctx, "COMMIT")
	if err != nil {
		err = fmt.Errorf("store: commit: %w", err)
		_, _ = w.conn.ExecContext(ctx, "ROLLBACK") // the commit's error is the one to tell
	}
	for _, p := range held {
		p.done <- err
	}
}

// gather runs pieces until none is waiting and gives those whose work is part
// of the transaction; failed ones are answered at once.
func (w *writer) gather(ctx context.Context, p piece) []piece {
	var held []piece
	began := time.Now()
	for n := 1; ; n++ {
		if err := w.one(p); err != nil {
			p.done <- err
		} else {
			held = append(held, p)
		}
		if n >= maxPieces || time.Since(began) >= maxGather {
			return held
		}
		select {
		case p = <-w.in:
		default:
			return held
		}
	}
}

func (w *writer) one(p piece) (err error) {
	ctx := context.WithoutCancel(p.ctx)
	if _, err := w.stmts.exec(ctx, "SAVEPOINT piece"); err != nil {
		return fmt.Errorf("store: savepoint: %w", err)
	}
	defer func() {
		if err != nil {
			_, undo := w.stmts.exec(ctx, "ROLLBACK TO piece")
			err = errors.Join(err, undo)
		}
		if _, rel := w.stmts.exec(ctx, "RELEASE piece"); rel != nil {
			err = errors.Join(err, rel)
		}
	}()
	return calmly(p.work)(ctx, w.stmts)
}

package recovery_test

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

var errKilled = errors.New("the process was killed")

// watched is a store whose transactions tell a test what they do. A watcher
// that gives an error rolls the transaction back.
type watched struct {
	recovery.Store
	// saving is asked before a message is saved, reserving before one is inserted,
	// ordering before an ordered cart is saved.
	saving    func(recovery.Letter) error
	reserving func(recovery.Letter) error
	ordering  func(cart.Cart) error
	// cartSaved is asked before any cart is saved.
	cartSaved func(cart.Cart) error
	// committed is told of each transaction's end.
	committed func()
	// dead makes every further transaction fail: nothing a killed process does is stored.
	dead atomic.Bool
}

func (s *watched) Write(ctx context.Context, fn func(context.Context, recovery.Tx) error) error {
	if s.dead.Load() {
		return errKilled
	}
	err := s.Store.Write(ctx, func(ctx context.Context, tx recovery.Tx) error { return fn(ctx, watchedTx{tx, s}) })
	if err == nil && s.committed != nil {
		s.committed()
	}
	return err
}

type watchedTx struct {
	recovery.Tx
	s *watched
}

func (t watchedTx) SaveMessage(ctx context.Context, l recovery.Letter) error {
	if t.s.saving != nil {
		if err := t.s.saving(l); err != nil {
			return err
		}
	}
	return t.Tx.SaveMessage(ctx, l)
}

func (t watchedTx) InsertMessage(ctx context.Context, l recovery.Letter, links []recovery.Link) error {
	if t.s.reserving != nil {
		if err := t.s.reserving(l); err != nil {
			return err
		}
	}
	return t.Tx.InsertMessage(ctx, l, links)
}

func (t watchedTx) SaveCart(ctx context.Context, c cart.Cart, idleAt time.Time) error {
	if t.s.cartSaved != nil {
		if err := t.s.cartSaved(c); err != nil {
			return err
		}
	}
	if t.s.ordering != nil && c.State == cart.Ordered {
		if err := t.s.ordering(c); err != nil {
			return err
		}
	}
	return t.Tx.SaveCart(ctx, c, idleAt)
}

// dyingAfter is a process that is killed as soon as a message has reached a
// state in the database: reserved, or sending.
func (w *world) dyingAfter(state delivery.State) (*recovery.Engine, *watched) {
	s := &watched{Store: stored{w.store}}
	var reached atomic.Bool
	s.reserving = func(recovery.Letter) error {
		if state == delivery.Reserved {
			reached.Store(true)
		}
		return nil
	}
	s.saving = func(l recovery.Letter) error {
		if state == l.State {
			reached.Store(true)
		}
		return nil
	}
	s.committed = func() {
		if reached.Load() {
			s.dead.Store(true)
		}
	}
	return w.newEngine(func(o *recovery.Options) { o.Store, o.Workers = s, 1 }), s
}

package recovery_test

import (
	"context"
	"sync"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// historyStore is the engine's store as a deliberately wrong one may replace it.
type historyStore = recovery.Store

// witness is a store of one process: it notes what was known when a message
// began, tells of reservations, and dies when it is told to.
type witness struct {
	recovery.Store
	mu sync.Mutex
	// known gives how many events are acknowledged; began is that number when a
	// message last became sending, by its id.
	known func() int
	began map[string]int
	// held is that number when it was reserved.
	held map[string]int
	// reserved runs after a commit that reserved a message.
	reserved func()
	// fatal is the state of a message after whose commit the process is dead.
	fatal delivery.State
	dead  bool
}

func (s *witness) Write(ctx context.Context, fn func(context.Context, recovery.Tx) error) error {
	if s.isDead() {
		return errKilled
	}
	var seen map[delivery.State]bool
	err := s.Store.Write(ctx, func(ctx context.Context, tx recovery.Tx) error {
		seen = map[delivery.State]bool{}
		return fn(ctx, witnessTx{tx, s, seen})
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	if s.fatal != "" && seen[s.fatal] {
		s.dead = true
	}
	s.mu.Unlock()
	if seen[delivery.Reserved] && s.reserved != nil {
		s.reserved()
	}
	return nil
}

func (s *witness) isDead() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dead
}

type witnessTx struct {
	recovery.Tx
	s    *witness
	seen map[delivery.State]bool
}

func (t witnessTx) InsertMessage(ctx context.Context, l recovery.Letter, links []recovery.Link) error {
	t.seen[l.State] = true
	known := t.s.known()
	t.s.mu.Lock()
	t.s.held[l.ID] = known
	t.s.mu.Unlock()
	return t.Tx.InsertMessage(ctx, l, links)
}

func (t witnessTx) SaveMessage(ctx context.Context, l recovery.Letter) error {
	if l.State == delivery.Sending {
		t.seen[l.State] = true
		known := t.s.known()
		t.s.mu.Lock()
		t.s.began[l.ID] = known
		t.s.mu.Unlock()
	}
	return t.Tx.SaveMessage(ctx, l)
}

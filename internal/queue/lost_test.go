package queue_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/queue"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// TestNothingIsLost has many writers make rows due and arm, while the engine
// they arm claims and arms in turn. Nobody sweeps: every row must be found by
// an alarm of its own.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, r *rig) {
		e := &fakeEngine{queue: r.Queue}
		if err := r.Start(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for w := range 20 {
			wg.Go(func() {
				for i := range 30 {
					time.Sleep(time.Duration(37*w+101*i)%1700*time.Millisecond + time.Duration(w))
					due := time.Now().Add(time.Duration(i%4-1) * 400 * time.Millisecond)
					e.insert(w%3, due)
					r.arm(recovery.AlarmDue, w%3, due)
				}
			})
		}
		wg.Wait()
		time.Sleep(10 * time.Second) // the test's own time
		if left := e.left(); left != 0 {
			t.Errorf("%d of 600 rows have no alarm", left)
		}
	})
}

// fakeEngine keeps due rows like the database does, and handles them slowly.
type fakeEngine struct {
	queue *queue.Queue
	mu    sync.Mutex
	rows  [shop.Shards][]time.Time
}

func (e *fakeEngine) insert(shard int, due time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.rows[shard] = append(e.rows[shard], due)
}

func (e *fakeEngine) left() (n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, rows := range e.rows {
		n += len(rows)
	}
	return n
}

// claim takes what is due and gives when the next is.
func (e *fakeEngine) claim(shard int) (next time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	var later []time.Time
	for _, due := range e.rows[shard] {
		if due.After(time.Now()) {
			later = append(later, due)
			if next.IsZero() || due.Before(next) {
				next = due
			}
		}
	}
	e.rows[shard] = later
	return next
}

func (e *fakeEngine) Due(ctx context.Context, shard int) (int, error) {
	next := e.claim(shard)
	time.Sleep(650 * time.Millisecond) // sending, after the claim: rows that come now are not seen
	if next.IsZero() {
		return 0, nil
	}
	return 0, e.queue.Arm(ctx, recovery.AlarmDue, shard, next)
}

func (e *fakeEngine) Idle(context.Context, int) (int, error) { return 0, nil }

func (e *fakeEngine) Ask(context.Context, int) (int, error) { return 0, nil }

func (e *fakeEngine) Sweep(context.Context) error { return nil }

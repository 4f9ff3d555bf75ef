package queue_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/cartograph-dev/cartograph/internal/queue"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

func TestMain(m *testing.M) {
	queue.LogRedis(slog.New(slog.DiscardHandler))
	goleak.VerifyTestMain(m)
}

// onBoth runs one behaviour on the Redis inside the process, where time is the
// test's own, and on a private redis-server, where it is real.
func onBoth(t *testing.T, f func(t *testing.T, r *rig)) {
	t.Helper()
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) { f(t, newRig(t, "")) })
	})
	t.Run("redis", func(t *testing.T) {
		t.Parallel()
		f(t, newRig(t, startRedis(t)))
	})
}

// inBubble runs a behaviour that needs many seconds, on the test's own time.
func inBubble(t *testing.T, f func(t *testing.T, r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, newRig(t, "")) })
}

// rig is a queue with a handler that the test directs.
type rig struct {
	*queue.Queue
	t   *testing.T
	url string
	// behind is by how many nanoseconds the queue's clock is late.
	behind atomic.Int64
	// rings receives every alarm that rang.
	rings chan ring
	// onRing and onSweep are what the handler does; nil is nothing.
	onRing  func(ctx context.Context, r ring) error
	onSweep func(ctx context.Context) error
	log     logged
}

// ring is one alarm that rang.
type ring struct {
	kind  recovery.AlarmKind
	shard int
	at    time.Time
}

func newRig(t *testing.T, url string) *rig {
	t.Helper()
	r := &rig{t: t, url: url, rings: make(chan ring, 1000)}
	r.Queue = r.open()
	t.Cleanup(func() {
		if err := r.Stop(context.Background()); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return r
}

// open opens a queue on the rig's Redis.
func (r *rig) open() *queue.Queue {
	r.t.Helper()
	q, err := queue.Open(context.Background(), queue.Options{
		URL: r.url, Now: func() time.Time { return time.Now().Add(-time.Duration(r.behind.Load())) },
		Log: slog.New(slog.NewJSONHandler(&r.log, &slog.HandlerOptions{Level: slog.LevelInfo})),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return q
}

func (r *rig) start() {
	r.t.Helper()
	if err := r.Start(context.Background(), r); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) arm(kind recovery.AlarmKind, shard int, at time.Time) {
	r.t.Helper()
	if err := r.Arm(context.Background(), kind, shard, at); err != nil {
		r.t.Error(err)
	}
}

// next waits for the next alarm to ring: for as long as it takes in real time,
// for ten minutes in the test's own.
func (r *rig) next() ring {
	r.t.Helper()
	var late <-chan time.Time
	if r.url == "" {
		late = time.After(10 * time.Minute)
	}
	select {
	case got := <-r.rings:
		return got
	case <-late:
		r.t.Fatal("no alarm rings")
		return ring{}
	}
}

// Idle, Due and Sweep make the rig a queue.Handler.
func (r *rig) Idle(ctx context.Context, shard int) (int, error) {
	return 0, r.rang(ctx, ring{recovery.AlarmIdle, shard, time.Now()})
}

func (r *rig) Ask(ctx context.Context, shard int) (int, error) {
	return 0, r.rang(ctx, ring{recovery.AlarmAsk, shard, time.Now()})
}

func (r *rig) Due(ctx context.Context, shard int) (int, error) {
	return 0, r.rang(ctx, ring{recovery.AlarmDue, shard, time.Now()})
}

func (r *rig) Sweep(ctx context.Context) error {
	if r.onSweep == nil {
		return nil
	}
	return r.onSweep(ctx)
}

func (r *rig) rang(ctx context.Context, a ring) error {
	r.rings <- a
	if r.onRing == nil {
		return nil
	}
	return r.onRing(ctx, a)
}

// logged keeps what was logged.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// lines gives the logged lines that contain a text.
func (l *logged) lines(text string) (found []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.text.String()) {
		if strings.Contains(line, text) {
			found = append(found, line)
		}
	}
	return found
}

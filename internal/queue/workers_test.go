package queue_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

func TestFailedAlarmRingsAgain(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, r *rig) {
		r.onRing = func(context.Context, ring) error { return fault.New(fault.Internal, "the database is away") }
		r.start()
		r.arm(recovery.AlarmDue, 9, time.Now())
		for range 6 { // the alarm and five tries more
			r.next()
		}
		synctest.Wait()
		if lines := r.log.lines("alarm failed"); len(lines) != 6 {
			t.Errorf("6 failures were logged in %d lines: %q", len(lines), lines)
		}
		if lines := r.log.lines(`"kind":"due","shard":9`); len(lines) != 6 {
			t.Errorf("kind and shard are in %d lines: %q", len(lines), lines)
		}
		tasks, err := r.Inspector().ListArchivedTasks(r.QueueOf(9))
		if err != nil || len(tasks) != 1 {
			t.Fatalf("archived: %v, %v", tasks, err)
		}
		// It does not keep the shard from being rung for.
		r.onRing = nil
		r.arm(recovery.AlarmDue, 9, time.Now())
		r.next()
	})
}

func TestStopWaitsForHandler(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, r *rig) {
		release, interrupted := make(chan struct{}), make(chan error, 1)
		var finished atomic.Bool
		r.onRing = func(ctx context.Context, _ ring) error {
			<-release
			interrupted <- ctx.Err()
			finished.Store(true)
			return nil
		}
		r.start()
		r.arm(recovery.AlarmDue, 1, time.Now())
		r.next()
		stopped := make(chan error)
		go func() {
			err := r.Stop(context.Background())
			if !finished.Load() {
				err = errors.Join(err, errors.New("stopped before the handler had finished"))
			}
			stopped <- err
		}()
		if r.url == "" {
			synctest.Wait() // Stop has come as far as it can
		}
		close(release)
		if err := <-stopped; err != nil {
			t.Error(err)
		}
		if err := <-interrupted; err != nil {
			t.Errorf("the handler was interrupted: %v", err)
		}
	})
}

// TestStopEndsHandlers: who runs out of patience has the handlers told to end,
// and their alarm goes back to Redis without losing a try.
func TestStopEndsHandlers(t *testing.T) {
	t.Parallel()
	url := startRedis(t)
	r := newRig(t, url)
	var ended atomic.Bool
	r.onRing = func(ctx context.Context, _ ring) error {
		<-ctx.Done()
		ended.Store(true)
		return ctx.Err()
	}
	r.start()
	r.arm(recovery.AlarmDue, 1, time.Now())
	r.next()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Stop(ctx); err != nil {
		t.Error(err)
	}
	if !ended.Load() {
		t.Error("stopped before the handler had ended")
	}
	if lines := r.log.lines(`"level":"ERROR"`); len(lines) != 0 {
		t.Errorf("an interruption was logged as an error: %q", lines)
	}
	later := newRig(t, url)
	back, err := later.Inspector().ListRetryTasks(later.QueueOf(1))
	if err != nil || len(back) != 1 || back[0].Retried != 0 {
		t.Errorf("the alarm is not back in Redis: %v, %v", back, err)
	}
}

func TestStopEndsHandlersAfterShutdownTimeout(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, r *rig) {
		var ended atomic.Bool
		r.onRing = func(ctx context.Context, _ ring) error {
			<-ctx.Done()
			ended.Store(true)
			return ctx.Err()
		}
		r.start()
		r.arm(recovery.AlarmDue, 1, time.Now())
		r.next()
		if err := r.Stop(context.Background()); err != nil || !ended.Load() {
			t.Errorf("stop: %v; handler ended: %v", err, ended.Load())
		}
	})
}

func TestStopTellsOfStuckHandler(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, rings: make(chan ring, 1000)}
		r.Queue = r.open()
		release := make(chan struct{})
		r.onRing = func(context.Context, ring) error { <-release; return nil }
		r.start()
		r.arm(recovery.AlarmDue, 1, time.Now())
		r.next()
		if err := r.Stop(t.Context()); !fault.Is(err, fault.Internal) {
			t.Errorf("stop with a stuck handler: %v", err)
		}
		if err := r.Stop(t.Context()); err != nil {
			t.Errorf("second stop: %v", err)
		}
		close(release)
	})
}

func TestStrangeTaskIsLoggedNotHandled(t *testing.T) {
	t.Parallel()
	for name, payload := range map[string]string{"no JSON": "hello", "unknown kind": `{"kind":"sing"}`, "unknown shard": `{"kind":"due","shard":16}`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, r *rig) {
				r.start()
				if err := r.Enqueue("due-0", payload); err != nil {
					t.Fatal(err)
				}
				r.arm(recovery.AlarmDue, 0, time.Now().Add(5*time.Second))
				if got := r.next(); got.kind != recovery.AlarmDue || got.shard != 0 {
					t.Errorf("rang %v", got)
				}
				if lines := r.log.lines("alarm failed"); len(lines) == 0 {
					t.Error("a task that nobody can handle is not logged")
				}
			})
		})
	}
}

func TestStartOnlyOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, r *rig) {
		r.start()
		if err := r.Start(t.Context(), r); !fault.Is(err, fault.Internal) {
			t.Errorf("second start: %v", err)
		}
		if err := r.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		if err := r.Start(t.Context(), r); !fault.Is(err, fault.Internal) {
			t.Errorf("start after stop: %v", err)
		}
	})
}

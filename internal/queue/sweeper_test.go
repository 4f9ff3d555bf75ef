package queue_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// TestSweeperDeletesArchived: what has failed too often gives its id free.
func TestSweeperDeletesArchived(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, r *rig) {
		r.arm(recovery.AlarmDue, 6, time.Now().Add(time.Hour))
		if _, err := r.Inspector().ArchiveAllScheduledTasks(r.QueueOf(6)); err != nil {
			t.Fatal(err)
		}
		swept := make(chan struct{}, 100)
		r.onSweep = func(context.Context) error { swept <- struct{}{}; return nil }
		r.start()
		<-swept
		left, err := r.Inspector().ListArchivedTasks(r.QueueOf(6))
		if err != nil || len(left) != 0 {
			t.Errorf("%d archived alarms are left, %v", len(left), err)
		}
	})
}

func TestFlushedRedisIsSwept(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, r *rig) {
		due := time.Now().Add(2 * time.Second)
		r.arm(recovery.AlarmDue, 4, due)
		if err := r.Flush(context.Background()); err != nil {
			t.Fatal(err)
		}
		r.onSweep = func(ctx context.Context) error { return r.Arm(ctx, recovery.AlarmDue, 4, due) }
		r.start()
		if got := r.next(); got.shard != 4 || got.at.Before(due) {
			t.Errorf("rang %v, due %v", got, due)
		}
	})
}

// TestFlushedWhileRunning: the next sweep sets what Redis has lost, although
// this process remembers having set it, and makes the queue known again.
func TestFlushedWhileRunning(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, r *rig) {
		due := time.Now().Add(40 * time.Second)
		r.onSweep = func(ctx context.Context) error { return r.Arm(ctx, recovery.AlarmDue, 4, due) }
		r.start()
		synctest.Wait()
		if err := r.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := r.next(); got.at.Sub(due) > 3*time.Second { // the test's own time
			t.Errorf("rang %v late: the first sweep after the loss did not set it", got.at.Sub(due))
		}
		if known, err := r.Inspector().Queues(); err != nil || len(known) != 1 {
			t.Errorf("queues known after the sweep: %v, %v", known, err)
		}
	})
}

// TestTwoProcesses: two workers sweep side by side, and their alarms stay
// single; whoever is free handles them.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	r := newRig(t, startRedis(t))
	other := r.open()
	defer other.Stop(context.Background())
	due := time.Now().Add(time.Hour)
	swept := make(chan struct{}, 100)
	r.onSweep = func(ctx context.Context) error {
		defer func() { swept <- struct{}{} }()
		for shard := range shop.Shards {
			if err := errors.Join(r.Arm(ctx, recovery.AlarmDue, shard, due), other.Arm(ctx, recovery.AlarmDue, shard, due)); err != nil {
				return err
			}
		}
		return nil
	}
	r.start()
	if err := other.Start(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	<-swept
	<-swept
	for _, name := range r.Names() {
		tasks, err := r.Inspector().ListScheduledTasks(name)
		if err != nil || len(tasks) != shop.Shards/len(r.Names()) {
			t.Errorf("%s has %d alarms, %v", name, len(tasks), err)
		}
	}
	rang := map[int]bool{}
	for shard := range shop.Shards {
		r.arm(recovery.AlarmIdle, shard, time.Now())
	}
	for range shop.Shards {
		rang[r.next().shard] = true
	}
	if len(rang) != shop.Shards {
		t.Errorf("only these shards were rung for: %v", rang)
	}
}

package queue_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hibiken/asynq"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/queue"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

func TestAlarmRingsAtItsSecond(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, r *rig) {
		r.start()
		at := time.Now().Add(1200 * time.Millisecond)
		r.arm(recovery.AlarmDue, 7, at)
		got := r.next()
		if got.kind != recovery.AlarmDue || got.shard != 7 {
			t.Errorf("rang %v", got)
		}
		if got.at.Before(at) {
			t.Errorf("rang %v early", at.Sub(got.at))
		}
	})
}

func TestOverdueAlarmRingsAtOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, r *rig) {
		r.start()
		// One to come in an hour must not be what rings.
		r.arm(recovery.AlarmDue, 2, time.Now().Add(time.Hour))
		r.arm(recovery.AlarmIdle, 2, time.Now().Add(-72*time.Hour))
		if got := r.next(); got.kind != recovery.AlarmIdle || got.shard != 2 {
			t.Errorf("rang %v", got)
		}
	})
}

// TestArmedByItsOwnHandler: a handler whose shard is not empty arms the alarm
// it is being called for, and is called again.
func TestArmedByItsOwnHandler(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, r *rig) {
		at := time.Now().Add(time.Second)
		var calls atomic.Int64
		r.onRing = func(ctx context.Context, got ring) error {
			if calls.Add(1) < 3 {
				return r.Arm(ctx, got.kind, got.shard, at)
			}
			return nil
		}
		r.start()
		r.arm(recovery.AlarmIdle, 0, at)
		r.next()
		r.next()
		r.next()
	})
}

// TestConflictWithActive: the handler of a second is at work when a process
// whose clock is late arms this very second. It rings again.
func TestConflictWithActive(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, r *rig) {
		release := make(chan struct{})
		var calls atomic.Int64
		r.onRing = func(context.Context, ring) error {
			if calls.Add(1) == 1 {
				<-release
			}
			return nil
		}
		r.start()
		at := time.Now().Truncate(time.Second).Add(2 * time.Second)
		r.arm(recovery.AlarmDue, 3, at)
		r.next()
		r.behind.Store(int64(20 * time.Second))
		r.Forget()
		r.arm(recovery.AlarmDue, 3, at)
		r.next()
		close(release)
	})
}

func TestArchivedAlarmBlocksNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, r *rig) {
		at := time.Now().Add(2 * time.Second)
		r.arm(recovery.AlarmDue, 6, at)
		if n, err := r.Inspector().ArchiveAllScheduledTasks(r.QueueOf(6)); n != 1 || err != nil {
			t.Fatalf("archived %d, %v", n, err)
		}
		r.Forget()
		r.arm(recovery.AlarmDue, 6, at)
		r.start()
		r.next()
	})
}

// TestArmAfterAnotherProcessRefilled: Redis was emptied, and another process
// has set the same alarm since. This one's own is not lost.
func TestArmAfterAnotherProcessRefilled(t *testing.T) {
	t.Parallel()
	url := startRedis(t)
	r := newRig(t, url)
	at := time.Now().Add(3 * time.Second)
	r.arm(recovery.AlarmDue, 0, at.Add(time.Minute))
	second := r.open()
	defer second.Stop(context.Background())
	if err := second.Arm(t.Context(), recovery.AlarmDue, 0, at.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if err := r.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Both processes' clients still believe that the queue is known.
	if err := second.Arm(t.Context(), recovery.AlarmDue, 0, at); err != nil {
		t.Fatal(err)
	}
	r.arm(recovery.AlarmDue, 0, at)
	r.arm(recovery.AlarmDue, 0, at.Add(time.Hour))
	if known, err := r.Inspector().Queues(); err != nil || len(known) != 1 {
		t.Errorf("the queue is not known again: %v, %v", known, err)
	}
	r.start()
	r.next()
}

func TestWallClockOfAFasterEngine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began, start := time.Now(), time.Date(2031, 5, 1, 9, 0, 0, 0, time.UTC)
		q, err := queue.Open(t.Context(), queue.Options{
			Now:  func() time.Time { return start.Add(time.Since(began) * 60) },
			Wall: func(at time.Time) time.Time { return began.Add(at.Sub(start) / 60) },
		})
		if err != nil {
			t.Fatal(err)
		}
		defer q.Stop(context.Background())
		if err := q.Arm(t.Context(), recovery.AlarmIdle, 0, start.Add(30*time.Minute)); err != nil {
			t.Fatal(err)
		}
		tasks, err := q.Inspector().ListScheduledTasks(q.QueueOf(0))
		if err != nil || len(tasks) != 1 {
			t.Fatalf("tasks: %v, %v", tasks, err)
		}
		if got := tasks[0].NextProcessAt.Sub(began); got != 30*time.Second {
			t.Errorf("half an hour at 60 times the speed rings after %v", got)
		}
		if got := tasks[0]; got.MaxRetry < 3 || got.Retention != 0 || got.Timeout != 10*time.Minute {
			t.Errorf("task %+v", got)
		}
	})
}

func TestArmRefusesWhatNobodyHears(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, r *rig) {
		for _, err := range []error{
			r.Arm(t.Context(), "sing", 0, time.Now()),
			r.Arm(t.Context(), recovery.AlarmDue, -1, time.Now()),
			r.Arm(t.Context(), recovery.AlarmDue, shop.Shards, time.Now()),
		} {
			if !fault.Is(err, fault.Internal) {
				t.Errorf("armed: %v", err)
			}
		}
	})
}

// TestTaskPayload: Redis learns which shard to wake, and nothing else.
func TestTaskPayload(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, r *rig) {
		at := time.Date(2040, 1, 2, 3, 4, 5, 6, time.UTC)
		r.arm(recovery.AlarmIdle, 11, at)
		tasks, err := r.Inspector().ListScheduledTasks("due-3", asynq.PageSize(10))
		if err != nil || len(tasks) != 1 {
			t.Fatalf("tasks: %v, %v", tasks, err)
		}
		if got := tasks[0]; got.ID != "idle:11:2209086246" || string(got.Payload) != `{"kind":"idle","shard":11}` {
			t.Errorf("id %q, payload %s", got.ID, got.Payload)
		}
	})
}

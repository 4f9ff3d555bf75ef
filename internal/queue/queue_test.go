package queue_test

import (
	"context"
	"errors"
	"sync"
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

// TestBurstIsOneAlarm: a thousand steps due within one second need one alarm,
// though this process forgets and another one arms, too.
func TestBurstIsOneAlarm(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, r *rig) {
		at := time.Now().Truncate(time.Second).Add(time.Hour)
		var wg sync.WaitGroup
		for worker := range 10 {
			wg.Go(func() {
				for i := range 100 {
					r.arm(recovery.AlarmDue, 5, at.Add(-time.Duration(worker*100+i)*900*time.Microsecond))
					if i%10 == 0 {
						r.Forget()
					}
				}
			})
		}
		wg.Wait()
		tasks, err := r.Inspector().ListScheduledTasks(r.QueueOf(5))
		if err != nil || len(tasks) != 1 || !tasks[0].NextProcessAt.Equal(at) {
			t.Errorf("%d alarms, %v: %v", len(tasks), err, tasks)
		}
	})
}

func TestBurstRingsOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, r *rig) {
		r.start()
		at := time.Now().Add(2 * time.Second)
		for range 1000 {
			r.arm(recovery.AlarmDue, 5, at)
		}
		r.arm(recovery.AlarmDue, 1, at.Add(10*time.Second)) // the same queue, later
		if got := r.next(); got.shard != 5 || got.at.Before(at) {
			t.Errorf("first rang %v", got)
		}
		if got := r.next(); got.shard != 1 {
			t.Errorf("a burst for one second rang again: %v", got)
		}
	})
}

func TestBurstAsksRedisOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, r *rig) {
		at := time.Now().Add(time.Minute)
		r.arm(recovery.AlarmDue, 5, at)
		asked := r.CountCommands()
		for range 1000 {
			r.arm(recovery.AlarmDue, 5, at)
		}
		if n := asked.Load(); n != 0 {
			t.Errorf("a burst for a second that is armed sent %d commands to Redis", n)
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
		r.next()
		if known, err := r.Inspector().Queues(); err != nil || len(known) != 1 {
			t.Errorf("queues known after the sweep: %v, %v", known, err)
		}
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
	r.start()
	r.next()
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

// TestEveryKindOfRedis: behind sentinels and in a cluster, alarms ring, are
// swept and counted as on a single server.
func TestEveryKindOfRedis(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) string{"sentinel": startSentinel, "cluster": startCluster} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, start(t))
			if err := r.Ping(t.Context()); err != nil {
				t.Fatal(err)
			}
			r.onSweep = func(ctx context.Context) error { return r.Arm(ctx, recovery.AlarmDue, 0, time.Now()) }
			r.start()
			r.arm(recovery.AlarmIdle, 3, time.Now())
			r.arm(recovery.AlarmIdle, 3, time.Now().Add(time.Hour))
			r.Forget()
			r.arm(recovery.AlarmIdle, 3, time.Now().Add(time.Hour))
			rang := map[int]bool{r.next().shard: true, r.next().shard: true}
			if !rang[0] || !rang[3] {
				t.Errorf("rang %v", rang)
			}
			if got, _ := gather(t, r.Collector()); got["cartograph_redis_up"] != 1 || got["cartograph_queue_alarms due-3 scheduled"] == 0 {
				t.Errorf("numbers %v", got)
			}
		})
	}
}

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

func (e *fakeEngine) Sweep(context.Context) error { return nil }

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

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	if n := queue.Remembered(20_000, time.Unix(1_900_000_000, 0)); n < 1 || n > 4096 {
		t.Errorf("20,000 alarms left %d in memory", n)
	}
}

func TestRedisAway(t *testing.T) {
	t.Parallel()
	q, err := queue.Open(t.Context(), queue.Options{URL: "redis://127.0.0.1:1", Now: time.Now})
	if err != nil {
		t.Fatalf("a Redis that does not answer yet must not keep a server from starting: %v", err)
	}
	defer q.Stop(context.Background())
	if err := q.Ping(t.Context()); !fault.Is(err, fault.Overloaded) {
		t.Errorf("ping: %v", err)
	}
	if err := q.Arm(t.Context(), recovery.AlarmDue, 0, time.Now()); !fault.Is(err, fault.Overloaded) {
		t.Errorf("arm: %v", err)
	}
	asked := q.CountCommands()
	if err := q.Arm(t.Context(), recovery.AlarmDue, 0, time.Now()); !fault.Is(err, fault.Overloaded) {
		t.Errorf("arm: %v", err)
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("a Redis known to be away was asked again: %d commands", n)
	}
}

func TestPing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, r *rig) {
		if err := r.Ping(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

func TestOpenNeedsAClock(t *testing.T) {
	t.Parallel()
	if _, err := queue.Open(t.Context(), queue.Options{}); !fault.Is(err, fault.Misconfigured) {
		t.Errorf("opened without a clock: %v", err)
	}
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

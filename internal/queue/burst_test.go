package queue_test

import (
	"sync"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/queue"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

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

// TestNearAlarmIsAskedOfRedis: an alarm about to ring may be rung already by a
// process whose clock runs ahead; only Redis knows.
func TestNearAlarmIsAskedOfRedis(t *testing.T) {
	t.Parallel()
	r := newRig(t, startRedis(t))
	for _, c := range []struct {
		in   time.Duration
		asks bool
	}{{time.Second, true}, {time.Minute, false}} {
		at := time.Now().Add(c.in)
		r.arm(recovery.AlarmDue, 0, at)
		asked := r.CountCommands()
		r.arm(recovery.AlarmDue, 0, at)
		if n := asked.Load(); (n > 0) != c.asks {
			t.Errorf("an alarm in %v, armed again, sent %d commands to Redis", c.in, n)
		}
	}
}

// TestOverdueBurstIsCoalesced: what is overdue, too, is rung for once a second.
func TestOverdueBurstIsCoalesced(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, r *rig) {
		r.start()
		r.arm(recovery.AlarmIdle, 5, time.Now().Add(10*time.Second))
		for range 30 {
			time.Sleep(30 * time.Millisecond) // the test's own time, 0.9 s together
			r.arm(recovery.AlarmDue, 5, time.Now().Add(-time.Hour))
		}
		if got := r.next(); got.kind != recovery.AlarmDue {
			t.Errorf("first rang %v", got)
		}
		if got := r.next(); got.kind != recovery.AlarmIdle {
			t.Errorf("a burst within one second rang again: %v", got)
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

// TestMemoryFades: a process that only arms never sweeps; still, it does not
// believe for ever that Redis has what it was given.
func TestMemoryFades(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, r *rig) {
		at := time.Now().Add(time.Hour)
		r.arm(recovery.AlarmDue, 0, at)
		if err := r.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(30 * time.Second) // the test's own time
		asked := r.CountCommands()
		r.arm(recovery.AlarmDue, 0, at)
		if asked.Load() == 0 {
			t.Error("half a minute after Redis was emptied, the alarm is believed to be in it")
		}
	})
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	if n := queue.Remembered(20_000, time.Unix(1_900_000_000, 0)); n < 1 || n > 4096 {
		t.Errorf("20,000 alarms left %d in memory", n)
	}
}

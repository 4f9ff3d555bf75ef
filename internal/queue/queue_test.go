package queue_test

import (
	"context"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/queue"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

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

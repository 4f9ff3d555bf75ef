package queue_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/cartograph-dev/cartograph/internal/queue"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// gather gives the collector's numbers that are not zero, by name and labels.
func gather(t *testing.T, c prometheus.Collector) (numbers map[string]float64, all int) {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(c)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	numbers = map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			all++
			name := f.GetName()
			for _, l := range m.GetLabel() {
				name += " " + l.GetValue()
			}
			if v := m.GetGauge().GetValue(); v != 0 {
				numbers[name] = v
			}
		}
	}
	return numbers, all
}

func TestCollector(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, r *rig) {
		c := r.Collector()
		expect := func(when string, want map[string]float64) {
			t.Helper()
			got, all := gather(t, c)
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%s (-want +got):\n%s", when, d)
			}
			if all != 1+4*(2+5) { // up; size, latency and five states of four queues
				t.Errorf("%s: %d numbers", when, all)
			}
		}
		none := map[string]float64{"cartograph_redis_up": 1}
		expect("nothing was ever armed", none)
		r.arm(recovery.AlarmDue, 0, time.Now().Add(time.Hour))
		r.arm(recovery.AlarmIdle, 4, time.Now().Add(time.Hour)) // the same queue
		r.arm(recovery.AlarmIdle, 2, time.Now().Add(time.Hour))
		if _, err := r.Inspector().ArchiveAllScheduledTasks("due-2"); err != nil {
			t.Fatal(err)
		}
		expect("the last look is fresh", none)
		time.Sleep(10 * time.Second) // the test's own time
		expect("later", map[string]float64{
			"cartograph_redis_up": 1, "cartograph_queue_size due-0": 2, "cartograph_queue_alarms due-0 scheduled": 2,
			"cartograph_queue_size due-2": 1, "cartograph_queue_alarms due-2 archived": 1,
		})
	})
}

func TestCollectorSeesWaitingAlarms(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, r *rig) {
		if err := r.Enqueue("due-1", "nobody takes it"); err != nil {
			t.Fatal(err)
		}
		got, _ := gather(t, r.Collector())
		if got["cartograph_queue_alarms due-1 pending"] != 1 {
			t.Errorf("numbers %v", got)
		}
		if r.url != "" && got["cartograph_queue_latency_seconds due-1"] <= 0 {
			t.Errorf("an alarm that waits has no latency: %v", got)
		}
	})
}

func TestCollectorWithoutRedis(t *testing.T) {
	t.Parallel()
	q, err := queue.Open(t.Context(), queue.Options{URL: "redis://127.0.0.1:1", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Stop(context.Background())
	if got, all := gather(t, q.Collector()); len(got) != 0 || all != 1 {
		t.Errorf("%d numbers: %v", all, got)
	}
}

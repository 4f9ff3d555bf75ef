package queue

import (
	"slices"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/prometheus/client_golang/prometheus"
)

// counted is how long one look at the queues serves scrapes: the Redis inside
// the process takes a tenth of a second to count a hundred thousand alarms.
const counted = 10 * time.Second

var (
	upDesc      = prometheus.NewDesc("cartograph_redis_up", "Whether Redis answered the last look at the queues.", nil, nil)
	sizeDesc    = prometheus.NewDesc("cartograph_queue_size", "Alarms in Redis.", []string{"queue"}, nil)
	alarmsDesc  = prometheus.NewDesc("cartograph_queue_alarms", "Alarms in Redis by state.", []string{"queue", "state"}, nil)
	latencyDesc = prometheus.NewDesc("cartograph_queue_latency_seconds", "How long the oldest alarm has waited to be taken.", []string{"queue"}, nil)
)

// collector counts alarms for Prometheus.
type collector struct {
	queue *Queue

	mu     sync.Mutex
	looked time.Time
	infos  []*asynq.QueueInfo
	up     bool
}

// Collector gives the queues' numbers: size, states and latency of each.
func (q *Queue) Collector() prometheus.Collector { return &collector{queue: q} }

// Describe gives the numbers' names.
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{upDesc, sizeDesc, alarmsDesc, latencyDesc} {
		ch <- d
	}
}

// Collect gives the numbers, at most ten seconds old. Without Redis only its
// being down is told.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.queue.wallNow(); c.looked.IsZero() || now.Sub(c.looked) >= counted {
		infos, err := c.look()
		c.infos, c.up, c.looked = infos, err == nil, now
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	if !c.up {
		gauge(upDesc, 0)
		return
	}
	gauge(upDesc, 1)
	for _, i := range c.infos {
		gauge(sizeDesc, float64(i.Size), i.Queue)
		gauge(latencyDesc, i.Latency.Seconds(), i.Queue)
		for state, n := range map[string]int{
			"pending": i.Pending, "active": i.Active, "scheduled": i.Scheduled, "retry": i.Retry, "archived": i.Archived,
		} {
			gauge(alarmsDesc, float64(n), i.Queue, state)
		}
	}
}

// look asks Redis. A queue that was never armed is empty.
func (c *collector) look() (infos []*asynq.QueueInfo, err error) {
	known, err := c.queue.inspector.Queues()
	if err != nil {
		return nil, err
	}
	for _, name := range c.queue.names {
		info := &asynq.QueueInfo{Queue: name}
		if slices.Contains(known, name) {
			if info, err = c.queue.inspector.GetQueueInfo(name); err != nil {
				return nil, err
			}
		}
		infos = append(infos, info)
	}
	return infos, nil
}

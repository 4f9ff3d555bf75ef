// Package queue is the alarm clock: it wakes the engine's shards at their
// second and knows nothing of what is due then. Alarms live in Redis as asynq
// tasks; what is due stands in SQL, so losing them costs half a minute, not a
// message.
//
//	Arm      sets an alarm; every process may.
//	Start    rings: a pool of workers hands alarms to the engine, and a sweeper
//	         sets those that were lost. A process of the web role never starts.
//	Stop     lets what has begun finish.
//
// Without an address it brings its own Redis, inside the process and without a
// port. That one cannot be shared: it serves a single process of all roles.
package queue

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// Options open a queue. Only Now is required.
type Options struct {
	// URL is redis://, rediss://, redis-sentinel:// or redis-cluster://; empty
	// for a Redis inside the process. See parseURL for its parts.
	URL string
	// Queues is how many asynq queues the shards are spread over, each on one
	// node of a cluster; 0 means 4. Every process on one Redis must agree: a
	// queue that only the arming one knows is never heard.
	Queues int
	// Concurrency is how many alarms this process handles at once; 0 means 8.
	Concurrency int
	// ShutdownTimeout is how long Stop lets handlers finish; 0 means 30 s.
	ShutdownTimeout time.Duration
	// Now is the engine's clock.
	Now func() time.Time
	// Wall maps an instant of the engine's clock to the machine's, by which
	// asynq lives; nil when they are the same. Wall(Now()) must be the present.
	Wall func(time.Time) time.Time
	// Jitter gives a random duration below its argument; nil means math/rand.
	Jitter func(time.Duration) time.Duration
	// Log is where failures go; nil discards them.
	Log *slog.Logger
}

// Queue is an open queue. It is safe for concurrent use.
type Queue struct {
	opts      Options
	names     []string
	redis     redis.UniversalClient
	embedded  *embedded // nil with a Redis of its own process
	inspector *asynq.Inspector
	client    atomic.Pointer[asynq.Client]
	memory    memory
	breaker   breaker

	mu      sync.Mutex // guards what follows
	workers *workers
	sweeper *sweeper
	stopped bool
}

var _ recovery.Alarms = (*Queue)(nil)

// Open makes a queue. It refuses an address that cannot be right, but not a
// Redis that does not answer yet: events are taken and alarms swept up later
// all the same. Ping tells whether it answers.
func Open(ctx context.Context, o Options) (*Queue, error) {
	if o.Now == nil {
		return nil, fault.New(fault.Misconfigured, "queue: no clock given")
	}
	q := &Queue{opts: o.withDefaults()}
	if err := q.dial(); err != nil {
		return nil, err
	}
	for i := range q.opts.Queues {
		q.names = append(q.names, "due-"+strconv.Itoa(i))
	}
	q.inspector = asynq.NewInspectorFromRedisClient(q.redis)
	q.publishAnew()
	if err := q.Ping(ctx); err != nil {
		q.opts.Log.WarnContext(ctx, "alarms wait for Redis; what comes due is swept up when it answers", "error", err)
	}
	return q, nil
}

func (o Options) withDefaults() Options {
	if o.Queues < 1 {
		o.Queues = 4
	}
	if o.Concurrency < 1 {
		o.Concurrency = 8
	}
	if o.ShutdownTimeout <= 0 {
		o.ShutdownTimeout = 30 * time.Second
	}
	if o.Wall == nil {
		o.Wall = func(t time.Time) time.Time { return t }
	}
	if o.Jitter == nil {
		o.Jitter = func(d time.Duration) time.Duration { return rand.N(d) } // #nosec G404 -- spreads retries; nobody gains by guessing it
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// dial makes the Redis client, and the Redis if none is named.
func (q *Queue) dial() (err error) {
	if q.opts.URL == "" {
		q.embedded = startEmbedded()
		q.redis = q.embedded.client()
		return nil
	}
	q.redis, err = newClient(q.opts.URL)
	// Another process's clock may run ahead of ours.
	q.memory.near = skew
	return err
}

// publishAnew replaces the asynq client. A client remembers which queues it
// has made known; after Redis was emptied, only a new one makes them known again.
func (q *Queue) publishAnew() { q.client.Store(asynq.NewClientFromRedisClient(q.redis)) }

// wallNow is the present on the machine's clock.
func (q *Queue) wallNow() time.Time { return q.opts.Wall(q.opts.Now()) }

// Ping reports whether Redis answers.
func (q *Queue) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	if err := q.redis.Ping(ctx).Err(); err != nil {
		return fault.Wrap(fault.Overloaded, err, "Redis does not answer").
			Try("start it, or correct CARTOGRAPH_REDIS_URL")
	}
	return nil
}

// Start begins to ring: h is called for alarms and for sweeping until Stop.
// ctx lends its values to h; its end does not stop anything. Two processes may
// both have started: whoever takes an alarm first handles it.
func (q *Queue) Start(ctx context.Context, h Handler) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.workers != nil || q.stopped {
		return fault.New(fault.Internal, "the queue was started before; open a new one")
	}
	ctx = context.WithoutCancel(ctx)
	w, err := startWorkers(ctx, q, h)
	if err != nil {
		return err
	}
	q.workers = w
	q.sweeper = startSweeper(ctx, q, h)
	return nil
}

// Stop takes the queue down in order: the sweeper, so that no new work is
// found; the workers, who take no further alarm and finish those they have
// begun; then the connections, and last the Redis inside the process. Handlers
// that outlast ShutdownTimeout or ctx are told to end by their own context,
// and their alarms go back to Redis. Stop may be called twice, or without Start.
func (q *Queue) Stop(ctx context.Context) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.stopped {
		return nil
	}
	q.stopped = true
	var err error
	if q.workers != nil {
		q.sweeper.stop()
		err = q.workers.stop(ctx)
	}
	err = errors.Join(err, q.redis.Close())
	if q.embedded != nil {
		q.embedded.stop()
	}
	return err
}

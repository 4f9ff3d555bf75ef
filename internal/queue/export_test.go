package queue

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// Flush empties Redis.
func (q *Queue) Flush(ctx context.Context) error { return q.redis.FlushAll(ctx).Err() }

// Forget makes the queue ask Redis about every alarm, like another process would.
func (q *Queue) Forget() { q.memory.clear() }

// Inspector looks into Redis.
func (q *Queue) Inspector() *asynq.Inspector { return q.inspector }

// Names are the names of the asynq queues.
func (q *Queue) Names() []string { return q.names }

// QueueOf is the asynq queue of a shard.
func (q *Queue) QueueOf(shard int) string { return q.names[shard%len(q.names)] }

// CountCommands counts what is sent to Redis from now on.
func (q *Queue) CountCommands() *atomic.Int64 {
	c := &counter{}
	q.redis.AddHook(c)
	return &c.n
}

type counter struct{ n atomic.Int64 }

func (c *counter) DialHook(next redis.DialHook) redis.DialHook { return next }

func (c *counter) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		c.n.Add(1)
		return next(ctx, cmd)
	}
}

func (c *counter) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// Remembered is how many alarms a memory of this many additions holds at most.
func Remembered(n int, now time.Time) int {
	var m memory
	for i := range n {
		m.add(alarm{second: now.Unix() + 1 + int64(i)}, now)
	}
	return len(m.set)
}

// ParseURL reads the URL of a Redis into what tests compare.
func ParseURL(raw string) (kind string, hosts []string, master string, o *redis.Options, err error) {
	a, err := parseURL(raw)
	return a.kind, a.hosts, a.master, a.redis, err
}

// NewClient makes a client of the URL's kind.
func NewClient(raw string) (redis.UniversalClient, error) { return newClient(raw) }

// Enqueue puts a task of any payload into a queue.
func (q *Queue) Enqueue(queue, payload string) error {
	_, err := q.client.Load().Enqueue(asynq.NewTask("strange", []byte(payload)), asynq.Queue(queue))
	return err
}

package bench

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/alicebob/miniredis/v2"
	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// StepsCeiling is what due steps are held against: a queue's jobs that do
// nothing, one for each step, and after them the same number of posts.
type StepsCeiling struct {
	Jobs  Rate `json:"jobs"`
	Posts Rate `json:"posts"`
	// PerSecond is both together, one after the other.
	PerSecond float64 `json:"per_second"`
}

func (b *bench) measureStepsCeiling(ctx context.Context) (err error) {
	c := &b.report.Steps.Ceiling
	b.say("their ceiling: %d empty jobs", b.Options.Steps)
	if c.Jobs, err = b.emptyJobs(ctx); err != nil {
		return err
	}
	b.say("and %d bare posts of %d bytes", b.Options.Steps, b.report.Steps.Ours.BodyBytes)
	if c.Posts, err = b.barePosts(ctx, b.report.Steps.Ours.BodyBytes); err != nil {
		return err
	}
	c.PerSecond = float64(b.Options.Steps) / (c.Jobs.Seconds + c.Posts.Seconds)
	return nil
}

// emptyJobs has asynq work off jobs that do nothing. They are in Redis before
// the clock starts.
func (b *bench) emptyJobs(ctx context.Context) (Rate, error) {
	client, stop := b.scratch.queueRedis()
	defer stop()
	if err := enqueue(ctx, client, b.Options.Steps, b.Workers); err != nil {
		return Rate{}, err
	}
	var done atomic.Int64
	over := make(chan struct{})
	server := asynq.NewServerFromRedisClient(client, asynq.Config{
		Concurrency: b.Workers, Queues: map[string]int{emptyQueue: 1}, Logger: silent{}, LogLevel: asynq.FatalLevel,
	})
	t := begin()
	err := server.Start(asynq.HandlerFunc(func(context.Context, *asynq.Task) error {
		if done.Add(1) == int64(b.Options.Steps) {
			close(over)
		}
		return nil
	}))
	if err != nil {
		return Rate{}, fault.Wrap(fault.Internal, err, "asynq did not start")
	}
	defer server.Shutdown()
	err = b.until(ctx, "the empty jobs", func() (int, bool, error) {
		select {
		case <-over:
			return 0, true, nil
		default:
			return int(done.Load()), false, nil
		}
	})
	return t.rate(b.Options.Steps), err
}

// emptyQueue is a queue that no server of ours listens to.
const emptyQueue = "bench"

// queueRedis gives the Redis of the run, or one inside the process like the server's.
func (s *scratch) queueRedis() (client redis.UniversalClient, stop func()) {
	if s.redis != nil {
		return s.redis, func() {}
	}
	inside := miniredis.NewMiniRedis()
	c := redis.NewClient(&redis.Options{
		Addr: "embedded", Dialer: func(context.Context, string, string) (net.Conn, error) { return inside.Dial() },
		DisableIdentity: true, MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
	return c, func() {
		c.Close()
		inside.Close()
	}
}

// enqueue puts n empty jobs into Redis.
func enqueue(ctx context.Context, r redis.UniversalClient, n, workers int) error {
	client := asynq.NewClientFromRedisClient(r)
	return each(ctx, n, workers, func(i int) error {
		task := asynq.NewTask("empty", nil, asynq.TaskID(strconv.Itoa(i)), asynq.Queue(emptyQueue))
		if _, err := client.EnqueueContext(ctx, task); err != nil {
			return fault.Wrap(fault.Internal, err, "cannot enqueue an empty job")
		}
		return nil
	})
}

// barePosts posts to the stand-in with the client that sends, and nothing around it.
func (b *bench) barePosts(ctx context.Context, size int) (Rate, error) {
	client := channel.NewHTTPClient()
	defer client.CloseIdleConnections()
	body := bytes.Repeat([]byte("x"), size)
	t := begin()
	err := each(ctx, b.Options.Steps, b.Workers, func(int) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.sink.url+"/v3/mail/send", bytes.NewReader(body))
		if err != nil {
			return fault.Wrap(fault.Internal, err, "cannot post")
		}
		req.Header.Set("Content-Type", "application/json")
		res, err := client.Do(req)
		if err != nil {
			return fault.Wrap(fault.Internal, err, "cannot post")
		}
		defer res.Body.Close()
		_, err = io.Copy(io.Discard, res.Body)
		return err
	})
	return t.rate(b.Options.Steps), err
}

// each calls f for 0 to n-1, some at once, until one fails or ctx ends.
func each(ctx context.Context, n, atOnce int, f func(i int) error) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				if err := f(i); err != nil {
					end(err)
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// silent keeps asynq from logging.
type silent struct{}

var _ asynq.Logger = silent{}

func (silent) Debug(...any)      {}
func (silent) Info(...any)       {}
func (silent) Warn(...any)       {}
func (silent) Error(...any)      {}
func (silent) Fatal(args ...any) { slog.Error("asynq", "message", args) }

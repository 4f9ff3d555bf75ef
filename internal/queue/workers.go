package queue

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/hibiken/asynq"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

const (
	// lookEvery is how often Redis is asked for alarms: for those whose second
	// has come, and, twice as often, for those that are free to take.
	lookEvery = time.Second
	// grace is what handlers get to leave after they were told to end: a
	// provider's answer on its way is still written down.
	grace = 5 * time.Second
)

// Handler is woken by alarms. The engine is one.
type Handler interface {
	// Idle handles carts of the shard that have fallen silent.
	Idle(ctx context.Context, shard int) (int, error)
	// Due handles steps and messages of the shard that are due.
	Due(ctx context.Context, shard int) (int, error)
	// Ask puts questions of the shard that are due to platforms' APIs.
	Ask(ctx context.Context, shard int) (int, error)
	// Sweep sets an alarm for whatever waits without one.
	Sweep(ctx context.Context) error
}

// workers take alarms and hand them to the handler.
type workers struct {
	server  *asynq.Server
	handler Handler
	log     *slog.Logger
	// end ends the handlers' context.
	end context.CancelFunc
	// busy holds one entry for each handler at work.
	busy chan struct{}
}

func startWorkers(ctx context.Context, q *Queue, h Handler) (*workers, error) {
	ctx, end := context.WithCancel(ctx)
	w := &workers{handler: h, log: q.opts.Log, end: end, busy: make(chan struct{}, q.opts.Concurrency)}
	queues := map[string]int{}
	for _, name := range q.names {
		queues[name] = 1
	}
	w.server = asynq.NewServerFromRedisClient(q.redis, asynq.Config{
		Concurrency: q.opts.Concurrency, Queues: queues, ShutdownTimeout: q.opts.ShutdownTimeout,
		DelayedTaskCheckInterval: lookEvery, TaskCheckInterval: lookEvery / 2,
		BaseContext:  func() context.Context { return ctx },
		ErrorHandler: asynq.ErrorHandlerFunc(w.failed), IsFailure: isFailure,
		RetryDelayFunc: func(int, error, *asynq.Task) time.Duration { return 2*time.Second + q.opts.Jitter(8*time.Second) },
		Logger:         asynqLog{q.opts.Log}, LogLevel: asynq.InfoLevel,
	})
	if err := w.server.Start(asynq.HandlerFunc(w.ring)); err != nil {
		end()
		return nil, fault.Wrap(fault.Internal, err, "the alarms' workers did not start")
	}
	return w, nil
}

// isFailure spares handlers that were told to end: their alarm goes back
// without losing one of its tries.
func isFailure(err error) bool { return !errors.Is(err, context.Canceled) }

// ring handles one alarm.
func (w *workers) ring(ctx context.Context, t *asynq.Task) error {
	select {
	case w.busy <- struct{}{}:
		defer func() { <-w.busy }()
	case <-ctx.Done():
		return ctx.Err()
	}
	a, err := readAlarm(t.Payload())
	if err != nil {
		return err
	}
	switch a.Kind {
	case recovery.AlarmIdle:
		_, err = w.handler.Idle(ctx, a.Shard)
	case recovery.AlarmDue:
		_, err = w.handler.Due(ctx, a.Shard)
	case recovery.AlarmAsk:
		_, err = w.handler.Ask(ctx, a.Shard)
	}
	return err
}

// failed logs a handler's failure; asynq rings again for it.
func (w *workers) failed(ctx context.Context, t *asynq.Task, err error) {
	level, text := slog.LevelError, "alarm failed; it rings again"
	if !isFailure(err) {
		level, text = slog.LevelInfo, "alarm interrupted; it rings again"
	}
	a, _ := readAlarm(t.Payload()) // when it cannot be read, err says so
	again, _ := asynq.GetRetryCount(ctx)
	w.log.Log(ctx, level, text, "kind", a.Kind, "shard", a.Shard, "retried", again, "error", err)
}

// stop takes no further alarm, waits for the handlers at work and ends those
// that outlast the shutdown timeout or ctx.
func (w *workers) stop(ctx context.Context) error {
	defer w.end()
	defer context.AfterFunc(ctx, w.end)()
	w.server.Shutdown()
	// asynq has let go of handlers that took too long; they are ending.
	late := time.NewTimer(grace)
	defer late.Stop()
	for range cap(w.busy) {
		select {
		case w.busy <- struct{}{}:
		case <-late.C:
			return fault.New(fault.Internal, "an alarm's handler did not end in time; its shard is rung for again at the next start")
		}
	}
	return nil
}

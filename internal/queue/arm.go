package queue

import (
	"context"
	"errors"
	"time"

	"github.com/hibiken/asynq"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

const (
	// answerWithin bounds the wait for Redis: an event is stored by then and
	// must be answered; its alarm can be swept up.
	answerWithin = 2 * time.Second
	// skew is how far the clocks of processes on one Redis may differ without
	// an alarm getting late. Past it, an alarm may wait for the sweeper.
	skew = 2 * time.Second
	// ahead bounds the seconds that are tried when the wanted one is being handled.
	ahead = 10
)

// Arm sets an alarm for the second of at, rounded up; what is overdue rings at
// the next second. An alarm that is set already is not set twice.
//
// No alarm is lost to a handler that is at work already. The caller's row was
// committed before Arm looked at the clock, and the second armed for lies
// after that: whoever serves this second starts after the commit and finds the
// row. Only when another process's clock runs ahead may the alarm of that
// second be rung already; then Redis says so, and the next one is taken.
func (q *Queue) Arm(ctx context.Context, kind recovery.AlarmKind, shard int, at time.Time) error {
	now := q.wallNow()
	a := alarm{Kind: kind, Shard: shard, second: max(ceilSecond(q.opts.Wall(at)), now.Unix()+1)}
	if err := a.check(); err != nil {
		return err
	}
	for range ahead {
		if q.memory.has(a, now) {
			return nil
		}
		waits, err := q.set(ctx, a)
		if err != nil {
			return err
		}
		if waits {
			q.memory.add(a, now)
			return nil
		}
		a.second++
	}
	return fault.New(fault.Conflict, "the alarms of shard %d are all being handled", shard).
		Try("compare the clocks of the machines on this Redis")
}

// set puts the alarm into Redis and reports whether it will ring. It will not
// if its id is taken by one that rings already, or has rung in vain.
func (q *Queue) set(ctx context.Context, a alarm) (waits bool, err error) {
	if q.breaker.open(q.wallNow()) {
		return false, fault.New(fault.Overloaded, "Redis did not answer a moment ago; the sweeper will set the alarm")
	}
	queue := q.names[a.Shard%len(q.names)]
	task, opts := a.task(queue)
	bounded, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	_, err = q.client.Load().EnqueueContext(bounded, task, opts...)
	if errors.Is(err, asynq.ErrTaskIDConflict) {
		waits, err = q.waits(queue, a.id())
	} else {
		waits = err == nil
	}
	if err != nil {
		if ctx.Err() == nil {
			q.breaker.trip(q.wallNow())
		}
		return false, fault.Wrap(fault.Overloaded, err, "Redis did not take an alarm; the sweeper will set it").
			Try("start Redis, or correct CARTOGRAPH_REDIS_URL")
	}
	return waits, nil
}

// waits reports whether the alarm of this id is still to ring.
func (q *Queue) waits(queue, id string) (bool, error) {
	info, err := q.inspector.GetTaskInfo(queue, id)
	switch {
	case errors.Is(err, asynq.ErrTaskNotFound):
		return false, nil // done this moment
	case errors.Is(err, asynq.ErrQueueNotFound):
		// Redis was emptied and another process has set the alarm since, so
		// this one's client believes the queue to be known. The next second is
		// as good, and makes it known.
		q.publishAnew()
		return false, nil
	case err != nil:
		return false, err
	}
	switch info.State {
	case asynq.TaskStateScheduled, asynq.TaskStatePending, asynq.TaskStateRetry:
		return true, nil
	}
	return false, nil // at work, or put away until the sweeper deletes it
}

package queue

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/hibiken/asynq"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

const (
	// tries is how often asynq rings again for a handler that fails or whose
	// process dies; each death counts. After that the alarm is put away, and the
	// sweeper sets a new one.
	tries = 5
	// handleWithin bounds one handler; a shard's backlog of any size comes in
	// parts, and the rest is rung for again.
	handleWithin = 10 * time.Minute
)

// alarm is what Redis keeps: which shard to wake for what, at which second.
type alarm struct {
	Kind  recovery.AlarmKind `json:"kind"`
	Shard int                `json:"shard"`
	// second is Unix time on the machine's clock; it is in the id, not in the payload.
	second int64
}

// id is the alarm's name in its queue. Alarms of one shard and second are one alarm.
func (a alarm) id() string { return fmt.Sprintf("%s:%d:%d", a.Kind, a.Shard, a.second) }

// task gives the alarm as asynq's: forgotten as soon as it is done, so that
// its id is free again.
func (a alarm) task(queue string) (*asynq.Task, []asynq.Option) {
	payload, _ := json.Marshal(a) // a string and a number always marshal
	return asynq.NewTask("alarm:"+string(a.Kind), payload), []asynq.Option{
		asynq.TaskID(a.id()), asynq.Queue(queue), asynq.ProcessAt(time.Unix(a.second, 0)),
		asynq.MaxRetry(tries), asynq.Timeout(handleWithin), asynq.Retention(0),
	}
}

// check refuses an alarm that nobody would hear.
func (a alarm) check() error {
	if a.Shard < 0 || a.Shard >= shop.Shards || !slices.Contains([]recovery.AlarmKind{recovery.AlarmIdle, recovery.AlarmDue, recovery.AlarmAsk}, a.Kind) {
		return fault.New(fault.Internal, "there is no alarm %q for shard %d", a.Kind, a.Shard).
			Try("run one version of Cartograph on one Redis, or give each its own database number")
	}
	return nil
}

// readAlarm reads a task's payload.
func readAlarm(payload []byte) (a alarm, err error) {
	if err := json.Unmarshal(payload, &a); err != nil {
		return alarm{}, fault.Wrap(fault.Internal, err, "a task in Redis is not an alarm").
			Try("give Cartograph a Redis database of its own")
	}
	return a, a.check()
}

// ceilSecond gives an instant's Unix second, rounded up: an alarm never rings
// before what it is for.
func ceilSecond(t time.Time) int64 {
	if t.Nanosecond() > 0 {
		return t.Unix() + 1
	}
	return t.Unix()
}

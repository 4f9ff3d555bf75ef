package queue

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/redis/go-redis/v9"
)

// LogRedis sends the Redis library's own words, which otherwise go to stderr
// past every handler, to log. The library has one logger for the whole process:
// only what wires the process may call this, once and before Open.
func LogRedis(log *slog.Logger) { redis.SetLogger(redisLog{log}) }

type redisLog struct{ log *slog.Logger }

// Printf logs connections that broke. Every command that failed for it is
// reported by its caller, so this is for whoever debugs it.
func (l redisLog) Printf(ctx context.Context, format string, args ...any) {
	l.log.DebugContext(ctx, "redis: "+fmt.Sprintf(format, args...))
}

// asynqLog hands asynq's own words to slog. They name queues and ids, never
// payloads. What asynq calls information is for whoever debugs it.
type asynqLog struct{ log *slog.Logger }

// Debug drops what asynq says at every look at Redis.
func (asynqLog) Debug(...any) {}

// Info logs starting and stopping.
func (l asynqLog) Info(args ...any) { l.log.Debug("asynq: " + fmt.Sprint(args...)) }

// Warn logs what asynq will try again.
func (l asynqLog) Warn(args ...any) { l.log.Warn("asynq: " + fmt.Sprint(args...)) }

// Error logs what asynq could not do.
func (l asynqLog) Error(args ...any) { l.log.Error("asynq: " + fmt.Sprint(args...)) }

// Fatal logs like Error. A library does not end the process.
func (l asynqLog) Fatal(args ...any) { l.Error(args...) }

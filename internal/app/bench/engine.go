package bench

import (
	"context"
	"fmt"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// engine names the database with its durability.
func (s *scratch) engine(ctx context.Context) (string, error) {
	if !s.postgres() {
		v, err := s.one(ctx, `SELECT sqlite_version()`)
		return fmt.Sprintf("SQLite %s, WAL, synchronous=%s", v, s.sync), err
	}
	var said []string
	for _, setting := range []string{"server_version", "fsync", "synchronous_commit"} {
		v, err := s.one(ctx, `SHOW `+setting)
		if err != nil {
			return "", err
		}
		said = append(said, v)
	}
	return fmt.Sprintf("Postgres %s, fsync=%s, synchronous_commit=%s", said[0], said[1], said[2]), nil
}

// one gives the only value of a query.
func (s *scratch) one(ctx context.Context, query string, args ...any) (v string, err error) {
	if err := s.db.QueryRowContext(ctx, query, args...).Scan(&v); err != nil {
		return "", fault.Wrap(fault.Internal, err, "cannot ask the scratch database")
	}
	return v, nil
}

// number gives the only number of a query.
func (s *scratch) number(ctx context.Context, query string, args ...any) (n int64, err error) {
	if err := s.db.QueryRowContext(ctx, query, args...).Scan(&n); err != nil {
		return 0, fault.Wrap(fault.Internal, err, "cannot ask the scratch database")
	}
	return n, nil
}

// redisEngine names the Redis with its durability.
func (s *scratch) redisEngine(ctx context.Context) (string, error) {
	if s.redis == nil {
		return "inside the process (miniredis), in memory only", nil
	}
	info, err := s.redis.Info(ctx, "server").Result()
	if err != nil {
		return "", fault.Wrap(fault.Misconfigured, err, "Redis does not answer").In("--redis-url")
	}
	version := "of unknown version"
	for line := range strings.Lines(info) {
		if v, ok := strings.CutPrefix(line, "redis_version:"); ok {
			version = strings.TrimSpace(v)
		}
	}
	// A managed Redis may not tell; then the name has to do.
	kept, err := s.redis.ConfigGet(ctx, "append*").Result()
	if err != nil {
		return "Redis " + version, nil
	}
	return fmt.Sprintf("Redis %s, appendonly=%s, appendfsync=%s", version, kept["appendonly"], kept["appendfsync"]), nil
}

package torture

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// killOne kills a random process and starts it again after a short while.
func (r *round) killOne(ctx context.Context) error {
	return r.killSome(ctx, r.servers[r.chance.below(len(r.servers))])
}

// killAll kills every process at once.
func (r *round) killAll(ctx context.Context) error { return r.killSome(ctx, r.servers...) }

func (r *round) killSome(ctx context.Context, some ...*server) error {
	defer hold(some...)()
	if r.chance.below(3) > 0 {
		// The worst moment is while a provider is being called.
		until(ctx, time.Second, "a call in flight", func() bool { return r.box.calls.Load() > 0 }) //nolint:errcheck // else at any moment
	}
	for _, s := range some {
		s.process.signal(syscall.SIGKILL)
	}
	for _, s := range some {
		s.kill()
		r.kills.Add(1)
	}
	if err := r.noteInFlight(ctx); err != nil {
		return err
	}
	for _, s := range some {
		if err := pause(ctx, r.chance.short()); err != nil {
			return err
		}
		if err := s.start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// termOne stops a random process in order and starts it again.
func (r *round) termOne(ctx context.Context) error {
	s := r.servers[r.chance.below(len(r.servers))]
	defer hold(s)()
	r.drained(s.end())
	if err := pause(ctx, r.chance.short()); err != nil {
		return err
	}
	return s.start(ctx)
}

// flushRedis empties Redis.
func (r *round) flushRedis(context.Context) error {
	r.redis.say("FLUSHALL") //nolint:errcheck // one that is down is empty, too
	return nil
}

// shutdownRedis stops Redis in order and starts it again, empty.
func (r *round) shutdownRedis(ctx context.Context) error {
	r.redis.shutdown()
	return r.redisAgain(ctx)
}

// killRedis kills Redis and starts it again, empty.
func (r *round) killRedis(ctx context.Context) error {
	r.redis.process.kill()
	return r.redisAgain(ctx)
}

func (r *round) redisAgain(ctx context.Context) error {
	if err := pause(ctx, 2*r.chance.short()); err != nil {
		return err
	}
	if err := r.redis.start(ctx); err != nil {
		return err
	}
	return r.noteInFlight(ctx)
}

// restartPostgres stops Postgres by a signal and starts it again.
func restartPostgres(s syscall.Signal) func(*round, context.Context) error {
	return func(r *round, ctx context.Context) error {
		r.postgres.stop(s)
		if err := pause(ctx, r.chance.short()); err != nil {
			return err
		}
		if err := r.postgres.start(ctx); err != nil {
			return err
		}
		return r.noteInFlight(ctx)
	}
}

// noteInFlight remembers which messages' calls are in flight now: what is
// `sending` after a process died, or after the database came back, was being
// sent then, and its outcome may stay unknown.
func (r *round) noteInFlight(ctx context.Context) error {
	var ids []string
	err := r.look(ctx, func(db *sql.DB) (err error) {
		ids, err = sending(ctx, db)
		return err
	})
	if err != nil {
		// Another fault has the database down at this moment: whoever ended that
		// one looks again.
		if r.config.Engine == EnginePostgres {
			return nil
		}
		return err
	}
	r.ledger.uncertain(ids...)
	return nil
}

// look opens the database beside the servers. While the only server of a SQLite
// file is dead, a copy is opened: opening the file itself would recover it, and
// that is the server's to do.
func (r *round) look(ctx context.Context, f func(*sql.DB) error) error {
	dsn := r.dsn
	if r.config.Engine == EngineSQLite && r.servers[0].process.gone() {
		copied, err := copyDatabase(dsn, filepath.Join(r.place.root, "copy"))
		if err != nil {
			return err
		}
		dsn = copied
	}
	db, err := database(dsn)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the database cannot be opened")
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := db.PingContext(ctx); err != nil {
		return fault.Wrap(fault.Internal, err, "the database does not answer")
	}
	return f(db)
}

// copyDatabase copies a SQLite file with its log into an empty folder.
func copyDatabase(dsn, dir string) (string, error) {
	if err := os.RemoveAll(dir); err != nil {
		return "", fault.Wrap(fault.Internal, err, "the last copy cannot be removed")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fault.Wrap(fault.Internal, err, "there is no room for a copy")
	}
	to := filepath.Join(dir, filepath.Base(dsn))
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(dsn + suffix)
		if os.IsNotExist(err) && strings.HasSuffix(suffix, "wal") {
			continue
		}
		if err != nil {
			return "", fault.Wrap(fault.Internal, err, "the database file cannot be read")
		}
		if err := os.WriteFile(to+suffix, data, 0o600); err != nil {
			return "", fault.Wrap(fault.Internal, err, "the copy cannot be written")
		}
	}
	return to, nil
}

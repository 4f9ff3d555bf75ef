package bench

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// scratch is the database and the Redis that the bench may fill.
type scratch struct {
	// dir is removed at the end.
	dir string
	// url is the store's address of the database.
	url string
	// sync is SQLite's durability.
	sync string
	// db looks at the rows as they are, and fills in many at once.
	db *sql.DB
	// redis is nil with the one inside the process.
	redis *redis.Client
	// had is whether the schema was there before; it is there again afterwards.
	had bool
	// taken is set once the database is known to be empty: only then may it be cleared.
	taken bool
}

// openScratch makes the scratch directory and database. It refuses a Postgres
// or a Redis that holds anything of anybody.
func openScratch(ctx context.Context, o Options) (s *scratch, err error) {
	s = &scratch{url: o.DatabaseURL, sync: o.SQLiteSync}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close(context.WithoutCancel(ctx)))
		}
	}()
	if s.dir, err = os.MkdirTemp(o.ScratchDir, "cartograph-bench-"); err != nil {
		return s, fault.Wrap(fault.Misconfigured, err, "cannot make a scratch directory").In("--scratch").Try("name a directory that exists")
	}
	if err := s.openRedis(ctx, o.RedisURL); err != nil {
		return s, err
	}
	if s.postgres() {
		if s.db, err = sql.Open("pgx", s.url); err != nil {
			return s, fault.Wrap(fault.Misconfigured, err, "the database's address cannot be read").In("--database-url")
		}
		if err := s.checkEmpty(ctx); err != nil {
			return s, err
		}
	} else {
		s.url = filepath.Join(s.dir, "cartograph.db")
		if s.db, err = sql.Open("sqlite", s.dsn(s.url)); err != nil {
			return s, fault.Wrap(fault.Internal, err, "cannot open the scratch database")
		}
	}
	s.taken = true
	if _, err = store.MigrateUp(ctx, s.url); err != nil {
		return s, err
	}
	return s, nil
}

func (s *scratch) postgres() bool { return strings.HasPrefix(s.url, "postgres") }

// dsn opens a SQLite file as the store does.
func (s *scratch) dsn(path string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(" + strings.ToUpper(s.sync) + ")", "foreign_keys(1)",
	}}.Encode()
}

// checkEmpty refuses a database in which somebody lives.
func (s *scratch) checkEmpty(ctx context.Context) error {
	st, err := store.MigrateStatus(ctx, s.url)
	if err != nil {
		return fault.Wrap(fault.Misconfigured, err, "cannot open the database").In("--database-url").
			Try("check the address, and that the server runs and accepts this user")
	}
	for _, m := range st {
		s.had = s.had || m.Applied
	}
	if !s.had {
		return nil
	}
	for _, table := range []string{"shops", "users"} {
		var n int
		if err := s.db.QueryRowContext(ctx, `SELECT count(*) FROM `+table).Scan(&n); err != nil {
			return fault.Wrap(fault.Misconfigured, err, "cannot read the database").In("--database-url")
		}
		if n > 0 {
			return fault.New(fault.Misconfigured, "this database has %d %s; bench fills a database and empties it afterwards", n, table).
				In("--database-url").Try("make an empty one for it: createdb cartograph_bench")
		}
	}
	return nil
}

// openRedis connects to a Redis and refuses one that holds keys.
func (s *scratch) openRedis(ctx context.Context, address string) error {
	if address == "" {
		return nil
	}
	o, err := redis.ParseURL(address)
	if err != nil {
		// The parser's own words may repeat a password.
		return fault.New(fault.Misconfigured, "bench measures on one Redis").In("--redis-url").Try("write redis://host:6379/9 or rediss://…")
	}
	client := redis.NewClient(o)
	n, err := client.DBSize(ctx).Result()
	switch {
	case err != nil:
		err = fault.Wrap(fault.Misconfigured, err, "Redis does not answer").In("--redis-url").Try("start it, or correct the address")
	case n > 0:
		err = fault.New(fault.Misconfigured, "this Redis database has %d keys; bench fills one and empties it afterwards", n).
			In("--redis-url").Try("name an empty one by its number: redis://host:6379/9")
	default:
		s.redis = client
		return nil
	}
	return errors.Join(err, client.Close())
}

// close takes away everything the bench made.
func (s *scratch) close(ctx context.Context) error {
	var all []error
	if s.redis != nil {
		all = append(all, s.clearRedis(ctx), s.redis.Close())
	}
	if s.db != nil && s.postgres() && s.taken {
		all = append(all, s.clearPostgres(ctx))
	}
	if s.db != nil {
		all = append(all, s.db.Close())
	}
	if s.dir != "" {
		all = append(all, os.RemoveAll(s.dir))
	}
	return errors.Join(all...)
}

// clearRedis deletes the keys of asynq: the database was empty before.
func (s *scratch) clearRedis(ctx context.Context) error {
	var keys []string
	found := s.redis.Scan(ctx, 0, "asynq:*", 1000).Iterator()
	for found.Next(ctx) {
		if keys = append(keys, found.Val()); len(keys) == 1000 {
			if err := s.redis.Unlink(ctx, keys...).Err(); err != nil {
				return fault.Wrap(fault.Internal, err, "Redis was not cleared")
			}
			keys = keys[:0]
		}
	}
	err := found.Err()
	if err == nil && len(keys) > 0 {
		err = s.redis.Unlink(ctx, keys...).Err()
	}
	if err != nil {
		return fault.Wrap(fault.Internal, err, "Redis was not cleared").Try("delete the keys asynq:* of this database")
	}
	return nil
}

// clearPostgres takes every migration back, and puts an empty schema there if
// there was one before.
func (s *scratch) clearPostgres(ctx context.Context) error {
	if _, err := s.db.ExecContext(ctx, `DROP TABLE IF EXISTS bench_rows`); err != nil {
		return fault.Wrap(fault.Internal, err, "the database was not cleared").Try("drop it and make a new one")
	}
	st, err := store.MigrateStatus(ctx, s.url)
	if err != nil {
		return err
	}
	for _, m := range st {
		if !m.Applied {
			continue
		}
		if _, err := store.MigrateDown(ctx, s.url); err != nil {
			return err
		}
	}
	if s.had {
		_, err = store.MigrateUp(ctx, s.url)
		return err
	}
	// goose's own table was not there before either.
	_, err = s.db.ExecContext(ctx, `DROP TABLE IF EXISTS goose_db_version`)
	return err
}

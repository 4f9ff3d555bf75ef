package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/store"
)

// template is the database with the schema that the tests' own are copied from.
const template = "template_cartograph"

// Postgres gives the URL of a fresh, migrated database: no other test has it
// until this one ends. Where Postgres is not installed the test is skipped, or
// fails if CARTOGRAPH_REQUIRE_ENGINES is 1.
func Postgres(t testing.TB) string {
	t.Helper()
	c := server(t)
	d, err := c.lend()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.takeBack(d); err != nil {
			t.Errorf("storetest: %v", err)
		}
	})
	return c.url(d.name)
}

// EmptyPostgres is Postgres without the schema.
func EmptyPostgres(t testing.TB) string {
	t.Helper()
	c := server(t)
	name, err := c.create("template1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.drop(name); err != nil {
			t.Errorf("storetest: %v", err)
		}
	})
	return c.url(name)
}

// shared is the one cluster of this test binary: starting it takes a second.
var shared lazy

// lazy starts a cluster when it is first needed.
type lazy struct {
	once    sync.Once
	cluster *cluster
	err     error
}

func (l *lazy) start() (*cluster, error) {
	l.once.Do(func() {
		if l.cluster, l.err = startCluster(); l.err == nil {
			l.err = l.cluster.prepare()
		}
	})
	return l.cluster, l.err
}

// stop ends the cluster. No test may be running any more.
func (l *lazy) stop() {
	if l.cluster != nil {
		l.cluster.stop()
	}
}

func server(t testing.TB) *cluster {
	t.Helper()
	c, err := shared.start()
	switch {
	case errors.Is(err, errNotInstalled) && os.Getenv("CARTOGRAPH_REQUIRE_ENGINES") != "1":
		t.Skipf("%v; install it (Debian: postgresql) to run this test", err)
	case err != nil:
		t.Fatal(err)
	}
	return c
}

// prepare makes the template.
func (c *cluster) prepare() error {
	ctx := context.Background()
	if _, err := c.admin.ExecContext(ctx, "CREATE DATABASE "+template); err != nil {
		return fmt.Errorf("storetest: template: %w", err)
	}
	if _, err := store.MigrateUp(ctx, c.url(template)); err != nil {
		return err
	}
	db, err := sql.Open("pgx", c.url(template))
	if err != nil {
		return err
	}
	defer db.Close()
	c.tables, err = tables(db)
	return err
}

// tables lists the tables of a database that hold rows of ours.
func tables(db *sql.DB) (list string, err error) {
	err = db.QueryRow(`SELECT coalesce(string_agg(quote_ident(tablename), ', ' ORDER BY tablename), '') FROM pg_tables
		WHERE schemaname = 'public' AND tablename <> 'goose_db_version'`).Scan(&list)
	return list, err
}

// create copies a database.
func (c *cluster) create(from string) (name string, err error) {
	name = fmt.Sprintf("test_%d", c.made.Add(1))
	_, err = c.admin.Exec("CREATE DATABASE " + name + " TEMPLATE " + from)
	return name, err
}

func (c *cluster) drop(name string) error {
	_, err := c.admin.Exec("DROP DATABASE " + name + " WITH (FORCE)")
	return err
}

// lent is a migrated database; db is our own connection to it, to empty it with.
type lent struct {
	name string
	db   *sql.DB
}

// lend gives a database that no test is using. Copying one takes a quarter of
// a second, emptying one much less: they go from test to test.
func (c *cluster) lend() (lent, error) {
	c.mu.Lock()
	if n := len(c.free); n > 0 {
		d := c.free[n-1]
		c.free = c.free[:n-1]
		c.mu.Unlock()
		return d, nil
	}
	c.mu.Unlock()
	name, err := c.create(template)
	if err != nil {
		return lent{}, err
	}
	db, err := sql.Open("pgx", c.url(name))
	if err != nil {
		return lent{}, err
	}
	db.SetMaxOpenConns(1) // takeBack ends all others
	return lent{name, db}, nil
}

// takeBack empties a database for the next test, or drops it if the test has
// changed the schema.
func (c *cluster) takeBack(d lent) error {
	_, err := d.db.Exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	if err != nil {
		return err
	}
	now, err := tables(d.db)
	if err != nil {
		return err
	}
	if now != c.tables {
		d.db.Close()
		return c.drop(d.name)
	}
	if _, err := d.db.Exec("TRUNCATE " + now); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.free = append(c.free, d)
	return nil
}

package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/store"
)

// template is the database with the schema that the tests' own are copied from.
const template = "template_cartograph"

// Postgres gives the URL of a fresh, migrated database, dropped at the end of
// the test. Where Postgres is not installed the test is skipped, or fails if
// CARTOGRAPH_REQUIRE_ENGINES is 1.
func Postgres(t testing.TB) string {
	t.Helper()
	return server(t).database(t, template)
}

// EmptyPostgres is Postgres without the schema.
func EmptyPostgres(t testing.TB) string {
	t.Helper()
	return server(t).database(t, "template1")
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
	_, err := store.MigrateUp(ctx, c.url(template))
	return err
}

// database copies a database for one test.
func (c *cluster) database(t testing.TB, from string) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", c.made.Add(1))
	if _, err := c.admin.ExecContext(context.Background(), "CREATE DATABASE "+name+" TEMPLATE "+from); err != nil {
		t.Fatalf("storetest: %v", err)
	}
	t.Cleanup(func() {
		if _, err := c.admin.ExecContext(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("storetest: %v", err)
		}
	})
	return c.url(name)
}

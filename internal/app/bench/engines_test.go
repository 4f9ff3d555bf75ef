package bench_test

import (
	"bufio"
	"context"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// tables lists what is in a Postgres database.
func tables(t *testing.T, url string) (names []string) {
	t.Helper()
	rows, err := storetest.DB{Engine: storetest.EnginePostgres, URL: url}.Raw(t).Query(
		`SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	url := storetest.EmptyPostgres(t)
	r := measured(t, append(small, "--database-url", url)...)
	check(t, r)
	if !strings.Contains(r.Machine.Database, "Postgres") || !strings.Contains(r.Machine.Database, "fsync=off") {
		t.Errorf("the tests' database is %q", r.Machine.Database)
	}
	if left := tables(t, url); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// TestRefusesInhabitedPostgres: whoever's shop it is, it stays.
func TestRefusesInhabitedPostgres(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	db := storetest.DB{Engine: storetest.EnginePostgres, URL: url}.Raw(t)
	_, err := db.Exec(`INSERT INTO shops (id, shard, name, platform, domain, currency, timezone, locale, country, settings, activated_at, created_at)
		VALUES ('s', 0, 'Someone', 'generic', '', 'EUR', 'UTC', 'en', 'FR', '{}', 0, 0)`)
	if err != nil {
		t.Fatal(err)
	}
	before := tables(t, url)
	c := command(context.Background(), append(small, "--database-url", url)...)
	if c.code != 2 || !strings.Contains(c.err.String(), "createdb") || c.out.Len() > 0 {
		t.Errorf("exit code %d: %s%s", c.code, c.out.String(), c.err.String())
	}
	var name string
	if err := db.QueryRow(`SELECT name FROM shops`).Scan(&name); err != nil || name != "Someone" {
		t.Errorf("the shop is %q now: %v", name, err)
	}
	if after := tables(t, url); len(after) != len(before) {
		t.Errorf("the tables were %q and are %q", before, after)
	}
}

// TestRedis measures on a Redis of its own process, and is refused by one that holds keys.
func TestRedis(t *testing.T) {
	t.Parallel()
	url := startRedis(t)
	o, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(o)
	defer client.Close()
	if err := client.Set(t.Context(), "somebody", "lives here", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if c := command(t.Context(), append(small, "--redis-url", url)...); c.code != 2 || !strings.Contains(c.err.String(), "1 keys") {
		t.Errorf("exit code %d: %s", c.code, c.err.String())
	}
	if n := client.Del(t.Context(), "somebody").Val(); n != 1 {
		t.Error("somebody's key is gone")
	}
	r := measured(t, append(small, "--redis-url", url)...)
	check(t, r)
	if !strings.HasPrefix(r.Machine.Redis, "Redis ") {
		t.Errorf("Redis is %q", r.Machine.Redis)
	}
	if n := client.DBSize(t.Context()).Val(); n != 0 {
		t.Errorf("%d keys are left", n)
	}
}

// startRedis starts a redis-server of the test's own and gives its address
// once it is ready. Where there is none the test is skipped, or fails if
// CARTOGRAPH_REQUIRE_ENGINES is 1.
func startRedis(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("redis-server")
	switch {
	case err != nil && os.Getenv("CARTOGRAPH_REQUIRE_ENGINES") == "1":
		t.Fatal(err)
	case err != nil:
		t.Skip("redis-server is not installed (Debian: redis-server)")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(free.Addr().String())
	free.Close()
	server := exec.Command(program, "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir())
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Kill() //nolint:errcheck // it fails only when the process is gone already
		server.Wait()         //nolint:errcheck // it was killed, and reports just that
	})
	said := bufio.NewScanner(out)
	for said.Scan() {
		if strings.Contains(said.Text(), "Ready to accept connections") {
			go func() {
				for said.Scan() {
					continue // the server must not wait for a reader
				}
			}()
			return "redis://127.0.0.1:" + port + "/9"
		}
	}
	t.Fatal("redis-server did not start")
	return ""
}

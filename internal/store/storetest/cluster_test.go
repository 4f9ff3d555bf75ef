package storetest

import (
	"bufio"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

// startAndWait is a variable that makes this test binary a process that starts
// a cluster, tells its address, and does nothing more.
const startAndWait = "CARTOGRAPH_TEST_START_CLUSTER_AND_WAIT"

func TestMain(m *testing.M) {
	if os.Getenv(startAndWait) == "" {
		Main(m)
	}
	c, err := startCluster()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(c.url("postgres"))
	select {}
}

// A test binary that is killed cannot clean up: its server has to end by itself.
func TestClusterEndsWithItsProcess(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells a child that its parent is gone")
	}
	server(t) // skips where Postgres is not installed
	owner := exec.CommandContext(t.Context(), os.Args[0])
	owner.Env = append(os.Environ(), startAndWait+"=1")
	owner.Stderr = os.Stderr
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address = strings.TrimSpace(address)
	removeLater(t, address)
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.PingContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	owner.Wait() //nolint:errcheck // it was killed
	// The connection is open: this ends when the server does, and not before.
	if _, err := db.ExecContext(t.Context(), `SELECT pg_sleep(86400)`); err == nil {
		t.Error("the server let a query of a day end")
	}
	if err := db.PingContext(t.Context()); err == nil {
		t.Error("the server takes connections after its process was killed")
	}
}

// removeLater removes the folder of a cluster that nobody else will.
func removeLater(t testing.TB, address string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	dir := u.Query().Get("host")
	if !strings.Contains(dir, "cartograph-postgres-") {
		t.Fatalf("%q is no cluster's folder", dir)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
}

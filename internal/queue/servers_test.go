package queue_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// startRedis starts a redis-server of the test's own and gives its address.
func startRedis(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf("redis://127.0.0.1:%d/3", startServer(t, "Ready to accept connections", nil))
}

// startCluster starts a cluster of one node, which holds all slots.
func startCluster(t *testing.T) string {
	t.Helper()
	port := startServer(t, "Ready to accept connections", func(int) []string {
		return []string{"--cluster-enabled", "yes", "--cluster-port", fmt.Sprint(freePort(t))}
	})
	node := redis.NewClient(&redis.Options{Addr: fmt.Sprintf("127.0.0.1:%d", port)})
	defer node.Close()
	if err := node.ClusterAddSlotsRange(t.Context(), 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for info := ""; !strings.Contains(info, "cluster_state:ok"); <-again.C {
		var err error
		if info, err = node.ClusterInfo(t.Context()).Result(); err != nil {
			t.Fatal(err)
		}
	}
	return fmt.Sprintf("redis-cluster://127.0.0.1:%d", port)
}

// startSentinel starts a redis-server and a sentinel that watches it.
func startSentinel(t *testing.T) string {
	t.Helper()
	master := startServer(t, "Ready to accept connections", nil)
	port := startServer(t, "+monitor master shop", func(port int) []string {
		conf := filepath.Join(t.TempDir(), "sentinel.conf")
		text := fmt.Sprintf("port %d\nbind 127.0.0.1\nsentinel monitor shop 127.0.0.1 %d 1\n", port, master)
		if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return []string{conf, "--sentinel"}
	})
	return fmt.Sprintf("redis-sentinel://127.0.0.1:%d/2?master=shop", port)
}

// startServer starts a redis-server on a free port and returns the port once
// it says that it is ready. more gives further arguments; if their first is
// a file, they are all. Without a redis-server on PATH the test is skipped,
// unless engines are required.
func startServer(t *testing.T, ready string, more func(port int) []string) int {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("CARTOGRAPH_REQUIRE_ENGINES") == "1" {
			t.Fatal("CARTOGRAPH_REQUIRE_ENGINES=1, but redis-server is not on PATH")
		}
		t.Skip("redis-server is not on PATH")
	}
	for range 5 { // the port may be taken between finding and using it
		port := freePort(t)
		args := []string{"--bind", "127.0.0.1", "--port", fmt.Sprint(port), "--save", "", "--dir", t.TempDir()}
		if more != nil {
			extra := more(port)
			if !strings.HasPrefix(extra[0], "--") {
				args = nil
			}
			args = append(args, extra...)
		}
		if tryServer(t, ready, exec.Command(path, args...)) {
			return port
		}
	}
	t.Fatal("redis-server does not start")
	return 0
}

// tryServer starts a server and reports whether it got ready; it is ended with
// the test.
func tryServer(t *testing.T, ready string, cmd *exec.Cmd) bool {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines, isReady := bufio.NewScanner(out), false
	for !isReady && lines.Scan() {
		isReady = strings.Contains(lines.Text(), ready)
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		_, _ = io.Copy(io.Discard, out)
	}()
	end := func() {
		_ = cmd.Process.Kill()
		<-drained
		_ = cmd.Wait()
	}
	if !isReady {
		end()
		return false
	}
	t.Cleanup(end)
	return true
}

func freePort(t *testing.T) int {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

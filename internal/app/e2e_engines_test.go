package app_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// redisServer is a Redis of the test's own.
type redisServer struct {
	t    *testing.T
	port int
	// end ends it; nil while it does not run.
	end func()
}

// newRedis starts one on a free port. Where redis-server is not installed the
// test is skipped, or fails if CARTOGRAPH_REQUIRE_ENGINES is 1.
func newRedis(t *testing.T) *redisServer {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CARTOGRAPH_REQUIRE_ENGINES") == "1" {
			t.Fatal("CARTOGRAPH_REQUIRE_ENGINES=1, but redis-server is not on PATH")
		}
		t.Skip("redis-server is not on PATH; install it (Debian: redis-server) to run this test")
	}
	r := &redisServer{t: t}
	for range 5 { // a port may be taken between finding and using it
		r.port = freePort(t)
		if r.start() {
			break
		}
	}
	if r.end == nil {
		t.Fatal("redis-server does not start")
	}
	t.Cleanup(r.stop)
	return r
}

// start starts it, empty, and waits until it takes connections.
func (r *redisServer) start() bool {
	r.t.Helper()
	cmd := exec.Command("redis-server", "--bind", "127.0.0.1", "--port", fmt.Sprint(r.port), "--save", "", "--dir", r.t.TempDir())
	out, err := cmd.StdoutPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	lines, ready := bufio.NewScanner(out), false
	for !ready && lines.Scan() {
		ready = strings.Contains(lines.Text(), "Ready to accept connections")
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		io.Copy(io.Discard, out) //nolint:errcheck // it ends with the process
	}()
	end := func() {
		cmd.Process.Kill() //nolint:errcheck // it fails only when the process is gone already
		<-drained
		cmd.Wait() //nolint:errcheck // it was killed
	}
	if !ready {
		end()
		return false
	}
	r.end = end
	return true
}

func (r *redisServer) stop() {
	if r.end != nil {
		r.end()
		r.end = nil
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// sharedPlace is an installation on Postgres and a real Redis, by their two
// variables alone: the empty database is set up by the first command.
func sharedPlace(t *testing.T) (*place, *redisServer) {
	t.Helper()
	p := newPlace(t)
	p.env["CARTOGRAPH_DATABASE_URL"] = storetest.EmptyPostgres(t)
	redis := newRedis(t)
	p.env["CARTOGRAPH_REDIS_URL"] = fmt.Sprintf("redis://127.0.0.1:%d/0", redis.port)
	return p, redis
}

// The same story on the big engines, with the work divided over two processes.
func TestStoryOnTwoProcesses(t *testing.T) {
	t.Parallel()
	p, _ := sharedPlace(t)
	provider := newSendgrid(t)
	provider.use(p)
	shop := p.open("e2e.myshopify.com")
	front := p.serve("--role", "web")
	p.env["CARTOGRAPH_PUBLIC_URL"] = front.url
	worker := p.serve("--role", "worker")
	tellStory(t, shop.at(front), front, provider)

	status, _ := call(t, http.MethodGet, "http://"+worker.listen+"/healthz", nil, nil)
	same(t, "the worker's health", status, http.StatusOK)
	status, _ = call(t, http.MethodPost, "http://"+worker.listen+"/webhooks/shopify/"+shop.ID, nil, nil)
	same(t, "a webhook to the worker", status, http.StatusNotFound)
	for _, s := range []*process{front, worker} {
		same(t, "exit code", s.stop(), 0)
		logsAreClean(t, s)
	}
}

// Redis goes away and comes back empty: the server says so, takes events in
// meanwhile, and makes up for everything.
func TestRedisGoesAway(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	redis := newRedis(t)
	p.env["CARTOGRAPH_REDIS_URL"] = fmt.Sprintf("redis://127.0.0.1:%d/0", redis.port)
	provider := newSendgrid(t)
	provider.use(p)
	shop := p.open("e2e.myshopify.com")
	server := p.serve()
	shop.at(server)
	ready := func() int {
		status, _ := call(t, http.MethodGet, server.url+"/readyz", nil, nil)
		return status
	}
	same(t, "ready", ready(), http.StatusOK)

	redis.stop()
	until(t, "the server says that it is not ready", func() bool { return ready() == http.StatusServiceUnavailable })
	status, _ := call(t, http.MethodGet, server.url+"/healthz", nil, nil)
	same(t, "alive", status, http.StatusOK)
	shop.posted("checkouts/create", colette.checkout())

	if !redis.start() {
		t.Fatal("redis-server does not start again")
	}
	until(t, "the server is ready again", func() bool { return ready() == http.StatusOK })
	provider.wait(colette.email, 2)
	same(t, "mails", len(provider.to(colette.email)), 2)
	logsAreClean(t, server)
}

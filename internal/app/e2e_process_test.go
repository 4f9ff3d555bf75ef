package app_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// patience bounds every wait of these tests. It is a safety net: nothing is
// judged by how long it took.
const patience = 2 * time.Minute

// binary is the program, built once for all tests of this folder.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(binaryDir, "cartograph")
	out, err := exec.Command("go", "build", "-o", path, "github.com/cartograph-dev/cartograph/cmd/cartograph").CombinedOutput()
	if err != nil {
		return "", errors.New(string(out))
	}
	return path, nil
})

var binaryDir string

func TestMain(m *testing.M) {
	var err error
	if binaryDir, err = os.MkdirTemp("", "cartograph-e2e-"); err != nil {
		panic(err)
	}
	storetest.Main(m, goleak.Cleanup(func(code int) {
		os.RemoveAll(binaryDir)
		os.Exit(code)
	}))
}

// place is where an installation lives: its environment, the same for all of
// its processes and commands.
type place struct {
	t   *testing.T
	env map[string]string
}

// newPlace is an installation on a fresh data directory.
func newPlace(t *testing.T) *place {
	t.Helper()
	return &place{t: t, env: map[string]string{
		"CARTOGRAPH_DATA_DIR": filepath.Join(t.TempDir(), "data"), "CARTOGRAPH_LISTEN": "127.0.0.1:0",
		"CARTOGRAPH_SQLITE_SYNC": "normal", "PATH": os.Getenv("PATH"), "HOME": t.TempDir(),
	}}
}

// command is the program with the place's environment and nothing else's.
func (p *place) command(args ...string) *exec.Cmd {
	p.t.Helper()
	path, err := binary()
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = p.t.TempDir()
	for name, value := range p.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	return cmd
}

// run runs a command to its end.
func (p *place) run(args ...string) (stdout, stderr string, code int) {
	p.t.Helper()
	cmd := p.command(args...)
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	if e := cmd.Run(); e != nil {
		var exit *exec.ExitError
		if !errors.As(e, &exit) {
			p.t.Fatal(e)
		}
	}
	return out.String(), err.String(), cmd.ProcessState.ExitCode()
}

// must runs a command that has to succeed and gives what it printed.
func (p *place) must(args ...string) string {
	p.t.Helper()
	out, err, code := p.run(args...)
	if code != 0 {
		p.t.Fatalf("cartograph %s: exit code %d\n%s%s", strings.Join(args, " "), code, out, err)
	}
	return out
}

// process is a running server.
type process struct {
	t   *testing.T
	cmd *exec.Cmd
	// url is where it says that it serves, listen the address it really listens on.
	url, listen string
	// ended is closed when it is gone and its log is read to the end.
	ended chan struct{}

	mu  sync.Mutex
	log strings.Builder
}

// serve starts a server and waits until it says where it serves.
func (p *place) serve(args ...string) *process {
	p.t.Helper()
	s := &process{t: p.t, cmd: p.command(append([]string{"serve"}, args...)...), ended: make(chan struct{})}
	stderr, err := s.cmd.StderrPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	ready := make(chan struct{})
	go s.read(stderr, ready)
	p.t.Cleanup(func() { s.kill() })
	select {
	case <-ready:
	case <-s.ended:
		p.t.Fatalf("the server did not start:\n%s", s.logged())
	case <-time.After(patience):
		p.t.Fatalf("the server is not up yet:\n%s", s.logged())
	}
	return s
}

// read keeps the log and finds the addresses in it.
func (s *process) read(stderr io.Reader, ready chan<- struct{}) {
	defer close(s.ended)
	lines := bufio.NewScanner(stderr)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		s.mu.Lock()
		s.log.WriteString(lines.Text() + "\n")
		s.mu.Unlock()
		var l struct{ Msg, URL, Listen string }
		if json.Unmarshal(lines.Bytes(), &l) == nil && l.Msg == "cartograph serves" {
			s.url, s.listen = l.URL, l.Listen
			close(ready)
		}
	}
	s.cmd.Wait() //nolint:errcheck // the exit code is asked of the process's state
}

func (s *process) logged() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

// stop ends the server as an operator does and gives its exit code.
func (s *process) stop() int {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	select {
	case <-s.ended:
	case <-time.After(patience):
		s.t.Fatalf("the server does not stop:\n%s", s.logged())
	}
	return s.cmd.ProcessState.ExitCode()
}

// kill ends it as a power cut does.
func (s *process) kill() {
	s.cmd.Process.Kill() //nolint:errcheck // it fails only when the process is gone already
	<-s.ended
}

// until asks again and again until the answer is yes.
func until(t *testing.T, what string, ask func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for !ask() {
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatalf("waiting in vain: %s", what)
		}
	}
}

package torture

import (
	"context"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// server is one process of an installation, started again and again.
type server struct {
	name, role string
	port       int
	place      *place
	ledger     *ledger
	skew       *skew
	// self is the program that serves by a clock of ours.
	self string

	// turn is held by whoever stops and starts the process.
	turn sync.Mutex

	process *child
	// skewed says that the next start is by a clock of ours.
	skewed bool
}

// newServers gives the processes of a configuration; none runs yet.
func newServers(c Config, p *place, l *ledger, s *skew, self string) ([]*server, error) {
	roles := []string{"all"}
	if c.Split {
		roles = []string{"web"}
		for range c.Workers {
			roles = append(roles, "worker")
		}
	}
	var out []*server
	for i, role := range roles {
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		out = append(out, &server{name: fmt.Sprintf("%s-%d", role, i), role: role, port: port, place: p, ledger: l, skew: s, self: self})
	}
	return out, nil
}

func (s *server) url() string { return fmt.Sprintf("http://127.0.0.1:%d", s.port) }

// start starts it and waits until it is healthy. A process that ends because
// its database is down is started again, as an init system would.
func (s *server) start(ctx context.Context) error {
	end := time.Now().Add(patience)
	for time.Now().Before(end) {
		if err := s.launch(); err != nil {
			return err
		}
		err := until(ctx, patience, s.name+" is healthy", func() bool { return s.process.gone() || s.healthy() })
		if err != nil || !s.process.gone() {
			return err
		}
		if err := pause(ctx, 150*time.Millisecond); err != nil {
			return err
		}
	}
	return fault.New(fault.Internal, "%s does not start; see its log in %s", s.name, s.place.root)
}

func (s *server) launch() (err error) {
	env := map[string]string{"CARTOGRAPH_LISTEN": fmt.Sprintf("127.0.0.1:%d", s.port)}
	cmd := exec.Command(s.place.binary, "serve", "--role", s.role)
	if s.skewed {
		cmd = exec.Command(s.self, "serve")
		env[clockVariable], env[roleVariable] = s.skew.file, s.role
	}
	cmd.Dir, cmd.Env, cmd.SysProcAttr = s.place.root, s.place.environ(env), attributes()
	s.process, err = start(s.name, s.log(), cmd)
	return err
}

func (s *server) log() string { return filepath.Join(s.place.root, s.name+".log") }

func (s *server) healthy() bool {
	c := http.Client{Timeout: 2 * time.Second}
	defer c.CloseIdleConnections()
	res, err := c.Get(s.url() + "/healthz")
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// kill ends it as a power cut does.
func (s *server) kill() { s.process.kill() }

// drain is how long a server may take to end in order: its own bound, five
// seconds for handlers that were told to end, and a margin.
const drain = 40 * time.Second

// end stops it in order and gives how long that took.
func (s *server) end() time.Duration {
	took, inTime := s.process.stop(syscall.SIGTERM, drain)
	switch code := s.process.cmd.ProcessState.ExitCode(); {
	case !inTime:
		s.ledger.problem("drain", fmt.Sprintf("%s did not end within %s of SIGTERM", s.name, drain))
	case code != 0:
		s.ledger.problem("drain", fmt.Sprintf("%s ended with exit code %d after SIGTERM; see %s", s.name, code, s.log()))
	}
	return took
}

// watch starts a server again that ended though nobody asked it to, and tells.
func (s *server) watch(ctx context.Context) {
	for pause(ctx, 100*time.Millisecond) == nil {
		if s.turn.TryLock() {
			s.mend(ctx)
			s.turn.Unlock()
		}
	}
}

func (s *server) mend(ctx context.Context) {
	p := s.process
	if p == nil || !p.gone() || p.wanted.Load() {
		return
	}
	s.ledger.problem("crash", fmt.Sprintf("%s ended by itself: %s; see %s", s.name, p.cmd.ProcessState, s.log()))
	p.wanted.Store(true)
	s.start(ctx) //nolint:errcheck // what does not start is told by the load that is never answered
}

// hold takes the turns of several servers and gives what gives them back.
func hold(some ...*server) (release func()) {
	for _, s := range some {
		s.turn.Lock()
	}
	return func() {
		for _, s := range some {
			s.turn.Unlock()
		}
	}
}

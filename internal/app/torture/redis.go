package torture

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// redis is a private Redis that keeps nothing on disk: it comes back empty.
type redis struct {
	root    string
	port    int
	process *child
}

func newRedis(ctx context.Context, root string) (*redis, error) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		return nil, fault.Wrap(fault.Misconfigured, err, "redis-server is not installed").Try("install it (Debian: redis-server), or run with -engines sqlite")
	}
	r := &redis{root: root}
	var err error
	if r.port, err = freePort(); err != nil {
		return nil, err
	}
	return r, r.start(ctx)
}

func (r *redis) url() string { return fmt.Sprintf("redis://127.0.0.1:%d/0", r.port) }

// start starts it, empty, and waits until it answers.
func (r *redis) start(ctx context.Context) (err error) {
	cmd := exec.CommandContext(context.WithoutCancel(ctx), "redis-server", "--bind", "127.0.0.1", "--port", fmt.Sprint(r.port), "--save", "", "--dir", r.root)
	cmd.SysProcAttr = attributes()
	if r.process, err = start("redis", filepath.Join(r.root, "redis.log"), cmd); err != nil {
		return err
	}
	err = until(ctx, patience, "Redis answers", func() bool { return r.process.gone() || r.say("PING") == nil })
	if err == nil && r.process.gone() {
		return fault.New(fault.Internal, "redis-server does not start on port %d", r.port)
	}
	return err
}

// say sends one command and waits for its answer, or for the connection's end.
func (r *redis) say(command string) error {
	c, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", r.port), time.Second)
	if err != nil {
		return err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(5 * time.Second)) //nolint:errcheck // the read would wait longer
	if _, err := fmt.Fprintf(c, "%s\r\n", command); err != nil {
		return err
	}
	answer, err := bufio.NewReader(c).ReadString('\n')
	if err == nil && !strings.HasPrefix(answer, "+") {
		return fault.New(fault.Internal, "Redis answered %s with %s", command, strings.TrimSpace(answer))
	}
	return err
}

// shutdown ends it in order and waits.
func (r *redis) shutdown() {
	r.process.wanted.Store(true)
	r.say("SHUTDOWN NOSAVE") //nolint:errcheck // it answers by ending
	timer := time.NewTimer(10 * time.Second)
	defer timer.Stop()
	select {
	case <-r.process.ended:
	case <-timer.C:
		r.process.kill()
	}
}

// freePort gives a loopback port that nobody has, below those that outgoing
// connections are given: a server that is down must find it free again.
func freePort() (int, error) {
	for range 200 {
		n := 10_000 + rand.IntN(20_000)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", n))
		if err != nil {
			continue
		}
		l.Close()
		return n, nil
	}
	return 0, fault.New(fault.Misconfigured, "there is no free loopback port")
}

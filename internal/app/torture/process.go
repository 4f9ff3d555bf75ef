package torture

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// child is a process that the harness started. It ends with the harness at the
// latest, where the system can see to that: see attributes.
type child struct {
	name string
	cmd  *exec.Cmd
	// ended is closed when it is gone.
	ended chan struct{}
	// wanted says that its end was asked for.
	wanted atomic.Bool
}

// start starts a process whose output is appended to a file.
func start(name, log string, cmd *exec.Cmd) (*child, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the log of %s cannot be written", name)
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	c := &child{name: name, cmd: cmd, ended: make(chan struct{})}
	started := make(chan error, 1)
	go c.attend(started)
	if err := <-started; err != nil {
		return nil, fault.Wrap(fault.Internal, err, "%s cannot be started", filepath.Base(cmd.Path))
	}
	return c, nil
}

// attend starts the process and waits for its end. Both happen on one thread
// that does nothing else: the kernel takes the end of the starting thread for
// the end of this process, and would end the child.
func (c *child) attend(started chan<- error) {
	runtime.LockOSThread()
	defer close(c.ended)
	err := c.cmd.Start()
	started <- err
	if err == nil {
		c.cmd.Wait() //nolint:errcheck // how it ended is in ProcessState
	}
}

// signal sends a signal; the end that it brings about is a wanted one.
func (c *child) signal(s syscall.Signal) {
	c.wanted.Store(true)
	c.cmd.Process.Signal(s) //nolint:errcheck // it fails only when the process is gone already
}

// kill ends the process as a power cut does.
func (c *child) kill() {
	c.signal(syscall.SIGKILL)
	<-c.ended
}

// stop sends a signal and waits; a process that takes longer is killed, which is told.
func (c *child) stop(s syscall.Signal, patience time.Duration) (took time.Duration, inTime bool) {
	began := time.Now()
	c.signal(s)
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-c.ended:
		return time.Since(began), true
	case <-timer.C:
		c.kill()
		return time.Since(began), false
	}
}

// gone reports whether the process has ended.
func (c *child) gone() bool {
	select {
	case <-c.ended:
		return true
	default:
		return false
	}
}

// pause waits, or less when ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// until asks again and again until the answer is yes; the bound is a safety net.
func until(ctx context.Context, bound time.Duration, what string, ask func() bool) error {
	end := time.Now().Add(bound)
	for !ask() {
		if time.Now().After(end) {
			return fault.New(fault.Internal, "waiting in vain for %s: %s", bound, what)
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

package app

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// lockFile takes an exclusive lock that the system gives back when the process
// ends, however it ends. errLocked means another process holds it.
func lockFile(path string) (unlock func(), err error) {
	// #nosec G304 -- a file in the operator's data directory
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fault.Wrap(fault.Misconfigured, err, "cannot write in the data directory").In("CARTOGRAPH_DATA_DIR")
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close() // that it is locked is what is told
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errLocked
		}
		return nil, fault.Wrap(fault.Misconfigured, err, "cannot lock %s", path)
	}
	return func() { _ = f.Close() }, nil // closing gives the lock back, whatever it says
}

var errLocked = errors.New("app: locked by another process")

// waitForLock takes the lock as soon as it is free.
func waitForLock(ctx context.Context, path string) (unlock func(), err error) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		unlock, err = lockFile(path)
		if !errors.Is(err, errLocked) {
			return unlock, err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

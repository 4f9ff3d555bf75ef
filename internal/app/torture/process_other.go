//go:build !linux

package torture

import (
	"errors"
	"os"
	"syscall"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// attributes has nothing to set: children end with Run, or by hand.
func attributes() *syscall.SysProcAttr { return nil }

// unprivileged refuses root, as Postgres does.
func unprivileged(string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() == 0 {
		return nil, fault.New(fault.Misconfigured, "Postgres refuses root; run this as another user")
	}
	return nil, nil
}

func mountSmall(string, int) error { return errors.ErrUnsupported }

func unmount(string) error { return nil }

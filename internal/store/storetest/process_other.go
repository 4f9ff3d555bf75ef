//go:build !linux

package storetest

import (
	"errors"
	"os"
	"syscall"
)

// attributes has nothing to set: a cluster ends with Main. One whose test
// binary was killed has to be ended by hand.
func attributes(string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() == 0 {
		return nil, errors.New("storetest: Postgres refuses root; run the tests as another user")
	}
	return nil, nil
}

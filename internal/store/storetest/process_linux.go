package storetest

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// attributes lets a child end when this process dies, however it dies. Postgres
// refuses to run as root: for root, the child runs as another user, who is
// given dir.
func attributes(dir string) (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if os.Geteuid() != 0 {
		return attr, nil
	}
	who, err := someone("postgres", "nobody")
	if err != nil {
		return nil, err
	}
	attr.Credential = who
	if err := os.Chown(dir, int(who.Uid), int(who.Gid)); err != nil {
		return nil, fmt.Errorf("storetest: %w", err)
	}
	return attr, nil
}

// someone gives the first of the users that exists.
func someone(names ...string) (*syscall.Credential, error) {
	for _, name := range names {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err, err2); err != nil {
			return nil, fmt.Errorf("storetest: user %s: %w", name, err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, fmt.Errorf("storetest: Postgres refuses root, and there is no user of %q to run it as", names)
}

package torture

import (
	"os"
	"os/user"
	"strconv"
	"syscall"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// attributes lets a child end when the harness dies, however it dies.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}

// unprivileged is attributes for a program that refuses root: root runs it as
// another user, who is given dir.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	attr := attributes()
	attr.Pdeathsig = syscall.SIGQUIT
	if os.Geteuid() != 0 {
		return attr, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			continue
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			continue
		}
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(dir, int(uid), int(gid)); err != nil {
			return nil, fault.Wrap(fault.Internal, err, "the database's folder cannot be handed over")
		}
		return attr, nil
	}
	return nil, fault.New(fault.Misconfigured, "Postgres refuses root, and there is no user postgres or nobody to run it as")
}

// mountSmall mounts a small file system that can be filled up. It needs root;
// unmount it with unmount.
func mountSmall(dir string, megabytes int) error {
	return syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+strconv.Itoa(megabytes)+"m,mode=0700")
}

func unmount(dir string) error { return syscall.Unmount(dir, syscall.MNT_DETACH) }

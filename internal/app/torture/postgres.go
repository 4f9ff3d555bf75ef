package torture

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// patience bounds every wait for a process. It is a safety net.
const patience = time.Minute

// postgres is a private Postgres on a Unix socket in a folder of its own, with
// all its durability on.
type postgres struct {
	bin, dir, log string
	attr          *syscall.SysProcAttr
	process       *child
}

// programs gives the folder with initdb and postgres: that of the initdb on
// PATH, or Debian's newest, which is not on PATH.
func programs() (string, bool) {
	var dirs []string
	if initdb, err := exec.LookPath("initdb"); err == nil {
		if initdb, err = filepath.EvalSymlinks(initdb); err == nil {
			dirs = append(dirs, filepath.Dir(initdb))
		}
	}
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is well formed
	slices.Reverse(debian)
	for _, dir := range append(dirs, debian...) {
		_, err := exec.LookPath(filepath.Join(dir, "initdb"))
		_, err2 := exec.LookPath(filepath.Join(dir, "postgres"))
		if err == nil && err2 == nil {
			return dir, true
		}
	}
	return "", false
}

// newPostgres makes a cluster and starts it.
func newPostgres(ctx context.Context, root string) (*postgres, error) {
	bin, ok := programs()
	if !ok {
		return nil, fault.New(fault.Misconfigured, "Postgres is not installed").Try("install it (Debian: postgresql), or run with -engines sqlite")
	}
	p := &postgres{bin: bin, dir: filepath.Join(root, "pg"), log: filepath.Join(root, "postgres.log")}
	if err := os.Mkdir(p.dir, 0o700); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the database's folder cannot be made")
	}
	var err error
	if p.attr, err = unprivileged(p.dir); err != nil {
		return nil, err
	}
	initdb := p.command(ctx, "initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", "--username=cartograph", "--pgdata="+p.data())
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "initdb failed: %s", out)
	}
	return p, p.start(ctx)
}

func (p *postgres) data() string { return filepath.Join(p.dir, "data") }

func (p *postgres) url() string {
	return "postgres://cartograph@/postgres?host=" + url.QueryEscape(p.dir)
}

func (p *postgres) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(p.bin, program), args...)
	cmd.Dir, cmd.SysProcAttr = p.dir, p.attr
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	return cmd
}

// start starts the server and waits until it answers; after an immediate stop
// that is when it has recovered.
func (p *postgres) start(ctx context.Context) (err error) {
	for range 20 { // what an immediate stop left behind may take a moment to go
		p.process, err = start("postgres", p.log, p.command(context.WithoutCancel(ctx), "postgres", "-D", p.data(), "-k", p.dir, "-h", "", "-c", "max_connections=200"))
		if err != nil {
			return err
		}
		if err = until(ctx, patience, "Postgres answers", func() bool { return p.process.gone() || p.answers(ctx) }); err != nil || !p.process.gone() {
			return err
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
	return fault.New(fault.Internal, "Postgres does not start; see %s", p.log)
}

func (p *postgres) answers(ctx context.Context) bool {
	db, err := database(p.url())
	if err != nil {
		return false
	}
	defer db.Close()
	return db.PingContext(ctx) == nil
}

// stop stops it: SIGINT ends the sessions and shuts down in order ("fast"),
// SIGQUIT drops everything at once ("immediate").
func (p *postgres) stop(s syscall.Signal) { p.process.stop(s, patience) }

package storetest

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"

	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"
)

var errNotInstalled = errors.New("storetest: Postgres is not installed")

// cluster is a running Postgres that listens on a Unix socket in a folder of
// its own, so that it needs no port and meets no other.
type cluster struct {
	dir     string
	process *os.Process
	// ended is closed when the process is gone.
	ended chan struct{}
	log   *journal
	// admin is connected to the database "postgres".
	admin *sql.DB
	// made counts the databases, for their names.
	made atomic.Int64
	// tables are those of the schema, as tables gives them.
	tables string

	mu sync.Mutex
	// free are the migrated databases that no test is using.
	free []lent
}

// startCluster makes a cluster and waits until it takes connections. It is
// gone with this process at the latest (on Linux): see attributes.
func startCluster() (*cluster, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	c := &cluster{ended: make(chan struct{}), log: &journal{ready: make(chan struct{})}}
	if c.dir, err = os.MkdirTemp("", "cartograph-postgres-"); err != nil {
		return nil, fmt.Errorf("storetest: %w", err)
	}
	if err := c.launch(bin); err != nil {
		os.RemoveAll(c.dir)
		return nil, err
	}
	if c.admin, err = sql.Open("pgx", c.url("postgres")); err != nil {
		c.stop()
		return nil, err
	}
	return c, nil
}

// programs gives the folder with initdb and postgres: that of the initdb on
// PATH, or Debian's newest, which is not on PATH.
func programs() (string, error) {
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
			return dir, nil
		}
	}
	return "", errNotInstalled
}

// launch runs initdb and then the server, and waits for one of its two ends:
// ready, or gone.
func (c *cluster) launch(bin string) error {
	attr, err := attributes(c.dir)
	if err != nil {
		return err
	}
	data := filepath.Join(c.dir, "data")
	initdb := c.command(attr, filepath.Join(bin, "initdb"), "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C",
		"--username=cartograph", "--pgdata="+data)
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("storetest: initdb: %w\n%s", err, out)
	}
	postgres := c.command(attr, filepath.Join(bin, "postgres"), "-D", data, "-k", c.dir, "-h", "",
		"-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off", "-c", "autovacuum=off",
		"-c", "max_connections=300", "-c", "log_min_messages=log")
	postgres.Stdout, postgres.Stderr = c.log, c.log
	started := make(chan error, 1)
	go c.attend(postgres, started)
	if err := <-started; err != nil {
		return fmt.Errorf("storetest: %w", err)
	}
	select {
	case <-c.log.ready:
		return nil
	case <-c.ended:
		return fmt.Errorf("storetest: Postgres did not start:\n%s", c.log)
	}
}

func (c *cluster) command(attr *syscall.SysProcAttr, program string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.SysProcAttr = c.dir, attr
	cmd.Env = append(os.Environ(), "LC_ALL=C") // its messages are read: see journal
	return cmd
}

// attend starts the server and waits for its end. Both happen on one thread
// that does nothing else: the kernel takes the end of the starting thread for
// the end of this process, and would end the server.
func (c *cluster) attend(cmd *exec.Cmd, started chan<- error) {
	runtime.LockOSThread()
	defer close(c.ended)
	err := cmd.Start()
	c.process = cmd.Process
	started <- err
	if err == nil {
		cmd.Wait() //nolint:errcheck // how it ended is in the log
	}
}

// stop ends this cluster, and only this, at once: nothing in it is kept.
func (c *cluster) stop() {
	for _, d := range c.free {
		d.db.Close()
	}
	if c.admin != nil {
		c.admin.Close()
	}
	c.process.Signal(syscall.SIGQUIT) //nolint:errcheck // it fails only when the process is gone already
	<-c.ended
	os.RemoveAll(c.dir)
}

// url gives the address of a database.
func (c *cluster) url(database string) string {
	return "postgres://cartograph@/" + database + "?host=" + url.QueryEscape(c.dir)
}

// journal keeps the end of what the server says, and hears when it is ready.
type journal struct {
	mu    sync.Mutex
	text  []byte
	heard bool
	ready chan struct{}
}

// maxJournal is how many bytes are kept.
const maxJournal = 16 << 10

// Write takes what the server says.
func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.text = append(j.text, p...)
	if !j.heard && bytes.Contains(j.text, []byte("ready to accept connections")) {
		j.heard = true
		close(j.ready)
	}
	if over := len(j.text) - maxJournal; over > 0 {
		j.text = slices.Delete(j.text, 0, over)
	}
	return len(p), nil
}

// String gives what is kept.
func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return string(j.text)
}

package torture

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// binary is the program, built once for all tests of this folder.
var binary = sync.OnceValues(func() (string, error) { return build(context.Background(), binaryDir) })

var binaryDir string

// TestMain lets the test binary be the server with the clock of ours, too.
func TestMain(m *testing.M) {
	if Serving(os.Environ()) {
		os.Exit(Serve(stopped(), os.Environ(), os.Stderr))
	}
	var err error
	if binaryDir, err = os.MkdirTemp("", "cg-torture-test-"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		os.RemoveAll(binaryDir)
		os.Exit(code)
	}))
}

// needs skips a test where a program is not installed, or fails if
// CARTOGRAPH_REQUIRE_ENGINES is 1.
func needs(t *testing.T, what string, there bool) {
	t.Helper()
	switch {
	case there:
	case os.Getenv("CARTOGRAPH_REQUIRE_ENGINES") == "1":
		t.Fatalf("CARTOGRAPH_REQUIRE_ENGINES=1, but %s is not installed", what)
	default:
		t.Skipf("%s is not installed; install it to run this test", what)
	}
}

// aRound plays one short round and wants every promise kept.
func aRound(t *testing.T, c Config, only ...string) Result {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Binary: path, Only: only, Gap: 400 * time.Millisecond, Rate: 6, Short: true}
	if err := o.complete(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := o.one(t.Context(), c, 1, 4*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range got.Violations {
		t.Errorf("%s: %s", v.Promise, v.Text)
	}
	if got.Events == 0 || got.Sent == 0 {
		t.Errorf("nothing happened: %d events, %d messages", got.Events, got.Sent)
	}
	return got
}

func TestRoundOnSQLite(t *testing.T) {
	t.Parallel()
	got := aRound(t, Config{Engine: EngineSQLite, Workers: 1}, "kill", "provider")
	if got.Kills == 0 {
		t.Error("nothing was killed")
	}
}

func TestRoundOnPostgresAndRedis(t *testing.T) {
	t.Parallel()
	_, postgres := programs()
	needs(t, "postgres", postgres)
	_, err := exec.LookPath("redis-server")
	needs(t, "redis-server", err == nil)
	got := aRound(t, Config{Engine: EnginePostgres, Workers: 2, Split: true}, "kill", "redis", "postgres")
	if got.Kills+len(got.Faults) == 0 {
		t.Error("no fault was played")
	}
}

// A run that is told to end does, and leaves no process and no folder behind.
func TestRunEndsWithItsContext(t *testing.T) {
	t.Parallel()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	told := &teller{word: "load for", heard: cancel}
	scratch := t.TempDir()
	_, err = Run(ctx, Options{Duration: time.Hour, Seed: 3, Engines: []string{EngineSQLite}, Workers: []int{1}, Binary: path, Scratch: scratch, Progress: told})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(scratch, "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if left := processesOf(t, scratch); left != "" {
		t.Errorf("still running: %s", left)
	}
}

// teller calls heard when a word is written to it.
type teller struct {
	mu    sync.Mutex
	text  bytes.Buffer
	word  string
	heard func()
}

// Write implements io.Writer.
func (t *teller) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n, err := t.text.Write(p)
	if strings.Contains(t.text.String(), t.word) {
		t.heard()
	}
	return n, err
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{Only: []string{"nonsense"}}, {Engines: []string{"oracle"}}} {
		if _, err := Run(t.Context(), o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}

func TestConfigs(t *testing.T) {
	t.Parallel()
	o := Options{Engines: []string{EngineSQLite, EnginePostgres}, Workers: []int{1, 2}}
	var got []string
	for _, c := range o.configs() {
		got = append(got, c.String())
	}
	want := "sqlite, all in one|postgres, all in one|postgres, web + 1 worker|postgres, web + 2 worker"
	if strings.Join(got, "|") != want {
		t.Errorf("got %q", got)
	}
}

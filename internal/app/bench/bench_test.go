package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/app"
	"github.com/cartograph-dev/cartograph/internal/app/bench"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// TestMain looks for leaks.
func TestMain(m *testing.M) {
	storetest.Main(m)
}

// small is a run of some seconds, with every phase in it.
var small = []string{"bench", "--json", "--steps", "300", "--waiting", "200", "--shops", "2", "--rate", "50", "--duration", "200ms", "--connections", "8"}

// console runs the command line and keeps what it says.
type console struct {
	out, err bytes.Buffer
	code     int
}

func command(ctx context.Context, args ...string) *console {
	c := &console{}
	c.code = app.Main(ctx, args, app.Terminal{Out: &c.out, Err: &c.err, Version: "test"})
	return c
}

// measured runs the command and reads its report, as strictly as it goes.
func measured(t *testing.T, args ...string) bench.Report {
	t.Helper()
	c := command(context.Background(), args...)
	if c.code != 0 {
		t.Fatalf("exit code %d: %s", c.code, c.err.String())
	}
	var r bench.Report
	d := json.NewDecoder(&c.out)
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		t.Fatal(err)
	}
	return r
}

// check holds the report's figures against each other.
func check(t *testing.T, r bench.Report) {
	t.Helper()
	if len(r.Doubts) > 0 {
		t.Errorf("doubts: %q", r.Doubts)
	}
	for name, s := range map[string]bench.Steps{"without waiting carts": r.Steps.Ours, "with them": r.Growth.Steps} {
		if s.Due != 300 || s.Sent != 300 || s.Received != 300 || s.Duplicates != 0 {
			t.Errorf("due steps %s: %+v", name, s)
		}
		// Two shops are in one shard or in two; each alarm may be rung for once more.
		if s.Jobs < 1 || s.Jobs > 30 || s.JobsPer10000 != float64(s.Jobs)*10_000/300 {
			t.Errorf("%d jobs for 300 steps, %g for 10,000", s.Jobs, s.JobsPer10000)
		}
		if s.BodyBytes < 1000 {
			t.Errorf("a mail has %d bytes", s.BodyBytes)
		}
	}
	for name, rate := range map[string]bench.Rate{
		"ingest": r.Ingest.Ours, "its ceiling": r.Ingest.Ceiling, "its shared ceiling": r.Ingest.Shared, "ingest beside waiting carts": r.Growth.Ingest,
	} {
		if rate.Count < 8 || rate.Failed != 0 || rate.P50 <= 0 || rate.P99 < rate.P50 || rate.PerSecond != float64(rate.Count)/rate.Seconds {
			t.Errorf("%s: %+v", name, rate)
		}
	}
	if l := r.Lateness; l.Steps != 10 || l.P50 < 0 || l.P99 < l.P50 || l.Max < l.P99 {
		t.Errorf("lateness: %+v", l)
	}
	if r.Steps.Ceiling.Jobs.Count != 300 || r.Steps.Ceiling.Posts.Count != 300 || r.Growth.Waiting != 200 || r.Memory.Waiting == nil {
		t.Errorf("ceilings %+v, growth %+v", r.Steps.Ceiling, r.Growth)
	}
	want := []float64{
		r.Ingest.Ours.PerSecond / r.Ingest.Ceiling.PerSecond, r.Ingest.Ours.PerSecond / r.Ingest.Shared.PerSecond,
		r.Steps.Ours.PerSecond / r.Steps.Ceiling.PerSecond,
		r.Growth.Ingest.PerSecond / r.Ingest.Ours.PerSecond, r.Growth.Steps.PerSecond / r.Steps.Ours.PerSecond,
	}
	got := []float64{r.Ingest.Ratio, r.Ingest.SharedRatio, r.Steps.Ratio, r.Growth.IngestRatio, r.Growth.StepsRatio}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ratios: %s", diff)
	}
}

func TestEmbedded(t *testing.T) {
	t.Parallel()
	dir, profiles := t.TempDir(), t.TempDir()
	r := measured(t, append(small, "--scratch", dir, "--profiles", profiles)...)
	check(t, r)
	if !strings.Contains(r.Machine.Database, "SQLite") || !strings.Contains(r.Machine.Database, "synchronous=full") {
		t.Errorf("the database is %q", r.Machine.Database)
	}
	empty(t, dir)
	if _, err := os.Stat(profiles + "/steps.prof"); err != nil {
		t.Error(err)
	}
}

// empty fails if anything is left in the directory.
func empty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// TestForPeople reads the other form of the report.
func TestForPeople(t *testing.T) {
	t.Parallel()
	r := bench.Report{Growth: &bench.Growth{Waiting: 7}, Doubts: []string{"one and one is three"}}
	var out strings.Builder
	if err := r.Print(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Machine ", "durable ingest", "due steps", "jobs per 10,000", "lateness", "memory idle", "with 7 carts waiting", "DOUBT: one and one is three"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
	if r.Err() == nil {
		t.Error("a report with doubts is no error")
	}
}

// TestStops ends a run in the middle of its sending: nothing is left behind.
func TestStops(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var out bytes.Buffer
	said := &until{word: "sending", then: cancel}
	code := app.Main(ctx, append(slices.Clone(small), "--scratch", dir), app.Terminal{Out: &out, Err: said, Version: "test"})
	if code != 1 || out.Len() > 0 || !strings.Contains(said.text.String(), "stopped") {
		t.Errorf("exit code %d, printed %q and said %q", code, out.String(), said.text.String())
	}
	empty(t, dir)
}

// until calls then as soon as a word was written.
type until struct {
	word string
	then func()
	mu   sync.Mutex
	text strings.Builder
}

func (u *until) Write(p []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if bytes.Contains(p, []byte(u.word)) {
		u.then()
	}
	return u.text.Write(p)
}

func TestRefusesSenselessNumbers(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--steps", "0"}, {"--waiting=-1"}, {"--duration", "1ms"}, {"--connections", "1000"}, {"--shops", "0"}, {"--rate", "0"}} {
		c := command(context.Background(), append([]string{"bench"}, args...)...)
		if c.code != 2 || !strings.Contains(c.err.String(), "choose from") {
			t.Errorf("%q: exit code %d, %s", args, c.code, c.err.String())
		}
	}
}

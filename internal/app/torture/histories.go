package torture

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Histories are the generated shop histories that a test binary played.
type Histories struct {
	// Count is by engine.
	Count map[string]int
	// Failed says that one did not hold; Output is what the binary printed then.
	Failed bool
	Output string
}

// Total is how many there were on all engines.
func (h Histories) Total() (n int) {
	for v := range maps.Values(h.Count) {
		n += v
	}
	return n
}

// engines are the names in a fixed order.
func (h Histories) engines() []string { return slices.Sorted(maps.Keys(h.Count)) }

// told are the tests of the binary, by the engine whose histories they tell, in
// turn. Each has its own pace: the pure path tells a hundred while Postgres tells one.
var told = []struct{ engine, test string }{
	{"sqlite", "TestHistoriesSQLite"}, {"pure", "TestHistoriesPure"}, {"postgres", "TestHistoriesPostgres"},
}

const (
	// firstChecks is how many histories the first call for an engine is asked for;
	// later ones are sized by how long that took.
	firstChecks = 40
	// chunk is about how long one call takes.
	chunk = 10 * time.Second
)

// runHistories runs the tests of the binary in turn until the time is over, each
// at least once.
func runHistories(ctx context.Context, o Options, end time.Time) Histories {
	h := Histories{Count: map[string]int{}}
	checks := map[string]int{}
	for n := 0; n < len(told) || time.Until(end) > chunk/4; n++ {
		t := told[n%len(told)]
		if t.engine == "postgres" && !slices.Contains(o.Engines, t.engine) {
			continue
		}
		if checks[t.engine] == 0 {
			checks[t.engine] = firstChecks
		}
		began := time.Now()
		out, err := callHistories(ctx, o, t.test, checks[t.engine], o.Seed+uint64(n)+1)
		if ctx.Err() != nil {
			return h
		}
		count := parseHistories(out)[t.engine]
		h.Count[t.engine] += count
		if err == nil && count == 0 {
			err = errors.New("the binary passed and told of no history")
		}
		if err != nil {
			h.Failed, h.Output = true, fmt.Sprintf("%s\n%v\n", out, err)
			return h
		}
		took := max(time.Since(began), time.Millisecond)
		next := min(chunk, max(time.Until(end), time.Second))
		checks[t.engine] = max(1, min(int(float64(count)*next.Seconds()/took.Seconds()), 100*count))
	}
	return h
}

// callHistories runs one test of the binary. rapid takes a seed of 0 for a random one.
func callHistories(ctx context.Context, o Options, test string, checks int, seed uint64) ([]byte, error) {
	binary, err := filepath.Abs(o.Histories)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, binary, "-test.run", "^"+test+"$", "-test.v", "-test.timeout", "20m",
		"-rapid.checks", strconv.Itoa(checks), "-rapid.seed", strconv.FormatUint(max(seed, 1), 10))
	cmd.Dir, cmd.SysProcAttr = filepath.Join("internal", "recovery"), attributes()
	return cmd.CombinedOutput()
}

// parseHistories sums up lines of the form "histories: count=N engine=…",
// wherever they stand in a line of a test's log.
func parseHistories(out []byte) map[string]int {
	count := map[string]int{}
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		_, text, ok := strings.Cut(lines.Text(), "histories: ")
		if !ok {
			continue
		}
		n, engine := 0, ""
		for _, word := range strings.Fields(text) {
			name, value, _ := strings.Cut(word, "=")
			switch name {
			case "count":
				n, _ = strconv.Atoi(value) // what is no number counts nothing
			case "engine":
				engine = value
			}
		}
		if engine != "" && n > 0 {
			count[engine] += n
		}
	}
	return count
}

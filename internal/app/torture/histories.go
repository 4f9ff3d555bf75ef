package torture

import (
	"bufio"
	"bytes"
	"context"
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

const (
	// firstChecks is how many checks the first call of the binary is asked for;
	// later ones are sized by how long that took.
	firstChecks = 50
	// chunk is about how long one call takes.
	chunk = 20 * time.Second
)

// runHistories runs the test binary in chunks until the time is over, at least once.
func runHistories(ctx context.Context, o Options, end time.Time) Histories {
	h := Histories{Count: map[string]int{}}
	checks := firstChecks
	for n := 0; n == 0 || time.Until(end) > chunk/4; n++ {
		began := time.Now()
		out, err := callHistories(ctx, o, checks, o.Seed+uint64(n)+1)
		for engine, count := range parseHistories(out) {
			h.Count[engine] += count
		}
		if err != nil {
			h.Failed, h.Output = true, fmt.Sprintf("%s\n%v\n", out, err)
			return h
		}
		if ctx.Err() != nil {
			return h
		}
		if h.Total() == 0 {
			h.Failed, h.Output = true, fmt.Sprintf("%s\nthe binary passed and told of no history\n", out)
			return h
		}
		took := max(time.Since(began), time.Millisecond)
		next := min(chunk, max(time.Until(end), time.Second))
		checks = max(1, min(int(float64(checks)*next.Seconds()/took.Seconds()), 100*checks))
	}
	return h
}

// callHistories runs the binary once. rapid takes a seed of 0 for a random one.
func callHistories(ctx context.Context, o Options, checks int, seed uint64) ([]byte, error) {
	binary, err := filepath.Abs(o.Histories)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, binary, "-test.run", "^TestHistories", "-test.v", "-test.timeout", "20m",
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

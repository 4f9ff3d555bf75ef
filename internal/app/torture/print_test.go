package torture

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestQuantile(t *testing.T) {
	t.Parallel()
	var hundred []time.Duration
	for i := 100; i > 0; i-- {
		hundred = append(hundred, time.Duration(i))
	}
	for _, c := range []struct {
		values []time.Duration
		share  float64
		want   time.Duration
	}{
		{nil, 0.5, 0}, {[]time.Duration{7}, 0.99, 7}, {hundred, 0.5, 51}, {hundred, 0.99, 100}, {hundred, 1, 100}, {hundred, 0, 1},
	} {
		if got := quantile(c.values, c.share); got != c.want {
			t.Errorf("quantile of %d values at %v is %v, want %v", len(c.values), c.share, got, c.want)
		}
	}
	if hundred[0] != 100 {
		t.Error("the values were sorted in place")
	}
}

// someReport has two rows that differ in every figure.
func someReport() *Report {
	row := func(n int) Row {
		return Row{Config: Config{Engine: EngineSQLite, Workers: n}, Result: Result{
			Finding: Finding{
				Sent: 10 * n, Duplicates: n, AfterPurchase: 2 * n, Lost: 3 * n, Unknown: 4 * n, Unsettled: 5 * n,
				Late: []time.Duration{time.Duration(n) * time.Second, time.Duration(n) * time.Minute},
			},
			Rounds: 1, Kills: 6 * n, Faults: map[string]int{"SIGTERM": n, "provider: 500": 7},
		}}
	}
	return &Report{
		Took: 61500 * time.Millisecond, Seed: 42, Rows: []Row{row(1), row(2)},
		Histories: Histories{Count: map[string]int{"sqlite": 900, "postgres": 100}},
	}
}

const wantedLine = "torture: seconds=62 histories=1000 kills=18 faults=17 sent=30 duplicates=3 after_purchase=6 lost=9 unknown=12 unsettled=15 lateness_p50_ms=60000 lateness_p99_ms=120000"

func TestLastLine(t *testing.T) {
	t.Parallel()
	r := someReport()
	if diff := cmp.Diff(wantedLine, r.LastLine()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var text, doc bytes.Buffer
	r.Print(&text)
	if err := r.PrintJSON(&doc); err != nil {
		t.Fatal(err)
	}
	for name, out := range map[string]string{"the text": text.String(), "the JSON": doc.String()} {
		if !strings.HasSuffix(out, "\n"+wantedLine+"\n") {
			t.Errorf("%s does not end with the last line:\n%s", name, out)
		}
	}
	body, _ := strings.CutSuffix(doc.String(), wantedLine+"\n")
	if !json.Valid([]byte(body)) {
		t.Errorf("no JSON: %s", body)
	}
}

// What is broken makes the run fail and is listed.
func TestReportFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*Report)
		says  string
	}{
		"a violation":       {func(r *Report) { r.Rows[1].Result.Violations = []Violation{{"lost", "event e9"}} }, "VIOLATION lost: event e9"},
		"a broken round":    {func(r *Report) { r.Broken = []string{"it did not start"} }, "BROKEN OFF it did not start"},
		"a failing history": {func(r *Report) { r.Histories.Failed, r.Histories.Output = true, "minimal example" }, "minimal example"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := someReport()
			if !r.OK() {
				t.Fatal("it fails before anything is broken")
			}
			c.spoil(r)
			var out bytes.Buffer
			r.Print(&out)
			if r.OK() || !strings.Contains(out.String(), c.says) {
				t.Errorf("OK is %v, it says:\n%s", r.OK(), out.String())
			}
		})
	}
}

func TestParseHistories(t *testing.T) {
	t.Parallel()
	out := `=== RUN   TestHistories
    histories_test.go:12: histories: count=120 engine=sqlite
    histories_test.go:12: histories: engine=postgres count=30 seed=7
histories: count=5 engine=sqlite
    histories_test.go:12: histories: count=many engine=sqlite
ok`
	if diff := cmp.Diff(map[string]int{"sqlite": 125, "postgres": 30}, parseHistories([]byte(out))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

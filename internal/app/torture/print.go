package torture

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"
)

// Print writes the report for people: what is broken, the faults, the table,
// and as the very last line the one for programs.
func (r *Report) Print(w io.Writer) {
	t := r.Total()
	for _, v := range t.Violations {
		fmt.Fprintf(w, "VIOLATION %s: %s\n", v.Promise, v.Text)
	}
	for _, b := range r.Broken {
		fmt.Fprintf(w, "BROKEN OFF %s\n", b)
	}
	if r.Histories.Failed {
		fmt.Fprintf(w, "HISTORIES FAILED\n%s\n", r.Histories.Output)
	}
	for _, s := range t.Skipped {
		fmt.Fprintf(w, "not played: %s\n", s)
	}
	fmt.Fprintln(w)
	for _, kind := range slices.Sorted(maps.Keys(t.Faults)) {
		fmt.Fprintf(w, "%6d  %s\n", t.Faults[kind], kind)
	}
	fmt.Fprintln(w)
	r.table(w, t)
	fmt.Fprintf(w, "\nseed %d\n%s\n", r.Seed, r.LastLine())
}

// table has a line for each figure and a column for each configuration.
func (r *Report) table(w io.Writer, total Result) {
	tab := tabwriter.NewWriter(w, 0, 4, 2, ' ', tabwriter.AlignRight)
	head, results := []string{""}, []Result{}
	for _, row := range r.Rows {
		head, results = append(head, row.Config.String()), append(results, row.Result)
	}
	line(tab, append(head, "total"))
	for _, f := range figures {
		cells := []string{f.name}
		for i := range results {
			cells = append(cells, f.of(&results[i]))
		}
		line(tab, append(cells, f.of(&total)))
	}
	for _, engine := range r.Histories.engines() {
		cells := append([]string{"histories on " + engine}, make([]string, len(results))...)
		line(tab, append(cells, strconv.Itoa(r.Histories.Count[engine])))
	}
	tab.Flush()
}

func line(w io.Writer, cells []string) {
	for _, c := range cells {
		fmt.Fprint(w, c, "\t")
	}
	fmt.Fprintln(w)
}

// figure is one line of the table.
type figure struct {
	name string
	of   func(*Result) string
}

func number(of func(*Result) int) func(*Result) string {
	return func(r *Result) string { return strconv.Itoa(of(r)) }
}

func lateness(of func(*Result) []time.Duration, share float64) func(*Result) string {
	return func(r *Result) string { return milliseconds(quantile(of(r), share)) + " ms" }
}

func overall(r *Result) []time.Duration { return r.Late }
func inCalm(r *Result) []time.Duration  { return r.CalmLate }

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// figures are the table's lines.
var figures = []figure{
	{"rounds", number(func(r *Result) int { return r.Rounds })},
	{"kills", number(func(r *Result) int { return r.Kills })},
	{"other faults", number((*Result).faults)},
	{"events acknowledged", number(func(r *Result) int { return r.Events })},
	{"messages sent", number(func(r *Result) int { return r.Sent })},
	{"duplicates", number(func(r *Result) int { return r.Duplicates })},
	{"after purchase", number(func(r *Result) int { return r.AfterPurchase })},
	{"in flight at purchase", number(func(r *Result) int { return r.InFlightAtPurchase })},
	{"lost", number(func(r *Result) int { return r.Lost })},
	{"stale", number(func(r *Result) int { return r.Stale })},
	{"skipped as too late", number(func(r *Result) int { return r.TooLate })},
	{"put off by the clock", number(func(r *Result) int { return r.Stranded })},
	{"without one decision", number(func(r *Result) int { return r.Undecided })},
	{"unknown", number(func(r *Result) int { return r.Unknown })},
	{"unknown, unexplained", number(func(r *Result) int { return r.Unexplained })},
	{"still unknown: called back", number(func(r *Result) int { return r.Unsettled })},
	{"still unknown: never called back", number(func(r *Result) int { return r.NeverCalledBack })},
	{"still unknown: never arrived", number(func(r *Result) int { return r.NeverArrived })},
	{"lateness p50", lateness(overall, 0.5)},
	{"lateness p99", lateness(overall, 0.99)},
	{"lateness p50, calm", lateness(inCalm, 0.5)},
	{"lateness p99, calm", lateness(inCalm, 0.99)},
	{"orderly stops", number(func(r *Result) int { return len(r.Drains) })},
	{"longest drain", func(r *Result) string { return milliseconds(longest(r.Drains)) + " ms" }},
}

// LastLine is the summary for programs.
func (r *Report) LastLine() string {
	t := r.Total()
	return fmt.Sprintf("torture: seconds=%d histories=%d kills=%d faults=%d sent=%d duplicates=%d after_purchase=%d lost=%d unknown=%d unsettled=%d lateness_p50_ms=%s lateness_p99_ms=%s",
		int(r.Took.Seconds()+0.5), r.Histories.Total(), t.Kills, t.faults(), t.Sent, t.Duplicates, t.AfterPurchase, t.Lost, t.Unknown, t.Unsettled,
		milliseconds(quantile(t.Late, 0.5)), milliseconds(quantile(t.Late, 0.99)))
}

// PrintJSON writes the report for programs, the last line after it.
func (r *Report) PrintJSON(w io.Writer) error {
	type row struct {
		Config     string            `json:"config"`
		Figures    map[string]string `json:"figures"`
		Faults     map[string]int    `json:"faults"`
		Violations []Violation       `json:"violations"`
	}
	of := func(name string, x Result) row {
		out := row{Config: name, Figures: map[string]string{}, Faults: x.Faults, Violations: x.Violations}
		for _, f := range figures {
			out.Figures[f.name] = f.of(&x)
		}
		return out
	}
	rows := []row{}
	for _, one := range r.Rows {
		rows = append(rows, of(one.Config.String(), one.Result))
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	err := e.Encode(map[string]any{
		"began": r.Began.UTC(), "seconds": r.Took.Seconds(), "seed": r.Seed, "ok": r.OK(), "rows": append(rows, of("total", r.Total())),
		"histories": r.Histories.Count, "broken": r.Broken,
	})
	fmt.Fprintln(w, r.LastLine())
	return err
}

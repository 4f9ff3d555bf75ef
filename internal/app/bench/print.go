package bench

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Print writes the report for people: the machine first, then one line for
// each figure with its ceiling and ratio.
func (r Report) Print(w io.Writer) error {
	m, s := r.Machine, r.Settings
	fmt.Fprintf(w, "Machine    %s, %d cores, %s, %s, %s\n", m.CPU, m.Cores, size(m.Memory), m.Kernel, m.Go)
	fmt.Fprintf(w, "Database   %s\n", m.Database)
	fmt.Fprintf(w, "Redis      %s\n", m.Redis)
	fmt.Fprintf(w, "Scratch    %s, a 4 KiB write is on disk in %.2f ms (median)\n", m.Scratch, m.Fsync)
	if m.Elsewhere > 0.1 {
		fmt.Fprintf(w, "Beware     other programs took %.0f %% of the cores during the run; it holds only where they are the database's\n", m.Elsewhere*100)
	}
	fmt.Fprintf(w, "Load       %d connections, %d workers, %d steps in %d shop(s), %gs for each timed phase; load and server share the cores\n\n",
		s.Connections, s.Workers, s.Steps, s.Shops, s.Duration)
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "figure\tours\tceiling\tratio\tceiling is")
	r.lines(func(cells ...string) { fmt.Fprintln(t, strings.Join(cells, "\t")) })
	if err := t.Flush(); err != nil {
		return err
	}
	for _, d := range r.Doubts {
		fmt.Fprintln(w, "\nDOUBT: "+d)
	}
	return nil
}

// lines gives the table's: figure, ours, its ceiling, their ratio, and what the ceiling is.
func (r Report) lines(line func(cells ...string)) {
	in, st, late := r.Ingest, r.Steps, r.Lateness
	line("durable ingest", perSecond(in.Ours.PerSecond, "events"), perSecond(in.Ceiling.PerSecond, ""), times(in.Ratio), "bare Echo handler, one row and commit each")
	line("", "", perSecond(in.Shared.PerSecond, ""), times(in.SharedRatio), "the same handler, rows through our store")
	line("  a request, p50", ms(in.Ours.P50), ms(in.Ceiling.P50))
	line("  a request, p99", ms(in.Ours.P99), ms(in.Ceiling.P99))
	line("  processor time each", ms(in.Ours.CPU), ms(in.Ceiling.CPU), times(ratio(in.Ceiling.CPU, in.Ours.CPU)), "load and server together")
	line("due steps", perSecond(st.Ours.PerSecond, "steps"), perSecond(st.Ceiling.PerSecond, ""), times(st.Ratio), "empty asynq jobs, then bare posts")
	line("", "", perSecond(st.Ceiling.Jobs.PerSecond, ""), "", "  the empty jobs alone")
	line("", "", perSecond(st.Ceiling.Posts.PerSecond, ""), "", fmt.Sprintf("  the bare posts alone, %d bytes each", st.Ours.BodyBytes))
	line("  processor time each", ms(st.Ours.CPU), ms(st.Ceiling.Jobs.CPU+st.Ceiling.Posts.CPU), times(ratio(st.Ceiling.Jobs.CPU+st.Ceiling.Posts.CPU, st.Ours.CPU)), "an empty job and a bare post, with the stand-in")
	line("jobs per 10,000 due steps", fmt.Sprintf("%.1f", st.Ours.JobsPer10000), "10000", times(st.Ours.JobsPer10000/10_000), "a job for each step")
	line("lateness at "+perSecond(float64(late.Rate), "steps")+", p50", ms(late.P50))
	line("  p99", ms(late.P99))
	line("memory idle", memory(r.Memory.Idle))
	line("  most while sending", memory(r.Memory.Steps))
	if r.Memory.Waiting != nil {
		line(fmt.Sprintf("  beside %d waiting carts", r.Settings.Waiting), memory(*r.Memory.Waiting))
	}
	if g := r.Growth; g != nil {
		line(fmt.Sprintf("with %d carts waiting", g.Waiting))
		line("  durable ingest", perSecond(g.Ingest.PerSecond, "events"), perSecond(in.Ours.PerSecond, ""), times(g.IngestRatio), "ours without them")
		line("  due steps", perSecond(g.Steps.PerSecond, "steps"), perSecond(st.Ours.PerSecond, ""), times(g.StepsRatio), "ours without them")
	}
}

func perSecond(v float64, of string) string {
	if of != "" {
		of = " " + of
	}
	return fmt.Sprintf("%.0f%s/s", v, of)
}

func ms(v float64) string    { return fmt.Sprintf("%.2f ms", v) }
func times(v float64) string { return fmt.Sprintf("%.2f", v) }

func memory(m Memory) string {
	if m.Resident == 0 {
		return size(m.Heap) + " of Go heap"
	}
	return size(m.Resident) + " resident, " + size(m.Heap) + " of Go heap"
}

func size(bytes int64) string {
	if bytes >= 1<<30 {
		return fmt.Sprintf("%.1f GiB", float64(bytes)/(1<<30))
	}
	return fmt.Sprintf("%.0f MiB", float64(bytes)/(1<<20))
}

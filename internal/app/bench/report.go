package bench

import (
	"context"
	"fmt"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Report is what a run measured. Rates are per second, memory is in bytes.
type Report struct {
	Machine  Machine  `json:"machine"`
	Settings Settings `json:"settings"`
	Ingest   Ingest   `json:"ingest"`
	Steps    Sending  `json:"steps"`
	Lateness Lateness `json:"lateness"`
	Memory   Memories `json:"memory"`
	// Growth is nil when no carts were to wait.
	Growth *Growth `json:"growth,omitempty"`
	// Doubts are counts that do not agree: with any, the figures mean nothing.
	Doubts []string `json:"doubts"`
}

// Settings are what was asked for.
type Settings struct {
	Steps       int     `json:"steps"`
	Waiting     int     `json:"waiting"`
	Shops       int     `json:"shops"`
	Rate        int     `json:"rate_per_second"`
	Connections int     `json:"connections"`
	Workers     int     `json:"workers"`
	Duration    float64 `json:"duration_seconds"`
}

// Ingest is durable ingest beside its ceilings.
type Ingest struct {
	Ours Rate `json:"ours"`
	// Ceiling is a bare handler with a commit for each request, Shared the same
	// handler writing through the store.
	Ceiling Rate `json:"ceiling"`
	Shared  Rate `json:"shared"`
	// Ratio is ours by the ceiling's, SharedRatio ours by the shared one's.
	Ratio       float64 `json:"ratio"`
	SharedRatio float64 `json:"shared_ratio"`
}

// Sending is due steps beside their ceiling.
type Sending struct {
	Ours    Steps        `json:"ours"`
	Ceiling StepsCeiling `json:"ceiling"`
	Ratio   float64      `json:"ratio"`
}

// Memories is the process's memory at three moments.
type Memories struct {
	// Idle is with a server on an empty database, Steps the most while due steps were sent.
	Idle  Memory `json:"idle"`
	Steps Memory `json:"steps_peak"`
	// Waiting is with a server at rest beside waiting carts; nil without them.
	Waiting *Memory `json:"waiting,omitempty"`
}

func (o Options) settings() Settings {
	return Settings{
		Steps: o.Steps, Waiting: o.Waiting, Shops: o.Shops, Rate: o.Rate, Connections: o.Connections, Workers: o.Workers,
		Duration: o.Duration.Seconds(),
	}
}

// conclude sets the ratios.
func (r *Report) conclude() {
	r.Ingest.Ratio = ratio(r.Ingest.Ours.PerSecond, r.Ingest.Ceiling.PerSecond)
	r.Ingest.SharedRatio = ratio(r.Ingest.Ours.PerSecond, r.Ingest.Shared.PerSecond)
	r.Steps.Ratio = ratio(r.Steps.Ours.PerSecond, r.Steps.Ceiling.PerSecond)
}

// doubt notes counts that do not agree.
func (r *Report) doubt(format string, args ...any) {
	r.Doubts = append(r.Doubts, fmt.Sprintf(format, args...))
}

// Err is nil when all counts agree.
func (r Report) Err() error {
	if len(r.Doubts) == 0 {
		return nil
	}
	return fault.New(fault.Internal, "the counts do not agree, so the figures mean nothing: %s", strings.Join(r.Doubts, "; "))
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// explained adds to a failed wait what became of the steps instead.
func (b *bench) explained(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	rows, asked := b.scratch.db.QueryContext(ctx, `SELECT outcome, rule, count(*) FROM decisions WHERE step >= 0 GROUP BY outcome, rule ORDER BY outcome, rule`)
	if asked != nil {
		return err
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var outcome, rule string
		var n int
		if rows.Scan(&outcome, &rule, &n) == nil {
			found = append(found, fmt.Sprintf("%d %s by %s", n, outcome, rule))
		}
	}
	return fault.Wrap(fault.CodeOf(err), err, "not all steps were sent (decisions so far: %s)", strings.Join(found, ", "))
}

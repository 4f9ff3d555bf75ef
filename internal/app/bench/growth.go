package bench

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Growth is how much slower the same work is with many carts waiting. Both
// ratios are against the same run without them; 1 is no slower.
type Growth struct {
	Waiting     int     `json:"waiting"`
	Ingest      Rate    `json:"ingest"`
	IngestRatio float64 `json:"ingest_ratio"`
	Steps       Steps   `json:"steps"`
	StepsRatio  float64 `json:"steps_ratio"`
}

// measureGrowth has many carts wait for a later step and measures ingest and due steps again.
func (b *bench) measureGrowth(ctx context.Context) (err error) {
	if b.Waiting == 0 {
		return nil
	}
	b.say("cost growth: loading %d carts that wait", b.Waiting)
	if err := b.load(ctx, b.numbers(b.Waiting), b.Waiting, duetimes{first: time.Now().Add(far)}); err != nil {
		return err
	}
	g := &Growth{Waiting: b.Waiting}
	err = b.with(ctx, func(s Server) (err error) {
		rest := rest()
		b.report.Memory.Waiting = &rest
		b.say("ingest beside them")
		g.Ingest, err = b.ingest(ctx, s)
		return err
	})
	if err != nil {
		return err
	}
	if g.Steps, _, err = b.steps(ctx); err != nil {
		return err
	}
	g.IngestRatio = ratio(g.Ingest.PerSecond, b.report.Ingest.Ours.PerSecond)
	g.StepsRatio = ratio(g.Steps.PerSecond, b.report.Steps.Ours.PerSecond)
	b.report.Growth = g
	return nil
}

// analyze has Postgres count what was loaded, as it does by itself a minute later.
func (s *scratch) analyze(ctx context.Context) error {
	if !s.postgres() {
		return nil
	}
	if _, err := s.db.ExecContext(ctx, `ANALYZE`); err != nil {
		return fault.Wrap(fault.Internal, err, "cannot analyze the scratch database")
	}
	return nil
}

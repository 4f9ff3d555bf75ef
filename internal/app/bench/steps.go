package bench

import (
	"context"
	"time"
)

// Steps is how due steps went that were all due at once.
type Steps struct {
	// Due is how many there were, Sent how many were recorded as sent,
	// Received how many shoppers the stand-in got mail for, Duplicates how many
	// mails it got too many.
	Due        int `json:"due"`
	Sent       int `json:"sent"`
	Received   int `json:"received"`
	Duplicates int `json:"duplicates"`
	// Seconds is from the first claim to the last verdict, by the database.
	Seconds   float64 `json:"seconds"`
	PerSecond float64 `json:"per_second"`
	// CPU is the processor time this process spent on each in milliseconds, the stand-in's share with it.
	CPU float64 `json:"cpu_ms"`
	// BodyBytes is how long a mail is on average.
	BodyBytes int `json:"body_bytes"`
	// Jobs is how many alarms were handled, JobsPer10000 how many that is for 10,000 steps.
	Jobs         int     `json:"jobs"`
	JobsPer10000 float64 `json:"jobs_per_10000"`
}

// measureSteps sends many due steps through the real engine.
func (b *bench) measureSteps(ctx context.Context) (err error) {
	if err := b.with(ctx, func(s Server) (err error) {
		b.models, err = b.originals(ctx, s, b.Shops)
		return err
	}); err != nil {
		return err
	}
	b.report.Steps.Ours, b.report.Memory.Steps, err = b.steps(ctx)
	return err
}

// steps pre-loads due steps, starts a server on them and waits for the last verdict.
func (b *bench) steps(ctx context.Context) (r Steps, peak Memory, err error) {
	b.say("due steps: loading %d", b.Options.Steps)
	first := b.numbers(b.Options.Steps)
	began := time.Now()
	if err := b.load(ctx, first, b.Options.Steps, duetimes{first: began}); err != nil {
		return r, peak, err
	}
	b.say("due steps: sending")
	posted, _ := b.sink.sizes()
	peakOf := watch()
	defer func() { peak = peakOf() }()
	t := begin()
	err = b.with(ctx, func(s Server) (err error) {
		if err := b.settled(ctx, b.Options.Steps, posted); err != nil {
			return err
		}
		r.CPU = t.rate(b.Options.Steps).CPU
		r.Jobs, err = b.jobs(ctx, s, b.Options.Steps)
		return err
	})
	if err != nil {
		return r, peak, err
	}
	err = b.tally(ctx, &r, first, began)
	return r, peak, err
}

// load copies the originals, each shop's in turn, and lets Postgres look at the tables.
func (b *bench) load(ctx context.Context, first int64, n int, at duetimes) error {
	share := (n + len(b.models) - 1) / len(b.models)
	for i, o := range b.models {
		from := i * share
		if some := min(share, n-from); some > 0 {
			if err := b.scratch.fill(ctx, o, first+int64(from), some, at); err != nil {
				return err
			}
		}
	}
	return b.scratch.analyze(ctx)
}

// settled waits until the stand-in has so many more mails and every message its verdict.
func (b *bench) settled(ctx context.Context, n, posted int) error {
	err := b.until(ctx, "the due steps to be sent", func() (int, bool, error) {
		now, _ := b.sink.sizes()
		return now, now >= posted+n, nil
	})
	if err != nil {
		return b.explained(ctx, err)
	}
	return b.until(ctx, "the verdicts to be stored", func() (int, bool, error) {
		left, err := b.scratch.number(ctx, `SELECT count(*) FROM messages WHERE state IN ('reserved', 'sending')`)
		return int(left), left == 0, err
	})
}

// tally reads from the database what became of the steps.
func (b *bench) tally(ctx context.Context, r *Steps, first int64, began time.Time) error {
	var claimed, last int64
	err := b.scratch.db.QueryRowContext(ctx, `SELECT min(reserved_at) FROM messages WHERE reserved_at >= $1`, began.UnixMilli()).Scan(&claimed)
	if err != nil {
		return err
	}
	err = b.scratch.db.QueryRowContext(ctx, `SELECT count(*), max(decided_at) FROM decisions WHERE outcome = 'sent' AND decided_at >= $1`,
		began.UnixMilli()).Scan(&r.Sent, &last)
	if err != nil {
		return err
	}
	r.Due = b.Options.Steps
	r.Seconds = max(float64(last-claimed)/1000, 0.001)
	r.PerSecond = float64(r.Sent) / r.Seconds
	r.JobsPer10000 = float64(r.Jobs) * 10_000 / float64(r.Due)
	got := b.sink.count(first, r.Due)
	r.Received, r.Duplicates = got.shoppers, got.doubles
	_, r.BodyBytes = b.sink.sizes()
	if r.Sent != r.Due || r.Received != r.Due || r.Duplicates != 0 {
		b.report.doubt("%d steps were due: %d are recorded as sent, mail came for %d, %d mails came twice", r.Due, r.Sent, r.Received, r.Duplicates)
	}
	return nil
}

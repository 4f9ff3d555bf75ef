package bench

import (
	"context"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Lateness is how long after their time steps were accepted by the provider,
// when they come due one after the other.
type Lateness struct {
	Steps int `json:"steps"`
	// Rate is how many came due each second.
	Rate int     `json:"rate_per_second"`
	P50  float64 `json:"p50_ms"`
	P99  float64 `json:"p99_ms"`
	Max  float64 `json:"max_ms"`
}

// headstart is how long before the first step is due the server is started.
const headstart = 3 * time.Second

// measureLateness lets steps come due at a steady rate.
func (b *bench) measureLateness(ctx context.Context) error {
	n := max(int(b.Duration.Seconds()*float64(b.Rate)), 1)
	b.say("lateness: %d steps, %d due each second", n, b.Rate)
	first := b.numbers(n)
	began := time.Now()
	// Loading takes its time, too; it is fast enough for this.
	due := began.Add(headstart + time.Duration(n)*time.Second/2000)
	if err := b.load(ctx, first, n, duetimes{first: due, perSecond: b.Rate}); err != nil {
		return err
	}
	posted, _ := b.sink.sizes()
	err := b.with(ctx, func(Server) error {
		if !time.Now().Before(due) {
			b.report.doubt("the first steps of the lateness run were due before the server had started")
		}
		return b.settled(ctx, n, posted)
	})
	if err != nil {
		return err
	}
	b.report.Lateness, err = b.lateness(ctx, began)
	b.report.Lateness.Rate = b.Rate
	if got := b.sink.count(first, n); err == nil && (got.shoppers != n || got.doubles != 0 || b.report.Lateness.Steps != n) {
		b.report.doubt("%d steps came due: %d are recorded as sent, mail came for %d, %d mails came twice", n, b.report.Lateness.Steps, got.shoppers, got.doubles)
	}
	return err
}

// lateness reads from the database how late what was sent since an instant was.
func (b *bench) lateness(ctx context.Context, since time.Time) (l Lateness, err error) {
	rows, err := b.scratch.db.QueryContext(ctx, `SELECT decided_at - due_at FROM decisions WHERE outcome = 'sent' AND decided_at >= $1`, since.UnixMilli())
	if err != nil {
		return l, fault.Wrap(fault.Internal, err, "cannot read how late steps were")
	}
	defer rows.Close()
	var late []time.Duration
	for rows.Next() {
		var ms int64
		if err := rows.Scan(&ms); err != nil {
			return l, fault.Wrap(fault.Internal, err, "cannot read how late steps were")
		}
		late = append(late, time.Duration(ms)*time.Millisecond)
	}
	slices.Sort(late)
	l = Lateness{
		Steps: len(late), P50: milliseconds(quantile(late, 0.5)), P99: milliseconds(quantile(late, 0.99)), Max: milliseconds(quantile(late, 1)),
	}
	return l, rows.Err()
}

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

// headstart is how long before the first step is due its loading begins.
const headstart = 4 * time.Second

// measureLateness lets steps come due at a steady rate. On a machine so busy
// that the first are due before a server is up, it begins again with more time.
func (b *bench) measureLateness(ctx context.Context) error {
	n := max(int(b.Duration.Seconds()*float64(b.Rate)), 1)
	for ahead := headstart + time.Duration(n)*time.Second/2000; ; ahead *= 2 {
		b.say("lateness: %d steps, %d due each second", n, b.Rate)
		l, early, err := b.lateRun(ctx, n, ahead)
		if err != nil {
			return err
		}
		if early {
			b.report.Lateness = l
			return nil
		}
	}
}

// lateRun has n steps come due from a while ahead on. early is whether the
// server was up before the first.
func (b *bench) lateRun(ctx context.Context, n int, ahead time.Duration) (l Lateness, early bool, err error) {
	first, began := b.numbers(n), time.Now()
	due := began.Add(ahead)
	if err := b.load(ctx, first, n, duetimes{first: due, perSecond: b.Rate}); err != nil {
		return l, false, err
	}
	posted, _ := b.sink.sizes()
	err = b.with(ctx, func(Server) error {
		early = time.Now().Before(due)
		return b.settled(ctx, n, posted)
	})
	if err != nil {
		return l, early, err
	}
	l, err = b.lateness(ctx, began)
	l.Rate = b.Rate
	if got := b.sink.count(first, n); err == nil && (got.shoppers != n || got.doubles != 0 || l.Steps != n) {
		b.report.doubt("%d steps came due: %d are recorded as sent, mail came for %d, %d mails came twice", n, l.Steps, got.shoppers, got.doubles)
	}
	return l, early, err
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

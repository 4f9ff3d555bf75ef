package bench

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Rate is how fast something was, with how long one took.
type Rate struct {
	// Count is how many were done, Failed how many more were refused or lost.
	Count  int `json:"count"`
	Failed int `json:"failed"`
	// Seconds is how long it took in all.
	Seconds   float64 `json:"seconds"`
	PerSecond float64 `json:"per_second"`
	// CPU is the processor time this process spent on each in milliseconds, the
	// load's own share with it; 0 where the system does not tell. It hardly
	// depends on what else the machine does.
	CPU float64 `json:"cpu_ms"`
	// P50 and P99 are quantiles of one request's time in milliseconds; 0 where single ones are not timed.
	P50 float64 `json:"p50_ms,omitempty"`
	P99 float64 `json:"p99_ms,omitempty"`
}

// timing measures, from when it is made, how fast something is.
type timing struct {
	began time.Time
	cpu   time.Duration
}

func begin() timing { return timing{time.Now(), spent()} }

// rate gives how fast n were done.
func (t timing) rate(n int) Rate {
	all := time.Since(t.began).Seconds()
	return Rate{Count: n, Seconds: all, PerSecond: float64(n) / all, CPU: milliseconds(spent()-t.cpu) / float64(max(n, 1))}
}

// load posts on connections that stay open, each a request at a time, for a
// while. It speaks HTTP over bare connections: Go's client would take as much
// of the machine as the server.
type load struct {
	addr        string
	connections int
	duration    time.Duration
	// request appends request number n.
	request func(buf []byte, n int64) []byte
	// next is the last number used.
	next atomic.Int64
}

// run posts and gives how fast it went.
func (l *load) run(ctx context.Context) (Rate, error) {
	var mu sync.Mutex
	var all []time.Duration
	var failed int
	var first error
	var wg sync.WaitGroup
	t := begin()
	for range l.connections {
		wg.Go(func() {
			took, refused, err := l.connection(ctx, t.began)
			mu.Lock()
			defer mu.Unlock()
			all, failed = append(all, took...), failed+refused
			if first == nil {
				first = err
			}
		})
	}
	wg.Wait()
	r := t.rate(len(all))
	slices.Sort(all)
	r.Failed, r.P50, r.P99 = failed, milliseconds(quantile(all, 0.5)), milliseconds(quantile(all, 0.99))
	if ctx.Err() != nil {
		return r, ctx.Err()
	}
	if first != nil {
		return r, fault.Wrap(fault.Internal, first, "the load broke off")
	}
	return r, nil
}

// warm is the share of a phase's duration that runs before it and is not counted.
const warm = 5

// warmed runs for a moment, then for the whole duration. The rate is the
// second's alone; answered counts both.
func (l *load) warmed(ctx context.Context) (r Rate, answered int, err error) {
	whole := l.duration
	l.duration = whole / warm
	before, err := l.run(ctx)
	if err != nil {
		return before, before.Count, err
	}
	l.duration = whole
	r, err = l.run(ctx)
	return r, before.Count + r.Count, err
}

// connection posts one request after the other until the time is over. At least one is posted.
func (l *load) connection(ctx context.Context, began time.Time) (took []time.Duration, refused int, err error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", l.addr)
	if err != nil {
		return nil, 0, err
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	in := bufio.NewReader(c)
	var buf []byte
	for done := false; !done; done = time.Since(began) >= l.duration {
		buf = l.request(buf[:0], l.next.Add(1))
		sent := time.Now()
		status, err := exchange(c, in, buf)
		if err != nil {
			return took, refused, err
		}
		if status != http.StatusOK {
			refused++
			continue
		}
		took = append(took, time.Since(sent))
	}
	return took, refused, nil
}

// exchange sends one request and reads its answer to the end.
func exchange(w io.Writer, r *bufio.Reader, request []byte) (status int, err error) {
	if _, err := w.Write(request); err != nil {
		return 0, err
	}
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

// quantile gives the value below which a share of the sorted values lies; 0 for none.
func quantile(sorted []time.Duration, share float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

package torture

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// fate is what becomes of one call to a provider.
type fate string

// The fates. The comment says what the caller learns and whether the message is taken.
const (
	// well: taken, and answered as the provider does.
	well fate = "well"
	// limited: 429 without Retry-After, not taken; limitedFor: with one.
	limited    fate = "429"
	limitedFor fate = "429 with Retry-After"
	// broken: 500, not taken; brokenAfter: 500, taken all the same.
	broken      fate = "500"
	brokenAfter fate = "500 after taking"
	// away: 503 with an HTML page, not taken.
	away fate = "503 with HTML"
	// resetBefore, resetAfter: the connection is reset before the request is looked at, or after it was taken.
	resetBefore fate = "reset before taking"
	resetAfter  fate = "reset after taking"
	// hang: taken, and not answered before the caller gives up or the fault ends.
	hang fate = "hang"
	// slow: taken and answered after a while; drip: byte by byte.
	slow fate = "slow answer"
	drip fate = "slow drip"
	// nameless: taken and answered as a success that names no id.
	nameless fate = "success without id"
)

// misfortunes are all fates that are faults.
var misfortunes = []fate{limited, limitedFor, broken, brokenAfter, away, resetBefore, resetAfter, hang, slow, drip, nameless}

// certain reports whether the answer tells whether the message was taken.
func (f fate) certain() bool {
	switch f {
	case well, limited, limitedFor, slow:
		return true
	}
	return false
}

// taken reports whether the provider takes the message.
func (f fate) taken() bool {
	switch f {
	case limited, limitedFor, broken, away, resetBefore:
		return false
	}
	return true
}

// saying is how a provider reports about a message it took.
type saying string

// The ways of calling back.
const (
	after     saying = "after the answer"
	before    saying = "callback before the answer"
	twice     saying = "callback twice"
	reordered saying = "callbacks out of order"
	late      saying = "late callback"
	// held is made only after all leases have ended: until then the outcome of a
	// call that broke off stays unknown, and nobody may send it again.
	held  saying = "callback after the leases"
	never saying = "no callback"
)

// oracle decides fates. Bursts of misfortune come and go; odd callbacks are
// always possible, except in calm. It is safe for concurrent use.
type oracle struct {
	mu   sync.Mutex
	rand *rand.Rand
	calm bool
	// bursts are the misfortunes of each channel now.
	bursts map[event.Channel]fate
}

func newOracle(r *rand.Rand) *oracle {
	return &oracle{rand: r, calm: true, bursts: map[event.Channel]fate{}}
}

// fate draws what becomes of one call: in a burst its misfortune, mostly.
func (o *oracle) fate(ch event.Channel) fate {
	o.mu.Lock()
	defer o.mu.Unlock()
	f, ok := o.bursts[ch]
	if !ok || o.rand.Float64() < 0.3 {
		return well
	}
	return f
}

// saying draws how a message is reported.
func (o *oracle) saying() (how saying, wait time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	wait = time.Duration(o.rand.IntN(400)) * time.Millisecond
	if o.calm {
		return after, wait
	}
	switch n := o.rand.IntN(100); {
	case n < 10:
		return before, 0
	case n < 25:
		return twice, wait
	case n < 35:
		return reordered, wait
	case n < 45:
		return late, wait + time.Duration(1+o.rand.IntN(4))*time.Second
	case n < 48:
		return never, 0
	case n < 75:
		return held, 0
	}
	return after, wait
}

// draw gives a random duration up to a bound.
func (o *oracle) draw(bound time.Duration) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	return time.Duration(o.rand.Int64N(int64(bound)))
}

// burst makes channels misbehave; a nil map ends it.
func (o *oracle) burst(b map[event.Channel]fate) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.bursts = b
}

func (o *oracle) setCalm(calm bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.calm = calm
	if calm {
		o.bursts = nil
	}
}

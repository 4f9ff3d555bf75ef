package recovery

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// refusalPause is how long refused signatures are only counted in memory after
// some were written: somebody who floods an address costs few writes.
const refusalPause = 5 * time.Second

// refusals count requests that did not verify until they are written down.
type refusals struct {
	mu      sync.Mutex
	waiting map[refused]counted
	written time.Time
}

// refused names what is counted: a shop, and who the request claimed to be.
type refused struct{ shopID, source string }

type counted struct {
	n      int
	reason string
}

// maxRefused bounds what waits in memory; there is one entry for each shop and source.
const maxRefused = 1000

// refuse counts a request of a known shop whose signature did not verify. It
// keeps nothing of the request. A count that cannot be written must not change
// the answer.
func (e *Engine) refuse(ctx context.Context, shopID, source string, err error) {
	if !fault.Is(err, fault.Unauthorized) {
		return
	}
	reason := "the signature does not verify"
	var f *fault.Error
	if errors.As(err, &f) {
		reason = event.Clean(f.Message, 200)
	}
	if e.refusals.add(refused{shopID, source}, reason, e.Now()) {
		e.FlushRefusals(context.WithoutCancel(ctx))
	}
}

// add counts one; true when it is time to write.
func (r *refusals) add(what refused, reason string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting == nil {
		r.waiting = map[refused]counted{}
	}
	c := r.waiting[what]
	r.waiting[what] = counted{c.n + 1, reason}
	// A clock that jumped back must not stop the writing.
	since := now.Sub(r.written)
	return since >= refusalPause || since < 0 || len(r.waiting) >= maxRefused
}

// FlushRefusals writes down what was counted and not yet written. Who shows
// the counts calls it first.
func (e *Engine) FlushRefusals(ctx context.Context) {
	e.refusals.mu.Lock()
	waiting := e.refusals.waiting
	e.refusals.waiting, e.refusals.written = nil, e.Now()
	e.refusals.mu.Unlock()
	for what, c := range waiting {
		if err := e.Store.CountSignatureFailures(ctx, what.shopID, what.source, c.n, c.reason); err != nil {
			e.Log.WarnContext(ctx, "refused signatures not counted", "shop", what.shopID, "source", what.source, "failures", c.n, "error", err)
		}
	}
}

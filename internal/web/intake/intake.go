// Package intake guards the doors that machines post to: how many requests are
// taken in at the same time, how many bytes they may hold together, and how
// large each may be.
package intake

import (
	"io"
	"net/http"
	"sync"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Limit is how many requests are taken in at the same time. More wait with
// their sender, who is told to come back.
const Limit = 256

// Budget is how many bytes of bodies are held at the same time. What is made of
// a body while it is read is several times its size, so that the budget, and
// not the number of places, is what bounds the process's memory.
const Budget = 32 << 20

// Gate is shared by every door, so that its limits are the process's.
type Gate struct {
	mu sync.Mutex
	// places and bytes are what is left.
	places, bytes int64
	// maxBytes is the largest body.
	maxBytes int64
}

// New makes a gate with a number of places, and a number of bytes for all
// bodies together, each of at most maxBytes. The budget is never less than one body.
func New(limit int, budget, maxBytes int64) *Gate {
	return &Gate{places: int64(limit), bytes: max(budget, maxBytes+1), maxBytes: maxBytes}
}

// MaxBytes is the largest body.
func (g *Gate) MaxBytes() int64 { return g.maxBytes }

// Take takes a place for a request and reads its whole body. The place is given
// back by calling leave, after the body's last use; with an error there is none.
//
// Errors: fault.Overloaded when no place or no bytes are free, at once: waiting
// here would hold what the limits are to save. fault.TooLarge for a body over
// the cap. fault.Invalid for one that breaks off: its sender will repeat it.
func (g *Gate) Take(r *http.Request) (body []byte, leave func(), err error) {
	if r.ContentLength > g.maxBytes {
		return nil, nil, g.tooLarge()
	}
	p, err := g.enter()
	if err != nil {
		return nil, nil, err
	}
	body, err = io.ReadAll(io.LimitReader(charged{r.Body, p}, g.maxBytes+1))
	switch {
	case fault.Is(err, fault.Overloaded):
	case err != nil:
		err = fault.Wrap(fault.Invalid, err, "the body broke off").Try("send it again")
	case int64(len(body)) > g.maxBytes:
		err = g.tooLarge()
	default:
		return body, p.leave, nil
	}
	p.leave()
	return nil, nil, err
}

func (g *Gate) tooLarge() error {
	return fault.New(fault.TooLarge, "the body is over %d bytes", g.maxBytes).
		Try("send less at once, or raise ingest_max_bytes")
}

// patience is how much of a refused body is still read, in times the largest allowed.
const patience = 4

// HearOut reads the rest of a body that was refused and throws it away. A
// sender hears the answer only after it has sent its body: closing the door on
// one that still writes resets the connection, and what the sender reads is an
// unexplained network error that it may repeat for ever. The server's own
// timeout ends one that writes slowly.
func (g *Gate) HearOut(r *http.Request) {
	if r.Body != nil {
		_, _ = io.CopyN(io.Discard, r.Body, patience*g.maxBytes) // whatever it ends with, the answer is the same
	}
}

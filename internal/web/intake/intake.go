// Package intake guards the doors that machines post to: how many requests are
// taken in at the same time and how large each may be.
package intake

import (
	"io"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Limit is how many requests are taken in at the same time. Each holds at most
// one body in memory; more wait with their sender, who is told to come back.
const Limit = 256

// Gate is shared by every door, so that the limit is the process's.
type Gate struct {
	places   chan struct{}
	maxBytes int64
}

// New makes a gate with a number of places for bodies of at most maxBytes.
func New(limit int, maxBytes int64) *Gate {
	return &Gate{places: make(chan struct{}, limit), maxBytes: maxBytes}
}

// MaxBytes is the largest body.
func (g *Gate) MaxBytes() int64 { return g.maxBytes }

// Enter takes a place, to be given back by calling leave, or refuses with
// fault.Overloaded without waiting.
func (g *Gate) Enter() (leave func(), err error) {
	select {
	case g.places <- struct{}{}:
		return func() { <-g.places }, nil
	default:
		return nil, fault.New(fault.Overloaded, "too many requests are being taken in").
			Try("send it again after the time in Retry-After; nothing was stored")
	}
}

// Read takes the whole body, or refuses it with fault.TooLarge. A body that
// breaks off is fault.Invalid: its sender will repeat it.
func (g *Gate) Read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > g.maxBytes {
		return nil, tooLarge(g.maxBytes)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, g.maxBytes))
	if _, over := err.(*http.MaxBytesError); over {
		return nil, tooLarge(g.maxBytes)
	}
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the body broke off").Try("send it again")
	}
	return body, nil
}

func tooLarge(limit int64) error {
	return fault.New(fault.TooLarge, "the body is over %d bytes", limit).
		Try("send less at once, or raise ingest_max_bytes")
}

package intake

import (
	"io"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// place is one request's, with the bytes it holds.
type place struct {
	gate *Gate
	held int64
}

func (g *Gate) enter() (*place, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.places == 0 {
		return nil, overloaded()
	}
	g.places--
	return &place{gate: g}, nil
}

// hold takes n bytes of the budget.
func (p *place) hold(n int64) error {
	p.gate.mu.Lock()
	defer p.gate.mu.Unlock()
	if p.gate.bytes < n {
		return overloaded()
	}
	p.gate.bytes, p.held = p.gate.bytes-n, p.held+n
	return nil
}

// leave gives everything back, once.
func (p *place) leave() {
	p.gate.mu.Lock()
	defer p.gate.mu.Unlock()
	if p.held < 0 {
		return
	}
	p.gate.places, p.gate.bytes = p.gate.places+1, p.gate.bytes+p.held
	p.held = -1
}

func overloaded() error {
	return fault.New(fault.Overloaded, "too many requests are being taken in").
		Try("send it again after the time in Retry-After; nothing was stored")
}

// charged reads a body and holds what has come of it. What a sender only
// announces costs nothing: a few who announce much and send it slowly must not
// keep the others out.
type charged struct {
	body  io.Reader
	place *place
}

func (c charged) Read(b []byte) (int, error) {
	n, err := c.body.Read(b)
	if over := c.place.hold(int64(n)); over != nil {
		return n, over
	}
	return n, err
}

package channeltest

import (
	"fmt"
	"io"
	"log"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/delivery"
)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// keptConnections: Go's transport repeats calls by itself when a kept
// connection fails before the first byte of an answer. Ours must never be among
// them once they have left.
func (s Subject) keptConnections(t *testing.T) {
	t.Parallel()
	success := delivery.Verdict{Outcome: delivery.OK, Code: fmt.Sprint(s.Success.Status), ProviderID: s.ID}
	for name, act := range map[string]func(*Exchange){
		"reset":  func(x *Exchange) { x.Reset() },
		"closed": func(x *Exchange) { x.Hangup() },
		"torn":   func(x *Exchange) { x.Write("HTTP/1.1 "); x.Hangup() },
	} {
		t.Run(name+" with the second call in hand", func(t *testing.T) {
			t.Parallel()
			srv := Serve(t, func(x *Exchange) {
				if x.Nth == 2 {
					act(x)
					return
				}
				x.Answer(s.Success)
			})
			s.untilKept(t, srv, success)
		})
	}
	t.Run("closed between calls", s.closedBetween)
}

// untilKept sends until a call meets a kept connection, which the transport does
// not promise for any single one, and which then goes wrong.
func (s Subject) untilKept(t *testing.T, srv *Server, success delivery.Verdict) {
	t.Helper()
	p := s.New(client(t, patience))
	for calls := int32(1); calls <= 100; calls++ {
		got := p.Send(t.Context(), s.Account(srv.URL), s.Message)
		once(t, srv, calls)
		if got.Outcome != delivery.OK {
			s.check(t, got, delivery.Verdict{Outcome: delivery.Unsure, Code: got.Code})
			return
		}
		s.check(t, got, success)
	}
	t.Error("no connection was kept")
}

// closedBetween: the server closes each connection right after its answer, as
// servers do with idle ones. A call that meets such a connection may be made
// again on a new one, if nothing of it had left; however that race ends, what
// is called accepted arrived once, and what is called unsent did not arrive.
func (s Subject) closedBetween(t *testing.T) {
	t.Parallel()
	srv := Serve(t, func(x *Exchange) { x.Answer(s.Success); x.Hangup() })
	p := s.New(client(t, patience))
	for n := range 200 {
		before := srv.Received.Load()
		got := p.Send(t.Context(), s.Account(srv.URL), s.Message)
		arrived := srv.Received.Load() - before
		switch {
		case got.Outcome == delivery.OK && arrived == 1:
		case got.Outcome == delivery.Unsure && arrived <= 1:
		case got.Outcome == delivery.Later && arrived == 0:
		default:
			t.Fatalf("call %d arrived %d times: %+v", n, arrived, got)
		}
	}
}

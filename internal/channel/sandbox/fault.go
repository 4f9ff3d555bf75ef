package sandbox

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// Fault is one request's misfortune.
type Fault struct {
	// Status, Header and Body answer instead of the provider; Status 0 with
	// neither Hang nor Reset leaves the answer as the provider gives it.
	Status int
	Header http.Header
	Body   string
	// Hang answers nothing until the caller gives up or the server closes.
	Hang bool
	// Reset closes the connection without an answer.
	Reset bool
	// Taken says that the message is accepted all the same: in the outbox and
	// called back, while the caller learns nothing of it.
	Taken bool
	// Nameless takes the message's id out of the answer to a message that was
	// taken, which stays a success otherwise.
	Nameless bool
	// Drip is the pause before each byte of the answer, from the status line on,
	// until the caller gives up or the server closes. Zero: all at once.
	Drip time.Duration
	// Torn resets the connection with headers and half of the body written.
	Torn bool
	// Callbacks is how the reports of AutoDeliver come for a message that was
	// taken; the zero value is after the answer, in order, once.
	Callbacks Callbacks
}

// Callbacks is a way for a message's reports to come.
type Callbacks string

// The ways.
const (
	// CallbacksFirst come before the answer to the call.
	CallbacksFirst Callbacks = "first"
	// CallbacksTwice come again as they came, each under the id it had.
	CallbacksTwice Callbacks = "twice"
	// CallbacksBackwards begin with the last.
	CallbacksBackwards Callbacks = "backwards"
	// CallbacksNever do not come at all.
	CallbacksNever Callbacks = "never"
)

// silences reports whether the provider's own answer is not given.
func (f Fault) silences() bool { return f.Hang || f.Reset || f.Status != 0 }

// fated gives the answer as the fault leaves it; the message is nil where none was taken.
func (s *Server) fated(f Fault, take taker, r *http.Request, body []byte) (reply, *Sent) {
	var answer reply
	var sent *Sent
	if f.Taken || !f.silences() {
		if answer, sent = take(r, body); sent != nil {
			s.keep(*sent)
		}
	}
	switch {
	case f.silences():
		answer = reply{status: f.Status, header: f.Header, body: []byte(f.Body)}
	case sent != nil && f.Nameless:
		answer = answer.without(sent.ProviderID)
	}
	return answer, sent
}

// without takes an id out: the header that holds it, and its text in the body.
func (a reply) without(id string) reply {
	kept := http.Header{}
	for name, values := range a.header {
		if len(values) != 1 || values[0] != id {
			kept[name] = values
		}
	}
	a.header, a.body = kept, []byte(strings.ReplaceAll(string(a.body), id, ""))
	return a
}

// give answers in the way the fault wants it.
func (s *Server) give(w http.ResponseWriter, r *http.Request, f Fault, answer reply) {
	if f.Hang {
		select {
		case <-r.Context().Done():
		case <-s.ctx.Done():
		}
	}
	switch {
	case f.Hang, f.Reset:
		panic(http.ErrAbortHandler)
	case f.Drip > 0, f.Torn:
		s.dribble(w, f, answer)
	default:
		answer.write(w)
	}
}

// dribble writes an answer by hand: byte by byte where it drips, half of it
// where it is torn.
func (s *Server) dribble(w http.ResponseWriter, f Fault, answer reply) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		// HTTP/2 and recorders have no connection of their own to spoil.
		panic(http.ErrAbortHandler)
	}
	defer conn.Close()
	head, body := answer.raw()
	if f.Torn {
		body = body[:len(body)/2]
	}
	s.drip(conn, head+body, f.Drip)
	if tcp, ok := conn.(*net.TCPConn); ok && f.Torn {
		_ = tcp.SetLinger(0)
	}
}

// raw gives the answer as it goes over the wire. A body is announced in any
// case, so that half of it is less than was announced.
func (a reply) raw() (head, body string) {
	body = string(a.body)
	if body == "" {
		body = "{}"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", a.status, http.StatusText(a.status))
	// A write to a builder does not fail.
	_ = a.header.Write(&b)
	fmt.Fprintf(&b, "Content-Length: %d\r\nConnection: close\r\n\r\n", len(body))
	return b.String(), body
}

// drip writes a text, with a pause before each byte unless the pause is zero.
func (s *Server) drip(conn net.Conn, text string, pause time.Duration) {
	if pause <= 0 {
		_, _ = conn.Write([]byte(text))
		return
	}
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for i := range len(text) {
		select {
		case <-tick.C:
		case <-s.ctx.Done():
			return
		}
		if _, err := conn.Write([]byte{text[i]}); err != nil {
			return
		}
	}
}

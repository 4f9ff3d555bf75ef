package sandbox

import (
	"encoding/json"
	"io"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Fault is one request's misfortune.
type Fault struct {
	// Status, Header and Body answer instead of the provider; Status 0 with
	// neither Hang nor Reset leaves the answer as it is.
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
}

// reply is an answer as the provider gives it.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// taker handles one provider's send call; the message is nil when it was refused.
type taker func(r *http.Request, body []byte) (reply, *Sent)

func (s *Server) serve(ch event.Channel, take taker) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		// Read first: a caller's hanging up is only noticed after its body.
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			http.Error(w, "the request is too large", http.StatusRequestEntityTooLarge)
			return
		}
		var f *Fault
		if s.opts.Fault != nil {
			f = s.opts.Fault(ch)
		}
		var answer reply
		if f == nil || f.Taken || !f.silences() {
			var sent *Sent
			answer, sent = take(r, body)
			if sent != nil {
				s.keep(*sent)
				defer s.follow(*sent)
			}
		}
		if f != nil && f.silences() {
			s.suffer(w, r, f)
			return
		}
		answer.write(w)
	}
}

// silences reports whether the provider's own answer is not given.
func (f *Fault) silences() bool { return f.Hang || f.Reset || f.Status != 0 }

func (s *Server) suffer(w http.ResponseWriter, r *http.Request, f *Fault) {
	if f.Hang {
		select {
		case <-r.Context().Done():
		case <-s.ctx.Done():
		}
	}
	if f.Hang || f.Reset {
		panic(http.ErrAbortHandler)
	}
	reply{status: f.Status, header: f.Header, body: []byte(f.Body)}.write(w)
}

func (a reply) write(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	w.WriteHeader(a.status)
	// A caller that has gone needs no answer.
	_, _ = w.Write(a.body)
}

// answerJSON makes a JSON reply.
func answerJSON(status int, v any) reply {
	body, err := json.Marshal(v)
	if err != nil {
		return reply{status: http.StatusInternalServerError}
	}
	return reply{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: body}
}

package sandbox

import (
	"encoding/json"
	"io"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/event"
)

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
		var f Fault
		if s.opts.Fault != nil {
			if given := s.opts.Fault(ch); given != nil {
				f = *given
			}
		}
		answer, sent := s.fated(f, take, r, body)
		if sent != nil {
			defer s.follow(*sent, f.Callbacks)
			if f.Callbacks == CallbacksFirst {
				s.report(*sent, f.Callbacks)
			}
		}
		s.give(w, r, f, answer)
	}
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

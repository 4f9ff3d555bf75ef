package torture

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// recorded is an answer of the sandbox that is not given yet.
type recorded struct {
	status int
	header http.Header
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (a *recorded) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *recorded) WriteHeader(status int) { a.status = status }

// Write implements http.ResponseWriter.
func (a *recorded) Write(p []byte) (int, error) { return a.body.Write(p) }

// record has a handler answer a request whose body was read already.
func record(h http.Handler, r *http.Request, body []byte) *recorded {
	a := &recorded{status: http.StatusOK, header: http.Header{}}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	h.ServeHTTP(a, r)
	return a
}

// providerID reads the id that the provider gave.
func (a *recorded) providerID() string {
	if id := a.header.Get("X-Message-Id"); id != "" {
		return id
	}
	var m struct {
		SID string `json:"sid"`
		MID string `json:"message_id"`
	}
	json.Unmarshal(a.body.Bytes(), &m) //nolint:errcheck // it is the sandbox's own
	if m.SID != "" {
		return m.SID
	}
	return m.MID
}

// maxCall is the largest body of a call to a provider.
const maxCall = 10 << 20

func readAll(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	return io.ReadAll(http.MaxBytesReader(w, r.Body, maxCall))
}

// textID reads our id out of a text's status callback.
func textID(body []byte) string {
	f, err := url.ParseQuery(string(body))
	if err != nil {
		return ""
	}
	u, err := url.Parse(f.Get("StatusCallback"))
	if err != nil {
		return ""
	}
	return u.Query().Get("m")
}

// refuse answers a call whose message is not taken.
func refuse(w http.ResponseWriter, f fate, wait time.Duration) {
	switch f {
	case resetBefore:
		reset(w)
	case limitedFor:
		w.Header().Set("Retry-After", strconv.Itoa(1+int(wait/time.Second)))
		w.WriteHeader(http.StatusTooManyRequests)
	case limited:
		w.WriteHeader(http.StatusTooManyRequests)
	case away:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(w, "<html><body><h1>503 Service Unavailable</h1></body></html>") //nolint:errcheck // the caller may have gone
	default:
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// answer answers a call whose message was taken.
func (b *box) answer(w http.ResponseWriter, r *http.Request, a *recorded, f fate) {
	switch f {
	case brokenAfter:
		w.WriteHeader(http.StatusInternalServerError)
		return
	case resetAfter:
		reset(w)
		return
	case hang:
		select {
		case <-r.Context().Done():
		case <-b.released():
		}
		reset(w)
		return
	case slow:
		pause(r.Context(), b.oracle.draw(3*time.Second)) //nolint:errcheck // a caller that has gone needs no answer
	case nameless:
		a.header.Del("X-Message-Id")
		a.body.Reset()
		if a.header.Get("Content-Type") != "" {
			a.body.WriteString("{}")
		}
	}
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	if f == drip {
		b.drip(w, r, a.body.Bytes())
		return
	}
	w.Write(a.body.Bytes()) //nolint:errcheck // a caller that has gone needs no answer
}

// drip writes byte by byte. The head went out at once, so that a mail, which
// has no body, is merely answered.
func (b *box) drip(w http.ResponseWriter, r *http.Request, body []byte) {
	to := http.NewResponseController(w)
	for _, c := range body {
		w.Write([]byte{c}) //nolint:errcheck // a caller that has gone needs no answer
		if to.Flush() != nil || pause(r.Context(), 5*time.Millisecond) != nil {
			return
		}
	}
}

// reset breaks the connection off without an answer.
func reset(w http.ResponseWriter) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		tcp.SetLinger(0) //nolint:errcheck // then it is merely closed
	}
	c.Close()
}

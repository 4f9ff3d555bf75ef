package conformance

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A server that asks for less haste is asked again: its rate is no fault of a story's.
func TestAServerThatThrottlesIsAskedAgain(t *testing.T) {
	t.Parallel()
	for refusals, well := range map[int]bool{0: true, 7: true, patience: false} {
		asked := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if asked++; asked <= refusals {
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			_, _ = w.Write([]byte(`{"a":1}`))
		}))
		s := Server{URL: server.URL, Client: server.Client(), Pause: func(context.Context) error { return nil }}
		var v struct{ A int }
		err := s.get(context.Background(), "/x", &v)
		server.Close()
		if (err == nil) != well || well && (v.A != 1 || asked != refusals+1) || !well && !strings.Contains(err.Error(), "429 every time") {
			t.Errorf("after %d refusals: %v, asked %d times", refusals, err, asked)
		}
	}
}

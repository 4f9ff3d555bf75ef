package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/web/intake"
	"github.com/google/go-cmp/cmp"
)

func TestWebhookAnswers(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("x", maxBody+1)
	tests := []struct {
		name, path, body, signature string
		failing                     error
		status                      int
		has, header                 string
	}{
		{"taken in", "/webhooks/shopify/s1", `{"a":1}`, "good", nil, 200, `{"ok":true,"events":1}`, ""},
		{"senseless in part", "/webhooks/shopify/s1", `"senseless"`, "good", nil, 200, `{"ok":true,"events":3,"quarantined":2,"detail":"the order has no id"}`, ""},
		{"bad signature", "/webhooks/shopify/s1", `{}`, "bad", nil, 401, `"code":"unauthorized"`, ""},
		{"not JSON", "/webhooks/shopify/s1", `{`, "good", nil, 400, `"code":"invalid"`, ""},
		{"no such shop", "/webhooks/shopify/s9", `{}`, "good", nil, 404, `"code":"not_found"`, ""},
		{"too large", "/webhooks/shopify/s1", large, "good", nil, 413, `"code":"too_large"`, ""},
		{"exactly the cap", "/webhooks/shopify/s1", `"` + large[3:] + `"`, "good", nil, 200, `"ok":true`, ""},
		{"overloaded", "/webhooks/shopify/s1", `{}`, "good", fault.New(fault.Overloaded, "the database is busy"), 503, `"code":"overloaded"`, "5"},
		{"our fault", "/webhooks/shopify/s1", `{}`, "good", errBoom, 500, `"code":"internal"`, ""},
		{"other method", "/webhooks/shopify", `{}`, "good", nil, 404, `"code":"not_found"`, ""},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			m := full()
			m.failing = tc.failing
			r := serve(t, m).do("POST", tc.path, tc.body, "X-Signature", tc.signature)
			r.expect(t, tc.status)
			r.has(t, tc.has)
			r.lacks(t, "hunter2")
			want := "application/json"
			if tc.status != 200 {
				want = "application/problem+json"
			}
			if got := r.Header.Get("Content-Type"); got != want {
				t.Errorf("content type %q, want %q", got, want)
			}
			if got := r.Header.Get("Retry-After"); got != tc.header {
				t.Errorf("Retry-After %q, want %q", got, tc.header)
			}
			if tc.status != 200 && len(m.written()) > 0 {
				t.Errorf("something was stored: %v", m.written())
			}
		})
	}
}

// A body without a length is counted as it comes.
func TestBodyCapCountsWhatComes(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	for _, path := range []string{"/webhooks/shopify/s1", "/callbacks/twilio/s1/inbound", "/api/v1/events"} {
		req, err := http.NewRequest("POST", s.url+path, struct{ *strings.Reader }{strings.NewReader(strings.Repeat("x", maxBody+1))})
		if err != nil {
			t.Fatal(err)
		}
		req.ContentLength = -1
		req.Header.Set("Authorization", "Bearer key-one")
		res, err := s.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: status %d, want 413", path, res.StatusCode)
		}
	}
	if w := s.memory.written(); len(w) > 0 {
		t.Errorf("something was stored: %v", w)
	}
}

// With every place taken, the next is refused at once, and served again later.
func TestGateRefusesWhatIsTooMuch(t *testing.T) {
	t.Parallel()
	m := full()
	m.hold, m.entered = make(chan struct{}), make(chan struct{}, intake.Limit)
	s := serve(t, m)
	done := make(chan int, intake.Limit)
	for range intake.Limit {
		go func() {
			req, _ := http.NewRequest("POST", s.url+"/webhooks/shopify/s1", strings.NewReader(`{}`))
			req.Header.Set("X-Signature", "good")
			res, err := s.client.Do(req)
			if err != nil {
				done <- 0
				return
			}
			res.Body.Close()
			done <- res.StatusCode
		}()
	}
	for range intake.Limit {
		<-m.entered
	}
	r := s.do("POST", "/webhooks/shopify/s1", `{}`, "X-Signature", "good")
	r.expect(t, http.StatusServiceUnavailable)
	if r.Header.Get("Retry-After") != "5" {
		t.Error("no Retry-After")
	}
	s.do("POST", "/api/v1/events", `{"event":"x"}`, key("key-one")...).expect(t, http.StatusServiceUnavailable)
	s.do("POST", "/callbacks/sendgrid/s1", `[]`).expect(t, http.StatusServiceUnavailable)
	s.do("GET", "/api/v1/carts", "", key("key-one")...).expect(t, http.StatusOK)
	close(m.hold)
	for range intake.Limit {
		if status := <-done; status != http.StatusOK {
			t.Fatalf("a request in flight got %d", status)
		}
	}
	s.do("POST", "/api/v1/events", `{"event":"x"}`, key("key-one")...).expect(t, http.StatusOK)
}

func TestCallbacks(t *testing.T) {
	t.Parallel()
	tests := []struct{ method, path, note, kind, body string }{
		{"POST", "/callbacks/sendgrid/s1", "callback sendgrid s1", "text/plain; charset=UTF-8", ""},
		{"POST", "/callbacks/twilio/s1/status?x=1&y=a%20b", "callback twilio s1", "text/xml", "<Response/>"},
		{"POST", "/callbacks/twilio/s1/inbound", "callback twilio s1", "text/xml", "<Response/>"},
		{"GET", "/callbacks/messenger?hub.mode=subscribe&hub.challenge=1", "callback messenger ", "text/plain; charset=UTF-8", "challenge"},
		{"POST", "/callbacks/messenger", "callback messenger ", "text/plain; charset=UTF-8", "challenge"},
	}
	for _, tc := range tests {
		t.Run(tc.method+tc.path, func(t *testing.T) {
			t.Parallel()
			m := full()
			// What proxies claim about the address must not reach the signature.
			r := serve(t, m).do(tc.method, tc.path, "raw=1", "X-Twilio-Signature", "s", "X-Forwarded-Host", "evil.example")
			r.expect(t, http.StatusOK)
			if diff := cmp.Diff([]string{tc.note}, m.written()); diff != "" {
				t.Error(diff)
			}
			if got := m.callback.URL; got != "https://cart.example"+tc.path {
				t.Errorf("URL %q", got)
			}
			if m.callback.Method != tc.method || string(m.callback.Body) != "raw=1" || m.callback.Get("X-Twilio-Signature") != "s" || !m.callback.ReceivedAt.Equal(noon) {
				t.Errorf("request %+v", m.callback)
			}
			if r.body != tc.body || r.Header.Get("Content-Type") != tc.kind {
				t.Errorf("answer %q as %q", r.body, r.Header.Get("Content-Type"))
			}
		})
	}
}

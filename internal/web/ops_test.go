package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/web"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
)

func TestProbes(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	if r := s.do("GET", "/healthz", ""); r.body != "ok" || r.StatusCode != http.StatusOK {
		t.Errorf("healthz: %d %q", r.StatusCode, r.body)
	}
	s.do("GET", "/readyz", "").expect(t, http.StatusOK)
	s.ready = fault.Wrap(fault.Misconfigured, errBoom, "the database is not migrated")
	r := s.do("GET", "/readyz", "")
	r.expect(t, http.StatusServiceUnavailable)
	r.has(t, "the database is not migrated")
	r.lacks(t, "hunter2")
	s.ready = errBoom
	s.do("GET", "/readyz", "").lacks(t, "hunter2", "10.0.0.7")
	s.do("GET", "/healthz", "").expect(t, http.StatusOK)
}

// No GET changes anything, whoever opens it; the one exception notes that a
// restore link was opened, which is not a change of anything else.
func TestGetChangesNothing(t *testing.T) {
	t.Parallel()
	s := serve(t, full(), overHTTP)
	in := s.as("in-ada")
	signedIn, sessions := len(s.memory.written()), s.sessions.writes
	ids := strings.NewReplacer("/rules/reach", "/rules/reach?rule=true", "/webhooks/:platform/:shop_id", "/webhooks/shopify/s1?challenge=c", "/personas/:key", "/personas/value-conscious", "/sequences/:key", "/sequences/cart-value-conscious", "/carts/:id", "/carts/c1", "/messages/:id", "/messages/m1", "/quarantine/:id", "/quarantine/q3", "/privacy-requests/:id", "/privacy-requests/pr1", "/shoppers/:id", "/shoppers/p-ada", ":table", "days", "/inbox/:id", "/inbox/t1", ":ruling", "w1", ":token", "good", ":key", "cart-reminder", ":channel", "email", ":locale", "en", ":version", "1", ":name", "cartograph.css", ":shop_id", "s1")
	seen := 0
	for _, route := range s.echo.Routes() {
		if route.Method != http.MethodGet && route.Method != http.MethodHead || route.Path == "/callbacks/messenger" {
			continue
		}
		path := ids.Replace(route.Path)
		if strings.Contains(path, ":") {
			t.Fatalf("the test knows no id for %s", route.Path)
		}
		in.do(route.Method, path, "", append(key("key-one"), "Origin", "https://atelier.example")...).expect(t, http.StatusOK)
		seen++
	}
	if seen < 40 {
		t.Errorf("only %d routes read", seen)
	}
	// Raw clicks are notes of what happened; the routes come in no order.
	want := []string{
		"click r good Go-http-client/1.1", "click r good Go-http-client/1.1 honeypot", "click u good Go-http-client/1.1", "click why good Go-http-client/1.1",
	}
	wrote := s.memory.written()[signedIn:]
	slices.Sort(wrote)
	if diff := cmp.Diff(want, wrote); diff != "" {
		t.Error(diff)
	}
	if s.sessions.writes != sessions {
		t.Error("reading wrote to the session")
	}
	if _, left := s.memory.links["in-bob"]; !left {
		t.Error("a sign-in link was used up")
	}
}

// Requests are measured by pattern: no token or id becomes a label.
func TestMetricsHoldNoPaths(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	s.do("GET", "/r/good", "")
	s.do("GET", "/r/secret-token", "")
	s.do("POST", "/webhooks/shopify/s1", `{}`, "X-Signature", "good")
	s.do("GET", "/api/v1/carts/c1", "", key("key-one")...)
	s.do("GET", "/some/invented/path-xyz", "")
	s.do("DELETE", "/r/good", "")
	s.do("BREW", "/r/good", "")
	r := s.do("GET", "/metrics", "")
	r.has(t, `{method="GET",route="/r/:token",status="2xx"} 1`, `{method="GET",route="/r/:token",status="4xx"} 1`,
		`route="/webhooks/:platform/:shop_id",status="2xx"} 1`, `route="/api/v1/carts/:id",status="2xx"} 1`, `route="none"`, `method="other"`)
	r.lacks(t, "secret-token", "path-xyz", `"/r/good"`, "BREW", "/carts/c1")
}

func TestPanicIsAnAnswerAndALogLine(t *testing.T) {
	t.Parallel()
	s := serve(t, full(), func(d *web.Deps) { d.Hook = nil })
	r := s.do("POST", "/webhooks/shopify/s1", `{}`)
	r.expect(t, http.StatusInternalServerError)
	r.has(t, `"code":"internal"`)
	r.lacks(t, "goroutine", "nil pointer")
	if !strings.Contains(s.log.String(), "a handler panicked") || !strings.Contains(s.log.String(), "goroutine") {
		t.Errorf("log: %s", s.log)
	}
	s.do("GET", "/metrics", "").has(t, `route="/webhooks/:platform/:shop_id",status="5xx"} 1`)
}

func TestAssetsAreRevalidated(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	for name, kind := range map[string]string{"cartograph.css": "text/css", "storefront.css": "text/css", "refresh.js": "text/javascript", "restore.js": "text/javascript", "seen.js": "text/javascript", "logo.svg": "image/svg+xml"} {
		r := s.do("GET", "/assets/"+name, "")
		r.expect(t, http.StatusOK)
		if !strings.HasPrefix(r.Header.Get("Content-Type"), kind) {
			t.Errorf("%s: %q", name, r.Header.Get("Content-Type"))
		}
		s.do("GET", "/assets/"+name, "", "If-None-Match", r.Header.Get("ETag")).expect(t, http.StatusNotModified)
	}
	s.do("GET", "/favicon.ico", "").expect(t, http.StatusOK)
	for _, bad := range []string{"/assets/nope.css", "/assets/..%2fassets.go", "/assets/"} {
		s.do("GET", bad, "").expect(t, http.StatusNotFound)
	}
}

func TestTwoServersOnOneRegistryIsAnError(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	_, err := web.New(web.Deps{Registry: s.registry, Sessions: s.sessions})
	if err == nil || !strings.Contains(err.Error(), "metric") {
		t.Errorf("error %v", err)
	}
	if _, err := web.New(web.Deps{Registry: prometheus.NewRegistry(), Sessions: s.sessions}); err != nil {
		t.Error(err)
	}
}

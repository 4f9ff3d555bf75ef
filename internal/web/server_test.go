package web_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/web"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// maxBody is the tests' cap.
const maxBody = 4096

// site is a running server over a memory.
type site struct {
	t        *testing.T
	url      string
	echo     *echo.Echo
	memory   *memory
	sessions *sessions
	registry *prometheus.Registry
	log      *strings.Builder
	ready    error
	client   *http.Client
}

// serve starts a server; edit may change the dependencies first.
func serve(t *testing.T, m *memory, edit ...func(*web.Deps)) *site {
	t.Helper()
	s := &site{t: t, memory: m, sessions: newSessions(), registry: prometheus.NewRegistry(), log: &strings.Builder{}}
	d := web.Deps{
		Hook: m, Engine: m, Storefront: m, Pixel: m, Reader: m, Dashboard: m, Desk: m, Playbook: deskOf(m), Offers: deskOf(m), Insight: m, Acts: m, Who: m, Templates: m, TemplateFiles: m, Sessions: s.sessions,
		Ready:   func(context.Context) error { return s.ready },
		Metrics: promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{}), Registry: s.registry,
		Version: "1.2.3", PublicURL: "https://cart.example", MaxBody: maxBody,
		Log: slog.New(slog.NewTextHandler(s.log, nil)), Now: func() time.Time { return noon },
	}
	for _, f := range edit {
		f(&d)
	}
	e, err := web.New(d)
	if err != nil {
		t.Fatal(err)
	}
	s.echo = e
	srv := httptest.NewServer(e)
	t.Cleanup(srv.Close)
	s.url = srv.URL
	s.client = srv.Client()
	s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return s
}

// overHTTP makes cookies work without TLS.
func overHTTP(d *web.Deps) { d.PublicURL = "http://cart.example" }

// reply is an answer with its body read.
type reply struct {
	*http.Response
	body string
}

// do sends a request; pairs are header names and values.
func (s *site) do(method, path, body string, pairs ...string) reply {
	s.t.Helper()
	req, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(pairs); i += 2 {
		req.Header.Set(pairs[i], pairs[i+1])
	}
	res, err := s.client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply{res, string(b)}
}

// as gives a client of its own that is signed in by a link.
func (s *site) as(token string) *site {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	in := *s
	in.client = &http.Client{Jar: jar, CheckRedirect: s.client.CheckRedirect, Transport: s.client.Transport}
	if r := in.do("POST", "/sign-in/"+token, ""); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/" {
		s.t.Fatalf("sign in: %d to %q\n%s", r.StatusCode, r.Header.Get("Location"), r.body)
	}
	return &in
}

// cookies are what the signed-in client holds.
func (s *site) cookies() []*http.Cookie {
	u, err := url.Parse(s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.client.Jar.Cookies(u)
}

// key is the header of an API caller.
func key(k string) []string { return []string{"Authorization", "Bearer " + k} }

var errBoom = errors.New("dial tcp 10.0.0.7:5432: password=hunter2")

func (r reply) expect(t *testing.T, status int) {
	t.Helper()
	if r.StatusCode != status {
		t.Errorf("%s %s: status %d, want %d\n%s", r.Request.Method, r.Request.URL.Path, r.StatusCode, status, r.body)
	}
}

func (r reply) has(t *testing.T, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(r.body, p) {
			t.Errorf("%s %s: the body lacks %q\n%s", r.Request.Method, r.Request.URL.Path, p, r.body)
		}
	}
}

func (r reply) lacks(t *testing.T, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if strings.Contains(r.body, p) {
			t.Errorf("%s %s: the body holds %q", r.Request.Method, r.Request.URL.Path, p)
		}
	}
}

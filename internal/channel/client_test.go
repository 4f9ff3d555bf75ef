package channel_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

func TestClientNeverFollowsRedirects(t *testing.T) {
	t.Parallel()
	hits := make(chan string, 2)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits <- r.URL.Path
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}))
	defer srv.Close()

	res, err := channel.Client(nil).Post(srv.URL+"/first", "text/plain", strings.NewReader("once"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusTemporaryRedirect || len(hits) != 1 {
		t.Errorf("status %d after %d requests, want 307 after 1", res.StatusCode, len(hits))
	}
}

// TestClientSpeaksHTTP1: see NewHTTPClient for why, even where the server offers more.
func TestClientSpeaksHTTP1(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Proto)
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	given := channel.NewHTTPClient()
	given.Transport.(*http.Transport).TLSClientConfig = srv.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	defer given.CloseIdleConnections()
	res, err := channel.Client(given).Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err != nil || string(body) != "HTTP/1.1" {
		t.Errorf("spoke %q, %v", body, err)
	}
}

func TestEveryCallHasALimit(t *testing.T) {
	t.Parallel()
	for given, want := range map[*http.Client]time.Duration{
		nil: 20 * time.Second, {}: 20 * time.Second, {Timeout: -1}: 20 * time.Second, {Timeout: time.Second}: time.Second,
	} {
		if got := channel.Client(given).Timeout; got != want {
			t.Errorf("Client(%+v) ends calls after %v, want %v", given, got, want)
		}
	}
}

func TestClientBoundsAnswersAndLeavesTheGivenAlone(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.Copy(w, io.LimitReader(zeros{}, 3<<20))
	}))
	defer srv.Close()

	given := srv.Client()
	res, err := channel.Client(given).Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || len(body) != 1<<20 {
		t.Errorf("read %d bytes (%v), want exactly 1 MB", len(body), err)
	}
	if given.CheckRedirect != nil {
		t.Error("the given client was changed")
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestTrail is the heart of "never twice": what may have left is Unsure, what
// certainly has not is Later.
func TestTrail(t *testing.T) {
	t.Parallel()
	shut, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + shut.Addr().String()
	shut.Close()

	answers := func(h http.HandlerFunc) string {
		srv := httptest.NewServer(h)
		t.Cleanup(srv.Close)
		return srv.URL
	}
	hangUp := func(read bool) string {
		return answers(func(w http.ResponseWriter, r *http.Request) {
			if read {
				_, _ = io.Copy(io.Discard, r.Body)
			}
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				panic(err)
			}
			// No lingering: the peer gets a reset, not an orderly end.
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		})
	}
	tlsOnly := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(tlsOnly.Close)

	tests := map[string]struct {
		url  string
		body string
		want delivery.Outcome
	}{
		"nobody listens":                  {nobody, "x", delivery.Later},
		"certificate not trusted":         {tlsOnly.URL, "x", delivery.Later},
		"reset after the whole request":   {hangUp(true), "x", delivery.Unsure},
		"reset with the body half read":   {hangUp(false), strings.Repeat("x", 24<<20), delivery.Later},
		"reset unread but handed over":    {hangUp(false), "x", delivery.Unsure},
		"no answer before the time is up": {answers(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body); <-r.Context().Done() }), "x", delivery.Unsure},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			if name == "no answer before the time is up" {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, 50*time.Millisecond)
				defer cancel()
			}
			var trail channel.Trail
			req, err := http.NewRequestWithContext(trail.Follow(ctx), http.MethodPost, tt.url, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			res, err := channel.Client(nil).Do(req)
			if err == nil {
				res.Body.Close()
				t.Fatal("the call succeeded")
			}
			v := trail.Lost(err)
			if v.Outcome != tt.want {
				t.Errorf("verdict %+v for %v, want %s", v, err, tt.want)
			}
			if v.Code == "" || strings.Contains(v.Reason, "127.0.0.1") {
				t.Errorf("verdict %+v should have a code and no address", v)
			}
		})
	}
}

func TestTrailOfACancelledCall(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var trail channel.Trail
	req, err := http.NewRequestWithContext(trail.Follow(ctx), http.MethodPost, "http://127.0.0.1:1", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	_, err = channel.Client(nil).Do(req) //nolint:bodyclose // there is no answer
	if v := trail.Lost(err); v.Outcome != delivery.Later || v.Code != "cancelled" || !errors.Is(err, context.Canceled) {
		t.Errorf("verdict %+v for %v", v, err)
	}
}

func TestBase(t *testing.T) {
	t.Parallel()
	for own, want := range map[string]string{
		"":                          "https://api.example.com",
		"http://127.0.0.1:80":       "http://127.0.0.1:80",
		"https://eu.example.com/x/": "https://eu.example.com/x",
	} {
		if got, err := channel.Base(own, "https://api.example.com"); err != nil || got != want {
			t.Errorf("Base(%q) = %q, %v; want %q", own, got, err, want)
		}
	}
	for _, own := range []string{"ftp://x", "api.example.com", "https://", "http://%zz", "file:///etc"} {
		if _, err := channel.Base(own, "https://api.example.com"); !fault.Is(err, fault.Misconfigured) {
			t.Errorf("Base(%q): %v, want misconfigured", own, err)
		}
	}
}

package outgoing_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/outgoing"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// site is a real server on loopback that counts who came.
type site struct {
	*httptest.Server
	hits atomic.Int32
}

// open starts a site; secure gives it a certificate for example.com and 127.0.0.1.
func open(t *testing.T, secure bool, h http.HandlerFunc) *site {
	t.Helper()
	s := &site{}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.hits.Add(1)
		h(w, r)
	})
	if secure {
		s.Server = httptest.NewTLSServer(handler)
	} else {
		s.Server = httptest.NewServer(handler)
	}
	t.Cleanup(s.Close)
	return s
}

// port gives a site's port.
func (s *site) port(t *testing.T) int {
	t.Helper()
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(u.Port())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// named writes a site's address under another host name.
func (s *site) named(t *testing.T, host string) string {
	t.Helper()
	return "http://" + net.JoinHostPort(host, strconv.Itoa(s.port(t)))
}

// client makes a client that leaves no connection behind.
func client(t *testing.T, o outgoing.Options) *http.Client {
	t.Helper()
	c := outgoing.NewClient(o)
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// call gets an address and gives the body, or the error of the call or of reading it.
func call(t *testing.T, c *http.Client, address string) (string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.Do(req)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(res.Body)
	if closing := res.Body.Close(); closing != nil {
		t.Error(closing)
	}
	return string(body), err
}

func hello(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }

func TestRefusesLoopback(t *testing.T) {
	t.Parallel()
	s := open(t, false, hello)
	c := client(t, outgoing.Options{Ports: []int{s.port(t)}})
	for _, host := range []string{"127.0.0.1", "localhost", "LOCALHOST.", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0",
		"::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::"} {
		if body, err := call(t, c, s.named(t, host)); err == nil {
			t.Errorf("%s answers %q", host, body)
		}
	}
	for _, host := range []string{"127.0.0.1", "localhost", "::ffff:127.0.0.1"} {
		if _, err := call(t, c, s.named(t, host)); !fault.Is(err, fault.Unprocessable) || strings.Contains(outgoing.Plain(err).Error(), "127") {
			t.Errorf("%s: %v", host, err)
		}
	}
	if n := s.hits.Load(); n != 0 {
		t.Errorf("%d calls came through", n)
	}
}

func TestAllows(t *testing.T) {
	t.Parallel()
	s := open(t, false, hello)
	port := s.port(t)
	local := "localhost:" + strconv.Itoa(port)
	for name, o := range map[string]outgoing.Options{
		"a network":          {Ports: []int{port}, Networks: loopback},
		"a host":             {Ports: []int{port}, Hosts: []string{"localhost"}},
		"a host on its port": {Hosts: []string{strings.ToUpper(local)}},
		"http to a host":     {Hosts: []string{local}, HTTPSOnly: true},
	} {
		if body, err := call(t, client(t, o), "http://"+local); err != nil || body != "hello" {
			t.Errorf("%s: %q, %v", name, body, err)
		}
	}
	for name, o := range map[string]outgoing.Options{
		"another port":        {Networks: loopback},
		"another host":        {Ports: []int{port}, Hosts: []string{"localhost.example"}},
		"a host's other port": {Ports: []int{port}, Hosts: []string{"localhost:1"}},
		"another network":     {Ports: []int{port}, Networks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}},
		"only https":          {Ports: []int{port}, Networks: loopback, HTTPSOnly: true},
	} {
		if body, err := call(t, client(t, o), "http://"+local); !fault.Is(err, fault.Unprocessable) {
			t.Errorf("%s: %q, %v", name, body, err)
		}
	}
}

// A name that is public when it is looked at first, and this machine when it is
// called, is refused; so is one that is both at once.
func TestRefusesRebinding(t *testing.T) {
	t.Parallel()
	s := open(t, false, hello)
	names := &rebinder{answers: [][]string{{"93.184.215.14"}, {"127.0.0.1"}}}
	o := outgoing.Options{Ports: []int{s.port(t)}, Resolver: names.serve(t)}
	first, err := o.Resolver.LookupNetIP(t.Context(), "ip4", "rebind.example.")
	if err != nil || len(first) != 1 || !outgoing.Public(first[0]) {
		t.Fatalf("the first lookup gives %v, %v", first, err)
	}
	address := s.named(t, "rebind.example.")
	if _, err := o.Check(address); err != nil {
		t.Fatalf("the name is refused before it is looked up: %v", err)
	}
	if _, err := call(t, client(t, o), address); !fault.Is(err, fault.Unprocessable) {
		t.Errorf("got %v", err)
	}
	both := &rebinder{answers: [][]string{{"10.0.0.1", "127.0.0.1", "169.254.169.254"}}}
	o.Resolver = both.serve(t)
	if _, err := call(t, client(t, o), address); !fault.Is(err, fault.Unprocessable) || both.asked.Load() == 0 {
		t.Errorf("got %v", err)
	}
	if n := s.hits.Load(); n != 0 {
		t.Errorf("%d calls came through", n)
	}
	o.Networks = loopback
	if body, err := call(t, client(t, o), address); err != nil || body != "hello" {
		t.Errorf("with loopback allowed: %q, %v", body, err)
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	inner := open(t, false, hello)
	var to atomic.Value
	s := open(t, false, func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
		switch {
		case err != nil:
			http.Redirect(w, r, to.Load().(string), http.StatusFound)
		case n > 0:
			http.Redirect(w, r, "/"+strconv.Itoa(n-1), http.StatusTemporaryRedirect)
		default:
			hello(w, r)
		}
	})
	o := outgoing.Options{Hosts: []string{strings.TrimPrefix(s.URL, "http://")}}
	c := client(t, o)
	if body, err := call(t, c, s.URL+"/3"); err != nil || body != "hello" {
		t.Errorf("three redirects: %q, %v", body, err)
	}
	before := s.hits.Load()
	if _, err := call(t, c, s.URL+"/4"); !fault.Is(err, fault.Unprocessable) || s.hits.Load()-before != 4 {
		t.Errorf("four redirects: %v after %d calls", err, s.hits.Load()-before)
	}
	for _, target := range []string{
		inner.URL, strings.Replace(inner.URL, "127.0.0.1", "localhost", 1), strings.Replace(inner.URL, "127.0.0.1", "127.1", 1),
		"file:///etc/passwd", "ftp://shop.example/", "gopher://127.0.0.1:25/", "http://user@shop.example/", "http://shop.example:22/",
		"http://169.254.169.254/latest/meta-data/", "http://[::1]/",
	} {
		to.Store(target)
		if body, err := call(t, c, s.URL+"/away"); err == nil {
			t.Errorf("a redirect to %s gives %q", target, body)
		}
	}
	if n := inner.hits.Load(); n != 0 {
		t.Errorf("%d redirects came through", n)
	}
	o.Redirects = -1
	to.Store(inner.URL)
	res, err := client(t, o).Get(s.URL + "/away")
	if err != nil || res.StatusCode != http.StatusFound {
		t.Fatalf("without redirects: %v", err)
	}
	_ = res.Body.Close()
	o.Redirects = 1
	if _, err := call(t, client(t, o), s.URL+"/2"); !fault.Is(err, fault.Unprocessable) {
		t.Errorf("a second redirect where one is allowed: %v", err)
	}
}

func TestSecureSites(t *testing.T) {
	t.Parallel()
	plain := open(t, false, hello)
	s := open(t, true, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/down" {
			http.Redirect(w, r, plain.URL, http.StatusFound)
			return
		}
		hello(w, r)
	})
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	o := outgoing.Options{Ports: []int{s.port(t), plain.port(t)}, Networks: loopback, Roots: roots}
	if body, err := call(t, client(t, o), s.URL); err != nil || body != "hello" {
		t.Errorf("%q, %v", body, err)
	}
	if _, err := call(t, client(t, o), s.URL+"/down"); !fault.Is(err, fault.Unprocessable) || plain.hits.Load() != 0 {
		t.Errorf("from https to http: %v", err)
	}
	o.Roots = x509.NewCertPool()
	if _, err := call(t, client(t, o), s.URL); err == nil || !strings.Contains(outgoing.Plain(err).Error(), "certificate") {
		t.Errorf("a stranger's certificate: %v", err)
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	s := open(t, false, func(w http.ResponseWriter, r *http.Request) {
		switch n, err := strconv.Atoi(r.URL.Path[1:]); {
		case err != nil: // a bomb: a kilobyte that unpacks to a megabyte
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed.Bytes())
		case r.URL.RawQuery == "chunked":
			w.(http.Flusher).Flush()
			fallthrough
		default:
			_, _ = w.Write(make([]byte, n))
		}
	})
	c := client(t, outgoing.Options{Ports: []int{s.port(t)}, Networks: loopback, MaxBody: 5000})
	for path, want := range map[string]int{"/0": 0, "/4999": 4999, "/5000": 5000, "/5000?chunked": 5000,
		"/5001": -1, "/5001?chunked": -1, "/100000?chunked": -1, "/bomb": -1} {
		body, err := call(t, c, s.URL+path)
		switch {
		case want < 0 && (!fault.Is(err, fault.TooLarge) || len(body) > 5000):
			t.Errorf("%s: %d bytes, %v", path, len(body), err)
		case want >= 0 && (err != nil || len(body) != want):
			t.Errorf("%s: %d bytes, %v", path, len(body), err)
		}
	}
}

// A call that is not answered ends by itself; here, when the server has seen it
// and keeps silent.
func TestTimeout(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	s := open(t, false, func(http.ResponseWriter, *http.Request) { <-release })
	t.Cleanup(func() { close(release) })
	c := client(t, outgoing.Options{Ports: []int{s.port(t)}, Networks: loopback, Timeout: 50 * time.Millisecond})
	if _, err := call(t, c, s.URL); err == nil || !strings.Contains(outgoing.Plain(err).Error(), "in time") {
		t.Errorf("got %v", err)
	}
}

func TestNoCookiesNoProxy(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("http_proxy", "http://127.0.0.1:1")
	s := open(t, false, func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: "yes"})
		_, _ = io.WriteString(w, r.Header.Get("Cookie"))
	})
	names := &rebinder{answers: [][]string{{"127.0.0.1"}}}
	c := client(t, outgoing.Options{Ports: []int{s.port(t)}, Networks: loopback, Resolver: names.serve(t)})
	for range 2 {
		if body, err := call(t, c, s.named(t, "shop.example.")); err != nil || body != "" {
			t.Errorf("cookies %q, %v", body, err)
		}
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	gone := &rebinder{}
	o := outgoing.Options{Resolver: gone.serve(t)}
	_, err := call(t, client(t, o), "http://katie.shop.example./private?email=katie@example.com")
	if got := outgoing.Plain(err); got == nil || strings.Contains(got.Error(), "katie") || !strings.Contains(got.Error(), "does not exist") {
		t.Errorf("%v becomes %v", err, got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://shop.example/", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := client(t, o).Do(req)
	if err == nil {
		_ = res.Body.Close()
	}
	if got := outgoing.Plain(err); got == nil || !strings.Contains(got.Error(), "given up") {
		t.Errorf("%v becomes %v", err, got)
	}
	silent := open(t, false, func(w http.ResponseWriter, _ *http.Request) {
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			_ = conn.Close()
		}
	})
	_, err = call(t, client(t, outgoing.Options{Ports: []int{silent.port(t)}, Networks: loopback}), silent.URL)
	if got := outgoing.Plain(err); got == nil || strings.Contains(got.Error(), "127") {
		t.Errorf("%v becomes %v", err, got)
	}
	if outgoing.Plain(nil) != nil {
		t.Error("no error becomes one")
	}
}

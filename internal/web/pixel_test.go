package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// aPage is who posts: a page of the shop s1 in a person's browser.
var aPage = []string{"Origin", "https://www.atelier.example", "Content-Type", "text/plain;charset=UTF-8",
	"User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"}

func with(pairs []string, more ...string) []string {
	return append(append([]string{}, pairs...), more...)
}

func TestPixelReports(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, path, body string
		header           []string
		status           int
		taken            bool
	}{
		{"a page's", "/p/s1", `{"v":1}`, aPage, 204, true},
		{"another site's", "/p/s1", "{}", with(aPage, "Origin", "https://evil.example"), 403, false},
		{"nobody's page", "/p/s1", "{}", with(aPage, "Origin", ""), 403, false},
		{"a hidden origin", "/p/s1", "{}", with(aPage, "Origin", "null"), 403, false},
		{"another shop's page", "/p/s2", "{}", aPage, 403, false},
		{"no shop", "/p/nobody", "{}", aPage, 404, false},
		{"too large", "/p/s1", strings.Repeat("x", 64<<10+1), aPage, 413, false},
		{"a crawler", "/p/s1", "{}", with(aPage, "User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1)"), 204, false},
		{"a headless browser", "/p/s1", "{}", with(aPage, "User-Agent", "Mozilla/5.0 (X11) HeadlessChrome/140.0.0.0"), 204, false},
		{"a script", "/p/s1", "{}", with(aPage, "User-Agent", "curl/8.0"), 204, false},
		{"a page made ready ahead", "/p/s1", "{}", with(aPage, "Sec-Purpose", "prefetch;prerender"), 204, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := full()
			got := serve(t, m).do("POST", c.path, c.body, c.header...)
			got.expect(t, c.status)
			var want []string
			if c.taken {
				want = []string{"sight s1 " + c.body}
			}
			if diff := cmp.Diff(want, m.written()); diff != "" {
				t.Error(diff)
			}
			allowed := ""
			if c.taken {
				allowed = "https://www.atelier.example"
			}
			if h := got.Header.Get("Access-Control-Allow-Origin"); h != allowed {
				t.Errorf("readable by %q, want %q", h, allowed)
			}
			if got.Header.Get("Set-Cookie") != "" || got.Header.Get("Access-Control-Allow-Credentials") != "" || !strings.Contains(strings.Join(got.Header.Values("Vary"), ","), "Origin") {
				t.Errorf("headers %v", got.Header)
			}
		})
	}
}

func TestPixelSaysWhatToWaitFor(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	got := s.do("GET", "/p/s1", "", aPage...)
	got.expect(t, 200)
	if strings.TrimSpace(got.body) != `{"consent":"required"}` || got.Header.Get("Access-Control-Allow-Origin") != "https://www.atelier.example" {
		t.Errorf("%s %v", got.body, got.Header)
	}
	s.do("GET", "/p/s1", "", "Origin", "https://evil.example").expect(t, 403)
}

// One visitor, and one address, report at a rate.
func TestPixelIsPaced(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	visitor := func(n int) string { return `{"v":1,"i":"` + strings.Repeat(strconv.Itoa(n%10), 32) + `"}` }
	status := 0
	for range 9 {
		got := s.do("POST", "/p/s1", visitor(1), aPage...)
		if status = got.StatusCode; status != http.StatusNoContent && got.Header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("the ninth report at once was answered %d", status)
	}
	s.do("POST", "/p/s1", visitor(2), aPage...).expect(t, 204)
	for i := range 100 {
		status = s.do("POST", "/p/s1", visitor(i), aPage...).StatusCode
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("the hundredth report of an address was answered %d", status)
	}
}

func TestPixelScript(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	packed := s.do("GET", "/pixel.js", "", "Accept-Encoding", "gzip")
	packed.expect(t, 200)
	if len(packed.body) >= 3000 || packed.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("%d bytes are served, %v", len(packed.body), packed.Header)
	}
	r, err := gzip.NewReader(bytes.NewReader([]byte(packed.body)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	plain := s.do("GET", "/pixel.js", "", "Accept-Encoding", "identity")
	if plain.body != string(text) || plain.Header.Get("Content-Encoding") != "" {
		t.Error("packed and unpacked differ")
	}
	tag := packed.Header.Get("ETag")
	again := s.do("GET", "/pixel.js", "", "Accept-Encoding", "gzip", "If-None-Match", tag)
	again.expect(t, 304)
	if tag == "" || again.body != "" || !strings.Contains(packed.Header.Get("Cache-Control"), "max-age") || packed.Header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("%q %v", tag, packed.Header)
	}
}

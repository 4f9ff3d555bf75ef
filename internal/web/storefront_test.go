package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRestorePageShowsTheCartAndEscapes(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	r := s.do("GET", "/r/good", "", "User-Agent", "Mozilla/5.0")
	r.expect(t, http.StatusOK)
	r.has(t, "Atelier Nord", "Wool scarf", "€89.90", "Take me to my cart", `method="post" action="/r/good"`, `src="/assets/restore.js"`,
		"&lt;script&gt;alert(", `src="https://img.example/scarf.jpg"`)
	r.lacks(t, hostile, "javascript:alert(2)", "ada@example.com", "atelier.example/secret")
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex",
		"X-Content-Type-Options": "nosniff", "Set-Cookie": "",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	policy := r.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	if diff := cmp.Diff([]string{"click good Mozilla/5.0"}, s.memory.written()); diff != "" {
		t.Error(diff)
	}
}

func TestMachinesFetchingAheadAreNotClicks(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	head := s.do("HEAD", "/r/good", "")
	head.expect(t, http.StatusOK)
	if head.body != "" || head.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("HEAD: body %q, headers %v", head.body, head.Header)
	}
	s.do("GET", "/r/good", "", "Purpose", "prefetch").expect(t, http.StatusOK)
	s.do("GET", "/r/good", "", "Sec-Purpose", "prefetch;prerender").expect(t, http.StatusOK)
	s.do("GET", "/r/good", "", "X-Moz", "prefetch").expect(t, http.StatusOK)
	if w := s.memory.written(); len(w) > 0 {
		t.Errorf("written: %v", w)
	}
}

func TestRestoreGoesWhereTheEngineSays(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	// A form may come from anywhere: mail apps open pages in their own ways.
	r := s.do("POST", "/r/good?url=https://evil.example", "url=https://evil.example", "Content-Type", "application/x-www-form-urlencoded",
		"Sec-Fetch-Site", "cross-site", "Origin", "null")
	r.expect(t, http.StatusSeeOther)
	if got := r.Header.Get("Location"); got != "https://shop.example/cart/restore?key=1" {
		t.Errorf("Location %q", got)
	}
	bad := s.do("POST", "/r/hostile", "")
	bad.expect(t, http.StatusInternalServerError)
	if bad.Header.Get("Location") != "" {
		t.Error("a script address was given out")
	}
	for token, words := range map[string]string{"ordered": "already ordered", "expired": "too old", "empty": "cart is empty"} {
		for _, method := range []string{"GET", "POST"} {
			r := s.do(method, "/r/"+token, "")
			r.expect(t, http.StatusOK)
			r.has(t, words)
			r.lacks(t, "Take me to my cart", "restore.js")
		}
	}
}

func TestUnsubscribe(t *testing.T) {
	t.Parallel()
	multipart := "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n"
	form := "application/x-www-form-urlencoded"
	tests := []struct {
		name, body, kind, note string
		empty                  bool
		has                    string
	}{
		{"one click, urlencoded", "List-Unsubscribe=One-Click", form, "unsubscribe good", true, ""},
		{"one click, multipart", multipart, `multipart/form-data; boundary=b`, "unsubscribe good", true, ""},
		{"one click, broken body", "--b\r\nnonsense", `multipart/form-data; boundary=b`, "unsubscribe good", true, ""},
		{"one click, no body", "", "", "unsubscribe good", true, ""},
		{"the button", "page=1", form, "unsubscribe good", false, "will not send you emails about carts"},
		{"everything", "page=1&everything=1", form, "unsubscribe good everything", false, "any messages about carts"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, full())
			// Twice: it counts as once, and never redirects or sets a cookie.
			for range 2 {
				r := s.do("POST", "/u/good", tc.body, "Content-Type", tc.kind, "Sec-Fetch-Site", "cross-site", "Origin", "https://mail.example")
				r.expect(t, http.StatusOK)
				if (r.body == "") != tc.empty || r.Header.Get("Set-Cookie") != "" || r.Header.Get("Location") != "" {
					t.Errorf("body %q, headers %v", r.body, r.Header)
				}
				r.has(t, tc.has)
			}
			if diff := cmp.Diff([]string{tc.note, tc.note}, s.memory.written()); diff != "" {
				t.Error(diff)
			}
		})
	}
	s := serve(t, full())
	page := s.do("GET", "/u/good", "")
	page.has(t, "a•••@example.com", "Unsubscribe", "Stop all messages from this shop", `name="everything" value="1"`)
	page.lacks(t, "<script", "ada@example.com")
	s.do("GET", "/u/stopped", "").has(t, "already stopped")
	if w := s.memory.written(); len(w) > 0 {
		t.Errorf("showing the page wrote %v", w)
	}
}

func TestWhyTellsInWords(t *testing.T) {
	t.Parallel()
	r := serve(t, full()).do("GET", "/why/good", "")
	r.expect(t, http.StatusOK)
	r.has(t, "Why did I get this?", "3 November 2026 at 10:00 UTC", "you said yes", "shopify checkout", "consent.yes", `href="/u/good"`)
	r.lacks(t, "ada@example.com")
}

func TestUnknownTokensGetAFriendlyPage(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	for _, call := range [][2]string{{"GET", "/r/zz"}, {"POST", "/r/zz"}, {"GET", "/u/zz"}, {"POST", "/u/zz"}, {"GET", "/why/zz"}} {
		r := s.do(call[0], call[1], "")
		r.expect(t, http.StatusNotFound)
		r.has(t, "This link leads nowhere")
		if got := r.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/html") {
			t.Errorf("%v: content type %q", call, got)
		}
	}
	if w := s.memory.written(); len(w) > 0 {
		t.Errorf("written: %v", w)
	}
}

// Nothing on a page that knows next to nothing breaks or shows a gap.
func TestBarePagesHold(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	for _, path := range []string{"/r/bare", "/u/bare", "/why/bare"} {
		r := s.do("GET", path, "")
		r.expect(t, http.StatusOK)
		r.lacks(t, "%!", "0001", "<no value>", "ZgotmplZ")
	}
}

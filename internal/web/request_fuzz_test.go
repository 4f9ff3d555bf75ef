package web_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/cartograph-dev/cartograph/internal/web"
)

// handler is everything under one address, without a network.
func handler(f *testing.F, m *memory) http.Handler {
	f.Helper()
	e, err := web.New(web.Deps{
		Hook: m, Engine: m, Storefront: m, Pixel: m, Reader: m, Dashboard: m, Desk: m, Playbook: deskOf(m), Offers: deskOf(m), Insight: m, Acts: m, Who: m, Templates: m, TemplateFiles: m, Sessions: newSessions(),
		Ready: func(context.Context) error { return nil }, Metrics: http.NotFoundHandler(), Registry: prometheus.NewRegistry(),
		Version: "1.2.3", PublicURL: "https://cart.example", MaxBody: maxBody,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: func() time.Time { return noon },
	})
	if err != nil {
		f.Fatal(err)
	}
	return e
}

// ask sends a request whose path and query may be anything.
func ask(h http.Handler, method, path, query, body string, pairs ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/", strings.NewReader(body))
	r.URL = &url.URL{Path: path, RawQuery: query}
	r.RequestURI = r.URL.RequestURI()
	for i := 0; i < len(pairs); i += 2 {
		r.Header.Set(pairs[i], pairs[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// forget empties the record of writing calls, and gives what it held.
func (m *memory) forget() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	had := m.writes
	m.writes = nil
	return had
}

// isProblem demands that what is no success says so in our form, and is the
// caller's to mend.
func isProblem(t *testing.T, w *httptest.ResponseRecorder, allowed ...int) {
	t.Helper()
	var p struct {
		Code, Detail string
		Status       int
	}
	if !slices.Contains(allowed, w.Code) || json.Unmarshal(w.Body.Bytes(), &p) != nil || p.Code == "" || p.Status != w.Code {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
}

// FuzzQuery asks every list of the API with any query: a page, or a problem
// that names what to mend; never a failure of ours, a write or another shop's row.
func FuzzQuery(f *testing.F) {
	for _, q := range []string{
		"", "limit=1", "limit=200&cursor=1", "limit=0", "limit=-1", "limit=1e3", "limit=1&limit=2", "cursor=%zz", "state=abandoned", "state=%00", "cursor=" + strings.Repeat("x", 501),
		"limit=99999999999999999999", "limit=%31", "a;b=c", "state=open&state=ordered", "cart_id=other-cart", "channel=sms", "since=yesterday", "limit", "&&=&",
	} {
		f.Add(uint(3), q)
	}
	m := full()
	h := handler(f, m)
	lists := []string{"carts", "messages", "orders", "recoveries", "personas", "sequences", "templates", "quarantine", "reports/summary", "carts/c1/decisions", "carts/c1", "shoppers/p-ada"}
	f.Fuzz(func(t *testing.T, which uint, query string) {
		values, _ := url.ParseQuery(query)
		// The memory's own cursors are numbers, which the store's are not.
		if n, err := strconv.Atoi(values.Get("cursor")); err == nil && (n < 0 || n > 1000) || err != nil && strings.Trim(values.Get("cursor"), "+-0123456789") == "" && values.Get("cursor") != "" {
			return
		}
		path := "/api/v1/" + lists[which%uint(len(lists))]
		w := ask(h, http.MethodGet, path, query, "", key("key-one")...)
		if strings.Contains(w.Body.String(), "Mallory") || strings.Contains(w.Body.String(), "other-") && !strings.Contains(query, "other-") {
			t.Fatalf("%s?%s shows another shop: %s", path, query, w.Body)
		}
		if had := m.forget(); len(had) > 0 {
			t.Fatalf("%s?%s wrote %q", path, query, had)
		}
		if w.Code != http.StatusOK {
			isProblem(t, w, http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusNotFound)
			return
		}
		if !json.Valid(w.Body.Bytes()) {
			t.Fatalf("%s?%s: %s", path, query, w.Body)
		}
		if none := ask(h, http.MethodGet, path, query, ""); none.Code != http.StatusUnauthorized {
			t.Fatalf("without a key %s?%s answers %d", path, query, none.Code)
		}
	})
}

// FuzzLink opens and posts to links with any token, query and form: what does
// not exist is not found, what is asked for by GET changes nothing, and the
// token never becomes markup, a header or an address.
func FuzzLink(f *testing.F) {
	const form = "application/x-www-form-urlencoded"
	f.Add("good", "", "", form, "Mozilla/5.0")
	f.Add("good", "url=https://evil.example", "page=1&everything=1", form, "x")
	f.Add("../../carts", "", "List-Unsubscribe=One-Click", form, "")
	f.Add("<script>alert(1)</script>", "%zz", "--b\r\nContent-Disposition: form-data; name=\"everything\"\r\n\r\n1\r\n--b--\r\n", "multipart/form-data; boundary=b", "\x7f")
	f.Add("\r\nLocation: https://evil.example", "a;b", strings.Repeat("a=b&", 5000), form, strings.Repeat("x", 5000))
	f.Add("\xff\x00", "", "\x00", "multipart/form-data; boundary=", "é")
	m := full()
	h := handler(f, m)
	f.Fuzz(func(t *testing.T, token, query, body, kind, agent string) {
		for _, link := range []string{"r", "u", "why"} {
			path := "/" + link + "/" + token
			w := ask(h, http.MethodGet, path, query, "", "User-Agent", agent)
			// A raw click is a note of what happened, not a change.
			if had := m.forget(); len(had) > 1 || len(had) == 1 && !strings.HasPrefix(had[0], "click "+link+" ") {
				t.Fatalf("GET %s wrote %q", path, had)
			}
			harmless(t, w, path, token)

			w = ask(h, http.MethodPost, path, query, body, "User-Agent", agent, "Content-Type", kind)
			had := m.forget()
			harmless(t, w, path, token)
			if to := w.Header().Get("Location"); to != "" && (link != "r" || to != "https://shop.example/cart/restore?key=1") {
				t.Fatalf("POST %s leads to %q", path, to)
			}
			if _, there := m.pages[token]; !there && len(had) > 0 {
				t.Fatalf("POST %s wrote %q", path, had)
			}
		}
	})
}

// harmless holds an answer to a shopper against what the token tried.
func harmless(t *testing.T, w *httptest.ResponseRecorder, path, token string) {
	t.Helper()
	// The fixture's hostile address is refused as our failure.
	if w.Code >= 500 && token != "hostile" {
		t.Fatalf("%q answers %d: %s", path, w.Code, w.Body)
	}
	if strings.ContainsAny(token, `<>"`) && len(token) > 3 && strings.Contains(w.Body.String(), token) {
		t.Fatalf("%q is in the page: %s", token, w.Body)
	}
	for name, values := range w.Header() {
		for _, v := range values {
			if strings.ContainsAny(v, "\r\n") || name != "Location" && len(token) > 8 && strings.Contains(v, token) {
				t.Fatalf("%s: %q for %q", name, v, path)
			}
		}
	}
}

// FuzzEvents posts any body to the events API: every event is answered for, or
// the whole body is refused, and nothing that was refused is written.
func FuzzEvents(f *testing.F) {
	f.Add(`[{"event":"Cart Updated"},{"event":"again"},{}]`, "application/json")
	f.Add(`{"event":"x"}`, "text/plain")
	f.Add("", "")
	f.Add(`[[`, "application/cbor")
	f.Add(strings.Repeat("[", 5000), "application/json; charset=\xff")
	m := full()
	h := handler(f, m)
	f.Fuzz(func(t *testing.T, body, kind string) {
		w := ask(h, http.MethodPost, "/api/v1/events", "", body, append(key("key-one"), "Content-Type", kind)...)
		had := m.forget()
		if w.Code != http.StatusOK {
			isProblem(t, w, http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
			if len(had) > 0 {
				t.Fatalf("refused, and written: %q", had)
			}
			return
		}
		var taken struct {
			Accepted, Duplicate, Rejected int
			Results                       []json.RawMessage
		}
		if err := json.Unmarshal(w.Body.Bytes(), &taken); err != nil || len(taken.Results) != taken.Accepted+taken.Duplicate+taken.Rejected || taken.Accepted != len(had) {
			t.Fatalf("%d written, answered %s (%v)", len(had), w.Body, err)
		}
		if len(body) > maxBody {
			t.Fatalf("%d bytes were taken in, the cap is %d", len(body), maxBody)
		}
	})
}

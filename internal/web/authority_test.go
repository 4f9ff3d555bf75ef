package web_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/web"
	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"
)

// routesOf are all addresses but those of HEAD, which are answered as GET is.
func (s *site) routesOf(kinds ...web.Authority) []*echo.Route {
	var out []*echo.Route
	for _, r := range s.echo.Routes() {
		kind, _, _ := strings.Cut(r.Name, " ")
		if r.Method != http.MethodHead && (len(kinds) == 0 || slices.Contains(kinds, web.Authority(kind))) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b *echo.Route) int { return strings.Compare(a.Path+a.Method, b.Path+b.Method) })
	return out
}

// a parameter of an address, as the router writes it.
var parameter = regexp.MustCompile(`:[a-z_]+`)

// ofTemplate names a template that both shops have.
var ofTemplate = strings.NewReplacer(":key", "cart-reminder", ":channel", "email", ":locale", "en", ":version", "1")

// example is an address of a route, with things of the shop s1.
func example(r *echo.Route) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(r.Path, "/api/v1"), "/"), "/")
	id := map[string]string{
		"carts": "c1", "messages": "m1", "shoppers": "p-ada", "quarantine": "q3", "assets": "cartograph.css", "webhooks": "shopify",
		"setup": "unknown", "reset": "unknown", "invitation": "unknown", "overview": "days", "inbox": "t1",
		"personas": "value-conscious", "sequences": "cart-value-conscious", "codes": "spring", "r": "good", "u": "good", "why": "good", "sign-in": "unknown",
	}[first]
	if first == "settings" {
		id = map[string]string{"channels": "email", "people": "ed", "keys": "k1", "invitations": "i1", "webhooks": "5-1000"}[section(r.Path)]
	}
	address := r.Path
	if first == "templates" {
		if address = ofTemplate.Replace(address); strings.HasSuffix(address, "/return") {
			address = strings.Replace(address, reminderName.String(), retiredName.String(), 1)
		}
	}
	path := parameter.ReplaceAllStringFunc(address, func(p string) string {
		if p == ":shop_id" || id == "" {
			return "s1"
		}
		return id
	})
	return path
}

// section is the second part of an address: "/settings/people" → "people".
func section(path string) string {
	parts := strings.Split(path, "/")
	if len(parts) < 3 {
		return ""
	}
	return parts[2]
}

var bodies = map[string]string{
	"/shoppers/:id/identity/look": "what=apart&name=n-ada&other=n-phone", "/shoppers/:id/identity/say": "what=apart&name=n-ada&other=n-phone", "/shoppers/:id/identity/back": "word=w1",
	"/api/v1/shoppers/:id/rulings": `{"name":"n-ada","other":"n-phone","same":false}`,
	"/shoppers/:id/erase":          "sure=1", "/search": "q=mallory%40other.example",
	"/api/v1/erasures": `{"email":"mallory@other.example"}`, "/api/v1/shoppers/find": `{"email":"mallory@other.example"}`,
	"/api/v1/consents": `{"email":"mallory@other.example","channel":"email","answer":"yes"}`,
	"/api/v1/templates/:key/:channel/:locale/draft": `{"subject":"s","body":"<p>b</p>"}`, "/api/v1/templates/:key/:channel/:locale/publish": `{"revision":"r"}`,
	"/api/v1/templates/:key/:channel/:locale/retire": `{"version":1}`,
	"/api/v1/shop/settings":                          `{"settings":{"abandon_after":"45m"}}`,
	"/api/v1/personas/:key":                          `{"name":"N","rule":"true"}`, "/api/v1/personas/:key/move": `{"place":1}`, "/api/v1/sequences/:key/publish": `{"revision":7}`,
	"/api/v1/sequences/:key/draft": `{"stage":"purchase","trigger":"cart_abandoned","steps":[{"after":"1h","channels":["email"],"template":"cart-reminder"}]}`,
	"/api/v1/offers/:stock/codes":  `{"codes":["A-1"]}`,
	"/api/v1/events":               `{"event":"Cart Viewed"}`, "/api/v1/playbook": "personas: []", "/webhooks/:platform/:shop_id": `{}`,
}

func TestEveryRouteDeclaresItsAuthority(t *testing.T) {
	t.Parallel()
	known := []string{
		string(web.Signature), string(web.Token), string(web.Visitor), string(web.Viewer), string(web.Editor), string(web.Owner), string(web.Page), string(web.Anybody),
	}
	for _, s := range access.Scopes() {
		known = append(known, string(web.Key)+" "+string(s))
	}
	all := serve(t, full()).echo.Routes()
	if len(all) < 60 {
		t.Errorf("there are only %d routes", len(all))
	}
	for _, r := range all {
		if !slices.Contains(known, r.Name) {
			t.Errorf("%s %s declares no authority: %q", r.Method, r.Path, r.Name)
		}
		if head := r.Method == http.MethodHead; head && !slices.ContainsFunc(all, func(g *echo.Route) bool {
			return g.Method == http.MethodGet && g.Path == r.Path && g.Name == r.Name
		}) {
			t.Errorf("HEAD %s needs %q, and its GET something else", r.Path, r.Name)
		}
		public := []web.Authority{web.Anybody, web.Visitor, web.Signature, web.Token}
		if strings.HasPrefix(r.Path, "/api/") && slices.Contains(public, web.Authority(r.Name)) {
			t.Errorf("%s is open to %s", r.Path, r.Name)
		}
	}
}

// What changes something needs more than to look at it.
func TestChangingNeedsMoreThanLooking(t *testing.T) {
	t.Parallel()
	// One's own password and sessions are everybody's own.
	// A search changes nothing; it is posted to keep what people type out of logs.
	own := []string{"/sign-out/everywhere", "/account/password", "/switch", "/search"}
	for _, r := range serve(t, full()).routesOf(web.Viewer, web.Key) {
		if r.Method != http.MethodGet && (r.Name == string(web.Viewer) || r.Name == "key read") && !slices.Contains(own, r.Path) {
			t.Errorf("%s %s needs only %q", r.Method, r.Path, r.Name)
		}
	}
}

// Every page and button is tried by people of each role, by a stranger and by
// somebody who is in no shop.
func TestRolesAtEveryRoute(t *testing.T) {
	t.Parallel()
	rank := map[web.Authority]int{web.Viewer: 1, web.Editor: 2, web.Owner: 3}
	people := map[string]int{"in-vera": 1, "in-ed": 2, "in-ada": 3}
	tried := 0
	for _, r := range serve(t, full()).routesOf(web.Viewer, web.Editor, web.Owner) {
		for link, has := range people {
			m := full()
			in := serve(t, m, overHTTP).as(link)
			before := len(m.written())
			got := in.do(r.Method, example(r), "")
			tried++
			allowed := has >= rank[web.Authority(r.Name)]
			if refused := got.StatusCode == http.StatusForbidden; refused == allowed || got.StatusCode >= 500 || got.StatusCode == http.StatusNotFound {
				t.Errorf("%s %s by %s: %d", r.Method, r.Path, link, got.StatusCode)
			}
			if changed := len(m.written()) > before; changed && !allowed {
				t.Errorf("%s %s by %s changed something", r.Method, r.Path, link)
			}
		}
		m := full()
		s := serve(t, m, overHTTP)
		stranger := s.do(r.Method, example(r), "")
		if stranger.StatusCode != http.StatusSeeOther || !strings.HasPrefix(stranger.Header.Get("Location"), "/sign-in") || len(m.written()) > 0 {
			t.Errorf("%s %s by a stranger: %d, %v", r.Method, r.Path, stranger.StatusCode, m.written())
		}
		s.as("in-nobody").do(r.Method, example(r), "").expect(t, http.StatusNotFound)
	}
	if tried < 40 {
		t.Errorf("only %d were tried", tried)
	}
}

// Every operation is tried with a key of each single scope.
func TestScopesAtEveryOperation(t *testing.T) {
	t.Parallel()
	m := full()
	s := serve(t, m)
	for _, r := range s.routesOf(web.Key) {
		body := bodies[r.Path]
		for _, scope := range access.Scopes() {
			before := len(m.written())
			got := s.do(r.Method, example(r), body, key("key-one:"+string(scope))...)
			allowed := r.Name == string(web.Key)+" "+string(scope)
			if refused := got.StatusCode == http.StatusForbidden; refused == allowed || got.StatusCode >= 500 {
				t.Errorf("%s %s with %s: %d %s", r.Method, r.Path, scope, got.StatusCode, got.body)
			}
			if !allowed && len(m.written()) > before {
				t.Errorf("%s %s with %s changed something", r.Method, r.Path, scope)
			}
		}
		s.do(r.Method, example(r), body).expect(t, http.StatusUnauthorized)
		s.do(r.Method, example(r), body, key("invented")...).expect(t, http.StatusUnauthorized)
	}
	s.do("GET", "/api/v1/carts", "", key("key-one:events:write")...).has(t, `"code":"forbidden"`, "the scope read")
}

// Every button refuses forms of other sites, whatever the browser tells of them.
func TestEveryFormIsOurs(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, r := range serve(t, full()).routesOf(web.Visitor, web.Viewer, web.Editor, web.Owner) {
		if r.Method == http.MethodGet {
			continue
		}
		m := full()
		in := serve(t, m, overHTTP).as("in-ada")
		before := m.written()
		for _, from := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
			in.do(r.Method, example(r), "", from...).expect(t, http.StatusForbidden)
			tried++
		}
		if diff := cmp.Diff(before, m.written()); diff != "" {
			t.Errorf("%s %s changed something: %s", r.Method, r.Path, diff)
		}
	}
	if tried < 24 {
		t.Errorf("only %d were tried", tried)
	}
}

// inline is what the policy forbids: scripts and styles within a page.
var inline = regexp.MustCompile(`(?i)<script(?:\s[^>]*)?>\s*[^<\s]|<style|\sstyle=|\son[a-z]+=|javascript:`)

// headersOf gives what every answer of a route carries. Pages of merchants are
// framed by nobody, an email's preview by ourselves and with nothing that runs.
func headersOf(r *echo.Route, https bool) map[string]string {
	h := map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin", "Strict-Transport-Security": "",
		"Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()", "Cache-Control": "no-store",
	}
	if https {
		h["Strict-Transport-Security"] = "max-age=31536000"
	}
	switch {
	case r.Name == string(web.Token):
		// The address holds a token: nobody is told it.
		h["Referrer-Policy"] = "no-referrer"
	case strings.HasPrefix(r.Path, "/assets/"), r.Path == "/favicon.ico", r.Path == "/pixel.js":
		delete(h, "Cache-Control")
	}
	return h
}

func checkHeaders(t *testing.T, r *echo.Route, got reply, https bool) {
	t.Helper()
	want := headersOf(r, https)
	policy := got.Header.Get("Content-Security-Policy")
	if strings.HasPrefix(policy, "sandbox; default-src 'none'; style-src 'unsafe-inline'; ") && strings.HasSuffix(r.Path, "/preview") {
		want["X-Frame-Options"], want["Referrer-Policy"] = "SAMEORIGIN", "no-referrer"
	} else if !strings.Contains(policy, "frame-ancestors 'none'") || !strings.Contains(policy, "default-src '") || strings.Contains(policy, "unsafe") {
		t.Errorf("%s %s: the policy is %q", r.Method, r.Path, policy)
	} else if found := inline.FindString(got.body); found != "" && strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") {
		t.Errorf("%s %s: %q is within the page", r.Method, r.Path, found)
	}
	for name, value := range want {
		if h := got.Header.Get(name); h != value {
			t.Errorf("%s %s: %s is %q, want %q", r.Method, r.Path, name, h, value)
		}
	}
}

// Every answer of every route carries the headers, also refusals, for the
// right person and for a stranger.
func TestSecureHeadersEverywhere(t *testing.T) {
	t.Parallel()
	strangers := serve(t, full())
	in := serve(t, full(), overHTTP).as("in-ada")
	for _, r := range strangers.routesOf() {
		checkHeaders(t, r, strangers.do(r.Method, example(r), bodies[r.Path], "Accept", "text/html"), true)
		checkHeaders(t, r, in.do(r.Method, example(r), bodies[r.Path], append(key("key-one"), "Accept", "text/html")...), false)
		if strings.HasPrefix(r.Path, "/sign-out") {
			in = serve(t, full(), overHTTP).as("in-ada")
		}
	}
	checkHeaders(t, &echo.Route{Method: "GET", Path: "/nowhere"}, strangers.do("GET", "/nowhere", "", "Accept", "text/html"), true)
}

// A key that asks too often is told how long to wait; others are not slowed down.
func TestKeysAreKeptToTheirRate(t *testing.T) {
	t.Parallel()
	clock := noon
	s := serve(t, full(), func(d *web.Deps) { d.APIRate, d.Now = 2, func() time.Time { return clock } })
	for range 8 {
		s.do("GET", "/api/v1/carts", "", key("key-one")...).expect(t, http.StatusOK)
	}
	r := s.do("GET", "/api/v1/carts", "", key("key-one")...)
	r.expect(t, http.StatusTooManyRequests)
	var p struct{ Code, Detail, Remedy string }
	if err := json.Unmarshal([]byte(r.body), &p); err != nil || p.Code != "throttled" || r.Header.Get("Retry-After") != "1" || r.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s, Retry-After %q", r.body, r.Header.Get("Retry-After"))
	}
	s.do("GET", "/api/v1/carts", "", key("key-two")...).expect(t, http.StatusOK)
	clock = clock.Add(500 * time.Millisecond)
	s.do("GET", "/api/v1/carts", "", key("key-one")...).expect(t, http.StatusOK)
	s.do("GET", "/api/v1/carts", "", key("key-one")...).expect(t, http.StatusTooManyRequests)
	clock = clock.Add(-time.Hour)
	s.do("GET", "/api/v1/carts", "", key("key-one")...).expect(t, http.StatusTooManyRequests)
}

// What is done is known by who did it: a person, or a key.
func TestActorsAreNoted(t *testing.T) {
	t.Parallel()
	m := full()
	s := serve(t, m, overHTTP)
	s.as("in-ed").do("POST", "/quarantine/replay", "").expect(t, http.StatusSeeOther)
	s.do("POST", "/api/v1/quarantine/replay", "", key("key-one")...).expect(t, http.StatusOK)
	if diff := cmp.Diff([]access.Actor{{Kind: access.ByUser, ID: "ed"}, {Kind: access.ByKey, ID: "key-one"}}, m.actors); diff != "" {
		t.Error(diff)
	}
}

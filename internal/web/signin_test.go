package web_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/web"
	"github.com/google/go-cmp/cmp"
)

// form is the body of a sign-in.
func form(email, password string) string {
	return url.Values{"email": {email}, "password": {password}}.Encode()
}

var asForm = []string{"Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin"}

func TestSignInWithPassword(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	s.do("GET", "/sign-in", "").has(t, `action="/sign-in"`, `type="password"`, `autocomplete="current-password"`, `autocomplete="username"`, "cartograph user create")
	r := s.do("POST", "/sign-in", form("ada@example.com", "password of ada"), asForm...)
	r.expect(t, http.StatusSeeOther)
	cookie := r.Cookies()[0]
	if r.Header.Get("Location") != "/" || !cookie.HttpOnly || !cookie.Secure || cookie.Name != "__Host-cartograph_session" || cookie.SameSite != http.SameSiteLaxMode {
		t.Errorf("to %q with %+v", r.Header.Get("Location"), cookie)
	}
}

func TestRefusedSignInSaysOneThing(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	var pages []string
	for _, who := range []string{"ada@example.com", "unknown@example.com"} {
		r := s.do("POST", "/sign-in", form(who, "hunter2-hunter2"), asForm...)
		r.expect(t, http.StatusUnauthorized)
		r.has(t, `role="alert"`, "They do not belong together", `value="`+who+`"`)
		r.lacks(t, "hunter2")
		if len(r.Cookies()) > 0 {
			t.Error("a refused sign-in gave a cookie")
		}
		pages = append(pages, strings.ReplaceAll(r.body, who, ""))
	}
	if diff := cmp.Diff(pages[0], pages[1]); diff != "" {
		t.Errorf("a known account is answered differently: %s", diff)
	}
	s.do("POST", "/sign-in", form(`"><script>alert(1)</script>`, "x"), asForm...).lacks(t, "<script>alert")
	late := s.do("POST", "/sign-in", form("ada@example.com", "x"), asForm...)
	late.expect(t, http.StatusTooManyRequests)
	late.has(t, "Too many sign-ins failed")
	if late.Header.Get("Retry-After") != "90" {
		t.Errorf("Retry-After %q", late.Header.Get("Retry-After"))
	}
	// A password in the address would be in logs: it is not even read.
	s.do("POST", "/sign-in?"+form("ada@example.com", "password of ada"), "", asForm...).expect(t, http.StatusTooManyRequests)
	s.do("POST", "/sign-in", form("ada@example.com", strings.Repeat("x", 1<<20)), asForm...).expect(t, http.StatusRequestEntityTooLarge)
}

// A session that somebody planted is worth nothing after signing in.
func TestSignInStartsAFreshSession(t *testing.T) {
	t.Parallel()
	s := serve(t, full(), overHTTP)
	eve := s.as("in-eve")
	planted := eve.cookies()[0]
	r := s.do("POST", "/sign-in", form("ada@example.com", "password of ada"), append(asForm, "Cookie", planted.String())...)
	r.expect(t, http.StatusSeeOther)
	if fresh := r.Cookies()[0]; fresh.Value == planted.Value || fresh.Value == "" {
		t.Error("the session went on under the planted token")
	}
	eve.do("GET", "/", "").expect(t, http.StatusSeeOther)
	if len(s.sessions.rows) != 1 {
		t.Errorf("%d sessions are stored", len(s.sessions.rows))
	}
}

// A new password, or the button, ends the sessions of all devices.
func TestSignOutEverywhere(t *testing.T) {
	t.Parallel()
	m := full()
	m.links["in-ada-too"] = "ada"
	s := serve(t, m, overHTTP)
	phone, desk, eve := s.as("in-ada"), s.as("in-ada-too"), s.as("in-eve")
	r := phone.do("POST", "/sign-out/everywhere", "", "Sec-Fetch-Site", "same-origin")
	r.expect(t, http.StatusSeeOther)
	for _, in := range []*site{phone, desk} {
		in.do("GET", "/", "").expect(t, http.StatusSeeOther)
	}
	eve.do("GET", "/", "").expect(t, http.StatusOK)
	// Somebody who is gone is signed out, not failed.
	m.mu.Lock()
	delete(m.users, "eve")
	m.mu.Unlock()
	eve.do("GET", "/", "").expect(t, http.StatusSeeOther)
}

// A new password takes the current one, ends all other sessions, and leaves
// this one under a fresh token.
func TestChangingOnesPassword(t *testing.T) {
	t.Parallel()
	m := full()
	m.links["in-ada-too"] = "ada"
	s := serve(t, m, overHTTP)
	desk, phone := s.as("in-ada"), s.as("in-ada-too")
	desk.do("GET", "/account", "").has(t, "ada@example.com", "owner of Atelier Nord", `autocomplete="new-password"`)
	change := func(current, next string) reply {
		return desk.do("POST", "/account/password", url.Values{"current": {current}, "new": {next}}.Encode(), asForm...)
	}
	wrong := change("wrong-wrong-wrong", "plover-kettle-9")
	wrong.expect(t, http.StatusUnauthorized)
	wrong.has(t, `role="alert"`, "The current password is not right")
	wrong.lacks(t, "plover", "wrong-wrong")
	change("password of ada", "short").expect(t, http.StatusUnprocessableEntity)
	before := desk.cookies()[0].Value
	done := change("password of ada", "plover-kettle-9")
	done.expect(t, http.StatusSeeOther)
	if desk.cookies()[0].Value == before {
		t.Error("the session goes on under the same token")
	}
	desk.do("GET", done.Header.Get("Location"), "").has(t, "The password is set")
	phone.do("GET", "/account", "").expect(t, http.StatusSeeOther)
}

// The client's address is the connection's, unless a trusted proxy names another.
func TestClientAddress(t *testing.T) {
	t.Parallel()
	local := netip.MustParsePrefix("127.0.0.0/8")
	for name, c := range map[string]struct {
		trusted []netip.Prefix
		header  string
		want    string
	}{
		"nobody is trusted":             {nil, "203.0.113.9", "127.0.0.1"},
		"another proxy is trusted":      {[]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, "203.0.113.9", "127.0.0.1"},
		"a trusted proxy":               {[]netip.Prefix{local}, "203.0.113.9", "203.0.113.9"},
		"what a client put before":      {[]netip.Prefix{local}, "198.51.100.1, 203.0.113.9", "203.0.113.9"},
		"a chain of trusted proxies":    {[]netip.Prefix{local, netip.MustParsePrefix("10.0.0.0/8")}, "198.51.100.1, 203.0.113.9, 10.1.1.1", "203.0.113.9"},
		"a private address is a client": {[]netip.Prefix{local}, "192.168.1.7", "192.168.1.7"},
		"nonsense":                      {[]netip.Prefix{local}, "not an address", "127.0.0.1"},
		"no header":                     {[]netip.Prefix{local}, "", "127.0.0.1"},
	} {
		m := full()
		s := serve(t, m, func(d *web.Deps) { d.TrustedProxies = c.trusted })
		pairs := asForm
		if c.header != "" {
			pairs = append(pairs[:len(pairs):len(pairs)], "X-Forwarded-For", c.header, "X-Real-IP", "198.51.100.77")
		}
		s.do("POST", "/sign-in", form("ada@example.com", "x"), pairs...)
		if diff := cmp.Diff([]string{c.want}, m.tried); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAuditPageIsForOwners(t *testing.T) {
	t.Parallel()
	s := serve(t, full(), overHTTP)
	page := s.as("in-ada").do("GET", "/audit", "")
	page.expect(t, http.StatusOK)
	page.has(t, "ada@example.com", "created an API key", "plugin", "scopes: read", "Audit log")
	page.lacks(t, hostile, "other-audit")
	s.as("in-ed").do("GET", "/", "").lacks(t, `href="/audit"`)
	vera := s.as("in-vera")
	vera.do("GET", "/quarantine", "").lacks(t, "Replay all")
	vera.do("GET", "/quarantine/q3", "").lacks(t, "Replay this event")
	vera.do("GET", "/account", "").has(t, "vera@example.com", "viewer of Atelier Nord")
	s.do("GET", "/api/v1/audit", "", key("key-one")...).has(t, `"action":"key.created"`, `"actor_kind":"user"`, `"actor":"ada"`)
}

package web_test

import (
	"net/http"
	"net/http/cookiejar"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The first page makes the owner once, and only with its token.
func TestFirstPage(t *testing.T) {
	t.Parallel()
	m := full()
	m.setup, m.unfounded = "right-token", true
	s := serve(t, m, overHTTP)
	s.do("GET", "/setup/wrong", "").expect(t, http.StatusNotFound)
	s.post("/setup/wrong", "email", "me@example.com", "password", "plover-kettle-9-tundra").expect(t, http.StatusNotFound)
	s.do("GET", "/sign-in", "").has(t, "Nobody has an account here yet")
	s.do("GET", "/setup/right-token", "").has(t, "Welcome to Cartograph", `name="platform"`)
	bad := s.post("/setup/right-token", "email", "me@example.com", "password", "short", "name", "My Shop")
	bad.expect(t, http.StatusUnprocessableEntity)
	bad.has(t, "Nothing was saved", `value="My Shop"`, "password-trouble")
	bad.lacks(t, `value="short"`)
	in := s.post("/setup/right-token", "email", "me@example.com", "password", "plover-kettle-9-tundra", "name", "My Shop")
	in.expect(t, http.StatusSeeOther)
	if to := in.Header.Get("Location"); to != "/start" || len(in.Cookies()) != 1 {
		t.Errorf("led to %q with %d cookies", to, len(in.Cookies()))
	}
	s.do("GET", "/setup/right-token", "").expect(t, http.StatusNotFound)
	s.post("/setup/right-token", "email", "me@example.com", "password", "plover-kettle-9-tundra").expect(t, http.StatusNotFound)
	if diff := cmp.Diff([]string{"set up My Shop"}, m.written()); diff != "" {
		t.Error(diff)
	}
}

// Asking for a new password is answered alike for everybody, and bounded.
func TestAskingForANewPassword(t *testing.T) {
	t.Parallel()
	m := full()
	s := serve(t, m)
	known := s.post("/forgot", "email", "ada@example.com")
	unknown := s.post("/forgot", "email", "nobody@example.com")
	known.expect(t, http.StatusOK)
	if known.body != unknown.body || known.StatusCode != unknown.StatusCode {
		t.Error("the answers differ")
	}
	known.has(t, "If somebody here has this address", "cartograph user create")
	s.post("/forgot", "email", "ada@example.com").expect(t, http.StatusOK)
	late := s.post("/forgot", "email", "ada@example.com")
	late.expect(t, http.StatusTooManyRequests)
	if late.Header.Get("Retry-After") != "60" {
		t.Errorf("Retry-After %q", late.Header.Get("Retry-After"))
	}
}

// A link for a new password is not used up by looking, nor by a bad password.
func TestResettingThePassword(t *testing.T) {
	t.Parallel()
	m := full()
	s := serve(t, m, overHTTP)
	in := s.as("in-ada")
	s.do("GET", "/reset/good", "").has(t, "New password")
	s.post("/reset/good", "password", "short").expect(t, http.StatusUnprocessableEntity)
	done := s.post("/reset/good", "password", "plover-kettle-9-tundra")
	done.expect(t, http.StatusSeeOther)
	if done.Header.Get("Location") != "/sign-in?new=1" || len(done.Cookies()) != 0 {
		t.Errorf("led to %q", done.Header.Get("Location"))
	}
	s.do("GET", "/sign-in?new=1", "").has(t, "Your new password is set")
	s.post("/reset/good", "password", "plover-kettle-9-tundra").expect(t, http.StatusNotFound)
	// Sessions of before are over.
	in.do("GET", "/", "").expect(t, http.StatusSeeOther)
}

// Somebody new joins with a password of their own; who has an account joins as
// themself only, whatever the link's holder types.
func TestInvitations(t *testing.T) {
	t.Parallel()
	const fresh, known = "/invitation/NEWNEWNEWNEWNEWNEWNEWNEW22", "/invitation/BOBBOBBOBBOBBOBBOBBOBBOB22"
	m := full()
	s := serve(t, m, overHTTP)
	s.do("GET", fresh, "").has(t, "Join Atelier Nord", "new@example.com", `type="password"`)
	s.post(fresh, "password", "short").expect(t, http.StatusUnprocessableEntity)
	s.post(fresh, "password", "plover-kettle-9-tundra").expect(t, http.StatusSeeOther)
	s.do("GET", fresh, "").expect(t, http.StatusNotFound)

	s.do("GET", known, "").has(t, "has an account already", "/sign-in?then="+known)
	s.post(known, "password", "plover-kettle-9-tundra").expect(t, http.StatusConflict)
	s.as("in-ed").post(known).expect(t, http.StatusForbidden)
	signIn := s.do("GET", "/sign-in?then="+known, "")
	signIn.has(t, "Sign in to see your invitation", `name="then" value="`+known+`"`)
	back := s.post("/sign-in", "email", "bob@example.com", "password", "password of bob", "then", known)
	if back.Header.Get("Location") != known {
		t.Errorf("led to %q", back.Header.Get("Location"))
	}
	bob := s.as("in-bob")
	bob.do("GET", known, "").has(t, `<button type="submit">Join</button>`)
	bob.post(known).expect(t, http.StatusSeeOther)
	want := []string{"join s1", "sign in ed", "sign in bob", "join s1 as bob"}
	if diff := cmp.Diff(want, m.written()); diff != "" {
		t.Error(diff)
	}
}

// Only an invitation or a page of ours is gone on to after signing in.
func TestSigningInLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	for _, then := range []string{"https://evil.example/", "//evil.example/invitation/AAAAAAAAAAAAAAAAAAAAAAAA", "/invitation/../settings", "/oidc/start", "/carts/..//evil.example", "/invitation/AAAAAAAAAAAAAAAAAAAAAAAA?x=//e", "\\\\evil.example"} {
		s := serve(t, full(), overHTTP)
		s.do("GET", "/sign-in?then="+then, "").lacks(t, `name="then"`)
		got := s.post("/sign-in", "email", "ada@example.com", "password", "password of ada", "then", then)
		if to := got.Header.Get("Location"); to != "/" {
			t.Errorf("%q leads to %q", then, to)
		}
	}
}

// The way to an identity provider and back: state, nonce and verifier stay in
// the session, a GET signs nobody in, and an attempt is good for one answer.
func TestSingleSignOn(t *testing.T) {
	t.Parallel()
	m := full()
	s := serve(t, m, overHTTP)
	s.do("GET", "/sign-in", "").lacks(t, "/oidc/start")
	s.post("/oidc/start").expect(t, http.StatusNotFound)
	m.single = "Example ID"
	s.do("GET", "/sign-in", "").has(t, "Sign in with Example ID")
	in := s.browser()
	out := in.post("/oidc/start")
	out.expect(t, http.StatusOK)
	out.lacks(t, `"no"`, `"ve"`)
	if got := out.Header.Get("Refresh"); got != "0; url=https://id.example/authorize?state=st" {
		t.Errorf("led to %q", got)
	}
	in.do("GET", "/oidc/callback?error=access_denied&state=st", "").has(t, "did not let you in")
	back := in.do("GET", "/oidc/callback?code=good&state=st", "")
	back.expect(t, http.StatusOK)
	back.has(t, `name="code" value="good"`, "/assets/carry-on.js")
	in.do("GET", "/", "").expect(t, http.StatusSeeOther)
	// Another browser holds no attempt.
	s.browser().post("/oidc/callback", "state", "st", "code", "good").expect(t, http.StatusUnauthorized)
	done := in.post("/oidc/callback", "state", "st", "code", "good")
	done.expect(t, http.StatusSeeOther)
	in.do("GET", "/", "").expect(t, http.StatusOK)
	in.post("/oidc/callback", "state", "st", "code", "good").expect(t, http.StatusUnauthorized)
	if diff := cmp.Diff([]string{"single sign-on"}, m.written()); diff != "" {
		t.Error(diff)
	}
}

// browser gives a client of its own, with cookies and without a session.
func (s *site) browser() *site {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	in := *s
	in.client = &http.Client{Jar: jar, CheckRedirect: s.client.CheckRedirect, Transport: s.client.Transport}
	return &in
}

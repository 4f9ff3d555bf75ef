package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/web"
)

// pages are every page of the dashboard, with what the fixture shop has.
var pages = []string{
	"/", "/carts", "/carts?state=abandoned", "/carts/c1", "/carts/c2", "/carts/c3", "/messages", "/messages?state=delivered",
	"/messages/m1", "/messages/m2", "/messages/m3", "/messages/m1/preview", "/decisions", "/orders", "/recoveries", "/personas",
	"/carts/c1/why", "/carts/c3/why", "/quarantine", "/quarantine/q3", "/quarantine/q1", "/sender", "/templates", "/templates/words", "/templates/import", "/templates/cart-reminder/email/en", "/templates/cart-reminder/sms/en",
	"/templates/cart-reminder/email/en/versions", "/templates/cart-reminder/email/en/versions/1", "/messages?state=left&channel=email&since=2026-11-02T12:00:00Z&late=1s",
}

func TestSignInWorksOnceAndOnlyByTheButton(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	page := s.do("GET", "/sign-in/in-ada", "")
	page.expect(t, http.StatusOK)
	page.has(t, `method="post" action="/sign-in/in-ada"`)
	if len(s.memory.written()) > 0 || len(s.sessions.rows) > 0 {
		t.Error("showing the page used the link up")
	}
	r := s.do("POST", "/sign-in/in-ada", "")
	r.expect(t, http.StatusSeeOther)
	cookie := r.Cookies()[0]
	if !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode || cookie.Name != "__Host-cartograph_session" {
		t.Errorf("cookie %+v", cookie)
	}
	if _, plain := s.sessions.rows[cookie.Value]; plain || len(s.sessions.rows) != 1 {
		t.Error("the store holds the token itself")
	}
	again := s.do("POST", "/sign-in/in-ada", "")
	again.expect(t, http.StatusUnauthorized)
	again.has(t, "does not work any more")
	if len(again.Cookies()) > 0 {
		t.Error("a used link gave a cookie")
	}
}

func TestPagesNeedASession(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	for _, path := range pages {
		r := s.do("GET", path, "")
		r.expect(t, http.StatusSeeOther)
		if to, _, _ := strings.Cut(r.Header.Get("Location"), "?"); to != "/sign-in" {
			t.Errorf("%s: to %q", path, r.Header.Get("Location"))
		}
		r.lacks(t, "Ada")
	}
	s.do("GET", "/sign-in", "").has(t, "cartograph user create")
	s.do("GET", "/", "", "Cookie", "cartograph_session=invented; __Host-cartograph_session=invented").expect(t, http.StatusSeeOther)
}

func TestSignOutEndsTheSession(t *testing.T) {
	t.Parallel()
	in := serve(t, full(), overHTTP).as("in-ada")
	in.do("GET", "/", "").expect(t, http.StatusOK)
	old := in.cookies()[0]
	in.do("POST", "/sign-out", "", "Sec-Fetch-Site", "same-origin").expect(t, http.StatusSeeOther)
	if len(in.sessions.rows) != 0 {
		t.Error("the session is still stored")
	}
	in.client.Jar.SetCookies(in.where(), []*http.Cookie{old})
	in.do("GET", "/", "").expect(t, http.StatusSeeOther)
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	in := serve(t, full(), overHTTP).as("in-ada")
	for _, from := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
		in.do("POST", "/sign-out", "", from...).expect(t, http.StatusForbidden)
		in.do("POST", "/sign-in/in-bob", "", from...).expect(t, http.StatusForbidden)
	}
	in.do("GET", "/", "").expect(t, http.StatusOK)
	// Behind a proxy that changes the host, our own address still counts.
	in.do("POST", "/sign-out", "", "Origin", "http://cart.example").expect(t, http.StatusSeeOther)
}

func TestEveryPageShowsWhatThereIs(t *testing.T) {
	t.Parallel()
	in := serve(t, full(), overHTTP).as("in-ada")
	for path, words := range map[string][]string{
		"/": {"€1,661.10", "¥12,800", "Last confirmed click", "Katie", "41 %", `width="41.30"`, "420 ms", "Recovered", ">17<", `href="/carts?state=abandoned"`,
			"5 Oct to 3 Nov 2026", "never asked", "€79.90", "cart-value-conscious", "Ada, your bag is waiting", `src="/messages/m1/preview"`, "1 segment", "Still thinking it over?", "1 event was genuine", "Rosalind", "SMS is not being sent: its provider failed 12 times in a row (HTTP 503)", "it is tried again in 2 min", "24 hours, Email", "late=3s", "newest"},
		"/carts":                  {"Ada", "abandoned", "€89.90", "recovered", "5 h ago"},
		"/carts?state=recovered":  {"Rosalind"},
		"/carts?state=open":       {"Grace"},
		"/carts/c1":               {"Ada Lovelace’s cart", "Checkout updated", "quarantined", "the price has no currency", "Entered the sequence “Value conscious (Katie) · cart left behind”", "quiet hours", "The shopper said yes", "Consent mode", "opt_in", "Click confirmed", "&lt;script&gt;", "in 20 h", "€120.00"},
		"/carts/c2":               {"Ordered for €89.90", "Recovered: €89.90", "Given back since: €10.00", "#1042"},
		"/messages?state=bounced": {"No messages are bounced"},
		"/messages/m3":            {"the 24-hour window is over", "See my bag", "rejected"},
		"/decisions":              {"Deferred", "quiet_hours", "step 1"},
		"/orders":                 {"#1042", "€10.00"},
		"/recoveries":             {"Last confirmed click", "€89.90", "Order #1042", "Value conscious (Katie)", ">SMS<"},
		"/personas":               {"26, works in marketing", "cart.total &lt; 80.0", "everyone the others leave"},
	} {
		r := in.do("GET", path, "")
		r.expect(t, http.StatusOK)
		r.has(t, words...)
		r.has(t, "Sandbox.", "Email and SMS reach nobody yet")
		r.lacks(t, hostile, "secret-restore", "<no value>", "ZgotmplZ", "%!", "0001-01-01", " style=", "javascript:")
	}
	in.do("GET", "/carts?state=open", "").lacks(t, ">Ada<", "Rosalind")
}

// A shop without a single row is shown a way to begin, not gaps.
func TestEmptyPagesHold(t *testing.T) {
	t.Parallel()
	m := &memory{shops: []shop.Shop{{ID: "s1", Name: "New", Platform: "shopify"}}, users: map[string][]string{"ada": {"s1"}}, links: map[string]string{"in-ada": "ada"}}
	in := serve(t, m, overHTTP).as("in-ada")
	for _, path := range []string{"/", "/carts", "/messages", "/decisions", "/orders", "/recoveries", "/personas"} {
		r := in.do("GET", path, "")
		r.expect(t, http.StatusOK)
		r.lacks(t, "<no value>", "ZgotmplZ", "%!", "0001", "<tbody>", "Sandbox.")
	}
	// Getting started tells the webhook's address: an owner is not told twice.
	begun := in.do("GET", "/", "")
	begun.has(t, "Getting started: ")
	begun.lacks(t, "Waiting for the first cart")
}

func TestOneUserNeverSeesAnothersShop(t *testing.T) {
	t.Parallel()
	s := serve(t, full(), overHTTP)
	bob := s.as("in-bob")
	for _, path := range []string{"/carts/c1", "/messages/m1", "/messages/m1/preview", "/?shop=s1", "/carts?shop=s1", "/carts/c1?shop=s1", "/messages/m1/preview?shop=s1"} {
		r := bob.do("GET", path, "", "Accept", "text/html")
		r.expect(t, http.StatusNotFound)
		r.lacks(t, "Ada", "Atelier")
	}
	bob.do("GET", "/carts", "").has(t, "Mallory")
	nobody := s.as("in-nobody")
	nobody.do("GET", "/", "", "Accept", "text/html").has(t, "You have no shop yet")
}

func TestTheChosenShopStaysChosen(t *testing.T) {
	t.Parallel()
	eve := serve(t, full(), overHTTP).as("in-eve")
	first := eve.do("GET", "/", "")
	first.has(t, `action="/switch?shop=s2"`, "Atelier Nord", `href="/carts?shop=s1&amp;state=open"`)
	second := eve.do("GET", "/carts?shop=s2", "")
	second.has(t, "Mallory", `href="/carts/other-cart?shop=s2"`)
	second.lacks(t, "Ada")
	// Without saying so, no link of the page leads into the other shop.
	for _, link := range regexp.MustCompile(`href="(/[a-z][^"]*)"`).FindAllStringSubmatch(second.body, -1) {
		if !strings.Contains(link[1], "shop=s2") && !strings.HasPrefix(link[1], "/assets") && !strings.HasPrefix(link[1], "/favicon") && link[1] != "/docs" {
			t.Errorf("the link %s forgets the shop", link[1])
		}
	}
}

func TestListsPage(t *testing.T) {
	t.Parallel()
	m := full()
	m.crowd("s1", 60)
	in := serve(t, m, overHTTP).as("in-ada")
	first := in.do("GET", "/carts?state=open", "")
	next := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(first.body)
	if next == nil {
		t.Fatal("no next page")
	}
	second := in.do("GET", strings.ReplaceAll(next[1], "&amp;", "&"), "")
	first.has(t, "/carts/n49")
	first.lacks(t, "/carts/n50")
	second.has(t, "/carts/n50", "/carts/n59")
	second.lacks(t, "/carts/n49", `rel="next"`)
}

// Every number's link leads to a list that is there.
func TestOverviewLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	in := serve(t, full(), overHTTP).as("in-ada")
	seen := 0
	for _, link := range regexp.MustCompile(`(?:href|src)="(/[^"#]*)`).FindAllStringSubmatch(in.do("GET", "/", "").body, -1) {
		in.do("GET", strings.ReplaceAll(link[1], "&amp;", "&"), "").expect(t, http.StatusOK)
		seen++
	}
	if seen < 30 {
		t.Errorf("only %d links", seen)
	}
}

func TestPreviewIsShutIn(t *testing.T) {
	t.Parallel()
	r := serve(t, full(), overHTTP).as("in-ada").do("GET", "/messages/m1/preview", "")
	r.expect(t, http.StatusOK)
	r.has(t, "<h1 style=")
	want := "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; frame-ancestors 'self'"
	if got := r.Header.Get("Content-Security-Policy"); got != want {
		t.Errorf("policy %q", got)
	}
	if r.Header.Get("X-Frame-Options") != "SAMEORIGIN" {
		t.Error("the page itself may not frame it")
	}
	if got := r.Header.Get("Referrer-Policy"); got != "no-referrer" {
		t.Errorf("Referrer-Policy %q", got)
	}
}

func TestPagesCarryTheirHeaders(t *testing.T) {
	t.Parallel()
	in := serve(t, full(), overHTTP).as("in-ada")
	for _, path := range append([]string{"/sign-in", "/sign-in/x", "/docs"}, pages...) {
		if strings.HasSuffix(path, "/preview") {
			continue
		}
		for _, method := range []string{"GET", "HEAD"} {
			r := in.do(method, path, "")
			r.expect(t, http.StatusOK)
			policy := r.Header.Get("Content-Security-Policy")
			if !strings.Contains(policy, "default-src 'self'") || strings.Contains(policy, "unsafe") {
				t.Errorf("%s: policy %q", path, policy)
			}
			if r.Header.Get("Cache-Control") != "no-store" || r.Header.Get("X-Frame-Options") != "DENY" || r.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: headers %v", path, r.Header)
			}
			if (method == "HEAD") != (r.body == "") {
				t.Errorf("%s %s: %d bytes", method, path, len(r.body))
			}
		}
	}
	https := serve(t, full())
	if https.do("GET", "/healthz", "").Header.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS over https")
	}
	if in.do("GET", "/healthz", "").Header.Get("Strict-Transport-Security") != "" {
		t.Error("HSTS over http")
	}
}

func TestTroubleIsAPageForPeople(t *testing.T) {
	t.Parallel()
	in := serve(t, full(), overHTTP).as("in-ada")
	page := in.do("GET", "/carts/zz", "", "Accept", "text/html,*/*;q=0.8")
	page.expect(t, http.StatusNotFound)
	page.has(t, "There is nothing here", "There is no cart of this id.")
	program := in.do("GET", "/carts/zz", "")
	program.has(t, `"code":"not_found"`)
	failing := serve(t, full(), overHTTP, func(d *web.Deps) { d.Sessions = broken{} })
	r := failing.do("GET", "/", "", "Cookie", "cartograph_session=x", "Accept", "text/html")
	r.expect(t, http.StatusInternalServerError)
	r.lacks(t, "hunter2")
}

// broken is a session store that is out of order.
type broken struct{}

func (broken) Find(string) ([]byte, bool, error)      { return nil, false, errBoom }
func (broken) Commit(string, []byte, time.Time) error { return errBoom }
func (broken) Delete(string) error                    { return errBoom }

// where is the server's address for a cookie jar.
func (s *site) where() *url.URL {
	u, err := url.Parse(s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	return u
}

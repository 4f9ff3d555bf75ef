package app_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/app"
	"github.com/chromedp/chromedp"
	_ "modernc.org/sqlite" // the test reads beside the server what it stored
)

// boutique is a shop's own site on another origin than Cartograph, with a policy
// that allows nothing but its own files and the pixel's host. It says what
// machine it is looked at by.
type boutique struct {
	*httptest.Server
	b *bazaar
	// head is more for a page's head, body for its body, by path.
	head, body map[string]string

	mu sync.Mutex
	// cart is what /cart.js answers.
	cart string
	// reports are what pages told the shop's own site at /report.
	reports []string
	// ahead is a page that browsers are to make ready while another is seen.
	ahead string
	// going is true when /a may lead to /b.
	going bool
}

// scripts of the shop itself: pages have none within them.
var boutiqueScripts = map[string]string{
	"/queue.js":   `window.cartograph = function () { (cartograph.q = cartograph.q || []).push(arguments) }; cartograph("consent", "yes"); cartograph("track", "Size Chart Opened", { size: "M", mail: "x@y.example" });`,
	"/layer.js":   `window.dataLayer = window.dataLayer || []; function gtag() { dataLayer.push(arguments) }; gtag("consent", "default", { analytics_storage: "denied" }); dataLayer.push({ event: "view_item", ecommerce: { currency: "EUR", items: [{ item_id: "p1", item_name: "Wool scarf", price: 49.9 }] } });`,
	"/shopify.js": `window.Shopify = { routes: { root: "/" } };`,
	"/woo.js":     `window.wc_cart_fragments_params = {}; window.wp_consent_type = "optin"; window.wp_has_consent = (what) => what === "statistics";`,
	"/privacy.js": `window.Shopify = { customerPrivacy: { currentVisitorConsent: () => ({ analytics: "" }) } };`,
	// What browsers without a beacon do, and by which requests reports leave.
	"/nobeacon.js": `delete Navigator.prototype.sendBeacon;`,
	"/refuses.js":  `Navigator.prototype.sendBeacon = () => false;`,
	"/throws.js":   `Navigator.prototype.sendBeacon = () => { throw new TypeError("blocked") };`,
	"/fetches.js":  `const real = fetch; window.fetch = (url, how = {}) => { if (String(url).includes("/p/")) sessionStorage.fetches = (sessionStorage.fetches || "") + [how.method, how.keepalive ? "keepalive" : "-", how.credentials, ""].join(" "); return real(url, how) };`,
	"/goes.js":     `const poll = setInterval(async () => { if (await (await fetch("/go")).text()) { clearInterval(poll); location.href = "/b" } }, 50);`,
	// What a page that is made ready ahead does, told to its own site when the pixel has run.
	"/watch.js": `let asked = 0, told = 0; const real = fetch, beacon = navigator.sendBeacon; window.fetch = (url, how) => { if (String(url).includes("/p/")) asked++; return real(url, how) };
navigator.sendBeacon = (...all) => { told++; return beacon.apply(navigator, all) };
const ready = setInterval(() => { if (typeof cartograph === "function" && document.readyState === "complete") { clearInterval(ready); real("/report?prerendering=" + document.prerendering + "&asked=" + asked + "&told=" + told) } }, 50);
document.addEventListener("prerenderingchange", () => real("/report?activated=true"));`,
	// Browsers that keep nothing, and what a person's own browser or a plugin says for them.
	"/nostore.js":   `Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError") } });`,
	"/fullstore.js": `Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError") };`,
	"/dnt.js":       `Object.defineProperty(navigator, "doNotTrack", { value: "1" });`,
	"/woo-no.js":    `window.wp_consent_type = "optout"; window.wp_has_consent = () => false;`,
	"/gpc.js":       `Object.defineProperty(navigator, "globalPrivacyControl", { value: true });`,
}

func openBoutique(t *testing.T, b *bazaar) *boutique {
	t.Helper()
	s := &boutique{b: b, head: map[string]string{}, cart: `{"token":"c1-0123456789abcdef?key=k","currency":"EUR","items":[]}`}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	b.command("shop", "set", b.ID, "pixel_origins="+s.URL)
	return s
}

func (s *boutique) serve(w http.ResponseWriter, r *http.Request) {
	if text, ok := boutiqueScripts[r.URL.Path]; ok {
		w.Header().Set("Content-Type", "text/javascript")
		io.WriteString(w, text) //nolint:errcheck // a browser that has gone
		return
	}
	switch r.URL.Path {
	case "/report":
		s.report(r)
		return
	case "/go":
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.going {
			io.WriteString(w, "yes") //nolint:errcheck // a browser that has gone
		}
		return
	case "/ahead.json":
		w.Header().Set("Content-Type", "application/speculationrules+json")
		fmt.Fprintf(w, `{"prerender":[{"urls":[%q],"eagerness":"immediate"}]}`, s.ahead)
		return
	case "/wp-json/wc/store/v1/cart":
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"items":[{"id":31,"name":"Stoneware mug","quantity":3,"prices":{"price":"1400"}}],"totals":{"currency_code":"EUR","currency_minor_unit":2}}`) //nolint:errcheck // as above
		return
	case "/cart.js", "/cart/add.js":
		s.mu.Lock()
		defer s.mu.Unlock()
		if strings.HasSuffix(r.URL.Path, "add.js") {
			s.cart = `{"token":"c1-0123456789abcdef?key=k","currency":"EUR","items":[{"product_id":11,"variant_id":22,"product_title":"Wool scarf","quantity":2,"final_price":4990}]}`
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, s.cart) //nolint:errcheck // as above
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if s.ahead != "" && r.URL.Path != s.ahead {
		w.Header().Set("Speculation-Rules", `"/ahead.json"`)
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self' "+s.b.url+"; connect-src 'self' "+s.b.url+"; img-src data:; frame-src 'self'; form-action 'self'")
	fmt.Fprintf(w, `<!doctype html><html lang="en"><head><title>Boutique</title><link rel="icon" href="data:,">%s
<script async src="%s/pixel.js" data-shop="%s"></script></head><body><main><h1>Boutique</h1><button id="buy" type="button">Buy</button>
<a href="/cart">Cart</a><form><label>Email <input id="mail" type="email" name="email"></label><label>Password <input id="pass" type="password" name="email_password"></label>
<label>Card <input id="card" name="cardnumber" autocomplete="cc-number"></label></form>%s%s</main></body></html>`,
		s.head[r.URL.Path], s.b.url, s.b.ID, s.body[r.URL.Path], strings.Repeat("<p>A line of the page.</p>\n", 200))
}

// asPerson starts a browser that does not say it is driven, under a person's name.
func asPerson(t *testing.T, agent string) context.Context {
	t.Helper()
	return startBrowserWith(t, chromedp.Flag("enable-automation", false), chromedp.Flag("disable-blink-features", "AutomationControlled"), chromedp.UserAgent(agent))
}

const (
	personAgent  = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
	machineAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36"
)

// did reads the behaviour that is stored of one page, as "kind name x y target".
func (s *boutique) did(t *testing.T, path string) (out []string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.b.dir, "cartograph.db")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), `SELECT kind || ' ' || name || detail || ' ' || target || ' ' || y FROM behaviours WHERE shop_id = $1 AND path = $2 ORDER BY at, seq`, s.b.ID, path)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		out = append(out, strings.Join(strings.Fields(line), " "))
	}
	return out
}

func (s *boutique) count(t *testing.T, query string) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.b.dir, "cartograph.db")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), query, s.b.ID).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// awaits waits until a page's behaviour holds some lines.
func (s *boutique) awaits(t *testing.T, path string, want ...string) {
	t.Helper()
	var got []string
	until(t, fmt.Sprintf("%s told %q", path, want), func() bool {
		got = s.did(t, path)
		return !slices.ContainsFunc(want, func(w string) bool {
			return !slices.ContainsFunc(got, func(g string) bool { return strings.HasPrefix(g, w) })
		})
	})
}

// kept is what the page left in its browser.
const kept = `document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)`

// refused is all that is kept after a no: that it was said, and nothing of who said it.
const refused = `{"cartograph":"n"}{}`

// The pixel on a shop's page of another origin, under a strict policy.
func TestPixelInTheBrowser(t *testing.T) {
	t.Parallel()
	person := asPerson(t, personAgent)
	for name, test := range map[string]func(*testing.T, *boutique, *window){
		"waits for a yes":   pixelWaits,
		"honours GPC":       pixelHonoursGPC,
		"behaviour":         pixelTells,
		"data layer":        pixelReadsTheLayer,
		"shopify":           pixelReadsShopify,
		"woocommerce":       pixelReadsWoo,
		"shopify's banner":  pixelHearsShopify,
		"begins where told": pixelAssumes,
		"one-page shop":     pixelFollowsHistory,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openBoutique(t, openBazaar(t, app.WallClock(), ""))
			w := openWindow(t, person)
			test(t, s, w)
			w.quiet(name)
		})
	}
}

// asked waits until the script has heard what it has to wait for.
func (w *window) asked() {
	w.wait("the script asked", `performance.getEntriesByType("resource").some((e) => e.name.includes("/p/") && e.responseEnd > 0) && typeof cartograph === "function" && !cartograph.q`)
}

func pixelWaits(t *testing.T, s *boutique, w *window) {
	w.visit(s.URL + "/a")
	w.asked()
	w.do(chromedp.Click(chromedp.CSS("#buy")))
	ask[bool](w, `dispatchEvent(new Event("pagehide")), true`)
	same(t, "kept before a yes", ask[string](w, kept), "{}{}")
	same(t, "stored before a yes", s.count(t, `SELECT count(*) FROM visitors WHERE shop_id = $1`), 0)

	ask[bool](w, `cartograph("consent", "yes"), true`)
	s.awaits(t, "/a", "page")
	same(t, "clicks of before the yes", slices.ContainsFunc(s.did(t, "/a"), func(l string) bool { return strings.HasPrefix(l, "click") }), false)
	same(t, "keys kept", ask[string](w, `Object.keys(localStorage).join() + document.cookie + sessionStorage.length`), "cartograph0")

	w.visit(s.URL + "/b") // the yes of before counts
	s.awaits(t, "/b", "page")
	ask[bool](w, `cartograph("consent", "no"), true`)
	same(t, "kept after a no", ask[string](w, kept), refused)
}

func pixelHonoursGPC(t *testing.T, s *boutique, w *window) {
	s.head["/a"] = `<script src="/gpc.js"></script>`
	w.visit(s.URL + "/a")
	w.asked()
	ask[bool](w, `cartograph("consent", "yes"), true`)
	w.do(chromedp.Click(chromedp.CSS("#buy")))
	ask[bool](w, `dispatchEvent(new Event("pagehide")), true`)
	same(t, "kept", ask[string](w, kept), "{}{}")
	w.visit(s.URL + "/b")
	same(t, "stored", s.count(t, `SELECT count(*) FROM visitors WHERE shop_id = $1`), 0)
}

func pixelTells(t *testing.T, s *boutique, w *window) {
	s.head["/a"] = `<script src="/queue.js"></script>`
	w.visit(s.URL + "/a")
	s.awaits(t, "/a", "page", `track Size Chart Opened{"size":"M"}`)
	w.do(chromedp.Click(chromedp.CSS("#buy")))
	// A browser tells of scrolling with the next frame; typing into a field scrolls back up.
	ask[bool](w, `addEventListener("scroll", () => { window.scrolled = true }, {once: true}), scrollTo(0, document.documentElement.scrollHeight), true`)
	until(t, "the page was scrolled", func() bool { return ask[bool](w, `window.scrolled === true`) })
	for field, text := range map[string]string{"#mail": "ada@example.com", "#pass": "secret@example.com", "#card": "4111 1111 1111 1111"} {
		w.do(chromedp.SendKeys(chromedp.CSS(field), text))
	}
	ask[bool](w, `document.activeElement.blur(), true`)
	w.visit(s.URL + "/b") // what waited leaves with the page
	s.awaits(t, "/a", "click", "scroll 4")
	same(t, "the button is told by its place", slices.ContainsFunc(s.did(t, "/a"), func(l string) bool { return strings.HasPrefix(l, "click button#buy ") }), true)
	until(t, "the address was claimed", func() bool { return s.count(t, `SELECT count(*) FROM visitor_claims WHERE shop_id = $1`) == 1 })
	s.awaits(t, "/b", "page")
	same(t, "visitors", s.count(t, `SELECT count(*) FROM visitors WHERE shop_id = $1`), 1)
	same(t, "people", s.count(t, `SELECT count(*) FROM shopper_keys WHERE shop_id = $1`), 0)
	same(t, "consents", s.count(t, `SELECT count(*) FROM consents WHERE shop_id = $1`), 0)
	for _, secret := range []string{"secret@example.com", "ada@example.com", "4111"} {
		if found, err := os.ReadFile(filepath.Join(s.b.dir, "cartograph.db-wal")); err == nil && strings.Contains(string(found), secret) {
			t.Errorf("%q is in the database", secret)
		}
	}
}

func pixelReadsTheLayer(t *testing.T, s *boutique, w *window) {
	s.head["/a"] = `<script src="/layer.js"></script>`
	w.visit(s.URL + "/a")
	w.asked()
	same(t, "kept while a banner asks", ask[string](w, kept), "{}{}")
	ask[bool](w, `gtag("consent", "update", { analytics_storage: "granted" }), true`)
	s.awaits(t, "/a", "page")
	ask[bool](w, `gtag("event", "add_to_cart", { currency: "EUR", items: [{ item_id: "p1", item_name: "Wool scarf", price: 49.9, quantity: 2 }] }), true`)
	ask[bool](w, `dataLayer.push({ event: "add_payment_info", ecommerce: { items: [] } }), true`)
	s.awaits(t, "/a", "cart added1", "checkout add_payment_info")
	until(t, "there is a cart of nobody", func() bool {
		return s.count(t, `SELECT count(*) FROM carts WHERE shop_id = $1 AND platform = 'pixel' AND shopper_id = '' AND total_minor = 9980`) == 1
	})
	ask[bool](w, `gtag("event", "purchase", { transaction_id: "T1", value: 99.8, currency: "EUR", items: [] }), true`)
	s.awaits(t, "/a", "order")
	same(t, "orders", s.count(t, `SELECT count(*) FROM orders WHERE shop_id = $1`), 0)
}

func pixelReadsShopify(t *testing.T, s *boutique, w *window) {
	s.head["/a"] = `<script src="/shopify.js"></script>`
	w.visit(s.URL + "/a")
	w.asked()
	ask[bool](w, `cartograph("consent", "yes"), true`)
	s.awaits(t, "/a", "page")
	ask[bool](w, `fetch("/cart/add.js", { method: "POST" }), true`)
	s.awaits(t, "/a", "cart 1")
	until(t, "the browser's cart is known by a hash", func() bool {
		return s.count(t, `SELECT count(*) FROM visitors WHERE shop_id = $1 AND proof <> '' AND proof NOT LIKE '%0123456789%'`) == 1
	})
}

func pixelReadsWoo(t *testing.T, s *boutique, w *window) {
	s.head["/cart"] = `<link rel="https://api.w.org/" href="/wp-json/"><script src="/woo.js"></script>`
	w.visit(s.URL + "/cart")
	s.awaits(t, "/cart", "page", "cart 1") // the consent plugin says yes
	until(t, "its cart is known", func() bool {
		return s.count(t, `SELECT count(*) FROM carts WHERE shop_id = $1 AND platform = 'pixel' AND total_minor = 4200`) == 1
	})
}

func pixelHearsShopify(t *testing.T, s *boutique, w *window) {
	s.head["/a"] = `<script src="/privacy.js"></script>`
	w.visit(s.URL + "/a")
	w.asked()
	same(t, "kept before the banner's answer", ask[string](w, kept), "{}{}")
	ask[bool](w, `document.dispatchEvent(new CustomEvent("visitorConsentCollected", { detail: { analyticsAllowed: true } })), true`)
	s.awaits(t, "/a", "page")
	ask[bool](w, `document.dispatchEvent(new CustomEvent("visitorConsentCollected", { detail: { analyticsAllowed: false } })), true`)
	same(t, "kept after its no", ask[string](w, kept), refused)
}

func pixelAssumes(t *testing.T, s *boutique, w *window) {
	s.b.command("shop", "set", s.b.ID, "pixel_consent=assumed")
	w.visit(s.URL + "/a")
	s.awaits(t, "/a", "page")
	w.visit(s.URL + "/b")
	w.do(chromedp.SendKeys(chromedp.CSS("#mail"), "ada@example.com"))
	ask[bool](w, `document.activeElement.blur(), true`)
	w.visit(s.URL + "/c")
	s.awaits(t, "/c", "page")
	same(t, "addresses without a yes", s.count(t, `SELECT count(*) FROM visitor_claims WHERE shop_id = $1`), 0)
	same(t, "visitors", s.count(t, `SELECT count(*) FROM visitors WHERE shop_id = $1`), 1)
}

func pixelFollowsHistory(t *testing.T, s *boutique, w *window) {
	s.head["/a"] = `<script src="/queue.js"></script>`
	w.visit(s.URL + "/a")
	s.awaits(t, "/a", "page")
	ask[bool](w, `history.pushState({}, "", "/order/12345678/ada@example.com?token=t"), true`)
	s.awaits(t, "/order/:id/:address", "page")
	ask[bool](w, `history.back(), true`)
	until(t, "coming back is a page", func() bool {
		return s.count(t, `SELECT count(*) FROM behaviours WHERE shop_id = $1 AND path = '/a' AND kind = 'page'`) == 2
	})
}

// Machines are answered as people are, and nothing of them is kept.
func TestPixelIgnoresMachines(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T) context.Context{
		"by its name":            func(t *testing.T) context.Context { return asPerson(t, machineAgent) },
		"by saying it is driven": func(t *testing.T) context.Context { return startBrowserWith(t, chromedp.UserAgent(personAgent)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openBoutique(t, openBazaar(t, app.WallClock(), "", "pixel_consent=assumed"))
			w := openWindow(t, open(t))
			for _, page := range []string{"/a", "/b"} {
				w.visit(s.URL + page)
				ask[bool](w, `dispatchEvent(new Event("pagehide")), true`)
			}
			same(t, "stored", s.count(t, `SELECT count(*) FROM visitors WHERE shop_id = $1`), 0)
			w.quiet(name)
		})
	}
}

package app_test

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/app"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// A no, where the script begins without being asked to wait: it is kept, and
// nothing but a later yes lifts it.
func TestPixelKeepsARefusal(t *testing.T) {
	t.Parallel()
	person := asPerson(t, personAgent)
	for name, test := range map[string]func(*testing.T, *boutique, *window){
		"on the next page":           refusalOutlivesThePage,
		"in a window that was open":  refusalReachesOpenWindows,
		"where nothing can be read":  refusalWithout("/nostore.js"),
		"where nothing can be kept":  refusalWithout("/fullstore.js"),
		"by GPC":                     refusalByBrowser("/gpc.js"),
		"by Do Not Track":            refusalByBrowser("/dnt.js"),
		"in a frame":                 refusalInAFrame,
		"at Shopify, told late":      refusalAtShopify,
		"at WordPress, no need":      refusalAtWordPress,
		"at WordPress, not answered": silenceAtWordPress,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openBoutique(t, openBazaar(t, app.WallClock(), "", "pixel_consent=assumed"))
			w := openWindow(t, person)
			test(t, s, w)
			w.quiet(name)
		})
	}
}

// tab opens another tab of the same window: what one keeps, the other reads.
func (w *window) tab() *window {
	w.t.Helper()
	ctx, closeIt := chromedp.NewContext(w.ctx)
	w.t.Cleanup(closeIt)
	other := &window{t: w.t, ctx: ctx}
	if err := chromedp.Do(ctx, send(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})); err != nil {
		w.t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, other.hear); err != nil {
		w.t.Fatal(err)
	}
	other.as(look{width: 1440})
	return other
}

// tells uses the page of a window, leaves it, and says whether anything was told.
func (w *window) tells() bool {
	w.t.Helper()
	ask[bool](w, counted)
	w.buys()
	ask[bool](w, `dispatchEvent(new Event("pagehide")), true`)
	return ask[int](w, `window.told`) > 0
}

func refusalOutlivesThePage(t *testing.T, s *boutique, w *window) {
	w.visit(s.URL + "/a")
	s.awaits(t, "/a", "page")
	w.buys()
	ask[bool](w, `cartograph("consent", "no"), true`)
	same(t, "kept", ask[string](w, kept), refused)
	w.visit(s.URL + "/b")
	w.asked()
	same(t, "told on the next page", w.tells(), false)
	other := w.tab()
	other.visit(s.URL + "/c")
	other.asked()
	same(t, "told in a new tab", other.tells(), false)
	same(t, "kept", ask[string](other, kept), refused)

	ask[bool](other, `cartograph("consent", "yes"), true`)
	same(t, "told after a yes", other.tells(), true)
	w.visit(s.URL + "/d")
	s.awaits(t, "/d", "page")
	same(t, "what waited when they said no", s.lines(t, "/a", "click"), 0)
	same(t, "pages seen between", len(s.did(t, "/b"))+len(s.did(t, "/c")), 0)
	same(t, "visitors: the one before is not known again", s.count(t, `SELECT count(*) FROM visitors WHERE shop_id = $1`), 2)
	other.quiet("a new tab")
}

func refusalReachesOpenWindows(t *testing.T, s *boutique, w *window) {
	w.visit(s.URL + "/a")
	s.awaits(t, "/a", "page")
	other := w.tab()
	other.visit(s.URL + "/b")
	s.awaits(t, "/b", "page")
	same(t, "told before", w.tells(), true)
	ask[bool](other, `cartograph("consent", "no"), true`)
	until(t, "the other window is silent", func() bool { return !w.tells() })
	ask[bool](other, `cartograph("consent", "yes"), true`)
	until(t, "the other window goes on", func() bool { return w.tells() })
	same(t, "visitors kept", ask[string](w, `localStorage.cartograph`), ask[string](other, `localStorage.cartograph`))
}

// A browser that keeps nothing cannot keep a no: there nothing is assumed.
func refusalWithout(script string) func(*testing.T, *boutique, *window) {
	return func(t *testing.T, s *boutique, w *window) {
		s.head["/a"] = `<script src="` + script + `"></script>`
		w.visit(s.URL + "/a")
		w.asked()
		same(t, "told unasked", w.tells(), false)
		ask[bool](w, `cartograph("consent", "yes"), true`)
		if !w.tells() {
			t.Error("nothing is told after a yes")
		}
		ask[bool](w, `cartograph("consent", "no"), true`)
		same(t, "told after the no", w.tells(), false)
	}
}

// What a browser says for its person is a no until they say yes to this shop.
func refusalByBrowser(script string) func(*testing.T, *boutique, *window) {
	return func(t *testing.T, s *boutique, w *window) {
		s.head["/a"] = `<script src="` + script + `"></script>`
		w.visit(s.URL + "/a")
		w.asked()
		same(t, "told", w.tells(), false)
		same(t, "kept", ask[string](w, kept), "{}{}")
		ask[bool](w, `cartograph("consent", "yes"), true`)
		same(t, "told after a yes", w.tells(), true)
	}
}

// A page in a frame is not told of. An answer that is given in it counts around it.
func refusalInAFrame(t *testing.T, s *boutique, w *window) {
	s.body = map[string]string{"/a": `<iframe src="/framed" title="A frame"></iframe>`}
	w.visit(s.URL + "/a")
	s.awaits(t, "/a", "page")
	const frame = `document.querySelector("iframe").contentWindow`
	w.wait("the frame's script asked", frame+`.performance.getEntriesByType("resource").some((e) => e.name.includes("/p/") && e.responseEnd > 0)`)
	ask[bool](w, frame+`.document.querySelector("#buy").click(), true`)
	same(t, "told around it", w.tells(), true)
	ask[bool](w, frame+`.cartograph("consent", "no"), true`)
	until(t, "the page around it is silent", func() bool { return !w.tells() })
	w.visit(s.URL + "/b")
	w.asked()
	same(t, "told on the next page", w.tells(), false)
	same(t, "told of the frame", len(s.did(t, "/framed")), 0)
}

// Shopify's own answer may come after the page; what it says then counts.
func refusalAtShopify(t *testing.T, s *boutique, w *window) {
	s.head["/a"] = `<script src="/shopify.js"></script>`
	w.visit(s.URL + "/a")
	s.awaits(t, "/a", "page")
	ask[bool](w, `Shopify.customerPrivacy = { currentVisitorConsent: () => ({ analytics: "no" }) }, document.dispatchEvent(new Event("shopifyCustomerPrivacyApiLoaded")), true`)
	same(t, "told after it", w.tells(), false)
	same(t, "kept", ask[string](w, kept), refused)
}

// Where no yes is asked for, WordPress knows a no from an earlier page.
func refusalAtWordPress(t *testing.T, s *boutique, w *window) {
	s.head["/a"] = `<script src="/woo-no.js"></script>`
	w.visit(s.URL + "/a")
	w.asked()
	same(t, "told", w.tells(), false)
	same(t, "kept", ask[string](w, kept), refused)
	ask[bool](w, `document.dispatchEvent(new CustomEvent("wp_listen_for_consent_change", { detail: { statistics: "allow" } })), true`)
	same(t, "told after its yes", w.tells(), true)
	ask[bool](w, `document.dispatchEvent(new CustomEvent("wp_listen_for_consent_change", { detail: { statistics: "deny" } })), true`)
	same(t, "told after its no", w.tells(), false)
}

// Where a yes is asked for and nobody answered, WordPress says that nothing may
// be done: that is no refusal, and is not kept as one.
func silenceAtWordPress(t *testing.T, s *boutique, w *window) {
	w.visit(s.URL + "/a")
	s.awaits(t, "/a", "page")
	ask[bool](w, `window.wp_has_consent = () => false, window.wp_consent_type = "optin", document.dispatchEvent(new Event("wp_consent_type_defined")), true`)
	same(t, "told while it asks", w.tells(), false)
	same(t, "kept while it asks", ask[string](w, kept), "{}{}")
}

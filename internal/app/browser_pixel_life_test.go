package app_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/app"
	"github.com/chromedp/chromedp"
)

// The life of a page as browsers lead it: kept while another is looked at, made
// ready before anybody looks, and left without a beacon.
func TestPixelAndTheLifeOfPages(t *testing.T) {
	t.Parallel()
	person := asPerson(t, personAgent)
	for name, test := range map[string]func(*testing.T, *boutique, *window){
		"comes back":              pixelComesBack,
		"comes back after a no":   pixelComesBackAfterNo,
		"comes back after a yes":  pixelComesBackAfterYes,
		"no beacon":               pixelWithout("/nobeacon.js"),
		"a beacon that refuses":   pixelWithout("/refuses.js"),
		"a beacon that is broken": pixelWithout("/throws.js"),
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

// lines counts what is stored of a page by its first word.
func (s *boutique) lines(t *testing.T, path, kind string) (n int) {
	t.Helper()
	for _, line := range s.did(t, path) {
		if strings.HasPrefix(line, kind+" ") || line == kind {
			n++
		}
	}
	return n
}

// leaves goes to another page by a link, so that the one before can be kept whole.
func (w *window) leaves(address string) {
	w.t.Helper()
	ask[bool](w, fmt.Sprintf(`window.back = null, addEventListener("pageshow", (e) => { window.back = e.persisted }), location.href = %q, true`, address))
	w.wait("the next page is there", fmt.Sprintf(`location.href === %q && document.readyState === "complete"`, address))
}

// buys clicks by the page's own hand: the browser's tools lose sight of the elements
// of a page that was kept.
func (w *window) buys() {
	w.t.Helper()
	ask[bool](w, `document.querySelector("#buy").click(), true`)
}

// returns goes back and insists on the page that was kept, with all it had in it.
func (w *window) returns() {
	w.t.Helper()
	ask[bool](w, `history.back(), true`)
	w.wait("the page comes from the back/forward cache", `window.back === true`)
}

// A page from the back/forward cache is a page view of its own, and what waited
// when it was left is neither lost nor told again.
func pixelComesBack(t *testing.T, s *boutique, w *window) {
	s.head["/a"] = `<script src="/queue.js"></script>`
	w.visit(s.URL + "/a")
	s.awaits(t, "/a", "page")
	w.buys()
	w.leaves(s.URL + "/b")
	s.awaits(t, "/a", "click button#buy")
	s.awaits(t, "/b", "page")
	for visit := 2; visit < 4; visit++ {
		w.returns()
		until(t, "coming back is a page view", func() bool { return s.lines(t, "/a", "page") == visit })
		w.buys()
		w.leaves(s.URL + "/b")
		until(t, "what waited is told", func() bool { return s.lines(t, "/a", "click") == visit })
		// The script asks what it may do before it tells anything: who goes sooner was not there for it.
		until(t, "the other page is seen again", func() bool { return s.lines(t, "/b", "page") == visit })
	}
	until(t, "the other page is seen thrice", func() bool { return s.lines(t, "/b", "page") == 3 })
	same(t, "views of the first", s.lines(t, "/a", "page"), 3)
	same(t, "clicks on the first", s.lines(t, "/a", "click"), 3)
	same(t, "visitors", s.count(t, `SELECT count(*) FROM visitors WHERE shop_id = $1`), 1)
}

// counted counts what leaves a page from now on.
const counted = `window.told = 0, navigator.sendBeacon = () => !!++window.told, true`

// A no that was said on another page counts on the one that comes back.
func pixelComesBackAfterNo(t *testing.T, s *boutique, w *window) {
	s.head["/a"] = `<script src="/queue.js"></script>`
	w.visit(s.URL + "/a")
	s.awaits(t, "/a", "page")
	w.leaves(s.URL + "/b")
	s.awaits(t, "/b", "page")
	ask[bool](w, `cartograph("consent", "no"), true`)
	w.returns()
	ask[bool](w, counted)
	w.buys()
	ask[bool](w, `dispatchEvent(new Event("pagehide")), true`)
	same(t, "told after the no", ask[int](w, `window.told`), 0)
	same(t, "kept after the no", ask[string](w, kept), refused)
	same(t, "page views", s.lines(t, "/a", "page"), 1)
}

// A yes that was said on another page counts on the one that comes back, and it is
// the same visitor.
func pixelComesBackAfterYes(t *testing.T, s *boutique, w *window) {
	w.visit(s.URL + "/a")
	w.asked()
	w.leaves(s.URL + "/b")
	w.asked()
	same(t, "stored before the yes", s.count(t, `SELECT count(*) FROM visitors WHERE shop_id = $1`), 0)
	ask[bool](w, `cartograph("consent", "yes"), true`)
	s.awaits(t, "/b", "page")
	w.returns()
	s.awaits(t, "/a", "page")
	same(t, "visitors", s.count(t, `SELECT count(*) FROM visitors WHERE shop_id = $1`), 1)
}

// A page that is made ready ahead of time tells nothing, keeps nothing and does not
// even ask, until somebody looks at it. Chromium makes no page ready under the eyes
// of a developer's tools, so here it runs alone, and the shop's pages lead it.
func TestPixelWaitsForActivation(t *testing.T) {
	t.Parallel()
	s := openBoutique(t, openBazaar(t, app.WallClock(), "", "pixel_consent=assumed"))
	s.ahead = "/b"
	s.head["/a"], s.head["/b"] = `<script src="/goes.js"></script>`, `<script src="/watch.js"></script>`
	alone(t, s.URL+"/a")
	s.awaits(t, "/a", "page")
	var seen string
	until(t, "the page is ready, and its script has run", func() bool {
		seen = s.reported("prerendering=true")
		return seen != ""
	})
	same(t, "before anybody looks", seen, "prerendering=true&asked=0&told=0")
	same(t, "stored of it", len(s.did(t, "/b")), 0)
	s.mu.Lock()
	s.going = true
	s.mu.Unlock()
	s.awaits(t, "/b", "page")
	same(t, "page views", s.lines(t, "/b", "page"), 1)
	until(t, "the page that was ready is the one that is seen", func() bool { return s.reported("activated=true") != "" })
}

// alone runs a browser on a page, with nobody looking into it.
func alone(t *testing.T, address string) {
	t.Helper()
	home, err := os.MkdirTemp("", "cartograph-browser-")
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"--headless", "--no-first-run", "--disable-dev-shm-usage", "--user-data-dir=" + home, "--user-agent=" + personAgent, "--host-resolver-rules=" + thisMachine}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox")
	}
	browser := exec.Command(chromium(t), append(args, address)...)
	if err := browser.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		browser.Process.Kill() //nolint:errcheck // it may have gone
		browser.Wait()         //nolint:errcheck // it was killed
		os.RemoveAll(home)     //nolint:errcheck // its children may still write
	})
}

// reported gives the first thing that a page told the shop's own site, by its beginning.
func (s *boutique) reported(begins string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.IndexFunc(s.reports, func(r string) bool { return strings.HasPrefix(r, begins) }); i >= 0 {
		return s.reports[i]
	}
	return ""
}

// report takes what a page tells the shop's own site.
func (s *boutique) report(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reports = append(s.reports, r.URL.RawQuery)
}

// pixelWithout leaves a page whose browser has no beacon to give: what waited goes
// by a request that outlives the page.
func pixelWithout(script string) func(*testing.T, *boutique, *window) {
	return func(t *testing.T, s *boutique, w *window) {
		s.head["/a"] = `<script src="/queue.js"></script><script src="` + script + `"></script><script src="/fetches.js"></script>`
		w.visit(s.URL + "/a")
		s.awaits(t, "/a", "page")
		w.do(chromedp.Click(chromedp.CSS("#buy")))
		w.visit(s.URL + "/b")
		s.awaits(t, "/a", "click button#buy")
		same(t, "clicks", s.lines(t, "/a", "click"), 1)
		ways := ask[string](w, `sessionStorage.getItem("fetches")`)
		if !strings.Contains(ways, "POST keepalive omit") || strings.Contains(ways, "POST -") {
			t.Errorf("reports left by %q", ways)
		}
	}
}

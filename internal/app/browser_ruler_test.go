package app_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// pageFaults runs in a page and lists what is wrong with it for somebody with
// a small window, weak eyes or a screen reader.
const pageFaults = `(() => {
  const faults = [], say = (...words) => faults.push(words.join(" "));
  const words = (e) => (e.getAttribute("aria-label") || e.textContent || "").trim();
  const named = (e) => words(e) || [...e.querySelectorAll("img")].some((i) => i.alt) ||
    (e.getAttribute("aria-labelledby") || "").split(" ").some((id) => document.getElementById(id)?.textContent.trim());
  const seen = (e) => e.checkVisibility({opacityProperty: true, visibilityProperty: true});

  if (!document.documentElement.lang) say("the page says no language");
  if (!document.title.trim()) say("the page has no title");
  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (over > 0) {
    const far = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > innerWidth + 0.5);
    say("the page overflows by", over, "px:", far.slice(0, 3).map((e) => e.tagName + "." + e.className).join(", "));
  }
  const headings = document.querySelectorAll("h1").length;
  if (headings !== 1) say(headings, "h1");
  let level = 0;
  for (const h of document.querySelectorAll("h1, h2, h3, h4")) {
    if (+h.tagName[1] > level + 1) say(h.tagName, words(h), "follows a heading of level", level);
    level = +h.tagName[1];
  }
  for (const t of document.querySelectorAll("table")) {
    if (!(t.caption?.textContent.trim() || t.getAttribute("aria-label") || t.getAttribute("aria-labelledby"))) say("a table has no name");
  }
  for (const i of document.images) {
    if (!i.hasAttribute("alt")) say("an image has no alt:", i.src);
  }
  for (const f of document.querySelectorAll("iframe")) if (!f.title.trim()) say("a frame has no title");
  for (const e of document.querySelectorAll("a[href], button, summary")) if (!named(e)) say("nothing names", e.outerHTML.slice(0, 90));
  for (const e of document.querySelectorAll("[aria-labelledby]")) if (!named(e)) say("labelled by nothing:", e.outerHTML.slice(0, 90));
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids.filter((id, n) => ids.indexOf(id) !== n))) say("the id", id, "is there twice");
  for (const b of document.querySelectorAll("button, .button")) {
    const high = b.getBoundingClientRect().height;
    if (seen(b) && high < 44) say("the button", words(b), "is", high, "px high");
  }

  const rgba = (colour) => { const c = colour.match(/[\d.]+/g).map(Number); return c.length === 4 ? c : [...c, 1]; };
  const light = (c) => {
    const part = c.slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
  };
  const behind = (e) => {
    for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c; }
    return matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
  };
  const pale = new Map();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !seen(e)) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize), a = light(rgba(style.color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const enough = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    if (!(ratio >= enough)) pale.set(e.tagName + "." + e.className, ratio.toFixed(2) + ": " + walk.currentNode.data.trim().slice(0, 40));
  }
  for (const [where, what] of pale) say("contrast of", where, "is", what);
  return faults;
})()`

// measure checks the page in the window under every look.
func (w *window) measure(what string) {
	w.t.Helper()
	for _, l := range looks() {
		w.as(l)
		for _, f := range ask[[]string](w, pageFaults) {
			w.t.Errorf("%s, %s: %s", what, l, f)
		}
	}
}

// focused is where the keyboard is; Ring is whether it can be seen there.
type focused struct {
	Name   string
	Nobody bool
	Frame  bool
	Ring   bool
	Inside bool
}

const whereFocus = `(() => {
  const e = document.activeElement;
  if (!e || e === document.body) return {Nobody: true};
  const s = getComputedStyle(e), r = e.getBoundingClientRect();
  return {
    Name: e.tagName + " " + (e.getAttribute("aria-label") || e.textContent || "").trim().slice(0, 40),
    Frame: e.tagName === "IFRAME",
    Ring: e.matches(":focus-visible, input[type=date]:focus") && s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2,
    Inside: r.width > 0 && r.height > 0 && r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth,
  };
})()`

// tabThrough goes through a page by keyboard: wherever one is, it can be seen.
func (w *window) tabThrough(what string, atMost int) {
	w.t.Helper()
	stops := 0
	for ; stops < atMost; stops++ {
		w.do(chromedp.KeyEvent(kb.Tab))
		f := ask[focused](w, whereFocus)
		if f.Nobody || f.Frame {
			// The end, or inside a mail, whose rings are the browser's own.
			break
		}
		if !f.Ring || !f.Inside {
			w.t.Errorf("%s: the focus is not seen on %s (%+v)", what, f.Name, f)
		}
	}
	if stops == 0 {
		w.t.Errorf("%s: nothing can be reached by keyboard", what)
	}
}

// checkRuler holds the ruler and the ears against pages with every fault that
// they are there to find.
func checkRuler(t *testing.T, server string, w *window) {
	t.Helper()
	w.as(look{width: 390})
	w.do(chromedp.Navigate(`data:text/html,<style>a:focus{outline:0}</style><h3>Deep</h3><p id=a style="color:%23ccc">Pale</p>` +
		`<table><tr><td>x</table><img src="data:,"><iframe></iframe><a href="/"></a><b id=a></b>` +
		`<button style="height:20px">Tiny</button><div class=wide style="width:900px">W</div><script>alert(1)</script>`))
	found := map[string]bool{}
	for _, f := range ask[[]string](w, pageFaults) {
		found[f] = true
	}
	for _, want := range []string{
		"the page says no language", "the page has no title", "the page overflows by 518 px: DIV.wide", "0 h1", "H3 Deep follows a heading of level 0",
		"a table has no name", "an image has no alt: data:,", "a frame has no title", `nothing names <a href="/"></a>`, "the id a is there twice",
		"the button Tiny is 20 px high", "contrast of P. is 1.61: Pale",
	} {
		if !found[want] {
			t.Errorf("nothing says %q in %v", want, found)
		}
	}
	w.do(chromedp.KeyEvent(kb.Tab))
	if f := ask[focused](w, whereFocus); f.Ring {
		t.Errorf("a ring is seen where there is none: %+v", f)
	}
	w.heard("a dialog opened")

	w.visit(server + "/sign-in")
	w.quiet("a page without faults")
	ask[bool](w, `!document.body.append(Object.assign(document.createElement("script"), {textContent: "alert(2)"}))`)
	w.heard("Content Security Policy")
	ask[bool](w, `!setTimeout(() => { throw new Error("on purpose") })`)
	w.heard("exception")
	ask[bool](w, `!console.error("on purpose")`)
	w.heard("console error")
}

// heard waits for a complaint that the test caused, and forgives it.
func (w *window) heard(what string) {
	w.t.Helper()
	until(w.t, "a complaint of "+what, func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return slices.ContainsFunc(w.complaints, func(c string) bool { return strings.Contains(c, what) })
	})
	w.forgive(what)
}

// forgive takes back complaints that hold a word.
func (w *window) forgive(word string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.complaints = slices.DeleteFunc(w.complaints, func(c string) bool { return strings.Contains(c, word) })
}

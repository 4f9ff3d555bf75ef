package app_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// timeline is what the API tells of a cart.
type timeline struct {
	Timeline []struct {
		Kind  string `json:"kind"`
		Touch *struct {
			Kind string `json:"kind"`
		} `json:"touch"`
	} `json:"timeline"`
}

// confirmed counts the confirmed clicks of a visitor.
func (b *bazaar) confirmed(v visitor) (n int) {
	b.t.Helper()
	var c timeline
	b.get("/carts/"+b.cartOf(v), &c)
	for _, e := range c.Timeline {
		if e.Touch != nil && e.Touch.Kind == "click_confirmed" {
			n++
		}
	}
	return n
}

// visits counts how often the shop's own site was asked for a visitor's checkout.
func (b *bazaar) visits(v visitor) (n int) {
	b.site.mu.Lock()
	defer b.site.mu.Unlock()
	for _, seen := range b.site.seen {
		if strings.HasPrefix(b.recovery(v), b.site.URL+seen) {
			n++
		}
	}
	return n
}

// A person who opens the link is taken to their checkout by the page's script.
func restores(t *testing.T, b *bazaar, w *window) {
	w.as(look{width: 390, height: 844})
	w.visit(linkOf(t, b.letter(t, rosa, event.Email), "/r/"))
	until(t, "the shop's own site is shown", func() bool {
		// Between two pages there is none that could answer.
		shown, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](`location.href + " " + document.querySelector("h1")?.textContent`))
		return err == nil && shown == b.recovery(rosa)+" Checkout"
	})
	same(t, "visits to the shop", b.visits(rosa), 1)
	same(t, "confirmed clicks", b.confirmed(rosa), 1)
	b.site.mu.Lock()
	defer b.site.mu.Unlock()
	if len(b.site.referrers) > 0 {
		t.Errorf("the link's token was told to the shop: %v", b.site.referrers)
	}
}

// Where scripts are off, the page stays and its button does the same.
func restoresByButton(t *testing.T, b *bazaar, w *window) {
	w.do(send(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	link := linkOf(t, b.letter(t, ottilie, event.Email), "/r/")
	w.visit(link)
	w.measure("restore page")
	w.as(look{width: 390, height: 844})
	if shown := ask[string](w, `document.body.innerText`); !strings.Contains(shown, hostile) || !strings.Contains(shown, compound) {
		t.Errorf("the titles are not shown as they are:\n%s", shown)
	}
	same(t, "elements that the title made", ask[int](w, `document.querySelectorAll('img[src="x"], [onerror], body script').length`), 0)
	same(t, "the button shows", ask[bool](w, `(() => {
		const b = document.querySelector("#restore button"), r = b.getBoundingClientRect();
		return b.checkVisibility() && r.width > 0 && r.left >= 0 && r.right <= innerWidth;
	})()`), true)
	w.tabThrough("restore page", 5)
	same(t, "confirmed clicks before the button", b.confirmed(ottilie), 0)
	w.press("#restore button")
	same(t, "address", w.at(), b.recovery(ottilie))
	same(t, "visits to the shop", b.visits(ottilie), 1)
	same(t, "confirmed clicks", b.confirmed(ottilie), 1)
}

// Opening the link stops nothing; its button does.
func unsubscribes(t *testing.T, b *bazaar, w *window) {
	link := linkOf(t, b.letter(t, marie, event.Email), "/u/")
	const heading = `document.querySelector("h1").textContent`
	const stopButton = `form:not(.second) button`
	for range 2 {
		w.visit(link)
		same(t, "buttons that stop the channel", ask[int](w, `document.querySelectorAll("`+stopButton+`").length`), 1)
	}
	w.measure("unsubscribe page")
	w.tabThrough("unsubscribe page", 5)
	w.press(stopButton)
	same(t, "heading", ask[string](w, heading), "Done")
	w.measure("done page")
	w.visit(link)
	same(t, "buttons left", ask[int](w, `document.querySelectorAll("`+stopButton+`").length`), 0)
	w.measure("unsubscribe page again")
	w.press(`form.second button`)
	same(t, "heading after stopping everything", ask[string](w, heading), "Done")
	w.visit(linkOf(t, b.letter(t, rosa, event.Email), "/u/"))
	same(t, "buttons for somebody else", ask[int](w, `document.querySelectorAll("`+stopButton+`").length`), 1)
}

// The page tells which right the shop has to write, and how to end it.
func saysWhy(t *testing.T, b *bazaar, w *window) {
	w.visit(linkOf(t, b.letter(t, rosa, event.Email), "/why/"))
	shown := ask[string](w, `document.querySelector("main").innerText`)
	for _, want := range []string{"Why did I get this?", "Your last activity in the cart was on", "Hazel & Oak wrote to you by email", "you said yes", "consent.yes"} {
		if !strings.Contains(shown, want) {
			t.Errorf("the page does not say %q:\n%s", want, shown)
		}
	}
	w.measure("why page")
	w.tabThrough("why page", 5)
	w.press(`main a.button`)
	same(t, "where its button leads", strings.HasPrefix(w.at(), b.url+"/u/"), true)
}

// The documentation of the API is for people, too.
func docsAreWell(t *testing.T, b *bazaar, w *window) {
	w.visit(b.url + "/docs")
	w.measure("docs")
	w.tabThrough("docs", 10)
	if n := ask[int](w, `document.querySelectorAll("article.card").length`); n < 10 {
		t.Errorf("it describes %d things", n)
	}
}

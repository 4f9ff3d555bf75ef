package app_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/app"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// A merchant edits personas and a sequence in a real browser, and the next
// carts follow: by scripts, by keyboard, and without either.
func TestBrowserPlaybook(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	b := openBazaar(t, app.WallClock(), swiftBook, "abandon_after=1s")
	w := openWindow(t, browser)
	w.signIn(b)
	addsAPersona(t, b, w)
	same(t, "routed by the order of before", b.routed(t, jonas), "value-conscious")
	reorders(t, b, w)
	same(t, "routed by the new order", b.routed(t, marie), "scarves")
	publishesAChange(t, b, w)
	b.fills(rosa)
	if letter := b.letter(t, rosa, event.Email); !strings.Contains(fmt.Sprint(letter), rosa.email) {
		t.Errorf("Rosa got %+v", letter)
	}
	until(t, "Rosa goes through the new version", func() bool {
		var l list[struct {
			Version int `json:"sequence_version"`
		}]
		b.get("/carts/"+b.cartOf(rosa)+"/decisions", &l)
		for _, d := range l.Items {
			if d.Version == 2 {
				return true
			}
		}
		return false
	})
	w.quiet("editing the playbook")
}

// routed lets a visitor leave a cart and gives the persona it gets.
func (b *bazaar) routed(t *testing.T, v visitor) string {
	t.Helper()
	b.fills(v)
	var persona string
	until(t, v.first+" is routed", func() bool {
		var c struct {
			Persona string `json:"persona"`
		}
		b.get("/carts/"+b.cartOf(v), &c)
		persona = c.Persona
		return persona != ""
	})
	return persona
}

// addsAPersona fills in the rule builder; the page says at once what the rule would do.
func addsAPersona(t *testing.T, b *bazaar, w *window) {
	w.visit(b.url + "/personas/new")
	ask[bool](w, `(() => {
		const set = (e, v) => { e.value = v; e.dispatchEvent(new Event("input", {bubbles: true})) };
		set(document.querySelector("#key"), "scarves");
		set(document.querySelector("#name"), "Sonja");
		set(document.querySelector("[name=fact]"), "cart.total");
		set(document.querySelector("[name=op]"), "less");
		set(document.querySelector("[name=value]"), "500");
		return true;
	})()`)
	w.wait("the rule is said as text", `document.querySelector("#rule-said").textContent === "cart.total < 500"`)
	w.wait("the verdict", `document.querySelector("#verdict").textContent.includes("The rule can be used")`)
	w.press(`.save-bar button`)
	same(t, "address after saving", w.at(), b.url+"/personas/scarves?did=saved")
	w.press(`button[value="text"]`)
	ask[bool](w, `(() => { const r = document.querySelector("#rule"); r.value = "cart.totl < 500"; r.dispatchEvent(new Event("input", {bubbles: true})); return true })()`)
	w.wait("the caret", `document.querySelector("#verdict").textContent.includes("Line 1, column 5")`)
	w.measure("a rule as text")
	// Leaving by the menu would ask first; this says what becomes of it.
	w.press(`.save-bar a`)
}

// reorders moves the new persona to the top by its button, as often as it takes.
func reorders(t *testing.T, b *bazaar, w *window) {
	w.visit(b.url + "/personas")
	for range 10 {
		if ask[bool](w, `document.querySelector(".persona-list > li").id === "scarves"`) {
			break
		}
		w.press(`#scarves .persona-acts button[aria-label$=" up"]`)
	}
	same(t, "first", ask[string](w, `document.querySelector(".persona-list > li").id`), "scarves")
	same(t, "last", ask[string](w, `[...document.querySelectorAll(".persona-list > li")].at(-1).id`), "first-time-visitor")
	w.measure("personas in a new order")
}

// publishesAChange changes a sequence's second step, sees the difference in words and publishes it.
func publishesAChange(t *testing.T, b *bazaar, w *window) {
	w.visit(b.url + "/sequences/swift/draft")
	ask[bool](w, `(() => { document.querySelector("#after-2").value = "5s"; return true })()`)
	w.press(`.save-bar button[value="save"]`)
	same(t, "the difference", ask[string](w, `document.querySelector(".changes li").textContent`), "step 2: 4s → 5s")
	w.measure("a draft with a difference")
	w.press(`button[formaction$="/publish"]`)
	same(t, "address after publishing", w.at(), b.url+"/sequences/swift?did=published")
	same(t, "said", ask[string](w, `document.querySelector("[role=status]").textContent`), "It is published: every cart that enters from now on gets this version.")
	w.measure("a published sequence")
}

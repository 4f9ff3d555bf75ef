package app_test

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/web/assets"
	"github.com/cartograph-dev/cartograph/internal/web/dashboard"
)

// drafting is a page with both editors as the dashboard has them, under its policy.
func drafting(t *testing.T, blocks []message.Block, code string) string {
	t.Helper()
	e := echo.New()
	page := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", dashboard.Policy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, draftingPage, html.EscapeString(jsonOf(t, blocks)), html.EscapeString(code), scriptOf(t, message.BlockKinds()))
	}
	e.GET("/", echo.WrapHandler(http.HandlerFunc(page)))
	e.GET("/names.json", func(c echo.Context) error { return c.JSON(http.StatusOK, message.Names()) })
	e.GET("/assets/:name", assets.Serve)
	e.GET("/favicon.ico", assets.Icon)
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	return server.URL
}

const draftingPage = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Drafting</title><link rel="stylesheet" href="/assets/cartograph.css">
<link rel="stylesheet" href="/assets/block-editor.css"><link rel="stylesheet" href="/assets/code-editor.css">
<script type="module" src="/assets/block-editor.js"></script><script type="module" src="/assets/code-editor.js"></script></head>
<body><main class="wide"><h1>Drafting</h1><form id="draft">
<section class="card"><h2 id="b">Blocks</h2><textarea id="blocks" name="blocks" aria-labelledby="b">%s</textarea>
<div data-blocks-for="blocks" data-names="/names.json" data-start="heading text items total button signature"></div></section>
<section class="card"><label for="code">HTML</label><textarea id="code" name="body" rows="8" data-code="liquid-html" data-names="/names.json" required>%s</textarea>
<button type="submit">Save</button></section></form></main>
<script type="application/json" id="block-kinds">%s</script></body></html>`

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// scriptOf is JSON for a script element; encoding/json writes < as \u003c.
func scriptOf(t *testing.T, v any) string { return jsonOf(t, v) }

// held gives the blocks in the form's textarea.
func (w *window) held() []message.Block {
	w.t.Helper()
	var out []message.Block
	if err := json.Unmarshal([]byte(ask[string](w, `document.getElementById("blocks").value`)), &out); err != nil {
		w.t.Fatal(err)
	}
	return out
}

func kindsOf(blocks []message.Block) string {
	var all []string
	for _, b := range blocks {
		all = append(all, b.Kind)
	}
	return strings.Join(all, " ")
}

const evil = `</textarea><img src=x onerror=alert(1)>"'{{ x }}`

func TestBlockEditor(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	w := openWindow(t, browser)
	w.as(look{width: 1280, height: 1600})
	w.visit(drafting(t, []message.Block{{Kind: "heading", Text: evil}, {Kind: "divider"}}, ""))
	w.wait("the editor stands", `document.querySelectorAll(".block").length === 2`)
	w.quiet("the editor with a hostile text")
	same(t, "textarea is out of sight", ask[bool](w, `document.getElementById("blocks").hidden`), true)
	same(t, "summary", ask[string](w, `document.querySelector(".block-summary").textContent`), evil)

	w.addsByKeyboard()
	w.editsFields()
	w.reordersAndUndoes()
	w.showsProblems()
	w.measure("block editor")
	w.quiet("block editor")
}

// click presses the first element of a selector whose words or label begin so.
func (w *window) click(selector, words string) {
	w.t.Helper()
	if !ask[bool](w, fmt.Sprintf(`(() => { const e = [...document.querySelectorAll(%q)].find((e) => (e.getAttribute("aria-label") || e.textContent).trim().startsWith(%q));
		e?.focus(); e?.click(); return Boolean(e) })()`, selector, words)) {
		w.t.Fatalf("there is no %s %q", selector, words)
	}
}

// addsByKeyboard goes through the menu without a mouse.
func (w *window) addsByKeyboard() {
	w.t.Helper()
	ask[bool](w, `document.querySelector(".block-add > button").focus() === undefined`)
	w.do(chromedp.KeyEvent(kb.Enter))
	same(w.t, "focus in the menu", ask[string](w, `document.activeElement.querySelector("strong").textContent`), "Heading")
	w.do(chromedp.KeyEvent(kb.Escape))
	same(w.t, "focus after leaving it", ask[string](w, `document.activeElement.textContent`), "Add a block")
	w.do(chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
	same(w.t, "kinds", kindsOf(w.held()), "heading divider text")
	same(w.t, "what is said", ask[string](w, `document.querySelector("[role=status]").textContent`), "Text was added at the end.")
	same(w.t, "focus in the first field", ask[string](w, `document.activeElement.tagName`), "TEXTAREA")
	want := "Hi {{ shopper.first_name | default: 'there' }}, your cart is saved. Nothing is ordered yet."
	same(w.t, "what it begins with", w.held()[2].Text, want)
}

// editsFields types, inserts a variable and chooses.
func (w *window) editsFields() {
	w.t.Helper()
	ask[bool](w, `document.activeElement.select() === undefined`)
	w.do(chromedp.KeyEvent("Hello "))
	w.click(".block:nth-child(3) .block-tools button", "Insert a variable")
	w.wait("the variables are there", `document.querySelectorAll(".block:nth-child(3) .block-names button").length > 10`)
	w.click(".block:nth-child(3) .block-names button", "shopper.first_name")
	same(w.t, "inserted text", w.held()[2].Text, "Hello {{ shopper.first_name | default: 'there' }}")
	ask[bool](w, `document.activeElement.setSelectionRange(0, 5) === undefined`)
	w.click(".block:nth-child(3) .block-tools button", "Bold")
	ask[bool](w, `(() => { const s = document.querySelector(".block:nth-child(3) select[id$=when]"); s.value = "named"; s.dispatchEvent(new Event("input", {bubbles: true})); return true })()`)
	if diff := cmp.Diff(message.Block{Kind: "text", Text: "**Hello** {{ shopper.first_name | default: 'there' }}", When: "named"}, w.held()[2]); diff != "" {
		w.t.Errorf("(-want +got):\n%s", diff)
	}
	if label := ask[string](w, `document.querySelector(".block:nth-child(3) select[id$=when]").labels[0].textContent`); label != "Show it" {
		w.t.Errorf("the choice is labelled %q", label)
	}
}

// reordersAndUndoes moves by button and by hand, copies, removes and takes it back.
func (w *window) reordersAndUndoes() {
	w.t.Helper()
	w.click(".block:nth-child(3) .block-up", "Move Text, 3 of 3 up")
	same(w.t, "kinds after moving", kindsOf(w.held()), "heading text divider")
	same(w.t, "what is said", ask[string](w, `document.querySelector("[role=status]").textContent`), "Text is now 2 of 3.")
	same(w.t, "focus stays", ask[string](w, `document.activeElement.getAttribute("aria-label")`), "Move Text, 2 of 3 up")
	w.click(".block:nth-child(1) .block-up", "Move Heading")
	same(w.t, "the first stays", kindsOf(w.held()), "heading text divider")
	w.click(".block:nth-child(1) .block-copy", "Copy Heading")
	same(w.t, "kinds after copying", kindsOf(w.held()), "heading heading text divider")
	w.click(".block:nth-child(2) .block-remove", "Remove Heading, 2 of 4")
	same(w.t, "kinds after removing", kindsOf(w.held()), "heading text divider")
	w.click(".block-undo button", "Undo")
	same(w.t, "kinds after undoing", kindsOf(w.held()), "heading heading text divider")
	same(w.t, "what came back", w.held()[1].Text, evil)
	w.click(".block:nth-child(4) .block-remove", "Remove Line, 4 of 4")
	w.click(".block:nth-child(3) .block-remove", "Remove Text, 3 of 3")
	w.click(".block-undo button", "Undo")
	same(w.t, "kinds after undoing the last of two", kindsOf(w.held()), "heading heading text")
	w.click(".block-undo button", "Undo")
	same(w.t, "kinds after undoing both", kindsOf(w.held()), "heading heading text divider")
	same(w.t, "nothing is left to undo", ask[bool](w, `document.querySelector(".block-undo").hidden`), true)
	w.dragFirstTo(4)
	same(w.t, "kinds after dragging", kindsOf(w.held()), "heading text divider heading")
}

// dragFirstTo drags the first block below another by its grip.
func (w *window) dragFirstTo(n int) {
	w.t.Helper()
	ask[bool](w, `window.scrollTo(0, 0) === undefined`)
	at := ask[[]float64](w, fmt.Sprintf(`(() => { const g = document.querySelector(".block-grip").getBoundingClientRect(), l = document.querySelector(".block:nth-child(%d)").getBoundingClientRect();
		return [g.x + g.width / 2, g.y + g.height / 2, l.bottom - 3] })()`, n))
	w.do(mouse("mousePressed", at[0], at[1]), mouse("mouseMoved", at[0], at[1]+20), mouse("mouseMoved", at[0], at[2]), mouse("mouseReleased", at[0], at[2]))
}

// showsProblems marks a field and opens its card.
func (w *window) showsProblems() {
	w.t.Helper()
	w.click(".block:nth-child(2) .block-toggle", "Text")
	ask[bool](w, `document.forms.draft.dispatchEvent(new CustomEvent("cartograph:problems", {detail: [{field: "blocks[1].text", message: "<b>wrong</b>"}, {field: "body", line: 2, column: 3, message: "no such thing"}]}))`)
	same(w.t, "problem at the field", ask[string](w, `(() => { const f = document.querySelector(".block:nth-child(2) textarea");
		return f.getAttribute("aria-invalid") + " " + f.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id).textContent).pop() })()`), "true <b>wrong</b>")
	same(w.t, "card is open", ask[bool](w, `document.querySelector(".block:nth-child(2) .block-body").hidden`), false)
}

// An email that the editor makes can be saved as it is.
func TestReadyMadeBlocksPass(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	w := openWindow(t, browser)
	w.visit(drafting(t, []message.Block{}, ""))
	w.wait("the editor stands", `document.querySelector(".block-ready") !== null`)
	w.click("button", "Begin with a ready-made email")
	same(t, "kinds", kindsOf(w.held()), "heading text items total button signature")
	tpl := message.Template{Key: "x", Channel: "email", Locale: "en", Subject: "x", Blocks: w.held()}
	if err := message.NewRenderer(nil).Check(tpl); err != nil {
		t.Error(err)
	}
	w.measure("ready-made email")
	w.quiet("ready-made email")
}

const shadow = `document.querySelector(".code-editor").shadowRoot`

func TestCodeEditor(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	w := openWindow(t, browser)
	w.as(look{width: 1280, height: 1600})
	w.visit(drafting(t, []message.Block{}, "<p class=\"x\">Hi</p>\n{% if cart.total %}\n{% endif %}\n"))
	w.wait("the editor stands", `document.querySelector(".code-editor")?.shadowRoot.querySelector(".cm-content") !== null`)
	w.quiet("the editor under the dashboard's policy")
	if colours := ask[int](w, `new Set([...`+shadow+`.querySelectorAll(".cm-line span")].map((s) => getComputedStyle(s).color)).size`); colours < 4 {
		t.Errorf("%d colours", colours)
	}
	same(t, "its name", ask[string](w, shadow+`.querySelector(".cm-content").getAttribute("aria-label")`), "HTML")
	w.click("label", "HTML")
	w.do(chromedp.KeyEvent("X{{ sho"))
	w.wait("names are offered", shadow+`.querySelectorAll(".cm-tooltip-autocomplete li").length > 10`)
	w.do(chromedp.KeyEvent("pper.first"))
	w.wait("one name is left", shadow+`.querySelector(".cm-tooltip-autocomplete li[aria-selected]")?.textContent === "shopper.first_name"`)
	w.accepts()
	w.do(chromedp.KeyEvent(" | upc"))
	w.wait("filters are offered", shadow+`.querySelector(".cm-tooltip-autocomplete li[aria-selected]")?.textContent.startsWith("upcase") === true`)
	w.accepts()
	w.do(chromedp.KeyEvent(" }}"))
	same(t, "the textarea", ask[string](w, `document.getElementById("code").value.split("\n")[0]`), `X{{ shopper.first_name | upcase }}<p class="x">Hi</p>`)
	ask[bool](w, `(window.heard = 0, document.forms.draft.addEventListener("input", () => window.heard++), true)`)
	w.do(chromedp.KeyEvent("y"))
	same(t, "the form hears", ask[int](w, "window.heard"), 1)
	w.leavesByKeyboard()
	w.marksProblems()
	w.measure("code editor")
	w.quiet("code editor")
}

// leavesByKeyboard: Tab indents, Escape and Tab leave.
func (w *window) leavesByKeyboard() {
	w.t.Helper()
	w.do(chromedp.KeyEvent(kb.Tab))
	same(w.t, "Tab stays inside", ask[bool](w, `document.activeElement.className === "code-editor"`), true)
	same(w.t, "the hint is seen", ask[string](w, `getComputedStyle(document.querySelector(".code-hint")).visibility`), "visible")
	w.do(chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent(kb.Tab))
	same(w.t, "Escape and Tab leave", ask[string](w, `document.activeElement.textContent`), "Save")
}

// marksProblems at their lines, and follows what others write into the textarea.
func (w *window) marksProblems() {
	w.t.Helper()
	ask[bool](w, `document.forms.draft.dispatchEvent(new CustomEvent("cartograph:problems", {detail: [{field: "body", line: 2, column: 7, message: "there is no variable"}, {field: "text", line: 1, message: "another's"}]}))`)
	w.wait("the mark is there", shadow+`.querySelectorAll(".cm-lintRange-error").length === 1`)
	same(w.t, "marked text", ask[string](w, `[...`+shadow+`.querySelectorAll(".cm-lintRange-error")].map((e) => e.textContent).join("")`), "cart.total %}")
	ask[bool](w, `(() => { const a = document.getElementById("code"); a.value = "<b>other</b>"; return a.dispatchEvent(new Event("input", {bubbles: true})) })()`)
	same(w.t, "what is shown", ask[string](w, shadow+`.querySelector(".cm-content").textContent`), "<b>other</b>")
	ask[bool](w, `document.forms.draft.dispatchEvent(new CustomEvent("cartograph:problems", {detail: []}))`)
	w.wait("the mark is gone", shadow+`.querySelectorAll(".cm-lintRange-error").length === 0`)
}

// accepts takes what is offered, by Enter in one piece: chromedp's own sends the
// letter also where the page has answered the key. An offer takes no keys in its
// first moments, so that nobody accepts what came up under their fingers.
func (w *window) accepts() {
	w.t.Helper()
	ask[bool](w, `(window.since = performance.now(), true)`)
	w.wait("the offer takes keys", `performance.now() - window.since > 200`)
	for _, kind := range []input.DispatchKeyEventType{"keyDown", "keyUp"} {
		w.do(send(input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13}))
	}
}

// mouse moves or presses the left button.
func mouse(kind string, x, y float64) chromedp.Action[chromedp.Void] {
	return send(input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventType(kind), X: x, Y: y,
		Button: input.MouseButtonLeft, Buttons: 1, ClickCount: 1})
}

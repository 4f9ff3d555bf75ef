package app_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/app"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// The editor in a real browser: what is typed is shown, what is published is
// what the next shopper gets, and nothing in a template runs.
func TestTemplatesInTheBrowser(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	b := openBazaar(t, app.WallClock(), swiftBook, "abandon_after=1s")
	w := openWindow(t, browser)
	w.signIn(b)
	for name, test := range map[string]func(*testing.T, *bazaar, *window){
		"edit and publish": editsAndPublishes, "pages": templatePagesAreWell, "hostile": hostileTemplateIsInert, "viewer": viewersOnlyLook,
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			test(t, b, w)
			w.quiet(name)
		})
	}
}

// typed writes into a field as a person does who types over it.
func (w *window) typed(field, text string) {
	w.t.Helper()
	ask[bool](w, `(() => { const f = document.querySelector("[name='`+field+`']"); f.value = `+quoted(text)+`; f.dispatchEvent(new Event("input", {bubbles: true})); return true })()`)
}

// quoted writes a text as JavaScript does.
func quoted(s string) string {
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`", "${", "\\${").Replace(s) + "`"
}

// said waits until the edited text's preview says something.
func (w *window) said(what, text string) {
	w.t.Helper()
	w.wait(text+" is previewed", `document.querySelector("[data-own] [data-said='`+what+`']").textContent.includes(`+quoted(text)+`)`)
}

// The next message is what was published, word for word.
func editsAndPublishes(t *testing.T, b *bazaar, w *window) {
	w.as(look{width: 1440, height: 900})
	w.visit(b.url + "/templates?q=value-plain")
	w.press(`a[href="/templates/value-plain-numbers/email/en"]`)
	w.typed("subject", "Dear {{ shopper.first_name | default: 'reader' }}, a word")
	w.said("subject", "Dear Ana, a word")
	w.typed("body", "<p>{{ cart.totl }}</p>")
	w.wait("the mistake is told", `!!document.querySelector("#faults-body li")?.textContent.includes("Line 1")`)
	same(t, "the field is marked", ask[string](w, `document.querySelector("[name=body]").getAttribute("aria-invalid")`), "true")
	w.typed("body", `<p>Only {{ cart.total }} in all.</p><p><a href="{{ cart.restore_url }}">Back</a></p>`)
	w.typed("text", "") // so that it is made of the HTML
	w.wait("the mistake is gone", `document.querySelectorAll("#faults-body li").length === 0`)
	w.said("text", "Only €84.00 in all.")
	w.wait("three frames are filled", `document.querySelectorAll("[data-own] iframe[name^=proof]:not(.coming)").length === 3`)
	w.press(`.acts button[type=submit]`)
	same(t, "said", ask[string](w, `document.querySelector("[role=status].note").textContent`), "The draft is saved. Shoppers still get what is live, until you publish it.")

	b.fills(jonas)
	until(t, "Jonas is written to", func() bool { return len(b.lettersTo(jonas)) > 0 })
	for _, l := range b.lettersTo(jonas) {
		if strings.Contains(l.Subject, "a word") {
			t.Errorf("a draft was sent: %s", l.Subject)
		}
	}
	ask[bool](w, `document.querySelector("#publish").open = true`)
	w.typed("note", "fewer words")
	w.press(`button[formaction$="/publish"]`)
	same(t, "said", ask[string](w, `document.querySelector("[role=status].note").textContent`), "Version 2 is live: the next message uses it.")
	b.fills(rosa)
	until(t, "Rosa gets the new words", func() bool {
		for _, l := range b.lettersTo(rosa) {
			if l.Subject == "Dear Rosa, a word" && strings.Contains(l.Text, "Only €79.00 in all.") {
				return true
			}
		}
		return false
	})
	w.visit(b.url + "/templates/value-plain-numbers/email/en/versions/2")
	if page := ask[string](w, `document.querySelector("main").textContent`); !strings.Contains(page, "fewer words") || !strings.Contains(page, "Added: ") {
		t.Errorf("the version's page: %s", page)
	}
	w.visit(b.url + "/templates/value-plain-numbers/email/en/versions")
	w.press(`form[action$="/versions/1/restore"] button`)
	same(t, "restored", ask[string](w, `document.querySelector("[name=subject]").value`), "What it comes to")
	ask[bool](w, `document.querySelector("#discard").open = true`)
	w.press(`button[formaction$="/discard"]`)
}

// Every page of templates, in every window, by day and by night.
func templatePagesAreWell(t *testing.T, b *bazaar, w *window) {
	w.visit(b.url + "/templates")
	ask[string](w, `document.querySelector("#new-key").value = "made-here"`)
	w.press(`form[action="/templates"][method=post].across button`)
	same(t, "where it begins", w.at(), b.url+"/templates/made-here/email/en?did=made")
	w.wait("the block editor stands", `document.querySelectorAll("ol.blocks > li").length > 3`)
	// Tab writes into a code editor, so it is stopped before: Escape and Tab leave it.
	for path, stops := range map[string]int{
		"/templates": 25, "/templates?q=nothing-like-it": 25, "/templates/words": 10, "/templates/import": 25, "/templates/made-here/email/en": 25,
		"/templates/value-saved/email/en": 8, "/templates/value-saved/sms/en": 7, "/templates/value-saved/messenger/en": 7,
		"/templates/value-saved/sms/en/retire": 25, "/templates/value-saved/sms/en/versions": 25, "/templates/value-saved/sms/en/versions/1": 25,
	} {
		w.as(look{width: 1440})
		w.visit(b.url + path)
		w.measure(path)
		w.as(look{width: 768})
		w.tabThrough(path, stops)
		w.quiet(path)
	}
	w.as(look{width: 1440, height: 900})
}

// Whatever a template or a product says, it is shown and does nothing.
func hostileTemplateIsInert(t *testing.T, b *bazaar, w *window) {
	b.fills(ottilie)
	until(t, "Ottilie is written to", func() bool { return len(b.lettersTo(ottilie)) > 0 })
	w.visit(b.url + "/templates/value-saved/email/en?with=cart:" + b.cartOf(ottilie))
	w.typed("subject", hostile)
	w.typed("body", `<p>`+hostile+`</p>{% for item in cart.items %}{{ item.title }}{% endfor %}<form action="https://evil.example"><button>x</button></form><meta http-equiv="refresh" content="0;url=https://evil.example"><iframe src="https://evil.example"></iframe>`)
	w.said("subject", hostile)
	w.wait("the frames are filled", `document.querySelectorAll("[data-own] iframe[name^=proof]:not(.coming)").length === 3`)
	same(t, "elements that the subject made", ask[int](w, `document.querySelectorAll('img[src="x"], [onerror]').length`), 0)
	same(t, "the frames are shut in", ask[bool](w, `[...document.querySelectorAll("iframe")].every((f) => f.getAttribute("sandbox") === "" && f.contentDocument === null)`), true)
	w.press(`.acts button[type=submit]`)
	same(t, "said", ask[string](w, `document.querySelector("[role=status].note").textContent`), "The draft is saved. Shoppers still get what is live, until you publish it.")
	same(t, "where", strings.HasPrefix(w.at(), b.url+"/templates/value-saved/email/en"), true)
	ask[bool](w, `document.querySelector("#discard").open = true`)
	w.press(`button[formaction$="/discard"]`)
	w.shutIn()
}

// shutIn forgets what the browser said of what it kept from running, and
// nothing else.
func (w *window) shutIn() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.complaints = slices.DeleteFunc(w.complaints, func(c string) bool {
		return strings.Contains(c, "sandboxed") || strings.Contains(c, "Content Security Policy") || strings.Contains(c, "ERR_BLOCKED")
	})
}

// Viewers see the text and its previews, and no button.
func viewersOnlyLook(t *testing.T, b *bazaar, w *window) {
	out := b.command("user", "create", "--email", "viewer@hazelandoak.example", "--shop", b.ID, "--role", "viewer", "--json")
	w.visit(b.url + "/")
	w.press(`form[action="/sign-out"] button`)
	w.visit(strings.Split(out, `"`)[3])
	w.press(`form[action^="/sign-in/"] button`)
	w.visit(b.url + "/templates/value-saved/email/en")
	same(t, "buttons that change something", ask[int](w, `document.querySelectorAll("main form[method=post] button").length`), 0)
	same(t, "fields that can be edited", ask[int](w, `document.querySelectorAll("main input:enabled:not([type=hidden]), main textarea:enabled").length`), 0)
	w.press(`form[method=get] button`)
	same(t, "frames", ask[int](w, `document.querySelectorAll("[data-own] iframe").length`), 3)
	w.measure("a viewer's editor")
	w.visit(b.url + "/")
	w.press(`form[action="/sign-out"] button`)
	w.signIn(b)
}

// lettersTo gives what a visitor received by email.
func (b *bazaar) lettersTo(v visitor) (out []struct{ Subject, Text string }) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.letters {
		if l.Channel == event.Email && l.To == v.email {
			out = append(out, struct{ Subject, Text string }{l.Subject, l.Text})
		}
	}
	return out
}

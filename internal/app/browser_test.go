package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/app"
	"github.com/cartograph-dev/cartograph/internal/demo"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// swiftBook writes to everybody twice within seconds, in the shipped words.
const swiftBook = `
sequences:
  - key: swift
    stage: purchase
    trigger: cart_abandoned
    steps:
      - {after: 2s, channels: [sms, email], template: value-saved, max_late: 1h}
      - {after: 4s, channels: [email], template: value-plain-numbers, max_late: 1h}
`

// What shops and shoppers may write, and no page may choke on.
const (
	hostile  = `<script>alert(1)</script><img src=x onerror=alert(1)>`
	compound = "Donaudampfschifffahrtsgesellschaftskapitänsmützenaufbewahrungsschachtelverschlussriegel"
)

// The visitors of the bazaar.
var (
	ottilie = visitor{token: "vis-ottilie", email: "ottilie@visitor.example", first: "Ottilie", last: "Rindfleischetikettierungsüberwachungsaufgabenübertragung",
		lines: []goods{{hostile, hostile, 2, 1250}, {compound, "Größe " + compound, 1, 10490}}}
	jonas = visitor{token: "vis-jonas", email: "jonas@visitor.example", first: "Jonas", last: "Weber",
		lines: []goods{{"Merino scarf", "Ochre", 1, 5990}}}
	marie = visitor{token: "vis-marie", email: "marie@visitor.example", first: "Marie", last: "Roux", phone: demo.AwakePhone(time.Now(), 667700),
		lines: []goods{{"Stoneware mug", "", 2, 1400}}}
	emil = visitor{token: "vis-emil", email: "emil@visitor.example", first: "Emil", last: "Vogel", silent: true,
		lines: []goods{{"Tea towel", "Striped", 3, 990}}}
	rosa = visitor{token: "vis-rosa", email: "rosa@visitor.example", first: "Rosa", last: "Keller",
		lines: []goods{{"Linen shirt", "M", 1, 7900}}}
)

// The pages in a real browser: a server in this process, a shop that sends
// signed webhooks, shoppers who are written to and of whom one bought.
func TestBrowser(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	b := openBazaar(t, app.WallClock(), swiftBook, "abandon_after=1s")
	b.trade(t)
	for name, test := range map[string]func(*testing.T, *bazaar, *window){
		"ruler":               func(t *testing.T, b *bazaar, w *window) { checkRuler(t, b.url, w) },
		"signing in":          signsIn,
		"password":            signsInByPassword,
		"pages":               pagesAreWell,
		"hostile title":       hostileTitleIsInert,
		"who is who":          namesArePutRight,
		"live overview":       overviewFollows,
		"overview stays put":  overviewStaysPut,
		"acts on a shopper":   actsOnAShopper,
		"viewer":              viewerSees,
		"replaying":           replays,
		"restoring":           restores,
		"restoring by button": restoresByButton,
		"unsubscribing":       unsubscribes,
		"why":                 saysWhy,
		"docs":                docsAreWell,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := openWindow(t, browser)
			test(t, b, w)
			w.quiet(name)
		})
	}
}

// trade lets everybody leave a cart and be written to, and Jonas come back and buy.
func (b *bazaar) trade(t *testing.T) {
	t.Helper()
	for _, v := range []visitor{ottilie, jonas, marie, emil, rosa} {
		b.fills(v)
	}
	back := linkOf(t, b.letter(t, jonas, event.Email), "/r/")
	if status, header, _ := exchange(t, http.MethodPost, back, nil, nil); status != http.StatusSeeOther || header.Get("Location") != b.recovery(jonas) {
		t.Fatalf("restoring was answered %d, to %s", status, header.Get("Location"))
	}
	b.buys(jonas, 1001, 1000)
	b.posted("checkouts/create", b.puzzle(rosa, 7900, 0))
	for _, v := range []visitor{ottilie, rosa} {
		b.letter(t, v, event.Email)
	}
	b.letter(t, marie, event.SMS)
	until(t, "an order is credited", func() bool { return len(b.recoveries()) == 1 })
	until(t, "Emil is skipped", func() bool { return len(b.decisions(buyer{email: emil.email})) > 0 })
}

// signIn signs the window in by a fresh link and its button.
func (w *window) signIn(b *bazaar) {
	w.t.Helper()
	w.signInAs(b, "owner@hazelandoak.example", "owner")
}

// signInAs signs the window in as somebody with a role.
func (w *window) signInAs(b *bazaar, email, role string) {
	w.t.Helper()
	out := b.command("user", "create", "--email", email, "--shop", b.ID, "--role", role, "--json")
	w.visit(strings.Split(out, `"`)[3])
	w.press(`form[action^="/sign-in/"] button`)
}

// The link alone signs nobody in; its button does, once.
func signsIn(t *testing.T, b *bazaar, w *window) {
	out := b.command("user", "create", "--email", "second@hazelandoak.example", "--shop", b.ID, "--json")
	link := strings.Split(out, `"`)[3]
	w.visit(link)
	w.measure("sign-in page")
	w.tabThrough("sign-in page", 5)
	w.visit(b.url + "/")
	same(t, "address before the button", w.at(), b.url+"/sign-in")
	w.measure("sign-in form")
	w.visit(link)
	w.press(`form[action^="/sign-in/"] button`)
	same(t, "address after the button", w.at(), b.url+"/")
	same(t, "heading", ask[string](w, `document.querySelector("h1").textContent`), "Overview")
	w.press(`form[action="/sign-out"] button`)
	same(t, "address after signing out", w.at(), b.url+"/sign-in")
	w.quiet("signing in and out")

	w.visit(link)
	w.press(`form[action^="/sign-in/"] button`)
	same(t, "heading of a used link", ask[string](w, `document.querySelector("h1").textContent`), "This link does not work any more")
	w.measure("used link")
	// The browser notes the status as an error.
	w.heard("401")
}

// messageTo gives the id of a visitor's first message on a channel.
func (b *bazaar) messageTo(v visitor, ch event.Channel) string {
	b.t.Helper()
	var l list[struct {
		ID      string        `json:"id"`
		To      string        `json:"to"`
		Channel event.Channel `json:"channel"`
	}]
	b.get("/messages", &l)
	for _, m := range l.Items {
		if m.Channel == ch && (m.To == v.email || m.To == v.phone) {
			return m.ID
		}
	}
	b.t.Fatalf("no message to %s by %s in %+v", v.first, ch, l.Items)
	return ""
}

// The button folds again what is in quarantine, and the page says what came of it.
func replays(t *testing.T, b *bazaar, w *window) {
	w.signIn(b)
	w.visit(b.url + "/quarantine/replay")
	w.measure("before a replay")
	w.press(`form[action$="/quarantine/replay"] button`)
	same(t, "said", ask[string](w, `document.querySelector("[role=status]").textContent`), "0 events folded, 1 still could not be.")
	w.measure("after a replay")
	w.visit(b.url + "/quarantine/" + b.held()[0].ID)
	same(t, "the raw body is folded away", ask[bool](w, `document.querySelector("details").open`), false)
	w.press(`form[action$="/replay"] button`)
	same(t, "said of one", ask[string](w, `document.querySelector("[role=status]").textContent`), "0 events folded, 1 still could not be.")
	w.quiet("replaying")
}

// Every page of the dashboard, in every window, by day and by night.
func pagesAreWell(t *testing.T, b *bazaar, w *window) {
	w.signIn(b)
	for _, path := range deskPages(b) {
		w.as(look{width: 1440})
		w.visit(b.url + path)
		w.measure(path)
		w.accessible(path)
		w.as(look{width: 768})
		w.tabThrough(path, 25)
		w.as(look{width: 390, dark: true})
		w.accessible(path + ", on a phone by night")
		w.quiet(path)
	}
}

// The overview shows what comes in without being loaded again.
func overviewFollows(t *testing.T, b *bazaar, w *window) {
	w.signIn(b)
	same(t, "a mark", ask[string](w, `window.mark = "still the same page"`), "still the same page")
	late := visitor{token: "vis-late", email: "late@visitor.example", first: "Lately", lines: []goods{{"Jug", "", 1, 2400}}}
	b.fills(late)
	w.wait("the new cart is shown", `[...document.querySelectorAll("th a")].some((a) => a.textContent === "Lately")`)
	same(t, "the mark", ask[string](w, `window.mark`), "still the same page")
	same(t, "headings", ask[int](w, `document.querySelectorAll("h1").length`), 1)
}

// A product's title is text wherever it is shown.
func hostileTitleIsInert(t *testing.T, b *bazaar, w *window) {
	w.signIn(b)
	preview := "/messages/" + b.messageTo(ottilie, event.Email) + "/preview"
	for _, page := range []string{
		b.url + "/carts/" + b.cartOf(ottilie), b.url + preview, linkOf(t, b.letter(t, ottilie, event.Email), "/u/"),
	} {
		w.visit(page)
		if !strings.Contains(page, "/u/") && !strings.Contains(ask[string](w, `document.body.innerText`), hostile) {
			t.Errorf("%s does not show the title as it is", page)
		}
		same(t, "elements that the title made", ask[int](w, `document.querySelectorAll('img[src="x"], [onerror], body script').length`), 0)
		w.quiet(page)
	}
	w.visit(b.url + "/messages/" + b.messageTo(ottilie, event.Email))
	same(t, "the preview's frame", ask[string](w, `(() => { const f = document.querySelector("iframe"); return f.getAttribute("sandbox") + new URL(f.src).pathname })()`), preview)
}

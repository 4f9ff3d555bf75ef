package app_test

import (
	"strings"
	"testing"
)

// aFamily are two people with one phone.
func aFamily(b *bazaar) (mother, daughter visitor) {
	mother = visitor{token: "vis-mother", email: "mother@family.example", phone: "+33612349977", first: "Margaux", silent: true, lines: []goods{{"Jug", "", 1, 2400}}}
	daughter = visitor{token: "vis-daughter", email: "daughter@family.example", phone: "+33612349977", first: "Delphine", silent: true, lines: []goods{{"Bowl", "", 1, 3100}}}
	b.fills(daughter)
	b.fills(mother)
	return mother, daughter
}

// A phone went to the mother, who used it last. Somebody says that it is not
// hers, after a look at what that would do; and takes it back.
func namesArePutRight(t *testing.T, b *bazaar, w *window) {
	mother, _ := aFamily(b)
	w.signIn(b)
	page := b.url + "/shoppers/" + b.shopperOf(mother)
	w.visit(page)
	same(t, "why", strings.Contains(ask[string](w, `document.querySelector(".because").textContent`), "on the same"), true)
	w.visit(page + "/identity")
	text := func() string { return ask[string](w, `document.querySelector("main").innerText`) }
	same(t, "others are masked", strings.Contains(text(), "d•••@family.example") && !strings.Contains(text(), "daughter@"), true)
	for _, l := range []look{{width: 1440}, {width: 390, dark: true}} {
		w.as(l)
		w.measure("who is who")
		w.accessible("who is who")
	}
	ask[bool](w, `(() => { document.querySelector("[id^=part-]").open = true; return true })()`)
	w.press(`[id^=part-] button`)
	same(t, "two people", ask[int](w, `document.querySelectorAll(".sides .card").length`) >= 2, true)
	w.measure("what a word would do")
	w.accessible("what a word would do")
	w.press(`form[action$="/identity/say"] button`)
	same(t, "said", strings.HasPrefix(ask[string](w, `document.querySelector("[role=status]").textContent`), "Noted: they are not the same person"), true)
	w.press(`section[aria-labelledby=said-h] form button`)
	w.press(`form[action$="/identity/back"] button`)
	same(t, "taken back", strings.HasPrefix(ask[string](w, `document.querySelector("[role=status]").textContent`), "Taken back"), true)
	w.visit(b.url + "/audit")
	same(t, "in the log", strings.Contains(ask[string](w, `document.body.innerText`), "took back what was said of two names"), true)
	w.quiet("who is who")
}

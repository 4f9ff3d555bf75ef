package app_test

import (
	"strings"
	"testing"
)

// shopperOf gives the id of a visitor's shopper.
func (b *bazaar) shopperOf(v visitor) string {
	b.t.Helper()
	var got struct {
		Shopper struct{ ID string } `json:"shopper"`
	}
	b.get("/carts/"+b.cartOf(v), &got)
	if got.Shopper.ID == "" {
		b.t.Fatalf("nobody is known on the cart of %s", v.first)
	}
	return got.Shopper.ID
}

// What somebody opened, chose and typed on the overview outlives its keeping
// itself up to date.
func overviewStaysPut(t *testing.T, b *bazaar, w *window) {
	w.signIn(b)
	w.visit(b.url + "/?range=7d&compare=1")
	ask[bool](w, `(() => { document.querySelector("#day-by-day").open = true; document.querySelector("#other-days").open = true;
		document.querySelector("input[name=from]").value = "2026-01-02"; document.querySelector(".figures a").focus(); return true })()`)
	before := ask[string](w, `document.querySelector(".standing .n").textContent`)
	b.fills(visitor{token: "vis-put", email: "put@visitor.example", first: "Putnam", lines: []goods{{"Jug", "", 1, 2400}}})
	w.wait("the new cart is shown", `[...document.querySelectorAll("th a")].some((a) => a.textContent === "Putnam")`)
	same(t, "the days", ask[bool](w, `document.querySelector("#day-by-day").open && document.querySelector("#other-days").open`), true)
	same(t, "what was typed", ask[string](w, `document.querySelector("input[name=from]").value`), "2026-01-02")
	same(t, "the focus", ask[bool](w, `document.activeElement.closest(".figures") !== null`), true)
	same(t, "the choice", ask[string](w, `document.querySelector(".span [aria-current]").textContent`), "7 days")
	if before == "" {
		t.Error("the carts as they stand are not told")
	}
	w.as(look{width: 1280})
	ask[bool](w, `(() => { document.querySelector("[data-chart] svg").focus(); return true })()`)
	w.wait("the chart tells its last day", `document.querySelector("[data-says]").textContent.includes(":")`)
	w.quiet("the overview that stays put")
}

// Found by their address, stopped, and allowed again.
func actsOnAShopper(t *testing.T, b *bazaar, w *window) {
	who := visitor{token: "vis-acts", email: "acts@visitor.example", first: "Actaea", silent: true, lines: []goods{{"Jug", "", 1, 2400}}}
	b.fills(who)
	until(t, "the shopper is known", func() bool { return strings.TrimSpace(b.cartOf(who)) != "" })
	w.signIn(b)
	w.visit(b.url + "/shoppers")
	ask[bool](w, `(() => { document.querySelector("#q").value = "ACTS@visitor.example"; return true })()`)
	w.press(`form[action="/search"] button`)
	same(t, "found", w.at(), b.url+"/shoppers/"+b.shopperOf(who))
	w.measure("a shopper")
	ask[bool](w, `(() => { document.querySelector("#stop").open = true; return true })()`)
	w.press(`form[action$="/stop"] button`)
	same(t, "said", strings.HasPrefix(ask[string](w, `document.querySelector("[role=status]").textContent`), "The messages to this shopper are stopped"), true)
	ask[bool](w, `(() => { document.querySelector("#allow").open = true; return true })()`)
	w.press(`form[action$="/allow"] button`)
	same(t, "said of allowing", strings.HasPrefix(ask[string](w, `document.querySelector("[role=status]").textContent`), "The stop is taken back"), true)
	w.visit(b.url + "/audit")
	same(t, "in the log", strings.Contains(ask[string](w, `document.body.innerText`), "stopped the messages to a shopper"), true)
	w.quiet("acting on a shopper")
}

package app_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// ownDeeds are the forms that a viewer may post: their own account and
// sessions, which of their shops they look at, and what they look for.
var ownDeeds = []string{"/sign-out", "/sign-out/everywhere", "/account/password", "/switch", "/search"}

// readByViewers are the pages that are another for viewers than for editors: what
// these fill in, those read.
var readByViewers = map[string]bool{"/personas/value-conscious": true, "/personas/first-time-visitor": true, "/sequences/swift/draft": true, "/templates/value-saved/email/en": true}

// deskPages are the pages of the dashboard, each as an owner meets it.
func deskPages(b *bazaar) []string {
	return []string{
		"/", "/carts", "/carts?state=recovered", "/carts/" + b.cartOf(ottilie), "/carts/" + b.cartOf(jonas), "/messages",
		"/messages/" + b.messageTo(ottilie, event.Email), "/messages/" + b.messageTo(marie, event.SMS),
		"/decisions", "/orders", "/recoveries", "/personas", "/personas/value-conscious", "/personas/first-time-visitor", "/personas/new", "/personas/value-conscious/delete",
		"/playbook/personas", "/sequences", "/sequences/new", "/sequences/swift", "/sequences/swift/draft", "/codes",
		"/sign-in", "/audit", "/account", "/quarantine", "/quarantine/replay", "/sender", "/start", "/forgot", "/audit?actor=command&from=2020-01-01",
		"/settings", "/settings/sending", "/settings/channels", "/settings/webhooks", "/settings/platform", "/settings/pixel", "/settings/people", "/settings/keys", "/settings/retention", "/quarantine/" + b.held()[0].ID,
		"/carts/" + b.cartOf(ottilie) + "/why", "/carts/" + b.cartOf(jonas) + "/why", "/carts/" + b.cartOf(emil) + "/why",
		"/messages?state=left&channel=email&since=2020-01-01T00:00:00Z&late=1ms",
		"/?range=90d&compare=1", "/?from=2026-01-01&to=2026-01-02", "/shoppers", "/shoppers/" + b.shopperOf(jonas), "/shoppers/" + b.shopperOf(jonas) + "/identity", "/shoppers/" + b.shopperOf(ottilie) + "/erase",
		"/inbox", "/carts?moment=abandoned&from=2026-01-01", "/messages?shopper=" + b.shopperOf(marie), "/recoveries?channel=email",
	}
}

// deeds are what a page offers to change: forms that are posted, with what
// fields of theirs can be filled, and buttons that belong to one.
const deeds = `JSON.stringify({
	forms: [...document.forms].filter((f) => f.method === "post").map((f) => f.getAttribute("action")),
	elsewhere: [...document.querySelectorAll("[formaction]")].map((e) => e.getAttribute("formaction")),
	links: [...document.querySelectorAll("main a[href], nav a[href]")].map((a) => a.getAttribute("href")),
})`

// viewerSees walks every page as a viewer does: what they may not do is not
// offered, and a page that is not for them says for whom it is.
func viewerSees(t *testing.T, b *bazaar, w *window) {
	pages := append(deskPages(b), "/templates", "/templates/words", "/templates/import", "/templates/value-saved/email/en", "/templates/value-saved/email/en/versions",
		"/templates/value-saved/email/en/versions/1")
	w.signInAs(b, "looker@hazelandoak.example", "viewer")
	closed := map[string]bool{}
	for _, path := range pages {
		if status := w.meets(b.url + path); status != http.StatusOK {
			same(t, path, status, int64(http.StatusForbidden))
			closed[path] = true
			w.heard("403")
			if says := ask[string](w, `document.querySelector("main").innerText`); !strings.Contains(says, "You may not do this") || !strings.Contains(says, "needs the role") {
				t.Errorf("%s does not say whom it is for: %q", path, says)
			}
			continue
		}
		var offered struct{ Forms, Elsewhere, Links []string }
		if err := json.Unmarshal([]byte(ask[string](w, deeds)), &offered); err != nil {
			t.Fatal(err)
		}
		for _, action := range append(offered.Forms, offered.Elsewhere...) {
			if !mayPost(path, action) {
				t.Errorf("%s offers a viewer to post to %s", path, action)
			}
		}
		for _, link := range offered.Links {
			if u, err := url.Parse(link); err != nil || forEditors(u.Path) {
				t.Errorf("%s leads a viewer to %s, which is not for them", path, link)
			}
		}
		if readByViewers[path] {
			w.measure("a viewer's " + path)
			w.accessible("a viewer's " + path)
		}
		w.quiet(path)
	}
	for _, path := range pages {
		if forEditors(path) != closed[path] {
			t.Errorf("%s: closed to viewers %v", path, closed[path])
		}
	}
	w.viewerForces(t, b)
}

// meets loads a page however it is answered, and gives the status.
func (w *window) meets(address string) int64 {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	answer, err := chromedp.Run(ctx, chromedp.NavigateResponse(address))
	if err != nil || answer == nil {
		w.t.Fatalf("%s: %v", address, err)
	}
	return int64(answer.Status)
}

// mayPost tells a viewer's own forms, and those of people without a session.
func mayPost(page, action string) bool {
	path, _, _ := strings.Cut(action, "?")
	for _, own := range ownDeeds {
		if path == own {
			return true
		}
	}
	return page == "/sign-in" || page == "/forgot"
}

// forEditors tells the pages of which a viewer sees nothing.
func forEditors(path string) bool {
	path, _, _ = strings.Cut(path, "?")
	for _, whole := range []string{"/personas/new", "/sequences/new", "/audit", "/audit.csv", "/settings/people", "/settings/keys", "/quarantine/replay"} {
		if path == whole {
			return true
		}
	}
	return strings.HasSuffix(path, "/erase") || strings.HasSuffix(path, "/delete")
}

// viewerForces posts what no page offers, from a page of ours and with its
// cookies: it is refused, and nothing is changed.
func (w *window) viewerForces(t *testing.T, b *bazaar) {
	t.Helper()
	w.visit(b.url + "/")
	cart, shopper, message := b.cartOf(ottilie), b.shopperOf(ottilie), b.messageTo(ottilie, event.Email)
	forced := []string{
		"/carts/" + cart + "/stop", "/shoppers/" + shopper + "/stop", "/shoppers/" + shopper + "/allow", "/shoppers/" + shopper + "/erase", "/shoppers/" + shopper + "/export",
		"/messages/" + message + "/cancel", "/messages/" + message + "/test", "/quarantine/replay", "/quarantine/" + b.held()[0].ID + "/replay",
		"/personas/new", "/personas/value-conscious", "/personas/value-conscious/move", "/personas/value-conscious/delete", "/playbook/personas", "/playbook/rule",
		"/sequences/new", "/sequences/swift/draft", "/sequences/swift/discard", "/sequences/swift/publish", "/sequences/swift/restore", "/sequences/swift/pause",
		"/sequences/swift/resume", "/sequences/swift/retire", "/codes", "/codes/spring/remove", "/sender/lift", "/templates", "/templates/import", "/templates/import/apply",
		"/templates/value-saved/email/en/draft", "/templates/value-saved/email/en/publish", "/templates/value-saved/email/en/test", "/templates/value-saved/email/en/versions/1/restore",
		"/settings", "/settings/sending", "/settings/channels/email", "/settings/channels/email/check", "/settings/channels/email/forget", "/settings/webhooks/secret",
		"/settings/webhooks/secret/1-1/remove", "/settings/people", "/settings/keys", "/settings/retention", "/start/identity", "/start/rules", "/start/skip", "/start/test", "/start/live",
	}
	paths, err := json.Marshal(forced)
	if err != nil {
		t.Fatal(err)
	}
	ask[string](w, `window.answers = ""; (async () => {
		const all = [];
		for (const path of `+string(paths)+`) {
			const r = await fetch(path, {method: "POST", redirect: "manual", headers: {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}, body: "x=1"});
			all.push(r.status + " " + new DOMParser().parseFromString(await r.text(), "text/html").querySelector("main")?.textContent);
		}
		window.answers = JSON.stringify(all);
	})(); ""`)
	w.wait("all is answered", `window.answers !== ""`)
	var answers []string
	if err := json.Unmarshal([]byte(ask[string](w, `window.answers`)), &answers); err != nil || len(answers) != len(forced) {
		t.Fatalf("%d answers, %v", len(answers), err)
	}
	for i, answer := range answers {
		if !strings.HasPrefix(answer, "403 ") || !strings.Contains(answer, "needs the role") {
			t.Errorf("POST %s by a viewer: %.200s", forced[i], answer)
		}
	}
	w.heard("403")
}

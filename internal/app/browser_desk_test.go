package app_test

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/app"
	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
)

// openEmpty starts a server in which nobody has an account, and gives the link
// that makes the first.
func openEmpty(t *testing.T) (b *bazaar, link string) {
	t.Helper()
	b = &bazaar{store: &store{t: t}, clock: app.WallClock(), dir: t.TempDir(), site: newShopSite(t)}
	c := config.Default()
	c.HTTP.Listen, c.Database.DataDir, c.Database.SQLiteSync = "127.0.0.1:0", b.dir, "normal"
	server, err := app.Start(t.Context(), app.Options{
		Config: c, Role: app.RoleAll, Clock: b.clock, Log: slog.New(slog.DiscardHandler), Version: "test",
		Sandbox: func(o *sandbox.Options) { o.OnMessage = b.receive },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	b.url = server.URL()
	if link, err = server.SetupLink(t.Context()); err != nil || link == "" {
		t.Fatalf("the link of the first page is %q: %v", link, err)
	}
	return b, link
}

// fill types into fields by their ids.
func (w *window) fill(pairs ...string) {
	w.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		w.do(chromedp.SendKeys(chromedp.CSS("#"+pairs[i]), pairs[i+1]))
	}
}

// From nothing to a test message: the first account, the shop, the first event,
// the rules, a test in the sandbox, and going live.
func TestBrowserFirstRun(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	b, link := openEmpty(t)
	w := openWindow(t, browser)
	w.visit(b.url + "/sign-in")
	if told := ask[string](w, `document.querySelector("main").textContent`); !strings.Contains(told, "Nobody has an account here yet") {
		t.Errorf("the sign-in page says %q", told)
	}
	w.visit(link)
	w.measure("first page")
	w.tabThrough("first page", 14)
	w.fill("email", "owner@hazelandoak.example", "password", "plover-kettle-9-tundra", "name", "Hazel & Oak", "domain", "e2e.myshopify.com", "country", "de", "timezone", "Europe/Berlin")
	w.press(`main form button[type="submit"]`)
	same(t, "address after making the account", w.at(), b.url+"/start")
	w.measure("getting started, empty")
	hook := regexp.MustCompile(`/webhooks/shopify/(\S+)`).FindStringSubmatch(ask[string](w, `document.querySelector("#connect code.block").textContent`))
	if hook == nil {
		t.Fatal("the page does not show the address of webhooks")
	}
	b.ID = hook[1]
	same(t, "the first page afterwards", statusOf(t, link), http.StatusNotFound)

	w.fill("secret", shopifySecret)
	w.press(`#connect form button`)
	w.visit(b.url + "/start")
	b.fills(jonas)
	w.wait("the first event is seen without reloading", `document.querySelector("#connect .state").textContent === "done"`)
	w.fill("address", "12 Mill Lane, Bath", "support_email", "hello@hazelandoak.example")
	w.press(`#identity form button`)
	same(t, "step two", ask[string](w, `document.querySelector("#identity .state").textContent`), "done")
	w.press(`#channels .skip-step button`)
	same(t, "step three", ask[string](w, `document.querySelector("#channels .state").textContent`), "left out")
	w.press(`#rules form button`)
	same(t, "step four", ask[string](w, `document.querySelector("#rules .state").textContent`), "done")
	w.press(`#test form[action^="/start/test"] button`)
	if told := ask[string](w, `document.querySelector("#test [role=status]").textContent`); !strings.Contains(told, "The sandbox took it") {
		t.Errorf("the test's verdict: %q", told)
	}
	w.measure("a test's verdict")
	until(t, "the test arrives in the sandbox", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return len(b.letters) == 1 && strings.HasPrefix(b.letters[0].Subject, "[Test] ")
	})
	w.press(`#test form[action^="/start/live"] button`)
	same(t, "step five", ask[string](w, `document.querySelector("#test .state").textContent`), "done")
	w.changesSecrets(b)
	w.visit(b.url + "/")
	same(t, "the overview does not ask any more", ask[bool](w, `document.body.textContent.includes("Getting started:")`), false)
	w.quiet("first run")
}

// changesSecrets adds a signing secret beside the two that are there and removes
// the oldest; the page never shows more than the ends of any but the one it made.
func (w *window) changesSecrets(b *bazaar) {
	w.t.Helper()
	const ends = `JSON.stringify([...document.querySelectorAll("[aria-labelledby=secret-h] tbody th code")].map((e) => e.textContent))`
	w.visit(b.url + "/settings/webhooks")
	before := ask[string](w, ends)
	w.fill("secret", "the secret of another app")
	w.press(`form[action$="/settings/webhooks/secret"] button`)
	after := ask[string](w, ends)
	same(w.t, "the ends of the secrets", after, `["… app",`+before[1:])
	w.measure("three secrets")
	w.press(`[aria-labelledby=secret-h] tbody tr:last-child button`)
	same(w.t, "the ends after one was removed", ask[string](w, ends), `["… app",`+before[1:strings.LastIndex(before, ",")]+"]")
	if said := ask[string](w, `document.querySelector("main [role=status]").textContent`); !strings.Contains(said, "The secret was removed") {
		w.t.Errorf("the page says %q", said)
	}
	w.fill("secret", "the secret of another app")
	w.press(`form[action$="/settings/webhooks/secret"] button`)
	if said := ask[string](w, `document.querySelector("#secret-trouble").textContent`); !strings.Contains(said, "stored already") {
		w.t.Errorf("the page says %q", said)
	}
	w.measure("a secret that is there")
	w.heard("422")
}

// statusOf is how an address is answered to somebody without a session.
func statusOf(t *testing.T, address string) int {
	t.Helper()
	status, _, _ := exchange(t, http.MethodGet, address, nil, nil)
	return status
}

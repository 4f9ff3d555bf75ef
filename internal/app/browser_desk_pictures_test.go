//go:build pictures

package app_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/app"
)

// TestDeskPictures writes screenshots of the pages where a shop is set up.
func TestDeskPictures(t *testing.T) {
	dir := os.Getenv("CARTOGRAPH_SCREENSHOTS")
	if dir == "" {
		t.Fatal("name a folder to write pictures to in CARTOGRAPH_SCREENSHOTS")
	}
	browser := startBrowser(t)
	empty, link := openEmpty(t)
	w := openWindow(t, browser)
	pictures := func(name, address string) {
		for suffix, l := range map[string]look{"-desk": {width: 1440, height: 1500}, "-dark": {width: 768, height: 1200, dark: true}, "-phone": {width: 390, height: 1400}} {
			w.as(l)
			w.visit(address)
			w.picture(filepath.Join(dir, name+suffix+".png"))
		}
	}
	pictures("setup", link)
	w.fill("email", "owner@hazelandoak.example", "password", "plover-kettle-9-tundra", "name", "Hazel & Oak", "domain", "e2e.myshopify.com", "country", "de", "timezone", "Europe/Berlin")
	w.press(`main form button[type="submit"]`)
	pictures("start", empty.url+"/start")
	pictures("overview-new", empty.url+"/")

	b := openBazaar(t, app.WallClock(), swiftBook, "abandon_after=1s")
	b.fills(jonas)
	statusOf(t, b.hook())
	b.command("key", "create", "--shop", b.ID, "--name", "WooCommerce plugin")
	b.command("shop", "set", b.ID, "webhook_secret=client: 4f5e6d7a8b9c0d1e")
	b.command("shop", "set", b.ID, "webhook_secret=the secret of another app")
	w = openWindow(t, browser)
	w.signIn(b)
	for name, path := range map[string]string{
		"settings": "/settings", "sending": "/settings/sending", "channels": "/settings/channels", "webhooks": "/settings/webhooks", "platform": "/settings/platform", "pixel": "/settings/pixel", "people": "/settings/people",
		"keys": "/settings/keys", "retention": "/settings/retention", "start-2": "/start", "audit": "/audit", "forgot": "/forgot", "sign-in": "/sign-in",
	} {
		pictures(name, b.url+path)
	}
	shot := func(name string, l look) {
		w.as(l)
		w.picture(filepath.Join(dir, name+".png"))
	}
	w.visit(b.url + "/settings/people")
	w.fill("email", "new@hazelandoak.example")
	w.press(`form[action="/settings/people"] button`)
	shot("invited", look{width: 390, height: 1300})
	w.visit(b.url + "/settings/channels")
	ask[bool](w, `(document.querySelector("#email details").open = true)`)
	shot("channel-keys", look{width: 1440, height: 1300, dark: true})
	w.visit(b.url + "/start")
	w.press(`#test form[action^="/start/test"] button`)
	ask[bool](w, `(document.querySelector("#test").scrollIntoView(), true)`)
	shot("verdict", look{width: 1440, height: 1000})
	w.visit(b.url + "/settings/sending")
	ask[bool](w, `(document.querySelector("#abandon_after").value = "never", true)`)
	w.press(`.save button`)
	shot("refused", look{width: 768, height: 1100})
	w.heard("422")
}

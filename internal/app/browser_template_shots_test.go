//go:build pictures

package app_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/app"
	"github.com/cartograph-dev/cartograph/internal/event"
)

func TestTemplateShots(t *testing.T) {
	dir := os.Getenv("CARTOGRAPH_SCREENSHOTS")
	browser := startBrowser(t)
	b := openBazaar(t, app.WallClock(), swiftBook, "abandon_after=1s")
	w := openWindow(t, browser)
	w.signIn(b)
	for _, v := range []visitor{ottilie, jonas, marie} {
		b.fills(v)
	}
	b.letter(t, jonas, event.Email)
	pages := map[string]string{
		"list": "/templates", "edit": "/templates/value-plain-numbers/email/en", "sms": "/templates/value-saved/sms/en", "messenger": "/templates/value-saved/messenger/en",
		"words": "/templates/words", "import": "/templates/import", "versions": "/templates/value-saved/sms/en/versions",
	}
	if only := os.Getenv("ONLY"); only != "" {
		pages = map[string]string{only: pages[only]}
	}
	if os.Getenv("BLOCKS") != "" {
		w.visit(b.url + "/templates#new")
		ask[bool](w, `(document.querySelector("#new-key").value = "fresh", document.querySelector("#new-key").form.submit(), true)`)
		time.Sleep(3 * time.Second)
		pages["blocks"] = "/templates/fresh/email/en"
	}
	for name, path := range pages {
		for suffix, l := range map[string]look{"-desk": {width: 1440, height: 1900}, "-dark": {width: 1440, height: 1500, dark: true}, "-tablet": {width: 768, height: 1800}, "-phone": {width: 390, height: 2400}} {
			w.as(l)
			w.visit(b.url + path)
			time.Sleep(1200 * time.Millisecond)
			w.picture(filepath.Join(dir, name+suffix+".png"))
		}
		w.quiet(name)
	}
}

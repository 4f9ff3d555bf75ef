//go:build pictures

package app_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/app"
)

// TestIdentityPictures writes screenshots of the pages about who is who.
func TestIdentityPictures(t *testing.T) {
	dir := os.Getenv("CARTOGRAPH_SCREENSHOTS")
	if dir == "" {
		t.Fatal("name a folder to write pictures to in CARTOGRAPH_SCREENSHOTS")
	}
	b := openBazaar(t, app.WallClock(), swiftBook, "abandon_after=1s")
	mother, _ := aFamily(b)
	w := openWindow(t, startBrowser(t))
	w.signIn(b)
	page := b.url + "/shoppers/" + b.shopperOf(mother)
	pictures := func(name string) {
		for suffix, l := range map[string]look{"-desk": {width: 1440, height: 1300}, "-dark": {width: 768, height: 1300, dark: true}, "-phone": {width: 390, height: 1500}} {
			w.as(l)
			w.picture(filepath.Join(dir, name+suffix+".png"))
		}
	}
	w.visit(page)
	pictures("shopper-known")
	w.visit(page + "/identity")
	ask[bool](w, `(() => { document.querySelector("[id^=part-]").open = true; return true })()`)
	pictures("identity")
	w.press(`[id^=part-] button`)
	pictures("identity-look")
	w.press(`form[action$="/identity/say"] button`)
	pictures("identity-said")
}

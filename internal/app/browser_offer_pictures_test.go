//go:build pictures

package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/app"
)

// offerBook promises codes in both ways; its second step's stock has none.
const offerBook = `
sequences:
  - key: swift
    stage: purchase
    trigger: cart_abandoned
    steps:
      - {after: 2s, channels: [sms, email], template: value-saved, max_late: 1h, offer: {code: COMEBACK10, value: "10 %", valid_for: 48h}}
      - {after: 4s, channels: [email], template: value-plain-numbers, max_late: 1h, offer: {codes: spring-10, value: "free shipping", valid_for: 7d}}
`

// TestOfferPictures writes screenshots of offers: in the timeline and the form
// of a step, the page of codes, and what the overview says of an empty stock.
func TestOfferPictures(t *testing.T) {
	dir := os.Getenv("CARTOGRAPH_SCREENSHOTS")
	if dir == "" {
		t.Fatal("name a folder to write pictures to in CARTOGRAPH_SCREENSHOTS")
	}
	browser := startBrowser(t)
	b := openBazaar(t, app.WallClock(), offerBook, "abandon_after=1s")
	b.fills(jonas)
	w := openWindow(t, browser)
	all := func(name, path string) {
		for suffix, l := range map[string]look{"-desk": {width: 1440}, "-dark": {width: 768, dark: true}, "-phone": {width: 390, height: 844}} {
			w.as(l)
			path, at, _ := strings.Cut(path, "#")
			w.visit(b.url + path)
			if at != "" {
				ask[bool](w, `(() => { document.getElementById("`+at+`").scrollIntoView({block: "center"}); return true })()`)
			}
			w.picture(filepath.Join(dir, name+suffix+".png"))
		}
	}
	w.signIn(b)
	b.letter(t, jonas, "")
	all("codes-none", "/codes")
	all("overview", "/")
	w.visit(b.url + "/codes")
	w.fill("stock", "spring-10")
	w.fill("codes", "SPRING-A1\nSPRING-A2\nSPRING-A1")
	w.press(`form[action="/codes"] button`)
	w.as(look{width: 1440})
	w.picture(filepath.Join(dir, "codes-added.png"))
	all("codes", "/codes")
	all("sequence", "/sequences/swift#step-2")
	all("draft", "/sequences/swift/draft#offer-1")
	w.visit(b.url + "/sequences/swift/draft")
	ask[bool](w, `(() => { document.querySelector("#offer-value-1").value = ""; document.querySelector("#offer-for-1").value = "10m"; return true })()`)
	w.press(`.save-bar button[value="save"]`)
	all("draft-wrong", "/sequences/swift/draft#offer-1")
}

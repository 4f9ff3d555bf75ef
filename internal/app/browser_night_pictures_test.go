//go:build pictures

package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/app"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// TestNightPictures writes screenshots of what the other pictures lack: emails
// by night, answers in the inbox, what a search found, and pages that refuse.
func TestNightPictures(t *testing.T) {
	dir := os.Getenv("CARTOGRAPH_SCREENSHOTS")
	if dir == "" {
		t.Fatal("name a folder to write pictures to in CARTOGRAPH_SCREENSHOTS")
	}
	browser := startBrowser(t)
	b := openBazaar(t, app.WallClock(), swiftBook, "abandon_after=1s")
	b.trade(t)
	b.posted("checkouts/update", b.puzzle(ottilie, 7900, 0))
	w := openWindow(t, browser)
	shot := func(name string, l look) {
		w.as(l)
		w.picture(filepath.Join(dir, name+".png"))
	}
	all := func(name string) {
		shot(name+"-desk", look{width: 1440})
		shot(name+"-tablet", look{width: 768, dark: true})
		shot(name+"-phone", look{width: 390, height: 844})
	}
	w.meets(b.url + "/reset/none")
	all("reset-gone")
	w.meets(b.url + "/invitation/none")
	all("invitation-gone")
	w.meets(b.url + "/sign-in/none")
	all("sign-in-gone")
	w.signIn(b)
	w.meets(b.url + "/carts/none")
	all("not-found")
	for _, key := range []string{"first-hello", "value-saved", "value-plain-numbers", "comparer-shortlist", "vip-note", "returning-pickup"} {
		w.as(look{width: 640})
		if w.meets(b.url+"/templates/"+key+"/email/en/preview?look=dark") == http.StatusOK {
			w.picture(filepath.Join(dir, "email-"+key+"-night.png"))
		}
		w.as(look{width: 640, dark: true})
		w.meets(b.url + "/templates/" + key + "/email/en/preview")
		w.picture(filepath.Join(dir, "email-"+key+"-dark.png"))
	}
	w.as(look{width: 640, dark: true})
	w.meets(b.url + "/messages/" + b.messageTo(jonas, event.Email) + "/preview")
	w.picture(filepath.Join(dir, "email-sent-dark.png"))
	w.visit(b.url + "/shoppers")
	w.fill("q", "jonas")
	w.press(`form.search button`)
	all("search")
	w.visit(b.url + "/quarantine?topic=checkouts%2Fcreate")
	all("quarantine-narrowed")
	w.visit(b.url + "/messages/" + b.messageTo(marie, event.SMS))
	all("message-sms")
	w.press(`form[action="/sign-out"] button`)
	w.signInAs(b, "looker@hazelandoak.example", "viewer")
	w.meets(b.url + "/personas/new")
	all("forbidden")
	w.visit(b.url + "/personas/value-conscious")
	all("viewer-persona")
	w.visit(b.url + "/sequences/swift/draft")
	all("viewer-draft")
}

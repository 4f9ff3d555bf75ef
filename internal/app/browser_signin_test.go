package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// signsInByPassword types as a person does: a wrong password first, whose
// refusal is told and keeps the address, then the right one.
func signsInByPassword(t *testing.T, b *bazaar, w *window) {
	const address, password = "third@hazelandoak.example", "plover-kettle-9-tundra"
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.command("user", "create", "--email", address, "--shop", b.ID, "--role", "viewer", "--password-file", file)
	w.visit(b.url + "/sign-in")
	same(t, "what has the focus", ask[string](w, `document.activeElement.id`), "email")
	w.tabThrough("sign-in form", 6)
	w.typeIn(address, "a wrong password")
	w.press(`form[action="/sign-in"] button`)
	// The browser notes the status as an error.
	w.heard("401")
	if told := ask[string](w, `document.querySelector("[role=alert]").textContent`); !strings.Contains(told, "do not belong together") {
		t.Errorf("told: %q", told)
	}
	same(t, "the address typed before", ask[string](w, `document.querySelector("#email").value`), address)
	same(t, "the password typed before", ask[string](w, `document.querySelector("#password").value`), "")
	same(t, "what has the focus now", ask[string](w, `document.activeElement.id`), "password")
	for _, width := range []int64{1440, 390} {
		w.as(look{width: width})
		w.measure("refused sign-in")
	}
	w.as(look{width: 1440})
	w.typeIn("", password)
	w.press(`form[action="/sign-in"] button`)
	same(t, "address after signing in", w.at(), b.url+"/")
	w.visit(b.url + "/account")
	if page := ask[string](w, `document.body.textContent`); !strings.Contains(page, address+", viewer") || strings.Contains(page, "Audit log") {
		t.Errorf("the account of a viewer: %q", page)
	}
	w.press(`form[action^="/sign-out/everywhere"] button`)
	same(t, "address after signing out everywhere", w.at(), b.url+"/sign-in")
}

// typeIn fills in the sign-in form; an empty address leaves what is there.
func (w *window) typeIn(address, password string) {
	w.t.Helper()
	if address != "" {
		w.do(chromedp.SendKeys(chromedp.CSS("#email"), address))
	}
	w.do(chromedp.SendKeys(chromedp.CSS("#password"), password))
}

//go:build pictures

package app_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/cartograph-dev/cartograph/internal/message"
)

// TestEditorPictures writes screenshots of the editors, as TestPictures does
// of the pages.
func TestEditorPictures(t *testing.T) {
	dir := os.Getenv("CARTOGRAPH_SCREENSHOTS")
	if dir == "" {
		t.Fatal("name a folder to write pictures to in CARTOGRAPH_SCREENSHOTS")
	}
	w := openWindow(t, startBrowser(t))
	address := drafting(t, []message.Block{
		{Kind: "heading", Text: "Your bag is saved"}, {Kind: "text", Text: "Hi {{ shopper.first_name | default: 'there' }}, **nothing** is ordered yet.", When: "named"},
		{Kind: "items", Most: 6}, {Kind: "button", Label: "Return to my bag", Link: "{{ cart.restore_url }}"},
	}, "<h1>Your bag</h1>\n<p class=\"lead\">Hi {{ shopper.first_name | default: 'there' }}</p>\n{% if cart.totl > 5 %}\n  <!-- note -->\n  <a href=\"{{ cart.restore_url }}\">Back</a>\n{% endif %}")
	for name, l := range map[string]look{"wide": {width: 1440, height: 1600}, "wide-dark": {width: 1440, height: 1600, dark: true}, "middle": {width: 768, height: 1700},
		"phone": {width: 390, height: 2200}, "phone-dark": {width: 390, height: 2200, dark: true}} {
		w.as(l)
		w.visit(address)
		w.wait("the editors stand", `document.querySelector(".code-editor") && document.querySelectorAll(".block").length === 4`)
		w.click(".block:nth-child(2) .block-toggle", "Text")
		w.click(".block:nth-child(2) .block-tools button", "Insert a variable")
		w.wait("the variables are there", `document.querySelectorAll(".block-names button").length > 10`)
		w.click(".block:nth-child(3) .block-remove", "Remove")
		ask[bool](w, `document.forms.draft.dispatchEvent(new CustomEvent("cartograph:problems", {detail: [{field: "blocks[2].link", message: "“shop” is not a whole address"}, {field: "body", line: 3, column: 7, message: "there is no variable cart.totl"}]}))`)
		w.picture(filepath.Join(dir, "editors-"+name+".png"))
		w.click(".block-add > button", "Add a block")
		w.click("label", "HTML")
		w.do(chromedp.KeyEvent(kb.End), chromedp.KeyEvent(" {{ cart."))
		w.wait("names are offered", shadow+`.querySelectorAll(".cm-tooltip-autocomplete li").length > 3`)
		w.picture(filepath.Join(dir, "editors-"+name+"-menu.png"))
		ask[bool](w, `document.querySelector("section").remove() === undefined`)
		w.picture(filepath.Join(dir, "editors-"+name+"-code.png"))
	}
}

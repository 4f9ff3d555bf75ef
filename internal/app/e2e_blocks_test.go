package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/app"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// blocksBook writes to everybody in blocks.
const blocksBook = `
sequences:
  - {key: quick, stage: purchase, trigger: cart_abandoned, steps: [{after: 2s, channels: [email], template: of-blocks, max_late: 1h}]}
templates:
  - key: of-blocks
    channel: email
    locale: en
    subject: Your bag is saved
    blocks:
      - {kind: heading, text: Still here & waiting}
      - {kind: text, text: "Hello **{{ shopper.first_name | default: 'you' }}**", when: named}
      - {kind: items, most: 3}
      - {kind: button, label: Return to my bag, link: '{{ cart.restore_url }}'}
    style: {brand: '#0d5c63'}
`

// An email of blocks on its whole way: applied, sent, exported, and unchanged
// when it comes back by file or API.
func TestBlocksEndToEnd(t *testing.T) {
	t.Parallel()
	b := openBazaar(t, app.WallClock(), blocksBook, "abandon_after=1s")
	b.fills(jonas)
	m := b.letter(t, jonas, event.Email)
	for _, want := range []string{"Still here &amp; waiting</h1>", "<strong>Jonas</strong>", "Merino scarf", `bgcolor="#0d5c63"`, b.url + "/r/"} {
		if !strings.Contains(m.HTML, want) {
			t.Errorf("the email lacks %q:\n%s", want, m.HTML)
		}
	}
	for _, want := range []string{"Still here & waiting", "Hello Jonas", "- Merino scarf (Ochre)", "Return to my bag:\n" + b.url + "/r/"} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("the text part lacks %q:\n%s", want, m.Text)
		}
	}
	file := filepath.Join(t.TempDir(), "book.yaml")
	if err := os.WriteFile(file, []byte(b.command("export", "--shop", b.ID)), 0o600); err != nil {
		t.Fatal(err)
	}
	same(t, "applied again", b.command("apply", "-f", file, "--shop", b.ID), "Nothing changed: the shop has all of this already.\n")
	key := http.Header{"Authorization": {"Bearer " + b.APIKey}, "Content-Type": {"application/json"}}
	status, book := call(t, http.MethodGet, b.url+"/api/v1/playbook", key, nil)
	if status != http.StatusOK || !strings.Contains(book, `"kind":"items","most":3`) || !strings.Contains(book, `"style":{"brand":"#0d5c63"}`) {
		t.Fatalf("%d %s", status, book)
	}
	status, answer := call(t, http.MethodPut, b.url+"/api/v1/playbook", key, []byte(book))
	if status != http.StatusOK || !strings.Contains(answer, `"changed":[]`) {
		t.Errorf("put back: %d %s", status, answer)
	}
	broken := strings.Replace(book, `"kind":"items","most":3`, `"kind":"items","most":300`, 1)
	status, answer = call(t, http.MethodPut, b.url+"/api/v1/playbook", key, []byte(broken))
	if status != http.StatusUnprocessableEntity || !strings.Contains(answer, `300 lines cannot be shown`) {
		t.Errorf("a broken block: %d %s", status, answer)
	}
}

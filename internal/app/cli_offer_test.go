package app_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/app"
)

// Codes come in by standard input, and the list says what is left.
func TestCodesByCommand(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, out, errs := typed(t, dir, "shop", "create", "--name", "A", "--platform", "shopify", "--domain", "a.myshopify.com", "--currency", "EUR",
		"--timezone", "Europe/Paris", "--locale", "en", "--country", "FR", "--json")
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(out), &made); err != nil {
		t.Fatal(err, errs)
	}
	_, out, _ = typed(t, dir, "offer", "list", "--shop", made.ID)
	if !strings.Contains(out, "cartograph offer import --shop "+made.ID) {
		t.Errorf("of no stock it says %q", out)
	}
	var said, wrong bytes.Buffer
	code := app.Main(t.Context(), []string{"--data-dir", dir, "offer", "import", "--shop", made.ID, "--codes", "spring", "-"},
		app.Terminal{In: strings.NewReader("code\nA-1\nA-2\nA-1\n"), Out: &said, Err: &wrong, Version: "test"})
	if want := "2 added to spring, 0 in it already, 1 more than once in the file\n"; code != 0 || said.String() != want {
		t.Errorf("exit %d, said %q, %s", code, said.String(), wrong.String())
	}
	_, out, _ = typed(t, dir, "offer", "list", "--shop", made.ID)
	if got := strings.Join(strings.Fields(out), " "); got != "spring 2 left 0 taken 0 in three days offered by no sequence" {
		t.Errorf("listed %q", got)
	}
}

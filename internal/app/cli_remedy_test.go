package app_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/app"
)

// typed runs a command as somebody types it, on a data directory of its own.
func typed(t *testing.T, dir string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = app.Main(t.Context(), append([]string{"--data-dir", dir}, args...), app.Terminal{In: strings.NewReader(""), Out: &o, Err: &e, Version: "test"})
	return code, o.String(), e.String()
}

// Who types something wrong is told what to do, not only that it is wrong.
func TestWrongCommandsTellWhatToDo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, out, errs := typed(t, dir, "shop", "create", "--name", "A", "--platform", "shopify", "--domain", "a.myshopify.com", "--currency", "EUR",
		"--timezone", "Europe/Paris", "--locale", "en", "--country", "FR", "--json")
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(out), &made); err != nil {
		t.Fatal(err, errs)
	}
	shop, missing, file := made.ID, filepath.Join(dir, "missing"), filepath.Join(dir, "book.yaml")
	if err := os.WriteFile(file, []byte(swiftBook), 0o600); err != nil {
		t.Fatal(err)
	}
	const list = "cartograph shop list"
	for _, c := range []struct{ line, says string }{
		{"shop show nope", list}, {"shop set nope abandon_after=1h", list}, {"shop sender nope", list}, {"shop lift nope", list},
		{"user create --email a@b.example --shop nope", list}, {"user list --shop nope", list}, {"user remove --shop nope --email a@b.example", list},
		{"key create --shop nope --name x", list}, {"key list --shop nope", list}, {"key revoke --shop nope k", list},
		{"export --shop nope", list}, {"replay --shop nope", list}, {"apply --shop nope -f " + file, list},
		{"shopper export --shop nope --email a@b.example", list}, {"shopper erase --yes --shop nope --email a@b.example", list},
		{"shopper erase --dry-run --shop nope --email a@b.example", list}, {"shopper requests --shop nope", list},
		{"consent list --shop nope --email a@b.example", list},
		{"offer list --shop nope", list}, {"offer import --shop nope --codes a " + file, list},
		{"offer import --shop " + shop + " --codes a " + missing, "name a file"},
		{"offer import --shop " + shop + " --codes a -", "one code on each line"},
		{"offer import --shop " + shop + " --codes A! " + file, "lower-case letters"},
		{"offer import --shop " + shop + " --codes a " + file, "line 2"},
		{"replay --event nope --shop " + shop, "without --event all are replayed"},
		{"user remove --email a@b.example --shop " + shop, "cartograph user list"},
		{"user create --email nobody --shop " + shop, "such as ada@example.com"},
		{"shopper requests --done nope --shop " + shop, "cartograph shopper requests"},
		{"apply --shop " + shop + " -f " + missing, "name a file"},
		{"consent import --shop " + shop + " " + missing, "name a file"},
		{"shop set " + shop + " abandon_after=soon", "such as \"30m\""},
		{"shop set " + shop, "try: cartograph shop set --help"},
		{"shop create --name B", "try: cartograph shop create --help"},
		{"migrate sideways", "its commands are up, down, status"},
		{"key list nope", "try: cartograph key list --help"},
		{"shp list", "did you mean \"shop\""},
		{"serve --role boss", "try: cartograph serve --help"},
	} {
		code, out, errs := typed(t, dir, strings.Fields(c.line)...)
		if code == 0 || !strings.Contains(errs, c.says) {
			t.Errorf("cartograph %s: exit %d, says\n%s%s", c.line, code, out, errs)
		}
	}
}

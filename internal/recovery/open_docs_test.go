package recovery_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/shop"
)

// shownCode gives a piece of code that a page of the documentation shows.
func shownCode(t *testing.T, name string) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/platforms.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(page), "<!-- "+name+" -->\n```")
	_, rest, _ = strings.Cut(rest, "\n")
	code, _, ended := strings.Cut(rest, "\n```")
	if !found || !ended {
		t.Fatalf("the page shows no %s", name)
	}
	return code
}

// tokenReaders run the documentation's code on a file that lists [token, secrets,
// now], and print the list of what each says.
var tokenReaders = map[string]struct{ command, file, run string }{
	"php": {"php", "token.php", "\necho json_encode(array_map(fn($c) => cartograph_cart(...$c), json_decode(file_get_contents($argv[1]), true)));\n"},
	"js":  {"node", "token.js", "\nconsole.log(JSON.stringify(JSON.parse(require('fs').readFileSync(process.argv[2], 'utf8')).map(c => cartographCart(...c))))\n"},
}

// readTokens runs the documentation's code in one language.
func readTokens(t *testing.T, language string, cases any) (out []map[string]any) {
	t.Helper()
	l := tokenReaders[language]
	command, err := exec.LookPath(l.command)
	if err != nil {
		t.Skipf("%s is not installed", l.command)
	}
	dir := t.TempDir()
	program, list := filepath.Join(dir, l.file), filepath.Join(dir, "cases.json")
	for name, text := range map[string][]byte{program: []byte(shownCode(t, l.file) + l.run), list: asJSON(cases)} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	printed, err := exec.CommandContext(t.Context(), command, program, list).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, printed)
	}
	if err := json.Unmarshal(printed, &out); err != nil {
		t.Fatalf("%v: %s", err, printed)
	}
	return out
}

// The code of the documentation reads a cart's token, and refuses what is not ours or too old.
func TestDocumentedTokenCode(t *testing.T) {
	const newest = "a newer secret, not used yet"
	var token string
	var now int64
	onSQLite(t, func(t *testing.T, w *world) {
		to, err := w.opened(false)
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		token, now = u.Query().Get("t"), w.now().Unix()
		body, sum, _ := strings.Cut(token, ".")
		old := now + int64(2*time.Hour/time.Second)
		cases := []struct {
			what, token string
			secrets     []string
			now         int64
			good        bool
		}{
			{"as it came", token, []string{newest}, now, true},
			{"while a secret is replaced", token, []string{"the next one", newest}, now, true},
			{"under another secret", token, []string{"another one"}, now, false},
			{"without a secret", token, []string{""}, now, false},
			{"after two hours", token, []string{newest}, old, false},
			{"changed", body + "A." + sum, []string{newest}, now, false},
			{"without a signature", body + ".", []string{newest}, now, false},
			{"with more behind it", token + ".x", []string{newest}, now, false},
			{"nothing", "", []string{newest}, now, false},
		}
		var in [][]any
		for _, c := range cases {
			in = append(in, []any{c.token, c.secrets, c.now})
		}
		for language := range tokenReaders {
			t.Run(language, func(t *testing.T) {
				for i, got := range readTokens(t, language, in) {
					c := cases[i]
					if (got != nil) != c.good || c.good && fmt.Sprintf("%v %v %v", got["cart"], got["coupon"], got["items"]) != "c1 WINTER [map[product:scarf quantity:2]]" {
						t.Errorf("%s: it says %v", c.what, got)
					}
				}
			})
		}
	}, settings(func(s *shop.Settings) { s.RestoreURL = "https://shop.example/restore?t={token}" }))
}

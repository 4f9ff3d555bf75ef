package app_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The import rule, as a test. The data travels one way, and so do imports:
// a package that decides knows nothing of the technology around it, a package
// that knows a technology knows no other one, and only app knows everybody.

const module = "github.com/cartograph-dev/cartograph"

// path is the data's way. A package on it may import the ones before it.
var path = []string{"event", "shopper", "cart", "persona", "sequence", "experiment", "consent",
	"message", "delivery", "attribution", "journey"}

// ahead are the exceptions: imports of a package further along the path.
var ahead = map[string][]string{"message": {"delivery"}}

// words are the packages that everything on and around the path speaks in,
// with what they may import themselves.
var words = map[string][]string{
	"fault":    {},
	"money":    {"fault"},
	"duration": {"fault"},
	"shop":     {"event", "consent", "fault", "money", "duration"},
	"access":   {"shop", "fault"},
}

// edges each know one technology, listed by what of it nobody else may import.
var edges = map[string][]string{
	"platform":   {},
	"channel":    {"github.com/sendgrid", "github.com/twilio"},
	"store":      {"database/sql", "github.com/jackc/pgx", "modernc.org/sqlite", "github.com/pressly/goose"},
	"queue":      {"github.com/hibiken/asynq", "github.com/redis/go-redis", "github.com/alicebob/miniredis"},
	"web":        {"github.com/labstack/echo", "github.com/danielgtaylor/huma"},
	"playbook":   {"github.com/goccy/go-yaml"},
	"demo":       {},
	"maildomain": {},
	"outgoing":   {},
	"signon":     {"github.com/coreos/go-oidc", "golang.org/x/oauth2"},
}

// drivers are the edges that call the engine or are called by it and so may
// import it, and that may be handed options and embedded files.
var drivers = []string{"store", "queue", "web"}

// families are the edges whose folders do not know each other: every one
// speaks one platform's or provider's language, in the terms of its root.
var families = []string{"platform", "channel"}

// impure is the part of the standard library that has no place on the path,
// because it reaches outside the program or into chance. Package time is for
// its types; TestNobodyReadsTheClock sees to the rest.
var impure = []string{"database/sql", "net", "net/http", "net/smtp", "os", "syscall", "log", "log/slog",
	"math/rand", "crypto/rand", "testing", "plugin", "runtime", "unsafe"}

// pure are the outside libraries that the path may use: they compute, and do nothing else.
var pure = []string{"cel.dev/cel-go", "github.com/osteele/liquid", "github.com/k3a/html2text",
	"github.com/nyaruka/phonenumbers", "golang.org/x/text", "golang.org/x/crypto/argon2"}

// wrongImport says which rule an import breaks, or "". Both packages are given
// by their folder below the module's root, outside libraries by their import path.
func wrongImport(from, to string) string {
	if to == "github.com/twilio/twilio-go" {
		return "twilio-go's root package takes a minute to compile; import twilio-go/client and twilio-go/rest/api/v2010"
	}
	self, internal := strings.CutPrefix(from, "internal/")
	if !internal || self == "app" || strings.HasPrefix(self, "app/") {
		return "" // commands and app wire everything; they may import everything
	}
	top, _, _ := strings.Cut(self, "/")
	if !slices.Contains(path, top) && words[top] == nil && edges[top] == nil && top != "recovery" {
		return "internal/" + top + " is not in the tables of this test; decide whether it is a word, on the path or an edge"
	}
	if target, ours := strings.CutPrefix(to, "internal/"); ours {
		return wrongNeighbour(self, top, target)
	}
	return wrongOutside(top, to)
}

// wrongNeighbour judges an import of one of our own packages.
func wrongNeighbour(self, top, target string) string {
	targetTop, _, _ := strings.Cut(target, "/")
	toWord, toPath := words[targetTop] != nil, slices.Contains(path, targetTop)
	switch {
	case slices.Contains(families, top) && targetTop == top:
		if slices.Contains([]string{top, top + "/wire", top + "/conformance"}, target) || strings.HasPrefix(self, target+"/") {
			return ""
		}
		return fmt.Sprintf("the folders of %s do not know each other; move what both need up into %s", top, top)
	case target == self || targetTop == top:
		return ""
	case words[top] != nil:
		if slices.Contains(words[top], targetTop) {
			return ""
		}
		return fmt.Sprintf("%s is vocabulary and imports only %q", top, words[top])
	case slices.Contains(path, top):
		return wrongOnPath(top, targetTop)
	case toWord || toPath:
		return ""
	case top == "recovery":
		return "the engine imports the path and its words only; declare the small interface it needs, and let app pass the edge in"
	case targetTop == "recovery" && slices.Contains(drivers, top):
		return ""
	}
	return "edges never import each other or app; take what you need as an interface or function, and let app pass it in"
}

// wrongOnPath judges an import from one path package.
func wrongOnPath(top, target string) string {
	switch at := slices.Index(path, target); {
	case target == "fault" || target == "money" || slices.Contains(ahead[top], target):
		return ""
	case at < 0:
		return "path packages decide and know nothing around them; import fault, money and the path only"
	case at >= slices.Index(path, top):
		return fmt.Sprintf("%s comes after %s on the path (%s); move the rule to the later one, or merge the two",
			target, top, strings.Join(path, " → "))
	case top == "delivery" && target != "event":
		return "delivery is shared by message and the channels and stays small; it imports event only"
	}
	return ""
}

// wrongOutside judges an import of the standard library, another module, or
// one of the module's folders outside internal.
func wrongOutside(top, to string) string {
	inner := words[top] != nil || slices.Contains(path, top)
	switch {
	case under(to, "config", "templates", "migrations", "cmd"):
		if slices.Contains(drivers, top) && !under(to, "cmd") {
			return ""
		}
		return "options and embedded files are handed in by app"
	case inner && slices.Contains(impure, to) || inner && under(to, "net/http", "database/sql", "os", "math/rand"):
		return "path packages and words hold rules only; let the caller read the outside, the clock and chance, and pass the result in"
	case inner && strings.Contains(to, ".") && !under(to, pure...):
		return "path packages use pure libraries only; if this one is, add it to `pure` in this test"
	case top == "recovery" && under(to, "net/http", "os"):
		return "the engine knows no technology; declare the small interface it needs, and let app pass the edge in"
	}
	for edge, own := range edges {
		if edge != top && under(to, own...) {
			return "only " + edge + " knows this technology; ask it through an interface that app wires"
		}
	}
	return ""
}

// under reports whether an import is one of the given ones or below it.
func under(to string, roots ...string) bool {
	return slices.ContainsFunc(roots, func(root string) bool { return to == root || strings.HasPrefix(to, root+"/") })
}

// wrongImports reads every Go file below root and gives one line for every
// import that breaks the rule. Tests may import what they like.
func wrongImports(root string) (wrong []string, files int, err error) {
	err = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if err == nil && (entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".") && name != root) {
				return fs.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		files++
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			to := strings.TrimPrefix(imported, module+"/")
			if why := wrongImport(filepath.ToSlash(filepath.Dir(relative)), to); why != "" {
				wrong = append(wrong, fmt.Sprintf("%s imports %s: %s", relative, to, why))
			}
		}
		return nil
	})
	return wrong, files, err
}

func TestImportRule(t *testing.T) {
	t.Parallel()
	wrong, files, err := wrongImports(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if files < 20 {
		t.Errorf("only %d Go files were read; is this test still two folders below the module's root?", files)
	}
	for _, line := range wrong {
		t.Error(line)
	}
}

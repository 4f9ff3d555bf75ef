package journey_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// dotted is what rules look like; a last dot makes a family ("order.matched.").
var dotted = regexp.MustCompile(`^[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)*\.?$`)

// ruleNames collects every rule that the sources of some packages can write: texts with
// dots of that look, and whatever is given to a field or variable called rule.
func ruleNames(t *testing.T, folders ...string) []string {
	t.Helper()
	found := map[string]bool{}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join("..", folder, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no sources in %s: %v", folder, err)
		}
		for _, file := range files {
			if !strings.HasSuffix(file, "_test.go") {
				collect(t, file, found)
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func collect(t *testing.T, file string, found map[string]bool) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.KeyValueExpr:
			if name, ok := n.Key.(*ast.Ident); ok && strings.EqualFold(name.Name, "rule") {
				note(n.Value, found, false)
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if name, ok := left.(*ast.Ident); ok && name.Name == "rule" && i < len(n.Rhs) {
					note(n.Rhs[i], found, false)
				}
			}
		case *ast.BasicLit:
			note(n, found, true)
		}
		return true
	})
}

// note takes a text that looks like a rule; those without a dot only where a rule is meant.
func note(e ast.Expr, found map[string]bool, needsDot bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return
	}
	text, err := strconv.Unquote(lit.Value)
	if err == nil && dotted.MatchString(text) && (!needsDot || strings.Contains(text, ".")) {
		found[text] = true
	}
}

// A rule that the engine can write and nobody has words for would leave a
// merchant with its bare name.
func TestEveryRuleOfTheEngineHasWords(t *testing.T) {
	t.Parallel()
	names := ruleNames(t, "recovery", "consent")
	for _, known := range []string{"holdout", "law.hours", "step.too_late", "cart.nobody_known", "order.matched.", "channel.", "cart.", "suppressed.", "consent.unknown", "provider.later", "channel.paused", "catch_up"} {
		if !slices.Contains(names, known) {
			t.Errorf("the walk through the sources does not find %s", known)
		}
	}
	for _, name := range names {
		for _, rule := range members(name) {
			if !journey.Worded(rule) {
				t.Errorf("the rule %s has no words in journey", rule)
			}
		}
	}
}

// members gives the rules of a family that is closed, or the rule itself.
func members(name string) []string {
	switch name {
	case "channel.":
		return []string{name + string(delivery.Refused), name + string(delivery.Broken), name + "paused"}
	case "law.":
		return nil // asked for as a whole; each of its rules is found by its own name
	case "cart.":
		return []string{name + "ordered", name + "emptied", name + "superseded", name + "completed"}
	}
	return []string{name}
}

// The words themselves: a clause ends a sentence, a remedy is sentences.
func TestWordsAreSentences(t *testing.T) {
	t.Parallel()
	rules := ruleNames(t, "recovery", "consent", "journey")
	for _, by := range []string{"link", "shopper", string(event.KeyCustomer), string(event.KeyEmail), string(event.KeyPhone), string(event.KeyMessenger), string(event.KeyAnonymous)} {
		rules = append(rules, "order.matched."+by)
	}
	for _, why := range []string{"opted_out", "bounced", "complained", "invalid_address", "blocked", "spam_trap"} {
		rules = append(rules, "suppressed."+why)
	}
	seen := 0
	for _, rule := range rules {
		if strings.HasSuffix(rule, ".") || !journey.Worded(rule) {
			continue
		}
		seen++
		m, said := journey.Mean(rule), journey.Said(rule)
		if m.Clause == "" || strings.HasSuffix(m.Clause, ".") || strings.Contains(m.Clause, "_") || !strings.HasSuffix(said, ".") || said[:1] != strings.ToUpper(said[:1]) {
			t.Errorf("%s: clause %q, said %q", rule, m.Clause, said)
		}
		if m.Remedy != "" && !strings.HasSuffix(m.Remedy, ".") {
			t.Errorf("%s: remedy %q", rule, m.Remedy)
		}
	}
	if seen < 45 {
		t.Errorf("only %d rules seen", seen)
	}
}

func TestSaid(t *testing.T) {
	t.Parallel()
	for rule, want := range map[string]string{
		"consent.unknown":         "The shopper was never asked, and this shop only writes after a yes.",
		"order.matched.email":     "The shopper ordered; the order was matched by its email.",
		"suppressed.opted_out":    "The address may not be written to any more: the shopper opted out.",
		"persona.value-conscious": "The shopper looks like the persona value-conscious.",
		"something.quite_new":     "Something: quite new.",
		"":                        "",
	} {
		if got := journey.Said(rule); got != want {
			t.Errorf("%s: %q, want %q", rule, got, want)
		}
	}
	for rule, said := range journey.ForShoppers() {
		if !strings.HasPrefix(rule, "consent.") || said == "" {
			t.Errorf("shoppers are told %q of %s", said, rule)
		}
	}
}

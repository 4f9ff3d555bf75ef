package persona

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

func newRules(t testing.TB) *Rules {
	t.Helper()
	r, err := NewRules()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestMatch(t *testing.T) {
	t.Parallel()
	rules, facts := newRules(t), NewFacts(katie())
	for expr, want := range map[string]bool{
		"cart.total < 80":                                           true,
		"cart.total < 80.0 && shopper.orders == 0":                  false,
		"shopper.orders >= 2.5":                                     true, // numbers of different types compare
		"shopper.spent > 120 && shopper.visits == 5":                true,
		`shopper.country in ["FR", "DE"] && cart.currency == "EUR"`: true,
		`"vip" in shopper.tags && shopper.device == 'mobile'`:       true,
		"cart.items.exists(i, i.price >= 20 && i.quantity > 1)":     true,
		"cart.items.all(i, i.stock > 2)":                            false,
		"size(cart.items) == 3 && cart.has_coupon":                  true,
		`"clothes" in cart.categories`:                              true,
		`cart.stage == "payment"`:                                   true,
		`cart.abandon_reason == "payment_failed"`:                   false,
		`shopper.email.lowerAscii().endsWith("@example.com")`:       true,
		`cart.last_activity > timestamp("2026-02-28T00:00:00Z")`:    true,
		`cart.last_activity.getDayOfWeek() == 0`:                    true, // a Sunday
		`cart.items.map(i, i.title).join(",") == "Ring,Scarf,Hat"`:  true,
		`cart.items.filter(i, i.sku == "").size() == 2`:             true,
		"true": true,
		"cart.items[0].line_total == 40.0 && shopper.last_name != 'X'": true,
	} {
		p, err := rules.Compile(expr)
		if err != nil {
			t.Errorf("Compile(%s): %v", expr, err)
			continue
		}
		if got, err := p.Match(t.Context(), facts); err != nil || got != want {
			t.Errorf("%s = %v, %v; want %v", expr, got, err, want)
		}
	}
}

// TestEveryNameCompiles keeps Names, the remedy and the compiler together.
func TestEveryNameCompiles(t *testing.T) {
	t.Parallel()
	rules := newRules(t)
	if len(Names()) != 11+10+10 {
		t.Errorf("there are %d names: %v", len(Names()), Names())
	}
	for _, name := range Names() {
		expr := name + " == " + name
		if strings.HasPrefix(name, "item.") {
			expr = "cart.items.all(item, " + expr + ")"
		}
		if _, err := rules.Compile(expr); err != nil {
			t.Errorf("%s: %v", expr, err)
		}
	}
}

func TestCompileErrors(t *testing.T) {
	t.Parallel()
	rules := newRules(t)
	for _, tc := range []struct{ expr, message, remedy string }{
		{"cart.totl < 80", "1:5: undefined field 'totl'\n | cart.totl < 80\n | ....^", "cart.total"},
		{"shoper.orders > 1", "1:1: undeclared reference to 'shoper'", "shopper.orders"},
		{"cart.total <", "1:13: Syntax error", "cart.total"},
		{"true &&\n  cart.items.exists(i, i.prize > 5)", "2:25: undefined field 'prize'", "item.price"},
		{"cart.total", "type double instead of true or false", "cart.total > 50"},
		{"", "Syntax error", "cart.total"},
		{"cart.total * 2 > 100", "no matching overload", "40.0"},
		{"cart.total == 100", "no matching overload", "40.0"},
		{`cart.total > "80"`, "no matching overload", "one type"},
		{strings.Repeat("!", maxExpression+1) + "true", "size", "cart.total"},
		{strings.Repeat("(", 500) + "true" + strings.Repeat(")", 500), "recursion", "cart.total"},
	} {
		_, err := rules.Compile(tc.expr)
		var e *fault.Error
		if !errors.As(err, &e) || e.Code != fault.Unprocessable {
			t.Errorf("%.40s: got %v, want unprocessable", tc.expr, err)
			continue
		}
		if !strings.Contains(e.Message, tc.message) || !strings.Contains(e.Remedy, tc.remedy) {
			t.Errorf("%.40s: message %q, remedy %q", tc.expr, e.Message, e.Remedy)
		}
		if len(e.Message) > maxExplained+10 {
			t.Errorf("%.40s: the message has %d bytes", tc.expr, len(e.Message))
		}
	}
}

// TestWorkIsLimited: nothing a merchant can write runs for long or fills memory.
func TestWorkIsLimited(t *testing.T) {
	t.Parallel()
	rules, facts := newRules(t), NewFacts(katie())
	for len(facts.Cart.Items) < 100 {
		facts.Cart.Items = append(facts.Cart.Items, facts.Cart.Items[0])
	}
	all := "cart.items.all(a, cart.items.all(b, cart.items.all(c, a.price + b.price + c.price > 0.0)))"
	doubling := `["aaaaaaaa"]` + strings.Repeat(".map(s, s + s)", 60) + `.size() == 1`
	listing := `[[1, 2]]` + strings.Repeat(".map(s, s + s)", 60) + `.size() == 1`
	for name, expr := range map[string]string{"nested loops": all, "doubled text": doubling, "doubled lists": listing} {
		p, err := rules.Compile(expr)
		if err != nil {
			continue // refused even earlier
		}
		got, err := p.Match(t.Context(), facts)
		if got || !fault.Is(err, fault.Unprocessable) || !strings.Contains(err.Error(), "more work than is allowed") {
			t.Errorf("%s: got %v, %v; want the cost limit", name, got, err)
		}
	}
	if _, err := rules.Compile(all); err != nil {
		t.Errorf("the nested loops did not even compile: %v", err)
	}
}

func TestMatchStopsWithTheContext(t *testing.T) {
	t.Parallel()
	p, err := newRules(t).Compile("cart.total > 0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Match(ctx, NewFacts(katie())); !fault.Is(err, fault.Overloaded) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the cancellation", err)
	}
}

// TestRunTimeErrorsQuoteNoFacts: CEL's "parsing \"Katie\"" must not reach a ledger or a log.
func TestRunTimeErrorsQuoteNoFacts(t *testing.T) {
	t.Parallel()
	rules, facts := newRules(t), NewFacts(katie())
	for expr, want := range map[string]string{
		"int(shopper.first_name) > 1":              "could not be answered",
		"timestamp(shopper.email) == timestamp(0)": "could not be answered",
		"shopper.email.matches(shopper.phone)":     "could not be answered",
		`{"a": 1}[shopper.email] == 1`:             "could not be answered",
		"1 / (shopper.orders - 3) == 1":            "divides by zero",
		"1 % (shopper.orders - 3) == 1":            "divides by zero",
		"cart.items[7].price > 1":                  "not there",
	} {
		p, err := rules.Compile(expr)
		if err != nil {
			t.Errorf("Compile(%s): %v", expr, err)
			continue
		}
		_, err = p.Match(t.Context(), facts)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", expr, err, want)
			continue
		}
		for _, secret := range []string{"Katie", "katie", "33600000000"} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error quotes a fact: %v", expr, err)
			}
		}
	}
}

func TestProgramsAreKeptAndBounded(t *testing.T) {
	t.Parallel()
	rules := newRules(t)
	rules.max = 3
	first, _ := rules.Compile("cart.total > 0")
	for i := range 10 {
		if _, err := rules.Compile(fmt.Sprintf("cart.total > %d", i+1)); err != nil {
			t.Fatal(err)
		}
		if again, _ := rules.Compile("cart.total > 0"); again != first {
			t.Fatal("a program in use was forgotten")
		}
	}
	if len(rules.byText) != 3 || rules.recent.Len() != 3 {
		t.Errorf("%d and %d programs are kept, want 3", len(rules.byText), rules.recent.Len())
	}
}

func TestRulesServeManyAtOnce(t *testing.T) {
	t.Parallel()
	rules, facts := newRules(t), NewFacts(katie())
	rules.max = 2
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 20 {
				p, err := rules.Compile(fmt.Sprintf("cart.total > %d", (g+i)%4))
				if err != nil {
					t.Error(err)
					return
				}
				if ok, err := p.Match(t.Context(), facts); !ok || err != nil {
					t.Error(ok, err)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{
		"cart.total < 80 && shopper.orders == 0", "cart.items.exists(i, i.price > 5)", `"a" in shopper.tags`,
		"((((", "'\\x", "cart.items.map(i, i.title).join() == ''", "é.ü", "[1].map(a, a+a)", "shopper.email.matches('(a+)+$')",
		"persona.Cart{total: 1.0}.total > 0", "has(cart.total)", "string(b'\\xff') == ''", "1/0 == 1", "\x00",
	} {
		f.Add(s)
	}
	rules := newRules(f)
	known, nobody := NewFacts(katie()), NewFacts(shopper.Shopper{}, shopper.History{}, cart.Cart{})
	f.Fuzz(func(t *testing.T, expr string) {
		p, err := rules.Compile(expr)
		if err != nil {
			if !fault.Is(err, fault.Unprocessable) {
				t.Fatalf("Compile(%q): %v", expr, err)
			}
			return
		}
		for _, facts := range []Facts{known, nobody} {
			if ok, err := p.Match(t.Context(), facts); err != nil && (ok || !fault.Is(err, fault.Unprocessable)) {
				t.Fatalf("Match(%q): %v, %v", expr, ok, err)
			}
		}
	})
}

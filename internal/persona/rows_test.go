package persona

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

func TestRowsAndText(t *testing.T) {
	t.Parallel()
	rules := newRules(t)
	row := func(fact, op, value string) Row { return Row{fact, op, value} }
	all := func(rows ...Row) Form { return Form{Groups: []Group{{Rows: rows}}} }
	for text, want := range map[string]Form{
		"":                                  {},
		"cart.total < 80":                   all(row("cart.total", OpLess, "80")),
		"80 > cart.total":                   all(row("cart.total", OpLess, "80")),
		"cart.total == 19.9":                all(row("cart.total", OpIs, "19.9")),
		"cart.items.size() > 1":             all(row("size(cart.items)", OpMore, "1")),
		"cart.has_coupon":                   all(row("cart.has_coupon", OpYes, "")),
		"!cart.has_coupon":                  all(row("cart.has_coupon", OpNo, "")),
		"cart.has_coupon == false":          all(row("cart.has_coupon", OpNo, "")),
		`!("vip" in shopper.tags)`:          all(row("shopper.tags", OpHasNot, "vip")),
		`shopper.country in ["FR", "DE"]`:   all(row("shopper.country", OpOneOf, "FR, DE")),
		`shopper.email != ""`:               all(row("shopper.email", OpKnown, "")),
		`shopper.email.endsWith("@x.test")`: all(row("shopper.email", OpEnds, "@x.test")),
		`shopper.orders >= 5 || (shopper.orders >= 2 && shopper.spent >= 1000)`: {Any: true, Groups: []Group{
			{Any: true, Rows: []Row{row("shopper.orders", OpAtLeast, "5")}},
			{Rows: []Row{row("shopper.orders", OpAtLeast, "2"), row("shopper.spent", OpAtLeast, "1000")}},
		}},
		`(cart.total < 80 || cart.has_coupon) && shopper.device != "desktop"`: {Groups: []Group{
			{Rows: []Row{row("shopper.device", OpIsNot, "desktop")}},
			{Any: true, Rows: []Row{row("cart.total", OpLess, "80"), row("cart.has_coupon", OpYes, "")}},
		}},
	} {
		got, ok := rules.Form(text)
		if diff := cmp.Diff(want, got); !ok || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", text, ok, diff)
		}
	}
	for _, text := range []string{
		"cart.items.exists(i, i.price > 3)", "cart.total + 1 < 80", "cart.total < shopper.spent", "true", "!(cart.total < 3)",
		`shopper.country in ["a,b"]`, "shopper.orders == 1.5", "cart.totl < 3", `cart.stage == " cart"`, "((", "cart.total < 80 ? true : false",
	} {
		if f, ok := rules.Form(text); ok {
			t.Errorf("%s is shown as %+v", text, f)
		}
	}
}

// aRow draws a row that is filled in properly.
func aRow(t *rapid.T) Row {
	var inRows []Fact
	for _, f := range vocabulary {
		if f.InRows {
			inRows = append(inRows, f)
		}
	}
	f := rapid.SampledFrom(inRows).Draw(t, "fact")
	var fitting []string
	for _, c := range comparisons {
		if fits(c, f.Kind) {
			fitting = append(fitting, c.Op)
		}
	}
	r := Row{Fact: f.Path, Op: rapid.SampledFrom(fitting).Draw(t, "op")}
	c, _ := comparisonOf(r.Op)
	word := rapid.StringMatching(`[A-Za-z"'\\é{<]{1,6}( [a-z]{1,3})?`)
	switch {
	case c.Bare:
	case f.Kind == Number:
		r.Value = rapid.SampledFrom([]string{"0", "1", "12", "-3"}).Draw(t, "value")
	case f.Kind == Amount:
		r.Value = rapid.SampledFrom([]string{"0", "80", "19.9", "1000000"}).Draw(t, "value")
	case r.Op == OpOneOf:
		r.Value = strings.Join(rapid.SliceOfN(word, 1, 4).Draw(t, "values"), ", ")
	default:
		r.Value = word.Draw(t, "value")
	}
	return r
}

func aForm(t *rapid.T) Form {
	f := Form{Any: rapid.Bool().Draw(t, "any")}
	for range rapid.IntRange(1, 4).Draw(t, "groups") {
		f.Groups = append(f.Groups, Group{Any: rapid.Bool().Draw(t, "group any"), Rows: rapid.SliceOfN(rapid.Custom(aRow), 1, 4).Draw(t, "rows")})
	}
	return f
}

// TestRowsSayWhatTheTextSays: every form has a text that compiles, can be read
// back into rows, and says the same of every cart in either shape.
func TestRowsSayWhatTheTextSays(t *testing.T) {
	t.Parallel()
	rules := newRules(t)
	facts := NewFacts(katie())
	rapid.Check(t, func(t *rapid.T) {
		text, err := aForm(t).Text()
		if err != nil {
			t.Fatal(err)
		}
		first, err := rules.Compile(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		back, ok := rules.Form(text)
		if !ok {
			t.Fatalf("%s is not read back", text)
		}
		again, err := back.Text()
		if err != nil {
			t.Fatal(err)
		}
		second, err := rules.Compile(again)
		if err != nil {
			t.Fatalf("%s became %s: %v", text, again, err)
		}
		f := facts
		f.Cart.Total = rapid.SampledFrom([]float64{0, 19.9, 80, 500}).Draw(t, "total")
		f.Shopper.Orders = rapid.IntRange(-1, 12).Draw(t, "orders")
		f.Cart.HasCoupon = rapid.Bool().Draw(t, "coupon")
		a, err1 := first.Match(t.Context(), f)
		b, err2 := second.Match(t.Context(), f)
		if a != b || (err1 == nil) != (err2 == nil) {
			t.Fatalf("%s says %v (%v), %s says %v (%v)", text, a, err1, again, b, err2)
		}
	})
}

func TestRowsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]Row{
		"no fact": {}, "unknown": {"cart.totl", OpLess, "1"}, "no comparison": {"cart.total", "", "1"}, "misfit": {"cart.total", OpContains, "1"},
		"no number": {"cart.total", OpLess, "many"}, "not whole": {"shopper.orders", OpLess, "1.5"}, "no value": {"shopper.email", OpIs, " "},
		"no label": {"shopper.tags", OpHas, ""}, "no values": {"shopper.country", OpOneOf, " , "}, "endless": {"cart.total", OpLess, "NaN"},
	} {
		_, err := Form{Groups: []Group{{Rows: []Row{r}}}}.Text()
		if !fault.Is(err, fault.Unprocessable) || !strings.Contains(err.Error(), "row 1") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if text, err := (Form{Groups: []Group{{Rows: []Row{{"cart.total", OpLess, "19,90"}}}}}).Text(); text != "cart.total < 19.9" || err != nil {
		t.Errorf("a comma in a number: %s, %v", text, err)
	}
}

// TestTheVocabularyIsWhole: it has every name that there is, and its examples compile.
func TestTheVocabularyIsWhole(t *testing.T) {
	t.Parallel()
	rules := newRules(t)
	told := map[string]bool{}
	for _, f := range Vocabulary() {
		told[strings.TrimSuffix(strings.TrimPrefix(f.Path, "size("), ")")] = true
		if err := rules.Check(f.Example); err != nil || f.Label == "" || f.Meaning == "" {
			t.Errorf("%s: %v", f.Path, err)
		}
	}
	for _, name := range Names() {
		if !told[name] {
			t.Errorf("%s is not in the vocabulary", name)
		}
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	rules := newRules(t)
	got := rules.Mistakes("cart.total < 80 &&\n  cart.totl > 1")
	want := []Mistake{{Line: 2, Column: 7, Snippet: "  cart.totl > 1", Caret: "      ", Message: "undefined field 'totl'",
		Remedy: "there is no fact of this name; the list of facts below has all of them"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for text, remedy := range map[string]string{
		"cart.total < ": "something is missing", "cart.total < 'a'": "cannot be compared", "carts.total < 1": "no fact of this name",
		"cart.total": "compare it with something",
	} {
		m := rules.Mistakes(text)
		if len(m) == 0 || !strings.Contains(m[0].Remedy, remedy) || m[0].Message == "" {
			t.Errorf("%s: %+v", text, m)
		}
	}
	if m := rules.Mistakes("cart.total < 80"); m != nil {
		t.Errorf("a good rule: %+v", m)
	}
}

func TestSurvey(t *testing.T) {
	t.Parallel()
	rules := newRules(t)
	var carts []Facts
	for _, total := range []float64{10, 50, 90, 300, 400} {
		f := NewFacts(katie())
		f.Cart.Total = total
		carts = append(carts, f)
	}
	personas := []Persona{
		{Key: "big", Rule: "cart.total >= 90"}, {Key: "huge", Rule: "cart.total >= 300"}, {Key: "cheap", Rule: "cart.total < 60 || cart.total == 300.0"},
		{Key: "broken", Rule: "cart.items[9].price > 1"}, {Key: "never", Rule: "cart.total < 0"}, {Key: "all"},
	}
	s, err := Take(t.Context(), rules, personas, carts)
	if err != nil {
		t.Fatal(err)
	}
	want := []Surveyed{
		{Key: "big", Matches: 3, Takes: 3, Also: map[string]int{"huge": 2, "cheap": 1}, Examples: []int{2, 3, 4}},
		{Key: "huge", Matches: 2, Also: map[string]int{"big": 2, "cheap": 1}, ShadowedBy: "big", Examples: []int{}},
		{Key: "cheap", Matches: 3, Takes: 2, Also: map[string]int{"big": 1, "huge": 1}, Examples: []int{0, 1}},
		{Key: "broken", Failed: 5, Also: map[string]int{}, Examples: []int{}},
		{Key: "never", Also: map[string]int{}, Examples: []int{}},
		{Key: "all", Matches: 5, Also: map[string]int{}, Examples: []int{}},
	}
	if diff := cmp.Diff(want, s.Places); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{2, 2, 0, 0, 0}, s.Taker); diff != "" {
		t.Errorf("who gets them: %s", diff)
	}
}

// TestSurveyAgreesWithRouting: who takes a cart in a survey is who routing gives it to.
func TestSurveyAgreesWithRouting(t *testing.T) {
	t.Parallel()
	rules := newRules(t)
	rapid.Check(t, func(t *rapid.T) {
		var personas []Persona
		for range rapid.IntRange(0, 4).Draw(t, "personas") {
			personas = append(personas, Persona{Key: "p" + string(rune('a'+len(personas))), Rule: rapid.SampledFrom([]string{
				"cart.total < 80", "cart.total >= 20", "shopper.orders > 1", "cart.items[9].price > 1", "true", "false"}).Draw(t, "rule")})
		}
		personas = append(personas, Persona{Key: "all"})
		f := NewFacts(katie())
		f.Cart.Total, f.Shopper.Orders = rapid.Float64Range(0, 200).Draw(t, "total"), rapid.IntRange(0, 3).Draw(t, "orders")
		s, err := Take(t.Context(), rules, personas, []Facts{f})
		if err != nil {
			t.Fatal(err)
		}
		m, err := Route(t.Context(), rules, personas, f)
		if err != nil || s.Taker[0] != m.Index {
			t.Errorf("the survey says %d, routing %d (%v)", s.Taker[0], m.Index, err)
		}
	})
}

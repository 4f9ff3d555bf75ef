package persona

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

func TestRouteTakesTheFirstMatch(t *testing.T) {
	t.Parallel()
	personas := []Persona{
		{Key: "vip", Rule: "shopper.spent > 500"},
		{Key: "broken", Rule: "cart.items[9].price > 1"},
		{Key: "misspelt", Rule: "cart.totl > 1"},
		{Key: "mobile", Rule: "shopper.device == 'mobile'"},
		{Key: "cheap", Rule: "cart.total < 80"},
		{Key: "everyone"},
	}
	m, err := Route(t.Context(), newRules(t), personas, NewFacts(katie()))
	if err != nil {
		t.Fatal(err)
	}
	if m.Persona.Key != "mobile" || m.Index != 3 || len(m.Considered) != 4 {
		t.Fatalf("got %+v", m)
	}
	for i, failed := range []bool{false, true, true, false} {
		tried := m.Considered[i]
		if tried.Key != personas[i].Key || tried.Rule != personas[i].Rule || tried.Matched != (i == 3) || (tried.Err != "") != failed {
			t.Errorf("considered[%d] = %+v", i, tried)
		}
	}
}

func TestRouteFallsToTheCatchAll(t *testing.T) {
	t.Parallel()
	personas := []Persona{{Key: "vip", Rule: "shopper.spent > 500"}, {Key: "everyone"}}
	m, err := Route(t.Context(), newRules(t), personas, NewFacts(katie()))
	want := Match{Persona: personas[1], Index: 1, Considered: []Tried{{Key: "vip", Rule: "shopper.spent > 500"}, {Key: "everyone", Matched: true}}}
	if diff := cmp.Diff(want, m); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestRouteWithoutCatchAll(t *testing.T) {
	t.Parallel()
	personas := []Persona{{Key: "vip", Rule: "shopper.spent > 500"}}
	m, err := Route(t.Context(), newRules(t), personas, NewFacts(katie()))
	if !fault.Is(err, fault.Misconfigured) || len(m.Considered) != 1 {
		t.Errorf("got %+v, %v", m, err)
	}
}

// TestRouteStopsWithTheContext: a shutdown must not send everybody to the catch-all.
func TestRouteStopsWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m, err := Route(ctx, newRules(t), []Persona{{Key: "vip", Rule: "true"}, {Key: "everyone"}}, NewFacts(katie()))
	if !errors.Is(err, context.Canceled) || m.Persona.Key != "" {
		t.Errorf("got %+v, %v", m, err)
	}
}

// places gives the fields of joined errors.
func places(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var out []string
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		if !fault.Is(e, fault.Unprocessable) {
			t.Errorf("%v is not unprocessable", e)
		}
		out = append(out, e.(*fault.Error).Field)
	}
	return out
}

func TestValidate(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		personas []Persona
		want     []string
	}{
		"good":            {[]Persona{{Key: "a", Rule: "true", Likes: []event.Channel{"sms", "email"}}, {Key: "b_2-c"}}, nil},
		"one":             {[]Persona{{Key: "a"}}, nil},
		"none":            {nil, []string{"personas"}},
		"keys":            {[]Persona{{Rule: "true"}, {Key: "A", Rule: "true"}, {Key: "-a", Rule: "true"}, {Key: "a--b", Rule: "true"}, {Key: "é"}}, []string{"personas[0].key", "personas[1].key", "personas[2].key", "personas[3].key", "personas[4].key"}},
		"reserved":        {[]Persona{{Key: "new", Rule: "true"}, {Key: "newer"}}, []string{"personas[0].key"}},
		"twice":           {[]Persona{{Key: "a", Rule: "true"}, {Key: "a"}}, []string{"personas[1].key"}},
		"no catch-all":    {[]Persona{{Key: "a", Rule: "true"}}, []string{"personas[0].rule"}},
		"early catch-all": {[]Persona{{Key: "a"}, {Key: "b"}}, []string{"personas[0].rule"}},
		"likes":           {[]Persona{{Key: "a", Likes: []event.Channel{"sms", "fax", "sms"}}}, []string{"personas[0].likes[1]", "personas[0].likes[2]"}},
		"all at once":     {[]Persona{{Key: "A"}, {Key: "b", Rule: "nope"}}, []string{"personas[0].key", "personas[0].rule", "personas[1].rule", "personas[1].rule"}},
	} {
		if diff := cmp.Diff(tc.want, places(t, newRules(t).Validate(tc.personas))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if err := Validate([]Persona{{Key: "a", Rule: "nope"}, {Key: "b"}}); err != nil {
		t.Errorf("Validate compiled a rule: %v", err)
	}
}

func TestReach(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		counts map[string]int
		want   []Share
	}{
		{map[string]int{"a": 1, "b": 1, "c": 1}, []Share{{"a", 1, 34}, {"b", 1, 33}, {"c", 1, 33}}},
		{map[string]int{"a": 1, "b": 199}, []Share{{"b", 199, 100}, {"a", 1, 0}}},
		{map[string]int{"a": 996, "b": 2, "c": 2}, []Share{{"a", 996, 100}, {"b", 2, 0}, {"c", 2, 0}}},
		{map[string]int{"a": 0, "b": -3}, []Share{{"a", 0, 0}, {"b", 0, 0}}},
		{nil, []Share{}},
	} {
		if diff := cmp.Diff(tc.want, Reach(tc.counts)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tc.counts, diff)
		}
	}
}

// TestReachMakesAHundred: the shares always make 100, each within one of its true part.
func TestReachMakesAHundred(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.MapOfN(rapid.StringN(1, 5, -1), rapid.IntRange(0, 10_000_000), 1, 200).Draw(t, "counts")
		total, sum := 0, 0
		for _, n := range counts {
			total += n
		}
		for _, s := range Reach(counts) {
			sum += s.Percent
			if total > 0 && (s.Percent*total <= (s.Count*100-total) || s.Percent*total >= s.Count*100+total) {
				t.Errorf("%d of %d is %d %%", s.Count, total, s.Percent)
			}
		}
		if want := min(total, 1) * 100; sum != want {
			t.Errorf("the shares make %d, want %d", sum, want)
		}
	})
}

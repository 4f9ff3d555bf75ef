package templates

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
)

// playbook is the shipped playbook, read only as far as these tests need it.
type playbook struct {
	Personas []struct {
		Key, Name, Portrait, Rule string
		Goals, Pains, Objections  []string
		Likes                     []event.Channel
	}
	Sequences []struct {
		Key, Trigger, Persona string
		Steps                 []struct {
			After, Template, When string
			Channels              []event.Channel
		}
	}
}

func readPlaybook(t *testing.T) playbook {
	t.Helper()
	source, err := os.ReadFile("../config/playbook.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var p playbook
	if err := yaml.Unmarshal(source, &p); err != nil {
		t.Fatal(err)
	}
	if len(p.Personas) == 0 || len(p.Sequences) == 0 {
		t.Fatal("the playbook has no personas or no sequences")
	}
	return p
}

func TestPlaybookAndTemplatesFit(t *testing.T) {
	t.Parallel()
	type use struct {
		key     string
		channel event.Channel
	}
	unused := map[use]bool{}
	for _, tpl := range shipped(t) {
		if tpl.Locale == "en" {
			unused[use{tpl.Key, tpl.Channel}] = true
		}
	}
	have := map[use]bool{}
	for u := range unused {
		have[u] = true
	}
	for _, s := range readPlaybook(t).Sequences {
		for _, step := range s.Steps {
			for _, c := range step.Channels {
				if !have[use{step.Template, c}] {
					t.Errorf("sequence %s uses %s by %s, which is not shipped", s.Key, step.Template, c)
				}
				delete(unused, use{step.Template, c})
			}
		}
	}
	for u := range unused {
		if u.key == message.ConfirmKey {
			continue // the engine's own, for double opt-in
		}
		t.Errorf("no sequence uses %s by %s", u.key, u.channel)
	}
}

func TestPersonasAreDescribed(t *testing.T) {
	t.Parallel()
	for _, p := range readPlaybook(t).Personas {
		if p.Name == "" || p.Portrait == "" || len(p.Goals) == 0 || len(p.Pains) == 0 ||
			len(p.Objections) == 0 || len(p.Likes) == 0 {
			t.Errorf("persona %s is not described fully", p.Key)
		}
	}
}

func TestEveryPersonaHasACartSequence(t *testing.T) {
	t.Parallel()
	p := readPlaybook(t)
	missing := map[string]bool{}
	for _, persona := range p.Personas {
		missing[persona.Key] = true
	}
	for _, s := range p.Sequences {
		if s.Trigger == "cart_abandoned" {
			delete(missing, s.Persona)
		}
	}
	for key := range missing {
		t.Errorf("persona %s has no sequence for an abandoned cart", key)
	}
}

func TestSequencesHaveManners(t *testing.T) {
	t.Parallel()
	p := readPlaybook(t)
	likes := map[string][]event.Channel{}
	for _, persona := range p.Personas {
		likes[persona.Key] = persona.Likes
	}
	for _, s := range p.Sequences {
		if n := len(s.Steps); n < 2 || n > 3 {
			t.Errorf("sequence %s has %d steps, want 2 or 3", s.Key, n)
		}
		if s.Persona != "" && likes[s.Persona] == nil {
			t.Errorf("sequence %s is for %q, whom nobody knows", s.Key, s.Persona)
		}
		texts := 0
		for _, step := range s.Steps {
			if n := len(step.Channels); n == 0 || step.Channels[n-1] != event.Email {
				t.Errorf("sequence %s, step after %s: email is not the last resort", s.Key, step.After)
			}
			for _, c := range step.Channels {
				if c == event.SMS {
					texts++
				}
				if s.Persona != "" && !slices.Contains(likes[s.Persona], c) {
					t.Errorf("sequence %s writes by %s, which %s does not like", s.Key, c, s.Persona)
				}
			}
		}
		if texts > 1 {
			t.Errorf("sequence %s may send %d SMS for one cart", s.Key, texts)
		}
	}
}

func TestPersonasTakeTheirCarts(t *testing.T) {
	t.Parallel()
	rules, err := persona.NewRules()
	if err != nil {
		t.Fatal(err)
	}
	var personas []persona.Persona
	for _, p := range readPlaybook(t).Personas {
		personas = append(personas, persona.Persona{Key: p.Key, Rule: p.Rule})
	}
	if err := rules.Validate(personas); err != nil {
		t.Fatal(err)
	}
	items := func(n int) []persona.Item { return make([]persona.Item, n) }
	for name, c := range map[string]struct {
		shopper persona.Shopper
		cart    persona.Cart
		want    string
	}{
		"fifth order":                      {persona.Shopper{Orders: 5}, persona.Cart{Total: 30, Items: items(1)}, "vip-advocate"},
		"two large orders":                 {persona.Shopper{Orders: 2, Spent: 1000}, persona.Cart{Total: 900, Items: items(9)}, "vip-advocate"},
		"one large order":                  {persona.Shopper{Orders: 1, Spent: 4000}, persona.Cart{Total: 30, Items: items(1)}, "returning-customer"},
		"ordered once, large bag":          {persona.Shopper{Orders: 1, Visits: 9}, persona.Cart{Total: 500, Items: items(6)}, "returning-customer"},
		"large bag":                        {persona.Shopper{Device: "mobile"}, persona.Cart{Total: 200, Items: items(1)}, "careful-comparer"},
		"long list":                        {persona.Shopper{}, persona.Cart{Total: 60, Items: items(4)}, "careful-comparer"},
		"third day":                        {persona.Shopper{Visits: 3}, persona.Cart{Total: 60, Items: items(1)}, "careful-comparer"},
		"small bag on a phone":             {persona.Shopper{Device: "mobile"}, persona.Cart{Total: 79.99, Items: items(1)}, "value-conscious"},
		"small bag, device unknown":        {persona.Shopper{Visits: 1}, persona.Cart{Total: 59.9, Items: items(2)}, "value-conscious"},
		"coupon on a phone":                {persona.Shopper{Device: "mobile"}, persona.Cart{Total: 150, HasCoupon: true, Items: items(1)}, "value-conscious"},
		"small bag at a desk":              {persona.Shopper{Device: "desktop"}, persona.Cart{Total: 40, Items: items(1)}, "first-time-visitor"},
		"middling bag, nothing else known": {persona.Shopper{}, persona.Cart{Total: 80, Items: items(2)}, "first-time-visitor"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := persona.Route(context.Background(), rules, personas, persona.Facts{Shopper: c.shopper, Cart: c.cart})
			if err != nil {
				t.Fatal(err)
			}
			for _, tried := range m.Considered {
				if tried.Err != "" {
					t.Errorf("the rule of %s failed: %s", tried.Key, tried.Err)
				}
			}
			if m.Persona.Key != c.want {
				t.Errorf("went to %s, want %s", m.Persona.Key, c.want)
			}
		})
	}
}

func TestConditionsCompile(t *testing.T) {
	t.Parallel()
	rules, err := persona.NewRules()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, s := range readPlaybook(t).Sequences {
		for _, step := range s.Steps {
			if step.When == "" {
				continue
			}
			seen++
			if err := rules.Check(step.When); err != nil {
				t.Errorf("sequence %s, step after %s: %v", s.Key, step.After, err)
			}
		}
	}
	if seen == 0 {
		t.Error("no condition was found to check")
	}
}

// Whoever goes on to the checkout enters its sequence: they get no words again that
// they had before, and nothing at all after a note that was called the last.
func TestNobodyIsToldTwice(t *testing.T) {
	t.Parallel()
	sequences := readPlaybook(t).Sequences
	said, farewells := map[string]bool{}, []string{}
	for _, s := range sequences {
		if s.Trigger != "cart_abandoned" {
			continue
		}
		for i, step := range s.Steps {
			said[step.Template] = true
			if i == len(s.Steps)-1 {
				farewells = append(farewells, step.Template)
			}
		}
	}
	for _, s := range sequences {
		if s.Trigger != "checkout_abandoned" {
			continue
		}
		for _, step := range s.Steps {
			for _, last := range farewells {
				if !strings.Contains(step.When, strconv.Quote(last)) {
					t.Errorf("%s may send %s after %s, which is called the last", s.Key, step.Template, last)
				}
			}
			if said[step.Template] && !strings.Contains(step.When, strconv.Quote(step.Template)) {
				t.Errorf("%s may send %s to whoever had it", s.Key, step.Template)
			}
		}
	}
	if len(farewells) == 0 {
		t.Error("nothing is called the last")
	}
}

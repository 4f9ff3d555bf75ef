package dashboard

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/google/go-cmp/cmp"
)

// A rule is said in the words of the form; where rows cannot say it, its text is all there is.
func TestRulesInWords(t *testing.T) {
	t.Parallel()
	row := func(fact, op, value string) persona.Row { return persona.Row{Fact: fact, Op: op, Value: value} }
	v := ruleView{InRows: true, Form: persona.Form{Groups: []persona.Group{
		{Rows: []persona.Row{row("cart.total", "less", "80"), {}}},
		{Any: true, Rows: []persona.Row{row("shopper.device", "one_of", "phone, tablet"), row("cart.has_coupon", "yes", "left over"), row("cart.invented", "near", "x")}},
		{Rows: []persona.Row{{}}},
	}}}
	want := []ruleWords{
		{Lines: []ruleLine{{"Cart total", "is less than", "80"}}},
		{Any: true, Lines: []ruleLine{{"Device", "is one of", "phone, tablet"}, {"Has a coupon", "is true", ""}, {"cart.invented", "near", "x"}}},
	}
	if diff := cmp.Diff(want, v.Said()); diff != "" {
		t.Error(diff)
	}
	v.InRows = false
	if got := v.Said(); got != nil {
		t.Errorf("said of a text: %v", got)
	}
}

// Viewers read what editors edit: no form, and nothing that is left out.
func TestViewersReadWhatEditorsEdit(t *testing.T) {
	t.Parallel()
	d, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	viewer := frame{Shop: shop.Shop{ID: "s", Name: "S"}, Role: access.Viewer, Zone: time.UTC, Now: time.Unix(9e8, 0)}
	named := viewer
	named.spoken = spokenOf([]persona.Persona{{Key: "k", Name: "Katie"}}, nil)
	who := persona.Persona{Key: "k", Name: "Katie", Portrait: "Shops on the bus", Goals: []string{"a goal"}, Pains: []string{"a pain"}, Objections: []string{"too much"}, Likes: []event.Channel{event.SMS}}
	rule := ruleView{InRows: true, Text: "cart.total < 80", Form: persona.Form{Groups: []persona.Group{{Rows: []persona.Row{{Fact: "cart.total", Op: "less", Value: "80"}}}}},
		Reach: &journey.RuleReach{Sampled: 9, Matches: 4, Takes: 3, ShadowedBy: "B"}}
	step := sequence.Step{After: time.Hour, Channels: []event.Channel{event.Email}, Template: "hello", When: "size(cart.items) > 1",
		Offer: &sequence.Offer{Code: "COMEBACK10", Value: "10 %", ValidFor: 48 * time.Hour}}
	fill := templateView{frame: viewer, Name: journey.TemplateName{Key: "k", Channel: event.Email, Locale: "en"},
		Text: message.Template{Channel: event.Email, Subject: "Subject line", Preheader: "Preview line", Body: "<p>Body</p>", Text: "Plain words"}}
	blocks := fill
	blocks.Text = message.Template{Channel: event.Email, Blocks: []message.Block{{Kind: "button", Label: "Back to it", Link: "https://a.example"}}}
	for _, c := range []struct {
		page string
		view any
		has  []string
	}{
		{"persona.html", personaView{frame: viewer, Key: "k", Persona: who, Rule: rule}, []string{"Cart total is less than <strong>80</strong>", "cart.total &lt; 80", "Shops on the bus", "a goal", "a pain", "too much", "Likes SMS"}},
		{"persona.html", personaView{frame: viewer, Key: "k", Rule: ruleView{Text: "a ? b : c"}}, []string{"a ? b : c"}},
		{"sequence_draft.html", draftView{sequenceView: sequenceView{frame: named}, Draft: sequence.Sequence{Key: "s", Persona: "k", Stage: sequence.Purchase, Trigger: sequence.CartAbandoned}, Steps: typed([]sequence.Step{step}), People: []persona.Persona{who}},
			[]string{"K (Katie)", "a cart is left", "purchase", "1 hour after the cart’s last activity", "size(cart.items) &gt; 1", "hello", "12 hours late", "offers 10 % by COMEBACK10, good for 48h"}},
		{"template.html", fill, []string{"Subject line", "Preview line", "&lt;p&gt;Body&lt;/p&gt;", "Plain words"}},
		{"template.html", blocks, []string{"Button", "Back to it", "https://a.example"}},
	} {
		var b bytes.Buffer
		if err := d.pages[c.page].ExecuteTemplate(&b, "main", c.view); err != nil {
			t.Fatal(err)
		}
		for _, word := range c.has {
			if !strings.Contains(b.String(), word) {
				t.Errorf("%s lacks %q", c.page, word)
			}
		}
		for _, word := range []string{"disabled", "<textarea", "<input", `method="post"`, "Move this persona up"} {
			if strings.Contains(b.String(), word) {
				t.Errorf("%s offers a viewer %s", c.page, word)
			}
		}
	}
}

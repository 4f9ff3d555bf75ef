package playbook

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// sameBook compares what a book says, not where in a file it says it.
var sameBook = cmpopts.IgnoreUnexported(Book{})

// TestExportIsReadBack is the promise of the format: what is written is read
// as the same book, and written the same again.
func TestExportIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := books.Draw(t, "book")
		file, err := Export(want)
		if err != nil {
			t.Fatalf("Export: %v", err)
		}
		got, err := Parse(file, "book.yaml")
		if err != nil {
			t.Fatalf("Parse: %v\n%s", err, file)
		}
		if diff := cmp.Diff(want, got, sameBook); diff != "" {
			t.Fatalf("read back differently (-want +got):\n%s\n%s", diff, file)
		}
		again, err := Export(got)
		if err != nil {
			t.Fatalf("second Export: %v", err)
		}
		if diff := cmp.Diff(string(file), string(again)); diff != "" {
			t.Fatalf("written differently the second time:\n%s", diff)
		}
	})
}

// pieces are what makes YAML stumble, put together at random.
var pieces = []string{
	"a", "Katie", " ", "  ", "\t", "\n", "\n\n", "'", `"`, "''", `\`, `\n`, ":", ": ", " #", "#", "# c", "- ", "-", "---", "...",
	"? ", "!", "!!str ", "&a", "*a", "*", "|", ">", "|-", "%", "@", "`", "{", "}", "{{ shopper.first_name }}", "[", "]", ",",
	"1", "0x10", "1.5", "1e3", ".inf", "~", "null", "true", "no", "NaN", "2024-01-02", "12:30", "=", "<<", "<p>", "é", "日本",
	"👨‍👩‍👧", "\u00a0", "\u2028", "\u0301", "\ufeff", "\u200b", "\u202e", "\U0001F600", "ﷺ",
}

var (
	// texts are odd, never empty.
	texts = rapid.Custom(func(t *rapid.T) string {
		if rapid.IntRange(0, 3).Draw(t, "any") == 0 {
			return rapid.StringOfN(rapid.Rune().Filter(allowedRune), 1, 20, -1).Draw(t, "runes")
		}
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 8).Draw(t, "pieces"), "")
	})
	maybe    = rapid.OneOf(rapid.Just(""), texts)
	keys     = rapid.StringMatching(`[a-z0-9]{1,8}([-_][a-z0-9]{1,8}){0,2}`)
	channels = rapid.SliceOfNDistinct(rapid.SampledFrom([]event.Channel{event.Email, event.SMS, event.Messenger}), 1, 3,
		func(c event.Channel) event.Channel { return c })
	rules = rapid.SampledFrom([]string{
		"cart.total < 80", "cart.total < 80 && shopper.orders == 0", `shopper.country in ["FR", 'DE']`,
		"cart.items.exists(i,\n  i.price > 50 # not a comment here\n)\n",
		"  // a comment: with a colon\n  cart.has_coupon", "shopper.first_name == 'l\\'été: # \"x\"'", "true",
		`cart.items.exists(i, i.title.contains("a very long title")) && cart.categories.exists(c, c == "something rather long too")`,
	}).Filter(func(s string) bool { return !strings.Contains(s, "#") || strings.Contains(s, "été") })
)

func allowedRune(r rune) bool {
	wrong, _ := checkText(string(r))
	return wrong == ""
}

var books = rapid.Custom(func(t *rapid.T) Book {
	b := Book{
		Personas:  rapid.SliceOfNDistinct(rapid.Custom(drawPersona), 0, 4, func(p persona.Persona) string { return p.Key }).Draw(t, "personas"),
		Sequences: rapid.SliceOfNDistinct(rapid.Custom(drawSequence), 0, 3, func(s sequence.Sequence) string { return s.Key }).Draw(t, "sequences"),
		Templates: rapid.SliceOfNDistinct(rapid.Custom(drawTemplate), 0, 4, func(m message.Template) string { return m.Key }).Draw(t, "templates"),
	}
	if n := len(b.Personas); n > 0 {
		b.Personas[n-1].Rule = ""
	}
	for i := range b.Sequences {
		b.Sequences[i].Persona = b.Sequences[i].Key // one sequence serves one persona
	}
	return Book{Personas: some(b.Personas), Sequences: some(b.Sequences), Templates: some(b.Templates)}
})

// some gives nil for an empty list, as a file without it does.
func some[T any](s []T) []T {
	if len(s) == 0 {
		return nil
	}
	return s
}

func drawPersona(t *rapid.T) persona.Persona {
	list := rapid.SliceOfN(texts, 0, 4)
	p := persona.Persona{
		Key: keys.Draw(t, "key"), Name: maybe.Draw(t, "name"), Portrait: maybe.Draw(t, "portrait"),
		Goals: some(list.Draw(t, "goals")), Pains: some(list.Draw(t, "pains")), Objections: some(list.Draw(t, "objections")),
		Rule: rules.Draw(t, "rule"),
	}
	if rapid.Bool().Draw(t, "likes") {
		p.Likes = channels.Draw(t, "likes")
	}
	return p
}

func drawSequence(t *rapid.T) sequence.Sequence {
	s := sequence.Sequence{
		Key:     keys.Draw(t, "key"),
		Stage:   rapid.SampledFrom([]sequence.Stage{sequence.Awareness, sequence.Purchase, sequence.Advocacy}).Draw(t, "stage"),
		Trigger: rapid.SampledFrom([]sequence.Trigger{sequence.CartAbandoned, sequence.PaymentFailed, sequence.OrderPlaced}).Draw(t, "trigger"),
	}
	after := time.Duration(0)
	for range rapid.IntRange(1, 4).Draw(t, "steps") {
		after += time.Duration(rapid.Int64Range(1, 3_000_000).Draw(t, "after")) * time.Second
		step := sequence.Step{After: after, Channels: channels.Draw(t, "channels"), Template: keys.Draw(t, "template")}
		if rapid.Bool().Draw(t, "when") {
			step.When = rules.Draw(t, "condition")
		}
		if rapid.Bool().Draw(t, "late") {
			step.MaxLate = time.Duration(rapid.Int64Range(1, 900_000).Draw(t, "max_late")) * time.Second
		}
		step.Offer = drawOffer(t)
		s.Steps = append(s.Steps, step)
	}
	return s
}

// drawOffer draws an offer, or none.
func drawOffer(t *rapid.T) *sequence.Offer {
	o := &sequence.Offer{ValidFor: time.Duration(rapid.Int64Range(3600, 900_000).Draw(t, "valid_for")) * time.Second}
	o.Value = texts.Filter(func(s string) bool {
		return strings.TrimSpace(s) != "" && len(s) < 60 && !strings.ContainsAny(s, "\n\r\t")
	}).Draw(t, "value")
	switch rapid.IntRange(0, 3).Draw(t, "offer") {
	case 2:
		o.Code = rapid.StringMatching(`[A-Za-z0-9._+-]{1,20}`).Draw(t, "code")
	case 3:
		o.Codes = keys.Draw(t, "codes")
	default:
		return nil
	}
	return o
}

func drawTemplate(t *rapid.T) message.Template {
	m := message.Template{
		Key: keys.Draw(t, "key"), Channel: channels.Draw(t, "channel")[0],
		Locale: rapid.SampledFrom([]string{"en", "fr-CA", "no", "zh-Hant-TW"}).Draw(t, "locale"),
		Body:   texts.Filter(func(s string) bool { return strings.TrimSpace(s) != "" }).Draw(t, "body"),
	}
	switch m.Channel {
	case event.Email:
		m.Subject, m.Preheader, m.Text = maybe.Draw(t, "subject"), maybe.Draw(t, "preheader"), maybe.Draw(t, "text")
		if rapid.Bool().Draw(t, "of blocks") {
			m.Body, m.Text = "", ""
			m.Blocks = rapid.SliceOfN(rapid.Custom(drawBlock), 1, 4).Draw(t, "blocks")
			m.Style = message.Style{Brand: maybe.Draw(t, "brand"), Font: maybe.Draw(t, "font"), Width: rapid.IntRange(0, 700).Draw(t, "width")}
		}
	case event.Messenger:
		m.Title, m.Image, m.Button = maybe.Draw(t, "title"), maybe.Draw(t, "image"), maybe.Draw(t, "button")
	}
	return m
}

func drawBlock(t *rapid.T) message.Block {
	return message.Block{
		Kind: keys.Draw(t, "kind"), Text: maybe.Draw(t, "text"), Label: maybe.Draw(t, "label"), Link: maybe.Draw(t, "link"), Image: maybe.Draw(t, "image"),
		Alt: maybe.Draw(t, "alt"), By: maybe.Draw(t, "by"), Most: rapid.IntRange(0, 20).Draw(t, "most"), Pictures: maybe.Draw(t, "pictures"),
		Size: maybe.Draw(t, "size"), Align: maybe.Draw(t, "align"), Emphasis: maybe.Draw(t, "emphasis"), When: maybe.Draw(t, "when"),
	}
}

func TestExportRefusesWhatParseWouldRefuse(t *testing.T) {
	t.Parallel()
	for name, b := range map[string]Book{
		"control character": {Personas: []persona.Persona{{Key: "a", Name: "bell\a"}}},
		"not UTF-8":         {Templates: []message.Template{{Key: "a", Body: "line\n\xff"}}},
		"half a second":     {Sequences: []sequence.Sequence{{Key: "a", Steps: []sequence.Step{{After: time.Second / 2}}}}},
	} {
		if _, err := Export(b); !fault.Is(err, fault.Unprocessable) {
			t.Errorf("%s: got %v, want unprocessable", name, err)
		}
	}
}

// TestExportStyle fixes how a file looks, so that exports can be kept in version control.
func TestExportStyle(t *testing.T) {
	t.Parallel()
	b := exampleBook()
	b.Sequences[0].Steps[1].When = "cart.items.exists(i, i.title.contains('silver')) || cart.items.exists(i, i.title.contains('gold'))"
	b.Templates[0].Text = "Two\nlines"
	got, err := Export(b)
	if err != nil {
		t.Fatal(err)
	}
	want := `personas:
  - key: value-conscious
    name: Katie
    portrait: '26, works in marketing, shops on her phone'
    goals: [unique pieces]
    objections: [high prices, slow mobile pages]
    likes: [messenger, sms]
    rule: 'cart.total < 80 && shopper.orders == 0'
  - key: everyone
    name: Sam

sequences:
  - key: cart-value-conscious
    stage: purchase
    trigger: cart_abandoned
    persona: value-conscious
    steps:
      - {after: 1h, channels: [messenger, sms, email], template: cart-reminder, max_late: 6h}
      - after: 3d
        channels: [email]
        template: cart-answers
        when: "cart.items.exists(i, i.title.contains('silver')) || cart.items.exists(i, i.title.contains('gold'))"
  - key: thanks
    stage: retention
    trigger: order_placed
    steps:
      - {after: 1m30s, channels: [sms], template: cart-reminder}

templates:
  - key: cart-reminder
    channel: email
    locale: en
    subject: "{{ shopper.first_name | default: 'Hello' }}, your bag is waiting"
    body: |
      <p>It's: still here #1</p>

      {{ cart.total }}
    text: |-
      Two
      lines
  - key: cart-reminder
    channel: sms
    locale: fr
    body: '2024'
  - key: cart-reminder
    channel: messenger
    locale: en
    body: Here it is
    title: Your bag
    button: Take me back
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestExportOfTextsNearTheBounds: what Parse bounds, Export writes in another way.
func TestExportOfTextsNearTheBounds(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"many colons on a line":   strings.Repeat("a: ", 3*maxColons) + "b",
		"many colons and lines":   "x\n" + strings.Repeat("a: ", 3*maxColons) + "b\n",
		"many colons, short each": strings.Repeat("a: b\n", 3*maxColons),
		"many empty lines":        "x" + strings.Repeat("\n", 3*maxBlank) + "y",
		"empty lines at the end":  "x" + strings.Repeat("\n", 3*maxBlank),
		"as long as may be":       strings.Repeat("<p>'\"é\u2028</p>\n", maxText/20),
	} {
		want := Book{Templates: []message.Template{{Key: "a", Channel: event.SMS, Locale: "en", Body: body}}}
		file, err := Export(want)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, err := Parse(file, "book.yaml"); err != nil || !cmp.Equal(want, got, sameBook) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

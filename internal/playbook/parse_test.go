package playbook

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

const example = `# What the shop in the guide uses.
personas:
  - key: value-conscious
    name: Katie
    portrait: "26, works in marketing, shops on her phone"
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
      - {after: 3d, channels: [email], template: cart-answers, when: 'size(cart.items) > 1'}
  - key: thanks
    trigger: order_placed
    steps:
      - after: 90s
        channels: [sms]
        template: cart-reminder
templates:
  - key: cart-reminder
    channel: email
    subject: "{{ shopper.first_name | default: 'Hello' }}, your bag is waiting"
    body: |
      <p>It's: still here #1</p>

      {{ cart.total }}
  - key: cart-reminder
    channel: sms
    locale: fr
    text: 2024
  - {key: cart-reminder, channel: messenger, locale: en, title: Your bag, button: Take me back, body: Here it is}
`

func exampleBook() Book {
	return Book{
		Personas: []persona.Persona{
			{Key: "value-conscious", Name: "Katie", Portrait: "26, works in marketing, shops on her phone",
				Goals: []string{"unique pieces"}, Objections: []string{"high prices", "slow mobile pages"},
				Likes: []event.Channel{event.Messenger, event.SMS}, Rule: "cart.total < 80 && shopper.orders == 0"},
			{Key: "everyone", Name: "Sam"},
		},
		Sequences: []sequence.Sequence{
			{Key: "cart-value-conscious", Stage: sequence.Purchase, Trigger: sequence.CartAbandoned, Persona: "value-conscious", Steps: []sequence.Step{
				{After: time.Hour, Channels: []event.Channel{event.Messenger, event.SMS, event.Email}, Template: "cart-reminder", MaxLate: 6 * time.Hour},
				{After: 72 * time.Hour, Channels: []event.Channel{event.Email}, Template: "cart-answers", When: "size(cart.items) > 1"},
			}},
			{Key: "thanks", Stage: sequence.Retention, Trigger: sequence.OrderPlaced, Steps: []sequence.Step{
				{After: 90 * time.Second, Channels: []event.Channel{event.SMS}, Template: "cart-reminder"},
			}},
		},
		Templates: []message.Template{
			{Key: "cart-reminder", Channel: event.Email, Locale: "en", Subject: "{{ shopper.first_name | default: 'Hello' }}, your bag is waiting",
				Body: "<p>It's: still here #1</p>\n\n{{ cart.total }}\n"},
			{Key: "cart-reminder", Channel: event.SMS, Locale: "fr", Body: "2024"},
			{Key: "cart-reminder", Channel: event.Messenger, Locale: "en", Title: "Your bag", Button: "Take me back", Body: "Here it is"},
		},
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"plain":              example,
		"Windows":            "\uFEFF" + strings.ReplaceAll(example, "\n", "\r\n"),
		"in three documents": "---\n" + strings.ReplaceAll(strings.ReplaceAll(example, "sequences:", "---\nsequences:"), "templates:", "---\ntemplates:"),
	} {
		got, err := Parse([]byte(file), "shop.yaml")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(exampleBook(), got, sameBook); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestParseNothing(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"", "\n", "# nothing yet\n", "---\n", "personas:\nsequences: []\ntemplates: ~\n"} {
		got, err := Parse([]byte(file), "shop.yaml")
		if diff := cmp.Diff(Book{}, got, sameBook); diff != "" || err != nil {
			t.Errorf("%q: %v %s", file, err, diff)
		}
	}
}

// problems gives "line:column message" of each problem, the message's first line only.
func problems(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var all Errors
	if !errors.As(err, &all) || !fault.Is(err, fault.Unprocessable) {
		t.Fatalf("not Errors with code unprocessable: %v", err)
	}
	var out []string
	for _, p := range all {
		first, _, _ := strings.Cut(p.Message, "\n")
		out = append(out, fmt.Sprintf("%d:%d %s", p.Line, p.Column, first))
		if p.File != "shop.yaml" || p.Remedy == "" {
			t.Errorf("no file or remedy: %+v", p)
		}
	}
	return out
}

// TestParseFindsEverything: one run over a file tells all that is wrong, each at its place.
func TestParseFindsEverything(t *testing.T) {
	t.Parallel()
	file := `personas:
  - key: Value Conscious
    nickname: K
    goals: cheap things
    likes: [sms, fax, sms]
    rule: 'cart.totl < 80'
  - key: b
  - key: b
    name: [x]
    rule: cart.total
sequences:
  - key: s
    key: t
    stage: buying
    trigger: cart_left
    steps:
      - {after: 1x, channels: [email, pigeon], template: a b, max_late: 0s}
      - after: 0s
        channels: []
        when: |
          cart.total > 5 &&
          cart.itms.size() > 1
  - key: s
    trigger: cart_abandoned
    steps: 5
templates:
  - key: t
    channel: sms
    subject: no
    locale: english please
  - text
extra: 1
`
	_, err := Parse([]byte(file), "shop.yaml")
	want := []string{
		`2:10 "Value Conscious" is not a key`,
		`3:5 there is no field "nickname" here`,
		`4:12 it should be a list, not a single value`,
		`5:18 "fax" is not a channel`,
		`5:23 the channel sms is named twice`,
		`6:11 1:5: undefined field 'totl'`,
		`7:5 a persona without a rule catches all, so those after it are never reached`,
		`8:10 the key "b" is already that of persona 2`,
		`9:11 it should be text, not a list`,
		`10:11 the rule gives a value of type double instead of true or false`,
		`10:11 the last persona has a rule, so some carts would have no persona`,
		`13:5 the field "key" is given twice`,
		`14:12 "buying" is not a stage`,
		`15:14 "cart_left" is not a trigger`,
		`17:17 "1x" is not a time`,
		`17:39 "pigeon" is not a channel`,
		`17:58 "a b" is not a key`,
		`17:73 the time is zero`,
		`18:16 the time is zero`,
		`18:9 the step has no template`,
		`19:19 the step has no channel`,
		`20:15 2:5: undefined field 'itms'`,
		`23:10 the key "s" is already that of sequence 1`,
		`25:12 it should be a list, not a single value`,
		`27:5 the template has no body`,
		`29:14 only email templates have the field "subject"`,
		`30:13 "english please" is not a locale`,
		`31:5 it should be a map of fields, not a single value`,
		`32:1 there is no field "extra" here`,
	}
	got := problems(t, err)
	if diff := cmp.Diff(counted(want), counted(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// counted makes a list comparable where two problems share a line.
func counted(in []string) map[string]int {
	out := map[string]int{}
	for _, s := range in {
		out[s]++
	}
	return out
}

func TestParseKeepsFileOrderAndSpeaksPlainly(t *testing.T) {
	t.Parallel()
	_, err := Parse([]byte("personas:\n  - key: a\n    rule: cart.totl < 1\n  - key: É\n"), "shop.yaml")
	got := fmt.Sprint(err)
	if !strings.HasPrefix(got, "shop.yaml:3:11: 1:5: undefined field 'totl' — rules may use shopper.first_name") ||
		!strings.Contains(got, "\n    | cart.totl < 1\n    | ....^\nshop.yaml:4:10: \"É\" is not a key — use lower-case") {
		t.Errorf("got:\n%s", got)
	}
}

func TestParseRefusesTheYAMLItself(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"personas: [":                                "1:11 sequence end token ']' not found",
		"personas:\n - a\n  b: c\n":                  "2:4 unexpected key name",
		"templates:\n  - body: \"x\n":                "2:11 could not find end character",
		"templates:\n  - body: {{ shopper.name }} x": "2:12 could not find flow map content",
		"a: &x 1\n":                                  "1:4 anchors (&)",
		"personas: *x\n":                             "1:11 aliases (*)",
		"<<: {}\n":                                   "1:1 merge keys (<<)",
		"personas: !!binary aGk=\n":                  "1:11 tags (!)",
		"? personas\n: []\n":                         "1:1 explicit keys (?)",
		"- a\n- b\n":                                 "1:1 it should be a map of fields, not a list",
		"just text":                                  "1:1 it should be a map of fields, not a single value",
		"personas:\n  - name: \"a\\0b\"\n    key: a\n": "2:11 the text holds the control character U+0000",
		"personas:\n  - key: \xff\n":                   "2:10 the file is not UTF-8 text",
		"personas:\n  - k\x00y: a\n":                   "2:6 the file is not UTF-8 text",
	} {
		_, err := Parse([]byte(file), "shop.yaml")
		if got := problems(t, err); len(got) == 0 || !strings.Contains(strings.Join(got, "\n"), want) {
			t.Errorf("%q: got %q, want %q", file, got, want)
		}
	}
}

// TestParseBoundsWork: files made to be slow or to nest without end are told
// off before the YAML parser sees them.
func TestParseBoundsWork(t *testing.T) {
	t.Parallel()
	again := strings.Repeat
	for name, tc := range map[string]struct{ file, want string }{
		"size":          {again("#", maxFile+1), "larger than 2 MB"},
		"brackets":      {"a: " + again("[", 50_000), "nested too deep"},
		"braces":        {again("{a: ", 1_500), "nested too deep"},
		"dashes":        {again("- ", 50_000), "nested too deep"},
		"fields":        {again("a: b\n", 20_000), "too many fields or entries"},
		"flow fields":   {"{" + again("\"a\":b,", 20_000), "too many fields or entries"},
		"entries":       {again("-\n", 20_000), "too many fields or entries"},
		"values":        {"a: [" + again("b,", 200_000), "too many values"},
		"colons":        {again("a: ", 3_000), "too many colons"},
		"empty lines":   {"a: |\n  b\n" + again("   \n", 500), "too many empty lines"},
		"aliases":       {"a: [" + again("*x, ", 20_000) + "]", "aliases (*)"},
		"long text":     {"templates:\n  - {key: a, channel: sms, body: " + again("a", maxText+1) + "}", "longer than 128 KB"},
		"many problems": {"templates:\n" + again("  - a\n", 500), "there are 401 more problems"},
	} {
		_, err := Parse([]byte(tc.file), "shop.yaml")
		got := problems(t, err)
		if !strings.Contains(strings.Join(got, "\n"), tc.want) {
			t.Errorf("%s: got %.300q, want %q", name, got, tc.want)
		}
		if len(got) > maxProblems {
			t.Errorf("%s: %d problems are told", name, len(got))
		}
	}
}

func TestParseTemplateRules(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"{key: a, channel: email, subject: s, preheader: p, text: t, body: b}": "",
		"{key: a, channel: messenger, title: t, image: i, button: b, text: x}": "",
		"{key: a, channel: email, text: only text}":                            "no body",
		"{key: a, channel: email, body: b, title: t}":                          `only messenger templates have the field "title"`,
		"{key: a, channel: sms, body: b, text: c}":                             `only email templates have the field "text"`,
		"{key: a, body: b}":                              `"" is not a channel`,
		"{channel: sms, body: b}":                        "the key is missing",
		"{key: a, channel: sms, locale: f, body: b}":     "not a locale",
		"{key: a, channel: sms, locale: fr_CA, body: b}": "not a locale",
		"{key: a, channel: sms, body: b}\n  - {key: a, channel: sms, locale: en, body: c}": "already template 1",
		"{key: a, channel: sms, body: b}\n  - {key: a, channel: sms, locale: de, body: c}": "",
	} {
		_, err := Parse([]byte("templates:\n  - "+file), "shop.yaml")
		if got := strings.Join(problems(t, err), "\n"); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q", file, got, want)
		}
	}
}

func TestParseRefusesTwoSequencesForTheSameCarts(t *testing.T) {
	t.Parallel()
	step := "trigger: cart_abandoned, steps: [{after: 1h, channels: [sms], template: t}]}\n"
	file := "sequences:\n  - {key: a, " + step + "  - {key: b, " + step + "  - {key: c, persona: p, " + step
	_, err := Parse([]byte(file), "shop.yaml")
	if diff := cmp.Diff([]string{`3:5 "cart_abandoned " is already served by sequence 1, so this one would never run`}, problems(t, err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		example, "personas:\n  - key: a\n", "templates: [{key: a, channel: sms, body: \"\\u00e9\\n\"}]", "a: &b [*b]", "---\n...\n---\n",
		"sequences:\n- key: a\n  steps:\n  - after: 1w2d3h4m5s\n", "templates:\n- body: |+2\n    x\n\n\n", "personas: >-\n  a\n b", "\t", "? a\n: b", "'", "%YAML 1.2\n---\n",
		"personas:\n  -\n", "<<: *a", "!!str : b", "{a: [b}", "\uFEFFa: b\r\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := Parse(data, "f.yaml")
		if err != nil {
			if !fault.Is(err, fault.Unprocessable) {
				t.Fatalf("code %q: %v", fault.CodeOf(err), err)
			}
			return
		}
		file, err := Export(b)
		if err != nil {
			t.Fatalf("Export: %v", err)
		}
		again, err := Parse(file, "f.yaml")
		if err != nil {
			t.Fatalf("Parse(Export): %v\n%s", err, file)
		}
		if diff := cmp.Diff(b, again, sameBook); diff != "" {
			t.Fatalf("read back differently (-want +got):\n%s\n%s", diff, file)
		}
	})
}

package playbook

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
)

func fine(message.Template) error { return nil }

func TestCheckReferences(t *testing.T) {
	t.Parallel()
	file := `sequences:
  - key: a
    persona: mobile
    trigger: cart_abandoned
    steps:
      - {after: 1h, channels: [sms, email], template: here}
      - {after: 2h, channels: [email], template: there}
      - {after: 3h, channels: [email], template: nowhere}
      - {after: 4h, channels: [sms], template: there}
  - key: b
    persona: vip
    trigger: cart_abandoned
    steps:
      - {after: 1h, channels: [sms], template: here}
templates:
  - {key: here, channel: sms, body: Hello}
`
	b, err := Parse([]byte(file), "shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	existing := Book{
		Personas:  []persona.Persona{{Key: "mobile"}},
		Templates: []message.Template{{Key: "there", Channel: event.Email}, {Key: "there", Channel: event.Messenger}},
	}
	want := Errors{
		{"shop.yaml", 8, 50, "sequences[0].steps[2].template", `there is no template "nowhere"`, "the templates are here, there"},
		{"shop.yaml", 9, 48, "sequences[0].steps[3].template", `the template "there" has no entry for any of the step's channels`, "it has entries for email, messenger"},
		{"shop.yaml", 11, 14, "sequences[1].persona", `there is no persona "vip"`, "the personas are mobile"},
	}
	if diff := cmp.Diff(want, b.Check(existing, fine)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCheckAsksTheRenderer(t *testing.T) {
	t.Parallel()
	check := func(m message.Template) error {
		if m.Channel != event.Email {
			return errors.New("no such filter")
		}
		return errors.Join(
			fault.New(fault.Unprocessable, "the subject is broken").In("subject").Try("mend it"),
			fault.New(fault.Unprocessable, "the body is broken").In("body").Try("mend it too"))
	}
	b, err := Parse([]byte(example), "shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got := b.Check(Book{Templates: []message.Template{{Key: "cart-answers", Channel: event.Email}}}, check)
	want := Errors{
		{"shop.yaml", 29, 14, "templates[0].subject", "the subject is broken", "mend it"},
		{"shop.yaml", 30, 11, "templates[0].body", "the body is broken", "mend it too"},
		{"shop.yaml", 34, 5, "templates[1].body", "no such filter", ""},
		{"shop.yaml", 38, 103, "templates[2].body", "no such filter", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestCheckOfABookWithoutAFile: a book from the API has paths, not lines.
func TestCheckOfABookWithoutAFile(t *testing.T) {
	t.Parallel()
	b := exampleBook()
	b.Sequences[0].Persona = "nobody"
	got := b.Check(Book{Templates: []message.Template{{Key: "cart-answers", Channel: event.Email}}}, fine)
	want := Errors{{Path: "sequences[0].persona", Message: `there is no persona "nobody"`, Remedy: "the personas are everyone, value-conscious"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, want := got.Error(), `sequences[0].persona: there is no persona "nobody" — the personas are everyone, value-conscious`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := (Errors)(nil).Err(); err != nil {
		t.Errorf("no problems are an error: %v", err)
	}
}

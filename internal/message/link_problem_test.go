package message

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
)

func TestLinkProblems(t *testing.T) {
	t.Parallel()
	for src, want := range map[string][]Problem{
		`<a href="https://shop.example">x</a><a href='{{ item.url }}'>y</a><img src={{item.image_url}}><a href="mailto:a@b.example">m</a>`: nil,
		`<a href="{% if item.url %}{{ item.url }}{% endif %}">x</a>{% comment %}<a href="/x">{% endcomment %}`:                             nil,
		"<p>\n<a class=x href=\"/cart\">": {{Field: "body", Line: 2, Column: 18, Message: `the address "/cart" leads nowhere from a mailbox`}},
		`<img src="">`:                    {{Field: "body", Line: 1, Column: 11, Message: "a link or picture has no address"}},
		`<a href="//cdn.example/x">`:      {{Field: "body", Line: 1, Column: 10, Message: `the address "//cdn.example/x" leads nowhere from a mailbox`}},
		`<a href="JavaScript:alert(1)">`:  {{Field: "body", Line: 1, Column: 10, Message: `the address "JavaScript:alert(1)" leads nowhere from a mailbox`}},
	} {
		got := LinkProblems(Template{Channel: event.Email, Body: src})
		for i := range got {
			got[i].Remedy = ""
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", src, diff)
		}
	}
	if got := LinkProblems(Template{Channel: event.Messenger, Image: "http://shop.example/a.jpg"}); len(got) != 1 || got[0].Field != "image" {
		t.Errorf("a picture that Messenger does not load: %v", got)
	}
}

func TestProblemsAreFoundInEveryField(t *testing.T) {
	t.Parallel()
	r := NewRenderer(nil)
	got := r.Problems(Template{
		Channel: event.Email, Subject: "Hi {{ shoper.first_name }}", Preheader: "{{ cart.total | upcas }}", Body: "<p>ok</p>\n  {% if cart.total %}never closed", Text: "{{ x",
	})
	for i := range got {
		got[i].Remedy = ""
	}
	want := []Problem{
		{Field: "subject", Line: 1, Column: 7, Message: `there is no variable "shoper"`},
		{Field: "preheader", Line: 1, Column: 17, Message: `there is no filter "upcas"`},
		{Field: "body", Line: 2, Column: 3, Message: "{% if %} is not closed"},
		{Field: "text", Line: 1, Column: 1, Message: "{{ is not closed"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Whatever is typed, a problem stands somewhere in its text.
func FuzzProblems(f *testing.F) {
	f.Add("Hi {{ shoper }}", "<a href='x'>\n{% if %}")
	f.Add("{{", "{% comment %}<img src=>{% endcomment %}\xff")
	f.Add("é{{ cart.totl }}", "<a href=\"\n\n\">")
	r := NewRenderer(nil)
	f.Fuzz(func(t *testing.T, subject, body string) {
		tmpl := Template{Key: "k", Channel: event.Email, Locale: "en", Subject: subject, Body: body}
		for _, p := range append(r.Problems(tmpl), LinkProblems(tmpl)...) {
			lines := strings.Split(tmpl.field(p.Field), "\n")
			if p.Line < 0 || p.Line > len(lines) || p.Message == "" || p.Field == "" {
				t.Fatalf("%+v", p)
			}
			if p.Line > 0 && (p.Column < 0 || p.Column > len([]rune(lines[p.Line-1]))+1) {
				t.Fatalf("%+v of %q", p, lines[p.Line-1])
			}
		}
	})
}

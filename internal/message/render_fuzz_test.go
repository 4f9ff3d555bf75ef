package message

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// within bounds what one field may become, with the layout around it.
const within = maxOutput + 64<<10

// FuzzRender renders any template: it is refused for what it is, or gives text
// that can be stored and sent, is bounded, the same every time, and holds no
// Liquid of its own.
func FuzzRender(f *testing.F) {
	for _, s := range []string{
		"Hi {{ shopper.first_name | default: 'there' }}", "{% for i in cart.items limit: 2 %}{{ i.title }} {{ i.price }}{% else %}x{% endfor %}",
		"{% if cart.total_amount > 5 %}a{% elsif cart.stage == 'cart' %}b{% else %}c{% endif %}", "{% raw %}{{ x }}{% endraw %}",
		"{{ cart.items | map: 'title' | join: ', ' | slice: -3, 9 }}", "<html><body>{{ message.unsubscribe_url }}</body></html>",
		"{% assign s = 'aaaa' %}{% assign s = s | append: s | append: s %}{{ s | replace: 'a', s | size }}",
		"{% for a in cart.items %}{% for b in cart.items %}{% for c in cart.items %}{{ forloop.index }}{% endfor %}{% endfor %}{% endfor %}",
		"{{ 'x' | slice: '9223372036854775807', '9223372036854775807' }}", "{{ 5 | divided_by: 0 }}", "{{ shop.name | truncate: 99999999 | upcase | url_encode }}",
		"{% assign forloop = 1 %}{{ forloop }}", "{% unless offer.code contains '%' %}{{ offer.expires }}{% endunless %}", "{{{ shop.name }}}", "{{ cart.items[-1].title }}",
		"<a href=\"{{ cart.restore_url }}\">{{ cart.items.first.title | escape }}</a>", "{% case cart.stage %}{% when 'cart' %}x{% endcase %}{% comment %}{{{% endcomment %}",
	} {
		f.Add(s, "Your bag")
	}
	f.Add("x", "{{ shop.name }}\r\nBcc: a@example.com")
	r := NewRenderer(nil)
	f.Fuzz(func(t *testing.T, body, subject string) {
		for _, tpl := range []Template{
			{Channel: event.Email, Subject: subject, Body: body, Text: subject},
			{Channel: event.SMS, Body: body},
			{Channel: event.Messenger, Body: body, Title: subject, Button: subject, Image: subject},
		} {
			out, err := r.Render(t.Context(), tpl, Sample("en"))
			if err != nil {
				if !fault.Is(err, fault.Unprocessable) || !utf8.ValidString(err.Error()) || len(err.Error()) > 2000 {
					t.Fatalf("%s: %v", tpl.Channel, err)
				}
				continue
			}
			if again, err := r.Render(t.Context(), tpl, Sample("en")); err != nil || cmp.Diff(out, again) != "" {
				t.Fatalf("%s, rendered again: %v\n%s", tpl.Channel, err, cmp.Diff(out, again))
			}
			fit(t, tpl.Channel, out)
			if plainly(body) && plainly(subject) {
				resolved(t, out)
			}
		}
	})
}

// fit demands what every provider and store does of a message.
func fit(t *testing.T, c event.Channel, out Rendered) {
	t.Helper()
	out.each(func(s string) string {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) || len(s) > within {
			t.Fatalf("%s: %d bytes that cannot be stored: %.200q", c, len(s), s)
		}
		return s
	})
	if strings.ContainsAny(out.Subject+out.Title+out.ButtonTitle, "\r\n") {
		t.Fatalf("%s: a line breaks: %q %q %q", c, out.Subject, out.Title, out.ButtonTitle)
	}
	switch c {
	case event.Email:
		if out.Subject == "" || !strings.Contains(out.HTML, LinkUnsubscribe.Placeholder()) {
			t.Fatalf("an email without a subject or a way out: %q", out.Subject)
		}
	case event.SMS:
		if n, encoding := Segments(out.Text); n != out.Segments || encoding != out.Encoding || n == 0 {
			t.Fatalf("%d parts of %s, counted %d of %s", out.Segments, out.Encoding, n, encoding)
		}
	}
}

// plainly reports a template whose braces are all Liquid's own, and which has
// no way to print any.
func plainly(src string) bool {
	for _, way := range []string{"raw", "'", `"`, "url_decode"} {
		if strings.Contains(src, way) {
			return false
		}
	}
	return !strings.ContainsAny(strings.NewReplacer("{{", "", "}}", "", "{%", "", "%}", "").Replace(src), "{}%")
}

func resolved(t *testing.T, out Rendered) {
	t.Helper()
	for _, s := range []string{out.Subject, out.Text, out.Title, out.ButtonTitle} {
		if strings.Contains(s, "{{") || strings.Contains(s, "{%") {
			t.Fatalf("unresolved: %q", s)
		}
	}
}

// FuzzData fills a good template with anything a shop or shopper may be called:
// it is shown as it is, never read as Liquid or HTML, and breaks no line or link.
func FuzzData(f *testing.F) {
	f.Add("Ana", "Linen shirt", "https://shop.example/linen-shirt")
	f.Add("{{ shop.name }}{% assign x = 1 %}", "<script>alert(1)</script>", "javascript:alert(1)")
	f.Add("\x00\xff\u202e", "'\" onmouseover=x \r\nBcc: a@example.com", "https://shop.example/\"><b>")
	f.Add("{% endraw %}", "]]>&lt;&#60;", "data:text/html,x")
	f.Add("unsubscribe-goes-here-", strings.Repeat("€", 500), "https://user@shop.example/")
	r := NewRenderer(nil)
	const body = "[[{{ shopper.first_name | default: 'x' }}|{% for i in cart.items %}{{ i.title }}{% endfor %}|{{ shop.name }}]]"
	f.Fuzz(func(t *testing.T, name, title, link string) {
		in := Sample("en")
		in.Shopper.Traits.FirstName, in.Shop.Name, in.Offer.Code = said(name), title, name
		for i := range in.Cart.Facts.Contents.Items {
			it := &in.Cart.Facts.Contents.Items[i]
			it.Title, it.URL, it.ImageURL = title, link, link
		}
		mail := Template{Channel: event.Email, Subject: "{{ shopper.first_name }} {{ shop.name }}.", Body: body + `<a href="{{ cart.items.first.url }}">x</a>`}
		if out, err := r.Render(t.Context(), mail, in); err == nil {
			fit(t, event.Email, out)
			_, shown, _ := strings.Cut(out.HTML, "[[")
			shown, _, _ = strings.Cut(shown, "]]<a href=")
			if strings.ContainsAny(shown, `<>"`) {
				t.Fatalf("the data became markup: %q", shown)
			}
		} else if !fault.Is(err, fault.Unprocessable) {
			t.Fatal(err)
		}
		text := Template{Channel: event.Messenger, Body: "[[{{ shopper.first_name }}]]", Title: "{{ cart.items.first.title }}"}
		out, err := r.Render(t.Context(), text, in)
		if err != nil {
			t.Fatal(err)
		}
		fit(t, event.Messenger, out)
		// Liquid in a name is letters like any other.
		if strings.Contains(name, "{{ shop.name }}") && len(name) < 200 && !strings.Contains(out.Text, "{{ shop.name }}") {
			t.Fatalf("the name %q was read as Liquid: %q", name, out.Text)
		}
	})
}

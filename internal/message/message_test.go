package message

import (
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

func TestMessengerCard(t *testing.T) {
	t.Parallel()
	got, err := NewRenderer(nil).Render(t.Context(), Template{Channel: event.Messenger, Body: "Hi {{ shopper.first_name }}",
		Title: "{{ cart.items.first.title }}", Image: "{{ cart.items.first.image_url }}", Button: "Take me back to my very full bag"}, Sample("en"))
	if err != nil {
		t.Fatal(err)
	}
	want := Rendered{Text: "Hi Ana", Title: "Linen shirt", ImageURL: "https://shop.example/linen-shirt.jpg",
		ButtonTitle: "Take me back to my…", ButtonURL: "https://go.shop.example/r/" + LinkRestore.Placeholder()}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMessengerBounds(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a🙂", 1_500)
	for image, want := range map[string]string{"http://x.example/i.jpg": "", "javascript:x": "", "/i.jpg": "", "https://x.example/i.jpg": "https://x.example/i.jpg"} {
		got, err := NewRenderer(nil).Render(t.Context(), Template{Channel: event.Messenger, Body: long, Title: long, Button: long, Image: image}, Sample("en"))
		if err != nil {
			t.Fatal(err)
		}
		for max, s := range map[int]string{maxMessengerText: got.Text, maxMessengerTitle: got.Title, maxMessengerButton: got.ButtonTitle} {
			n := len(utf16.Encode([]rune(s)))
			if n > max || n < max-2 || !strings.HasSuffix(s, "…") || strings.ContainsRune(s, '\uFFFD') {
				t.Errorf("%d units of at most %d: …%q", n, max, s[len(s)-8:])
			}
		}
		if got.ImageURL != want {
			t.Errorf("%s gives the image %q", image, got.ImageURL)
		}
	}
}

func TestPick(t *testing.T) {
	t.Parallel()
	entry := func(channel event.Channel, locale string) Template { return Template{Channel: channel, Locale: locale} }
	all := []Template{entry("email", "de"), entry("email", "fr-BE"), entry("email", "en"), entry("email", "fr"), entry("email", "fr-CA"), entry("sms", "es"), entry("messenger", "en-GB"), entry("messenger", "it")}
	tests := []struct{ channel, locale, want string }{
		{"email", "fr-CA", "fr-CA"}, {"email", "fr_ca", "fr-CA"}, {"email", "fr-CH", "fr"}, {"email", "fr", "fr"}, {"email", "de-AT", "de"},
		{"email", "ja", "en"}, {"email", "", "en"}, {"sms", "fr", "es"}, {"messenger", "ja", "en-GB"}, {"messenger", "it-CH", "it"}, {"messenger", "en-US", "en-GB"},
	}
	for _, tt := range tests {
		got, ok := Pick(all, tt.channel, tt.locale)
		if !ok || got.Locale != tt.want || string(got.Channel) != tt.channel {
			t.Errorf("%s %s gives %s %s, want %s", tt.channel, tt.locale, got.Channel, got.Locale, tt.want)
		}
	}
	if got, ok := Pick(all[:2], "sms", "en"); ok {
		t.Errorf("found %v for a channel without entries", got)
	}
}

func TestFillReachesEveryField(t *testing.T) {
	t.Parallel()
	p := LinkRestore.Placeholder() + " " + LinkUnsubscribe.Placeholder() + " " + LinkWhy.Placeholder()
	in := Rendered{Subject: p, HTML: p, Text: p, Title: p, ImageURL: p, ButtonTitle: p, ButtonURL: p, Segments: 2, Encoding: "gsm-7"}
	w := "A B C"
	want := Rendered{Subject: w, HTML: w, Text: w, Title: w, ImageURL: w, ButtonTitle: w, ButtonURL: w, Segments: 2, Encoding: "gsm-7"}
	got := Fill(in, map[Link]string{LinkRestore: "A", LinkUnsubscribe: "B", LinkWhy: "C"})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(in, Fill(in, nil)); diff != "" {
		t.Error(diff)
	}
}

func TestPreviewLeadsNowhere(t *testing.T) {
	t.Parallel()
	out := email(t, Template{Body: `<a href="{{ cart.restore_url }}?utm=1">Back</a> <a href='https://shop.example/'>Shop</a>`}, Sample("en"))
	out.ButtonURL = "https://go.shop.example/r/" + LinkRestore.Placeholder()
	got := Preview(out)
	for _, l := range []Link{LinkRestore, LinkUnsubscribe, LinkWhy} {
		if strings.Contains(got.HTML, l.Placeholder()) {
			t.Errorf("the preview leads to %s", l)
		}
	}
	inOrder(t, got.HTML, `<a href="#">Back</a> <a href='https://shop.example/'>Shop</a>`, `<a href="#"`, `<a href="#"`)
	if got.ButtonURL != "#" || got.Text != out.Text {
		t.Errorf("button %q; text changed: %v", got.ButtonURL, got.Text != out.Text)
	}
}

func TestCheckAccepts(t *testing.T) {
	t.Parallel()
	r := NewRenderer(nil)
	for _, tpl := range []Template{
		{Channel: event.Email, Locale: "fr", Subject: "{{ shopper.first_name | default: 'Bonjour' }}", Preheader: "{{ cart.total }}",
			Body: "{% for i in cart.items limit: 3 %}{% if i.image_url %}<img src=\"{{ i.image_url }}\">{% endif %}{{ i.title | escape }}{% endfor %}", Text: "{{ cart.restore_url }}"},
		{Channel: event.SMS, Locale: "de", Body: "{{ shop.name }}: {{ cart.items.first.title | truncate: 30 }} {{ cart.restore_url }}"},
		{Channel: event.Messenger, Body: "{{ cart.items[0].title }}", Title: "{{ shop.name }}", Button: "Go", Image: "{{ cart.items.first.image_url }}"},
	} {
		if err := r.Check(tpl); err != nil {
			t.Errorf("%s: %v", tpl.Channel, err)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	r := NewRenderer(nil)
	tests := map[string]struct {
		tpl         Template
		field, part string
	}{
		"channel":            {Template{Channel: "fax", Body: "x"}, "channel", "fax"},
		"no body":            {Template{Channel: event.SMS, Body: " "}, "body", "missing"},
		"no subject":         {Template{Channel: event.Email, Body: "x"}, "subject", "missing"},
		"subject's syntax":   {Template{Channel: event.Email, Subject: "{{ x", Body: "x"}, "subject", "not closed"},
		"preheader":          {Template{Channel: event.Email, Subject: "x", Preheader: "{{ x }}", Body: "x"}, "preheader", `"x"`},
		"text":               {Template{Channel: event.Email, Subject: "x", Body: "x", Text: "a\nb\n{{ shop.nmae }}"}, "text", "line 3"},
		"title":              {Template{Channel: event.Messenger, Body: "x", Title: "{{ x }}"}, "title", `"x"`},
		"button":             {Template{Channel: event.Messenger, Body: "x", Button: "{% x %}"}, "button", "{% x %}"},
		"image":              {Template{Channel: event.Messenger, Body: "x", Image: "{{ x | y }}"}, "image", `"y"`},
		"an unused field":    {Template{Channel: event.SMS, Body: "x", Title: "{{ x }}"}, "title", `"x"`},
		"a second line":      {Template{Channel: event.SMS, Body: "{{ cart.items[1].title }}"}, "body", "with one line"},
		"name as subject":    {Template{Channel: event.Email, Subject: "{{ shopper.first_name }}", Body: "x"}, "subject", "with a shopper nothing is known of"},
		"30 lines in an SMS": {Template{Channel: event.SMS, Body: "{% for i in cart.items %}{{ i.title }}, which costs {{ i.price }} and is worth every cent{% endfor %}"}, "body", "with 30 lines"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, r.Check(tt.tpl), tt.field, tt.part)
		})
	}
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{
		"Hi {{ shopper.first_name | default: 'there' }}", "{% for i in cart.items limit: 2 %}{{ i.title }}{% else %}x{% endfor %}",
		"{% if cart.total_amount > 5 %}a{% elsif cart.stage == 'cart' %}b{% else %}c{% endif %}", "{% raw %}{{ x }}{% endraw %}",
		"{% case cart.stage %}{% when 'cart' %}x{% endcase %}", "{%- assign a = 'b' | append: \"c\\\"\" -%}{{- a -}}", "{{ cart.items[0].title }}",
		"{% tablerow i in cart.items cols: 2 %}{{ i.title }}{% endtablerow %}", "{{ (1..5) }}", "{% comment %}{% if %}{% endcomment %}",
		"{% for i in cart.items %}{% break %}{% continue %}{% endfor %}", "{{ cart.items | map: 'title' | join: ', ' | slice: -3, 9 }}", "<html><body></body></html>",
	} {
		f.Add(s)
	}
	r := NewRenderer(nil)
	f.Fuzz(func(t *testing.T, s string) {
		for _, tpl := range []Template{{Channel: event.Email, Subject: "x", Body: s}, {Channel: event.SMS, Body: s}} {
			err := r.Check(tpl)
			if err != nil && !fault.Is(err, fault.Unprocessable) {
				t.Errorf("%q gives %v", s, err)
			}
			if err != nil {
				continue
			}
			// What was accepted prints no Liquid of its own, unless it was asked to.
			out, err := r.Render(t.Context(), tpl, Sample("en"))
			if err != nil {
				t.Errorf("accepted, but: %v", err)
			}
			if strings.Contains(out.HTML+out.Text, "{% tick") {
				t.Errorf("%q prints a tick", s)
			}
		}
	})
}

func BenchmarkRenderEmail(b *testing.B) {
	r := NewRenderer(nil)
	in := Sample("en")
	for range 3 {
		in.Cart.Facts.Contents.Items = append(in.Cart.Facts.Contents.Items, in.Cart.Facts.Contents.Items[0])
	}
	body, err := os.ReadFile("testdata/reminder.html.liquid")
	if err != nil {
		b.Fatal(err)
	}
	tpl := Template{Channel: event.Email, Subject: "{{ shopper.first_name | default: 'Hello' }}, your bag is waiting",
		Preheader: "{{ cart.total }}", Body: string(body), Text: "{% for i in cart.items %}{{ i.title }} {{ i.price }}\n{% endfor %}{{ cart.restore_url }}"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Render(b.Context(), tpl, in); err != nil {
			b.Fatal(err)
		}
	}
}

package message

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// typed draws what people, and people with bad intentions, type.
var typed = rapid.Custom(func(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(rapid.OneOf(
		rapid.SampledFrom([]string{"*", "**", "[", "](", ")", "\\", "{", "}", "{{", "}}", "{%", "%}", "%", "-", "- ", "\n", "\n\n", " ", "<b>", "</td>", "<!--", "-->", "<![endif]-->",
			`"`, "'", "&", "&lt;", "<script>alert(1)</script>", "onerror=x", "javascript:", "https://a.example/", "{{ shop.name }}", "{{ shopper.first_name | default: 'you' }}",
			"{{ 'x' | append: '<i>' }}", "{% if", "endif %}", "{{{ shop.name }}}", "🎉", "é", "א", "\u202e", "[a](https://b.example/?q={{ shop.name }}&x=1)", "{{ nonsense }}", "{{ cart }}"}),
		rapid.StringN(0, 6, -1)), 0, 9).Draw(t, "parts"), "")
})

// drawBlock draws a block of any kind with anything in its fields.
func drawBlock(t *rapid.T) Block {
	kind := rapid.SampledFrom(BlockKinds()).Draw(t, "kind")
	b := Block{Kind: kind.Kind}
	for _, f := range kind.Fields {
		switch f.Type {
		case "number":
			b.Most = rapid.IntRange(0, f.Max).Draw(t, f.Name)
		case "choice":
			*b.text(f.Name) = rapid.SampledFrom(f.Choices).Draw(t, f.Name).Value
		case "url":
			*b.text(f.Name) = rapid.SampledFrom([]string{"https://a.example/", "", "mailto:", "{{ cart.restore_url }}", "x"}).Draw(t, f.Name+" begins") +
				rapid.OneOf(rapid.Just(""), rapid.StringOf(rapid.SampledFrom([]rune(`"'<>&=/x?{`))), typed).Draw(t, f.Name)
		default:
			*b.text(f.Name) = typed.Draw(t, f.Name)
		}
	}
	return b
}

// known are the elements and attributes that blocks and layout write.
var (
	knownTags  = strings.Fields("html head meta title style body table tr td div h1 h2 p br strong em a img ul li span")
	knownAttrs = strings.Fields("lang dir xmlns xmlns:v xmlns:o charset http-equiv content name style class role width cellpadding cellspacing border bgcolor align valign href src alt height colspan")
)

// sober demands of a page that nothing but blocks and layout made its elements.
func sober(t *rapid.T, page string) {
	read := html.NewTokenizer(strings.NewReader(page))
	for read.Next() != html.ErrorToken {
		tag := read.Token()
		if tag.Type != html.StartTagToken && tag.Type != html.SelfClosingTagToken {
			continue
		}
		if !slices.Contains(knownTags, tag.Data) {
			t.Fatalf("an element %q came in:\n%s", tag, page)
		}
		for _, a := range tag.Attr {
			if !slices.Contains(knownAttrs, a.Key) {
				t.Fatalf("an attribute %q came in: %s", a.Key, tag)
			}
		}
	}
	for _, e := range elements(page, "a", "img") {
		address := strings.ToLower(e.attrs["href"] + e.attrs["src"])
		if !slices.ContainsFunc(schemes(), func(s string) bool { return strings.HasPrefix(address, s) }) {
			t.Fatalf("an address begins with no known scheme: %q", address)
		}
	}
	for _, tag := range []string{"table", "tr", "td", "p", "ul", "div", "a"} {
		if open, shut := strings.Count(page, "<"+tag+" ")+strings.Count(page, "<"+tag+">"), strings.Count(page, "</"+tag+">"); open != shut {
			t.Fatalf("%d <%s> and %d </%s>:\n%s", open, tag, shut, tag, page)
		}
	}
}

// Whatever is typed into blocks: it is refused with the field's name, or makes
// an email that Liquid understands and in which nothing typed is HTML.
func TestAnythingInBlocks(t *testing.T) {
	t.Parallel()
	r := NewRenderer(nil)
	samples := Samples("en")
	tried, compiled := 0, 0
	defer func() {
		if 10*compiled < tried {
			t.Errorf("only %d of %d compiled: the test looks at too little", compiled, tried)
		}
	}()
	rapid.Check(t, func(t *rapid.T) {
		tpl := Template{Channel: event.Email, Subject: "x", Locale: rapid.SampledFrom([]string{"en", "de", "ar"}).Draw(t, "locale")}
		for range rapid.IntRange(1, 3).Draw(t, "blocks") {
			tpl.Blocks = append(tpl.Blocks, drawBlock(t))
		}
		done, err := tpl.Compiled()
		tried++
		if err == nil {
			compiled++
		} else {
			var f *fault.Error
			if !fault.Is(err, fault.Unprocessable) || !asFault(err, &f) || !strings.HasPrefix(f.Field, "blocks[") || f.Remedy == "" {
				t.Fatalf("%v", err)
			}
			return
		}
		if err := r.checkFields(done); err != nil {
			t.Fatalf("%v\n%s\n%s", err, done.Body, done.Text)
		}
		out, err := r.Render(t.Context(), tpl, rapid.SampledFrom(samples).Draw(t, "sample").Input)
		if err != nil && !strings.Contains(err.Error(), "empty") && !strings.Contains(err.Error(), "script") {
			t.Fatalf("%v\n%s\n%s", err, done.Body, done.Text)
		}
		if err == nil {
			sober(t, out.HTML)
		}
	})
}

// A text without any sign that means something is read just as it was typed.
func TestWordsStayWords(t *testing.T) {
	t.Parallel()
	r := NewRenderer(nil)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune(`ab c<>&"'{}%#;/=éא🎉`))).Filter(func(s string) bool {
			return strings.TrimSpace(s) != "" && !strings.Contains(s, "{{") && !strings.Contains(s, "}}") && !strings.Contains(s, "{%") && !strings.Contains(s, "%}")
		}).Draw(t, "text")
		tpl := Template{Channel: event.Email, Subject: "x", Blocks: []Block{{Kind: BlockText, Text: text}}}
		out, err := r.Render(t.Context(), tpl, Sample("en"))
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Join(strings.Fields(text), " ")
		if got := strings.Join(strings.Fields(seenText(bodyOnly(out.HTML))), " "); got != want {
			t.Fatalf("the HTML says %q, not %q", got, want)
		}
		if got := strings.Join(strings.Fields(strings.Split(out.Text, "\n--\n")[0]), " "); got != want {
			t.Fatalf("the text says %q, not %q", got, want)
		}
	})
}

// Whatever stands behind a known scheme stays within its attribute.
func TestAddressesStayAddresses(t *testing.T) {
	t.Parallel()
	r := NewRenderer(nil)
	rapid.Check(t, func(t *rapid.T) {
		rest := rapid.StringOf(rapid.SampledFrom([]rune(`"'<>&=/x?#;:`))).Draw(t, "rest")
		tpl := Template{Channel: event.Email, Subject: "x", Blocks: []Block{
			{Kind: BlockButton, Label: "x", Link: "https://a.example/" + rest}, {Kind: BlockImage, Image: "https://a.example/" + rest, Alt: rest},
			{Kind: BlockText, Text: "[x](https://a.example/" + rest + ")"}}}
		out, err := r.Render(t.Context(), tpl, Sample("en"))
		if err != nil {
			t.Fatal(err)
		}
		sober(t, out.HTML)
		for _, e := range elements(bodyOnly(out.HTML), "a", "img") {
			if got := e.attrs["href"] + e.attrs["src"]; got != "https://a.example/"+rest {
				t.Fatalf("%q became %q", rest, got)
			}
		}
	})
}

package message

import (
	"errors"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

var styles = regexp.MustCompile(` (?:class|style)="[^"]*"`)

func asFault(err error, f **fault.Error) bool { return errors.As(err, f) }

// The fields of Block, of its kinds and of files are the same.
func TestBlockFieldsAreComplete(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{"kind": true, "most": true}
	for _, n := range blockFields() {
		listed[n] = true
	}
	used := map[string]bool{"kind": true}
	for _, k := range BlockKinds() {
		for _, f := range k.Fields {
			used[f.Name] = true
			if f.Label == "" || f.Type == "choice" && len(f.Choices) == 0 || f.Type != "choice" && f.Max == 0 {
				t.Errorf("%s.%s is not described: %+v", k.Kind, f.Name, f)
			}
		}
		if k.Name == "" || k.About == "" {
			t.Errorf("%s is not described", k.Kind)
		}
	}
	var have []string
	for f := range reflect.TypeFor[Block]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		have = append(have, name)
		if !listed[name] || !used[name] {
			t.Errorf("%s is listed: %v, used by a kind: %v", name, listed[name], used[name])
		}
	}
	if len(have) != len(listed) || len(have) != len(used) {
		t.Errorf("%v are fields, %v listed, %v used", have, listed, used)
	}
}

func TestMarkup(t *testing.T) {
	t.Parallel()
	for src, want := range map[string][2]string{
		"a **b** c":                         {"<p>a <strong>b</strong> c</p>", "a b c"},
		"*a **b***":                         {"<p><em>a <strong>b</strong></em></p>", "a b"},
		"2 * 3 * 4 and a*":                  {"<p>2 * 3 * 4 and a*</p>", "2 * 3 * 4 and a*"},
		`\*a\* \\ \x`:                       {`<p>*a* \ \x</p>`, `*a* \ \x`},
		"one\ntwo\n\n\nthree":               {"<p>one<br>two</p><p>three</p>", "one\ntwo\n\nthree"},
		"- a\n- **b**":                      {"<ul><li>a</li><li><strong>b</strong></li></ul>", "- a\n- b"},
		"- a\nb":                            {"<p>- a<br>b</p>", "- a\nb"},
		"[a *b*](https://x.example/?a&b)":   {`<p><a href="https://x.example/?a&amp;b">a <em>b</em></a></p>`, "a b (https://x.example/?a&b)"},
		"[a] (b) [c]":                       {"<p>[a] (b) [c]</p>", "[a] (b) [c]"},
		"{{shop.name}} <b> {":               {"<p>{{ shop.name }} &lt;b&gt; &#123;</p>", "{{ shop.name }} <b> {{ '{' }}"},
		"[x](https://s.example/{{ item }})": {"", "there is no variable \"item\""},
		"[x](javascript:alert)":             {"", "is not a whole address"},
		"[x]({{ shopper.first_name }})":     {"", "is not an address"},
		"[x](https://a b.example)":          {"", "has a space"},
		"{{ shopper.frist_name }}":          {"", `there is no variable "shopper.frist_name"`},
		"{{ shop }}":                        {"", "is not one value"},
		"{{ shop.name | shout }}":           {"", `there is no filter "shout"`},
		"{{ shop.name":                      {"", "is not closed"},
		"shop.name }}":                      {"", "closes nothing"},
		"{% if x %}":                        {"", "cannot be used in a block"},
	} {
		c := compiler{paint: Style{}.paint(), path: "blocks[0]"}
		html, text, err := c.paragraphs("text", src, prose{})
		html = styles.ReplaceAllString(html, "")
		if err != nil {
			html, text = "", err.Error()
			if !strings.Contains(text, want[1]) {
				t.Errorf("%q: %v, want …%s…", src, err, want[1])
			}
			continue
		}
		if diff := cmp.Diff(want, [2]string{html, text}); diff != "" {
			t.Errorf("%q (-want +got):\n%s", src, diff)
		}
	}
}

func TestBlocksAreRefused(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", maxBlockLine+1)
	for _, c := range []struct {
		block       Block
		field, want string
	}{
		{Block{Kind: "marquee"}, "blocks[1].kind", `there is no kind of block "marquee"`},
		{Block{Kind: "heading"}, "blocks[1].text", "words is missing"},
		{Block{Kind: "heading", Text: "a\nb"}, "blocks[1].text", "line break"},
		{Block{Kind: "heading", Text: long}, "blocks[1].text", "more than 300"},
		{Block{Kind: "heading", Text: "a\x07"}, "blocks[1].text", "U+0007"},
		{Block{Kind: "heading", Text: "a", When: "monday"}, "blocks[1].when", `"monday" is not possible`},
		{Block{Kind: "divider", Text: "a"}, "blocks[1].text", "has no text"},
		{Block{Kind: "divider", Most: 3}, "blocks[1].most", "has no most"},
		{Block{Kind: "items", Most: 21}, "blocks[1].most", "21 lines"},
		{Block{Kind: "button", Label: "Go", Link: "shop.example"}, "blocks[1].link", "not a whole address"},
		{Block{Kind: "button", Label: "Go", Link: "https://"}, "blocks[1].link", "not a whole address"},
		{Block{Kind: "button", Label: "{{ x }}", Link: "https://a.example"}, "blocks[1].label", "no variable"},
		{Block{Kind: "image", Image: "mailto:a@b.example"}, "blocks[1].image", "no picture"},
		{Block{Kind: "columns", Image: "https://a.example/a.jpg", Text: "a", Label: "b"}, "blocks[1].link", "label and an address"},
	} {
		_, _, err := Compile([]Block{{Kind: "divider"}, c.block})
		var f *fault.Error
		if !asFault(err, &f) || f.Field != c.field || !strings.Contains(f.Message, c.want) || f.Remedy == "" {
			t.Errorf("%+v: got %v, want %s …%s…", c.block, err, c.field, c.want)
		}
	}
	if _, _, err := Compile(make([]Block, maxBlocks+1)); err == nil {
		t.Error("there is no end of blocks")
	}
	for _, s := range []Style{{Brand: "red"}, {Ink: "#12345g"}, {Width: 900}, {Font: "Comic Sans"}, {Corners: "x"}} {
		if err := (Template{Channel: event.Email, Style: s, Blocks: []Block{{Kind: "divider"}}}).check(); err == nil {
			t.Errorf("%+v is accepted", s)
		}
	}
	refused(t, shippedRenderer().Check(Template{Channel: event.SMS, Blocks: []Block{{Kind: "divider"}}}), "blocks", "only emails")
}

func (t Template) check() error {
	_, err := t.Compiled()
	return err
}

// Every condition shows its block in its own case only.
func TestConditions(t *testing.T) {
	t.Parallel()
	shown := func(when string, in Input) bool {
		tpl := Template{Channel: event.Email, Subject: "x", Locale: "en", Blocks: []Block{{Kind: BlockText, Text: "MARK", When: when}, {Kind: BlockText, Text: "rest"}}}
		out, err := NewRenderer(nil).Render(t.Context(), tpl, in)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.HTML, "MARK") != strings.Contains(out.Text, "MARK") {
			t.Errorf("%s: HTML and text differ", when)
		}
		return strings.Contains(out.HTML, "MARK")
	}
	for _, c := range conditions() {
		yes, no := 0, 0
		for _, s := range Samples("en") {
			if shown(c.value, s.Input) {
				yes++
			} else {
				no++
			}
		}
		if c.value == "checkout" {
			in := Sample("en")
			in.Cart.Facts.Stage = "cart"
			if shown(c.value, in) {
				t.Error("a cart is taken for a checkout")
			}
			continue
		}
		if yes == 0 || no == 0 {
			t.Errorf("%s: shown with %d samples and not with %d", c.value, yes, no)
		}
	}
}

// Any two colours can be read, by day and by night.
func TestColoursCanBeRead(t *testing.T) {
	t.Parallel()
	at := func(s string) colour { c, _ := parseColour(s); return c }
	for r := 0; r < 256; r += 51 {
		for g := 0; g < 256; g += 51 {
			for b := 0; b < 256; b += 51 {
				c := colour{float64(r), float64(g), float64(b)}.String()
				p := Style{Brand: c, Ink: c}.paint()
				for what, pair := range map[string][2]string{"ink": {p.Ink, paleBack}, "link": {p.Link, paleBack}, "button": {p.OnBrand, p.Brand},
					"dark link": {p.DarkLink, darkBack}, "dark button": {p.OnDark, p.DarkBrand}, "coupon": {p.Ink, "#f7f8fa"}} {
					if got := contrast(at(pair[0]), at(pair[1])); got < readable {
						t.Errorf("%s of %s: %s on %s has %.2f", what, c, pair[0], pair[1], got)
					}
				}
			}
		}
	}
}

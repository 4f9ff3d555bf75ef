package message

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// FuzzBlock types anything into a text and a link: it is refused, or compiles
// to what the sandbox takes.
func FuzzBlock(f *testing.F) {
	for _, s := range []string{"a **b** *c*", "[a](https://b.example)", "{{ shop.name }}", "- a\n- b\n\nc", `\*`, "{{ 'a' }}*{*{", "***a*** [**b](x)", "{{{"} {
		f.Add(s, "https://a.example/?q={{ shop.name }}")
	}
	f.Add("x", "mailto:{{ shop.support_email }}")
	r := NewRenderer(nil)
	f.Fuzz(func(t *testing.T, text, link string) {
		tpl := Template{Channel: event.Email, Subject: "x", Blocks: []Block{{Kind: BlockText, Text: text}, {Kind: BlockButton, Label: "x", Link: link}, {Kind: BlockImage, Image: link, Alt: text}}}
		done, err := tpl.Compiled()
		if err != nil {
			if !fault.Is(err, fault.Unprocessable) {
				t.Fatal(err)
			}
			return
		}
		if err := r.checkFields(done); err != nil {
			t.Fatalf("%v\n%s\n%s", err, done.Body, done.Text)
		}
	})
}

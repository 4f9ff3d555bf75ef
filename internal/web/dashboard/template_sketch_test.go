package dashboard

import (
	"fmt"
	"regexp"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
)

func kinds(s sketch) (out []string) {
	for _, p := range s.Parts {
		out = append(out, p.Kind)
	}
	return out
}

// A sketch tells what a template is made of.
func TestSketchesTellWhatATemplateHas(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		t    message.Template
		want string
	}{
		"blocks":  {message.Template{Channel: event.Email, Blocks: []message.Block{{Kind: message.BlockHeading, Text: "Your cart"}, {Kind: message.BlockText, Text: "It waits."}, {Kind: message.BlockButton}}}, "[head text cta]"},
		"HTML":    {message.Template{Channel: event.Email, Body: `<h1>{{ shop.name }}</h1><p>It waits for you.</p><img src="x">{% render 'button', label: 'x' %}`}, "[head text pict cta]"},
		"a list":  {message.Template{Channel: event.Email, Body: `{% render 'cart_items' %}`}, "[text soft pict]"},
		"words":   {message.Template{Channel: event.Email, Body: "Just words"}, "[text]"},
		"nothing": {message.Template{Channel: event.Email}, "[]"},
		"SMS":     {message.Template{Channel: event.SMS, Body: "Your cart is here"}, "[soft text]"},
		"card":    {message.Template{Channel: event.Messenger, Title: "T", Body: "b", Image: "i", Button: "See"}, "[soft pict head text cta]"},
	} {
		if got := fmt.Sprint(kinds(sketchOf(c.t))); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

var shape = regexp.MustCompile(`M(-?\d+) (-?\d+)h(-?\d+)v(-?\d+)h-(\d+)z`)

// Whatever a template holds, its sketch stays in its box.
func TestSketchesStayInTheirBox(t *testing.T) {
	t.Parallel()
	var names []string
	for _, k := range message.BlockKinds() {
		names = append(names, k.Kind)
	}
	rapid.Check(t, func(t *rapid.T) {
		m := message.Template{Channel: rapid.SampledFrom([]event.Channel{event.Email, event.SMS, event.Messenger}).Draw(t, "channel")}
		words := rapid.SampledFrom([]string{"", "short", "<p>" + string(make([]byte, 900)), "{{ a.b }} <h1>x</h1> {% render 'cart_items' %}<img>", "<li>a<li>b<li>c<hr>"})
		m.Body, m.Title, m.Image, m.Button = words.Draw(t, "body")+words.Draw(t, "more"), words.Draw(t, "title"), words.Draw(t, "image"), words.Draw(t, "button")
		for _, k := range rapid.SliceOfN(rapid.SampledFrom(names), 0, 20).Draw(t, "blocks") {
			m.Blocks = append(m.Blocks, message.Block{Kind: k, Text: words.Draw(t, "text")})
		}
		for _, p := range sketchOf(m).Parts {
			for _, found := range shape.FindAllStringSubmatch(p.Path, -1) {
				var n [5]int
				for i, text := range found[1:] {
					n[i], _ = strconv.Atoi(text)
				}
				if n[0] < 0 || n[1] < 0 || n[2] <= 0 || n[3] <= 0 || n[0]+n[2] > sketchWidth || n[1]+n[3] > sketchHeight || n[2] != n[4] {
					t.Fatalf("%s is outside: %s", p.Kind, found[0])
				}
			}
		}
	})
}

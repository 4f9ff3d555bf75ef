package templates

import (
	"context"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// ofBlocks are emails of blocks for the browser: every kind that stands in most
// emails, in looks that try the layout.
func ofBlocks() map[string]message.Template {
	blocks := []message.Block{
		{Kind: message.BlockHeading, Text: "Your bag is saved"},
		{Kind: message.BlockText, Text: "Hi {{ shopper.first_name | default: 'there' }}, **nothing** is ordered yet. *Take your time*, or [write to us](https://shop.example/help).\n\n- one thing\n- another"},
		{Kind: message.BlockItems, Most: 6}, {Kind: message.BlockTotal, Emphasis: "strong"},
		{Kind: message.BlockButton, Label: "Return to my bag", Link: "{{ cart.restore_url }}"},
		{Kind: message.BlockCoupon, Text: "{{ offer.value }} off with this code:"}, {Kind: message.BlockCoupon, Text: "Once more:", Emphasis: "strong"},
		{Kind: message.BlockColumns, Image: "https://cdn.hazelandoak.example/scarf.jpg", Alt: "A shirt", Text: "Woven in **Porto**, in small numbers.", Label: "How it is made", Link: "https://shop.example/made"},
		{Kind: message.BlockImage, Image: "https://cdn.hazelandoak.example/scarf.jpg", Alt: "The workshop"},
		{Kind: message.BlockQuote, Text: "It lasts.", By: "Ida, Oslo"}, {Kind: message.BlockDivider}, {Kind: message.BlockSpacer},
		{Kind: message.BlockLinks, Text: "Questions? {{ shop.support_email }}", When: "support"},
		{Kind: message.BlockSignature, Text: "Warm regards,\n{{ shop.name }}"}, {Kind: message.BlockNote, Text: "You can change or remove anything."},
	}
	out := map[string]message.Template{}
	for name, t := range map[string]message.Template{
		"plain": {Locale: "en"}, "yellow": {Locale: "en", Style: message.Style{Brand: "#ffd400", Ink: "#777777", Font: "verdana", Width: 680, Corners: "round"}},
		"arabic": {Locale: "ar", Style: message.Style{Brand: "#0d5c63", Corners: "square"}}, "german": {Locale: "de", Style: message.Style{Brand: "#7f7f7f"}},
	} {
		t.Key, t.Channel, t.Subject, t.Blocks = name, event.Email, "Your bag", blocks
		out[name] = t
	}
	return out
}

// Emails of blocks in a real browser, under the ruler of the shipped ones.
func TestBlocksInABrowser(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	renderer := message.NewRenderer(Snippets())
	for name, tpl := range ofBlocks() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := renderer.Check(tpl); err != nil {
				t.Fatal(err)
			}
			tab := openTab(t, browser)
			for _, s := range message.Samples(tpl.Locale) {
				got, err := renderer.Render(context.Background(), tpl, s.Input)
				if err != nil {
					t.Fatal(err)
				}
				open(t, tab, keepPage(t, name+s.Key, message.Fill(got, links).HTML))
				for _, v := range views() {
					for _, fault := range v.faults(look(t, tab, v)) {
						t.Errorf("%s, %s: %s", s.Key, v, fault)
					}
				}
			}
		})
	}
}

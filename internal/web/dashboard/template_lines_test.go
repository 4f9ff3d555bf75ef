package dashboard

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/google/go-cmp/cmp"
)

// Versions of an email of blocks are compared in the words of the editor, and
// in no notation that its author never saw.
func TestBlocksAreComparedInWords(t *testing.T) {
	t.Parallel()
	before := message.Template{Blocks: []message.Block{{Kind: message.BlockHeading, Text: "Still yours"}, {Kind: message.BlockDivider}}}
	after := message.Template{
		Blocks: []message.Block{{Kind: message.BlockHeading, Text: "Still yours", Align: "center"}, {Kind: message.BlockText, Text: "One\nTwo"}},
		Style:  message.Style{Corners: "square"},
	}
	if diff := cmp.Diff("Heading\n    Words: Still yours\nLine", blockLines(before)); diff != "" {
		t.Error(diff)
	}
	want := "Heading\n    Words: Still yours\n    Alignment: Centred\nText\n    Text: One\n    Two\nHow it looks, Corners: Square"
	if diff := cmp.Diff(want, blockLines(after)); diff != "" {
		t.Error(diff)
	}
	if said := blockLines(message.Template{Body: "<p>"}); said != "" {
		t.Errorf("a text without blocks is told as %q", said)
	}
}

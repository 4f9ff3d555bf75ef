package message

import (
	"os"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// everyKind is an email with a block of each kind, as the editor makes them.
func everyKind() Template {
	t := Template{Key: "all", Channel: event.Email, Locale: "en", Subject: "Your bag"}
	for _, k := range BlockKinds() {
		b := Block{Kind: k.Kind}
		for _, f := range k.Fields {
			if f.Type == "number" {
				b.Most = 6
			} else {
				*b.text(f.Name) = f.Default
			}
		}
		switch k.Kind {
		case BlockImage, BlockColumns:
			b.Image, b.Alt = "https://shop.example/a.jpg", "A shirt on a line"
		case BlockQuote:
			b.Text, b.By = "Lovely.", "Ida, Oslo"
		}
		t.Blocks = append(t.Blocks, b)
	}
	return t
}

func shippedRenderer() *Renderer { return NewRenderer(os.DirFS("../../templates")) }

func TestEveryKindOfBlockRenders(t *testing.T) {
	t.Parallel()
	for _, locale := range []string{"en", "fr", "de", "es", "it", "nl", "pt", "ar", "ja"} {
		tpl := everyKind()
		tpl.Locale = locale
		if err := shippedRenderer().Check(tpl); err != nil {
			t.Errorf("%s: %v", locale, err)
		}
	}
}

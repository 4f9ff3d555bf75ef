package templates

import (
	"context"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/message"
)

// What Cartograph ships follows its own advice.
func TestShippedTemplatesFollowAdvice(t *testing.T) {
	t.Parallel()
	renderer := message.NewRenderer(Snippets())
	for _, tpl := range shipped(t) {
		in := message.Sample(tpl.Locale)
		r, err := renderer.Render(context.Background(), tpl, in)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range message.Advise(tpl, r) {
			if a.Level != message.LevelHint {
				t.Errorf("%s %s %s: %s: %s", tpl.Locale, tpl.Key, tpl.Channel, a.Code, a.Message)
			} else {
				t.Logf("%s %s %s: %s: %s", tpl.Locale, tpl.Key, tpl.Channel, a.Code, a.Message)
			}
		}
	}
}

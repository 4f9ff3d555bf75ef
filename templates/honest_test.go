package templates

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/message"
)

// untrue is what a message cannot know, in any of the languages: a shop asks for
// today's prices before it writes, so they are not those that the shopper saw,
// and nobody counts how many look at a thing, or puts one aside.
var untrue = regexp.MustCompile(`(?i)prices you saw|prix que vous (aviez|avez) vus|Preisen, die Sie gesehen|precios que viste|` +
	`selling fast|almost gone|only \d+ left|last chance|reserved for you|` +
	`derni[èe]re chance|bient[ôo]t [ée]puis|letzte Chance|fast ausverkauft|[úu]ltima oportunidad|a punto de agotarse`)

func TestNothingIsSaidThatNobodyKnows(t *testing.T) {
	t.Parallel()
	if !untrue.MatchString("Dernière chance, aux prix que vous aviez vus") {
		t.Fatal("an untruth is not minded")
	}
	for _, tpl := range shipped(t) {
		for part, text := range map[string]string{"subject": tpl.Subject, "preheader": tpl.Preheader, "text": tpl.Text, "body": tpl.Body} {
			if found := untrue.FindString(text); found != "" {
				t.Errorf("%s %s %s, %s: %q", tpl.Locale, tpl.Key, tpl.Channel, part, found)
			}
		}
	}
}

// One thing is told of as one.
func TestOneThingIsOne(t *testing.T) {
	t.Parallel()
	several := regexp.MustCompile(`(?i)\b(your finds|vos trouvailles|Ihre Fundstücke|tus hallazgos|ces articles|diese Artikel|estos artículos)\b`)
	renderer := message.NewRenderer(Snippets())
	in := situations()["one"]
	for _, tpl := range shipped(t) {
		got, err := renderer.Render(context.Background(), tpl, inLocale(in, tpl.Locale))
		if err != nil {
			t.Fatal(err)
		}
		all := strings.Join([]string{got.Subject, got.Text, got.HTML, got.Title}, "\n")
		if found := several.FindString(all); found != "" {
			t.Errorf("%s %s %s speaks of %q for one", tpl.Locale, tpl.Key, tpl.Channel, found)
		}
	}
}

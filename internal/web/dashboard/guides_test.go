package dashboard

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

// Where a platform is chosen each stands once: the common ones first, the others
// by name, and what fits any shop at the end.
func TestPlatformsAreChosenInGroups(t *testing.T) {
	t.Parallel()
	var names, keys []string
	for _, g := range guideGroups() {
		names = append(names, g.Name)
		for _, p := range g.Guides {
			keys = append(keys, p.Key)
		}
	}
	if diff := cmp.Diff([]string{"Common", "More platforms", "Any other shop"}, names); diff != "" {
		t.Error(diff)
	}
	if keys[0] != "shopify" || keys[len(keys)-1] != anyPlatform || guideOf("unheard of").Key != anyPlatform {
		t.Errorf("the order is %v", keys)
	}
	slices.Sort(keys)
	if len(keys) != len(Guides()) || len(slices.Compact(keys)) != len(Guides()) {
		t.Errorf("of %d guides are offered %v", len(Guides()), keys)
	}
}

// A public key needs a field of many lines; a secret is typed hidden, as ever.
func TestTheFieldOfASecret(t *testing.T) {
	t.Parallel()
	d, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	owner := fixtures()["settings_webhooks.html"][0].(webhooksView).frame
	for _, g := range Guides() {
		for name, v := range map[string]any{
			"settings_webhooks.html": webhooksView{frame: owner, Guide: g},
			"start.html":             startView{frame: owner, Guide: g, Facts: journey.StartFacts{}, Steps: stepsOf(owner, owner.Shop, journey.StartFacts{}, journey.ChannelSetup{})},
		} {
			var b bytes.Buffer
			if err := d.pages[name].ExecuteTemplate(&b, "frame", v); err != nil {
				t.Fatal(err)
			}
			page := b.String()
			if lines := strings.Contains(page, `<textarea id="secret" name="secret"`); lines != g.Lines {
				t.Errorf("%s, %s: a field of many lines: %v", name, g.Key, lines)
			}
			if strings.Contains(page, `id="secret"`) && !strings.Contains(page, `<label for="secret">`) {
				t.Errorf("%s, %s: the field has no label", name, g.Key)
			}
			if g.Account != "" && !strings.Contains(page, "/settings/platform") {
				t.Errorf("%s, %s: no way to the account", name, g.Key)
			}
		}
	}
}

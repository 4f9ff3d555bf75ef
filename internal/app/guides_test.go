package app

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/web/dashboard"
)

// Every platform that there is an adapter for has instructions, and no other. They
// name each value that the platform's API account needs.
func TestEveryPlatformHasAGuide(t *testing.T) {
	t.Parallel()
	var guided []string
	adapters := platforms()
	for _, g := range dashboard.Guides() {
		guided = append(guided, g.Key)
		if g.Name == "" || g.Secret == "" || len(g.Steps) < 3 || len(g.Steps) > 6 {
			t.Errorf("%s: the guide is not whole, or longer than anybody reads", g.Key)
		}
		account, has := adapters[g.Key].(platform.Account)
		if has != (g.Account != "") {
			t.Errorf("%s: it has an API account: %v, and the guide says %q", g.Key, has, g.Account)
		}
		if !has {
			continue
		}
		for _, n := range account.Needs() {
			if !n.Optional && !says(g.Account, n.Label) {
				t.Errorf("%s: the guide does not name %q: %s", g.Key, n.Label, g.Account)
			}
		}
	}
	slices.Sort(guided)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(adapters)), guided); diff != "" {
		t.Errorf("platforms (-) and guides (+): %s", diff)
	}
}

// says reports whether a text names a value, or each of what a label offers to choose from.
func says(text, label string) bool {
	text = strings.ToLower(text)
	for _, one := range strings.Split(strings.ToLower(label), " or ") {
		if !strings.Contains(text, one) {
			return false
		}
	}
	return true
}

package wix_test

import (
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wix"
	"github.com/cartograph-dev/cartograph/internal/platform/wix/story"
)

// One key signs for all sites of an app: that nothing names the shop's is said.
func TestAKeyWithoutItsSiteIsWarnedOf(t *testing.T) {
	t.Parallel()
	_, secret := story.Platform().Secrets(1)
	key, _, _ := strings.Cut(secret, "instance:")
	for name, c := range map[string]struct {
		secrets []string
		want    int
	}{
		"nothing entered yet": {nil, 0}, "the key alone": {[]string{key}, 1}, "with its site": {[]string{secret}, 0},
		"its site beside": {[]string{key, "instance: b6f1a2c3"}, 0},
	} {
		if got := wix.New().Warnings(event.Delivery{}, c.secrets); len(got) != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

package app

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/platform"
)

// What a platform publishes is asked for at the account's address, which need
// not be the shop's domain, and without its keys.
func TestPublishedKeysAreAskedForWithoutOurs(t *testing.T) {
	t.Parallel()
	account := map[string]string{platform.KeyURL: "https://api.shop.example", platform.KeyID: "id", platform.KeySecret: "secret", platform.KeyAccount: "a"}
	for _, c := range []struct{ has, want map[string]string }{
		{account, map[string]string{platform.KeyURL: "https://api.shop.example"}},
		{nil, map[string]string{}},
	} {
		got := unkeyed(platform.API{Values: c.has}).Values
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Error(diff)
		}
	}
	if len(account) != 4 {
		t.Errorf("the account itself was changed: %v", account)
	}
}

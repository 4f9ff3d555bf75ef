package app_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// What a shop's webhooks leave open is said where the shop is made and changed.
func TestAnOpenDoorIsSaidWhereTheShopIsMade(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	made := func(domain string) (id, said string) {
		out, said, code := p.run("shop", "create", "--name", "B", "--platform", "bigcommerce", "--domain", domain, "--currency", "EUR",
			"--country", "FR", "--timezone", "Europe/Paris", "--locale", "en", "--json")
		var shop struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal([]byte(out), &shop); err != nil || code != 0 {
			t.Fatalf("exit code %d, %v: %s%s", code, err, out, said)
		}
		return shop.ID, said
	}
	const beware = "cartograph: beware: This shop’s domain does not say which store it is"
	if _, said := made("store-1a2b3c.mybigcommerce.com"); strings.Contains(said, "beware") {
		t.Errorf("with the permanent domain: %s", said)
	}
	id, said := made("shop.example")
	if !strings.Contains(said, beware) {
		t.Errorf("with a domain of its own: %q", said)
	}
	if _, said, _ := p.run("shop", "show", id); !strings.Contains(said, beware) {
		t.Errorf("shown: %q", said)
	}
	if _, said, _ := p.run("shop", "set", id, "domain=store-9z9z9z.mybigcommerce.com"); strings.Contains(said, "beware") {
		t.Errorf("after it was mended: %q", said)
	}
}

package dashboard

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// Whatever a field offers is taken when it is chosen, and is offered once.
func TestOfferedCodesAreTaken(t *testing.T) {
	t.Parallel()
	for _, line := range shop.Catalogue() {
		seen := map[string]bool{}
		for _, o := range offered[line.Name] {
			s := shop.Shop{Name: "S", Platform: "shopify", Currency: "EUR", TimeZone: "Europe/Paris", Locale: "en", Country: "FR", Settings: shop.Defaults()}
			if err := s.Set(line.Name, o.Value); err != nil || line.Of(s) != o.Value || seen[o.Value] || o.Label == "" {
				t.Errorf("%s %q %q: %v, %s, kept as %q", line.Name, o.Value, o.Label, err, fault.CodeOf(err), line.Of(s))
			}
			seen[o.Value] = true
		}
	}
	for name, want := range map[string]string{"currency": "Euro", "country": "", "abandon_after": ""} {
		if got := (field{Setting: shop.Setting{Name: name}, Value: "eur"}).OfferedName(); got != want {
			t.Errorf("%s is called %q, want %q", name, got, want)
		}
	}
	for text, want := range map[string]string{"up to 1,000 characters": "", "1s to 30d": "1s to 30d"} {
		if got := (field{Setting: shop.Setting{Range: text}}).Allowed(); got != want {
			t.Errorf("%q is told as %q", text, got)
		}
	}
}

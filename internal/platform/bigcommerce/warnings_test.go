package bigcommerce_test

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/bigcommerce"
)

// A domain of the merchant's own does not tell the stores of one app apart.
func TestADomainOfItsOwnIsWarnedOf(t *testing.T) {
	t.Parallel()
	for domain, want := range map[string]int{
		"store-1a2b3c.mybigcommerce.com": 0, "https://store-1a2b3c-2.mybigcommerce.com/": 0, "shop.example": 1, "": 1,
	} {
		if got := bigcommerce.New().Warnings(event.Delivery{Domain: domain}, []string{"secret"}); len(got) != want {
			t.Errorf("%q: %q", domain, got)
		}
	}
}

package shopify_test

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
	"github.com/cartograph-dev/cartograph/internal/platform/shopify"
)

// FuzzVerify: no delivery passes but the one that was signed, and no header
// text makes verifying do anything but say no.
func FuzzVerify(f *testing.F) {
	f.Add(`{"id":1,"token":"c1"}`, uint(3), byte(1), "studio.myshopify.com")
	f.Add("", uint(0), byte(0x20), "STUDIO.myshopify.com/")
	f.Add("\xff\x00", uint(43), byte(2), "")
	f.Fuzz(func(t *testing.T, body string, at uint, mask byte, text string) {
		d := deliver("carts/update", body)
		platformtest.Unforgeable(t, shopify.New(), d, "X-Shopify-Hmac-Sha256", secret, at, mask)

		set(d, "X-Shopify-Shop-Domain", text)
		if err := shopify.New().Verify(d, []string{secret}); err != nil && !fault.Is(err, fault.Unauthorized) {
			t.Fatal(err)
		}
		set(d, "X-Shopify-Hmac-Sha256", text)
		if err := shopify.New().Verify(d, []string{secret}); !fault.Is(err, fault.Unauthorized) {
			t.Fatalf("the signature %q: %v", text, err)
		}
	})
}

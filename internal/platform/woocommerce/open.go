package woocommerce

import (
	"context"
	"net/url"

	"github.com/cartograph-dev/cartograph/internal/platform"
)

// The names under which the plugin in companion/ reads its restore address.
const (
	openCart   = "cartograph-cart"
	openCoupon = "cartograph-coupon"
)

// Open gives the plugin's address of a cart, with the coupon to apply. Of the
// other ways back (the page to pay an order on, the address that Tyche's plugin
// tells) none takes a coupon: they are given as they were told.
func (*Adapter) Open(_ context.Context, _ platform.API, c platform.Closed) (string, error) {
	u, err := url.Parse(c.RestoreURL)
	if err != nil || c.Coupon == "" || u.Query().Get(openCart) == "" {
		return c.RestoreURL, nil //nolint:nilerr // an address that cannot be read is given as it was told
	}
	query := u.Query()
	query.Set(openCoupon, c.Coupon)
	u.RawQuery = query.Encode()
	return u.String(), nil
}

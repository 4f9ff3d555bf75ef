package magento

import (
	"context"
	"net/url"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/platform"
)

// The part of the module's restore address, and the name of its coupon.
const (
	openPath   = "/cartograph/restore/"
	openCoupon = "coupon"
)

// Open gives the module's address of a cart, with the coupon to apply. Adobe's
// events tell no address.
func (*Adapter) Open(_ context.Context, _ platform.API, c platform.Closed) (string, error) {
	u, err := url.Parse(c.RestoreURL)
	if err != nil || c.Coupon == "" || !strings.Contains(u.Path, openPath) {
		return c.RestoreURL, nil //nolint:nilerr // an address that cannot be read is given as it was told
	}
	query := u.Query()
	query.Set(openCoupon, c.Coupon)
	u.RawQuery = query.Encode()
	return u.String(), nil
}

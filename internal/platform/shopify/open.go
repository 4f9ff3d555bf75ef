package shopify

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// maxAddress is how long an address gets: some mail programs cut longer ones.
const maxAddress = 2000

// Open gives the checkout's own recovery address, else a permalink that fills a
// new cart with the same wares. A coupon goes along as the parameter discount,
// which Shopify reads at both. Nothing is asked of the API.
func (*Adapter) Open(_ context.Context, api platform.API, c platform.Closed) (string, error) {
	address := wire.URL(c.RestoreURL)
	if address == "" {
		address = permalink(host(api.Shop.Domain), c)
	}
	if address == "" || c.Coupon == "" {
		return address, nil
	}
	return discounted(address, c.Coupon)
}

// discounted adds the code and leaves the rest of the address as it was told,
// since its key is Shopify's own.
func discounted(address, code string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fault.Wrap(fault.Unprocessable, err, "the checkout's recovery address cannot be read")
	}
	switch q := u.Query(); {
	case q.Has("discount"):
		q.Set("discount", code)
		u.RawQuery = q.Encode()
	case u.RawQuery == "":
		u.RawQuery = "discount=" + url.QueryEscape(code)
	default:
		u.RawQuery += "&discount=" + url.QueryEscape(code)
	}
	return u.String(), nil
}

// permalink is https://<domain>/cart/<variant>:<quantity>,…, or "" if a line
// has no variant or the cart is too large for an address: a part of a cart must
// not be handed back as the whole.
func permalink(domain string, c platform.Closed) string {
	if domain == "" || strings.ContainsAny(domain, "/?#@") || len(c.Items) == 0 {
		return ""
	}
	var lines []string
	for _, it := range c.Items {
		if !number(it.VariantID) || it.Quantity < 1 {
			return ""
		}
		lines = append(lines, it.VariantID+":"+strconv.Itoa(it.Quantity))
	}
	address := "https://" + domain + "/cart/" + strings.Join(lines, ",")
	if len(address) > maxAddress {
		return ""
	}
	return address
}

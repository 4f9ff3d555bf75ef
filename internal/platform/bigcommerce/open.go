package bigcommerce

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Open gives a fresh address of the cart, which BigCommerce lets be used once.
//
// It makes them only for carts that an API made. A storefront's own is made anew
// with the same lines for that; the order of the new one is matched by who buys.
// Without keys, or while the API fails, the address is one that fills a new cart
// with the same products.
func (*Adapter) Open(ctx context.Context, api platform.API, c platform.Closed) (string, error) {
	id := cartOf(c.Links)
	if !keyed(api) || id == "" {
		return fresh(api.Shop.Domain, c), nil
	}
	link, err := reopened(ctx, api, id, c.Coupon)
	if err == nil || fault.Is(err, fault.NotFound) {
		return link, err
	}
	if link := fresh(api.Shop.Domain, c); link != "" {
		return link, nil //nolint:nilerr // the shopper comes back to the same products
	}
	return "", err
}

func cartOf(links []event.Link) string {
	for _, l := range links {
		if l.Kind == event.LinkCart && wire.Segment(l.Value) {
			return l.Value
		}
	}
	return ""
}

// redirectBody is a cart's address, with and without the envelope that the V3 API
// usually has, and a new cart's with its id.
type redirectBody struct {
	addressesBody
	Data wire.Object[madeBody] `json:"data"`
}

type addressesBody struct {
	Cart wire.Text `json:"cart_url"`
}

type madeBody struct {
	addressesBody
	ID  wire.Text                  `json:"id"`
	New wire.Object[addressesBody] `json:"redirect_urls"`
}

func reopened(ctx context.Context, api platform.API, id, coupon string) (string, error) {
	if err := apply(ctx, api, id, coupon); err != nil {
		return "", err
	}
	var b redirectBody
	err := post(ctx, api, "v3/carts/"+id+"/redirect_urls", nil, nil, &b)
	switch fault.CodeOf(err) {
	case "":
		return addressed(b.Cart, b.Data.V.Cart)
	case fault.NotFound, fault.Unprocessable:
		return again(ctx, api, id, coupon)
	}
	return "", err
}

// apply puts a coupon on the cart. One that is refused, used up or already there
// does not keep the shopper from the cart; that the platform cannot be asked does.
func apply(ctx context.Context, api platform.API, id, coupon string) error {
	if strings.TrimSpace(coupon) == "" {
		return nil
	}
	err := post(ctx, api, "v3/checkouts/"+id+"/coupons", nil, map[string]string{"coupon_code": coupon}, nil)
	if fault.Is(err, fault.Throttled) || fault.Is(err, fault.Overloaded) {
		return err
	}
	return nil
}

// addressed gives the first address that is one.
func addressed(addresses ...wire.Text) (string, error) {
	if link := wire.URL(wire.First(addresses...)); link != "" {
		return link, nil
	}
	return "", fault.New(fault.Unprocessable, "the platform gave no address for the cart")
}

// again makes a cart like the given one, which only works while that is there.
func again(ctx context.Context, api platform.API, id, coupon string) (string, error) {
	text, err := get(ctx, api, "v3/carts/"+id, url.Values{"include": {cartOptions}})
	if err != nil {
		return "", err
	}
	var b struct {
		Data wire.Object[cartBody] `json:"data"`
	}
	if err := wire.Decode(text, &b); err != nil {
		return "", err
	}
	in := b.Data.V.anew()
	if len(in.Lines) == 0 {
		return "", fault.New(fault.NotFound, "nothing that can be bought again is in the cart")
	}
	var made redirectBody
	if err := post(ctx, api, "v3/carts", url.Values{"include": {"redirect_urls"}}, in, &made); err != nil {
		return "", err
	}
	if id := wire.First(made.Data.V.ID); wire.Segment(id) {
		if err := apply(ctx, api, id, coupon); err != nil {
			return "", err
		}
	}
	return addressed(made.Data.V.New.V.Cart)
}

// maxProducts bounds an address that fills a cart, so that it stays short enough
// to be opened.
const maxProducts = 50

// fresh gives the storefront's address that makes a new cart of the products and
// applies a coupon; "" where not every line can be named in it.
func fresh(domain string, c platform.Closed) string {
	domain = host(domain)
	if domain == "" || len(c.Items) == 0 || len(c.Items) > maxProducts || strings.ContainsAny(domain, "/?#@ ") {
		return ""
	}
	var products []string
	for _, it := range c.Items {
		id := it.SKU
		if id == "" && it.Variant == "" {
			id = it.ProductID
		}
		if id == "" || strings.ContainsAny(id, ",:") {
			return ""
		}
		products = append(products, url.QueryEscape(id)+":"+strconv.Itoa(it.Quantity))
	}
	link := "https://" + domain + "/checkout/?products=" + strings.Join(products, ",")
	if code := strings.TrimSpace(c.Coupon); code != "" {
		link += "&coupon=" + url.QueryEscape(code)
	}
	return wire.URL(link + "&action=buy")
}

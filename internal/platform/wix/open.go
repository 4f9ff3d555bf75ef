package wix

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Open gives the address at which a checkout is taken up: the one its events
// told, else the one Wix makes for it, else the one that leads there from an
// abandoned checkout. A coupon is put into the checkout itself, since Wix reads
// none from an address; if Wix refuses it, the way back stays open without it.
func (a *Adapter) Open(ctx context.Context, api platform.API, c platform.Closed) (string, error) {
	checkout, abandoned := checkouts(c.Links)
	keyed := strings.TrimSpace(api.Values[platform.KeySecret]) != ""
	if c.Coupon != "" && checkout != "" && keyed {
		in := map[string]any{"checkout": map[string]any{"id": checkout}, "couponCode": c.Coupon}
		_, err := a.ask(ctx, api, http.MethodPatch, "/ecom/v1/checkouts/"+url.PathEscape(checkout), in, nil)
		if fault.Is(err, fault.Throttled) || fault.Is(err, fault.Overloaded) {
			return "", err
		}
	}
	if address := secure(wire.Text(c.RestoreURL)); address != "" {
		return address, nil
	}
	switch {
	case checkout != "" && keyed:
		var reply struct {
			URL wire.Text `json:"checkoutUrl"`
		}
		_, err := a.ask(ctx, api, http.MethodGet, "/ecom/v1/checkouts/"+url.PathEscape(checkout)+"/checkout-url", nil, &reply)
		return secure(reply.URL), err
	case abandoned != "" && api.Values[platform.KeyAccount] != "" && api.Values[platform.KeyID] == "":
		// A page for browsers, which needs no key.
		return apiURL + "/ecom/v1/abandoned-checkout/" + url.PathEscape(abandoned) + "/redirect-to-checkout?metasiteId=" +
			url.QueryEscape(strings.TrimSpace(api.Values[platform.KeyAccount])), nil
	}
	return "", nil
}

// checkouts finds the ids of a checkout and of the abandoned one that Wix made of it.
func checkouts(links []event.Link) (checkout, abandoned string) {
	for _, l := range links {
		id, found := strings.CutPrefix(l.Value, abandonedLink)
		switch {
		case l.Kind != event.LinkCheckout || !wire.Segment(id):
		case found:
			abandoned = id
		default:
			checkout = id
		}
	}
	return checkout, abandoned
}

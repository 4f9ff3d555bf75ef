package saleor

import (
	"context"
	"net/url"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Open gives the address at which Saleor's own storefront takes up a checkout:
// /checkout?checkout=<id> on the shop's domain. It works on any device. Where the
// shop's domain is Saleor's API there is no storefront to go to. With an account
// the checkout is looked for first.
func (a *Adapter) Open(ctx context.Context, api platform.API, c platform.Closed) (string, error) {
	if told := wire.URL(c.RestoreURL); told != "" {
		return told, nil
	}
	id := ""
	for _, l := range c.Links {
		if l.Kind == event.LinkCheckout {
			id = l.Value
		}
	}
	shop := storefront(api)
	if id == "" || shop == "" {
		return "", nil
	}
	if strings.TrimSpace(api.Values[platform.KeyID]) != "" {
		if err := there(ctx, api, id); err != nil {
			return "", err
		}
	}
	return shop + "/checkout?checkout=" + url.QueryEscape(id), nil
}

// storefront is the shop's own domain, "" where Saleor's API is there.
func storefront(api platform.API) string {
	domain := strings.TrimRight(strings.TrimSpace(api.Shop.Domain), "/")
	if _, rest, found := strings.Cut(domain, "://"); found {
		domain = rest
	}
	own, err := origin(api)
	if err != nil || domain == "" || strings.ContainsAny(domain, "/?#@ ") || strings.HasSuffix(own, "://"+domain) {
		return ""
	}
	return "https://" + domain
}

// there reports a checkout that is gone as fault.NotFound.
func there(ctx context.Context, api platform.API, id string) error {
	var data struct {
		Checkout wire.Object[idBody] `json:"checkout"`
	}
	if err := ask(ctx, api, "query There($id: ID!) { checkout(id: $id) { id } }", map[string]any{"id": id}, &data); err != nil {
		return err
	}
	if !data.Checkout.Set {
		return fault.New(fault.NotFound, "the checkout is no longer there")
	}
	return nil
}

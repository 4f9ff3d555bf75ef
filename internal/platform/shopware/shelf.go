package shopware

import (
	"context"
	"encoding/json"
	"net/url"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// productBody is a product or variant as the administration has it.
type productBody struct {
	ID         wire.Text  `json:"id"`
	Active     wire.Bool  `json:"active"`
	Available  wire.Bool  `json:"available"`
	Closeout   wire.Bool  `json:"isCloseout"`
	Stock      wire.Count `json:"availableStock"`
	Translated wire.Object[struct {
		Name wire.Text `json:"name"`
	}] `json:"translated"`
	Cover wire.Object[struct {
		Media wire.Object[struct {
			URL wire.Text `json:"url"`
		}] `json:"media"`
	}] `json:"cover"`
}

// Products asks for the lines' products. Prices are left out: what a shopper
// pays follows from rules, currencies and taxes that only the storefront knows.
func (a *Adapter) Products(ctx context.Context, api platform.API, items []event.Item) ([]platform.Product, error) {
	asked := map[string]bool{}
	ids := []string{}
	for _, it := range items {
		if wire.Segment(it.ProductID) && !asked[it.ProductID] && len(ids) < pageSize {
			asked[it.ProductID], ids = true, append(ids, it.ProductID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := a.search(ctx, api, "product", map[string]any{
		"ids": ids, "limit": len(ids), "associations": map[string]any{"cover": map[string]any{}},
		"includes": map[string]any{"product": []string{"id", "active", "available", "isCloseout", "availableStock", "translated", "cover"},
			"product_media": []string{"media"}, "media": []string{"url"}},
	})
	if err != nil {
		return nil, err
	}
	now := map[string]productBody{}
	for _, raw := range found {
		var p productBody
		if err := json.Unmarshal(raw, &p); err != nil {
			return nil, fault.Wrap(fault.Unprocessable, err, "Shopware's answer for products cannot be read")
		}
		now[string(p.ID)] = p
	}
	var out []platform.Product
	for _, it := range items {
		if asked[it.ProductID] {
			p, known := now[it.ProductID]
			out = append(out, p.as(it, known))
		}
	}
	return out, nil
}

func (p productBody) as(asked event.Item, known bool) platform.Product {
	it := event.Item{ProductID: asked.ProductID, VariantID: asked.VariantID, SKU: asked.SKU}
	if !known {
		return platform.Product{Item: it, Gone: true}
	}
	it.Title, it.ImageURL = event.Clean(string(p.Translated.V.Name), 300), wire.URL(string(p.Cover.V.Media.V.URL))
	if p.Closeout.Value {
		it.Stock = p.Stock.Stock()
	}
	return platform.Product{Item: it, Gone: p.Active.Set && !p.Active.Value || p.Available.Set && !p.Available.Value}
}

// Open gives the address that the companion told, at which the same wares are
// put into a new cart on any device, with a coupon as its parameter code.
func (*Adapter) Open(_ context.Context, _ platform.API, c platform.Closed) (string, error) {
	address := wire.URL(c.RestoreURL)
	if address == "" || c.Coupon == "" {
		return address, nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", fault.Wrap(fault.Unprocessable, err, "the cart's recovery address cannot be read")
	}
	q := u.Query()
	q.Set("code", c.Coupon)
	u.RawQuery = q.Encode()
	return u.String(), nil
}

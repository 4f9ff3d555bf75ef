package saleor

import (
	"context"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

const (
	channelsQuery = "query Channels { channels { slug currencyCode isActive } }\n"
	shelfQuery    = `query Shelf($ids: [ID!], $channel: String!) {
  productVariants(first: 100, ids: $ids, channel: $channel) { edges { node {
    id sku name quantityAvailable
    pricing { price { ...TaxedFacts } }
    product { id name isAvailable category { name } thumbnail(size: 512) { url } pricing { displayGrossPrices } }
  } } }
}
`
)

// shelfBody is a variant as the channel sells it.
type shelfBody struct {
	variantBody
	Quantity wire.Count `json:"quantityAvailable"`
	Pricing  wire.Object[struct {
		Price wire.Object[taxedBody] `json:"price"`
	}] `json:"pricing"`
	Sold wire.Object[struct {
		productBody
		Available wire.Bool `json:"isAvailable"`
		Pricing   wire.Object[struct {
			Gross wire.Bool `json:"displayGrossPrices"`
		}] `json:"pricing"`
	}] `json:"product"`
}

// maxNodes is how many things Saleor gives in one answer.
const maxNodes = 100

// Products asks for the lines' variants in the shop's channel. Without a channel
// in the line's currency nothing can be told.
func (a *Adapter) Products(ctx context.Context, api platform.API, items []event.Item) (out []platform.Product, err error) {
	ids, asked := platform.LinesBy(items, platform.VariantOf)
	if len(ids) == 0 {
		return nil, nil
	}
	channel, err := channel(ctx, api, asked[ids[0]][0].Price.Currency)
	if err != nil || channel == "" {
		return nil, err
	}
	for page := range slices.Chunk(ids, maxNodes) {
		found, err := shelf(ctx, api, channel, page)
		if err != nil {
			return nil, err
		}
		for _, id := range page {
			for _, it := range asked[id] {
				out = append(out, product(it, found[id]))
			}
		}
	}
	return out, nil
}

// channel is the account's own, else the one active channel in the currency;
// where there are several, their prices differ and none is taken.
func channel(ctx context.Context, api platform.API, currency string) (string, error) {
	if slug := strings.TrimSpace(api.Values[platform.KeyAccount]); slug != "" {
		return slug, nil
	}
	var data struct {
		Channels []struct {
			Slug     wire.Text `json:"slug"`
			Currency wire.Text `json:"currencyCode"`
			Active   wire.Bool `json:"isActive"`
		} `json:"channels"`
	}
	if err := ask(ctx, api, channelsQuery, nil, &data); err != nil {
		return "", err
	}
	var slugs []string
	for _, c := range data.Channels {
		if c.Active.Value && money.Code(string(c.Currency)) == currency {
			slugs = append(slugs, string(c.Slug))
		}
	}
	if len(slugs) != 1 {
		return "", nil
	}
	return slugs[0], nil
}

// shelf asks for up to a page of variants. Those that are gone, or not sold in
// the channel, are missing from the answer.
func shelf(ctx context.Context, api platform.API, channel string, ids []string) (map[string]*shelfBody, error) {
	var data struct {
		Variants struct {
			Edges []struct {
				Node shelfBody `json:"node"`
			} `json:"edges"`
		} `json:"productVariants"`
	}
	if err := ask(ctx, api, using(shelfQuery), map[string]any{"ids": ids, "channel": channel}, &data); err != nil {
		return nil, err
	}
	found := map[string]*shelfBody{}
	for i := range data.Variants.Edges {
		n := &data.Variants.Edges[i].Node
		found[string(n.ID)] = n
	}
	return found, nil
}

// product is the variant as the line that was asked for.
func product(asked event.Item, v *shelfBody) platform.Product {
	it := event.Item{ProductID: asked.ProductID, VariantID: asked.VariantID, SKU: asked.SKU}
	if v == nil {
		return platform.Product{Item: it, Gone: true}
	}
	now := lineBody{Variant: wire.Object[variantBody]{V: variantBody{ID: v.ID, SKU: v.SKU, Name: v.Name,
		Product: wire.Object[productBody]{V: v.Sold.V.productBody, Set: true}}, Set: true}}.item()
	it.Title, it.Variant = event.Clean(now.Title, 300), event.Clean(now.Variant, 300)
	it.Category, it.ImageURL, it.Stock = event.Clean(now.Category, 300), wire.URL(now.ImageURL), v.Quantity.Stock()
	gross := v.Sold.V.Pricing.V.Gross
	price, notes := v.Pricing.V.Price.V.shown(gross.Set && !gross.Value), wire.Notes{}
	if money.Code(string(price.Currency)) == asked.Price.Currency && price.Amount.Set() {
		if m, err := price.Amount.Positive(asked.Price.Currency, "price", &notes); err == nil {
			it.Price = m
		}
	}
	gone := !v.Pricing.Set || v.Sold.V.Available.Set && !v.Sold.V.Available.Value || it.Stock != nil && *it.Stock == 0
	return platform.Product{Item: it, Gone: gone}
}

package vendure

import (
	"context"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

const shelfQuery = `query Shelf($ids: [String!]!) {
  globalSettings { serverConfig { moneyStrategyPrecision } }
  productVariants(options: { take: 100, filter: { id: { in: $ids } } }) { items {
    id sku name enabled priceWithTax currencyCode stockLevel featuredAsset { preview }
    product { id name enabled featuredAsset { preview } }
  } }
}`

// shelfBody is a variant as the default channel sells it.
type shelfBody struct {
	variantBody
	Enabled  wire.Bool                `json:"enabled"`
	Price    wire.Amount              `json:"priceWithTax"`
	Currency wire.Text                `json:"currencyCode"`
	Stock    wire.Text                `json:"stockLevel"`
	Asset    wire.Object[pictureBody] `json:"featuredAsset"`
	Of       wire.Object[struct {
		ID      wire.Text                `json:"id"`
		Name    wire.Text                `json:"name"`
		Enabled wire.Bool                `json:"enabled"`
		Asset   wire.Object[pictureBody] `json:"featuredAsset"`
	}] `json:"product"`
}

// pictureBody is an asset.
type pictureBody struct {
	Preview wire.Text `json:"preview"`
}

// maxVariants is how many are asked for at once: Vendure's own limit of a list.
const maxVariants = 100

// Products asks for the lines' variants.
func (a *Adapter) Products(ctx context.Context, api platform.API, items []event.Item) (out []platform.Product, err error) {
	ids, asked := platform.LinesBy(items, platform.VariantOf)
	if len(ids) == 0 {
		return nil, nil
	}
	s, err := enter(ctx, api)
	if err != nil {
		return nil, err
	}
	for page := range slices.Chunk(ids, maxVariants) {
		found, r, err := s.variants(ctx, page)
		if err != nil {
			return nil, err
		}
		for _, id := range page {
			for _, it := range asked[id] {
				out = append(out, r.product(it, found[id]))
			}
		}
	}
	return out, nil
}

// variants asks for up to a page of variants; those that are gone are missing.
// The reader knows the decimals of their prices.
func (s session) variants(ctx context.Context, ids []string) (map[string]*shelfBody, *reader, error) {
	var data struct {
		Settings struct {
			Server struct {
				Precision wire.Count `json:"moneyStrategyPrecision"`
			} `json:"serverConfig"`
		} `json:"globalSettings"`
		Variants struct {
			Items []shelfBody `json:"items"`
		} `json:"productVariants"`
	}
	if err := s.ask(ctx, shelfQuery, map[string]any{"ids": ids}, &data); err != nil {
		return nil, nil, err
	}
	found := map[string]*shelfBody{}
	for i := range data.Variants.Items {
		found[string(data.Variants.Items[i].ID)] = &data.Variants.Items[i]
	}
	return found, &reader{b: messageBody{Precision: data.Settings.Server.Precision}}, nil
}

// product is the variant as the line that was asked for.
func (r *reader) product(asked event.Item, v *shelfBody) platform.Product {
	it := event.Item{ProductID: asked.ProductID, VariantID: asked.VariantID, SKU: asked.SKU}
	if v == nil {
		return platform.Product{Item: it, Gone: true}
	}
	v.variantBody.Product.V.Name = v.Of.V.Name
	now := v.item()
	it.Title, it.Variant = event.Clean(now.Title, 300), event.Clean(now.Variant, 300)
	it.ImageURL = wire.URL(wire.First(v.Asset.V.Preview, v.Of.V.Asset.V.Preview))
	if money.Code(string(v.Currency)) == asked.Price.Currency {
		if m, err := r.major(v.Price).Positive(asked.Price.Currency, "priceWithTax", &r.notes); err == nil {
			it.Price = m
		}
	}
	// stockLevel is a word by default; a shop may let it tell the number.
	it.Stock = wire.Count(v.Stock).Stock()
	out := strings.EqualFold(string(v.Stock), "OUT_OF_STOCK") || it.Stock != nil && *it.Stock == 0
	gone := out || v.Enabled.Set && !v.Enabled.Value || v.Of.V.Enabled.Set && !v.Of.V.Enabled.Value
	return platform.Product{Item: it, Gone: gone}
}

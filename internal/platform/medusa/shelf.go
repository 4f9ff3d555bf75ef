package medusa

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// variantFields are what is asked of a variant.
const variantFields = "id,title,sku,manage_inventory,allow_backorder,inventory_quantity,product.id,product.title,product.status," +
	"product.thumbnail,prices.amount,prices.currency_code,prices.min_quantity,prices.rules"

// variantBody is a variant as it is sold now.
type variantBody struct {
	ID        wire.Text             `json:"id"`
	Title     wire.Text             `json:"title"`
	SKU       wire.Text             `json:"sku"`
	Managed   wire.Bool             `json:"manage_inventory"`
	Backorder wire.Bool             `json:"allow_backorder"`
	Quantity  wire.Count            `json:"inventory_quantity"`
	Prices    wire.List[priceBody]  `json:"prices"`
	Product   wire.Object[soldBody] `json:"product"`
}

// soldBody is the variant's product.
type soldBody struct {
	ID        wire.Text `json:"id"`
	Title     wire.Text `json:"title"`
	Status    wire.Text `json:"status"`
	Thumbnail wire.Text `json:"thumbnail"`
}

// priceBody is one price, for all or under conditions.
type priceBody struct {
	Amount   amount                            `json:"amount"`
	Currency wire.Text                         `json:"currency_code"`
	Minimum  wire.Text                         `json:"min_quantity"`
	Rules    wire.Object[map[string]wire.Text] `json:"rules"`
}

// maxVariants keeps an address short enough for every proxy.
const maxVariants = 50

// Products asks for the lines' variants.
func (a *Adapter) Products(ctx context.Context, api platform.API, items []event.Item) (out []platform.Product, err error) {
	ids, asked := platform.LinesBy(items, platform.VariantOf)
	if len(ids) == 0 {
		return nil, nil
	}
	plain, err := plain(ctx, api)
	if err != nil {
		return nil, err
	}
	for page := range slices.Chunk(ids, maxVariants) {
		found, err := variants(ctx, api, page)
		if err != nil {
			return nil, err
		}
		for _, id := range page {
			for _, it := range asked[id] {
				out = append(out, product(it, found[id], plain))
			}
		}
	}
	return out, nil
}

// plain reports a shop without price lists. With one, a variant's price depends
// on the shopper and the day, and the Admin API does not tell it.
func plain(ctx context.Context, api platform.API) (bool, error) {
	var reply struct {
		Lists []struct {
			Status wire.Text `json:"status"`
		} `json:"price_lists"`
	}
	if err := get(ctx, api, "/admin/price-lists?limit=100&fields=id,status", &reply); err != nil {
		return false, err
	}
	for _, l := range reply.Lists {
		if l.Status != "draft" {
			return false, nil
		}
	}
	return len(reply.Lists) < 100, nil
}

// variants asks for up to a page of variants. Those that are gone are missing.
func variants(ctx context.Context, api platform.API, ids []string) (map[string]*variantBody, error) {
	q := url.Values{"limit": {strconv.Itoa(maxVariants)}, "id[]": ids, "fields": {variantFields}}
	var reply struct {
		Variants []variantBody `json:"variants"`
	}
	if err := get(ctx, api, "/admin/product-variants?"+q.Encode(), &reply); err != nil {
		return nil, err
	}
	found := map[string]*variantBody{}
	for i := range reply.Variants {
		found[string(reply.Variants[i].ID)] = &reply.Variants[i]
	}
	return found, nil
}

// product is the variant as the line that was asked for.
func product(asked event.Item, v *variantBody, plain bool) platform.Product {
	it := event.Item{ProductID: asked.ProductID, VariantID: asked.VariantID, SKU: asked.SKU}
	if v == nil {
		return platform.Product{Item: it, Gone: true}
	}
	p := v.Product.V
	now := lineBody{Product: p.Title, Variant: v.Title}.item()
	it.Title, it.Variant, it.ImageURL = event.Clean(now.Title, 300), event.Clean(now.Variant, 300), wire.URL(string(p.Thumbnail))
	if v.Managed.Value && !v.Backorder.Value {
		it.Stock = v.Quantity.Stock()
	}
	if plain {
		it.Price = v.price(asked.Price.Currency)
	}
	gone := p.Status != "" && p.Status != "published" || it.Stock != nil && *it.Stock == 0
	return platform.Product{Item: it, Gone: gone}
}

// price is the variant's one price in a currency, or none where it depends on
// the region, the shopper or the quantity.
func (v *variantBody) price(currency string) (price money.Money) {
	var notes wire.Notes
	for _, p := range v.Prices.V {
		if money.Code(string(p.Currency)) != currency {
			continue
		}
		m, err := wire.Amount(p.Amount).Positive(currency, "amount", &notes)
		if err != nil || price.Currency != "" || p.Minimum != "" || len(p.Rules.V) > 0 {
			return money.Money{}
		}
		price = m
	}
	return price
}

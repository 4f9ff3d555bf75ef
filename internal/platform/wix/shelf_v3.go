package wix

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// maxDetailed bounds how many products are asked for one by one, since a list tells
// no variants; of those beyond it only what the list says is known.
const maxDetailed = 20

// amountBody is an amount in major units.
type amountBody struct {
	Amount wire.Amount `json:"amount"`
}

// product3 is a product of Catalog V3. Variants are told by the product alone,
// never in lists.
type product3 struct {
	ID      wire.Text `json:"id"`
	Visible wire.Bool `json:"visible"`
	Range   wire.Object[struct {
		Min wire.Object[amountBody] `json:"minValue"`
		Max wire.Object[amountBody] `json:"maxValue"`
	}] `json:"actualPriceRange"`
	Inventory wire.Object[struct {
		Status wire.Text `json:"availabilityStatus"`
	}] `json:"inventory"`
	Media wire.Object[struct {
		Main wire.Object[struct {
			Image image `json:"image"`
			URL   image `json:"url"`
		}] `json:"main"`
	}] `json:"media"`
	Summary wire.Object[struct {
		Count wire.Count `json:"variantCount"`
	}] `json:"variantSummary"`
	Variants wire.Object[struct {
		List wire.List[variant3] `json:"variants"`
	}] `json:"variantsInfo"`
}

type variant3 struct {
	ID      wire.Text `json:"id"`
	Visible wire.Bool `json:"visible"`
	Price   wire.Object[struct {
		Actual wire.Object[amountBody] `json:"actualPrice"`
	}] `json:"price"`
	Stock wire.Object[struct {
		In       wire.Bool `json:"inStock"`
		Preorder wire.Bool `json:"preorderEnabled"`
	}] `json:"inventoryStatus"`
}

// third asks Catalog V3: for all at once, and again for those whose variants differ.
func (s site) third(ctx context.Context, ids []string, items []event.Item) (map[string]product, error) {
	var reply struct {
		Products wire.List[product3] `json:"products"`
	}
	err := s.ask(ctx, http.MethodPost, "/stores/v3/products/query", map[string]any{"query": map[string]any{
		"filter": map[string]any{"id": map[string]any{"$in": ids}}, "cursorPaging": map[string]any{"limit": maxProducts}}}, &reply)
	if err != nil {
		return nil, err
	}
	if !reply.Products.Set {
		return nil, fault.New(fault.Unprocessable, "the platform's list of products is no list")
	}
	shelf, detailed := map[string]product{}, 0
	for _, b := range reply.Products.V {
		id := string(b.ID)
		if b.varies() && asksVariant(id, items) && detailed < maxDetailed {
			detailed++
			whole, err := s.whole(ctx, id)
			if fault.Is(err, fault.NotFound) {
				continue // deleted just now
			}
			if err != nil {
				return nil, err
			}
			b = whole
		}
		shelf[id] = b.product()
	}
	return shelf, nil
}

func (s site) whole(ctx context.Context, id string) (product3, error) {
	var reply struct {
		Product product3 `json:"product"`
	}
	err := s.ask(ctx, http.MethodGet, "/stores/v3/products/"+url.PathEscape(id), nil, &reply)
	return reply.Product, err
}

// varies reports whether a product has several variants, or does not say it has one.
func (b product3) varies() bool {
	n := b.Summary.V.Count.Stock()
	return n == nil || *n > 1
}

func asksVariant(id string, items []event.Item) bool {
	for _, it := range items {
		if it.ProductID == id && it.VariantID != "" {
			return true
		}
	}
	return false
}

func (b product3) product() product {
	p := product{variants: map[string]offer{}}
	p.image = image(wire.First(wire.Text(b.Media.V.Main.V.Image), wire.Text(b.Media.V.Main.V.URL)))
	if least, most := b.Range.V.Min.V.Amount, b.Range.V.Max.V.Amount; least == most {
		p.price = least
	}
	if strings.EqualFold(string(b.Inventory.V.Status), "OUT_OF_STOCK") {
		p.gone, p.stock = true, none()
	}
	p.gone = p.gone || b.Visible.Set && !b.Visible.Value
	for _, v := range b.Variants.V.List.V {
		p.variants[known(v.ID)] = v.offer()
	}
	return p
}

func (v variant3) offer() offer {
	o := offer{price: v.Price.V.Actual.V.Amount, gone: v.Visible.Set && !v.Visible.Value}
	if in := v.Stock.V.In; in.Set && !in.Value && !v.Stock.V.Preorder.Value {
		o.gone, o.stock = true, none()
	}
	return o
}

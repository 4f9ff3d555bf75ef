package wix

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// price1 is a price of Catalog V1: what is asked, and what was asked before a discount.
type price1 struct {
	Currency wire.Text   `json:"currency"`
	Price    wire.Amount `json:"price"`
	Now      wire.Amount `json:"discountedPrice"`
}

// stock1 is a stock of Catalog V1; products and variants name the tracking differently.
type stock1 struct {
	Tracked  wire.Bool  `json:"trackInventory"`
	Tracked2 wire.Bool  `json:"trackQuantity"`
	Quantity wire.Count `json:"quantity"`
	In       wire.Bool  `json:"inStock"`
}

// product1 is a product of Catalog V1, which tells its variants in lists too.
type product1 struct {
	ID      wire.Text           `json:"id"`
	Visible wire.Bool           `json:"visible"`
	Price   wire.Object[price1] `json:"priceData"`
	Stock   wire.Object[stock1] `json:"stock"`
	Media   wire.Object[struct {
		Main wire.Object[struct {
			Image image `json:"image"`
		}] `json:"mainMedia"`
	}] `json:"media"`
	Manages  wire.Bool `json:"manageVariants"`
	Variants wire.List[struct {
		ID   wire.Text `json:"id"`
		Self wire.Object[struct {
			Price   wire.Object[price1] `json:"priceData"`
			Visible wire.Bool           `json:"visible"`
		}] `json:"variant"`
		Stock wire.Object[stock1] `json:"stock"`
	}] `json:"variants"`
}

// first asks Catalog V1, whose filters are text that holds JSON.
func (s site) first(ctx context.Context, ids []string, _ []event.Item) (map[string]product, error) {
	filter, err := json.Marshal(map[string]any{"id": map[string]any{"$in": ids}})
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the filter of products cannot be written")
	}
	var reply struct {
		Products wire.List[product1] `json:"products"`
	}
	err = s.ask(ctx, http.MethodPost, "/stores/v1/products/query", map[string]any{"includeVariants": true, "query": map[string]any{
		"filter": string(filter), "paging": map[string]any{"limit": maxProducts}}}, &reply)
	if err != nil {
		return nil, err
	}
	if !reply.Products.Set {
		return nil, fault.New(fault.Unprocessable, "the platform's list of products is no list")
	}
	shelf := map[string]product{}
	for _, b := range reply.Products.V {
		shelf[string(b.ID)] = b.product()
	}
	return shelf, nil
}

func (b product1) product() product {
	p := product{offer: offerOf(b.Price.V, b.Stock.V, b.Visible), variants: map[string]offer{}}
	p.image = b.Media.V.Main.V.Image
	// Without managed variants the stock is the product's, and lines name no variant.
	if !b.Manages.Value {
		return p
	}
	for _, v := range b.Variants.V {
		p.variants[known(v.ID)] = offerOf(v.Self.V.Price.V, v.Stock.V, v.Self.V.Visible)
	}
	if !p.gone {
		p.stock = nil // what one variant lacks another may have
	}
	return p
}

func offerOf(p price1, s stock1, visible wire.Bool) offer {
	o := offer{price: wire.Amount(wire.First(wire.Text(p.Now), wire.Text(p.Price))), currency: string(p.Currency), gone: visible.Set && !visible.Value}
	if s.Tracked.Value || s.Tracked2.Value {
		o.stock = s.Quantity.Stock()
	}
	if s.In.Set && !s.In.Value {
		o.gone, o.stock = true, none()
	}
	return o
}

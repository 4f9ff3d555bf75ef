package sylius

import (
	"context"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// variantBody is a variant as the shop's public API tells it: its price is the
// channel's of today, as it is put into carts, in hundredths.
type variantBody struct {
	Product link        `json:"product"`
	Price   wire.Amount `json:"price"`
	InStock wire.Bool   `json:"inStock"`
}

// productBody is a product as the shop's public API tells it.
type productBody struct {
	Images wire.List[struct {
		Path wire.Text `json:"path"`
	}] `json:"images"`
}

// shelfMost bounds how many variants are asked for: each takes one call, and
// each product another.
const shelfMost = 15

// Products asks the shop's public API for the lines' variants and products. What
// is disabled or deleted is not there for it.
//
// The API tells prices of the channel that its host name belongs to, in that
// channel's currency: they are passed on for lines in the currency of the shop.
func (*Adapter) Products(ctx context.Context, api platform.API, items []event.Item) ([]platform.Product, error) {
	s := &shelf{chain: visit(api), variants: map[string]*variantBody{}, products: map[string]*productBody{}}
	var out []platform.Product
	for _, it := range items {
		if _, asked := s.variants[it.VariantID]; !wire.Segment(it.VariantID) || !asked && len(s.variants) >= shelfMost {
			continue
		}
		now, err := s.line(ctx, it)
		if err != nil {
			return nil, err
		}
		out = append(out, now)
	}
	if s.missed {
		// A shop whose API is switched off has nothing there: that is not sold out.
		if err := s.get(ctx, "/shop/products?itemsPerPage=1", nil); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// shelf holds what was asked for already; nil is what is not there.
type shelf struct {
	*chain
	variants map[string]*variantBody
	products map[string]*productBody
	missed   bool
}

func (s *shelf) line(ctx context.Context, it event.Item) (platform.Product, error) {
	now := platform.Product{Item: event.Item{ProductID: it.ProductID, VariantID: it.VariantID, SKU: it.SKU}}
	v, err := ask(ctx, s, s.variants, "/shop/product-variants/", it.VariantID)
	if err != nil || v == nil {
		now.Gone = true
		return now, err
	}
	code := v.Product.ID
	if code == "" {
		code = it.ProductID
	}
	if wire.Segment(code) {
		p, err := ask(ctx, s, s.products, "/shop/products/", code)
		if err != nil || p == nil {
			now.Gone = true
			return now, err
		}
		if it.ImageURL == "" {
			now.Item.ImageURL = s.picture(*p)
		}
	}
	now.Gone = v.InStock.Set && !v.InStock.Value
	now.Item.Price = v.price(it.Price.Currency, s.api.Shop.Currency)
	return now, nil
}

// price is today's, zero where it is not told in the line's currency.
func (v variantBody) price(line, shop string) money.Money {
	if line != shop || !v.Price.Set() {
		return money.Money{}
	}
	var ignored wire.Notes
	m, err := hundredths(v.Price).Positive(shop, "price", &ignored)
	if err != nil {
		return money.Money{}
	}
	return m
}

// picture is the address of the first picture; some versions tell only its path.
func (s *shelf) picture(p productBody) string {
	for _, image := range p.Images.V {
		path := string(image.Path)
		if strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") {
			path = strings.TrimSuffix(s.base, "/api/v2") + path
		}
		if address := wire.URL(path); address != "" {
			return address
		}
	}
	return ""
}

// ask asks for one thing once; nil is what is not there.
func ask[T any](ctx context.Context, s *shelf, known map[string]*T, path, code string) (*T, error) {
	if found, ok := known[code]; ok {
		return found, nil
	}
	var found T
	err := s.get(ctx, path+code, &found)
	switch {
	case fault.Is(err, fault.NotFound):
		known[code], s.missed = nil, true
		return nil, nil //nolint:nilnil // what is not there is gone
	case err != nil:
		return nil, err
	}
	known[code] = &found
	return &found, nil
}

package wix

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// maxProducts is how many products are asked for at once: Wix's own limit of a query.
const maxProducts = 100

// offer is a product, or one of its variants, as the site sells it now. Fields that
// were not told are empty.
type offer struct {
	price wire.Amount
	// currency is the price's; V3 tells none, and its prices are in the site's own.
	currency string
	image    image
	stock    *int
	gone     bool
}

// product is what is told of one product: of itself, and of its variants by id.
type product struct {
	offer
	variants map[string]offer
}

// of gives the offer of one of the product's variants. One that is not there any
// more is gone, if variants were told at all.
func (p product) of(variant string) offer {
	if variant == "" || len(p.variants) == 0 {
		return p.offer
	}
	v, found := p.variants[variant]
	if !found {
		v.gone = true
	}
	v.gone = v.gone || p.gone
	v.image = image(wire.First(wire.Text(v.image), wire.Text(p.image)))
	return v
}

// site is one site's API for the calls of one question.
type site struct {
	api    platform.API
	base   string
	header map[string]string
}

func (s site) ask(ctx context.Context, method, path string, in, v any) error {
	_, _, err := s.api.Ask(ctx, method, s.base+path, s.header, in, v)
	return err
}

// Products asks the site's catalog for the lines' products. A site has one of two
// catalogs, which answer differently, and says itself which. Lines of other apps'
// catalogs and custom lines are left out.
func (a *Adapter) Products(ctx context.Context, api platform.API, items []event.Item) (all []platform.Product, err error) {
	ids := productIDs(items)
	if len(ids) == 0 {
		return nil, nil
	}
	s := site{api: api, base: api.Base(apiURL)}
	if s.header, err = a.keys(ctx, api, s.base); err != nil {
		return nil, err
	}
	shelf, err := s.catalog(ctx)
	if err != nil || shelf == nil {
		return nil, err
	}
	for some := range slices.Chunk(ids, maxProducts) {
		found, err := shelf(ctx, some, items)
		if err != nil {
			return nil, err
		}
		for id := range found {
			if !slices.Contains(some, id) {
				// Who gives others than were asked for may have left out those that were.
				return nil, fault.New(fault.Unprocessable, "the platform told of products that nobody asked for")
			}
		}
		for _, it := range items {
			if slices.Contains(some, it.ProductID) {
				all = append(all, shelved(it, found, api.Shop.Currency))
			}
		}
	}
	return all, nil
}

// asking asks one catalog for products by their ids.
type asking func(ctx context.Context, ids []string, items []event.Item) (map[string]product, error)

// catalog finds out which catalog the site has; nil for a site that sells nothing.
func (s site) catalog(ctx context.Context) (asking, error) {
	var reply struct {
		Version wire.Text `json:"catalogVersion"`
	}
	if err := s.ask(ctx, http.MethodGet, "/stores/v3/provision/version", nil, &reply); err != nil {
		return nil, err
	}
	switch {
	case strings.HasPrefix(string(reply.Version), "V3"):
		return s.third, nil
	case strings.HasPrefix(string(reply.Version), "V1"):
		return s.first, nil
	}
	return nil, nil
}

// productIDs gives the Stores products of the lines, each once.
func productIDs(items []event.Item) (ids []string) {
	for _, it := range items {
		if wire.Segment(it.ProductID) && !strings.Contains(it.ProductID, ":") && !slices.Contains(ids, it.ProductID) {
			ids = append(ids, it.ProductID)
		}
	}
	return ids
}

// shelved tells what a line's product is now. A line in another currency than the
// site's keeps its price.
func shelved(it event.Item, shelf map[string]product, currency string) platform.Product {
	out := platform.Product{Item: event.Item{ProductID: it.ProductID, VariantID: it.VariantID, SKU: it.SKU, Title: it.Title}}
	p, found := shelf[it.ProductID]
	if !found {
		out.Gone = true
		return out
	}
	o := p.of(it.VariantID)
	out.Gone, out.Item.Stock = o.gone, o.stock
	out.Item.ImageURL = wire.URL(string(o.image))
	var ignored wire.Notes
	if m, err := o.price.Positive(it.Price.Currency, "price", &ignored); err == nil && wire.First(wire.Text(o.currency), wire.Text(currency)) == it.Price.Currency {
		out.Item.Price = m
	}
	return out
}

// none is a stock of nothing.
func none() *int {
	n := 0
	return &n
}

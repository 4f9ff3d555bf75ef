package woocommerce

import (
	"context"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// productBody is a product or a variation. Its price is the one of today, as the
// shop enters prices (with tax or without), like those of our lines.
type productBody struct {
	ID          wire.Text              `json:"id"`
	Name        wire.Text              `json:"name"`
	SKU         wire.Text              `json:"sku"`
	Status      wire.Text              `json:"status"`
	Price       wire.Amount            `json:"price"`
	Purchasable wire.Bool              `json:"purchasable"`
	StockStatus wire.Text              `json:"stock_status"`
	Stock       wire.Count             `json:"stock_quantity"`
	Permalink   wire.Text              `json:"permalink"`
	Images      wire.List[imageBody]   `json:"images"`
	Image       wire.Object[imageBody] `json:"image"`
}

// gone reports whether it cannot be bought now. What may be ordered although
// none is left (onbackorder) can.
func (b productBody) gone() bool {
	return b.StockStatus == "outofstock" || (b.Status != "" && b.Status != "publish") || (b.Purchasable.Set && !b.Purchasable.Value)
}

// Products asks for the lines' products, and for the variations of those that
// have any. One that is not in the answer was deleted or is in the trash.
func (*Adapter) Products(ctx context.Context, api platform.API, items []event.Item) ([]platform.Product, error) {
	var ids []string
	variants := map[string][]string{}
	for _, it := range items {
		if !number(it.ProductID) {
			continue
		}
		ids = append(ids, it.ProductID)
		if number(it.VariantID) {
			variants[it.ProductID] = append(variants[it.ProductID], it.VariantID)
		}
	}
	found, err := products(ctx, api, "/products", ids)
	if err != nil {
		return nil, err
	}
	options := map[string]productBody{}
	for _, id := range sorted(variants) {
		if _, ok := found[id]; !ok {
			continue
		}
		some, err := products(ctx, api, "/products/"+url.PathEscape(id)+"/variations", variants[id])
		if err != nil {
			return nil, err
		}
		for vid, v := range some {
			options[vid] = v
		}
	}
	return shelved(items, api.Shop.Currency, found, options), nil
}

func sorted(m map[string][]string) []string {
	var out []string
	for id := range m {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// products asks for some by their ids, as many at once as WooCommerce gives.
func products(ctx context.Context, api platform.API, path string, ids []string) (map[string]productBody, error) {
	slices.Sort(ids)
	out := map[string]productBody{}
	for some := range slices.Chunk(slices.Compact(ids), pageSize) {
		query := url.Values{"include": {strings.Join(some, ",")}, "per_page": {strconv.Itoa(pageSize)}}
		var list []productBody
		if _, err := ask(ctx, api, path+"?"+query.Encode(), &list); err != nil {
			return nil, err
		}
		for _, p := range list {
			out[string(p.ID)] = p
		}
	}
	return out, nil
}

// shelved puts what was found beside the lines that it was asked for.
func shelved(items []event.Item, currency string, found, options map[string]productBody) (out []platform.Product) {
	for _, it := range items {
		if !number(it.ProductID) {
			continue
		}
		// The ids are the line's, so that Same() meets it.
		now := platform.Product{Item: event.Item{ProductID: it.ProductID, VariantID: it.VariantID, SKU: it.SKU}}
		p, ok := found[it.ProductID]
		now.Gone = !ok || p.gone() && !number(it.VariantID) || p.Status != "" && p.Status != "publish"
		if ok {
			now.Item = p.onto(now.Item, it, currency)
			now.Item.Title = event.Clean(html.UnescapeString(string(p.Name)), 300)
		}
		if number(it.VariantID) && !now.Gone {
			v, ok := options[it.VariantID]
			if now.Gone = !ok || v.gone(); ok {
				now.Item = v.onto(now.Item, it, currency)
			}
		}
		out = append(out, now)
	}
	return out
}

// onto sets what the product tells. A price is told only in the shop's own
// currency: plugins for several currencies count the others out at the till.
func (b productBody) onto(now, asked event.Item, currency string) event.Item {
	if asked.Price.Currency == currency && b.Price.Set() {
		var ignored wire.Notes
		if m, err := b.Price.Positive(currency, "price", &ignored); err == nil {
			now.Price = m
		}
	}
	if link := wire.URL(string(b.Permalink)); link != "" {
		now.URL = link
	}
	for _, image := range append([]imageBody{b.Image.V}, b.Images.V...) {
		if link := wire.URL(string(image.Src)); link != "" {
			now.ImageURL = link
			break
		}
	}
	now.Stock = nil
	if b.Stock != "" && b.StockStatus != "onbackorder" {
		now.Stock = b.Stock.Stock()
	}
	return now
}

// number reports whether an id is one of WooCommerce's own.
func number(id string) bool {
	return id != "" && len(id) < 20 && strings.Trim(id, "0123456789") == "" && id != "0"
}

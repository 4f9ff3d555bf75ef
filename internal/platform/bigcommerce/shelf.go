package bigcommerce

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// productBody is a product of the V3 catalog with its variants.
type productBody struct {
	ID           wire.Text              `json:"id"`
	Name         wire.Text              `json:"name"`
	Price        wire.Amount            `json:"calculated_price"`
	Tracking     wire.Text              `json:"inventory_tracking"`
	Level        wire.Count             `json:"inventory_level"`
	Visible      wire.Bool              `json:"is_visible"`
	Availability wire.Text              `json:"availability"`
	Image        wire.Object[imageBody] `json:"primary_image"`
	Variants     wire.List[variantBody] `json:"variants"`
}

type imageBody struct {
	URL wire.Text `json:"url_standard"`
}

type variantBody struct {
	ID       wire.Text   `json:"id"`
	Price    wire.Amount `json:"calculated_price"`
	Level    wire.Count  `json:"inventory_level"`
	Disabled wire.Bool   `json:"purchasing_disabled"`
	ImageURL wire.Text   `json:"image_url"`
}

// Products asks the catalog for the lines' products. Custom items and gift
// certificates are in no catalog and are left out.
func (*Adapter) Products(ctx context.Context, api platform.API, items []event.Item) (all []platform.Product, err error) {
	for ids := idsOf(items); len(ids) > 0; {
		n := min(len(ids), perPage)
		shelf, err := askProducts(ctx, api, ids[:n])
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			for _, id := range ids[:n] {
				if it.ProductID == id {
					all = append(all, shelved(it, shelf, api.Shop.Currency))
				}
			}
		}
		ids = ids[n:]
	}
	return all, nil
}

// idsOf gives the products of the lines, each once.
func idsOf(items []event.Item) (ids []string) {
	seen := map[string]bool{}
	for _, it := range items {
		if _, err := strconv.ParseUint(it.ProductID, 10, 63); err == nil && !seen[it.ProductID] {
			seen[it.ProductID] = true
			ids = append(ids, it.ProductID)
		}
	}
	return ids
}

func askProducts(ctx context.Context, api platform.API, ids []string) (map[string]productBody, error) {
	text, err := get(ctx, api, "v3/catalog/products", url.Values{
		"id:in": {strings.Join(ids, ",")}, "include": {"variants,primary_image"}, "limit": {strconv.Itoa(len(ids))}})
	if err != nil {
		return nil, err
	}
	var b struct {
		Data wire.List[productBody] `json:"data"`
	}
	if err := json.Unmarshal(text, &b); err != nil || !b.Data.Set {
		return nil, fault.New(fault.Unprocessable, "the platform's list of products is no list")
	}
	shelf := map[string]productBody{}
	for _, p := range b.Data.V {
		shelf[wire.First(p.ID)] = p
	}
	return shelf, nil
}

// shelved tells what a line's product is now. The catalog's prices are in the
// store's own currency; a line in another one keeps its price.
func shelved(it event.Item, shelf map[string]productBody, currency string) platform.Product {
	out := platform.Product{Item: event.Item{ProductID: it.ProductID, VariantID: it.VariantID, SKU: it.SKU, Title: it.Title}}
	p, found := shelf[it.ProductID]
	if !found {
		out.Gone = true
		return out
	}
	price, image, level := p.Price, p.Image.V.URL, p.Level
	out.Gone = p.Visible.Set && !p.Visible.Value || strings.EqualFold(string(p.Availability), "disabled")
	if v, ok := p.variant(it.VariantID); ok {
		price = wire.Amount(wire.First(wire.Text(v.Price), wire.Text(price)))
		image = wire.Text(wire.First(v.ImageURL, image))
		if strings.EqualFold(string(p.Tracking), "variant") {
			level = v.Level
		}
		out.Gone = out.Gone || v.Disabled.Value
	} else {
		out.Gone = out.Gone || it.VariantID != ""
	}
	if t := strings.ToLower(string(p.Tracking)); t == "product" || t == "variant" {
		out.Item.Stock = level.Stock()
		out.Gone = out.Gone || out.Item.Stock != nil && *out.Item.Stock == 0
	}
	out.Item.ImageURL = wire.URL(string(image))
	var ignored wire.Notes
	if m, err := price.Positive(it.Price.Currency, "price", &ignored); err == nil && it.Price.Currency == currency {
		out.Item.Price = m
	}
	return out
}

func (b productBody) variant(id string) (variantBody, bool) {
	for _, v := range b.Variants.V {
		if id != "" && wire.First(v.ID) == id {
			return v, true
		}
	}
	return variantBody{}, false
}

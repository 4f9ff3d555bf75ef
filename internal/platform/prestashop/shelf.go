package prestashop

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// productRow is a product, combinationRow one choice of its attributes.
type (
	productRow struct {
		ID        wire.Text `json:"id"`
		Active    wire.Bool `json:"active"`
		Orderable wire.Bool `json:"available_for_order"`
		Virtual   wire.Bool `json:"is_virtual"`
		Image     wire.Text `json:"id_default_image"`
	}
	combinationRow struct {
		ID        wire.Text `json:"id"`
		ProductID wire.Text `json:"id_product"`
		With      wire.Object[struct {
			Images wire.List[struct {
				ID wire.Text `json:"id"`
			}] `json:"images"`
		}] `json:"associations"`
	}
	// stockRow is how many are left. Policy is what happens when none is: 0 denies
	// orders, 1 takes them, 2 is the shop's own setting.
	stockRow struct {
		ProductID   wire.Text  `json:"id_product"`
		AttributeID wire.Text  `json:"id_product_attribute"`
		Quantity    wire.Count `json:"quantity"`
		Policy      wire.Text  `json:"out_of_stock"`
	}
)

// shelfMost bounds how many products are asked for: no message shows more.
const shelfMost = 100

// Products asks whether the lines can still be bought, by three calls.
//
// Prices are left out. The web service tells them without tax, or with the tax
// of one country for one group; what this shopper pays follows from their group,
// address and rules, which a line does not tell.
func (*Adapter) Products(ctx context.Context, api platform.API, items []event.Item) ([]platform.Product, error) {
	var ids, variants idSet
	for _, it := range items {
		if !number(it.ProductID) || len(ids) >= shelfMost {
			continue
		}
		ids.add(wire.Text(it.ProductID))
		if number(it.VariantID) {
			variants.add(wire.Text(it.VariantID))
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	s, err := shelved(ctx, api, ids, variants)
	if err != nil {
		return nil, err
	}
	var out []platform.Product
	for _, it := range items {
		for _, id := range ids {
			if id == it.ProductID {
				out = append(out, s.line(it))
			}
		}
	}
	return out, nil
}

// shelf is what the shop told of some products.
type shelf struct {
	base         string
	products     map[wire.Text]productRow
	combinations map[wire.Text]combinationRow
	stock        []stockRow
}

// shelved asks for products, combinations and stock.
func shelved(ctx context.Context, api platform.API, ids, variants idSet) (s shelf, err error) {
	s.base = api.Base("https://" + api.Shop.Domain)
	if s.products, err = named(ctx, api, "products", "[id,active,available_for_order,is_virtual,id_default_image]", ids,
		func(r productRow) wire.Text { return r.ID }); err != nil {
		return s, err
	}
	if s.combinations, err = named(ctx, api, "combinations", "full", variants, func(r combinationRow) wire.Text { return r.ID }); err != nil {
		return s, err
	}
	s.stock, err = rows[stockRow](ctx, api, "stock_availables", url.Values{"filter[id_product]": {oneOf(ids)},
		"display": {"[id,id_product,id_product_attribute,quantity,out_of_stock]"}})
	return s, err
}

// line is one line as it can be bought now. One that is not in the answer was deleted.
func (s shelf) line(it event.Item) platform.Product {
	now := platform.Product{Item: event.Item{ProductID: it.ProductID, VariantID: it.VariantID, SKU: it.SKU}}
	p, ok := s.products[wire.Text(it.ProductID)]
	if now.Gone = !ok || p.Active.Set && !p.Active.Value || p.Orderable.Set && !p.Orderable.Value; now.Gone {
		return now
	}
	image := p.Image
	if number(it.VariantID) {
		c, ok := s.combinations[wire.Text(it.VariantID)]
		if now.Gone = !ok || c.ProductID != "" && string(c.ProductID) != it.ProductID; now.Gone {
			return now
		}
		if own := c.With.V.Images.V; len(own) > 0 {
			image = own[0].ID
		}
	}
	if it.ImageURL == "" {
		now.Item.ImageURL = s.picture(image)
	}
	if !p.Virtual.Value {
		now.Item.Stock, now.Gone = s.left(it)
	}
	return now
}

// left tells how many are left, and whether none is to be had. Where the shop's
// own setting decides, that is not said: the key would have to see all settings,
// passwords among them, and a shop that does not count has zeros everywhere. Of
// several shops that share a key one that has the line is enough.
func (s shelf) left(it event.Item) (stock *int, gone bool) {
	attribute := "0"
	if number(it.VariantID) {
		attribute = it.VariantID
	}
	denied, others := 0, 0
	for _, row := range s.stock {
		n := row.Quantity.Stock()
		if string(row.ProductID) != it.ProductID || wire.First(row.AttributeID, "0") != attribute || n == nil {
			continue
		}
		switch {
		case *n == 0 && row.Policy == "0":
			denied++
		case others == 0 && *n > 0 && row.Policy != "1":
			stock, others = n, 1
		default:
			stock, others = nil, others+1
		}
	}
	if denied > 0 && others == 0 {
		none := 0
		return &none, true
	}
	return stock, false
}

// picture is a picture's public address: PrestaShop keeps number 123 in the
// folder 1/2/3, in the size that the module tells too.
func (s shelf) picture(id wire.Text) string {
	if !number(string(id)) {
		return ""
	}
	return wire.URL(s.base + "/img/p/" + strings.Join(strings.Split(string(id), ""), "/") + "/" + string(id) + "-home_default.jpg")
}

// number reports whether an id is one of PrestaShop's own.
func number(id string) bool {
	n, err := strconv.ParseUint(id, 10, 63)
	return err == nil && n > 0
}

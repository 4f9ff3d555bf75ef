package commercetools

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

// productBody is a product as it is published, with its variants.
type productBody struct {
	ID       wire.Text                `json:"id"`
	Name     localized                `json:"name"`
	Master   wire.Object[variantBody] `json:"masterVariant"`
	Variants wire.List[variantBody]   `json:"variants"`
}

// availabilityBody is a variant's stock, in all and by supply channel.
type availabilityBody struct {
	OnStock  wire.Bool                           `json:"isOnStock"`
	Quantity wire.Count                          `json:"availableQuantity"`
	Channels wire.Object[map[string]channelBody] `json:"channels"`
}

type channelBody struct {
	OnStock wire.Bool `json:"isOnStock"`
}

// chunk is how many products are asked for at once: their ids fit an address.
const chunk = 50

// Products asks for the lines' products as published, priced in the lines'
// currency for the shop's country. Custom lines are no products and are left out.
func (*Adapter) Products(ctx context.Context, api platform.API, items []event.Item) (all []platform.Product, err error) {
	byCurrency, order := grouped(items)
	if len(order) == 0 {
		return nil, nil
	}
	s, err := open(ctx, api)
	if err != nil {
		return nil, err
	}
	for _, currency := range order {
		group := byCurrency[currency]
		shelf, err := s.shelf(ctx, idsOf(group), currency)
		if err != nil {
			return nil, err
		}
		for _, it := range group {
			all = append(all, shelved(it, shelf))
		}
	}
	return all, nil
}

// grouped parts the lines that are products by their currency.
func grouped(items []event.Item) (groups map[string][]event.Item, order []string) {
	groups = map[string][]event.Item{}
	for _, it := range items {
		if !wire.Segment(it.ProductID) {
			continue
		}
		c := it.Price.Currency
		if _, seen := groups[c]; !seen {
			order = append(order, c)
		}
		groups[c] = append(groups[c], it)
	}
	return groups, order
}

func idsOf(items []event.Item) (ids []string) {
	seen := map[string]bool{}
	for _, it := range items {
		if !seen[it.ProductID] {
			seen[it.ProductID] = true
			ids = append(ids, it.ProductID)
		}
	}
	return ids
}

func (s session) shelf(ctx context.Context, ids []string, currency string) (map[string]productBody, error) {
	shelf := map[string]productBody{}
	for len(ids) > 0 {
		n := min(len(ids), chunk)
		query := url.Values{"where": {`id in ("` + strings.Join(ids[:n], `","`) + `")`}, "limit": {strconv.Itoa(n)},
			"staged": {"false"}, "withTotal": {"false"}}
		if currency != "" {
			query.Set("priceCurrency", currency)
			if country := wire.Country(s.api.Shop.Country); country != "" {
				query.Set("priceCountry", country)
			}
		}
		text, err := s.get(ctx, "product-projections", query)
		if err != nil {
			return nil, err
		}
		var b struct {
			Results wire.List[productBody] `json:"results"`
		}
		if err := json.Unmarshal(text, &b); err != nil || !b.Results.Set {
			return nil, fault.New(fault.Unprocessable, "the platform's list of products is no list")
		}
		for _, p := range b.Results.V {
			shelf[wire.First(p.ID)] = p
		}
		ids = ids[n:]
	}
	return shelf, nil
}

// shelved tells what a line's product is now. One that is not published any more
// is not in the list.
func shelved(it event.Item, shelf map[string]productBody) platform.Product {
	out := platform.Product{Item: event.Item{ProductID: it.ProductID, VariantID: it.VariantID, SKU: it.SKU, Title: it.Title}}
	v, found := shelf[it.ProductID].find(it)
	if !found {
		out.Gone = true
		return out
	}
	out.Item.ImageURL = wire.URL(v.picture())
	if v.Availability.Set {
		out.Item.Stock = v.Availability.V.Quantity.Stock()
		out.Gone = v.Availability.V.out()
	}
	var ignored wire.Notes
	price := v.Price.V.asked()
	if m, err := price.amount().Positive(it.Price.Currency, "price", &ignored); err == nil && wire.First(price.Code) == it.Price.Currency {
		out.Item.Price = m
	}
	return out
}

// out reports that a variant is out of stock: as a whole, or in every channel
// where only channels tell.
func (b availabilityBody) out() bool {
	if b.OnStock.Set || len(b.Channels.V) == 0 {
		return b.OnStock.Set && !b.OnStock.Value
	}
	for _, c := range b.Channels.V {
		if !c.OnStock.Set || c.OnStock.Value {
			return false
		}
	}
	return true
}

// find gives the line's variant, by SKU or by its number.
func (b productBody) find(it event.Item) (variantBody, bool) {
	for _, v := range append([]variantBody{b.Master.V}, b.Variants.V...) {
		line := lineBody{ProductID: wire.Text(it.ProductID)}
		line.Variant.V.ID = v.ID
		switch {
		case it.SKU != "" && wire.First(v.SKU) == it.SKU, it.SKU == "" && it.VariantID != "" && line.variantID() == it.VariantID:
			return v, true
		}
	}
	if it.SKU == "" && it.VariantID == "" && b.Master.Set {
		return b.Master.V, true
	}
	return variantBody{}, false
}

package shopware

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// lineBody is one line of a cart or an order. Orders tell prices beside the
// line, carts inside `price`.
type lineBody struct {
	Type       wire.Text   `json:"type"`
	Referenced wire.Text   `json:"referencedId"`
	Product    wire.Text   `json:"productId"`
	Label      wire.Text   `json:"label"`
	Quantity   wire.Count  `json:"quantity"`
	Unit       wire.Amount `json:"unitPrice"`
	Total      wire.Amount `json:"totalPrice"`
	Price      wire.Object[struct {
		Unit  wire.Amount `json:"unitPrice"`
		Total wire.Amount `json:"totalPrice"`
	}] `json:"price"`
	Cover wire.Object[struct {
		URL wire.Text `json:"url"`
	}] `json:"cover"`
	URL     wire.Text  `json:"url"`
	Stock   wire.Count `json:"stock"`
	Payload wire.Object[struct {
		Number  wire.Text `json:"productNumber"`
		Code    wire.Text `json:"code"`
		Options wire.List[struct {
			Option wire.Text `json:"option"`
		}] `json:"options"`
	}] `json:"payload"`
}

// sold reports a line that the shopper put in: promotions, credits and the like
// stand among the lines with negative prices.
func (b lineBody) sold() bool {
	switch strings.ToLower(string(b.Type)) {
	case "", "product", "custom", "customized-products", "container":
		return !strings.HasPrefix(strings.TrimSpace(string(b.unit())), "-")
	}
	return false
}

func (b lineBody) unit() wire.Amount {
	if b.Unit.Set() {
		return b.Unit
	}
	return b.Price.V.Unit
}

func (b lineBody) line() wire.Line {
	var options []string
	for _, o := range b.Payload.V.Options.V {
		if s := strings.TrimSpace(string(o.Option)); s != "" {
			options = append(options, s)
		}
	}
	total := b.Total
	if !total.Set() {
		total = b.Price.V.Total
	}
	return wire.Line{Quantity: b.Quantity, Price: b.unit(), Total: total, Item: event.Item{
		ProductID: wire.First(b.Product, b.Referenced), SKU: string(b.Payload.V.Number), Title: string(b.Label),
		Variant: strings.Join(options, " / "), ImageURL: string(b.Cover.V.URL), URL: string(b.URL), Stock: b.Stock.Stock(),
	}}
}

// contents reads lines. Without a list it says nothing: what was not told must
// not look like an emptied cart.
func (r *reader) contents(currency string, total wire.Amount, list wire.List[lineBody], lenient bool) error {
	if !list.Set {
		return nil
	}
	lines := wire.Lines{Field: "lineItems", Currency: currency, Lenient: lenient, Notes: &r.notes, Items: []event.Item{}}
	c := &event.Contents{}
	for _, l := range list.V {
		if !l.sold() {
			if code := event.Clean(string(l.Payload.V.Code), 100); code != "" && len(c.Coupons) < 20 {
				c.Coupons = append(c.Coupons, code)
			}
			continue
		}
		if err := lines.Add(l.line()); err != nil {
			return err
		}
	}
	c.Items, c.Total = lines.Items, lines.Sum
	c.Total.Currency = currency
	if total.Set() {
		var err error
		if c.Total, err = total.Positive(currency, "totalPrice", &r.notes); err != nil {
			return err
		}
	}
	r.e.Contents = c
	return nil
}

package bigcommerce

import (
	"strconv"

	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// newCart is a question for a new cart.
type newCart struct {
	CustomerID int64        `json:"customer_id,omitempty"`
	ChannelID  int64        `json:"channel_id,omitempty"`
	Currency   *newCurrency `json:"currency,omitempty"`
	Locale     string       `json:"locale,omitempty"`
	Lines      []newLine    `json:"line_items"`
}

type newCurrency struct {
	Code string `json:"code"`
}

type newLine struct {
	ProductID int64       `json:"product_id"`
	VariantID int64       `json:"variant_id,omitempty"`
	Quantity  int         `json:"quantity"`
	Options   []newOption `json:"option_selections,omitempty"`
}

type newOption struct {
	ID    int64  `json:"option_id"`
	Value string `json:"option_value"`
}

// anew gives the cart's products as a question. Prices are not told: they are the
// shop's own again. Custom items and gift certificates stay behind.
func (b cartBody) anew() newCart {
	in := newCart{CustomerID: number(b.CustomerID), ChannelID: number(b.ChannelID), Locale: wire.First(b.Locale)}
	if code := wire.First(b.Currency.V.Code); code != "" {
		in.Currency = &newCurrency{Code: code}
	}
	var ignored wire.Notes
	for _, l := range append(append([]lineBody{}, b.Lines.V.Physical.V...), b.Lines.V.Digital.V...) {
		n, err := l.Quantity.Pieces("quantity", &ignored)
		if err != nil || number(l.ProductID) == 0 {
			continue
		}
		line := newLine{ProductID: number(l.ProductID), VariantID: number(l.VariantID), Quantity: n}
		for _, o := range l.Options.V {
			if id := number(o.NameID); id != 0 && wire.First(o.ValueID, o.Value) != "" {
				line.Options = append(line.Options, newOption{ID: id, Value: wire.First(o.ValueID, o.Value)})
			}
		}
		in.Lines = append(in.Lines, line)
	}
	return in
}

func number(t wire.Text) int64 {
	n, err := strconv.ParseInt(wire.First(t), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

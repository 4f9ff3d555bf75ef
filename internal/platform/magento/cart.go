package magento

import (
	"encoding/json"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// cartFields are what is asked of a cart: what Parse reads and no more.
const cartFields = "id,store_id,is_active,items_count,reserved_order_id,converted_at,created_at,updated_at,customer_is_guest," +
	"currency[quote_currency_code,base_currency_code],customer[id,email,firstname,lastname],items[item_id,sku,name,qty,price]," +
	"billing_address[email,telephone,firstname,lastname,country_id,region_code]," +
	"extension_attributes[shipping_assignments[shipping[address[email,telephone,firstname,lastname,country_id,region_code]]]]"

// totalFields are what is asked of its totals.
const totalFields = "quote_currency_code,coupon_code,total_segments[code,value],items[item_id,price_incl_tax,row_total_incl_tax,options]"

// fetchedBody is a cart as two calls told it.
type fetchedBody struct {
	Cart   wire.Object[restCart]   `json:"cart"`
	Totals wire.Object[restTotals] `json:"totals"`
}

// restCart is a cart of the REST API, which calls things otherwise than events do.
type restCart struct {
	ID        wire.Text             `json:"id"`
	Active    wire.Bool             `json:"is_active"`
	Count     wire.Count            `json:"items_count"`
	Reserved  wire.Text             `json:"reserved_order_id"`
	Converted wire.Time             `json:"converted_at"`
	CreatedAt wire.Time             `json:"created_at"`
	UpdatedAt wire.Time             `json:"updated_at"`
	Guest     wire.Bool             `json:"customer_is_guest"`
	Currency  wire.Object[restCode] `json:"currency"`
	Customer  wire.Object[struct {
		ID    wire.Text `json:"id"`
		Email wire.Text `json:"email"`
		First wire.Text `json:"firstname"`
		Last  wire.Text `json:"lastname"`
	}] `json:"customer"`
	Items   wire.List[restItem]      `json:"items"`
	Billing wire.Object[addressBody] `json:"billing_address"`
	More    wire.Object[moreBody]    `json:"extension_attributes"`
}

type restCode struct {
	Quote wire.Text `json:"quote_currency_code"`
	Base  wire.Text `json:"base_currency_code"`
}

// restItem is a line; below a configurable product no line is told. Its price is
// in the base currency and without tax.
type restItem struct {
	ID    wire.Text   `json:"item_id"`
	SKU   wire.Text   `json:"sku"`
	Name  wire.Text   `json:"name"`
	Qty   wire.Count  `json:"qty"`
	Price wire.Amount `json:"price"`
}

// moreBody holds where the shopper wants it sent.
type moreBody struct {
	Shipments wire.List[struct {
		Shipping wire.Object[struct {
			Address wire.Object[addressBody] `json:"address"`
		}] `json:"shipping"`
	}] `json:"shipping_assignments"`
}

func (b moreBody) address() addressBody {
	for _, s := range b.Shipments.V {
		return s.Shipping.V.Address.V
	}
	return addressBody{}
}

// restTotals is what a cart costs, in the shopper's currency. Its grand_total is
// without tax; what is to be paid is the segment of this name.
type restTotals struct {
	Currency wire.Text `json:"quote_currency_code"`
	Coupon   wire.Text `json:"coupon_code"`
	Segments wire.List[struct {
		Code  wire.Text   `json:"code"`
		Value wire.Amount `json:"value"`
	}] `json:"total_segments"`
	Items wire.List[restPrice] `json:"items"`
}

// restPrice is what a line costs. Options is JSON within JSON.
type restPrice struct {
	ID      wire.Text   `json:"item_id"`
	Price   wire.Amount `json:"price_incl_tax"`
	Total   wire.Amount `json:"row_total_incl_tax"`
	Options wire.Text   `json:"options"`
}

// cartOf reads a cart of the API.
func (r *reader) cartOf(b fetchedBody) error {
	r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes, b.Cart.V.UpdatedAt.Time, b.Cart.V.CreatedAt.Time)
	return r.quote(b.quote())
}

// quote gives the cart in the words of Magento's events.
func (b fetchedBody) quote() quoteBody {
	c := b.Cart.V
	q := quoteBody{ID: c.ID, Active: c.Active, Reserved: c.Reserved, Converted: c.Converted, CreatedAt: c.CreatedAt, Guest: c.Guest,
		Currency: wire.Text(wire.First(b.Totals.V.Currency, c.Currency.V.Quote)), Coupon: b.Totals.V.Coupon, Total: b.Totals.V.total(),
		CustomerID: c.Customer.V.ID, Email: c.Customer.V.Email, First: c.Customer.V.First, Last: c.Customer.V.Last, Billing: c.Billing}
	q.Shipping = wire.Object[addressBody]{V: c.More.V.address(), Set: c.More.Set}
	switch {
	case len(c.Items.V) > 0 && b.Totals.Set:
		q.Items.Set, q.Items.V = true, b.items()
	case len(c.Items.V) == 0 && c.Count == "0":
		// Magento makes null of an empty list where fields are chosen.
		q.Items.Set = true
	}
	return q
}

func (b restTotals) total() wire.Amount {
	for _, s := range b.Segments.V {
		if s.Code == "grand_total" {
			return s.Value
		}
	}
	return ""
}

// items puts each line beside its price.
func (b fetchedBody) items() (out []itemBody) {
	codes := b.Cart.V.Currency.V
	for _, l := range b.Cart.V.Items.V {
		i := itemBody{SKU: l.SKU, Name: l.Name, Qty: l.Qty}
		if strings.EqualFold(string(codes.Quote), string(codes.Base)) {
			i.Price = l.Price
		}
		for _, p := range b.Totals.V.Items.V {
			if p.ID == l.ID && l.ID != "" {
				i.PriceGross, i.TotalGross, i.Variant = p.Price, p.Total, wire.Text(p.variant())
			}
		}
		out = append(out, i)
	}
	return out
}

// variant are the options that were chosen, like "Blue, M".
func (b restPrice) variant() string {
	var options []struct {
		Value wire.Text `json:"value"`
	}
	if json.Unmarshal([]byte(b.Options), &options) != nil {
		return ""
	}
	var chosen []string
	for _, o := range options {
		if v := event.Clean(string(o.Value), 100); v != "" {
			chosen = append(chosen, v)
		}
	}
	return strings.Join(chosen, ", ")
}

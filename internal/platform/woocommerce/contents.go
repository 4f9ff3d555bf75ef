package woocommerce

import (
	"html"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// lineBody is one line of an order. Its totals are after coupons and without
// tax; its `price` field is the same divided by the quantity, as a float.
type lineBody struct {
	Name        wire.Text              `json:"name"`
	ParentName  wire.Text              `json:"parent_name"`
	ProductID   wire.Text              `json:"product_id"`
	VariationID wire.Text              `json:"variation_id"`
	SKU         wire.Text              `json:"sku"`
	Quantity    wire.Count             `json:"quantity"`
	Price       wire.Amount            `json:"price"`
	Total       wire.Amount            `json:"total"`
	Tax         wire.Amount            `json:"total_tax"`
	Image       wire.Object[imageBody] `json:"image"`
}

// imageBody is a line's picture.
type imageBody struct {
	Src wire.Text `json:"src"`
}

// item decodes the entities WordPress keeps in names ("&ndash;", "&#8217;").
func (b lineBody) item() event.Item {
	it := event.Item{
		ProductID: string(b.ProductID), VariantID: string(b.VariationID), SKU: string(b.SKU),
		Title: html.UnescapeString(string(b.Name)), ImageURL: string(b.Image.V.Src),
	}
	parent := html.UnescapeString(string(b.ParentName))
	if variant, found := strings.CutPrefix(it.Title, parent+" - "); found && parent != "" {
		it.Title, it.Variant = parent, variant
	}
	return it
}

// contents reads the lines; lenient is for purchases, see wire.Lines.
func (r *reader) contents(b orderBody, lenient bool) error {
	currency, err := wire.Currency("currency", b.Currency, wire.Text(r.d.Currency))
	if err != nil {
		return err
	}
	if !b.Lines.Set {
		return nil
	}
	lines := wire.Lines{Field: "line_items", Currency: currency, Lenient: lenient, Notes: &r.notes}
	for _, l := range b.Lines.V {
		if err := r.line(&lines, l, b.TaxIncluded.Value); err != nil {
			return err
		}
	}
	c := &event.Contents{Items: lines.Items, Total: lines.Sum}
	if c.Total.Currency = currency; c.Items == nil {
		c.Items = []event.Item{}
	}
	if b.Total.Set() {
		if c.Total, err = b.Total.Positive(currency, "total", &r.notes); err != nil {
			return err
		}
	}
	for _, coupon := range b.Coupons.V {
		if code := event.Clean(html.UnescapeString(string(coupon.Code)), 100); code != "" && len(c.Coupons) < 20 {
			c.Coupons = append(c.Coupons, code)
		}
	}
	r.e.Contents = c
	return nil
}

// line adds one line. The price of a piece is divided from the line's total
// rather than read from the float; where the shop shows prices with tax, the
// tax is added, so that the shopper meets the price they saw.
func (r *reader) line(lines *wire.Lines, l lineBody, withTax bool) error {
	line := wire.Line{Item: l.item(), Quantity: l.Quantity, Total: l.Total}
	if !l.Total.Set() {
		line.Price = l.Price
		return lines.Add(line)
	}
	if withTax && l.Tax.Set() {
		var ignored wire.Notes
		net, err := l.Total.Money(lines.Currency, "line_items.total", &ignored)
		tax, taxErr := l.Tax.Money(lines.Currency, "line_items.total_tax", &ignored)
		if gross, sumErr := wire.Plus(net, tax); err == nil && taxErr == nil && sumErr == nil {
			line.Total = wire.Amount(gross.Decimal())
		}
	}
	return lines.Add(line)
}

// addressBody is a billing or shipping address; only billing has an email.
type addressBody struct {
	First   wire.Text `json:"first_name"`
	Last    wire.Text `json:"last_name"`
	Email   wire.Text `json:"email"`
	Phone   wire.Text `json:"phone"`
	Country wire.Text `json:"country"`
	State   wire.Text `json:"state"`
}

// person reads who ordered. The shipping phone is left aside: the parcel may go
// to somebody else. WooCommerce knows no language.
func (r *reader) person(b orderBody) {
	bill, ship := b.Billing.V, b.Shipping.V
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, b.CustomerID)
	p.Email(bill.Email)
	p.Phone(bill.Phone, string(bill.Country), r.d.Country)
	p.Name(unescape(bill.First), unescape(bill.Last))
	p.Name(unescape(ship.First), unescape(ship.Last))
	p.Place(bill.Country, bill.State)
	p.Place(ship.Country, ship.State)
	p.Is.Device = wire.Device(string(b.UserAgent))
	r.e.Person = p.Done()
}

func unescape(t wire.Text) wire.Text { return wire.Text(html.UnescapeString(string(t))) }

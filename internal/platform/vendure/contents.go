package vendure

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// lineBody is one line. Its quantity is zero once the line is cancelled; what
// was bought stays in orderPlacedQuantity.
type lineBody struct {
	Quantity wire.Count  `json:"quantity"`
	Placed   wire.Count  `json:"orderPlacedQuantity"`
	Unit     wire.Amount `json:"unitPriceWithTax"`
	Total    wire.Amount `json:"proratedLinePriceWithTax"`
	Asset    wire.Object[struct {
		Preview wire.Text `json:"preview"`
	}] `json:"featuredAsset"`
	Variant wire.Object[variantBody] `json:"productVariant"`
}

// variantBody is what a line sells. Its name begins with its product's.
type variantBody struct {
	ID      wire.Text `json:"id"`
	SKU     wire.Text `json:"sku"`
	Name    wire.Text `json:"name"`
	Product wire.Object[struct {
		ID   wire.Text `json:"id"`
		Name wire.Text `json:"name"`
		URL  wire.Text `json:"url"`
	}] `json:"product"`
}

// contents reads the lines; lenient is for purchases, see wire.Lines.
func (r *reader) contents(b orderBody, lenient bool) error {
	currency, err := wire.Currency("order.currencyCode", b.Currency, wire.Text(r.d.Currency))
	if err != nil {
		return err
	}
	if !b.Lines.Set {
		r.notes.Add("the message carries no lines")
		return nil
	}
	lines := wire.Lines{Field: "order.lines", Currency: currency, Lenient: lenient, Notes: &r.notes}
	for _, l := range b.Lines.V {
		if lenient && l.Quantity == "0" {
			l.Quantity, l.Total = l.Placed, ""
		}
		line := wire.Line{Item: l.item(), Quantity: l.Quantity, Price: r.major(l.Unit), Total: r.major(l.Total)}
		if err := lines.Add(line); err != nil {
			return err
		}
	}
	c := &event.Contents{Items: lines.Items, Total: lines.Sum}
	if c.Total.Currency = currency; c.Items == nil {
		c.Items = []event.Item{}
	}
	if b.Total.Set() {
		if c.Total, err = r.major(b.Total).Positive(currency, "order.totalWithTax", &r.notes); err != nil {
			return err
		}
	}
	for _, coupon := range b.Coupons.V {
		if code := event.Clean(string(coupon), 100); code != "" && len(c.Coupons) < 20 {
			c.Coupons = append(c.Coupons, code)
		}
	}
	r.e.Contents = c
	return nil
}

func (b lineBody) item() event.Item {
	it := b.Variant.V.item()
	it.ImageURL = string(b.Asset.V.Preview)
	return it
}

// item cuts the product's name off the variant's, which begins with it.
func (b variantBody) item() event.Item {
	p := b.Product.V
	it := event.Item{ProductID: string(p.ID), VariantID: string(b.ID), SKU: string(b.SKU), Title: wire.First(b.Name, p.Name), URL: string(p.URL)}
	product := wire.First(p.Name)
	if variant, found := strings.CutPrefix(it.Title, product+" "); found && product != "" {
		it.Title, it.Variant = product, strings.TrimSpace(variant)
	}
	return it
}

// person reads who it is: nobody until the shopper says so or signs in.
func (r *reader) person(b orderBody) {
	p := wire.Person{Notes: &r.notes}
	c, bill, ship := b.Customer.V, b.Billing.V, b.Shipping.V
	own := wire.First(bill.Name)
	if own == "" {
		own = strings.TrimSpace(string(c.First) + " " + string(c.Last))
	}
	p.Key(event.KeyCustomer, c.ID)
	p.Email(c.Email)
	p.Phone(c.Phone, string(bill.Country), string(ship.Country), r.d.Country)
	p.Phone(bill.Phone, string(bill.Country), r.d.Country)
	// A parcel that goes to somebody else: their phone must hear nothing of this cart.
	if to := wire.First(ship.Name); own == "" || to == "" || strings.EqualFold(own, to) {
		p.Phone(ship.Phone, string(ship.Country), r.d.Country)
	}
	p.Name(c.First, c.Last)
	for _, a := range []addressBody{bill, ship} {
		first, last, _ := strings.Cut(wire.First(a.Name), " ")
		p.Name(wire.Text(first), wire.Text(last))
		p.Place(a.Country, a.Region)
	}
	p.Is.Locale = wire.Locale(string(r.b.Language))
	r.e.Person = p.Done()
}

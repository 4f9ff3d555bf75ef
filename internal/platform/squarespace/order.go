package squarespace

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// orderBody is an order of the Orders API 1.0.
type orderBody struct {
	ID          wire.Text                `json:"id"`
	Number      wire.Text                `json:"orderNumber"`
	CreatedOn   wire.Time                `json:"createdOn"`
	ModifiedOn  wire.Time                `json:"modifiedOn"`
	Channel     wire.Text                `json:"channel"`
	ChannelName wire.Text                `json:"channelName"`
	External    wire.Text                `json:"externalOrderReference"`
	Test        wire.Bool                `json:"testmode"`
	Email       wire.Text                `json:"customerEmail"`
	Billing     wire.Object[addressBody] `json:"billingAddress"`
	Shipping    wire.Object[addressBody] `json:"shippingAddress"`
	Status      wire.Text                `json:"fulfillmentStatus"`
	Lines       wire.List[lineBody]      `json:"lineItems"`
	Discounts   wire.List[discountBody]  `json:"discountLines"`
	Total       wire.Object[moneyBody]   `json:"grandTotal"`
	Refunded    wire.Object[moneyBody]   `json:"refundedTotal"`
}

// moneyBody is an amount as text in major units.
type moneyBody struct {
	Value    wire.Amount `json:"value"`
	Currency wire.Text   `json:"currency"`
}

type addressBody struct {
	First   wire.Text `json:"firstName"`
	Last    wire.Text `json:"lastName"`
	Country wire.Text `json:"countryCode"`
	State   wire.Text `json:"state"`
	Phone   wire.Text `json:"phone"`
}

type lineBody struct {
	ProductID wire.Text              `json:"productId"`
	VariantID wire.Text              `json:"variantId"`
	SKU       wire.Text              `json:"sku"`
	Name      wire.Text              `json:"productName"`
	Quantity  wire.Count             `json:"quantity"`
	Price     wire.Object[moneyBody] `json:"unitPricePaid"`
	Options   wire.List[optionBody]  `json:"variantOptions"`
	ImageURL  wire.Text              `json:"imageUrl"`
}

type optionBody struct {
	Value wire.Text `json:"value"`
}

type discountBody struct {
	Code wire.Text `json:"promoCode"`
}

func (r *reader) order() error {
	var b orderBody
	if err := wire.Decode(r.d.Body, &b); err != nil {
		return err
	}
	var links wire.Links
	if links.Add(event.LinkOrder, b.ID); len(links) == 0 {
		return missing("id")
	}
	r.e.Links = links
	r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes, b.ModifiedOn.Time, b.CreatedOn.Time)
	r.person(b)
	o, err := r.amounts(b)
	if err != nil {
		return err
	}
	if err := r.contents(b, o.Total); err != nil {
		return err
	}
	r.e.Kind, o.Status = event.OrderPlaced, event.OrderOpen
	if b.ModifiedOn.After(b.CreatedOn.Time) {
		r.e.Kind = event.OrderUpdated
	}
	switch full := o.Refunded.Minor > 0 && o.Refunded.Minor >= o.Total.Minor; {
	case strings.EqualFold(wire.First(b.Status), "CANCELED"):
		r.e.Kind, o.Status = event.OrderCancelled, event.OrderVoid
	case full:
		r.e.Kind, o.Status = event.OrderRefunded, event.OrderVoid
	case o.Refunded.Minor > 0:
		r.e.Kind = event.OrderRefunded
	}
	r.e.Order = &o
	// The list and a single question print the same order; their spelling must not matter.
	r.e.DedupeKey = key("order", string(b.ID), b.ModifiedOn.UTC().Format("20060102150405.000"), wire.Sum(
		[]byte(b.Status), []byte(b.Total.V.Value), []byte(b.Refunded.V.Value), []byte(b.Email)))
	return nil
}

func (r *reader) amounts(b orderBody) (event.Order, error) {
	o := event.Order{ID: wire.ID(string(b.ID)), Number: event.Clean(string(b.Number), 60),
		Source: event.Clean(wire.First(b.Channel, b.ChannelName), 60), Creditable: b.creditable(), PlacedAt: b.CreatedOn.Time}
	currency, err := wire.Currency("grandTotal.currency", b.Total.V.Currency, wire.Text(r.d.Currency))
	if err != nil {
		return o, err
	}
	o.Total, o.Refunded = money.Money{Currency: currency}, money.Money{Currency: currency}
	if v := b.Total.V.Value; v.Set() {
		if o.Total, err = v.Positive(currency, "grandTotal.value", &r.notes); err != nil {
			return o, err
		}
	}
	if v := b.Refunded.V.Value; v.Set() {
		if o.Refunded, err = v.Positive(currency, "refundedTotal.value", &r.notes); err != nil {
			return o, err
		}
	}
	return o, nil
}

// creditable reports whether a shopper ordered on the site for real money: not a
// test, not at a till, not imported from another sales channel. Squarespace names
// itself as the channel of its own orders in some versions of the API.
func (b orderBody) creditable() bool {
	if b.Test.Value || wire.First(b.External) != "" {
		return false
	}
	if name := wire.First(b.ChannelName); name != "" && !strings.EqualFold(name, "Squarespace") {
		return false
	}
	channel := wire.First(b.Channel)
	return channel == "" || strings.EqualFold(channel, "web") || strings.EqualFold(channel, "squarespace")
}

// person reads who ordered. The shipping phone is left aside: the parcel may go to
// somebody else. For a recurring order the email is the customer's current one.
func (r *reader) person(b orderBody) {
	bill, ship := b.Billing.V, b.Shipping.V
	p := wire.Person{Notes: &r.notes}
	p.Email(b.Email)
	p.Phone(bill.Phone, string(bill.Country), r.d.Country)
	p.Name(bill.First, bill.Last)
	p.Name(ship.First, ship.Last)
	p.Place(bill.Country, bill.State)
	p.Place(ship.Country, ship.State)
	r.e.Person = p.Done()
}

func (r *reader) contents(b orderBody, total money.Money) error {
	if !b.Lines.Set {
		return nil
	}
	lines := wire.Lines{Field: "lineItems", Currency: total.Currency, Lenient: true, Notes: &r.notes}
	for _, l := range b.Lines.V {
		if err := lines.Add(l.line()); err != nil {
			return err
		}
	}
	c := &event.Contents{Items: lines.Items, Total: total}
	if c.Items == nil {
		c.Items = []event.Item{}
	}
	for _, d := range b.Discounts.V {
		if code := event.Clean(string(d.Code), 100); code != "" && len(c.Coupons) < 20 {
			c.Coupons = append(c.Coupons, code)
		}
	}
	r.e.Contents = c
	return nil
}

func (b lineBody) line() wire.Line {
	var options []string
	for _, o := range b.Options.V {
		if v := wire.First(o.Value); v != "" {
			options = append(options, v)
		}
	}
	return wire.Line{
		Item: event.Item{ProductID: string(b.ProductID), VariantID: string(b.VariantID), SKU: string(b.SKU), Title: string(b.Name),
			Variant: strings.Join(options, " / "), ImageURL: string(b.ImageURL)},
		Quantity: b.Quantity, Price: b.Price.V.Value,
	}
}

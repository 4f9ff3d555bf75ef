package woocommerce

import (
	"html"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// tycheBody is what Tyche Softwares' "Abandoned Cart for WooCommerce" (Lite and
// Pro) posts through WooCommerce's own sender: wcap_cart.cutoff when a cart has
// been left, wcap_cart.recovered when its order was made.
//
// Its timestamp is left aside: the plugin takes it from the shop's local clock
// and writes it as if it were unix time, off by the shop's time zone.
type tycheBody struct {
	ID       wire.Text            `json:"id"`
	UserID   wire.Text            `json:"user_id"`
	UserType wire.Text            `json:"user_type"`
	Email    wire.Text            `json:"email_id"`
	Phone    wire.Text            `json:"phone"`
	First    wire.Text            `json:"billing_first_name"`
	Last     wire.Text            `json:"billing_last_name"`
	Country  wire.Text            `json:"billing_country"`
	Products wire.List[tycheLine] `json:"product_details"`
	Total    wire.Amount          `json:"total"`
	TotalTax wire.Amount          `json:"total_tax"`
	Coupons  wire.Text            `json:"coupon_code"`
	Checkout wire.Text            `json:"checkout_link"`
	OrderID  wire.Text            `json:"order_id"`
}

// tycheLine is one line; how many pieces it holds is not told.
type tycheLine struct {
	ProductID   wire.Text   `json:"product_id"`
	VariationID wire.Text   `json:"variation_id"`
	Name        wire.Text   `json:"product_name"`
	Subtotal    wire.Amount `json:"line_subtotal"`
}

// tyche reads a cart of Tyche's plugin.
func (r *reader) tyche() error {
	var b tycheBody
	if err := wire.Decode(r.d.Body, &b); err != nil {
		return err
	}
	id := wire.ID(string(b.ID))
	if id == "" || id == "0" {
		return fault.New(fault.Unprocessable, "the abandoned cart has no id").
			In("id").Try("update the abandoned cart plugin in WordPress")
	}
	r.e.DedupeKey = r.dedupe(id, "")
	var links wire.Links
	// Its ids count its own table's rows: the prefix keeps them apart from other carts'.
	links.Add(event.LinkCart, "wcap:"+b.ID)
	links.Add(event.LinkOrder, b.OrderID)
	r.e.Links = links
	r.tycheShopper(b)
	// Only a cart that was bought names an order, whatever the topic says.
	if order := wire.First(b.OrderID); r.e.Topic == "wcap_cart.recovered" || order != "" && order != "0" {
		return r.recovered(b, id)
	}
	r.e.Kind, r.e.RestoreURL = event.CheckoutUpdated, wire.URL(string(b.Checkout))
	return r.tycheLines(b)
}

func (r *reader) tycheShopper(b tycheBody) {
	p := wire.Person{Notes: &r.notes}
	// A guest's user_id counts the plugin's own guests, from 63,000,000 on.
	if strings.EqualFold(string(b.UserType), "REGISTERED") {
		p.Key(event.KeyCustomer, b.UserID)
	}
	p.Email(b.Email)
	p.Phone(b.Phone, string(b.Country), r.d.Country)
	p.Name(unescape(b.First), unescape(b.Last))
	p.Place(b.Country, "")
	r.e.Person = p.Done()
}

// recovered is the purchase without its facts: messages stop at once, and the
// order itself is asked for. It never is the order that is credited: which that
// is, and whether it was paid, its own webhooks say.
func (r *reader) recovered(b tycheBody, id string) error {
	r.e.Kind = event.OrderPlaced
	r.e.Order = &event.Order{ID: "wcap:" + id, Status: event.OrderOpen}
	if currency, err := wire.Currency("currency", wire.Text(r.d.Currency)); err == nil && b.Total.Set() {
		if m, err := b.Total.Positive(currency, "total", &r.notes); err == nil {
			r.e.Order.Total = m
		}
	}
	if order := wire.ID(string(b.OrderID)); order != "" && order != "0" {
		r.e.Fetch = []event.Reference{{Kind: event.LinkOrder, ID: order}}
	}
	r.notes.Add("the abandoned cart plugin says that the cart was bought; its order is credited when its own webhook or the API tells it")
	return nil
}

func (r *reader) tycheLines(b tycheBody) error {
	currency, err := wire.Currency("currency", wire.Text(r.d.Currency))
	if err != nil {
		return err
	}
	if !b.Products.Set || len(b.Products.V) == 0 {
		r.notes.Add("the abandoned cart plugin told no products")
		return nil
	}
	lines := wire.Lines{Field: "product_details", Currency: currency, Notes: &r.notes}
	for _, l := range b.Products.V {
		item := event.Item{ProductID: string(l.ProductID), VariantID: string(l.VariationID), Title: html.UnescapeString(string(l.Name))}
		if err := lines.Add(wire.Line{Item: item, Total: l.Subtotal}); err != nil {
			return err
		}
	}
	total := b.Total
	if total.Set() && b.TotalTax.Set() {
		var ignored wire.Notes
		net, err := b.Total.Money(currency, "total", &ignored)
		tax, taxErr := b.TotalTax.Money(currency, "total_tax", &ignored)
		if gross, sumErr := wire.Plus(net, tax); err == nil && taxErr == nil && sumErr == nil {
			total = wire.Amount(gross.Decimal())
		}
	}
	var coupons []wire.Text
	for _, code := range strings.Split(string(b.Coupons), ",") {
		coupons = append(coupons, wire.Text(code))
	}
	return r.filled(lines, "total", total, coupons)
}

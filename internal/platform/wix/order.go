package wix

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// orderBody is an order. Its currency is the site's, its amounts text.
type orderBody struct {
	buyer
	ID         wire.Text             `json:"id"`
	Number     wire.Text             `json:"number"`
	CheckoutID wire.Text             `json:"checkoutId"`
	CartID     wire.Text             `json:"cartId"`
	Created    wire.Time             `json:"createdDate"`
	Updated    wire.Time             `json:"updatedDate"`
	Status     wire.Text             `json:"status"`
	Payment    wire.Text             `json:"paymentStatus"`
	Currency   wire.Text             `json:"currency"`
	Lines      wire.List[lineBody]   `json:"lineItems"`
	Discounts  wire.List[couponBody] `json:"appliedDiscounts"`
	Summary    wire.Object[struct {
		Total  price `json:"total"`
		Total2 price `json:"totalPrice"`
	}] `json:"priceSummary"`
	Balance wire.Object[struct {
		Refunded price `json:"refunded"`
	}] `json:"balanceSummary"`
	Channel wire.Object[struct {
		Type wire.Text `json:"type"`
	}] `json:"channelInfo"`
}

func (r *reader) order(slug string, m message) error {
	var b orderBody
	if err := m.decode("order", &b); err != nil {
		return err
	}
	id := wire.ID(wire.First(b.ID, m.EntityID))
	if id == "" {
		return missing("id")
	}
	var links wire.Links
	links.Add(event.LinkCheckout, b.CheckoutID)
	links.Add(event.LinkCart, b.CartID)
	links.Add(event.LinkOrder, wire.Text(id))
	r.e.Links, r.e.OccurredAt = links, r.occurred(b.Updated)
	r.person(b.buyer)
	if len(m.body) == 0 {
		return r.thin(id, slug)
	}
	// A payment that came goes before a status that was left behind: who has paid must not be reminded.
	switch status := strings.ToUpper(string(b.Status)); {
	case b.paid("PAID"), b.paid("PARTIALLY_PAID"), b.paid("AUTHORIZED"):
	case status == "INITIALIZED":
		return r.unpaid(b, event.CheckoutUpdated)
	case status == "REJECTED":
		return r.unpaid(b, event.PaymentFailed)
	}
	return r.purchase(id, slug, b)
}

// unpaid reads an order that waits for its payment online, or whose payment was
// refused: nobody has bought yet, and the cart is still to be won back.
func (r *reader) unpaid(b orderBody, kind event.Kind) error {
	r.e.Kind, r.e.StartedAt = kind, b.Created.Time
	return r.contents(b.Currency, b.total(), b.Lines, b.Discounts, false)
}

func (b orderBody) total() price {
	if b.Summary.V.Total.Amount.Set() {
		return b.Summary.V.Total
	}
	return b.Summary.V.Total2
}

// purchase reads an order that counts. A status that Wix adds later counts too:
// it is better to miss a reminder than to send one after the purchase.
func (r *reader) purchase(id, slug string, b orderBody) error {
	if err := r.contents(b.Currency, b.total(), b.Lines, b.Discounts, true); err != nil {
		return err
	}
	o, err := r.amounts(b)
	if err != nil {
		return err
	}
	o.ID, o.Number, o.Status = id, event.Clean(string(b.Number), 60), event.OrderOpen
	o.Source, o.PlacedAt = strings.ToLower(event.Clean(string(b.Channel.V.Type), 60)), b.Created.Time
	o.Creditable = b.creditable()
	r.e.Kind = event.OrderUpdated
	if slug == "created" || slug == "approved" {
		r.e.Kind = event.OrderPlaced
	}
	switch {
	case slug == "canceled" || strings.EqualFold(string(b.Status), "CANCELED"):
		r.e.Kind, o.Status = event.OrderCancelled, event.OrderVoid
	case b.paid("FULLY_REFUNDED"), o.Refunded.Minor > 0 && o.Refunded.Minor >= o.Total.Minor:
		r.e.Kind, o.Status, o.Refunded = event.OrderRefunded, event.OrderVoid, o.Total
	case o.Refunded.Minor > 0:
		r.e.Kind = event.OrderRefunded
	case b.paid("PARTIALLY_REFUNDED"):
		r.notes.Add("a part was refunded and the event does not say how much")
	}
	r.e.Order = &o
	return nil
}

// thin reads an event that names an order and tells nothing of it. A new one
// stops messages under an id of its own, so that what is told later is not
// taken for a second saying of worth nothing.
func (r *reader) thin(id, slug string) error {
	if wire.Segment(id) {
		r.e.Fetch = []event.Reference{{Kind: event.LinkOrder, ID: id}}
	}
	if slug != "created" && slug != "approved" {
		r.e.Links = nil
		return nil
	}
	currency, err := wire.Currency("currency", wire.Text(r.d.Currency))
	if err != nil {
		return err
	}
	r.e.Kind = event.OrderPlaced
	r.e.Order = &event.Order{ID: wire.ID("checkout:" + id), Status: event.OrderOpen, PlacedAt: r.e.OccurredAt,
		Total: money.Money{Currency: currency}, Refunded: money.Money{Currency: currency}}
	r.notes.Add("the event tells nothing but the order's id; the order is credited when it is told")
	return nil
}

func (b orderBody) paid(status string) bool { return strings.EqualFold(string(b.Payment), status) }

// creditable reports whether the shopper made the order on the site. Those of a
// till, of marketplaces, of staff and invoices are no recovery of ours, nor are
// a subscription's later cycles.
func (b orderBody) creditable() bool {
	for _, l := range b.Lines.V {
		if c := string(l.Subscription.V.Cycle); c != "" && c != "0" && c != "1" {
			return false
		}
	}
	switch strings.ToUpper(string(b.Channel.V.Type)) {
	case "", "WEB":
		return true
	}
	return false
}

func (r *reader) amounts(b orderBody) (o event.Order, err error) {
	currency, err := wire.Currency("currency", b.Currency, wire.Text(r.d.Currency))
	if err != nil {
		return o, err
	}
	o.Total, o.Refunded = money.Money{Currency: currency}, money.Money{Currency: currency}
	if total := b.total().Amount; total.Set() {
		if o.Total, err = total.Positive(currency, "priceSummary.total", &r.notes); err != nil {
			return o, err
		}
	} else {
		r.notes.Add("the order carries no total; it stops messages and is worth nothing")
	}
	if back := b.Balance.V.Refunded.Amount; back.Set() {
		o.Refunded, err = back.Positive(currency, "balanceSummary.refunded", &r.notes)
	}
	o.Refunded.Minor = min(o.Refunded.Minor, o.Total.Minor)
	return o, err
}

// transactions reads a change of an order's payments. It names neither currency
// nor total, so the order itself is asked for, which tells what was given back.
func (r *reader) transactions(m message) error {
	var b struct {
		OrderID wire.Text `json:"orderId"`
	}
	if err := m.decode("orderTransactions", &b); err != nil {
		return err
	}
	id := wire.ID(wire.First(b.OrderID, m.EntityID))
	if !wire.Segment(id) {
		return missing("orderId")
	}
	r.e.Fetch = []event.Reference{{Kind: event.LinkOrder, ID: id}}
	return nil
}

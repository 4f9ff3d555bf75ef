package magento

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// orderBody is an order. Amounts are in the shopper's currency.
type orderBody struct {
	ID         wire.Text                `json:"entity_id"`
	Number     wire.Text                `json:"increment_id"`
	QuoteID    wire.Text                `json:"quote_id"`
	FromQuote  wire.Text                `json:"from_quote"`
	State      wire.Text                `json:"state"`
	Status     wire.Text                `json:"status"`
	CreatedAt  wire.Time                `json:"created_at"`
	UpdatedAt  wire.Time                `json:"updated_at"`
	Currency   wire.Text                `json:"order_currency_code"`
	Total      wire.Amount              `json:"grand_total"`
	Paid       wire.Amount              `json:"total_paid"`
	Refunded   wire.Amount              `json:"total_refunded"`
	Items      wire.List[itemBody]      `json:"items"`
	Coupon     wire.Text                `json:"coupon_code"`
	CustomerID wire.Text                `json:"customer_id"`
	Email      wire.Text                `json:"customer_email"`
	First      wire.Text                `json:"customer_firstname"`
	Last       wire.Text                `json:"customer_lastname"`
	Billing    wire.Object[addressBody] `json:"billing_address"`
	Shipping   wire.Object[addressBody] `json:"shipping_address"`
	Addresses  wire.List[addressBody]   `json:"addresses"`
	Locale     wire.Text                `json:"locale"`
	More       wire.Object[moreBody]    `json:"extension_attributes"`
	// RemoteIP is null on orders that staff made. Only that is asked of it.
	RemoteIP json.RawMessage `json:"remote_ip"`
}

// byStaff reports whether the order was made in the administration, where the
// merchant has the field sent that shows it.
func (b orderBody) byStaff() bool {
	text := bytes.TrimSpace(b.RemoteIP)
	return len(text) > 0 && (bytes.Equal(text, []byte("null")) || bytes.Equal(text, []byte(`""`)))
}

// order reads an order, which every save of it tells anew.
func (r *reader) order(b orderBody) error {
	id := wire.ID(wire.First(b.Number, b.ID))
	if id == "" || id == "0" {
		return missing("increment_id")
	}
	var links wire.Links
	links.Add(event.LinkCart, b.QuoteID, b.FromQuote)
	links.Add(event.LinkOrder, wire.Text(id))
	r.e.Links = links
	if !b.Total.Set() && !r.asked {
		r.e.Fetch = named(b)
	}
	addresses := []addressBody{b.Billing.V, b.Shipping.V, b.More.V.address()}
	for _, kind := range []string{"billing", "shipping"} {
		for _, a := range b.Addresses.V {
			if string(a.Type) == kind {
				addresses = append(addresses, a)
			}
		}
	}
	r.person(b.CustomerID, b.Email, b.First, b.Last, b.Locale, addresses...)
	currency, err := wire.Currency("order_currency_code", b.Currency, wire.Text(r.d.Currency))
	if err != nil {
		return err
	}
	if b.Items.Set {
		if err := r.contents("items", wire.Text(currency), b.Total, b.Items.V, b.Coupon, true); err != nil {
			return err
		}
	}
	return r.purchase(b, id, currency)
}

// purchase reads what the order's state means. One that waits for its payment
// stops messages: its cart is closed, and whether the shopper is paying just
// now nobody tells.
func (r *reader) purchase(b orderBody, id, currency string) (err error) {
	o := event.Order{ID: id, Number: event.Clean(string(b.Number), 60), Status: event.OrderOpen, PlacedAt: b.CreatedAt.Time, Creditable: !b.byStaff()}
	if b.byStaff() {
		o.Source = "admin"
	}
	var paid money.Money
	for _, m := range []struct {
		to    *money.Money
		from  wire.Amount
		field string
	}{{&o.Total, b.Total, "grand_total"}, {&o.Refunded, b.Refunded, "total_refunded"}, {&paid, b.Paid, "total_paid"}} {
		if *m.to, err = amount(m.from, currency, m.field); err != nil {
			return err
		}
	}
	o.Refunded.Minor = min(o.Refunded.Minor, o.Total.Minor)
	state := strings.ToLower(wire.First(b.State, b.Status))
	if r.e.Kind = event.OrderUpdated; state == "new" || strings.Contains(r.e.Topic, "place") || strings.Contains(r.e.Topic, "submit") {
		r.e.Kind = event.OrderPlaced
	}
	switch {
	case state == "canceled" || state == "cancelled":
		r.e.Kind, o.Status, o.Unpaid = event.OrderCancelled, event.OrderVoid, paid.Minor == 0
	case state == "closed":
		r.e.Kind, o.Status, o.Refunded = event.OrderRefunded, event.OrderVoid, o.Total
	case o.Refunded.Minor > 0:
		if r.e.Kind = event.OrderRefunded; o.Refunded == o.Total {
			o.Status = event.OrderVoid
		}
	}
	r.e.Order = &o
	return nil
}

// amount reads an amount that floats may have been through.
func amount(a wire.Amount, currency, field string) (money.Money, error) {
	if !a.Set() {
		return money.Money{Currency: currency}, nil
	}
	var noise wire.Notes
	return a.Positive(currency, field, &noise)
}

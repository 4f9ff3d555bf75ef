package saleor

import (
	"encoding/json"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// metaBody stands at the end of legacy bodies.
type metaBody struct {
	IssuedAt wire.Time `json:"issued_at"`
}

// legacyBody is one object of the array that a webhook without a subscription
// query posts: an order, a checkout or a customer, told by its type. A checkout
// has its global id under the name of token. Its amounts
// are text with three decimals at times; an order's checkout is not told.
type legacyBody struct {
	Type      wire.Text                    `json:"type"`
	ID        wire.Text                    `json:"id"`
	Token     wire.Text                    `json:"token"`
	Number    wire.Text                    `json:"number"`
	Status    wire.Text                    `json:"status"`
	Origin    wire.Text                    `json:"origin"`
	Created   wire.Time                    `json:"created"`
	Changed   wire.Time                    `json:"last_change"`
	Email     wire.Text                    `json:"email"`
	UserEmail wire.Text                    `json:"user_email"`
	First     wire.Text                    `json:"first_name"`
	Last      wire.Text                    `json:"last_name"`
	Language  wire.Text                    `json:"language_code"`
	Currency  wire.Text                    `json:"currency"`
	Total     wire.Amount                  `json:"total_gross_amount"`
	Channel   wire.Object[legacyChannel]   `json:"channel"`
	User      wire.Object[legacyUser]      `json:"user"`
	Billing   wire.Object[legacyAddress]   `json:"billing_address"`
	Shipping  wire.Object[legacyAddress]   `json:"shipping_address"`
	Lines     wire.List[legacyLine]        `json:"lines"`
	Fulfilled wire.List[legacyFulfillment] `json:"fulfillments"`
	Meta      wire.Object[metaBody]        `json:"meta"`
}

// legacyChannel tells an order's currency.
type legacyChannel struct {
	Currency wire.Text `json:"currency_code"`
}

// legacyUser is a customer account.
type legacyUser struct {
	ID    wire.Text `json:"id"`
	Email wire.Text `json:"email"`
	First wire.Text `json:"first_name"`
	Last  wire.Text `json:"last_name"`
}

// legacyAddress is a postal address; its country is the code.
type legacyAddress struct {
	First   wire.Text `json:"first_name"`
	Last    wire.Text `json:"last_name"`
	Phone   wire.Text `json:"phone"`
	Country wire.Text `json:"country"`
	Region  wire.Text `json:"country_area"`
}

// legacyFulfillment tells what a return gave back.
type legacyFulfillment struct {
	Refund wire.Amount `json:"total_refund_amount"`
}

// legacyLine is a line of a checkout (variant_id, base_price) or an order.
type legacyLine struct {
	Product   wire.Text   `json:"product_name"`
	Variant   wire.Text   `json:"variant_name"`
	SKU       wire.Text   `json:"sku"`
	OrderSKU  wire.Text   `json:"product_sku"`
	VariantID wire.Text   `json:"variant_id"`
	OrderID   wire.Text   `json:"product_variant_id"`
	Quantity  wire.Count  `json:"quantity"`
	Currency  wire.Text   `json:"currency"`
	Base      wire.Amount `json:"base_price"`
	Unit      wire.Amount `json:"unit_price_gross_amount"`
	Total     wire.Amount `json:"total_price_gross_amount"`
}

// legacy reads an array of such objects as events of today's shape.
func legacy(body []byte) (b eventBody, err error) {
	var list []json.RawMessage
	if err := json.Unmarshal(body, &list); err != nil {
		return b, fault.Wrap(fault.Unprocessable, err, "the body is no list of objects")
	}
	if len(list) == 0 {
		return b, missing("[0]")
	}
	for _, raw := range list {
		var l legacyBody
		if err := wire.Decode(raw, &l); err != nil {
			return b, err
		}
		switch b.Meta = l.Meta; l.Type {
		case "Order":
			order, err := l.order()
			if err != nil {
				return b, err
			}
			b.orders = append(b.orders, order)
		case "Checkout":
			b.Checkout = wire.Object[checkoutBody]{V: l.checkout(), Set: true}
		case "User":
			b.User = wire.Object[userBody]{V: userBody{ID: l.ID, Email: l.Email, First: l.First, Last: l.Last, Language: l.Language}, Set: true}
		}
	}
	return b, nil
}

func (l legacyBody) checkout() checkoutBody {
	return checkoutBody{ID: l.ID, Token: l.Token, Created: l.Created, UpdatedAt: l.Changed, Email: l.Email, Language: l.Language,
		User: l.user(), Billing: l.Billing.V.modern(l.Billing.Set), Shipping: l.Shipping.V.modern(l.Shipping.Set),
		Total: taxed("", l.Currency), Lines: l.lines(l.Currency)}
}

func (l legacyBody) order() (orderBody, error) {
	code := wire.Text(wire.First(l.Channel.V.Currency, l.Currency))
	o := orderBody{ID: l.ID, Number: l.Number, Status: l.Status, Origin: l.Origin, Created: l.Created,
		UpdatedAt: l.Meta.V.IssuedAt, Email: l.UserEmail, Language: l.Language, Total: taxed(l.Total, code), User: l.user(),
		Billing: l.Billing.V.modern(l.Billing.Set), Shipping: l.Shipping.V.modern(l.Shipping.Set), Lines: l.lines(code)}
	given, err := l.given(code)
	if err == nil && given != "" {
		o.Refunded = wire.Object[moneyBody]{V: moneyBody{Amount: given, Currency: code}, Set: true}
	}
	return o, err
}

// given sums what returns gave back.
func (l legacyBody) given(code wire.Text) (wire.Amount, error) {
	var notes wire.Notes
	currency, err := wire.Currency("channel.currency_code", code)
	if err != nil {
		return "", nil //nolint:nilerr // an order in an unknown currency fails by its total
	}
	sum, _ := wire.Amount("0").Money(currency, "", &notes)
	for _, f := range l.Fulfilled.V {
		if !f.Refund.Set() {
			continue
		}
		m, err := f.Refund.Positive(currency, "fulfillments.total_refund_amount", &notes)
		if err != nil {
			return "", err
		}
		if sum, err = wire.Plus(sum, m); err != nil {
			return "", wire.In(err, "fulfillments")
		}
	}
	if sum.Minor == 0 {
		return "", nil
	}
	return wire.Amount(sum.Decimal()), nil
}

func (l legacyBody) user() wire.Object[userBody] {
	u := l.User.V
	return wire.Object[userBody]{V: userBody{ID: u.ID, Email: u.Email, First: u.First, Last: u.Last}, Set: l.User.Set}
}

func (a legacyAddress) modern(set bool) wire.Object[addressBody] {
	return wire.Object[addressBody]{Set: set, V: addressBody{First: a.First, Last: a.Last, Phone: a.Phone, Region: a.Region,
		Country: wire.Object[countryBody]{V: countryBody{Code: a.Country}, Set: true}}}
}

func (l legacyBody) lines(code wire.Text) wire.List[lineBody] {
	out := wire.List[lineBody]{Set: l.Lines.Set}
	for _, n := range l.Lines.V {
		currency := wire.Text(wire.First(n.Currency, code))
		unit := n.Unit
		if !unit.Set() {
			unit = n.Base
		}
		out.V = append(out.V, lineBody{ProductName: n.Product, VariantName: n.Variant, SKU: wire.Text(wire.First(n.OrderSKU, n.SKU)),
			VariantID: wire.Text(wire.First(n.OrderID, n.VariantID)), Quantity: n.Quantity, Unit: taxed(unit, currency), Total: taxed(n.Total, currency)})
	}
	return out
}

func taxed(a wire.Amount, code wire.Text) wire.Object[taxedBody] {
	gross := wire.Object[moneyBody]{V: moneyBody{Amount: a, Currency: code}, Set: true}
	return wire.Object[taxedBody]{V: taxedBody{Gross: gross}, Set: true}
}

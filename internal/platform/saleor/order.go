package saleor

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// orderBody is an Order.
type orderBody struct {
	ID         wire.Text                `json:"id"`
	Number     wire.Text                `json:"number"`
	Status     wire.Text                `json:"status"`
	Origin     wire.Text                `json:"origin"`
	Created    wire.Time                `json:"created"`
	UpdatedAt  wire.Time                `json:"updatedAt"`
	Checkout   told                     `json:"checkoutId"`
	Email      wire.Text                `json:"userEmail"`
	Language   wire.Text                `json:"languageCodeEnum"`
	Gross      wire.Bool                `json:"displayGrossPrices"`
	Voucher    wire.Text                `json:"voucherCode"`
	Charged    wire.Text                `json:"chargeStatus"`
	Authorized wire.Text                `json:"authorizeStatus"`
	Total      wire.Object[taxedBody]   `json:"total"`
	Refunded   wire.Object[moneyBody]   `json:"totalRefunded"`
	User       wire.Object[userBody]    `json:"user"`
	Billing    wire.Object[addressBody] `json:"billingAddress"`
	Shipping   wire.Object[addressBody] `json:"shippingAddress"`
	Lines      wire.List[lineBody]      `json:"lines"`
}

// told is a text of which it matters whether the body speaks of it at all.
type told struct {
	V   wire.Text
	Set bool
}

// UnmarshalJSON reads any value.
func (t *told) UnmarshalJSON(b []byte) error {
	t.Set = true
	return t.V.UnmarshalJSON(b)
}

func (r *reader) order() (string, error) {
	b := r.b.Order.V
	id := wire.ID(string(b.ID))
	if id == "" {
		return "", missing("order.id")
	}
	r.e.OccurredAt = r.occurred(b.UpdatedAt, b.Created)
	if b.is("DRAFT") || b.Status == "" && strings.HasPrefix(r.e.Topic, "draft_order_") {
		r.notes.Add("a draft that staff prepare is no purchase")
		return id, nil
	}
	var links wire.Links
	links.Add(event.LinkCheckout, b.Checkout.V)
	links.Add(event.LinkOrder, b.ID)
	r.e.Links = links
	r.person(buyer{user: b.User, emails: []wire.Text{b.Email}, billing: b.Billing.V, shipping: b.Shipping.V, language: b.Language})
	list := basket{field: "order.lines", lines: b.Lines, total: b.Total.V.Gross.V, net: b.Gross.Set && !b.Gross.Value,
		voucher: b.Voucher, lenient: true}
	if err := r.contents(list); err != nil {
		return "", err
	}
	o, err := r.amounts(b, list)
	if err != nil {
		return "", err
	}
	o.ID, o.Number, o.PlacedAt = id, event.Clean(string(b.Number), 60), b.Created.Time
	o.Source, o.Creditable = event.Clean(strings.ToLower(string(b.Origin)), 60), b.creditable() && r.e.Topic != "order_bulk_created"
	r.settle(b, o)
	if !b.Checkout.Set && r.e.Topic != fetchedOrder {
		r.e.Fetch = []event.Reference{{Kind: event.LinkOrder, ID: id}}
	}
	return id, nil
}

// amounts reads the total and what was given back of it.
func (r *reader) amounts(b orderBody, list basket) (*event.Order, error) {
	o := &event.Order{Status: event.OrderOpen}
	currency, err := r.currency(list)
	if err != nil {
		return nil, err
	}
	o.Total, o.Refunded = money.Money{Currency: currency}, money.Money{Currency: currency}
	if !list.total.Amount.Set() {
		r.notes.Add("the order carries no total; it stops messages and is worth nothing")
		return o, nil
	}
	if o.Total, err = list.total.Amount.Positive(currency, "order.total.gross.amount", &r.notes); err != nil {
		return nil, err
	}
	if given := b.Refunded.V.Amount; given.Set() {
		if o.Refunded, err = given.Positive(currency, "order.totalRefunded.amount", &r.notes); err != nil {
			return nil, err
		}
	}
	if r.e.Topic == "order_fully_refunded" {
		o.Refunded = o.Total
	}
	o.Refunded.Minor = min(o.Refunded.Minor, o.Total.Minor)
	return o, nil
}

// settle reads what the order's status and money mean. An order that waits for
// staff to confirm it, or for its payment, is a purchase: a reminder less is
// better than one after the purchase. Only one that expired, or was cancelled
// with nothing ever paid or reserved, never was one.
func (r *reader) settle(b orderBody, o *event.Order) {
	r.e.Kind, r.e.Order = event.OrderUpdated, o
	switch {
	case b.is("EXPIRED"), r.says(b, "order_expired"):
		r.e.Kind, o.Status, o.Unpaid = event.OrderCancelled, event.OrderVoid, true
	case b.is("CANCELED"), b.is("CANCELLED"), r.says(b, "order_cancelled"):
		r.e.Kind, o.Status = event.OrderCancelled, event.OrderVoid
		o.Unpaid = strings.EqualFold(string(b.Charged), "NONE") && strings.EqualFold(string(b.Authorized), "NONE") && o.Refunded.Minor == 0
	case o.Refunded.Minor > 0 && o.Refunded.Minor >= o.Total.Minor:
		r.e.Kind, o.Status = event.OrderRefunded, event.OrderVoid
	case o.Refunded.Minor > 0:
		r.e.Kind = event.OrderRefunded
	case r.e.Topic == "order_created", r.e.Topic == "order_bulk_created":
		r.e.Kind = event.OrderPlaced
	}
}

// says reports an event that ends the order. A header that nobody signed is
// believed only where the order tells no status of its own: another order's body
// posted under it would open a cart again that was bought.
func (r *reader) says(b orderBody, topic string) bool {
	return r.e.Topic == topic && (r.b.named() || b.Status == "")
}

func (b orderBody) is(status string) bool {
	return strings.EqualFold(strings.TrimSpace(string(b.Status)), status)
}

// creditable reports whether the shopper made the order: DRAFT began as a draft
// of staff, REISSUE replaces another order, BULK_CREATE was imported.
func (b orderBody) creditable() bool {
	switch strings.ToUpper(strings.TrimSpace(string(b.Origin))) {
	case "", "CHECKOUT":
		return true
	}
	return false
}

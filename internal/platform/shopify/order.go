package shopify

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// orderBody is an orders/* body.
type orderBody struct {
	buyer
	ID            wire.Text               `json:"id"`
	Name          wire.Text               `json:"name"`
	CheckoutToken wire.Text               `json:"checkout_token"`
	CheckoutID    wire.Text               `json:"checkout_id"`
	CartToken     wire.Text               `json:"cart_token"`
	CreatedAt     wire.Time               `json:"created_at"`
	UpdatedAt     wire.Time               `json:"updated_at"`
	ProcessedAt   wire.Time               `json:"processed_at"`
	CancelledAt   wire.Text               `json:"cancelled_at"`
	Financial     wire.Text               `json:"financial_status"`
	SourceName    wire.Text               `json:"source_name"`
	AppID         wire.Text               `json:"app_id"`
	Test          wire.Bool               `json:"test"`
	Currency      wire.Text               `json:"currency"`
	Total         wire.Amount             `json:"total_price"`
	CurrentTotal  wire.Amount             `json:"current_total_price"`
	Lines         wire.List[lineBody]     `json:"line_items"`
	Coupons       wire.List[discountBody] `json:"discount_codes"`
	Refunds       wire.List[refundBody]   `json:"refunds"`
	// RecoverURL is a checkout's alone.
	RecoverURL wire.Text `json:"abandoned_checkout_url"`
}

// refundBody is one refund; its transactions are what moved money.
type refundBody struct {
	Transactions wire.List[transactionBody] `json:"transactions"`
}

// transactionBody is one movement of money.
type transactionBody struct {
	Kind     wire.Text   `json:"kind"`
	Status   wire.Text   `json:"status"`
	Amount   wire.Amount `json:"amount"`
	Currency wire.Text   `json:"currency"`
}

func (r *reader) order() (string, error) {
	var b orderBody
	if err := wire.Decode(r.d.Body, &b); err != nil {
		return "", err
	}
	if wire.First(b.RecoverURL) != "" && wire.First(b.Financial, b.CheckoutToken) == "" {
		r.notes.Add("the topic says %s and the body tells a checkout: the body counts", r.e.Topic)
		return r.checkout()
	}
	if wire.First(b.ID) == "" {
		return "", missing("id")
	}
	r.e.OccurredAt = r.occurred(b.UpdatedAt)
	r.e.Links = b.links()
	r.person(b.buyer)
	r.ticked(b.buyer, b.CreatedAt, b.creditable())
	if err := r.contents(b.Currency, b.Total, b.Lines, b.Coupons, true); err != nil {
		return "", err
	}
	o, err := r.amounts(b)
	if err != nil {
		return "", err
	}
	o.ID, o.Number = wire.ID(string(b.ID)), event.Clean(string(b.Name), 60)
	o.Source, o.Creditable = event.Clean(string(b.SourceName), 60), b.creditable()
	o.PlacedAt = b.ProcessedAt.Time
	if o.PlacedAt.IsZero() {
		o.PlacedAt = b.CreatedAt.Time
	}
	r.e.Order = &o
	r.e.Kind, o.Status = b.meaning(r.e.Topic, o)
	return o.ID, nil
}

func (b orderBody) links() wire.Links {
	var links wire.Links
	links.Add(event.LinkCheckout, b.CheckoutToken, b.CheckoutID)
	links.Add(event.LinkCart, cartToken(b.CartToken))
	links.Add(event.LinkOrder, b.ID)
	return links
}

// meaning reads what the order's state, not the topic alone, says. A pending
// payment (bank transfer, cash on delivery) is a purchase.
func (b orderBody) meaning(topic string, o event.Order) (event.Kind, event.OrderStatus) {
	financial := strings.ToLower(string(b.Financial))
	switch {
	case b.CancelledAt != "", topic == "orders/cancelled", financial == "voided":
		return event.OrderCancelled, event.OrderVoid
	case financial == "refunded", o.Refunded.Minor > 0 && o.Refunded.Minor >= o.Total.Minor:
		return event.OrderRefunded, event.OrderVoid
	case o.Refunded.Minor > 0:
		return event.OrderRefunded, event.OrderOpen
	case topic == "orders/create":
		return event.OrderPlaced, event.OrderOpen
	}
	return event.OrderUpdated, event.OrderOpen
}

// amounts reads total and refunds. What was given back is the greater of the
// refunds' transactions and of what edits and returns took off the total: a
// recovery is never claimed to be worth more than what is left of the order.
func (r *reader) amounts(b orderBody) (event.Order, error) {
	var o event.Order
	currency, err := wire.Currency("currency", b.Currency, wire.Text(r.d.Currency))
	if err != nil {
		return o, err
	}
	o.Total, o.Refunded = money.Money{Currency: currency}, money.Money{Currency: currency}
	if !b.Total.Set() {
		r.notes.Add("the order carries no total_price; it stops messages and is worth nothing")
		return o, nil
	}
	if o.Total, err = b.Total.Positive(currency, "total_price", &r.notes); err != nil {
		return o, err
	}
	given, err := r.refunds(b, currency)
	if err != nil {
		return o, err
	}
	if b.CurrentTotal.Set() {
		current, err := b.CurrentTotal.Money(currency, "current_total_price", &r.notes)
		if err != nil {
			return o, err
		}
		given.Minor = max(given.Minor, o.Total.Minor-current.Minor)
	}
	if strings.EqualFold(string(b.Financial), "refunded") {
		given.Minor = o.Total.Minor
	}
	o.Refunded = money.Money{Minor: min(given.Minor, o.Total.Minor), Currency: currency}
	return o, nil
}

// refunds sums the transactions that gave money back.
func (r *reader) refunds(b orderBody, currency string) (money.Money, error) {
	sum := money.Money{Currency: currency}
	for _, refund := range b.Refunds.V {
		for _, t := range refund.Transactions.V {
			if t.Kind != "refund" || t.Status != "success" || !t.Amount.Set() {
				continue
			}
			if code := money.Code(string(t.Currency)); code != "" && code != currency {
				r.notes.Add("a refund in another currency than the order's was left to the order's own totals")
				continue
			}
			m, err := t.Amount.Positive(currency, "refunds.transactions.amount", &r.notes)
			if err != nil {
				return sum, err
			}
			if sum, err = wire.Plus(sum, m); err != nil {
				return sum, wire.In(err, "refunds")
			}
		}
	}
	return sum, nil
}

// creditable reports whether the shopper made the order in the online store.
// Everything else (point of sale, draft orders, subscriptions, marketplaces and
// apps, which show as their numeric id) is no recovery of ours.
func (b orderBody) creditable() bool {
	if b.Test.Value {
		return false
	}
	switch string(b.AppID) {
	case "1354745", "129785": // draft orders, point of sale
		return false
	}
	switch strings.ToLower(string(b.SourceName)) {
	case "", "web", "580111": // 580111 is the online store's own app id
		return true
	}
	return false
}

// orderDeleted reads orders/delete, which carries the id only.
func (r *reader) orderDeleted() (string, error) {
	var b struct {
		ID wire.Text `json:"id"`
	}
	if err := wire.Decode(r.d.Body, &b); err != nil {
		return "", err
	}
	if wire.First(b.ID) == "" {
		return "", missing("id")
	}
	r.e.Kind = event.OrderCancelled
	r.e.OccurredAt = r.occurred(wire.Time{})
	var links wire.Links
	links.Add(event.LinkOrder, b.ID)
	r.e.Links = links
	r.e.Order = &event.Order{ID: wire.ID(string(b.ID)), Status: event.OrderVoid}
	return string(b.ID), nil
}

package medusa

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// orderBody is an order. Its total shrinks when money is given back and is zero
// once it is cancelled; what was bought stays in the sums of items and shipping.
type orderBody struct {
	holding
	Number     wire.Text             `json:"display_id"`
	Status     wire.Text             `json:"status"`
	Draft      wire.Bool             `json:"is_draft_order"`
	CanceledAt wire.Text             `json:"canceled_at"`
	ItemTotal  amount                `json:"item_total"`
	ShipTotal  amount                `json:"shipping_total"`
	Link       wire.Object[linkBody] `json:"cart_link"`
	Paid       wire.List[paidBody]   `json:"payment_collections"`
}

// linkBody ties an order to its cart.
type linkBody struct {
	CartID wire.Text `json:"cart_id"`
}

// paidBody is how an order was paid.
type paidBody struct {
	Refunded amount `json:"refunded_amount"`
}

func (r *reader) order() (string, error) {
	b := r.b.Order.V
	id := wire.ID(string(b.ID))
	if id == "" {
		return "", missing("order.id")
	}
	r.e.OccurredAt = r.occurred(b.UpdatedAt, b.CreatedAt)
	if b.Draft.Value || b.is("draft") {
		r.notes.Add("a draft that staff prepare is no purchase")
		return id, nil
	}
	var links wire.Links
	links.Add(event.LinkCart, b.Link.V.CartID)
	links.Add(event.LinkOrder, b.ID)
	r.e.Links = links
	r.person(b.holding)
	if err := r.contents("order", b.holding, true); err != nil {
		return "", err
	}
	o, err := r.amounts(b)
	if err != nil {
		return "", err
	}
	if r.e.Contents != nil {
		r.e.Contents.Total = o.Total
	}
	o.ID, o.Number, o.PlacedAt, o.Source = id, event.Clean(string(b.Number), 60), b.CreatedAt.Time, "storefront"
	if o.Creditable = b.Link.V.CartID != ""; !o.Creditable {
		o.Source = "admin"
		r.notes.Add("the order came from no cart: it stops messages and is not credited")
	}
	r.settle(b, o)
	return id, nil
}

// amounts reads what was bought and what of it was given back. Medusa books a
// refund as a credit line, which lowers the order's total too.
func (r *reader) amounts(b orderBody) (*event.Order, error) {
	o := &event.Order{Status: event.OrderOpen}
	currency, err := wire.Currency("order.currency_code", b.Currency, wire.Text(r.d.Currency))
	if err != nil {
		return nil, err
	}
	total, err := r.largest(currency, "order.total", b.Total)
	if err != nil {
		return nil, err
	}
	items, err := r.largest(currency, "order.item_total", b.ItemTotal)
	if err != nil {
		return nil, err
	}
	shipping, err := r.largest(currency, "order.shipping_total", b.ShipTotal)
	if err != nil {
		return nil, err
	}
	whole, err := wire.Plus(items, shipping)
	if err != nil {
		return nil, wire.In(err, "order.item_total")
	}
	o.Total = money.Money{Minor: max(total.Minor, whole.Minor), Currency: currency}
	o.Refunded, err = r.refunds(b, currency)
	o.Refunded.Minor = min(o.Refunded.Minor, o.Total.Minor)
	return o, err
}

func (r *reader) refunds(b orderBody, currency string) (money.Money, error) {
	sum := money.Money{Currency: currency}
	for _, p := range b.Paid.V {
		m, err := r.largest(currency, "order.payment_collections.refunded_amount", p.Refunded)
		if err != nil {
			return sum, err
		}
		if sum, err = wire.Plus(sum, m); err != nil {
			return sum, wire.In(err, "order.payment_collections")
		}
	}
	return sum, nil
}

// settle reads what the order's state and money, not the event alone, say.
func (r *reader) settle(b orderBody, o *event.Order) {
	r.e.Kind, r.e.Order = event.OrderUpdated, o
	switch {
	case b.is("canceled"), b.CanceledAt != "", r.e.Topic == "order.canceled":
		r.e.Kind, o.Status = event.OrderCancelled, event.OrderVoid
	case o.Refunded.Minor > 0 && o.Refunded.Minor >= o.Total.Minor:
		r.e.Kind, o.Status = event.OrderRefunded, event.OrderVoid
	case o.Refunded.Minor > 0:
		r.e.Kind = event.OrderRefunded
	case r.e.Topic == "order.placed":
		r.e.Kind = event.OrderPlaced
	}
}

func (b orderBody) is(status string) bool {
	return strings.EqualFold(strings.TrimSpace(string(b.Status)), status)
}

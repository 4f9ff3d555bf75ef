package commercetools

import (
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// orderBody is an order. Its payments are told when asked for.
type orderBody struct {
	basketBody
	Number    wire.Text                  `json:"orderNumber"`
	Cart      wire.Object[referenceBody] `json:"cart"`
	Quote     wire.Object[referenceBody] `json:"quote"`
	Recurring wire.Object[referenceBody] `json:"recurringOrder"`
	State     wire.Text                  `json:"orderState"`
	Payment   wire.Text                  `json:"paymentState"`
	Payments  wire.Object[struct {
		List wire.List[paymentBody] `json:"payments"`
	}] `json:"paymentInfo"`
	// imported and recurred are said by the message that the order came with.
	imported, recurred bool
}

// paymentBody is a payment with its movements of money.
type paymentBody struct {
	Obj wire.Object[struct {
		Transactions wire.List[transactionBody] `json:"transactions"`
	}] `json:"obj"`
}

type transactionBody struct {
	Type   wire.Text              `json:"type"`
	State  wire.Text              `json:"state"`
	Amount wire.Object[moneyBody] `json:"amount"`
}

func parseOrder(d event.Delivery) ([]event.Event, error) {
	var b orderBody
	if err := wire.Decode(d.Body, &b); err != nil {
		return nil, err
	}
	r := newReader(d, fetchedOrder)
	if err := r.order(b); err != nil {
		return nil, err
	}
	// A refund changes the payment and not the order's version.
	r.e.DedupeKey = key("order", string(b.ID), b.edition(d), r.e.Order.Refunded.Decimal())
	r.e.Notes = r.notes
	return []event.Event{r.e}, nil
}

func (r *reader) order(b orderBody) error {
	var links wire.Links
	links.Add(event.LinkCart, b.Cart.V.ID)
	links.Add(event.LinkOrder, b.ID)
	if wire.First(b.ID) == "" || len(links) == 0 {
		return missing("id")
	}
	r.e.Links = links
	r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes, b.ModifiedAt.Time, r.e.OccurredAt, b.CreatedAt.Time)
	r.person(b.basketBody)
	if err := r.contents(b.basketBody, true); err != nil {
		return err
	}
	o, err := r.amounts(b)
	if err != nil {
		return err
	}
	r.e.Kind, o.Status = event.OrderPlaced, event.OrderOpen
	if wire.First(b.Version) != "1" {
		r.e.Kind = event.OrderUpdated
	}
	switch full := o.Refunded.Minor > 0 && o.Refunded.Minor >= o.Total.Minor; {
	case wire.First(b.State) == "Cancelled":
		r.e.Kind, o.Status = event.OrderCancelled, event.OrderVoid
	case full:
		r.e.Kind, o.Status = event.OrderRefunded, event.OrderVoid
	case o.Refunded.Minor > 0:
		r.e.Kind = event.OrderRefunded
	}
	r.e.Order = &o
	return nil
}

func (r *reader) amounts(b orderBody) (event.Order, error) {
	o := event.Order{
		ID: wire.ID(string(b.ID)), Number: event.Clean(string(b.Number), 60), Source: event.Clean(string(b.Origin), 60),
		Creditable: b.creditable(), Unpaid: wire.First(b.Payment) == "Failed", PlacedAt: b.CreatedAt.Time,
	}
	currency, err := wire.Currency("totalPrice.currencyCode", b.Total.V.Code, wire.Text(r.d.Currency))
	if err != nil {
		return o, err
	}
	o.Total, o.Refunded = money.Money{Currency: currency}, money.Money{Currency: currency}
	if total := b.pays(); total.Set() {
		if o.Total, err = total.Positive(currency, "totalPrice", &r.notes); err != nil {
			return o, err
		}
	}
	o.Refunded, err = r.refunds(b, o.Refunded)
	o.Refunded.Minor = min(o.Refunded.Minor, o.Total.Minor)
	return o, err
}

// refunds adds what payments gave back, in the order's currency.
func (r *reader) refunds(b orderBody, sum money.Money) (money.Money, error) {
	for _, p := range b.Payments.V.List.V {
		for _, t := range p.Obj.V.Transactions.V {
			back := wire.First(t.Type) == "Refund" || wire.First(t.Type) == "Chargeback"
			if !back || wire.First(t.State) != "Success" || money.Code(wire.First(t.Amount.V.Code)) != sum.Currency {
				continue
			}
			m, err := t.Amount.V.amount().Positive(sum.Currency, "paymentInfo.payments.transactions.amount", &r.notes)
			if err != nil {
				return sum, err
			}
			if sum, err = wire.Plus(sum, m); err != nil {
				return sum, wire.In(err, "paymentInfo.payments")
			}
		}
	}
	return sum, nil
}

// creditable reports whether a shopper ordered a cart of their own. Orders that
// staff, quotes and recurring orders made are not; nor are imported ones, which
// have no cart.
func (b orderBody) creditable() bool {
	origin := wire.First(b.Origin)
	return (origin == "" || origin == "Customer") && wire.First(b.Cart.V.ID) != "" &&
		wire.First(b.Quote.V.ID) == "" && wire.First(b.Recurring.V.ID) == "" && !b.imported && !b.recurred
}

package shopware

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// stateBody is a state of one of Shopware's state machines.
type stateBody struct {
	Name wire.Text `json:"technicalName"`
}

// orderBody is an order. Its amounts are JSON numbers in major units, often
// with the noise of floating point.
type orderBody struct {
	ID      wire.Text   `json:"id"`
	Version wire.Text   `json:"versionId"`
	Number  wire.Text   `json:"orderNumber"`
	Placed  wire.Time   `json:"orderDateTime"`
	Created wire.Time   `json:"createdAt"`
	Updated wire.Time   `json:"updatedAt"`
	MadeBy  wire.Text   `json:"createdById"`
	Amount  wire.Amount `json:"amountTotal"`
	Price   wire.Object[struct {
		Total wire.Amount `json:"totalPrice"`
	}] `json:"price"`
	Currency wire.Object[struct {
		ISO wire.Text `json:"isoCode"`
	}] `json:"currency"`
	Customer wire.Object[customerBody] `json:"orderCustomer"`
	Billing  wire.Object[addressBody]  `json:"billingAddress"`
	Language wire.Object[struct {
		Locale wire.Object[struct {
			Code wire.Text `json:"code"`
		}] `json:"locale"`
	}] `json:"language"`
	Lines        wire.List[lineBody]        `json:"lineItems"`
	State        wire.Object[stateBody]     `json:"stateMachineState"`
	Transactions wire.List[transactionBody] `json:"transactions"`
	Fields       wire.Object[struct {
		Cart wire.Text `json:"cartograph_cart"`
	}] `json:"customFields"`
	Subscription wire.Text `json:"subscriptionId"`
	Extensions   wire.Object[struct {
		Subscription wire.Object[struct {
			ID wire.Text `json:"id"`
		}] `json:"subscription"`
	}] `json:"extensions"`
}

// transactionBody is one try at paying, with what was taken and given back.
type transactionBody struct {
	State    wire.Object[stateBody] `json:"stateMachineState"`
	Created  wire.Time              `json:"createdAt"`
	Updated  wire.Time              `json:"updatedAt"`
	Captures wire.List[struct {
		Refunds wire.List[struct {
			State  wire.Object[stateBody] `json:"stateMachineState"`
			Amount wire.Object[struct {
				Total wire.Amount `json:"totalPrice"`
			}] `json:"amount"`
		}] `json:"refunds"`
	}] `json:"captures"`
}

// order reads an event that tells an order under payload.order.
func (r *reader) order(payload []byte) error {
	var b struct {
		Order wire.Object[orderBody] `json:"order"`
	}
	if err := wire.Decode(payload, &b); err != nil {
		return err
	}
	return r.told(b.Order.V)
}

func (r *reader) told(b orderBody) error {
	id := wire.ID(string(b.ID))
	if id == "" {
		return missing("data.payload.order.id")
	}
	r.e.OccurredAt = r.occurred(b.changed(), b.Created, b.Placed)
	if b.Version != "" && !strings.EqualFold(string(b.Version), live) {
		r.notes.Add("this version of the order is a draft that somebody edits")
		return nil
	}
	var links wire.Links
	links.Add(event.LinkCart, b.Fields.V.Cart)
	links.Add(event.LinkOrder, b.ID)
	r.e.Links = links
	c := b.Customer.V
	c.ID = c.CustomerID // its own id is the order's customer, not the shop's
	r.person(c, string(b.Language.V.Locale.V.Code), b.Billing.V)
	currency, err := wire.Currency("currency", b.Currency.V.ISO, wire.Text(r.d.Currency))
	if err != nil {
		return err
	}
	if err := r.contents(currency, b.total(), b.Lines, true); err != nil {
		return err
	}
	o, err := r.amounts(b, currency)
	if err != nil {
		return err
	}
	o.ID, o.Number, o.PlacedAt, o.Source = id, event.Clean(string(b.Number), 60), b.Placed.Time, b.source()
	o.Creditable = o.Source == "storefront"
	if o.PlacedAt.IsZero() {
		o.PlacedAt = b.Created.Time
	}
	r.e.Order = &o
	r.e.Kind = r.meaning(b, &o)
	return nil
}

// changed is when the order or one of its payments changed last: a payment's
// change of state leaves the order's own time as it was.
func (b orderBody) changed() wire.Time {
	last := b.Updated
	for _, t := range b.Transactions.V {
		for _, at := range []wire.Time{t.Created, t.Updated} {
			if at.After(last.Time) {
				last = at
			}
		}
	}
	return last
}

func (b orderBody) total() wire.Amount {
	if b.Amount.Set() {
		return b.Amount
	}
	return b.Price.V.Total
}

// source tells orders that staff made in the administration and those of a
// subscription from those of the storefront.
func (b orderBody) source() string {
	switch {
	case b.MadeBy != "":
		return "admin"
	case b.Subscription != "", b.Extensions.V.Subscription.V.ID != "":
		return "subscription"
	}
	return "storefront"
}

// amounts reads the total and, where it is told, what was given back.
func (r *reader) amounts(b orderBody, currency string) (o event.Order, err error) {
	o.Total, o.Refunded = money.Money{Currency: currency}, money.Money{Currency: currency}
	if total := b.total(); total.Set() {
		if o.Total, err = total.Positive(currency, "amountTotal", &r.notes); err != nil {
			return o, err
		}
	} else {
		r.notes.Add("the order carries no total; it stops messages and is worth nothing")
	}
	for _, t := range b.Transactions.V {
		for _, c := range t.Captures.V {
			for _, back := range c.Refunds.V {
				amount := back.Amount.V.Total
				if s := string(back.State.V.Name); s != "" && s != "completed" || !amount.Set() {
					continue
				}
				m, err := amount.Positive(currency, "refunds.amount", &r.notes)
				if err != nil {
					return o, err
				}
				if o.Refunded, err = wire.Plus(o.Refunded, m); err != nil {
					return o, wire.In(err, "refunds")
				}
			}
		}
	}
	o.Refunded.Minor = min(o.Refunded.Minor, o.Total.Minor)
	return o, nil
}

// meaning reads what the states say. Shopware places an order before it is
// paid, and some ways of paying never tell that they were; so an order counts
// as a purchase unless it says that it was cancelled or its payment failed.
func (r *reader) meaning(b orderBody, o *event.Order) event.Kind {
	state, paid := b.states(r.e.Topic)
	o.Status = event.OrderOpen
	switch {
	case state == "cancelled":
		o.Status = event.OrderVoid
		return event.OrderCancelled
	case paid == "failed", paid == "cancelled":
		o.Status, o.Unpaid = event.OrderVoid, true
		return event.OrderCancelled
	case paid == "refunded", o.Refunded.Minor > 0 && o.Refunded.Minor >= o.Total.Minor:
		o.Status, o.Refunded = event.OrderVoid, o.Total
		return event.OrderRefunded
	case o.Refunded.Minor > 0:
		return event.OrderRefunded
	case paid == "refunded_partially" && r.e.Topic != fetchedOrder:
		r.notes.Add("a part was refunded and the event does not say how much: the order is asked for")
		if wire.Segment(o.ID) {
			r.e.Fetch = []event.Reference{{Kind: event.LinkOrder, ID: o.ID}}
		}
	case r.e.Topic == "checkout.order.placed":
		return event.OrderPlaced
	}
	return event.OrderUpdated
}

// states gives the order's state and that of its newest payment: what the event
// says in its name wins, since what it carries may be older. But that one of
// several payments failed or was cancelled says nothing of the others: whoever
// chooses another way to pay has the first one cancelled.
func (b orderBody) states(topic string) (state, paid string) {
	state = strings.ToLower(string(b.State.V.Name))
	var newest transactionBody
	for i, t := range b.Transactions.V {
		if i == 0 || !t.Created.Before(newest.Created.Time) {
			newest = t
		}
	}
	paid = strings.ToLower(string(newest.State.V.Name))
	for _, t := range b.Transactions.V {
		// Of several tries one that holds is enough.
		switch s := strings.ToLower(string(t.State.V.Name)); s {
		case "paid", "paid_partially", "authorized", "refunded_partially":
			paid = s
		}
	}
	if s, found := strings.CutPrefix(topic, "state_enter.order.state."); found {
		state = s
	}
	if s, found := strings.CutPrefix(topic, "state_enter.order_transaction.state."); found {
		if lost := s == "failed" || s == "cancelled"; !lost || len(b.Transactions.V) < 2 {
			paid = s
		}
	}
	return state, paid
}

package vendure

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// orderBody is an order: a cart while it is active, a purchase once it is placed.
type orderBody struct {
	ID        wire.Text                 `json:"id"`
	Code      wire.Text                 `json:"code"`
	State     wire.Text                 `json:"state"`
	Active    wire.Bool                 `json:"active"`
	Type      wire.Text                 `json:"type"`
	Deleted   wire.Bool                 `json:"deleted"`
	CreatedAt wire.Time                 `json:"createdAt"`
	UpdatedAt wire.Time                 `json:"updatedAt"`
	PlacedAt  wire.Time                 `json:"orderPlacedAt"`
	Currency  wire.Text                 `json:"currencyCode"`
	Total     wire.Amount               `json:"totalWithTax"`
	Coupons   wire.List[wire.Text]      `json:"couponCodes"`
	Customer  wire.Object[customerBody] `json:"customer"`
	Shipping  wire.Object[addressBody]  `json:"shippingAddress"`
	Billing   wire.Object[addressBody]  `json:"billingAddress"`
	Lines     wire.List[lineBody]       `json:"lines"`
	Payments  wire.List[paymentBody]    `json:"payments"`
	// FromDraft is the companion's word that staff made the order, History the API's.
	FromDraft wire.Bool                `json:"fromDraft"`
	History   wire.Object[historyBody] `json:"history"`
}

// addressBody is a postal address.
type addressBody struct {
	Name    wire.Text `json:"fullName"`
	Phone   wire.Text `json:"phoneNumber"`
	Country wire.Text `json:"countryCode"`
	Region  wire.Text `json:"province"`
}

func (b addressBody) told() bool { return wire.First(b.Name, b.Phone, b.Country, b.Region) != "" }

// paymentBody is one payment with its refunds.
type paymentBody struct {
	State   wire.Text   `json:"state"`
	Amount  wire.Amount `json:"amount"`
	Refunds wire.List[struct {
		State wire.Text   `json:"state"`
		Total wire.Amount `json:"total"`
	}] `json:"refunds"`
}

// historyBody is an order's history, as far as it tells of its states.
type historyBody struct {
	Items wire.List[struct {
		Data wire.Object[struct {
			From wire.Text `json:"from"`
		}] `json:"data"`
	}] `json:"items"`
}

// byStaff reports that the order began as a draft of staff.
func (b orderBody) byStaff() bool {
	if b.FromDraft.Value || b.is("Draft") {
		return true
	}
	for _, h := range b.History.V.Items.V {
		if h.Data.V.From == "Draft" {
			return true
		}
	}
	return false
}

func (b orderBody) is(state string) bool {
	return strings.EqualFold(strings.TrimSpace(string(b.State)), state)
}

func (b orderBody) placed() bool { return !b.PlacedAt.IsZero() || b.PlacedAt.Bad }

func (r *reader) order() (string, error) {
	b := r.b.Order.V
	code := wire.ID(string(b.Code))
	if code == "" {
		return "", missing("order.code")
	}
	r.e.OccurredAt, r.e.StartedAt = r.occurred(b.UpdatedAt, b.CreatedAt), b.CreatedAt.Time
	var links wire.Links
	links.Add(event.LinkCheckout, b.Code)
	links.Add(event.LinkOrder, b.ID)
	switch {
	case strings.EqualFold(string(b.Type), "Seller"):
		r.notes.Add("a seller's part of an order; the whole order is told beside it")
		return code, nil
	case b.Deleted.Value, b.is("Cancelled") && !b.placed():
		r.e.Kind, r.e.Links = event.CartDeleted, links
		return code, nil
	case b.placed():
		r.e.Links = links
		return code, r.purchase(code, b)
	case b.is("Draft"), b.byStaff(), b.Active.Set && !b.Active.Value:
		r.notes.Add("an order that staff prepare is no shopper's cart")
		return code, nil
	}
	r.e.Links = links
	return code, r.cart(b)
}

// cart reads an active order.
func (r *reader) cart(b orderBody) error {
	r.e.Kind = event.CartUpdated
	switch {
	case r.b.Payment.V.State != "":
		r.e.Kind = event.PaymentFailed
	case b.is("ArrangingPayment"), b.Shipping.V.told(), b.Billing.V.told():
		r.e.Kind = event.CheckoutUpdated
	}
	r.e.RestoreURL = wire.URL(string(r.b.RestoreURL))
	r.person(b)
	return r.contents(b, false)
}

// purchase reads a placed order. A cancelled one has no total any more: what was
// paid says what it was worth.
func (r *reader) purchase(code string, b orderBody) error {
	r.e.StartedAt = b.CreatedAt.Time
	r.person(b)
	if err := r.contents(b, true); err != nil {
		return err
	}
	o, err := r.amounts(b)
	if err != nil {
		return err
	}
	if r.e.Contents != nil {
		r.e.Contents.Total = o.Total
	}
	o.ID, o.Number, o.PlacedAt, o.Source, o.Creditable = code, event.Clean(string(b.Code), 60), b.PlacedAt.Time, "storefront", true
	if b.byStaff() {
		o.Source, o.Creditable = "admin", false
	}
	r.e.Kind, r.e.Order = event.OrderUpdated, o
	switch {
	case b.is("Cancelled"):
		r.e.Kind, o.Status = event.OrderCancelled, event.OrderVoid
	case o.Refunded.Minor > 0 && o.Refunded.Minor >= o.Total.Minor:
		r.e.Kind, o.Status = event.OrderRefunded, event.OrderVoid
	case o.Refunded.Minor > 0:
		r.e.Kind = event.OrderRefunded
	case r.e.Topic == "OrderPlacedEvent":
		r.e.Kind = event.OrderPlaced
	}
	return nil
}

// amounts reads the total, what was paid of it, and what was given back.
func (r *reader) amounts(b orderBody) (*event.Order, error) {
	currency, err := wire.Currency("order.currencyCode", b.Currency, wire.Text(r.d.Currency))
	if err != nil {
		return nil, err
	}
	o := &event.Order{Status: event.OrderOpen, Total: money.Money{Currency: currency}, Refunded: money.Money{Currency: currency}}
	if b.Total.Set() {
		if o.Total, err = r.major(b.Total).Positive(currency, "order.totalWithTax", &r.notes); err != nil {
			return nil, err
		}
	}
	paid := money.Money{Currency: currency}
	for _, p := range b.Payments.V {
		if p.State == "Settled" || p.State == "Authorized" {
			if paid, err = r.sum(paid, p.Amount, "order.payments.amount"); err != nil {
				return nil, err
			}
		}
		for _, refund := range p.Refunds.V {
			if refund.State != "Settled" {
				continue
			}
			if o.Refunded, err = r.sum(o.Refunded, refund.Total, "order.payments.refunds.total"); err != nil {
				return nil, err
			}
		}
	}
	o.Total.Minor = max(o.Total.Minor, paid.Minor)
	o.Refunded.Minor = min(o.Refunded.Minor, o.Total.Minor)
	return o, nil
}

func (r *reader) sum(so money.Money, a wire.Amount, field string) (money.Money, error) {
	if !a.Set() {
		return so, nil
	}
	m, err := r.major(a).Positive(so.Currency, field, &r.notes)
	if err != nil {
		return so, err
	}
	so, err = wire.Plus(so, m)
	return so, wire.In(err, field)
}

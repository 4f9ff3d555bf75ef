package woocommerce

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// orderBody is an order as WooCommerce's REST API v3 prints it. Of each time
// only the *_gmt form says which moment it is.
type orderBody struct {
	ID          wire.Text                `json:"id"`
	Number      wire.Text                `json:"number"`
	Key         wire.Text                `json:"order_key"`
	Status      wire.Text                `json:"status"`
	Currency    wire.Text                `json:"currency"`
	CreatedVia  wire.Text                `json:"created_via"`
	ParentID    wire.Text                `json:"parent_id"`
	CustomerID  wire.Text                `json:"customer_id"`
	UserAgent   wire.Text                `json:"customer_user_agent"`
	CreatedAt   wire.Time                `json:"date_created_gmt"`
	ModifiedAt  wire.Time                `json:"date_modified_gmt"`
	PaidAt      wire.Time                `json:"date_paid_gmt"`
	Total       wire.Amount              `json:"total"`
	TaxIncluded wire.Bool                `json:"prices_include_tax"`
	Billing     wire.Object[addressBody] `json:"billing"`
	Shipping    wire.Object[addressBody] `json:"shipping"`
	Lines       wire.List[lineBody]      `json:"line_items"`
	Coupons     wire.List[couponBody]    `json:"coupon_lines"`
	Refunds     wire.List[refundBody]    `json:"refunds"`
	PaymentURL  wire.Text                `json:"payment_url"`
	Meta        metaList                 `json:"meta_data"`
	// Code is set where the body is an error and no order.
	Code wire.Text `json:"code"`
}

// refundBody is one refund; its total is negative.
type refundBody struct {
	Total wire.Amount `json:"total"`
}

// couponBody is one coupon applied.
type couponBody struct {
	Code wire.Text `json:"code"`
}

// refused reports an error object in the order's place.
func (b orderBody) refused() bool { return wire.First(b.ID) == "" && wire.First(b.Code) != "" }

func (r *reader) order() error {
	var b orderBody
	if err := wire.Decode(r.d.Body, &b); err != nil {
		return err
	}
	if b.refused() {
		r.refuse()
		return nil
	}
	if id := wire.ID(string(b.ID)); id == "" || id == "0" {
		return missing("id")
	}
	modified := ""
	if !b.ModifiedAt.IsZero() {
		modified = b.ModifiedAt.Format("2006-01-02T15:04:05")
	}
	r.e.DedupeKey = r.dedupe(string(b.ID), modified)
	r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes, b.ModifiedAt.Time, b.CreatedAt.Time)
	var links wire.Links
	links.Add(event.LinkCheckout, b.Key)
	links.Add(event.LinkOrder, b.ID)
	if b.creditable() {
		// The plugin writes its cart's id into the order. Renewals of a subscription
		// copy the first order's meta data, and are no purchase of its cart.
		links.Add(event.LinkCart, b.Meta.value(cartMeta))
	}
	r.e.Links = links
	r.person(b)
	r.consents(b)
	return r.status(b)
}

// status reads what the order's status means. An order is a cart until it
// leaves draft, pending and failed: the same id and key tie both together.
func (r *reader) status(b orderBody) error {
	s := strings.TrimPrefix(strings.ToLower(strings.TrimSpace(string(b.Status))), "wc-")
	switch s {
	case "":
		return missing("status")
	case "checkout-draft", "auto-draft", "draft", "pending", "failed":
		if !b.PaidAt.IsZero() {
			// It was paid, and only its status went back: who has paid must not be reminded.
			return r.purchase(b, s)
		}
		if b.madeBy("admin") || b.madeBy("subscription") || b.madeBy("pos") || b.madeBy("import") || b.part() {
			r.notes.Add("an unpaid order that staff, a till, an import or a subscription made, or that is a part of another, is no shopper's cart")
			return nil
		}
		kind := event.CheckoutUpdated
		if s == "failed" {
			kind = event.PaymentFailed
		}
		return r.cart(b, kind)
	case "trash":
		r.e.Kind = event.CartDeleted
		return nil
	}
	return r.purchase(b, s)
}

// cart reads an order that is not bought yet. Only an order that waits for its
// payment has a page to pay on; a draft is taken up in the shop's own cart.
func (r *reader) cart(b orderBody, kind event.Kind) error {
	r.e.Kind, r.e.StartedAt = kind, b.CreatedAt.Time
	if !strings.Contains(string(b.Status), "draft") {
		r.e.RestoreURL = wire.URL(string(b.PaymentURL))
	}
	return r.contents(b, false)
}

// purchase reads an order that counts. on-hold (bank transfer, cheque) does; so
// does a status that a plugin added, since it is better to miss a reminder than
// to send one after the purchase, but it is only credited once it was paid.
func (r *reader) purchase(b orderBody, status string) error {
	if err := r.contents(b, true); err != nil {
		return err
	}
	o, err := r.amounts(b)
	if err != nil {
		return err
	}
	r.e.Kind, o.Status = event.OrderUpdated, event.OrderOpen
	if r.e.Topic == "order.created" {
		r.e.Kind = event.OrderPlaced
	}
	switch full := o.Refunded.Minor > 0 && o.Refunded.Minor >= o.Total.Minor; {
	case status == "cancelled":
		// WooCommerce cancels unpaid orders by itself, to free their stock.
		r.e.Kind, o.Status, o.Unpaid = event.OrderCancelled, event.OrderVoid, b.PaidAt.IsZero()
	case status == "refunded":
		r.e.Kind, o.Status, o.Refunded = event.OrderRefunded, event.OrderVoid, o.Total
	case full:
		r.e.Kind, o.Status = event.OrderRefunded, event.OrderVoid
	case o.Refunded.Minor > 0:
		r.e.Kind = event.OrderRefunded
	case status == "processing", status == "completed", status == "on-hold":
	case b.PaidAt.IsZero():
		o.Creditable = false
		r.notes.Add("the order status is not one of WooCommerce's own; the order stops messages and is not credited until paid")
	}
	r.e.Order = &o
	return nil
}

// amounts reads the order's facts and money. An order that began as a draft or
// waited for its payment was placed when it was paid.
func (r *reader) amounts(b orderBody) (event.Order, error) {
	o := event.Order{
		ID: wire.ID(string(b.ID)), Number: event.Clean(string(b.Number), 60),
		Source: event.Clean(string(b.CreatedVia), 60), Creditable: b.creditable(), PlacedAt: b.PaidAt.Time,
	}
	if o.PlacedAt.IsZero() {
		o.PlacedAt = b.CreatedAt.Time
	}
	currency, err := wire.Currency("currency", b.Currency, wire.Text(r.d.Currency))
	if err != nil {
		return o, err
	}
	o.Total, o.Refunded = money.Money{Currency: currency}, money.Money{Currency: currency}
	if b.Total.Set() {
		if o.Total, err = b.Total.Positive(currency, "total", &r.notes); err != nil {
			return o, err
		}
	}
	for _, refund := range b.Refunds.V {
		if !refund.Total.Set() {
			continue
		}
		m, err := refund.Total.Money(currency, "refunds.total", &r.notes)
		if err != nil {
			return o, err
		}
		m.Minor = max(m.Minor, -m.Minor)
		if o.Refunded, err = wire.Plus(o.Refunded, m); err != nil {
			return o, wire.In(err, "refunds")
		}
	}
	o.Refunded.Minor = min(o.Refunded.Minor, o.Total.Minor)
	return o, nil
}

// creditable reports whether a shopper made the order at the checkout; those
// that staff, programs, tills and subscription renewals made are not.
//
// An order below another one is a part of it: plugins for several sellers make one
// for each, beside the whole that the shopper paid.
func (b orderBody) creditable() bool {
	if b.part() {
		return false
	}
	for _, word := range []string{"admin", "rest-api", "subscription", "import", "pos"} {
		if b.madeBy(word) {
			return false
		}
	}
	return true
}

func (b orderBody) part() bool {
	p := wire.First(b.ParentID)
	return p != "" && p != "0"
}

// madeBy reports whether created_via is the word or begins with it ("pos-rest-api").
func (b orderBody) madeBy(word string) bool {
	via := strings.ToLower(string(b.CreatedVia))
	return via == word || strings.HasPrefix(via, word+"-") || strings.HasPrefix(via, word+"_")
}

func missing(field string) error {
	return fault.New(fault.Unprocessable, "the order has no %s", field).
		In(field).Try("send the order as WooCommerce's REST API v3 prints it")
}

package generic

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// order reads an order event.
func (r *reader) order(kind event.Kind) error {
	currency, err := r.currency()
	if err != nil {
		return err
	}
	o := event.Order{
		ID:         wire.ID(wire.First(r.p.OrderID, r.p.Transaction)),
		Number:     event.Clean(string(r.p.OrderNumber), 60),
		Status:     event.OrderOpen,
		PlacedAt:   r.p.CreatedAt.Time,
		Source:     event.Clean(string(r.p.OrderSource), 60),
		Creditable: !r.p.Test.Value && shopperMade(string(r.p.OrderSource)),
	}
	if o.PlacedAt.IsZero() && kind == event.OrderPlaced {
		o.PlacedAt = r.moment()
	}
	if err := r.whose(kind); err != nil {
		return err
	}
	if o.ID == "" {
		// It must stop messages all the same; but it cannot be told from its own repeats.
		o.ID, o.Creditable = "event:"+wire.Sum([]byte(r.e.DedupeKey))[:32], false
		r.notes.Add("the order has no order_id: it stops messages and is not credited")
	}
	lines, err := r.lines(currency)
	if err != nil {
		return err
	}
	if err := r.orderMoney(kind, &o, lines, currency); err != nil {
		return err
	}
	if draft(string(r.p.Status)) {
		r.e.Kind, r.e.Links = event.Unknown, nil
		r.notes.Add("an order that is a draft is no purchase")
		return nil
	}
	r.e.Kind, r.e.Order = r.settle(kind, &o), &o
	if _, list := r.list(); list.Set && (r.e.Kind == event.OrderPlaced || r.e.Kind == event.OrderUpdated) {
		return r.contents()
	}
	return nil
}

// whose refuses an order that names nobody and nothing: its sender would believe
// that it stops messages, and they would go on after the purchase.
func (r *reader) whose(kind event.Kind) error {
	switch {
	case len(r.e.Person.Keys) > 0:
	case len(r.e.Links) == 0:
		return fault.New(fault.Unprocessable, "the order says neither which cart it came from nor whose it is: no message would stop for it").
			In("order_id").Try("send cart_id or checkout_id beside order_id, or userId, anonymousId, email or phone")
	case kind == event.OrderPlaced && len(r.e.Links) == 1 && r.e.Links[0].Kind == event.LinkOrder:
		r.notes.Add("the order names no shopper and no cart: it stops messages only where an earlier event told this order_id; send cart_id, checkout_id or who bought")
	}
	return nil
}

// orderMoney reads total and refunds. `refunded` (or `amount`) is the sum given
// back so far. A refund without either tells the amount as its value (GA4), by
// the products it lists (Segment), or, saying neither, gives back everything.
func (r *reader) orderMoney(kind event.Kind, o *event.Order, lines wire.Lines, currency string) (err error) {
	o.Total, o.Refunded = money.Money{Currency: currency}, money.Money{Currency: currency}
	total, field := r.total()
	given, givenField := r.p.Refunded, "refunded"
	if !given.Set() {
		given, givenField = r.p.Amount, "amount"
	}
	if kind == event.OrderRefunded && !given.Set() {
		given, givenField, total = total, field, ""
		if !given.Set() && len(lines.Items) > 0 {
			o.Refunded = lines.Sum
		}
	} else if !total.Set() {
		o.Total = lines.Sum
	}
	if total.Set() {
		if o.Total, err = total.Positive(currency, field, &r.notes); err != nil {
			return err
		}
	}
	if given.Set() {
		o.Refunded, err = given.Positive(currency, givenField, &r.notes)
	}
	return err
}

// settle gives the kind and sets the status that event name, `status` and the
// amounts together mean.
func (r *reader) settle(kind event.Kind, o *event.Order) event.Kind {
	status := strings.ToLower(strings.TrimSpace(string(r.p.Status)))
	all := o.Refunded.Minor > 0 && o.Total.Minor > 0 && o.Refunded.Minor >= o.Total.Minor
	switch {
	case kind == event.OrderCancelled, status == "cancelled", status == "canceled", status == "voided":
		o.Status = event.OrderVoid
		return event.OrderCancelled
	case kind == event.OrderRefunded && o.Refunded.Minor == 0, status == "refunded", all:
		o.Status = event.OrderVoid
		o.Refunded.Minor = max(o.Refunded.Minor, o.Total.Minor)
		return event.OrderRefunded
	case o.Refunded.Minor > 0:
		return event.OrderRefunded
	}
	return kind
}

// draft reports the statuses of orders that nobody has bought yet.
func draft(status string) bool {
	switch strings.ToLower(strings.TrimSpace(status)) {
	case "draft", "checkout-draft", "quote", "quotation":
		return true
	}
	return false
}

// shopperMade reports whether the source is one shoppers order through by
// themselves; tills, staff, imports and subscriptions are not.
func shopperMade(source string) bool {
	switch strings.ToLower(strings.TrimSpace(source)) {
	case "pos", "admin", "draft", "draft_order", "import", "imported", "subscription", "renewal", "phone", "marketplace", "test":
		return false
	}
	return true
}

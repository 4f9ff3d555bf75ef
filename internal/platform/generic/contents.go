package generic

import (
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// body reads what the kind carries besides person, links and consent.
func (r *reader) body(kind event.Kind) error {
	switch {
	case kind == event.ItemAdded, kind == event.ItemRemoved:
		return r.deltas(kind)
	case isOrder(kind):
		return r.order(kind)
	case kind == event.CartUpdated, kind == event.CheckoutUpdated, kind == event.PaymentFailed:
		r.e.StartedAt = r.p.CreatedAt.Time
		return r.contents()
	case kind == event.ShopperUpdated, kind == event.ConsentChanged:
		if len(r.e.Person.Keys) == 0 {
			return fault.New(fault.Unprocessable, "the event says nothing to recognize the shopper by").
				In("userId").Try("send userId, anonymousId, email or phone")
		}
	}
	return nil
}

// list gives the products under either of their names.
func (r *reader) list() (string, wire.List[product]) {
	if r.p.Items.Set && !r.p.Products.Set {
		return "items", r.p.Items
	}
	return "products", r.p.Products
}

// currency is the event's own, else that of its first line, else the shop's.
func (r *reader) currency() (string, error) {
	_, list := r.list()
	codes := []wire.Text{r.p.Currency}
	for _, p := range list.V {
		codes = append(codes, p.Currency)
	}
	return wire.Currency("currency", append(codes, wire.Text(r.d.Currency))...)
}

// lines reads the products, all in one currency.
func (r *reader) lines(currency string) (wire.Lines, error) {
	field, list := r.list()
	lines := wire.Lines{Field: field, Currency: currency, Notes: &r.notes, Items: []event.Item{}}
	if r.single {
		lines.Field = ""
	}
	for i, p := range list.V {
		if code := money.Code(string(p.Currency)); code != "" && code != currency {
			return lines, fault.New(fault.Unprocessable, "the line is in another currency than the cart").
				In(lines.At(i) + "currency").Try("send one cart in one currency")
		}
		if err := lines.Add(p.line()); err != nil {
			return lines, err
		}
	}
	lines.Sum.Currency = currency
	return lines, nil
}

// contents reads the full state. An event without a list leaves the contents as
// they are, save one that says in its name that the cart was emptied.
func (r *reader) contents() error {
	_, list := r.list()
	if !list.Set && !empties(r.e.Topic) {
		return nil
	}
	currency, err := r.currency()
	if err != nil {
		return err
	}
	lines, err := r.lines(currency)
	if err != nil {
		return err
	}
	c := &event.Contents{Items: lines.Items, Total: lines.Sum}
	if total, field := r.total(); total.Set() {
		if c.Total, err = total.Positive(currency, field, &r.notes); err != nil {
			return err
		}
	}
	if coupon := event.Clean(string(r.p.Coupon), 100); coupon != "" {
		c.Coupons = []string{coupon}
	}
	r.e.Contents = c
	return nil
}

// total gives what the shopper would pay and the name it came under.
func (r *reader) total() (wire.Amount, string) {
	switch {
	case r.p.Total.Set():
		return r.p.Total, "total"
	case r.p.Value.Set():
		return r.p.Value, "value"
	}
	return r.p.Revenue, "revenue"
}

// deltas reads what was added or removed: the listed products (GA4), or the
// one the properties themselves describe (Segment).
func (r *reader) deltas(kind event.Kind) error {
	if _, list := r.list(); !list.Set {
		r.single = true
		r.p.Products = wire.List[product]{V: []product{r.p.product}, Set: true}
	}
	currency, err := r.currency()
	if err != nil {
		return err
	}
	lines, err := r.lines(currency)
	if err != nil {
		return err
	}
	for i, it := range lines.Items {
		if it.Same() == "" {
			return fault.New(fault.Unprocessable, "the product has no id, SKU or name").
				In(lines.At(i) + "product_id").Try("send product_id, variant_id or sku")
		}
		n := it.Quantity
		if kind == event.ItemRemoved {
			n = -n
		}
		r.e.Deltas = append(r.e.Deltas, event.Delta{Item: it, Quantity: n})
	}
	return nil
}

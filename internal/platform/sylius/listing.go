package sylius

import (
	"context"
	"encoding/json"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// listing is one page of a list, with what its orders only name.
type listing struct {
	*chain
	since time.Time
	// customers are those that were asked for, offline whether methods of
	// payment are; nil where that is not told.
	customers map[string]map[string]any
	offline   map[string]*bool
}

func newListing(c *chain, since time.Time) *listing {
	return &listing{chain: c, since: since, customers: map[string]map[string]any{}, offline: map[string]*bool{}}
}

func (l *listing) answers(ctx context.Context, orders []listedBody) (out []platform.Answer, err error) {
	for _, o := range orders {
		order, err := l.order(ctx, o)
		if err != nil {
			return nil, err
		}
		if order == nil {
			continue
		}
		customer, err := l.customer(ctx, o)
		if err != nil {
			return nil, err
		}
		// The customer stays beside the order: it is not asked for each time, and
		// the order is nothing new for that.
		text, err := json.Marshal(map[string]any{"topic": listedOrder, "order": order, "customer": customer})
		if err != nil {
			return nil, fault.Wrap(fault.Internal, err, "an order cannot be written")
		}
		out = append(out, platform.Answer{Body: text})
	}
	return out, nil
}

// order is an order in the words of the bundle, nil where not enough is told to
// say what it is: then it is left for the bundle, and looked at again.
func (l *listing) order(ctx context.Context, o listedBody) (map[string]any, error) {
	items := []any{}
	for _, i := range o.Items.V {
		items = append(items, map[string]any{"variant": i.Variant.ID, "productName": i.ProductName, "variantName": i.VariantName,
			"quantity": i.Quantity, "unitPrice": i.UnitPrice, "subtotal": i.Subtotal})
	}
	out := map[string]any{
		"id": o.ID, "tokenValue": o.Token, "number": o.Number, "state": o.State, "checkoutState": o.CheckoutState, "paymentState": o.PaymentState,
		"currencyCode": o.Currency, "localeCode": o.Locale, "total": o.Total, "billingAddress": o.Billing.V, "shippingAddress": o.Shipping.V,
	}
	// A time without its zone is none: see List.
	if _, ok := o.completed(); ok {
		out["checkoutCompletedAt"] = o.CompletedAt
	}
	if o.Items.Set {
		out["items"] = items
	}
	if (o.PaymentState == "paid" || o.PaymentState == "authorized") && o.State != "cancelled" {
		return out, nil
	}
	payments, known, err := l.payments(ctx, o)
	switch {
	case err != nil:
		return nil, err
	case known:
		out["payments"] = payments
	case o.State == "new" && o.PaymentState == "awaiting_payment":
		// Awaited by a bank it is a purchase, awaited by a payment page it is none yet.
		return nil, nil
	case o.PaymentState == "cancelled" || o.PaymentState == "awaiting_payment":
		out["payments"] = []any{} // none was ever made
	}
	return out, nil
}

func (o listedBody) completed() (time.Time, bool) {
	at, err := time.Parse(time.RFC3339, string(o.CompletedAt))
	return at, err == nil
}

// payments asks for an order's payments; known is false where it is not told
// which are made offline, or nothing is told at all.
func (l *listing) payments(ctx context.Context, o listedBody) (out []any, known bool, err error) {
	if !wire.Segment(string(o.Token)) {
		return nil, false, nil
	}
	type payment struct {
		State  wire.Text   `json:"state"`
		Amount wire.Amount `json:"amount"`
		Method link        `json:"method"`
	}
	var told struct {
		Members      wire.List[payment] `json:"member"`
		HydraMembers wire.List[payment] `json:"hydra:member"`
	}
	err = l.get(ctx, "/admin/orders/"+string(o.Token)+"/payments", &told)
	switch {
	case fault.Is(err, fault.NotFound):
		return nil, false, nil
	case err != nil:
		return nil, false, err
	}
	list := told.Members
	if !list.Set {
		list = told.HydraMembers
	}
	known = list.Set
	for _, p := range list.V {
		one := map[string]any{"state": p.State, "amount": p.Amount}
		if o.PaymentState == "awaiting_payment" && p.State == "new" {
			offline, err := l.isOffline(ctx, p.Method.ID)
			if err != nil {
				return nil, false, err
			}
			if known = known && offline != nil; offline != nil {
				one["offline"] = *offline
			}
		}
		out = append(out, one)
	}
	return out, known, nil
}

// isOffline asks whether a method is paid outside of the shop; nil where that is
// not told. Some versions only link to the gateway's settings: those hold its
// passwords and are left alone.
func (l *listing) isOffline(ctx context.Context, method string) (*bool, error) {
	if known, ok := l.offline[method]; ok || !wire.Segment(method) {
		return known, nil
	}
	var told struct {
		Gateway wire.Object[struct {
			Factory wire.Text `json:"factoryName"`
		}] `json:"gatewayConfig"`
	}
	if err := l.get(ctx, "/admin/payment-methods/"+method, &told); err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	l.offline[method] = nil
	if factory := told.Gateway.V.Factory; factory != "" {
		offline := factory == "offline"
		l.offline[method] = &offline
	}
	return l.offline[method], nil
}

// customer gives who ordered. Where the list only names them they are asked for
// once, when the order is new: the id knows them again later.
func (l *listing) customer(ctx context.Context, o listedBody) (map[string]any, error) {
	id := o.Customer.link.ID
	told := o.Customer.V
	told.ID = wire.Text(wire.First(told.ID, wire.Text(id)))
	at, ok := o.completed()
	if told.Email != "" || !wire.Segment(id) || ok && at.Before(l.since.Add(-time.Hour)) {
		return plain(told), nil
	}
	if known := l.customers[id]; known != nil {
		return known, nil
	}
	var found customerBody
	err := l.get(ctx, "/admin/customers/"+id, &found)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	found.ID = told.ID
	l.customers[id] = plain(found)
	return l.customers[id], nil
}

// plain is a customer without the newsletter: when it was answered only the
// bundle knows.
func plain(b customerBody) map[string]any {
	return map[string]any{"id": b.ID, "email": b.Email, "firstName": b.First, "lastName": b.Last, "phoneNumber": b.Phone}
}

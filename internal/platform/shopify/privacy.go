package shopify

import (
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// complianceBody is the body of customers/data_request and customers/redact,
// two of the topics that every app in Shopify's store has to serve
// (shopify.dev, "Privacy law compliance"). Either may name only an id or only
// an email, and lists the orders under its own name.
type complianceBody struct {
	Customer  wire.Object[customerBody] `json:"customer"`
	Requested wire.List[wire.Text]      `json:"orders_requested"`
	Redact    wire.List[wire.Text]      `json:"orders_to_redact"`
	Request   wire.Object[requestBody]  `json:"data_request"`
}

// requestBody is the merchant's request that a data request comes from.
type requestBody struct {
	ID wire.Text `json:"id"`
}

// maxOrders bounds the orders that one request may name.
const maxOrders = 10000

// subject reads a request about one customer.
func (r *reader) subject(k event.Kind) (string, error) {
	var b complianceBody
	if err := wire.Decode(r.d.Body, &b); err != nil {
		return "", err
	}
	r.e.Kind = k
	r.e.OccurredAt = r.occurred(wire.Time{})
	c := b.Customer.V
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, c.ID)
	p.Email(c.Email)
	p.Phone(c.Phone, r.d.Country)
	r.e.Privacy = &event.Privacy{Keys: p.Done().Keys}
	for _, id := range append(b.Requested.V, b.Redact.V...) {
		if id := wire.ID(string(id)); id != "" && len(r.e.Privacy.Orders) < maxOrders {
			r.e.Privacy.Orders = append(r.e.Privacy.Orders, id)
		}
	}
	if len(r.e.Privacy.Keys) == 0 {
		return "", missing("customer")
	}
	// The customer's id stays out of the key: it would outlive their erasure.
	return wire.First(b.Request.V.ID), nil
}

// leaving reads the topics about the whole shop: their bodies tell nothing that is needed.
func (r *reader) leaving(k event.Kind) (string, error) {
	if _, err := wire.Check(r.d.Body); err != nil {
		return "", err
	}
	r.e.Kind = k
	r.e.OccurredAt = r.occurred(wire.Time{})
	r.e.Privacy = &event.Privacy{}
	return "", nil
}

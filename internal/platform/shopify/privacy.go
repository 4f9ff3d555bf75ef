package shopify

import (
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
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
	// Domain is the shop's, as far as the body tells it; ShopID is in all bodies about privacy.
	Domain wire.Text `json:"shop_domain"`
	ShopID wire.Text `json:"shop_id"`
}

// fits holds the body against the topic that it came with. Shopify signs bodies
// and not headers: another webhook's body, posted again under one of these
// topics, must not erase anybody. The shop's domain in it is signed, too.
func (b complianceBody) fits(k event.Kind, d event.Delivery) error {
	body := ""
	switch {
	case k == event.SubjectErase && (b.Requested.Set || b.Request.Set):
		body = "a request for data"
	case k == event.ShopErase && b.Customer.Set:
		body = "a request about a customer"
	case wire.First(b.ShopID, b.Domain) == "":
		body = "no request about privacy"
	case k == event.ShopErase && b.Domain != "" && d.Domain != "" && host(string(b.Domain)) != host(d.Domain):
		body = "of another shop"
	default:
		return nil
	}
	return fault.New(fault.Unprocessable, "the topic is one that erases, and the body is %s", body).
		In("X-Shopify-Topic").Try("look who posts to the webhook's address; nothing was erased")
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
	if k == event.SubjectErase {
		if err := b.fits(k, r.d); err != nil {
			return "", err
		}
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

// leaving reads the topics about the whole shop: their bodies tell nothing that
// is needed. That everybody is to be erased is believed only where the body says so.
func (r *reader) leaving(k event.Kind) (string, error) {
	if _, err := wire.Check(r.d.Body); err != nil {
		return "", err
	}
	if k == event.ShopErase {
		var b complianceBody
		if err := wire.Decode(r.d.Body, &b); err != nil {
			return "", err
		}
		if err := b.fits(k, r.d); err != nil {
			return "", err
		}
	}
	r.e.Kind = k
	r.e.OccurredAt = r.occurred(wire.Time{})
	r.e.Privacy = &event.Privacy{}
	return "", nil
}

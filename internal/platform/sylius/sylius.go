// Package sylius reads what the bundle in companion/ posts from a Sylius shop.
// Sylius itself posts nothing. Its cart is an order that is not completed yet,
// under the same token. See README.md for what each state becomes.
package sylius

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Name is the platform's name in URLs and events.
const Name = "sylius"

// Adapter is stateless; one serves all shops.
type Adapter struct{}

// New makes the adapter.
func New() *Adapter { return &Adapter{} }

// Ping is always false: the bundle signs everything, its test as well.
func (*Adapter) Ping(event.Delivery) bool { return false }

// Verify checks the bundle's signature over the raw body.
func (*Adapter) Verify(d event.Delivery, secrets []string) error {
	return wire.VerifyCompanion(d, secrets)
}

// body is what the bundle posts. Its topic is in the body, where the signature covers it.
type body struct {
	Topic    wire.Text                 `json:"topic"`
	At       wire.Time                 `json:"at"`
	Order    wire.Object[orderBody]    `json:"order"`
	Customer wire.Object[customerBody] `json:"customer"`
}

// reader builds the event of one delivery.
type reader struct {
	d     event.Delivery
	e     event.Event
	notes wire.Notes
}

// Parse turns a delivery into one event.
func (*Adapter) Parse(d event.Delivery) ([]event.Event, error) {
	text, err := wire.Check(d.Body)
	if err != nil {
		return nil, err
	}
	var b body
	if err := wire.Decode(text, &b); err != nil {
		return nil, err
	}
	r := &reader{d: d, e: event.Event{
		ShopID: d.ShopID, Platform: Name, Topic: event.Clean(strings.ToLower(string(b.Topic)), 100),
		Kind: event.Unknown, ReceivedAt: d.ReceivedAt,
	}}
	// The token opens the cart in Sylius' API: only its hash is in the key.
	r.e.DedupeKey = strings.Join([]string{Name, r.e.Topic, wire.Sum(text)}, ":")
	r.e.OccurredAt = wire.Occurred(d.ReceivedAt, &r.notes, b.At.Time)
	if err := r.read(b, text); err != nil {
		return nil, err
	}
	r.e.Notes = r.notes
	return []event.Event{r.e}, nil
}

func (r *reader) read(b body, text []byte) error {
	switch r.e.Topic {
	case "order":
		return r.order(b.Order.V)
	case listedOrder:
		return r.listed(b, text)
	case "order.removed":
		return r.removed(b.Order.V)
	case "customer":
		r.person(b.Customer.V, addressBody{}, "")
		if r.newsletter(b.Customer.V); len(r.e.Consents) > 0 {
			r.e.Kind = event.ConsentChanged
		}
	case "customer.removed":
		return r.subject(b.Customer.V)
	case "ping":
		r.notes.Add("the bundle's test: address and secret are right")
	case "":
		r.notes.Add("the delivery names no topic")
	}
	return nil
}

// listed reads an order that was asked for. What is told of a purchase is so at
// the time of asking; a checkout was left when it was completed.
func (r *reader) listed(b body, text []byte) error {
	var raw struct {
		Order json.RawMessage `json:"order"`
	}
	if err := wire.Decode(text, &raw); err != nil {
		return err
	}
	r.e.DedupeKey = strings.Join([]string{Name, r.e.Topic, wire.Sum(raw.Order)}, ":")
	b.Order.V.Customer = b.Customer
	if err := r.order(b.Order.V); err != nil || r.e.Order != nil {
		return err
	}
	r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes, b.Order.V.CompletedAt.Time)
	return nil
}

// subject reads the removal of a customer: what is held of them goes as well.
func (r *reader) subject(b customerBody) error {
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, b.ID)
	p.Email(b.Email)
	keys := p.Done().Keys
	if len(keys) == 0 {
		return missing("customer")
	}
	r.e.Kind, r.e.Privacy = event.SubjectErase, &event.Privacy{Keys: keys}
	return nil
}

func missing(field string) error {
	return fault.New(fault.Unprocessable, "the delivery has no %s", field).
		In(field).Try("update the Cartograph bundle of the shop")
}

// The part of the bundle's restore address, and the name of its coupon.
const (
	openPath   = "/cartograph/restore/"
	openCoupon = "coupon"
)

// Open gives the bundle's address of a cart, with the coupon to apply. An order
// that waits for its payment takes none.
func (*Adapter) Open(_ context.Context, _ platform.API, c platform.Closed) (string, error) {
	u, err := url.Parse(c.RestoreURL)
	if err != nil || c.Coupon == "" || !strings.Contains(u.Path, openPath) {
		return c.RestoreURL, nil //nolint:nilerr // an address that cannot be read is given as it was told
	}
	query := u.Query()
	query.Set(openCoupon, c.Coupon)
	u.RawQuery = query.Encode()
	return u.String(), nil
}

// Package medusa reads what the companion in a Medusa v2 project posts: carts
// and orders as Medusa keeps them, signed by the shop's secret, since Medusa
// itself posts no webhooks. See README.md for what each event becomes.
package medusa

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Name is the platform's name in URLs and events.
const Name = "medusa"

// Adapter is stateless; one serves all shops.
type Adapter struct{}

// New makes the adapter.
func New() *Adapter { return &Adapter{} }

// Ping is always false: the companion signs everything.
func (*Adapter) Ping(event.Delivery) bool { return false }

// Verify checks the companion's signature.
func (*Adapter) Verify(d event.Delivery, secrets []string) error {
	return wire.VerifyCompanion(d, secrets)
}

// fetchedHeader names what an answer of the API holds, and fetchedOrder is an
// order of it.
const (
	fetchedHeader = "X-Cartograph-Topic"
	fetchedOrder  = "fetched/order"
)

// messageBody is what the companion posts: Medusa's name of the event, and the
// thing that it is about.
type messageBody struct {
	Event      wire.Text                 `json:"event"`
	OccurredAt wire.Time                 `json:"occurred_at"`
	RestoreURL wire.Text                 `json:"restore_url"`
	Cart       wire.Object[cartBody]     `json:"cart"`
	Order      wire.Object[orderBody]    `json:"order"`
	Customer   wire.Object[customerBody] `json:"customer"`
	// ID and Data are what a subscriber of the shop's own may post instead.
	ID   wire.Text `json:"id"`
	Data wire.Object[struct {
		ID wire.Text `json:"id"`
	}] `json:"data"`
}

// Parse turns a delivery, or an answer of the API, into one event.
func (*Adapter) Parse(d event.Delivery) ([]event.Event, error) {
	var b messageBody
	if err := wire.Decode(d.Body, &b); err != nil {
		// What carts and orders share is no name that Medusa knows.
		var f *fault.Error
		if errors.As(err, &f) {
			f.Field = strings.Replace(f.Field, ".holding.", ".", 1)
		}
		return nil, err
	}
	topic := wire.First(b.Event)
	if topic == "" {
		topic = d.Get(fetchedHeader)
	}
	r := &reader{d: d, b: b, e: event.Event{ShopID: d.ShopID, Platform: Name, Topic: event.Clean(strings.ToLower(topic), 100),
		Kind: event.Unknown, ReceivedAt: d.ReceivedAt}}
	id, err := r.read()
	if err != nil {
		return nil, err
	}
	r.e.DedupeKey = strings.Join([]string{Name, r.e.Topic, id, wire.Sum([]byte(r.e.Topic), d.Body)}, ":")
	r.e.Notes = r.notes
	return []event.Event{r.e}, nil
}

// reader builds the event of one delivery.
type reader struct {
	d     event.Delivery
	b     messageBody
	e     event.Event
	notes wire.Notes
}

// read dispatches by topic and gives the id of what the event is about.
func (r *reader) read() (id string, err error) {
	family, _, _ := strings.Cut(r.e.Topic, ".")
	switch {
	case family == "cart" && r.b.Cart.Set:
		return r.cart()
	case (family == "order" || r.e.Topic == "payment.refunded" || r.e.Topic == fetchedOrder) && r.b.Order.Set:
		return r.order()
	case family == "customer":
		return r.customer()
	case family == "order", family == "cart", r.e.Topic == fetchedOrder:
		return r.thin(family)
	case r.e.Topic == "":
		r.notes.Add("the message names no event")
	}
	r.e.OccurredAt = r.occurred()
	return "", nil
}

// thin reads a message that only names an order or a cart. An order is asked
// for; Medusa's Admin API tells no carts.
func (r *reader) thin(family string) (string, error) {
	id := wire.ID(wire.First(r.b.ID, r.b.Data.V.ID))
	if id == "" {
		return "", missing(family)
	}
	r.e.OccurredAt = r.occurred()
	if family == "order" {
		r.e.Fetch = []event.Reference{{Kind: event.LinkOrder, ID: id}}
		return id, nil
	}
	r.notes.Add("the message names a cart and does not tell it; the companion does")
	return id, nil
}

// occurred gives the time of the change: when Medusa told the companion, since
// a cart's updated_at stays as it is when its lines change; else the thing's own.
func (r *reader) occurred(own ...wire.Time) time.Time {
	times := []time.Time{r.b.OccurredAt.Time}
	for _, t := range own {
		times = append(times, t.Time)
	}
	return wire.Occurred(r.d.ReceivedAt, &r.notes, times...)
}

// customerBody is a customer, with or without an account.
type customerBody struct {
	ID    wire.Text `json:"id"`
	Email wire.Text `json:"email"`
	Phone wire.Text `json:"phone"`
	First wire.Text `json:"first_name"`
	Last  wire.Text `json:"last_name"`
}

// customer reads the events of customers. Deleting one is the only way in which
// Medusa forgets a person, so what we hold goes too.
func (r *reader) customer() (string, error) {
	c := r.b.Customer.V
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, c.ID, r.b.ID, r.b.Data.V.ID)
	p.Email(c.Email)
	p.Phone(c.Phone, r.d.Country)
	p.Name(c.First, c.Last)
	person := p.Done()
	if len(person.Keys) == 0 {
		return "", missing("customer")
	}
	r.e.OccurredAt = r.occurred()
	switch r.e.Topic {
	case "customer.deleted":
		r.e.Kind, r.e.Privacy = event.SubjectErase, &event.Privacy{Keys: person.Keys}
		// The customer's id stays out of the key: it would outlive their erasure.
		return "", nil
	case "customer.created", "customer.updated":
		r.e.Kind, r.e.Person = event.ShopperUpdated, person
	}
	return wire.ID(string(c.ID)), nil
}

// amount is a number in major units: Medusa v2 writes 12.5 for 12.50 EUR. Where
// a project hands on Medusa's own big numbers, their value is read.
type amount wire.Amount

// UnmarshalJSON reads a number, a text or {"value":"12.5"}.
func (a *amount) UnmarshalJSON(b []byte) error {
	if b = bytes.TrimSpace(b); len(b) == 0 || b[0] != '{' {
		return (*wire.Amount)(a).UnmarshalJSON(b)
	}
	var big struct {
		Value   wire.Amount `json:"value"`
		Numeric wire.Amount `json:"numeric_"`
	}
	if err := json.Unmarshal(b, &big); err != nil {
		return err
	}
	if *a = amount(big.Value); big.Value == "" {
		*a = amount(big.Numeric)
	}
	return nil
}

func missing(field string) error {
	return fault.New(fault.Unprocessable, "the message has no %s", field).
		In(field).Try("post with the companion of Cartograph's page about Medusa")
}

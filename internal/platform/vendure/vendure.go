// Package vendure reads what the companion plugin of a Vendure shop posts: its
// orders, which are carts as long as they are active, signed by the shop's
// secret, since Vendure itself posts no webhooks. See README.md for what each
// event becomes.
package vendure

import (
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Name is the platform's name in URLs and events.
const Name = "vendure"

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

// messageBody is what the companion posts: Vendure's name of the event, and the
// thing that it is about, in the words of the Admin API.
type messageBody struct {
	Event      wire.Text                 `json:"event"`
	OccurredAt wire.Time                 `json:"occurredAt"`
	Language   wire.Text                 `json:"languageCode"`
	RestoreURL wire.Text                 `json:"restoreUrl"`
	Precision  wire.Count                `json:"moneyPrecision"`
	Order      wire.Object[orderBody]    `json:"order"`
	Customer   wire.Object[customerBody] `json:"customer"`
	// Payment is there where one came to nothing.
	Payment wire.Object[struct {
		State wire.Text `json:"state"`
	}] `json:"payment"`
}

// Parse turns a delivery, or an answer of the API, into one event.
func (*Adapter) Parse(d event.Delivery) ([]event.Event, error) {
	var b messageBody
	if err := wire.Decode(d.Body, &b); err != nil {
		return nil, err
	}
	topic := wire.First(b.Event)
	if topic == "" {
		topic = d.Get(fetchedHeader)
	}
	r := &reader{d: d, b: b, e: event.Event{ShopID: d.ShopID, Platform: Name, Topic: event.Clean(topic, 100),
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

// read dispatches by what was told: any event of an order tells the order.
func (r *reader) read() (id string, err error) {
	switch {
	case r.b.Order.Set:
		return r.order()
	case r.e.Topic == "CustomerEvent.deleted":
		return r.erasure()
	case r.e.Topic == "":
		r.notes.Add("the message names no event")
	}
	r.e.OccurredAt = r.occurred()
	return "", nil
}

// occurred gives the time of the change: when Vendure told the companion, since
// an order's updatedAt does not move with all that changes in it; else its own.
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
	Email wire.Text `json:"emailAddress"`
	Phone wire.Text `json:"phoneNumber"`
	First wire.Text `json:"firstName"`
	Last  wire.Text `json:"lastName"`
}

// erasure reads that a customer was deleted: Vendure has no other way to forget
// a person, so what we hold goes too.
func (r *reader) erasure() (string, error) {
	c := r.b.Customer.V
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, c.ID)
	p.Email(c.Email)
	keys := p.Done().Keys
	if len(keys) == 0 {
		return "", missing("customer")
	}
	r.e.Kind, r.e.OccurredAt, r.e.Privacy = event.SubjectErase, r.occurred(), &event.Privacy{Keys: keys}
	// The customer's id stays out of the key: it would outlive their erasure.
	return "", nil
}

// maxPrecision is more decimals than any money strategy has.
const maxPrecision = 8

// major writes a whole number of Vendure's money in major units. How many
// decimals it has is the shop's money strategy's to say, two by default, and the
// same for all currencies: 198000 are 1,980 yen.
func (r *reader) major(a wire.Amount) wire.Amount {
	decimals := 2
	if n := r.b.Precision.Stock(); n != nil && *n <= maxPrecision {
		decimals = *n
	}
	digits, negative := strings.CutPrefix(string(a), "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" || decimals == 0 {
		return a
	}
	if short := decimals + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	at := len(digits) - decimals
	if digits = digits[:at] + "." + digits[at:]; negative {
		digits = "-" + digits
	}
	return wire.Amount(digits)
}

func missing(field string) error {
	return fault.New(fault.Unprocessable, "the message has no %s", field).
		In(field).Try("post with the companion of Cartograph's page about Vendure")
}

// Package saleor verifies and parses Saleor's webhooks, whose bodies are what a
// subscription query asked for, and asks its GraphQL API. See README.md for what
// each event becomes, and subscription.graphql for the query to save.
package saleor

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Name is the platform's name in URLs and events.
const Name = "saleor"

// Adapter is stateless; one serves all shops.
type Adapter struct{}

// New makes the adapter.
func New() *Adapter { return &Adapter{} }

// Ping is always false: Saleor signs everything it sends.
func (*Adapter) Ping(event.Delivery) bool { return false }

// header reads one of Saleor's headers, which it sends under two names.
func header(d event.Delivery, name string) string {
	for _, family := range []string{"Saleor-", "X-Saleor-"} {
		if v := strings.TrimSpace(d.Get(family + name)); v != "" {
			return v
		}
	}
	return ""
}

// fetchedHeader names what an answer of the API holds.
const fetchedHeader = "X-Cartograph-Topic"

// The topics of answers.
const (
	fetchedCheckout = "fetched/checkout"
	fetchedOrder    = "fetched/order"
)

// Parse turns a delivery, or an answer of the API, into events: one, or one for
// each order where orders were imported together.
func (*Adapter) Parse(d event.Delivery) ([]event.Event, error) {
	body, err := wire.Check(d.Body)
	if err != nil {
		return nil, err
	}
	told, err := open(body)
	if err != nil {
		return nil, err
	}
	topic, named := told.topic(d)
	if !named {
		topic, told.notes = told.shaped(topic)
	}
	if len(told.orders) == 0 {
		e, err := parse(d, topic, told, nil)
		return e, err
	}
	var all []event.Event
	for i := range told.orders {
		e, err := parse(d, topic, told, &told.orders[i])
		if err != nil {
			return nil, err
		}
		all = append(all, e...)
	}
	return all, nil
}

// parse reads one thing that was told; order is one of many, or nil.
func parse(d event.Delivery, topic string, told eventBody, order *orderBody) ([]event.Event, error) {
	r := &reader{d: d, b: told, e: event.Event{
		ShopID: d.ShopID, Platform: Name, Topic: topic, Kind: event.Unknown, ReceivedAt: d.ReceivedAt,
	}, notes: slices.Clone(told.notes)}
	if len(told.Errors) > len("[]") && told.Errors[0] == '[' {
		r.notes.Add("Saleor could not answer a part of the subscription query; the app may lack a permission")
	}
	if order != nil {
		r.b.Order = wire.Object[orderBody]{V: *order, Set: true}
	}
	id, err := r.read()
	if err != nil {
		return nil, err
	}
	// There is no id of a delivery. A retry posts the same bytes; what is new
	// has another issuedAt or updatedAt in them.
	r.e.DedupeKey = strings.Join([]string{Name, topic, id, wire.Sum([]byte(topic), d.Body)}, ":")
	r.e.Notes = r.notes
	return []event.Event{r.e}, nil
}

// reader builds the event of one thing that was told.
type reader struct {
	d     event.Delivery
	b     eventBody
	e     event.Event
	notes wire.Notes
}

// read dispatches by topic and gives the id of what the event is about.
func (r *reader) read() (id string, err error) {
	switch r.e.Topic {
	case "checkout_created", "checkout_updated", "checkout_metadata_updated", fetchedCheckout:
		return r.checkout()
	case "checkout_fully_authorized", "checkout_fully_paid":
		return r.announced()
	case "order_created", "order_confirmed", "order_paid", "order_fully_paid", "order_updated", "order_fulfilled",
		"order_refunded", "order_fully_refunded", "order_cancelled", "order_expired", "order_metadata_updated",
		"order_bulk_created", "draft_order_created", "draft_order_updated", fetchedOrder:
		return r.order()
	case "customer_created", "customer_updated":
		return r.customer()
	case "customer_deleted", "account_deleted", "app_deleted":
		return r.farewell()
	case "":
		r.notes.Add("the delivery names no event")
	}
	r.e.OccurredAt = r.occurred()
	return "", nil
}

// occurred gives the time of the change: the thing's own, else when Saleor says
// that it made the event.
func (r *reader) occurred(own ...wire.Time) time.Time {
	var times []time.Time
	for _, t := range append(own, r.b.IssuedAt, r.b.Meta.V.IssuedAt) {
		times = append(times, t.Time)
	}
	return wire.Occurred(r.d.ReceivedAt, &r.notes, times...)
}

// eventBody is an event as the subscription query asks for it.
type eventBody struct {
	Type      wire.Text                 `json:"__typename"`
	IssuedAt  wire.Time                 `json:"issuedAt"`
	Checkout  wire.Object[checkoutBody] `json:"checkout"`
	Order     wire.Object[orderBody]    `json:"order"`
	Orders    wire.List[orderBody]      `json:"orders"`
	User      wire.Object[userBody]     `json:"user"`
	App       wire.Object[idBody]       `json:"app"`
	Recipient wire.Object[idBody]       `json:"recipient"`
	Errors    json.RawMessage           `json:"errors"`
	// Meta is where legacy bodies keep the time.
	Meta wire.Object[metaBody] `json:"-"`
	// root is the field of a subscription by root field ("orderCreated").
	root string
	// orders are several orders told at once.
	orders []orderBody
	// notes are about the body as a whole.
	notes wire.Notes
}

// idBody is anything of which only the id matters.
type idBody struct {
	ID wire.Text `json:"id"`
}

// open takes the event out of the three shapes of a body: the event itself,
// {"data":{"orderCreated":{…}}}, and the array of webhooks without a query.
func open(body []byte) (b eventBody, err error) {
	if body[0] == '[' {
		return legacy(body)
	}
	var outer struct {
		Data json.RawMessage `json:"data"`
	}
	if err := wire.Decode(body, &outer); err != nil {
		return b, err
	}
	root := ""
	if len(outer.Data) > 0 && outer.Data[0] == '{' {
		if root, body, err = field(outer.Data); err != nil {
			return b, err
		}
	}
	if err := wire.Decode(body, &b); err != nil {
		return b, err
	}
	b.root, b.orders = root, b.Orders.V
	return b, nil
}

// field gives the root field of an answer to a subscription.
func field(data []byte) (name string, body []byte, err error) {
	var fields map[string]json.RawMessage
	if err := wire.Decode(data, &fields); err != nil {
		return "", nil, err
	}
	var names []string
	for name, body := range fields {
		if len(body) > 0 && body[0] == '{' {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "", nil, missing("data")
	}
	slices.Sort(names)
	return names[0], fields[names[0]], nil
}

func missing(field string) error {
	return fault.New(fault.Unprocessable, "the body has no %s", field).
		In(field).Try("save the webhook with the subscription query of Cartograph's page about Saleor")
}

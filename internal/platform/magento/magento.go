// Package magento reads what Adobe Commerce sends through Adobe I/O Events, and
// what the module in companion/ posts from a Magento Open Source shop, which by
// itself posts nothing. See README.md for what each event becomes.
package magento

import (
	"encoding/json"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Name is the platform's name in URLs and events.
const Name = "magento"

// Adapter is stateless; one serves all shops.
type Adapter struct{}

// New makes the adapter.
func New() *Adapter { return &Adapter{} }

// Ping is always false: both senders sign everything.
func (*Adapter) Ping(event.Delivery) bool { return false }

// Greet echoes Adobe's question whether the address is ours.
func (*Adapter) Greet(challenge string) (answer string, ok bool) {
	return challenge, challenge != "" && len(challenge) <= 200
}

// cloudEvent is one event in CloudEvents 1.0, as both senders write it.
type cloudEvent struct {
	ID   wire.Text             `json:"id"`
	Type wire.Text             `json:"type"`
	Time wire.Time             `json:"time"`
	Data wire.Object[dataBody] `json:"data"`
	// Recipient is the credential that the event is for; Adobe writes it in two spellings.
	Recipient    wire.Text `json:"recipient_client_id"`
	RecipientOld wire.Text `json:"recipientclientid"`
}

// dataBody is an event's own part. Key is Commerce's own id of the event, which
// stays when Commerce sends it to Adobe again.
type dataBody struct {
	Key   wire.Text       `json:"key"`
	Value json.RawMessage `json:"value"`
}

// maxBatch bounds the events of one delivery; Adobe sends at most 100.
const maxBatch = 1000

// unpack gives the events of a delivery: one, or a batch.
func unpack(body []byte) ([]cloudEvent, [][]byte, error) {
	text, err := wire.Check(body)
	if err != nil {
		return nil, nil, err
	}
	var raw []json.RawMessage
	if text[0] != '[' {
		raw = append(raw, text)
	} else if err := json.Unmarshal(text, &raw); err != nil || len(raw) > maxBatch {
		return nil, nil, fault.New(fault.Unprocessable, "the batch cannot be read").Try("send at most 1000 events at once")
	}
	var events []cloudEvent
	var bodies [][]byte
	for _, one := range raw {
		var e cloudEvent
		if err := wire.Decode(one, &e); err != nil {
			return nil, nil, err
		}
		events, bodies = append(events, e), append(bodies, one)
	}
	return events, bodies, nil
}

// topic is the event's name without Adobe's and the merchant's own prefixes
// ("com.adobe.commerce.observer.x", "com.adobe.commerce.my_label.observer.x").
func (e cloudEvent) topic() string {
	t := strings.ToLower(strings.TrimSpace(string(e.Type)))
	for _, kind := range []string{"observer.", "plugin."} {
		if i := strings.Index(t, kind); i >= 0 {
			return event.Clean(t[i:], 100)
		}
	}
	return event.Clean(strings.TrimPrefix(t, "com.adobe.commerce."), 100)
}

// Parse turns a delivery into one event for each of its own. One that makes no
// sense in a batch becomes an event of kind Unknown, which says why.
func (*Adapter) Parse(d event.Delivery) ([]event.Event, error) {
	if topic, ok := asked(d); ok {
		return answered(d, topic)
	}
	told, bodies, err := unpack(d.Body)
	if err != nil {
		return nil, err
	}
	var events []event.Event
	for i, one := range told {
		r := newReader(d, one, bodies[i])
		if err := r.read(one); err != nil {
			if len(told) == 1 {
				return nil, err
			}
			r = newReader(d, one, bodies[i])
			r.notes.Add("rejected: %s", wire.Reason(err))
		}
		r.e.Notes = r.notes
		events = append(events, r.e)
	}
	return events, nil
}

// reader builds one event.
type reader struct {
	d     event.Delivery
	e     event.Event
	notes wire.Notes
	// asked marks what the API told: there is no more to ask of it.
	asked bool
}

// newReader takes the time at which Adobe heard of the event: a model's
// updated_at is that of the save before, since the database sets it.
func newReader(d event.Delivery, one cloudEvent, body []byte) *reader {
	r := &reader{d: d, e: event.Event{ShopID: d.ShopID, Platform: Name, Topic: one.topic(), Kind: event.Unknown, ReceivedAt: d.ReceivedAt}}
	r.e.OccurredAt = wire.Occurred(d.ReceivedAt, &r.notes, one.Time.Time)
	key := wire.First(one.Data.V.Key, one.ID)
	if key = wire.ID(key); key == "" {
		key = "sha256:" + wire.Sum(body)
	}
	r.e.DedupeKey = strings.Join([]string{Name, r.e.Topic, key}, ":")
	return r
}

func (r *reader) read(one cloudEvent) error {
	name := strings.TrimPrefix(strings.TrimPrefix(r.e.Topic, "observer."), "plugin.")
	value := one.Data.V.Value
	switch name {
	case "sales_quote_save_after", "sales_quote_save_commit_after", "magento.quote.api.cart_repository.save":
		return read(value, r.quote)
	case "sales_order_save_after", "sales_order_save_commit_after", "sales_order_place_after", "magento.sales.api.order_management.place",
		"magento.sales.api.order_repository.save":
		return read(value, r.order)
	case "checkout_submit_all_after", "sales_model_service_quote_submit_success":
		return read(value, func(b submitBody) error { return r.order(b.Order.V) })
	case "sales_model_service_quote_submit_failure":
		return read(value, func(b submitBody) error { return r.failed(b.Quote.V) })
	case "newsletter_subscriber_save_after", "newsletter_subscriber_save_commit_after":
		return read(value, r.newsletter)
	case "customer_delete_after", "customer_delete_commit_after":
		return read(value, r.erased)
	case "checkout_cart_product_add_after":
		r.notes.Add("one product is told without its cart; subscribe to observer.sales_quote_save_commit_after")
	}
	return nil
}

// read decodes an event's value.
func read[T any](value json.RawMessage, then func(T) error) error {
	var b T
	if err := wire.Decode(value, &b); err != nil {
		return wire.In(err, "data.value")
	}
	return then(b)
}

func missing(field string) error {
	return fault.New(fault.Unprocessable, "the event has no %s", field).
		In(field).Try("add the field to the event's subscription, as the platform's page of the docs lists them")
}

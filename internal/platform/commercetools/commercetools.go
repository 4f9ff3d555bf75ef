// Package commercetools reads commercetools' notifications, which queues of the
// big clouds hand over by HTTP, and asks its API for what they only name. See
// README.md for what each becomes, and for what its token cannot protect.
package commercetools

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Name is the platform's name in URLs and events.
const Name = "commercetools"

// Adapter is stateless; one serves all shops.
type Adapter struct{}

// New makes the adapter.
func New() *Adapter { return &Adapter{} }

var (
	_ platform.Fetcher = (*Adapter)(nil)
	_ platform.Lister  = (*Adapter)(nil)
	_ platform.Shelf   = (*Adapter)(nil)
)

// Ping is always false: a bridge shows its token with everything.
func (*Adapter) Ping(event.Delivery) bool { return false }

// Verify compares the token that the bridge shows with the shop's secrets.
// commercetools signs nothing: whoever has the token can post any body.
func (*Adapter) Verify(d event.Delivery, secrets []string) error { return wire.VerifyToken(d, secrets) }

// topicHeader tells an answer of the API from a notification, under its
// canonical name.
const topicHeader = "X-Cartograph-Topic"

// The topics of answers.
const (
	fetchedCart  = "fetched/cart"
	fetchedOrder = "fetched/order"
)

// answer wraps what the API told.
func answer(topic string, body []byte) platform.Answer {
	return platform.Answer{Header: map[string][]string{http.CanonicalHeaderKey(topicHeader): {topic}}, Body: body}
}

// Parse turns a bridge's delivery, or what the API answered, into events: one for
// each notification, two for a cart that was ordered.
func (*Adapter) Parse(d event.Delivery) ([]event.Event, error) {
	switch topic := d.Get(topicHeader); topic {
	case fetchedCart:
		return parseCart(d)
	case fetchedOrder:
		return parseOrder(d)
	}
	body, err := wire.Check(d.Body)
	if err != nil {
		return nil, err
	}
	var events []event.Event
	for i, raw := range deliveries(body) {
		r := newReader(d, "")
		if err := r.envelope(raw, 0); err != nil {
			return nil, err
		}
		if r.e.DedupeKey == "" {
			r.e.DedupeKey = key(r.e.Topic, "sha256", wire.Sum(raw))
		}
		r.e.Notes = r.notes
		if i == maxBatch {
			return nil, fault.New(fault.Unprocessable, "the delivery holds more than %d notifications", maxBatch).
				Try("have the bridge hand over smaller batches")
		}
		events = append(events, r.e)
	}
	return events, nil
}

// maxBatch bounds the notifications of one delivery.
const maxBatch = 1000

// deliveries are the members of a batch, or the one thing that is there.
func deliveries(body []byte) []json.RawMessage {
	var list []json.RawMessage
	if body[0] == '[' && json.Unmarshal(body, &list) == nil {
		return list
	}
	return []json.RawMessage{body}
}

// reader builds the event of one notification or answer.
type reader struct {
	d     event.Delivery
	e     event.Event
	notes wire.Notes
}

func newReader(d event.Delivery, topic string) *reader {
	return &reader{d: d, e: event.Event{ShopID: d.ShopID, Platform: Name, Topic: topic, Kind: event.Unknown, ReceivedAt: d.ReceivedAt}}
}

// key is a dedupe key of parts, each made safe to store.
func key(parts ...string) string {
	for i := range parts {
		parts[i] = wire.ID(parts[i])
	}
	return Name + ":" + strings.Join(parts, ":")
}

func missing(field string) error {
	return fault.New(fault.Unprocessable, "the body has no %s", field).
		In(field).Try("compare the body with commercetools' documentation")
}

// Package shopware verifies and parses Shopware 6's webhooks and those of its
// companion plugin, which tells what Shopware itself tells nobody: carts. See
// README.md for what each event becomes.
package shopware

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Name is the platform's name in URLs and events.
const Name = "shopware"

// Adapter is stateless; one serves all shops.
type Adapter struct{}

// New makes the adapter.
func New() *Adapter { return &Adapter{} }

// Ping is always false: all that comes is signed.
func (*Adapter) Ping(event.Delivery) bool { return false }

// signatureHeader is what an app's webhooks are signed with.
const signatureHeader = "Shopware-Shop-Signature"

// Verify checks the hexadecimal HMAC-SHA256 of the raw body that Shopware signs
// with the secret of the shop's registration, or the companion's own signature.
func (*Adapter) Verify(d event.Delivery, secrets []string) error {
	signature := strings.TrimSpace(d.Get(signatureHeader))
	if signature == "" && wire.ByCompanion(d) {
		return wire.VerifyCompanion(d, secrets)
	}
	keys, err := wire.Keys(secrets)
	if err != nil {
		return err
	}
	if signature == "" {
		return wire.Missing(signatureHeader)
	}
	sum, err := hex.DecodeString(signature)
	if err != nil || len(sum) != 32 {
		return wire.Malformed(signatureHeader, "the hexadecimal HMAC-SHA256 of the raw body")
	}
	if !wire.Signed(sum, keys, d.Body) {
		return wire.Mismatch(signatureHeader)
	}
	return nil
}

// envelope is every body: what happened, where, and when it was sent.
type envelope struct {
	Data struct {
		Event   wire.Text       `json:"event"`
		Payload json.RawMessage `json:"payload"`
	} `json:"data"`
	Source wire.Object[struct {
		EventID wire.Text `json:"eventId"`
	}] `json:"source"`
	// Timestamp is when it was sent and not when it happened: a retry has another.
	Timestamp wire.Time `json:"timestamp"`
}

// Parse turns a delivery into events: one, or one for each thing of a list.
func (*Adapter) Parse(d event.Delivery) ([]event.Event, error) {
	if topic := d.Get(fetchedHeader); topic != "" {
		return answered(d, topic)
	}
	var env envelope
	if err := wire.Decode(d.Body, &env); err != nil {
		return nil, err
	}
	r := begin(d, strings.ToLower(string(env.Data.Event)))
	r.sent = env.Timestamp
	r.e.DedupeKey = r.dedupe(env)
	r.e.OccurredAt = wire.Occurred(d.ReceivedAt, &r.notes, env.Timestamp.Time)
	payload := bytes.TrimSpace(env.Data.Payload)
	// PHP writes an empty object as a list, too.
	if len(payload) > 2 && payload[0] == '[' && strings.Count(r.e.Topic, ".") == 1 {
		return r.list(payload)
	}
	if err := r.dispatch(payload); err != nil {
		return nil, err
	}
	return r.done(), nil
}

func begin(d event.Delivery, topic string) *reader {
	return &reader{d: d, e: event.Event{
		ShopID: d.ShopID, Platform: Name, Topic: event.Clean(topic, 100), Kind: event.Unknown, ReceivedAt: d.ReceivedAt,
	}}
}

// reader builds the event of one delivery.
type reader struct {
	d     event.Delivery
	e     event.Event
	notes wire.Notes
	// sent is when the body was sent.
	sent wire.Time
}

func (r *reader) done() []event.Event {
	r.e.Notes = r.notes
	return []event.Event{r.e}
}

// dedupe gives the event's own id, which a retry bears again while its body and
// signature are others. Without one it is the hash of what is told, without the
// time of sending.
func (r *reader) dedupe(env envelope) string {
	id := wire.ID(wire.First(env.Source.V.EventID, wire.Text(r.d.Get(http.CanonicalHeaderKey("X-Shopware-Event-Id")))))
	if id == "" {
		id = "sha256:" + wire.Sum(env.Data.Payload)
	}
	return Name + ":" + r.e.Topic + ":" + id
}

// occurred gives the time of the change: the thing's own, else that of sending.
func (r *reader) occurred(own ...wire.Time) time.Time {
	var times []time.Time
	for _, t := range own {
		times = append(times, t.Time)
	}
	return wire.Occurred(r.d.ReceivedAt, &r.notes, append(times, r.sent.Time)...)
}

// dispatch reads a business event, whose payload is an object.
func (r *reader) dispatch(payload []byte) error {
	topic := r.e.Topic
	switch {
	case topic == "cartograph.cart.saved", topic == "cartograph.checkout.started", topic == "cartograph.cart.deleted":
		return r.cart(payload)
	case topic == "checkout.order.placed", strings.HasPrefix(topic, "state_enter.order"):
		return r.order(payload)
	case topic == "newsletter.register", topic == "newsletter.confirm", topic == "newsletter.unsubscribe":
		return r.newsletter(payload)
	case topic == "customer.deleted", topic == "checkout.customer.deleted":
		return r.forgotten(payload)
	case strings.HasPrefix(topic, "checkout.customer."):
		return r.customer(payload)
	case topic == "app.deleted":
		r.e.Kind, r.e.Privacy = event.ShopUninstalled, &event.Privacy{}
	case topic == "":
		r.notes.Add("the delivery names no event")
	}
	return nil
}

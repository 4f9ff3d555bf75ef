// Package squarespace verifies and parses Squarespace's notifications, which
// name orders without telling them, and asks its API for the rest. Squarespace
// tells of no carts. See README.md.
package squarespace

import (
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Name is the platform's name in URLs and events.
const Name = "squarespace"

// Adapter is stateless; one serves all shops.
type Adapter struct{}

// New makes the adapter.
func New() *Adapter { return &Adapter{} }

var (
	_ platform.Fetcher = (*Adapter)(nil)
	_ platform.Lister  = (*Adapter)(nil)
)

// Ping is always false: Squarespace signs its test notifications too.
func (*Adapter) Ping(event.Delivery) bool { return false }

// signatureHeader is the signature's header, under its canonical name.
const signatureHeader = "Squarespace-Signature"

// Verify checks the hexadecimal HMAC-SHA256 of the raw body. The key is what a
// subscription's secret, itself hexadecimal, stands for. A secret that is not
// hexadecimal signs nothing here.
func (*Adapter) Verify(d event.Delivery, secrets []string) error {
	if _, err := wire.Keys(secrets); err != nil {
		return err
	}
	var keys [][]byte
	for _, s := range secrets {
		if key, err := hex.DecodeString(strings.TrimSpace(s)); err == nil && len(key) > 0 {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return fault.New(fault.Unauthorized, "none of this shop's webhook secrets is one of Squarespace's, which are hexadecimal").
			In(signatureHeader).Try("set the shop's webhook secret to the `secret` that Squarespace gave with the subscription")
	}
	signature := strings.TrimSpace(d.Get(signatureHeader))
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

// topicHeader tells an answer of the API from a notification, under its
// canonical name; fetchedOrder is the one topic of answers.
const (
	topicHeader  = "X-Cartograph-Topic"
	fetchedOrder = "fetched/order"
)

func answer(body []byte) platform.Answer {
	return platform.Answer{Header: map[string][]string{http.CanonicalHeaderKey(topicHeader): {fetchedOrder}}, Body: body}
}

// reader builds the event of one notification or answer.
type reader struct {
	d     event.Delivery
	e     event.Event
	notes wire.Notes
}

// Parse turns a notification, or what the API answered, into one event.
func (*Adapter) Parse(d event.Delivery) ([]event.Event, error) {
	r := &reader{d: d, e: event.Event{
		ShopID: d.ShopID, Platform: Name, Topic: event.Clean(d.Get(topicHeader), 100), Kind: event.Unknown, ReceivedAt: d.ReceivedAt,
	}}
	read := r.notification
	if r.e.Topic == fetchedOrder {
		read = r.order
	}
	if err := read(); err != nil {
		return nil, err
	}
	r.e.Notes = r.notes
	return []event.Event{r.e}, nil
}

// noteBody is a notification. Its time has no seconds ("2020-04-22T22:18+00:00").
type noteBody struct {
	ID        wire.Text             `json:"id"`
	Topic     wire.Text             `json:"topic"`
	CreatedOn wire.Time             `json:"createdOn"`
	Data      wire.Object[dataBody] `json:"data"`
}

type dataBody struct {
	OrderID wire.Text `json:"orderId"`
}

func (r *reader) notification() error {
	var b noteBody
	if err := wire.Decode(r.d.Body, &b); err != nil {
		return err
	}
	r.e.Topic = event.Clean(string(b.Topic), 100)
	r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes, b.CreatedOn.Time)
	r.e.DedupeKey = key("sha256", wire.Sum(r.d.Body))
	if id := wire.First(b.ID); id != "" {
		r.e.DedupeKey = key("notification", id)
	}
	switch r.e.Topic {
	case "order.create", "order.update":
		id := wire.ID(wire.First(b.Data.V.OrderID))
		if id == "" {
			return missing("data.orderId")
		}
		r.e.Fetch = []event.Reference{{Kind: event.LinkOrder, ID: id}}
	case "extension.uninstall":
		r.e.Kind, r.e.Privacy = event.ShopUninstalled, &event.Privacy{}
	case "":
		r.notes.Add("the notification names no topic")
	}
	return nil
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
		In(field).Try("compare the body with Squarespace's documentation")
}

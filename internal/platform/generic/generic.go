// Package generic takes in events from any sender that can post JSON: a plugin,
// a snippet, a shop's own backend. It speaks the Segment e-commerce vocabulary,
// with Google Analytics 4 names as aliases, and adds what recovery needs (cart
// ids, addresses, consent). README.md lists names and properties.
package generic

import (
	"encoding/base64"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Name is the platform's name in URLs and events.
const Name = "generic"

// Adapter is stateless; one serves all shops.
type Adapter struct{}

// New makes the adapter.
func New() *Adapter { return &Adapter{} }

// Ping is always false: a sender signs everything.
func (*Adapter) Ping(event.Delivery) bool { return false }

// standardHeader is the canonical name of the other signature's header.
const standardHeader = "Webhook-Signature"

// Verify accepts a delivery whose raw body is signed in one of two ways: by
// Standard Webhooks headers, or by X-Cartograph-Signature: sha256=<hex>.
//
// The Standard Webhooks timestamp is signed but its age is not judged. A stale
// or replayed delivery changes nothing: events are deduplicated, and folding
// them does not depend on the order in which they come. Refusing it would lose
// what a sender kept through an outage.
func (*Adapter) Verify(d event.Delivery, secrets []string) error {
	if _, err := wire.Keys(secrets); err != nil {
		return err
	}
	own, standard := d.Get(wire.CompanionHeader), d.Get(standardHeader)
	switch {
	case own == "" && standard == "":
		return wire.Missing(wire.CompanionHeader)
	case standard == "":
		return wire.VerifyCompanion(d, secrets)
	}
	if err := verifyStandard(d, standard, secrets); err != nil {
		if own != "" {
			return wire.VerifyCompanion(d, secrets)
		}
		return err
	}
	return nil
}

// verifyStandard checks a Standard Webhooks signature: any "v1,<base64>" of a
// list parted by blanks, over "<id>.<timestamp>.<body>".
func verifyStandard(d event.Delivery, list string, secrets []string) error {
	id, stamp := d.Get("Webhook-Id"), d.Get("Webhook-Timestamp")
	if id == "" || stamp == "" {
		return fault.New(fault.Unauthorized, "Webhook-Id or Webhook-Timestamp is missing, and both are signed").
			In("Webhook-Id").Try("send all three Standard Webhooks headers")
	}
	var keys [][]byte
	for _, s := range secrets {
		keys = append(keys, standardKey(s))
	}
	read := 0
	for _, one := range strings.Fields(list) {
		text, found := strings.CutPrefix(one, "v1,")
		sum, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil || !found || len(sum) != 32 {
			continue
		}
		if read++; read > maxSignatures {
			break
		}
		if wire.Signed(sum, keys, []byte(id), []byte("."), []byte(stamp), []byte("."), d.Body) {
			return nil
		}
	}
	if read == 0 {
		return wire.Malformed(standardHeader, "v1, and the base64 HMAC-SHA256 of id.timestamp.body")
	}
	return wire.Mismatch(standardHeader)
}

// maxSignatures bounds the work of one delivery; rotation needs two.
const maxSignatures = 8

// standardKey is the base64 after "whsec_", else the secret's own bytes.
func standardKey(secret string) []byte {
	if text, found := strings.CutPrefix(secret, "whsec_"); found {
		if key, err := base64.StdEncoding.DecodeString(text); err == nil {
			return key
		}
		if key, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "=")); err == nil {
			return key
		}
	}
	return []byte(secret)
}

// Parse turns a delivery into events, one for each item.
//
// An item that makes no sense among others becomes an event of kind Unknown
// whose notes say why: a webhook's sender reads no answers, and what was
// acknowledged must not vanish. Where it is the only item, its error is given
// instead, so that the delivery is kept aside as a whole.
func (a *Adapter) Parse(d event.Delivery) ([]event.Event, error) {
	items, err := a.ParseItems(d)
	if err != nil {
		return nil, err
	}
	if len(items) == 1 && items[0].Err != nil {
		return nil, items[0].Err
	}
	var events []event.Event
	for _, it := range items {
		if it.Err != nil {
			it.Event.Kind = event.Unknown
			it.Event.Notes = append(it.Event.Notes, "rejected: "+wire.Reason(it.Err))
		}
		events = append(events, it.Event)
	}
	return events, nil
}

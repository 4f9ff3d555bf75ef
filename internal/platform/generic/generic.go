// Package generic takes in events from any sender that can post JSON: a plugin,
// a snippet, a shop's own backend. It speaks the Segment e-commerce vocabulary,
// with Google Analytics 4 names as aliases, and adds what recovery needs (cart
// ids, addresses, consent). README.md lists names and properties.
package generic

import (
	"github.com/cartograph-dev/cartograph/internal/event"
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

// Verify accepts a delivery whose raw body is signed in one of three ways: by
// Standard Webhooks headers, by X-Cartograph-Signature: sha256=<hex>, or as
// Segment signs. One that holds is enough. A sender that cannot sign at all, as
// the tags of a container, may show the secret itself; a delivery that brings a
// signature is held to it.
//
// The Standard Webhooks timestamp is signed but its age is not judged. A stale
// or replayed delivery changes nothing: events are deduplicated, and folding
// them does not depend on the order in which they come. Refusing it would lose
// what a sender kept through an outage.
func (*Adapter) Verify(d event.Delivery, secrets []string) error {
	if _, err := wire.Keys(secrets); err != nil {
		return err
	}
	err, signed := wire.Missing(wire.CompanionHeader), false
	for _, way := range []struct {
		header string
		verify func(event.Delivery, []string) error
	}{{wire.StandardHeader, wire.VerifyStandard}, {segmentHeader, verifySegment}, {wire.CompanionHeader, wire.VerifyCompanion}} {
		if d.Get(way.header) == "" {
			continue
		}
		signed = true
		if err = way.verify(d, secrets); err == nil {
			return nil
		}
	}
	if !signed && wire.Tokened(d) {
		return wire.VerifyToken(d, secrets)
	}
	return err
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

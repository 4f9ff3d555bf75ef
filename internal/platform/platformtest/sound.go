// Package platformtest holds what every platform adapter must keep to, for the
// adapters' own tests.
package platformtest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform"
)

// Parses feeds a delivery to an adapter, as a fuzz target does: it must not
// panic, must answer with one of the two errors of the contract or with sound
// events, and must answer the same when asked again.
func Parses(t *testing.T, a platform.Adapter, d event.Delivery) {
	t.Helper()
	events, err := a.Parse(d)
	if err != nil {
		if c := fault.CodeOf(err); c != fault.Invalid && c != fault.Unprocessable {
			t.Fatalf("an error outside the contract: %v", err)
		}
		return
	}
	again, err := a.Parse(d)
	if err != nil || len(again) != len(events) {
		t.Fatalf("the second reading gave %d events and %v, the first %d", len(again), err, len(events))
	}
	for i, e := range events {
		Sound(t, e)
		if again[i].DedupeKey != e.DedupeKey {
			t.Fatalf("two readings gave the keys %q and %q", e.DedupeKey, again[i].DedupeKey)
		}
	}
}

// Sound demands what every event holds, whatever it was parsed from.
func Sound(t *testing.T, e event.Event) {
	t.Helper()
	if e.Kind == "" || e.DedupeKey == "" || e.Platform == "" || e.ShopID == "" {
		t.Fatalf("an event lacks its kind, key, platform or shop: %+v", e)
	}
	for _, m := range amounts(t, e) {
		if _, err := money.Exponent(m.Currency); err != nil && m != (money.Money{}) {
			t.Fatalf("an amount without a valid currency: %+v", m)
		}
	}
	for _, c := range e.Consents {
		if c.Channel == "" || c.Source == "" || c.At.IsZero() || (c.Answer != event.Yes && c.Answer != event.No) {
			t.Fatalf("a consent is incomplete: %+v", c)
		}
	}
	for _, l := range e.Links {
		if l.Kind == "" || l.Value == "" {
			t.Fatalf("a blank link: %+v", e.Links)
		}
	}
	text, err := json.Marshal(e)
	if err != nil || strings.Contains(string(text), `\u0000`) {
		t.Fatalf("the event cannot be stored: %v %s", err, text)
	}
}

// amounts checks the lines and the order, and gives all amounts of the event.
func amounts(t *testing.T, e event.Event) []money.Money {
	t.Helper()
	var all []money.Money
	var items []event.Item
	if e.Contents != nil {
		items, all = e.Contents.Items, append(all, e.Contents.Total)
	}
	for _, d := range e.Deltas {
		if d.Quantity == 0 || d.Item.Same() == "" {
			t.Fatalf("a delta changes nothing: %+v", d)
		}
		items = append(items, d.Item)
	}
	for _, i := range items {
		if i.Quantity < 1 || i.Price.Minor < 0 || i.LineTotal.Minor < 0 {
			t.Fatalf("a line makes no sense: %+v", i)
		}
		all = append(all, i.Price, i.LineTotal)
	}
	if o := e.Order; o != nil {
		if o.ID == "" || o.Status == "" || o.Refunded.Minor < 0 || o.Total.Minor < 0 {
			t.Fatalf("an order makes no sense: %+v", o)
		}
		all = append(all, o.Total, o.Refunded)
	}
	return all
}

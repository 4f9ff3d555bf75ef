// Package platformtest holds what every platform adapter must keep to, for the
// adapters' own tests.
package platformtest

import (
	"bytes"
	"encoding/json"
	"math"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform"
)

// Parses feeds a delivery to an adapter, as a fuzz target does: it must not
// panic, must answer with one of the two errors of the contract or with sound
// events, must answer the same when asked again, and must leave the delivery as
// it was.
func Parses(t *testing.T, a platform.Adapter, d event.Delivery) {
	t.Helper()
	body := bytes.Clone(d.Body)
	events, err := a.Parse(d)
	again, err2 := a.Parse(d)
	if diff := cmp.Diff(events, again, cmpopts.EquateEmpty()); diff != "" || fault.CodeOf(err) != fault.CodeOf(err2) {
		t.Fatalf("two readings differ (%v, %v):\n%s", err, err2, diff)
	}
	if !bytes.Equal(body, d.Body) {
		t.Fatal("parsing changed the body")
	}
	if err != nil {
		if c := fault.CodeOf(err); c != fault.Invalid && c != fault.Unprocessable {
			t.Fatalf("an error outside the contract: %v", err)
		}
		if len(events) != 0 {
			t.Fatalf("%d events beside an error", len(events))
		}
		return
	}
	for _, e := range events {
		Sound(t, e)
		timely(t, e, d.ReceivedAt)
	}
}

// timely demands times that can have been: none before the platforms, and
// nothing that happened more than a day after we heard of it.
func timely(t *testing.T, e event.Event, received time.Time) {
	t.Helper()
	if !e.ReceivedAt.Equal(received) || e.OccurredAt.After(received.Add(24*time.Hour)) {
		t.Fatalf("received %v, heard of at %v, happened at %v", e.ReceivedAt, received, e.OccurredAt)
	}
	all := []time.Time{e.OccurredAt, e.StartedAt}
	if e.Order != nil {
		all = append(all, e.Order.PlacedAt)
	}
	for _, c := range e.Consents {
		all = append(all, c.At)
	}
	for _, at := range all {
		if !at.IsZero() && (at.Year() < 1971 || at.Year() > 2199) {
			t.Fatalf("a time out of all ranges: %v", at)
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
		// A sum of many stays far from overflowing.
		if m.Minor > math.MaxInt64/4 || m.Minor < -math.MaxInt64/4 {
			t.Fatalf("an amount without bounds: %+v", m)
		}
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
	for _, k := range e.Person.Keys {
		key(t, k)
	}
	for _, link := range addresses(e) {
		if u, err := url.Parse(link); link != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			t.Fatalf("%q is no web address", link)
		}
	}
	stored(t, e)
}

// maxKey bounds what goes into an index.
const maxKey = 1000

// stored demands that the event comes back from a store as it went in.
func stored(t *testing.T, e event.Event) {
	t.Helper()
	text, err := json.Marshal(e)
	if err != nil || strings.Contains(string(text), `\u0000`) || !utf8.Valid(text) {
		t.Fatalf("the event cannot be stored: %v %s", err, text)
	}
	var back event.Event
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(e, back, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("the event is stored differently:\n%s", diff)
	}
	if len(e.DedupeKey) > maxKey || len(e.Notes) > 40 || len(e.Topic) > 100 {
		t.Fatalf("a key of %d bytes, %d notes, a topic of %d bytes", len(e.DedupeKey), len(e.Notes), len(e.Topic))
	}
}

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{3,14}$`)

// key demands an identity key in its one form: what differs must be another person.
func key(t *testing.T, k event.Key) {
	t.Helper()
	ok := k.Value != "" && len(k.Value) <= maxKey
	switch k.Kind {
	case event.KeyEmail:
		local, domain, found := strings.Cut(k.Value, "@")
		ok = found && local != "" && strings.Contains(domain, ".") && k.Value == strings.ToLower(k.Value)
	case event.KeyPhone:
		ok = e164.MatchString(k.Value)
	}
	if !ok {
		t.Fatalf("the key %+v is not normalized", k)
	}
}

// addresses are all web addresses of an event.
func addresses(e event.Event) []string {
	all := []string{e.RestoreURL}
	if e.Contents != nil {
		for _, i := range e.Contents.Items {
			all = append(all, i.URL, i.ImageURL)
		}
	}
	for _, d := range e.Deltas {
		all = append(all, d.Item.URL, d.Item.ImageURL)
	}
	return all
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

package event_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
)

func TestSameTellsLinesApart(t *testing.T) {
	t.Parallel()
	full := event.Item{VariantID: "v", SKU: "s", ProductID: "p", Title: "t"}
	for want, change := range map[string]func(i *event.Item){
		"v": func(*event.Item) {},
		"s": func(i *event.Item) { i.VariantID = "" },
		"p": func(i *event.Item) { i.VariantID, i.SKU = "", "" },
		"t": func(i *event.Item) { i.VariantID, i.SKU, i.ProductID = "", "", "" },
	} {
		item := full
		change(&item)
		if got := item.Same(); got != want {
			t.Errorf("%+v is the line %q, want %q", item, got, want)
		}
	}
}

func TestGet(t *testing.T) {
	t.Parallel()
	d := event.Delivery{Header: map[string][]string{"X-A": {"first", "second"}, "X-B": {}}}
	for name, want := range map[string]string{"X-A": "first", "X-B": "", "X-C": ""} {
		if got := d.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := (event.Delivery{}).Get("X-A"); got != "" {
		t.Errorf("a delivery without headers has %q", got)
	}
}

// An event is stored as JSON, and folding again must see what was stored.
func TestAnEventSurvivesStorage(t *testing.T) {
	t.Parallel()
	stock, at := 0, time.Date(2026, 5, 2, 9, 0, 0, 123e6, time.UTC)
	eur := money.Money{Minor: 150, Currency: "EUR"}
	item := event.Item{ProductID: "9007199254740993", Title: "Mug", Quantity: 1, Price: eur, LineTotal: eur, Stock: &stock}
	want := event.Event{
		ID: "e", ShopID: "s", Platform: "generic", Topic: "Cart Updated", Kind: event.CartUpdated, DedupeKey: "k",
		OccurredAt: at, ReceivedAt: at, StartedAt: at, Links: []event.Link{{Kind: event.LinkCart, Value: "c"}},
		Person:     event.Person{Keys: []event.Key{{Kind: event.KeyEmail, Value: "ann@example.com"}}, Locale: "fr-FR"},
		Contents:   &event.Contents{Items: []event.Item{item}, Total: eur},
		Deltas:     []event.Delta{{Item: item, Quantity: -1}},
		Order:      &event.Order{ID: "o", Status: event.OrderOpen, Total: eur, PlacedAt: at, Creditable: true},
		Consents:   []event.Consent{{Channel: event.SMS, Answer: event.No, Source: "x", At: at}},
		RestoreURL: "https://shop.example", Notes: []string{"n"},
	}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got event.Event
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// No contents and empty contents are two things: untold and emptied.
func TestEmptiedIsNotUntold(t *testing.T) {
	t.Parallel()
	for _, want := range []*event.Contents{nil, {Items: []event.Item{}}} {
		text, err := json.Marshal(event.Event{Contents: want})
		if err != nil {
			t.Fatal(err)
		}
		var got event.Event
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if (got.Contents == nil) != (want == nil) {
			t.Errorf("%+v came back as %+v", want, got.Contents)
		}
	}
}

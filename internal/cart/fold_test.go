package cart_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
)

var noon = time.Date(2026, 5, 2, 12, 0, 0, 0, time.UTC)

func eur(minor int64) money.Money { return money.Money{Minor: minor, Currency: "EUR"} }

func item(sku string, n int, price int64) event.Item {
	return event.Item{SKU: sku, Title: sku, Quantity: n, Price: eur(price), LineTotal: eur(price * int64(n))}
}

// at makes an event of a kind, some minutes after noon, received in the evening.
func at(minute int, k event.Kind, change func(*event.Event)) event.Event {
	e := event.Event{
		Kind: k, OccurredAt: noon.Add(time.Duration(minute) * time.Minute), ReceivedAt: noon.Add(8 * time.Hour),
		DedupeKey: fmt.Sprintf("%s@%d", k, minute), Links: []event.Link{{Kind: event.LinkCart, Value: "c1"}},
	}
	if change != nil {
		change(&e)
	}
	return e
}

func full(items ...event.Item) func(*event.Event) {
	return func(e *event.Event) {
		total := int64(0)
		for _, i := range items {
			total += i.LineTotal.Minor
		}
		e.Contents = &event.Contents{Items: items, Total: eur(total)}
	}
}

func delta(sku string, n int, price int64) func(*event.Event) {
	return func(e *event.Event) { e.Deltas = []event.Delta{{Item: item(sku, 1, price), Quantity: n}} }
}

func foldAll(events ...event.Event) cart.Cart {
	c := cart.Cart{State: cart.Open}
	for _, e := range events {
		c.Facts.Fold(e)
	}
	return c
}

func TestContents(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		events []event.Event
		items  map[string]int
		total  money.Money
		empty  bool
	}{
		{"the newest full state counts", []event.Event{
			at(5, event.CartUpdated, full(item("a", 2, 500))), at(1, event.CartUpdated, full(item("b", 1, 900))),
		}, map[string]int{"a": 2}, eur(1000), false},
		{"changes since the full state are added", []event.Event{
			at(1, event.CartUpdated, full(item("a", 1, 500))), at(2, event.ItemAdded, delta("a", 1, 500)), at(3, event.ItemAdded, delta("b", 3, 100)),
		}, map[string]int{"a": 2, "b": 3}, eur(1300), false},
		{"changes before it are in it already", []event.Event{
			at(2, event.ItemAdded, delta("a", 1, 500)), at(3, event.CartUpdated, full(item("a", 1, 500))),
		}, map[string]int{"a": 1}, eur(500), false},
		{"taking everything out empties", []event.Event{
			at(1, event.ItemAdded, delta("a", 1, 500)), at(2, event.ItemRemoved, delta("a", -1, 500)),
		}, map[string]int{}, eur(0), true},
		{"taking out more than there is leaves nothing, not less", []event.Event{
			at(1, event.ItemAdded, delta("a", 1, 500)), at(2, event.ItemRemoved, delta("a", -5, 500)), at(3, event.ItemAdded, delta("a", 2, 500)),
		}, map[string]int{"a": 2}, eur(1000), false},
		{"an empty full state empties", []event.Event{
			at(1, event.CartUpdated, full(item("a", 1, 500))), at(2, event.CartUpdated, full()),
		}, map[string]int{}, eur(0), true},
		{"unknown contents are not empty", []event.Event{at(1, event.CheckoutStep, nil)}, map[string]int{}, money.Money{}, false},
		{"deleted by the platform", []event.Event{
			at(1, event.CartUpdated, full(item("a", 1, 500))), at(2, event.CartDeleted, nil),
		}, map[string]int{"a": 1}, eur(500), true},
		{"active again after a deletion", []event.Event{
			at(3, event.CartUpdated, full(item("a", 1, 500))), at(2, event.CartDeleted, nil),
		}, map[string]int{"a": 1}, eur(500), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := foldAll(c.events...)
			items := map[string]int{}
			for _, i := range got.Items() {
				items[i.SKU] = i.Quantity
			}
			if diff := cmp.Diff(c.items, items); diff != "" {
				t.Error(diff)
			}
			if got.Total() != c.total {
				t.Errorf("total %v, want %v", got.Total(), c.total)
			}
			if got.Empty() != c.empty {
				t.Errorf("empty %v, want %v", got.Empty(), c.empty)
			}
		})
	}
}

func TestTotalNeverAddsCurrencies(t *testing.T) {
	t.Parallel()
	usd := event.Item{SKU: "b", Quantity: 1, Price: money.Money{Minor: 700, Currency: "USD"}}
	got := foldAll(at(1, event.ItemAdded, delta("a", 1, 500)), at(2, event.ItemAdded, func(e *event.Event) {
		e.Deltas = []event.Delta{{Item: usd, Quantity: 1}}
	})).Total()
	if got != eur(500) {
		t.Errorf("total %v, want only the first line's currency", got)
	}
}

func TestClocks(t *testing.T) {
	t.Parallel()
	received := noon.Add(8 * time.Hour)
	for _, c := range []struct {
		name string
		said time.Time
		want time.Time
	}{
		{"the platform's time counts", noon, noon},
		{"none said: ours", time.Time{}, received},
		{"a clock that runs ahead does not hold the cart open", received.Add(48 * time.Hour), received},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := foldAll(event.Event{Kind: event.CartUpdated, OccurredAt: c.said, ReceivedAt: received}).LastActivity()
			if !got.Equal(c.want) {
				t.Errorf("last activity %v, want %v", got, c.want)
			}
		})
	}
}

// TestAnyOrder folds random histories in their own order, in another and with
// repetitions, whole or as two carts joined later: the facts are the same.
func TestAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOfN(rapid.Custom(drawEvent), 1, 12).Draw(t, "events")
		want := foldAll(events...).Facts
		mixed := rapid.Permutation(events).Draw(t, "permutation")
		mixed = append(mixed, mixed[rapid.IntRange(0, len(mixed)-1).Draw(t, "repeated")])
		if diff := cmp.Diff(want, foldAll(mixed...).Facts); diff != "" {
			t.Fatalf("another order:\n%s", diff)
		}
		cut := rapid.IntRange(0, len(mixed)).Draw(t, "cut")
		joined := foldAll(mixed[:cut]...).Facts
		joined.Absorb(foldAll(mixed[cut:]...).Facts)
		if diff := cmp.Diff(want, joined); diff != "" {
			t.Fatalf("joined from two:\n%s", diff)
		}
	})
}

func drawEvent(t *rapid.T) event.Event {
	minute := rapid.IntRange(0, 6).Draw(t, "minute")
	sku := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "sku")
	n := rapid.IntRange(1, 3).Draw(t, "n")
	kind := rapid.SampledFrom([]event.Kind{
		event.CartUpdated, event.ItemAdded, event.ItemRemoved, event.CheckoutUpdated, event.CheckoutStep, event.PaymentFailed, event.CartDeleted,
	}).Draw(t, "kind")
	e := at(minute, kind, nil)
	switch kind {
	case event.CartUpdated, event.CheckoutUpdated, event.PaymentFailed:
		full(item(sku, n, 500))(&e)
	case event.ItemAdded:
		delta(sku, n, 500)(&e)
	case event.ItemRemoved:
		delta(sku, -n, 500)(&e)
	}
	if rapid.Bool().Draw(t, "named") {
		mail := rapid.SampledFrom([]string{"a@shop.example", "b@shop.example"}).Draw(t, "mail")
		e.Person.Keys = []event.Key{{Kind: event.KeyEmail, Value: mail}}
		e.RestoreURL = "https://shop.example/" + mail
	}
	// What makes two events the same delivery is their content here.
	e.DedupeKey = fmt.Sprintf("%d %s %s %d %v", minute, kind, sku, n, e.Person.Keys)
	return e
}

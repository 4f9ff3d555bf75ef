package shopper_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

var (
	customer = event.Key{Kind: event.KeyCustomer, Value: "c1"}
	ana      = event.Key{Kind: event.KeyEmail, Value: "ana@shop.example"}
	ben      = event.Key{Kind: event.KeyEmail, Value: "ben@shop.example"}
	phone    = event.Key{Kind: event.KeyPhone, Value: "+33612345678"}
	device   = event.Key{Kind: event.KeyAnonymous, Value: "d1"}
)

func TestTraitsAnyOrder(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 5, 2, 12, 0, 0, 0, time.UTC)
	draw := rapid.Custom(func(t *rapid.T) event.Event {
		name := rapid.SampledFrom([]string{"", "Ana", "Anna"}).Draw(t, "name")
		minute := rapid.IntRange(0, 4).Draw(t, "minute")
		return event.Event{
			OccurredAt: noon.Add(time.Duration(minute) * time.Minute),
			Person:     event.Person{FirstName: name, Country: rapid.SampledFrom([]string{"", "FR", "DE"}).Draw(t, "country"), Keys: []event.Key{ana, phone}},
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOfN(draw, 1, 8).Draw(t, "events")
		fold := func(list []event.Event) (s shopper.Shopper) {
			for _, e := range list {
				s.Fold(e, e.OccurredAt)
			}
			return s
		}
		want := fold(events)
		mixed := rapid.Permutation(events).Draw(t, "permutation")
		cut := rapid.IntRange(0, len(mixed)).Draw(t, "cut")
		half, rest := fold(mixed[:cut]), fold(mixed[cut:])
		half.Absorb(rest)
		if diff := cmp.Diff(want, fold(append(mixed, mixed[0]))); diff != "" {
			t.Fatalf("another order:\n%s", diff)
		}
		if diff := cmp.Diff(want, half); diff != "" {
			t.Fatalf("joined from two:\n%s", diff)
		}
	})
}

func TestSaid(t *testing.T) {
	t.Parallel()
	old := shopper.Said{Value: "Ana", At: 1}
	if got := old.With(shopper.Said{At: 9}); got != old {
		t.Errorf("an empty saying made %v of %v", got, old)
	}
	if got := (shopper.Said{Value: "b", At: 1}).With(shopper.Said{Value: "a", At: 1}); got.Value != "b" {
		t.Errorf("equal moments gave %q", got.Value)
	}
}

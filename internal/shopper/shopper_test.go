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

func person(id string, keys ...event.Key) shopper.Shopper { return shopper.Shopper{ID: id, Keys: keys} }

func TestResolve(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		found  []shopper.Shopper
		keys   []event.Key
		into   string
		absorb []string
		claim  []event.Key
	}{
		{"nobody known", nil, []event.Key{ana, phone}, "", nil, []event.Key{ana, phone}},
		{"a key said twice is claimed once", nil, []event.Key{ana, phone, ana}, "", nil, []event.Key{ana, phone}},
		{"known, with a new phone", []shopper.Shopper{person("1", ana)}, []event.Key{phone, ana}, "1", nil, []event.Key{phone}},
		{"a device becomes a person", []shopper.Shopper{person("1", device)}, []event.Key{device, ana}, "1", nil, []event.Key{ana}},
		{"two halves of one person are joined", []shopper.Shopper{person("1", device), person("2", ana)}, []event.Key{device, ana}, "2", []string{"1"}, nil},
		{"the strongest key decides", []shopper.Shopper{person("1", phone), person("2", customer, ana)}, []event.Key{phone, customer}, "2", []string{"1"}, nil},
		{"a shared device does not join two people", []shopper.Shopper{person("1", device, ana), person("2", ben)}, []event.Key{device, ben}, "2", nil, nil},
		{"a new email on a shared device is a new person", []shopper.Shopper{person("1", device, ana)}, []event.Key{device, ben}, "", nil, []event.Key{ben}},
		{"a shared phone does not rename its owner", []shopper.Shopper{person("1", phone, ana)}, []event.Key{phone, ben}, "", nil, []event.Key{ben}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			into, absorb, claim := shopper.Resolve(c.found, c.keys)
			got := ""
			if into != nil {
				got = into.ID
			}
			var ids []string
			for _, s := range absorb {
				ids = append(ids, s.ID)
			}
			if got != c.into || cmp.Diff(c.absorb, ids) != "" || cmp.Diff(c.claim, claim) != "" {
				t.Errorf("into %q absorbing %v claiming %v; want %q, %v, %v", got, ids, claim, c.into, c.absorb, c.claim)
			}
		})
	}
}

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

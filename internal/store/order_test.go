package store_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/store"
)

func saveOrder(t testing.TB, s *store.Store, p cart.Purchase) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SavePurchase(ctx, p) })
}

func TestOrderComesBackAsSaved(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		p := anOrder(shopA, "o1", "1001")
		p.Links, p.Keys = []event.Link{cartLink("1")}, []event.Key{email("ada@example.com")}
		saveOrder(t, s, p)
		load := func(what string) {
			t.Helper()
			same(t, what+", by our id", get(t, s, func(ctx context.Context, tx *store.Tx) (cart.Purchase, error) {
				return tx.PurchaseByID(ctx, shopA, "o1")
			}), p)
			same(t, what+", by the platform's", get(t, s, func(ctx context.Context, tx *store.Tx) (cart.Purchase, error) {
				return tx.Purchase(ctx, shopA, "1001")
			}), p)
		}
		load("as first saved")
		p.Status, p.Refunded.Minor, p.Creditable, p.ShopperID, p.SaidAt = event.OrderVoid, 500, false, "ada", p.SaidAt+1
		p.Number, p.Source, p.PlacedAt, p.PlacedLast = "#9", "pos", now.Add(-time.Hour), now.Add(time.Hour)
		p.Links = append(p.Links, cartLink("2"))
		p.Keys = append(p.Keys, phone("+331"))
		saveOrder(t, s, p)
		load("saved again")
		for what, read := range map[string]func(context.Context, *store.Tx) error{
			"by our id":        func(ctx context.Context, tx *store.Tx) error { _, err := tx.PurchaseByID(ctx, shopA, "o2"); return err },
			"by the platforms": func(ctx context.Context, tx *store.Tx) error { _, err := tx.Purchase(ctx, shopA, "o1"); return err },
		} {
			wantCode(t, "an order that is not there "+what, s.Write(t.Context(), read), fault.NotFound)
		}
	})
}

func TestOrderIsMadeOnceWhenTwoEventsRace(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		const racers = 4
		m := meet(s, racers)
		got := make([]string, racers)
		noErrors(t, abreast(racers, func(i int) error {
			seenNone := m.once(s)
			return s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				p, err := tx.Purchase(ctx, shopA, "1001")
				if fault.Is(err, fault.NotFound) {
					p, err = anOrder(shopA, numbered("o", i), "1001"), nil
				}
				if err != nil {
					return err
				}
				seenNone()
				p.Links = append(p.Links, cartLink(numbered("l", i)))
				got[i] = p.ID
				return tx.SavePurchase(ctx, p)
			})
		}))
		if one := slices.Compact(slices.Clone(got)); len(one) != 1 {
			t.Errorf("one order became %q", one)
		}
		p := get(t, s, func(ctx context.Context, tx *store.Tx) (cart.Purchase, error) { return tx.Purchase(ctx, shopA, "1001") })
		if len(p.Links) != racers {
			t.Errorf("the order has the links %v, want those of all %d events", p.Links, racers)
		}
	})
}

func TestOrdersMatching(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		ada := email("ada@example.com")
		old, recent, unpaid := anOrder(shopA, "old", "1"), anOrder(shopA, "recent", "2"), anOrder(shopA, "unpaid", "3")
		old.PlacedAt, old.PlacedLast, unpaid.Bought = now.Add(-25*time.Hour), now.Add(-24*time.Hour), false
		for _, p := range []*cart.Purchase{&old, &recent, &unpaid} {
			p.Links, p.Keys = []event.Link{cartLink("of-" + p.ID)}, []event.Key{ada}
			saveOrder(t, s, *p)
		}
		for _, c := range []struct {
			name  string
			links []event.Link
			keys  []event.Key
			since time.Time
			want  []string
		}{
			{"a link is good for ever", []event.Link{cartLink("of-old")}, nil, now, []string{"old"}},
			{"a person's orders since then", nil, []event.Key{ada}, now.Add(-time.Hour), []string{"recent"}},
			{"from the very instant on", nil, []event.Key{ada}, now, []string{"recent"}},
			{"a person's orders of long ago too, by the latest time said", nil, []event.Key{ada}, now.Add(-24 * time.Hour), []string{"old", "recent"}},
			{"each once, by link and person", []event.Link{cartLink("of-recent")}, []event.Key{ada}, now.Add(-time.Hour), []string{"recent"}},
			{"an order that was never paid is none", []event.Link{cartLink("of-unpaid")}, nil, time.Time{}, []string{}},
			{"links and keys do not mix", []event.Link{{Kind: "email", Value: ada.Value}}, nil, time.Time{}, []string{}},
			{"nobody's", nil, []event.Key{email("bob@example.com")}, time.Time{}, []string{}},
		} {
			found := get(t, s, func(ctx context.Context, tx *store.Tx) ([]cart.Order, error) {
				return tx.OrdersMatching(ctx, shopA, c.links, c.keys, c.since)
			})
			ids := []string{}
			for _, o := range found {
				ids = append(ids, o.ID)
			}
			slices.Sort(ids)
			same(t, c.name, ids, c.want)
			if len(found) == 1 && found[0].ID == "old" {
				same(t, "what matching is told", found[0], old.Order())
			}
		}
	})
}

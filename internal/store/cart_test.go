package store_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
)

func saveCart(t testing.TB, s *store.Store, c cart.Cart, idleAt time.Time) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SaveCart(ctx, c, idleAt) })
}

func loadCart(t testing.TB, s *store.Store, shopID, id string) cart.Cart {
	t.Helper()
	return get(t, s, func(ctx context.Context, tx *store.Tx) (cart.Cart, error) { return tx.Cart(ctx, shopID, id) })
}

func cartIDs(carts []cart.Cart) []string {
	ids := []string{}
	for _, c := range carts {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	return ids
}

func cartsByLinks(t testing.TB, s *store.Store, shopID string, links ...event.Link) []string {
	t.Helper()
	return cartIDs(get(t, s, func(ctx context.Context, tx *store.Tx) ([]cart.Cart, error) {
		return tx.CartsByLinks(ctx, shopID, links)
	}))
}

func cartsOfOrder(t testing.TB, s *store.Store, shopID string, o cart.Order) []string {
	t.Helper()
	return cartIDs(get(t, s, func(ctx context.Context, tx *store.Tx) ([]cart.Cart, error) { return tx.CartsOfOrder(ctx, shopID, o) }))
}

func TestCartComesBackAsSaved(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		c := aCart(shopA, "c1", cartLink("1"))
		c.Facts.Keys = []event.Key{email("ada@example.com")}
		saveCart(t, s, c, now)
		same(t, "as first saved", loadCart(t, s, shopA, "c1"), c)

		c.ShopperID, c.State, c.OrderID, c.OrderedBy, c.PersonaKey = "ada", cart.Ordered, "o1", "email", "everyone"
		c.AbandonedAt, c.OrderedAt = now.Add(time.Minute), now.Add(time.Hour)
		c.Facts.Links = append(c.Facts.Links, event.Link{Kind: event.LinkCheckout, Value: "k"})
		c.Facts.LastActivity += 1000
		saveCart(t, s, c, time.Time{})
		same(t, "saved again", loadCart(t, s, shopA, "c1"), c)
		// When it was stored is said once.
		c.StoredAt = now.Add(time.Hour)
		saveCart(t, s, c, time.Time{})
		if got := loadCart(t, s, shopA, "c1").StoredAt; !got.Equal(now) {
			t.Errorf("stored at %v, was stored first at %v", got, now)
		}
		err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Cart(ctx, shopA, "c2")
			return err
		})
		wantCode(t, "a cart that is not there", err, fault.NotFound)
	})
}

func TestCartIsFoundByAnyLink(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		checkout := event.Link{Kind: event.LinkCheckout, Value: "1"}
		saveCart(t, s, aCart(shopA, "c1", cartLink("1"), cartLink("2")), now)
		saveCart(t, s, aCart(shopA, "c2", checkout), now)
		same(t, "by both of its links", cartsByLinks(t, s, shopA, cartLink("1"), cartLink("2")), []string{"c1"})
		same(t, "by two carts' links", cartsByLinks(t, s, shopA, checkout, cartLink("2")), []string{"c1", "c2"})
		same(t, "by another kind", cartsByLinks(t, s, shopA, event.Link{Kind: event.LinkOrder, Value: "1"}), []string{})
		same(t, "by the same order's links", cartsOfOrder(t, s, shopA, cart.Order{Links: []event.Link{checkout}, PlacedAt: now}), []string{"c2"})
	})
}

func TestCartIsFoundByItsPeopleAroundAnOrder(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		c := aCart(shopA, "c1", cartLink("1"))
		c.Facts.StartedAt, c.Facts.Keys = now.UnixMilli(), []event.Key{email("ada@example.com")}
		saveCart(t, s, c, now)
		day := 24 * time.Hour
		for _, w := range []struct {
			name  string
			after time.Duration
			keys  []event.Key
			want  []string
		}{
			{"at the same moment", 0, c.Facts.Keys, []string{"c1"}},
			{"as late as the rule looks", 30 * day, c.Facts.Keys, []string{"c1"}},
			{"much later", 32 * day, c.Facts.Keys, []string{}},
			{"a little earlier, by a clock that is off", -5 * time.Minute, c.Facts.Keys, []string{"c1"}},
			{"hours earlier", -2 * time.Hour, c.Facts.Keys, []string{}},
			{"of somebody else", 0, []event.Key{email("bob@example.com")}, []string{}},
		} {
			o := cart.Order{ID: "o", Keys: w.keys, PlacedAt: now.Add(w.after)}
			got := cartsOfOrder(t, s, shopA, o)
			same(t, "an order "+w.name, got, w.want)
			if matches := c.Facts.MatchedBy(o) != ""; matches && len(got) == 0 {
				t.Errorf("an order %s matches by the rule, but the store does not find its cart", w.name)
			}
		}
		// A cart's span grows both ways as further events arrive; the look-up follows, and loses nothing.
		earlier, later := cart.Order{Keys: c.Facts.Keys, PlacedAt: now.Add(-35 * day)}, cart.Order{Keys: c.Facts.Keys, PlacedAt: now.Add(65 * day)}
		same(t, "before the cart was known to be so old", cartsOfOrder(t, s, shopA, earlier), []string{})
		same(t, "before it was used so late", cartsOfOrder(t, s, shopA, later), []string{})
		c.Facts.StartedAt, c.Facts.LastActivity = now.Add(-40*day).UnixMilli(), now.Add(40*day).UnixMilli()
		saveCart(t, s, c, now)
		for _, o := range []cart.Order{earlier, {Keys: c.Facts.Keys, PlacedAt: now}, later} {
			same(t, "after the cart turned out older, and was used later", cartsOfOrder(t, s, shopA, o), []string{"c1"})
		}
	})
}

func TestCartIsMadeOnceWhenTwoEventsRace(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		const racers = 4
		m := meet(s, racers)
		got := make([]string, racers)
		noErrors(t, abreast(racers, func(i int) error {
			seenNone := m.once(s)
			return s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				found, err := tx.CartsByLinks(ctx, shopA, []event.Link{cartLink("1")})
				if err != nil {
					return err
				}
				seenNone()
				c := aCart(shopA, numbered("c", i), cartLink("1"))
				if len(found) > 0 {
					c = found[0]
				}
				got[i] = c.ID
				return tx.SaveCart(ctx, c, now)
			})
		}))
		if one := slices.Compact(slices.Clone(got)); len(one) != 1 {
			t.Errorf("one cart became %q", one)
		}
		same(t, "by its link", cartsByLinks(t, s, shopA, cartLink("1")), got[:1])
		p := must[journey.Page[journey.CartRow]](t)(s.Carts(t.Context(), shopA, journey.Query{}))
		if len(p.Items) != 1 {
			t.Errorf("the shop has %d carts", len(p.Items))
		}
	})
}

func TestCartLinkStaysWithItsCart(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		saveCart(t, s, aCart(shopA, "c1", cartLink("1")), now)
		err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return tx.SaveCart(ctx, aCart(shopA, "c2", cartLink("1")), now)
		})
		wantCode(t, "a second cart with the link", err, fault.Overloaded)
		same(t, "by the link", cartsByLinks(t, s, shopA, cartLink("1")), []string{"c1"})
	})
}

func TestNewestCartIsTheMostActiveThatHoldsSomething(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for id, state := range map[string]cart.State{"c1": cart.Open, "c2": cart.Ordered, "c3": cart.Emptied, "c4": cart.Merged, "c5": cart.Expired} {
			c := aCart(shopA, id)
			c.ShopperID, c.State = "ada", state
			c.Facts.LastActivity = now.Add(time.Duration(id[1]-'0') * time.Hour).UnixMilli()
			saveCart(t, s, c, time.Time{})
		}
		newest := func(who string) (id string, active time.Time, err error) {
			err = s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				id, active, err = tx.NewestCart(ctx, shopA, who)
				return err
			})
			return id, active, err
		}
		if id, active, err := newest("ada"); id != "c2" || !active.Equal(now.Add(2*time.Hour)) || err != nil {
			t.Errorf("ada's newest is %s of %v, %v", id, active, err)
		}
		for _, who := range []string{"bob", ""} {
			_, _, err := newest(who)
			wantCode(t, "the newest of "+who, err, fault.NotFound)
		}
	})
}

func TestNextIsTheShardsFirstAlarm(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		shard := shop.Shard(shopA)
		next := func(kind recovery.AlarmKind, shard int) time.Time {
			return must[time.Time](t)(s.Next(t.Context(), kind, shard))
		}
		for _, kind := range []recovery.AlarmKind{recovery.AlarmIdle, recovery.AlarmDue} {
			if got := next(kind, shard); !got.IsZero() {
				t.Errorf("with nothing waiting the next %s is %v", kind, got)
			}
		}
		saveCart(t, s, aCart(shopA, "c1"), now.Add(2*time.Minute))
		saveCart(t, s, aCart(shopA, "c2"), now.Add(time.Minute))
		saveCart(t, s, aCart(shopA, "c3"), time.Time{})
		en := anEnrollment(shopA, "e1", "c1")
		en.DueAt = now.Add(5 * time.Minute)
		l := aLetter(shopA, "m1", "e1", 0)
		l.DueAt = now.Add(4 * time.Minute)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.InsertEnrollment(ctx, en)
			return err
		})
		if got := next(recovery.AlarmDue, shard); !got.Equal(en.DueAt) {
			t.Errorf("the next step is due %v, want %v", got, en.DueAt)
		}
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertMessage(ctx, l, nil) })
		if got := next(recovery.AlarmDue, shard); !got.Equal(l.DueAt) {
			t.Errorf("with a message before it, the next is due %v, want %v", got, l.DueAt)
		}
		l.DueAt = now.Add(6 * time.Minute)
		saveLetter(t, s, l)
		if got := next(recovery.AlarmDue, shard); !got.Equal(en.DueAt) {
			t.Errorf("with a message after it, the next is due %v, want %v", got, en.DueAt)
		}
		if got := next(recovery.AlarmIdle, shard); !got.Equal(now.Add(time.Minute)) {
			t.Errorf("the next idle cart is at %v", got)
		}
		if other := (shard + 1) % shop.Shards; !next(recovery.AlarmIdle, other).IsZero() {
			t.Error("another shard hears of it")
		}
	})
}

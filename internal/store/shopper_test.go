package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/shopper"
	"github.com/cartograph-dev/cartograph/internal/store"
)

func saveShopper(t testing.TB, s *store.Store, v shopper.Shopper) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return keepShopper(ctx, tx, v) })
}

func idsByKeys(t testing.TB, s *store.Store, shopID string, keys ...event.Key) []string {
	t.Helper()
	found := get(t, s, func(ctx context.Context, tx *store.Tx) ([]shopper.Shopper, error) {
		return tx.ShoppersByKeys(ctx, shopID, keys)
	})
	ids := []string{}
	for _, v := range found {
		ids = append(ids, v.ID)
	}
	return ids
}

func TestShopperComesBackAsSaved(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		want := aShopper(shopA, "ada", email("ada@example.com"), phone("+33123456789"))
		saveShopper(t, s, want)
		load := func() shopper.Shopper {
			return get(t, s, func(ctx context.Context, tx *store.Tx) (shopper.Shopper, error) { return tx.Shopper(ctx, shopA, "ada") })
		}
		same(t, "as first saved", load(), want)

		want.Traits.LastName = shopper.Said{Value: "Byron", At: 5}
		want.LastSeen = now.Add(time.Hour)
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SaveTold(ctx, want, want.ID) })
		same(t, "saved again", load(), want)

		read, _, err := s.Shopper(t.Context(), shopA, "ada")
		if err != nil {
			t.Fatal(err)
		}
		same(t, "outside a transaction", read, want)
		_, _, err = s.Shopper(t.Context(), shopA, "nobody")
		wantCode(t, "nobody", err, fault.NotFound)
	})
}

func TestShoppersByKeysGivesEachOwnerOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		saveShopper(t, s, aShopper(shopA, "ada", email("ada@example.com"), phone("+331")))
		saveShopper(t, s, aShopper(shopA, "bob", email("bob@example.com")))
		same(t, "by one's two keys", idsByKeys(t, s, shopA, email("ada@example.com"), phone("+331")), []string{"ada"})
		same(t, "by two people's keys", idsByKeys(t, s, shopA, email("bob@example.com"), phone("+331")), []string{"bob", "ada"})
		same(t, "by nobody's key", idsByKeys(t, s, shopA, email("eve@example.com")), []string{})
		// Kind and value together are the key.
		same(t, "by a value of another kind", idsByKeys(t, s, shopA, phone("ada@example.com")), []string{})
	})
}

func TestShopperIsMadeOnceWhenTwoEventsRace(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		const racers = 4
		keys := []event.Key{email("ada@example.com"), phone("+331")}
		m := meet(s, racers)
		got := make([]string, racers)
		noErrors(t, abreast(racers, func(i int) error {
			seenNobody := m.once(s)
			return s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				found, err := tx.ShoppersByKeys(ctx, shopA, keys)
				if err != nil {
					return err
				}
				seenNobody()
				if len(found) > 0 {
					got[i] = found[0].ID
					return nil
				}
				got[i] = numbered("s", i)
				return keepShopper(ctx, tx, aShopper(shopA, got[i], keys...))
			})
		}))
		if one := slices.Compact(slices.Clone(got)); len(one) != 1 {
			t.Errorf("one person became %q", one)
		}
		same(t, "owner of the keys", idsByKeys(t, s, shopA, keys...), got[:1])
		for i := range racers {
			if id := numbered("s", i); id != got[0] {
				_, _, err := s.Shopper(t.Context(), shopA, id)
				wantCode(t, "the loser "+id, err, fault.NotFound)
			}
		}
	})
}

func TestShopperKeysAreNeverTakenFromTheirOwner(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		saveShopper(t, s, aShopper(shopA, "ada", email("ada@example.com")))
		tries := 0
		err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			tries++
			return tx.AddName(ctx, shopA, shopper.Name{Key: email("ada@example.com"), ID: "eve"})
		})
		wantCode(t, "claiming another's key", err, fault.Overloaded)
		if tries < 2 {
			t.Errorf("the claim was tried %d times; a lost race is run again", tries)
		}
		same(t, "owner", idsByKeys(t, s, shopA, email("ada@example.com")), []string{"ada"})
		_, _, err = s.Shopper(t.Context(), shopA, "eve")
		wantCode(t, "eve, whose transaction failed", err, fault.NotFound)
	})
}

func TestMoveNameTakesEverythingAlong(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		fill(t, s, shopA) // all of it is ada's, by her one name
		saveShopper(t, s, aShopper(shopA, "bob", email("bob@example.com"), phone("+331")))
		move := func(from, to string) {
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				return tx.MoveName(ctx, shopA, shopper.Name{ID: "ada", ShopperID: to, Contested: true}, from)
			})
		}
		move("ada", "bob")
		bob, history, err := s.Shopper(t.Context(), shopA, "bob")
		if err != nil {
			t.Fatal(err)
		}
		same(t, "keys", bob.Keys, []event.Key{email("ada@example.com"), email("bob@example.com"), phone("+331")})
		same(t, "contested", bob.Contested, true)
		same(t, "orders and visits", history, shopper.History{Orders: 1, Spent: []money.Money{{Minor: 1250, Currency: "EUR"}}, Visits: 1})
		ada, _, err := s.Shopper(t.Context(), shopA, "ada")
		if err != nil {
			t.Fatal(err)
		}
		same(t, "who ada is now", ada, bob)
		same(t, "by ada's key", idsByKeys(t, s, shopA, email("ada@example.com")), []string{"bob"})
		wantAllIs(t, s, "bob")

		// And back: nothing of hers stays with him.
		move("bob", "ada")
		wantAllIs(t, s, "ada")
		bob, history, err = s.Shopper(t.Context(), shopA, "bob")
		if err != nil {
			t.Fatal(err)
		}
		same(t, "his keys", bob.Keys, []event.Key{email("bob@example.com"), phone("+331")})
		same(t, "his orders and visits", history, shopper.History{})
	})
}

// wantAllIs checks that what fill made belongs to one shopper.
func wantAllIs(t testing.TB, s *store.Store, who string) {
	t.Helper()
	d := must[journey.CartDetail](t)(s.Cart(t.Context(), shopA, "cart"))
	var touched, wrote string
	for _, e := range d.Timeline {
		switch {
		case e.Touch != nil:
			touched = e.Touch.ShopperID
		case e.Message != nil:
			wrote = e.Message.ShopperID
		}
	}
	same(t, "owners of cart, enrollment, message and touch",
		[]string{d.Cart.ShopperID, d.Enrollments[0].ShopperID, wrote, touched}, []string{who, who, who, who})
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		lines, err := tx.Consents(ctx, shopA, event.Email, who, "", "")
		if err != nil || len(lines) != 1 || lines[0].Answer != event.Yes {
			t.Errorf("consents of %s: %v, %v", who, lines, err)
		}
		p, err := tx.PurchaseByID(ctx, shopA, "order")
		if err != nil || p.ShopperID != who {
			t.Errorf("the order is %q's, %v", p.ShopperID, err)
		}
		touches, err := tx.Touches(ctx, shopA, who, "", time.Time{})
		if err != nil || len(touches) != 1 {
			t.Errorf("touches of %s: %v, %v", who, touches, err)
		}
		return err
	})
}

func TestShopperFollowsChainsOfMerges(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for i := range 4 {
			saveShopper(t, s, aShopper(shopA, fmt.Sprint("s", i), email(fmt.Sprint(i, "@example.com"))))
		}
		for i := range 3 {
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				for j := range i + 1 { // those who became s<i> before go along
					n := shopper.Name{ID: fmt.Sprint("s", j), ShopperID: fmt.Sprint("s", i+1)}
					if err := tx.MoveName(ctx, shopA, n, fmt.Sprint("s", i)); err != nil {
						return err
					}
				}
				return nil
			})
		}
		last, _, err := s.Shopper(t.Context(), shopA, "s0")
		if err != nil {
			t.Fatal(err)
		}
		if last.ID != "s3" || len(last.Keys) != 4 {
			t.Errorf("s0 is now %s with keys %v", last.ID, last.Keys)
		}
	})
}

func TestHistoryCountsWhatWasNotCancelled(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for i, change := range []func(*cart.Purchase){
				func(*cart.Purchase) {},
				func(p *cart.Purchase) { p.Refunded.Minor = 250 },
				func(p *cart.Purchase) { p.Status = event.OrderVoid },
				func(p *cart.Purchase) { p.Total, p.Refunded = usd(700), usd(0) },
				func(p *cart.Purchase) { p.ShopperID = "bob" },
				func(p *cart.Purchase) { p.Bought = false },
			} {
				p := anOrder(shopA, fmt.Sprint("o", i), fmt.Sprint(i))
				p.ShopperID = "ada"
				change(&p)
				if err := tx.SavePurchase(ctx, p); err != nil {
					return err
				}
			}
			return nil
		})
		h := get(t, s, func(ctx context.Context, tx *store.Tx) (shopper.History, error) { return tx.History(ctx, shopA, "ada") })
		same(t, "history", h, shopper.History{Orders: 3, Spent: []money.Money{{Minor: 2250, Currency: "EUR"}, usd(700)}})
	})
}

func usd(minor int64) money.Money { return money.Money{Minor: minor, Currency: "USD"} }

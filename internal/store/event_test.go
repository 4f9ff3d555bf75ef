package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

func insertEvent(t testing.TB, s *store.Store, shopID, id, dedupe string) bool {
	t.Helper()
	return get(t, s, func(ctx context.Context, tx *store.Tx) (bool, error) {
		return tx.InsertEvent(ctx, anEvent(shopID, id, dedupe))
	})
}

func TestEventIsStoredOncePerDedupeKeyAndShop(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for _, c := range []struct {
			shop, id, dedupe string
			fresh            bool
		}{
			{shopA, "e1", "d1", true},
			{shopA, "e2", "d1", false},
			{shopA, "e3", "d2", true},
			{shopB, "e1", "d1", true},
			{shopB, "e2", "d1", false},
		} {
			if fresh := insertEvent(t, s, c.shop, c.id, c.dedupe); fresh != c.fresh {
				t.Errorf("%s %s with key %s: fresh is %v, want %v", c.shop, c.id, c.dedupe, fresh, c.fresh)
			}
		}
	})
}

func TestEventDedupeUnderConcurrency(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		const deliveries = 8
		fresh := make([]bool, deliveries)
		noErrors(t, abreast(deliveries, func(i int) error {
			return s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				fresh[i], err = tx.InsertEvent(ctx, anEvent(shopA, numbered("e", i), "one delivery"))
				return err
			})
		}))
		n := 0
		for _, f := range fresh {
			if f {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d of %d deliveries of one event were fresh", n, deliveries)
		}
	})
}

func TestEventIsKeptAsItCame(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s := db.Open(t)
		addShops(t, s)
		body := []byte("{\"a\":\"\x00\xff\"}") // what was signed, whatever it is
		e := anEvent(shopA, "e1", "d1")
		e.Body, e.OccurredAt = body, time.Time{}
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.InsertEvent(ctx, e)
			return err
		})
		var got []byte
		var headers string
		var occurred int64
		row := db.Raw(t).QueryRow(`SELECT body, headers, occurred_at FROM events WHERE shop_id = $1 AND id = 'e1'`, shopA)
		if err := row.Scan(&got, &headers, &occurred); err != nil {
			t.Fatal(err)
		}
		if string(got) != string(body) || headers != `{"X-Topic":"carts/update"}` {
			t.Errorf("body %q, headers %s", got, headers)
		}
		if occurred != e.ReceivedAt.UnixMilli() {
			t.Errorf("without a time of its own it happened at %d, want when it came", occurred)
		}
	})
}

func TestSettleEventTellsWhatItWasFoldedInto(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			e := anEvent(shopA, "e1", "d1")
			e.Note = "odd"
			if _, err := tx.InsertEvent(ctx, e); err != nil {
				return err
			}
			if err := tx.SaveCart(ctx, aCart(shopA, "c1"), time.Time{}); err != nil {
				return err
			}
			e.Status, e.CartID, e.ShopperID = "folded", "c1", "s1"
			return tx.SettleEvent(ctx, e)
		})
		d := must[journey.CartDetail](t)(s.Cart(t.Context(), shopA, "c1"))
		same(t, "timeline", d.Timeline, []journey.Entry{{At: now, Kind: journey.EntryEvent, Event: &journey.EventRow{
			ID: "e1", Platform: "shopify", Topic: "carts/update", Kind: event.CartUpdated, OccurredAt: now.Add(-time.Minute),
			ReceivedAt: now, Status: "folded", Note: "odd",
		}}})
	})
}

func TestVisitsAreDaysWithEvents(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		day := 24 * time.Hour
		for i, at := range []time.Time{now, now.Add(-time.Hour), now.Add(-day), now.Add(-3 * day)} {
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				e := anEvent(shopA, fmt.Sprint(i), fmt.Sprint(i))
				e.OccurredAt = at
				if _, err := tx.InsertEvent(ctx, e); err != nil {
					return err
				}
				e.Status, e.ShopperID = "folded", "ada"
				return tx.SettleEvent(ctx, e)
			})
		}
		h := get(t, s, func(ctx context.Context, tx *store.Tx) (int, error) {
			h, err := tx.History(ctx, shopA, "ada")
			return h.Visits, err
		})
		if h != 3 {
			t.Errorf("%d visits, want 3 days", h)
		}
	})
}

func TestQuarantinedGivesWhatAReplayNeeds(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for i, status := range []string{"quarantined", "ignored", "quarantined"} {
				e := anEvent(shopA, fmt.Sprint("e", i), fmt.Sprint("d", i))
				e.Status, e.Note, e.ReceivedAt = status, "cannot be read", now.Add(time.Duration(i)*time.Hour)
				if _, err := tx.InsertEvent(ctx, e); err != nil {
					return err
				}
			}
			return nil
		})
		want := anEvent(shopA, "e0", "d0")
		want.Status, want.Note, want.Kind, want.OccurredAt, want.ReceivedAt = "quarantined", "cannot be read", "", time.Time{}, now
		later := want
		later.ID, later.DedupeKey, later.ReceivedAt = "e2", "d2", now.Add(2*time.Hour)
		read := func(shopID, after string, limit int) ([]recovery.Stored, string) {
			held, next, err := s.Quarantined(t.Context(), shopID, journey.Held{}, after, limit)
			if err != nil {
				t.Fatal(err)
			}
			return held, next
		}
		both, end := read(shopA, "", 10)
		same(t, "quarantined", both, []recovery.Stored{want, later})
		same(t, "the end", end, "")
		first, next := read(shopA, "", 1)
		same(t, "the first page", first, []recovery.Stored{want})
		second, end := read(shopA, next, 1)
		same(t, "the next page", second, []recovery.Stored{later})
		same(t, "its end", end, "")
		theirs, _ := read(shopB, "", 10)
		same(t, "of the other shop", theirs, []recovery.Stored{})
	})
}

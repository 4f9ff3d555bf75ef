package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// leftQuestions gives which of some questions about carts a shop still has.
func leftQuestions(t *testing.T, s *store.Store, shopID string, refs ...string) (left []string) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		left = nil
		for _, ref := range refs {
			if _, err := tx.Inquiry(ctx, shopID, "cart", ref); err == nil {
				left = append(left, ref)
			}
		}
		return nil
	})
	return left
}

// What a platform told of its products, and questions that are over, go when
// they are old; a question that is still to be asked never does.
func TestWhatWasAskedIsPurged(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		item := func(id string) event.Item {
			return event.Item{ProductID: id, Price: money.Money{Minor: 100, Currency: "EUR"}}
		}
		var at time.Time
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			at = tx.Now()
			for _, shopID := range []string{shopA, shopB} {
				for _, ref := range []string{"over", "waits", "young"} {
					q := recovery.Inquiry{ShopID: shopID, Kind: "cart", Ref: ref, DueAt: at, WantedAt: at}
					if ref == "young" {
						q.WantedAt = at.Add(time.Hour)
					}
					if err := tx.Want(ctx, q); err != nil {
						return err
					}
					if ref != "waits" {
						q.DueAt, q.Trouble = time.Time{}, "in vain"
					}
					if err := tx.SettleInquiry(ctx, q, false); err != nil {
						return err
					}
				}
				if err := tx.SaveProducts(ctx, shopID, []recovery.Product{{Item: item("p1")}, {Item: item("p2")}, {Item: item("p3")}}); err != nil {
					return err
				}
			}
			return nil
		})
		purged := func(what shop.Kept, before time.Time, limit int) (n int) {
			write(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
				n, err = tx.Purge(ctx, shopA, what, before, limit)
				return err
			})
			return n
		}
		got := []int{purged(shop.KeptInquiries, at, 10), purged(shop.KeptInquiries, at.Add(time.Minute), 10), purged(shop.KeptProducts, at, 10),
			purged(shop.KeptProducts, at.Add(time.Minute), 2), purged(shop.KeptProducts, at.Add(time.Minute), 2)}
		if diff := cmp.Diff([]int{0, 1, 0, 2, 1}, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"waits", "young"}, leftQuestions(t, s, shopA, "over", "waits", "young")); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"over", "waits", "young"}, leftQuestions(t, s, shopB, "over", "waits", "young")); diff != "" {
			t.Errorf("another shop's: %s", diff)
		}
	})
}

// A question that is put again while it is asked is asked again, also where the
// asking ended in trouble that no repeating helps.
func TestAQuestionPutAgainIsNotLost(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			put := recovery.Inquiry{ShopID: shopA, Kind: "cart", Ref: "c1", DueAt: tx.Now().Add(-time.Hour), WantedAt: tx.Now().Add(-time.Hour)}
			if err := tx.Want(ctx, put); err != nil {
				return err
			}
			again := put
			again.DueAt, again.WantedAt = tx.Now(), tx.Now()
			if err := tx.Want(ctx, again); err != nil {
				return err
			}
			put.DueAt, put.Trouble, put.Tries = time.Time{}, "it makes no sense", 3
			if err := tx.SettleInquiry(ctx, put, false); err != nil {
				return err
			}
			q, err := tx.Inquiry(ctx, shopA, "cart", "c1")
			if q.DueAt.IsZero() || q.DueAt.After(tx.Now()) || !q.WantedAt.Equal(again.WantedAt) || q.Tries != 0 {
				t.Errorf("what was put again is %+v", q)
			}
			return err
		})
	})
}

package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

func TestAFailedWriteLeavesNothing(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		// attempt turns a panic that reaches the caller into an error.
		attempt := func(fail func() error) (err error) {
			defer func() {
				if r := recover(); r != nil {
					err = fmt.Errorf("panic: %v", r)
				}
			}()
			return s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				if err := decisionWork("half")(ctx, tx); err != nil {
					return err
				}
				return fail()
			})
		}
		if err := attempt(func() error { return errOfTest }); !errors.Is(err, errOfTest) {
			t.Errorf("got %v", err)
		}
		if err := attempt(func() error { panic("on purpose") }); err == nil || !strings.Contains(err.Error(), "on purpose") {
			t.Errorf("after a panic: %v", err)
		}
		same(t, "stored", decisionIDs(t, s), []string{})
		write(t, s, decisionWork("half")) // and the store works on
		same(t, "stored", decisionIDs(t, s), []string{"half"})
	})
}

func TestAReaderNeverWaitsForAWriter(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		var during shop.Shop
		write(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
			changed := aShop(shopA)
			changed.Name = "Changed"
			if err := tx.SaveShop(ctx, changed); err != nil {
				return err
			}
			// The row is held here; a reader that waited would wait for ever.
			during, err = s.Shop(ctx, shopA)
			return err
		})
		if during.Name != "Shop "+shopA {
			t.Errorf("while it was written the shop read as %q", during.Name)
		}
		if after := must[shop.Shop](t)(s.Shop(t.Context(), shopA)); after.Name != "Changed" {
			t.Errorf("after the write returned the shop read as %q", after.Name)
		}
	})
}

func TestAWriteThatReturnedIsThereForOthers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s, other := db.Open(t, storetest.Sync("full")), db.Open(t)
		addShops(t, s)
		for i := range 20 {
			write(t, s, decisionWork(numbered("w", i)))
			if ids := decisionIDs(t, other); len(ids) != i+1 {
				t.Fatalf("after %d writes another connection sees %d", i+1, len(ids))
			}
		}
	})
}

func TestTwoStoresWriteBesideEachOther(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		// As `cartograph shop create` does beside a running server.
		stores := []*store.Store{db.Open(t), db.Open(t)}
		addShops(t, stores[0])
		var want []string
		for i := range 40 {
			want = append(want, numbered("w", i))
		}
		noErrors(t, abreast(len(want), func(i int) error { return stores[i%2].Write(t.Context(), decisionWork(want[i])) }))
		same(t, "stored", decisionIDs(t, stores[0]), want)
	})
}

func TestAClosedStoreRefusesToWrite(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for i, err := range abreast(4, func(int) error { return s.Write(t.Context(), decisionWork("late")) }) {
			if err == nil {
				t.Errorf("write %d after the end gave no error", i)
			}
		}
		if err := s.Close(); err != nil {
			t.Errorf("closing twice: %v", err)
		}
	})
}

func TestWriteEndsWithItsContext(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := s.Write(ctx, func(context.Context, *store.Tx) error {
			t.Error("the work was done all the same")
			return nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

func TestDeadlocksAreRunAgain(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		saveCart(t, s, aCart(shopA, "a"), now)
		saveCart(t, s, aCart(shopA, "b"), now)
		m := meet(s, 2)
		noErrors(t, abreast(2, func(i int) error {
			holding := m.once(s)
			ids := []string{"a", "b"}
			if i == 1 {
				ids = []string{"b", "a"}
			}
			return s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				for _, id := range ids {
					c, err := tx.Cart(ctx, shopA, id)
					if err != nil {
						return err
					}
					holding()
					c.Facts.LastActivity++
					if err := tx.SaveCart(ctx, c, now); err != nil {
						return err
					}
				}
				return nil
			})
		}))
		for _, id := range []string{"a", "b"} {
			if got := loadCart(t, s, shopA, id).Facts.LastActivity; got != now.UnixMilli()+2 {
				t.Errorf("cart %s was changed %d times, want 2", id, got-now.UnixMilli())
			}
		}
	})
}

func TestAnInnerErrorKeepsItsCode(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		err := s.Write(t.Context(), func(context.Context, *store.Tx) error { return fault.New(fault.Unprocessable, "no") })
		wantCode(t, "an error of the work", err, fault.Unprocessable)
	})
}

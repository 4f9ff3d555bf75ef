package store_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/store"
)

func TestPagingWalksEveryRowOnce(t *testing.T) {
	const rows = 57
	eachList(t, func(t *testing.T, s *store.Store, l paged) {
		// Groups of twenty share a time, so that pages end in the middle of equal ones.
		var want []string
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			want = nil
			for i := range rows {
				want = append(want, numbered("id", i))
				if err := l.add(ctx, tx, i, now.Add(time.Duration(i/20)*time.Minute)); err != nil {
					return err
				}
			}
			return nil
		})
		slices.Reverse(want) // newest first, and of equal times the greater id
		for _, limit := range []int{1, 7, 19, 20, 56, 57, 58, 200, 0} {
			got, cursor, pages := []string{}, "", 0
			for {
				ids, next, err := l.page(t.Context(), s, journey.Query{Limit: limit, Cursor: cursor})
				if err != nil {
					t.Fatal(err)
				}
				got, pages = append(got, ids...), pages+1
				if next == "" || pages > rows {
					break
				}
				cursor = next
			}
			same(t, fmt.Sprintf("all pages of %d", limit), got, want)
			size := limit
			if size == 0 {
				size = 50
			}
			if full := (rows + size - 1) / size; pages != full {
				t.Errorf("%d pages of %d, want %d", pages, limit, full)
			}
		}
	})
}

func TestPagingIsNotDisturbedByNewRows(t *testing.T) {
	eachList(t, func(t *testing.T, s *store.Store, l paged) {
		add := func(i int) {
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				return l.add(ctx, tx, i, now.Add(time.Duration(i)*time.Minute))
			})
		}
		for i := range 4 {
			add(i)
		}
		one, next, err := l.page(t.Context(), s, journey.Query{Limit: 2})
		if err != nil {
			t.Fatal(err)
		}
		add(9)
		two, _, err := l.page(t.Context(), s, journey.Query{Limit: 2, Cursor: next})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "two pages with a row coming in between", append(one, two...),
			[]string{numbered("id", 3), numbered("id", 2), numbered("id", 1), numbered("id", 0)})
	})
}

func TestPagingRefusesWhatIsNoPage(t *testing.T) {
	encode := base64.RawURLEncoding.EncodeToString
	eachList(t, func(t *testing.T, s *store.Store, l paged) {
		for name, q := range map[string]journey.Query{
			"a negative limit": {Limit: -1}, "too high a limit": {Limit: 201},
			"a cursor that is not base64": {Cursor: "%%%"}, "one without a time": {Cursor: encode([]byte("x y"))},
			"one without an id": {Cursor: encode([]byte("12"))}, "one with a NUL": {Cursor: encode([]byte("12 a\x00b"))},
			"one that is not text": {Cursor: encode([]byte("12 \xff"))},
		} {
			_, _, err := l.page(t.Context(), s, q)
			wantCode(t, name, err, fault.Invalid)
		}
	})
}

func TestListsAreNarrowed(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		fill(t, s, shopA)
		saveCart(t, s, aCart(shopA, "open"), now)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertDecision(ctx, aDecision(shopA, "later", "enrollment", 1, journey.Deferred))
		})
		for _, c := range []struct {
			list string
			q    journey.Query
			want []string
		}{
			{"carts", journey.Query{}, []string{"open", "cart"}},
			{"carts", journey.Query{State: "open"}, []string{"open"}},
			{"carts", journey.Query{State: "ordered"}, []string{"cart"}},
			{"recovered carts", journey.Query{}, []string{"cart"}},
			{"carts", journey.Query{State: "nonsense"}, []string{}},
			{"decisions", journey.Query{State: "deferred"}, []string{"later"}},
			{"decisions", journey.Query{CartID: "cart"}, []string{"decision"}},
			{"decisions", journey.Query{CartID: "cart", State: "deferred"}, []string{}},
			{"messages", journey.Query{State: "rejected"}, []string{"refused"}},
			{"messages", journey.Query{CartID: "cart"}, []string{"message"}},
			{"orders", journey.Query{State: "cancelled"}, []string{}},
			{"orders", journey.Query{State: "placed"}, []string{"order"}},
			{"recoveries", journey.Query{CartID: "cart"}, []string{"recovery"}},
			{"recoveries", journey.Query{State: "same_cart_24h_after_delivery"}, []string{}},
		} {
			got, _, err := lists[c.list].page(t.Context(), s, c.q)
			if err != nil {
				t.Fatal(err)
			}
			same(t, fmt.Sprintf("%s of %+v", c.list, c.q), got, c.want)
		}
	})
}

func TestCartRowTellsItsShopperAndCredit(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		fill(t, s, shopA)
		c := loadCart(t, s, shopA, "cart")
		c.Facts.Email.Value, c.Facts.Phone.Value = "ada@example.com", "+331"
		saveCart(t, s, c, time.Time{})
		p := must[journey.Page[journey.CartRow]](t)(s.Carts(t.Context(), shopA, journey.Query{}))
		same(t, "row", p.Items, []journey.CartRow{{
			ID: "cart", State: cart.Ordered, ShopperID: "ada", FirstName: "Ada", Email: "ada@example.com", Phone: "+331", Persona: "everyone",
			Items: 1, Total: c.Total(), Recovered: true, LastActivity: now, StartedAt: now.Add(-time.Hour), AbandonedAt: now, OrderedAt: now, OrderID: "order",
		}})
	})
}

// Text from addresses and queries reaches the database as it is; some of it no
// Postgres text can hold. It must not look like a failure of ours.
func TestTextThatNoDatabaseHoldsIsNotAFailure(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for _, id := range []string{"\x00", "a\xff"} {
			_, err := s.Cart(t.Context(), shopA, id)
			_, err2 := s.Message(t.Context(), shopA, id)
			_, err3 := s.Shop(t.Context(), id)
			_, err4 := s.LinkOf(t.Context(), id)
			_, _, err5 := s.Shopper(t.Context(), shopA, id)
			for _, err := range []error{err, err2, err3, err4, err5} {
				if !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Invalid) {
					t.Errorf("id %q: %v", id, err)
				}
			}
			if _, err := s.Carts(t.Context(), shopA, journey.Query{State: id}); err != nil && !fault.Is(err, fault.Invalid) {
				t.Errorf("state %q: %v", id, err)
			}
		}
	})
}

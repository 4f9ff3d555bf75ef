package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// queue is one of the three things that duties claim. add puts an item with an
// alarm; claim takes up to limit of the shard's due ones and gives their ids;
// move clears their alarms.
type queue struct {
	name  string
	add   func(ctx context.Context, tx *store.Tx, shopID, id string, due time.Time) error
	claim func(ctx context.Context, tx *store.Tx, shard, limit int) (ids []string, move func() error, err error)
}

var queues = []queue{
	{
		name: "enrollments",
		add: func(ctx context.Context, tx *store.Tx, shopID, id string, due time.Time) error {
			e := anEnrollment(shopID, id, "cart-of-"+id)
			e.DueAt = due
			_, err := tx.InsertEnrollment(ctx, e)
			return err
		},
		claim: func(ctx context.Context, tx *store.Tx, shard, limit int) (ids []string, move func() error, err error) {
			list, err := tx.ClaimDue(ctx, shard, limit, "")
			for _, e := range list {
				ids = append(ids, e.ID)
			}
			return ids, func() error {
				for _, e := range list {
					e.DueAt = time.Time{}
					if err := tx.SaveEnrollment(ctx, e); err != nil {
						return err
					}
				}
				return nil
			}, err
		},
	},
	{
		name: "idle carts",
		add: func(ctx context.Context, tx *store.Tx, shopID, id string, due time.Time) error {
			return tx.SaveCart(ctx, aCart(shopID, id), due)
		},
		claim: func(ctx context.Context, tx *store.Tx, shard, limit int) (ids []string, move func() error, err error) {
			list, err := tx.ClaimIdle(ctx, shard, limit)
			for _, c := range list {
				ids = append(ids, c.ID)
			}
			return ids, func() error {
				for _, c := range list {
					if err := tx.SaveCart(ctx, c, time.Time{}); err != nil {
						return err
					}
				}
				return nil
			}, err
		},
	},
	{
		name: "messages",
		add: func(ctx context.Context, tx *store.Tx, shopID, id string, due time.Time) error {
			l := aLetter(shopID, id, "enrollment-of-"+id, 0)
			l.DueAt = due
			return tx.InsertMessage(ctx, l, nil)
		},
		claim: func(ctx context.Context, tx *store.Tx, shard, limit int) (ids []string, move func() error, err error) {
			list, err := tx.ClaimMessages(ctx, shard, limit, "")
			for _, l := range list {
				ids = append(ids, l.ID)
			}
			return ids, func() error {
				for _, l := range list {
					l.DueAt = time.Time{}
					if err := tx.SaveMessage(ctx, l); err != nil {
						return err
					}
				}
				return nil
			}, err
		},
	},
}

// eachQueue runs f for every queue on both engines.
func eachQueue(t *testing.T, f func(t *testing.T, s *store.Store, q queue), opts ...storetest.Option) {
	t.Helper()
	t.Parallel()
	for _, q := range queues {
		t.Run(q.name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, s *store.Store) { f(t, s, q) }, opts...)
		})
	}
}

func (q queue) fill(t testing.TB, s *store.Store, n int, due func(i int) time.Time) (ids []string) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		ids = nil
		for i := range n {
			ids = append(ids, numbered("q", i))
			if err := q.add(ctx, tx, shopA, ids[i], due(i)); err != nil {
				return err
			}
		}
		return nil
	})
	return ids
}

// take claims once, without moving anything.
func (q queue) take(t testing.TB, s *store.Store, shard, limit int) (ids []string) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
		ids, _, err = q.claim(ctx, tx, shard, limit)
		return err
	})
	return ids
}

func TestClaimGivesWhatIsDueInOrder(t *testing.T) {
	shard := shop.Shard(shopA)
	eachQueue(t, func(t *testing.T, s *store.Store, q queue) {
		// The later its number, the longer it is due; the first two are not, and one has no alarm.
		ids := q.fill(t, s, 6, func(i int) time.Time {
			if i == 4 {
				return time.Time{}
			}
			return now.Add(time.Duration(2-i)*time.Minute - time.Millisecond)
		})
		same(t, "all that is due", q.take(t, s, shard, 10), []string{ids[5], ids[3], ids[2]})
		same(t, "the first two", q.take(t, s, shard, 2), []string{ids[5], ids[3]})
		same(t, "of another shard", q.take(t, s, (shard+1)%shop.Shards, 10), []string{})
	})
}

func TestClaimIncludesThePresentInstant(t *testing.T) {
	clock := &storetest.Clock{}
	t.Parallel()
	for _, q := range queues {
		t.Run(q.name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, s *store.Store) {
				q.fill(t, s, 2, func(i int) time.Time { return clock.Now().Add(time.Duration(i) * time.Millisecond) })
				same(t, "due now, and a millisecond later", q.take(t, s, shop.Shard(shopA), 10), []string{numbered("q", 0)})
			}, storetest.Now(clock.Now))
		})
	}
}

func TestClaimersNeverShare(t *testing.T) {
	const claimers, items, batch = 8, 200, 7
	shard := shop.Shard(shopA)
	eachQueue(t, func(t *testing.T, s *store.Store, q queue) {
		ids := q.fill(t, s, items, func(i int) time.Time { return now.Add(-time.Duration(i%10) * time.Second) })
		m := meet(s, claimers)
		took := make([][]string, claimers)
		noErrors(t, abreast(claimers, func(i int) error {
			// On Postgres all hold their first batch at the same time.
			holding := m.once(s)
			for {
				var mine []string
				err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
					ids, move, err := q.claim(ctx, tx, shard, batch)
					if err != nil {
						return err
					}
					mine = ids
					holding()
					return move()
				})
				if err != nil || len(mine) == 0 {
					return err
				}
				if len(mine) > batch {
					return fmt.Errorf("claimed %d, asked for %d", len(mine), batch)
				}
				took[i] = append(took[i], mine...)
			}
		}))
		all := slices.Concat(took...)
		slices.Sort(all)
		same(t, "what all claimers took", all, ids)
	})
}

func TestClaimIsGivenBackWhenItsTransactionFails(t *testing.T) {
	eachQueue(t, func(t *testing.T, s *store.Store, q queue) {
		ids := q.fill(t, s, 1, func(int) time.Time { return now })
		failed := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, move, err := q.claim(ctx, tx, shop.Shard(shopA), 1)
			if err != nil {
				return err
			}
			if err := move(); err != nil {
				return err
			}
			return errOfTest
		})
		if !errors.Is(failed, errOfTest) {
			t.Fatalf("got %v", failed)
		}
		same(t, "due again", q.take(t, s, shop.Shard(shopA), 1), ids)
	})
}

// Whoever works on a cart is not waited for: what belongs to it stays due.
func TestClaimPassesOverWhatBelongsToAHeldCart(t *testing.T) {
	t.Parallel()
	s := storetest.DB{Engine: storetest.EnginePostgres, URL: storetest.Postgres(t)}.Open(t)
	addShops(t, s)
	for _, q := range []queue{queues[0], queues[2]} {
		ids := q.fill(t, s, 2, func(int) time.Time { return now })
		held := "cart-of-" + ids[0]
		if q.name == "messages" {
			held = aLetter(shopA, ids[0], "enrollment-of-"+ids[0], 0).CartID
		}
		saveCart(t, s, aCart(shopA, held), time.Time{})
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Cart(ctx, shopA, held); err != nil {
				return err
			}
			same(t, q.name+" while a cart is held", q.take(t, s, shop.Shard(shopA), 10), []string{ids[1]})
			return nil
		})
		same(t, q.name+" afterwards", q.take(t, s, shop.Shard(shopA), 10), ids)
	}
}

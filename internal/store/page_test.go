package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// paged is one of the lists. add makes its i-th row, which happened at the given time.
type paged struct {
	add  func(ctx context.Context, tx *store.Tx, i int, at time.Time) error
	page func(ctx context.Context, s *store.Store, q journey.Query) (ids []string, next string, err error)
}

func idsOf[T any](p journey.Page[T], err error, id func(T) string) ([]string, string, error) {
	ids := []string{}
	for _, v := range p.Items {
		ids = append(ids, id(v))
	}
	return ids, p.Next, err
}

var lists = map[string]paged{
	"carts": {
		add: func(ctx context.Context, tx *store.Tx, i int, at time.Time) error {
			c := aCart(shopA, numbered("id", i))
			c.Facts.LastActivity = at.UnixMilli()
			return tx.SaveCart(ctx, c, time.Time{})
		},
		page: func(ctx context.Context, s *store.Store, q journey.Query) ([]string, string, error) {
			p, err := s.Carts(ctx, shopA, q)
			return idsOf(p, err, func(r journey.CartRow) string { return r.ID })
		},
	},
	"recovered carts": {
		// Every cart was credited with two orders.
		add: func(ctx context.Context, tx *store.Tx, i int, at time.Time) error {
			c := aCart(shopA, numbered("id", i))
			c.Facts.LastActivity = at.UnixMilli()
			if err := tx.SaveCart(ctx, c, time.Time{}); err != nil {
				return err
			}
			for _, order := range []string{"x", "y"} {
				r := aRecovery(shopA, order+c.ID, order+c.ID)
				r.CartID = c.ID
				if err := tx.SaveRecovery(ctx, r); err != nil {
					return err
				}
			}
			return nil
		},
		page: func(ctx context.Context, s *store.Store, q journey.Query) ([]string, string, error) {
			q.State = "recovered"
			p, err := s.Carts(ctx, shopA, q)
			return idsOf(p, err, func(r journey.CartRow) string { return r.ID })
		},
	},
	"decisions": {
		add: func(ctx context.Context, tx *store.Tx, i int, at time.Time) error {
			d := aDecision(shopA, numbered("id", i), "e", 0, journey.Deferred)
			d.At = at
			return tx.InsertDecision(ctx, d)
		},
		page: func(ctx context.Context, s *store.Store, q journey.Query) ([]string, string, error) {
			p, err := s.Decisions(ctx, shopA, q)
			return idsOf(p, err, func(d journey.Decision) string { return d.ID })
		},
	},
	"messages": {
		add: func(ctx context.Context, tx *store.Tx, i int, at time.Time) error {
			l := aLetter(shopA, numbered("id", i), numbered("e", i), 0)
			l.ReservedAt = at
			return tx.InsertMessage(ctx, l, nil)
		},
		page: func(ctx context.Context, s *store.Store, q journey.Query) ([]string, string, error) {
			p, err := s.Messages(ctx, shopA, q)
			return idsOf(p, err, func(m message.Message) string { return m.ID })
		},
	},
	"orders": {
		add: func(ctx context.Context, tx *store.Tx, i int, at time.Time) error {
			p := anOrder(shopA, numbered("id", i), numbered("p", i))
			p.PlacedAt = at
			return tx.SavePurchase(ctx, p)
		},
		page: func(ctx context.Context, s *store.Store, q journey.Query) ([]string, string, error) {
			p, err := s.Orders(ctx, shopA, q)
			return idsOf(p, err, func(p cart.Purchase) string { return p.ID })
		},
	},
	"quarantine": {
		add: func(ctx context.Context, tx *store.Tx, i int, at time.Time) error {
			_, err := tx.InsertEvent(ctx, aPuzzle(shopA, numbered("id", i), at))
			return err
		},
		page: func(ctx context.Context, s *store.Store, q journey.Query) ([]string, string, error) {
			p, err := s.Quarantine(ctx, shopA, q)
			return idsOf(p, err, func(e journey.Quarantined) string { return e.ID })
		},
	},
	"recoveries": {
		add: func(ctx context.Context, tx *store.Tx, i int, at time.Time) error {
			r := aRecovery(shopA, numbered("id", i), numbered("o", i))
			r.CreditedAt = at
			return tx.SaveRecovery(ctx, r)
		},
		page: func(ctx context.Context, s *store.Store, q journey.Query) ([]string, string, error) {
			p, err := s.Recoveries(ctx, shopA, q)
			return idsOf(p, err, func(r attribution.Recovery) string { return r.ID })
		},
	},
}

// eachList runs f for every list on both engines.
func eachList(t *testing.T, f func(t *testing.T, s *store.Store, l paged)) {
	t.Helper()
	t.Parallel()
	for name, l := range lists {
		t.Run(name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, s *store.Store) { f(t, s, l) })
		})
	}
}

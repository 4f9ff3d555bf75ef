package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/shopper"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// opened is a page that a visitor opened.
func opened(page string, seq int, at time.Time) event.Behaviour {
	return event.Behaviour{Page: page, Seq: seq, At: at, Kind: event.DidPage, Path: "/"}
}

func TestVisitorsAndWhatTheyDid(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s := db.Open(t)
		fill(t, s, shopA)
		var many []event.Behaviour
		for i := range 120 {
			many = append(many, opened("view-1", i, now))
		}
		for range 2 { // the same report twice
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.SeeVisitor(ctx, shopA, "w1", "mobile", "")
				return first(func() error { return err }, func() error { return tx.InsertBehaviours(ctx, shopA, "w1", many) },
					func() error { return tx.TieVisitor(ctx, shopA, "w1", "ada", "ada") })
			})
		}
		d, err := s.Dossier(t.Context(), shopA, "ada")
		if err != nil || len(d.Visitors) != 1 || len(d.Visitors[0].Did) != 120 || len(d.Visitors[0].Days) != 1 {
			t.Fatalf("%v, %d visitors: %+v", err, len(d.Visitors), d.Visitors)
		}
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			h, err := tx.History(ctx, shopA, "ada")
			if h.Device != "mobile" || h.Visits < 1 {
				t.Errorf("history is %+v", h)
			}
			return err
		})
	})
}

// A visitor follows the name it is tied to, and is nobody's once two people were there.
func TestVisitorsFollowAndPart(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s := db.Open(t)
		fill(t, s, shopA)
		var got []string
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			got = nil
			look := func() error {
				v, err := tx.SeeVisitor(ctx, shopA, "w1", "", "")
				got = append(got, fmt.Sprint(v.ShopperID, " ", v.Contested))
				return err
			}
			return first(look,
				func() error { return tx.TieVisitor(ctx, shopA, "w1", "kim", "kim") }, look,
				func() error {
					return tx.MoveName(ctx, shopA, shopper.Name{Key: phone("+337"), ID: "kim", ShopperID: "ada"}, "kim")
				}, look,
				func() error { return tx.TieVisitor(ctx, shopA, "w1", "ben", "ben") }, look,
				func() error { return tx.TieVisitor(ctx, shopA, "w1", "ada", "ada") }, look)
		})
		if diff := cmp.Diff([]string{" false", "kim false", "ada false", " true", " true"}, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOldVisitsArePurged(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s := db.Open(t)
		fill(t, s, shopA)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.SeeVisitor(ctx, shopA, "w1", "", "")
			return first(func() error { return err },
				func() error {
					return tx.InsertBehaviours(ctx, shopA, "w1", []event.Behaviour{opened("view-1", 0, now.Add(-time.Hour)), opened("view-1", 1, now)})
				}, func() error { return tx.Claim(ctx, shopA, "w1", "hash") })
		})
		purge := func(before time.Time, limit int) (n int) {
			write(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
				n, err = tx.Purge(ctx, shopA, shop.KeptBehaviour, before, limit)
				return err
			})
			return n
		}
		if n := purge(now.Add(-time.Minute), 10); n != 1 {
			t.Errorf("purged %d rows", n)
		}
		p, err := s.PixelSeen(t.Context(), shopA, now.Add(-time.Hour))
		if err != nil || p.Visitors != 1 {
			t.Errorf("%v, %+v", err, p)
		}
		for purge(time.Now().Add(time.Hour), 10) > 0 {
		}
		if p, err = s.PixelSeen(t.Context(), shopA, time.Time{}); err != nil || p.Visitors != 0 || !p.LastAt.IsZero() {
			t.Errorf("%v, %+v is left", err, p)
		}
	})
}

// What the pages and the folding ask of visits is found by an index.
func TestVisitQueriesUseTheirIndexes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s, raw := crowded(t, db)
		reader, heard := s.Overheard(db.URL)
		t.Cleanup(func() { reader.Close() })
		for _, h := range []hot{
			{name: "last report", index: []string{"visitors_seen"}, read: func(ctx context.Context, s *store.Store) error {
				_, err := s.PixelSeen(ctx, shopA, time.UnixMilli(3990))
				return err
			}},
			{name: "claims", index: primary("visitor_claims"), tx: func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Claimants(ctx, shopA, "a7", time.UnixMilli(1), time.UnixMilli(9), 4)
				return err
			}},
			{name: "proofs", index: []string{"visitors_proof"}, tx: func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.VisitorsWith(ctx, shopA, "p7", 4)
				return err
			}},
			{name: "tie", index: primary("visitors"), tx: func(ctx context.Context, tx *store.Tx) error {
				return tx.TieVisitor(ctx, shopA, "w7", "s7", "s7")
			}},
		} {
			checkPlans(t, raw, db.Engine, h, h.heard(t, s, reader, heard))
		}
		// Flows and heat maps read one page's days.
		st := store.Statement{Query: `SELECT kind, x, y FROM behaviours WHERE shop_id = $1 AND path = $2 AND day BETWEEN $3 AND $4`, Args: []any{shopA, "/p7", 1, 2}}
		if p := plan(t, raw, db.Engine, st); !strings.Contains(p, "behaviours_path") {
			t.Errorf("one page's days are read by\n%s", p)
		}
	})
}

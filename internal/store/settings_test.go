package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// Nothing of what a shop's owners set up is another shop's.
func TestDesksNeverMeet(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			must := func(err error) {
				if err != nil {
					t.Error(err)
				}
			}
			must(tx.AddSecret(ctx, shopA, "webhook", []byte("a")))
			must(tx.SaveCheck(ctx, shopA, journey.Check{What: "email", OK: true, Says: "well"}))
			must(tx.SkipStep(ctx, shopA, "channels", true))
			must(tx.NotePurge(ctx, shopA, map[string]int{"retain_events": 3}))
			must(tx.Invite(ctx, "hash-a", access.Invitation{ID: "i", ShopID: shopA, Email: "x@example.com", Role: access.Editor, ExpiresAt: tx.Now().Add(time.Hour)}))
			// The same address may be asked by both shops; each has its own.
			must(tx.Invite(ctx, "hash-b", access.Invitation{ID: "j", ShopID: shopB, Email: "x@example.com", Role: access.Viewer, ExpiresAt: tx.Now().Add(time.Hour)}))
			_, err := tx.InsertEvent(ctx, anEvent(shopA, "e1", "d1"))
			must(err)
			return nil
		})
		if err := s.CountSignatureFailures(ctx, shopA, "shopify", 2, "r"); err != nil {
			t.Fatal(err)
		}
		type seen struct {
			Checks, Skips, Failures, Arrivals, Secrets, Invitations int
			Purged                                                  bool
		}
		look := func(id string) (v seen) {
			checks, err1 := s.Checks(ctx, id)
			skips, err2 := s.SkippedSteps(ctx, id)
			failures, err3 := s.SignatureFailures(ctx, id)
			arrivals, err4 := s.Arrivals(ctx, id, 10)
			secrets, err5 := s.SealedOf(ctx, id)
			open, err6 := s.Invitations(ctx, id)
			purges, err7 := s.Purges(ctx, id)
			for _, err := range []error{err1, err2, err3, err4, err5, err6, err7} {
				if err != nil {
					t.Error(err)
				}
			}
			return seen{len(checks), len(skips), len(failures), len(arrivals), len(secrets), len(open), !purges.LastAt.IsZero()}
		}
		if diff := cmp.Diff(seen{1, 1, 1, 1, 1, 1, true}, look(shopA)); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(seen{Invitations: 1}, look(shopB)); diff != "" {
			t.Error(diff)
		}
		before := look(shopA)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.KeepSecrets(ctx, shopB, "webhook", 0); err != nil {
				return err
			}
			of, err := tx.SealedOf(ctx, shopA)
			if err != nil {
				return err
			}
			if err := tx.RemoveSecret(ctx, shopB, of[0]); !fault.Is(err, fault.NotFound) {
				t.Errorf("another shop's secret: %v", err)
			}
			of[0].CreatedAt = of[0].CreatedAt.Add(time.Millisecond)
			if err := tx.RemoveSecret(ctx, shopA, of[0]); !fault.Is(err, fault.NotFound) {
				t.Errorf("the former holder of a place: %v", err)
			}
			if err := tx.ForgetCheck(ctx, shopB, "email"); err != nil {
				return err
			}
			if err := tx.Uninvite(ctx, shopB, "i"); !fault.Is(err, fault.NotFound) {
				t.Errorf("another shop's invitation: %v", err)
			}
			return tx.SkipStep(ctx, shopB, "channels", false)
		})
		if diff := cmp.Diff(before, look(shopA)); diff != "" {
			t.Error(diff)
		}
	})
}

// What a purge would remove is counted as it is removed.
func TestPurgeWaitingIsWhatPurgeRemoves(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		fill(t, s, shopA)
		later := now.Add(10_000 * time.Hour)
		for _, what := range shop.EverythingKept() {
			waiting, err := s.PurgeWaiting(t.Context(), shopA, what, later)
			if err != nil {
				t.Fatal(err)
			}
			other, err := s.PurgeWaiting(t.Context(), shopB, what, later)
			if err != nil || other != 0 {
				t.Errorf("%s of a shop without rows: %d, %v", what, other, err)
			}
			removed := get(t, s, func(ctx context.Context, tx *store.Tx) (int, error) { return tx.Purge(ctx, shopA, what, later, 1000) })
			if waiting != removed {
				t.Errorf("%s: %d were said to wait, %d were removed", what, waiting, removed)
			}
		}
	})
}

// The audit log is narrowed by who, what and when, page by page.
func TestAuditIsNarrowed(t *testing.T) {
	clock := &storetest.Clock{}
	eachStore(t, func(t *testing.T, s *store.Store) {
		by := func(kind access.ActorKind, id string, did access.Action) access.Entry {
			return access.Entry{ShopID: shopA, Actor: access.Actor{Kind: kind, ID: id}, Action: did}
		}
		at := time.Time{}
		for i, e := range []access.Entry{
			by(access.ByUser, "u1", access.KeyCreated), by(access.ByUser, "u2", access.KeyCreated), by(access.ByCommand, "", access.KeyCreated), by(access.ByUser, "u1", access.SettingsSet),
		} {
			e.ID = string(rune('a' + i))
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				at = tx.Now()
				return tx.InsertAudit(ctx, e)
			})
		}
		for name, c := range map[string]struct {
			q    journey.Query
			want string
		}{
			"all": {journey.Query{}, "dcba"}, "by a person": {journey.Query{Actor: "u1"}, "da"}, "by command": {journey.Query{Actor: "command"}, "c"},
			"what": {journey.Query{State: string(access.KeyCreated)}, "cba"}, "what by whom": {journey.Query{State: string(access.KeyCreated), Actor: "u1"}, "a"},
			"from": {journey.Query{Since: at}, "dcba"}, "until": {journey.Query{Until: at}, ""}, "a window": {journey.Query{Since: at, Until: at.Add(time.Second)}, "dcba"},
			"somebody unknown": {journey.Query{Actor: "u3"}, ""},
		} {
			got := ""
			c.q.Limit = 1
			for {
				p, err := s.Audit(t.Context(), shopA, c.q)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range p.Items {
					got += e.ID
				}
				if c.q.Cursor = p.Next; p.Next == "" {
					break
				}
			}
			if got != c.want {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
		}
		if last, err := s.LastDone(t.Context(), shopA, access.SettingsSet); err != nil || !last.Equal(at) {
			t.Errorf("last done %v, %v", last, err)
		}
		if never, err := s.LastDone(t.Context(), shopB, access.SettingsSet); err != nil || !never.IsZero() {
			t.Errorf("never done %v, %v", never, err)
		}
	}, storetest.Now(clock.Now))
}

// The pages where a shop is set up cost the same however many carts it has.
var settingsQueries = []hot{
	{name: "newest events", index: primary("events"), read: func(ctx context.Context, s *store.Store) error {
		_, err := s.Arrivals(ctx, shopA, 20)
		return err
	}},
	{name: "oldest event", index: primary("events"), read: func(ctx context.Context, s *store.Store) error {
		_, err := s.FirstArrival(ctx, shopA)
		return err
	}},
	{name: "events to purge", index: []string{"events_kept"}, read: func(ctx context.Context, s *store.Store) error {
		_, err := s.PurgeWaiting(ctx, shopA, shop.KeptEvents, time.UnixMilli(10))
		return err
	}},
	{name: "decisions to purge", index: []string{"decisions_kept"}, read: func(ctx context.Context, s *store.Store) error {
		_, err := s.PurgeWaiting(ctx, shopA, shop.KeptDecisions, time.UnixMilli(10))
		return err
	}},
	{name: "carts to expire", index: []string{"carts_state"}, read: func(ctx context.Context, s *store.Store) error {
		_, err := s.PurgeWaiting(ctx, shopA, shop.KeptCarts, time.UnixMilli(10))
		return err
	}},
}

func TestSettingsQueriesUseTheirIndexes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s, raw := crowded(t, db)
		reader, heard := s.Overheard(db.URL)
		t.Cleanup(func() { reader.Close() })
		for _, h := range settingsQueries {
			if err := h.read(t.Context(), reader); err != nil {
				t.Error(err)
			}
			checkPlans(t, raw, db.Engine, h, heard.Take())
		}
	})
}

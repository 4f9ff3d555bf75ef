package store_test

import (
	"context"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

func TestKeysAreNamedUsedAndRevoked(t *testing.T) {
	clock := &storetest.Clock{}
	eachStore(t, func(t *testing.T, s *store.Store) {
		began := clock.Now()
		k := access.Key{ID: "k-1", ShopID: shopA, Name: "plugin", Hint: "cg_1…", Scopes: []access.Scope{access.EventsWrite, access.Read}}
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			k.CreatedAt = tx.Now()
			return tx.AddAPIKey(ctx, "hash", k)
		})
		same(t, "the caller", must[access.Caller](t)(s.CallerByKeyHash(t.Context(), "hash")), access.Caller{Shop: aShop(shopA), Key: k})
		used := func() time.Time {
			return must[[]access.Key](t)(s.Keys(t.Context(), shopA))[0].UsedAt
		}
		note := func() {
			t.Helper()
			if err := s.KeyUsed(t.Context(), shopA, "k-1", time.Hour); err != nil {
				t.Fatal(err)
			}
		}
		note()
		first := used()
		if first.Before(began) {
			t.Errorf("used at %v", first)
		}
		clock.Add(59 * time.Minute)
		note()
		same(t, "used within the hour", used(), first)
		clock.Add(time.Minute)
		note()
		if !used().After(first) {
			t.Error("an hour later its use is not noted")
		}
		revoke := func(shopID string) error {
			return s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.RevokeKey(ctx, shopID, "k-1") })
		}
		wantCode(t, "another shop's revoking", revoke(shopB), fault.NotFound)
		if err := revoke(shopA); err != nil {
			t.Fatal(err)
		}
		wantCode(t, "revoking again", revoke(shopA), fault.NotFound)
		_, err := s.CallerByKeyHash(t.Context(), "hash")
		wantCode(t, "a revoked key", err, fault.NotFound)
		same(t, "keys of the other shop", must[[]access.Key](t)(s.Keys(t.Context(), shopB)), []access.Key{})
	}, storetest.Now(clock.Now))
}

func TestPasswordEndsSessionsAndLinks(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.SaveUser(ctx, "u1", "a@example.com")
			return first(
				func() error { return err },
				func() error { return tx.SaveMember(ctx, shopB, "u1", "viewer") },
				func() error { return tx.SaveMember(ctx, shopA, "u1", "owner") },
				func() error { return tx.AddSignIn(ctx, "link", "u1", tx.Now().Add(time.Hour)) },
				func() error { return tx.SetPassword(ctx, "u1", "stored") },
				func() error { return tx.Rehash(ctx, "u1", "former", "never") },
				func() error { return tx.Rehash(ctx, "u1", "stored", "again") },
			)
		})
		want := store.Account{Person: access.Person{ID: "u1", Generation: 2}, Email: "a@example.com", Password: "again", Shops: []string{shopA, shopB}}
		same(t, "account", get(t, s, func(ctx context.Context, tx *store.Tx) (store.Account, error) {
			return tx.AccountByEmail(ctx, "a@example.com")
		}), want)
		same(t, "by id", get(t, s, func(ctx context.Context, tx *store.Tx) (store.Account, error) { return tx.Account(ctx, "u1") }), want)
		err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { _, err := tx.UseSignIn(ctx, "link"); return err })
		wantCode(t, "a link made before", err, fault.NotFound)
		same(t, "colleagues", must[[]access.Colleague](t)(s.Colleagues(t.Context(), shopB)), []access.Colleague{{ID: "u1", Email: "a@example.com", Role: access.Viewer, Password: true}})
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.RemoveMember(ctx, shopB, "u1") })
		err = s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.RemoveMember(ctx, shopB, "u1") })
		wantCode(t, "removing again", err, fault.NotFound)
		same(t, "role", get(t, s, func(ctx context.Context, tx *store.Tx) (access.Role, error) { return tx.RoleOf(ctx, shopB, "u1") }), access.Role(""))
		same(t, "role elsewhere", get(t, s, func(ctx context.Context, tx *store.Tx) (access.Role, error) { return tx.RoleOf(ctx, shopA, "u1") }), access.Owner)
	})
}

// Tries at the same time, from as many processes as you like, follow one
// another: each finds the one before counted.
func TestGuardsCountTriesAtTheSameTime(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		const n = 12
		noErrors(t, abreast(n, func(int) error {
			return s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				g, err := tx.Guard(ctx, "hash")
				if err != nil {
					return err
				}
				return tx.SaveGuard(ctx, "hash", g.Charge(tx.Now(), access.AccountPatience()))
			})
		}))
		look := func() access.Guard {
			return get(t, s, func(ctx context.Context, tx *store.Tx) (access.Guard, error) { return tx.Guard(ctx, "hash") })
		}
		same(t, "guard", look(), access.Guard{Failures: n, FailedAt: now, Until: now.Add(128 * time.Second)})
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SaveGuard(ctx, "hash", access.Guard{}) })
		same(t, "forgiven", look(), access.Guard{})
	})
}

func TestForgottenFailuresArePurged(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s := db.Open(t)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return first(
				func() error {
					return tx.SaveGuard(ctx, "old", access.Guard{Failures: 9, FailedAt: now.Add(-24 * time.Hour)})
				},
				func() error {
					return tx.SaveGuard(ctx, "new", access.Guard{Failures: 1, FailedAt: now.Add(-time.Hour)})
				},
			)
		})
		if err := s.PurgeSessions(t.Context()); err != nil {
			t.Fatal(err)
		}
		same(t, "guards kept", texts(t, db.Raw(t), `SELECT hash FROM sign_in_guards`), []string{"new"})
	})
}

func TestAuditLogIsPagedAndNamesWhoStillExists(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		entry := func(id, shopID string, by access.Actor, did access.Action, object string) access.Entry {
			return access.Entry{ID: id, ShopID: shopID, At: now, Actor: by, Action: did, Object: object, Detail: map[string]string{"n": id}}
		}
		person, key := access.Actor{Kind: access.ByUser, ID: "u1"}, access.Actor{Kind: access.ByKey, ID: "k-1"}
		entries := []access.Entry{
			entry("1", shopA, person, access.KeyCreated, "k-1"), entry("2", shopA, key, access.Replayed, ""),
			entry("3", shopA, access.Actor{Kind: access.ByUser, ID: "gone"}, access.SignedIn, "gone"), entry("4", shopB, person, access.SignedIn, "u1"),
		}
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.SaveUser(ctx, "u1", "a@example.com"); err != nil {
				return err
			}
			for _, e := range entries {
				if err := tx.InsertAudit(ctx, e); err != nil {
					return err
				}
			}
			return tx.AddAPIKey(ctx, "hash", aKey(shopA, "k-1"))
		})
		entries[0].ActorName, entries[0].ObjectName, entries[1].ActorName = "a@example.com", "plugin", "plugin"
		p := must[journey.Page[access.Entry]](t)(s.Audit(t.Context(), shopA, journey.Query{Limit: 2}))
		same(t, "first page", p.Items, []access.Entry{entries[2], entries[1]})
		p = must[journey.Page[access.Entry]](t)(s.Audit(t.Context(), shopA, journey.Query{Limit: 2, Cursor: p.Next}))
		same(t, "last page", p, journey.Page[access.Entry]{Items: []access.Entry{entries[0]}})
		p = must[journey.Page[access.Entry]](t)(s.Audit(t.Context(), shopA, journey.Query{State: string(access.Replayed)}))
		same(t, "one action", p.Items, []access.Entry{entries[1]})
	})
}

// Nothing in the store changes or removes a line of the audit log.
func TestAuditLogIsAppendOnly(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	changing := regexp.MustCompile(`(?i)(UPDATE|DELETE FROM|INTO)\s+audit\b`)
	inserts := 0
	for _, f := range files {
		if f.IsDir() || regexp.MustCompile(`_test\.go$`).MatchString(f.Name()) {
			continue
		}
		b, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range changing.FindAllString(string(b), -1) {
			if found != "INTO audit" {
				t.Errorf("%s: %s", f.Name(), found)
			}
			inserts++
		}
	}
	if inserts != 1 {
		t.Errorf("%d statements write the audit log, one is meant to", inserts)
	}
}

func TestSealsAreWalkedInOrderAcrossShops(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return first(
				func() error { return tx.AddSecret(ctx, shopB, "webhook", []byte("b")) },
				func() error { return tx.AddSecret(ctx, shopA, "webhook", []byte("a1")) },
				func() error { return tx.AddSecret(ctx, shopA, "webhook", []byte("a2")) },
				func() error { return tx.AddSecret(ctx, shopA, "twilio", []byte("a0")) },
			)
		})
		var walked []string
		at := store.Seal{}
		for {
			batch := get(t, s, func(ctx context.Context, tx *store.Tx) ([]store.Seal, error) { return tx.SealsAfter(ctx, at, 3) })
			for _, v := range batch {
				walked, at = append(walked, string(v.Sealed)), v
			}
			if len(batch) < 3 {
				break
			}
		}
		same(t, "walked", walked, []string{"a0", "a1", "a2", "b"})
		at.Sealed = []byte("new")
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.Reseal(ctx, at) })
		same(t, "sealed anew", must[[]store.Secret](t)(s.Secrets(t.Context(), shopB)), []store.Secret{{Name: "webhook", Sealed: []byte("new")}})
	})
}

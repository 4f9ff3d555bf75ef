package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

func TestShopComesBackAsSaved(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		want := aShop(shopA)
		load := func(what string) {
			t.Helper()
			same(t, what, must[shop.Shop](t)(s.Shop(t.Context(), shopA)), want)
			same(t, what+", in a transaction", get(t, s, func(ctx context.Context, tx *store.Tx) (shop.Shop, error) { return tx.Shop(ctx, shopA) }), want)
		}
		load("as first saved")
		want.Name, want.Settings.HoldoutShare, want.ActivatedAt = "New name", 0.1, now
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SaveShop(ctx, want) })
		load("saved again")
		same(t, "all shops", must[[]shop.Shop](t)(s.Shops(t.Context())), []shop.Shop{want, aShop(shopB)})
		_, err := s.Shop(t.Context(), "shop-c")
		wantCode(t, "a shop that is not there", err, fault.NotFound)
	})
}

func TestSecretsOfANameNewestFirst(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for _, v := range []string{"1", "2", "3"} {
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.AddSecret(ctx, shopA, "webhook", []byte(v)) })
		}
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.AddSecret(ctx, shopA, "sendgrid", []byte{0, 0xff})
		})
		same(t, "secrets", must[[]store.Secret](t)(s.Secrets(t.Context(), shopA)), []store.Secret{
			{Name: "sendgrid", Sealed: []byte{0, 0xff}}, {Name: "webhook", Sealed: []byte("3")}, {Name: "webhook", Sealed: []byte("2")}, {Name: "webhook", Sealed: []byte("1")},
		})
	})
}

func TestShopsOfAPageAndOfAKey(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return first(
				func() error { return tx.AddPage(ctx, shopB, "page") },
				func() error { return tx.AddPage(ctx, shopA, "page") },
				func() error { return tx.AddPage(ctx, shopA, "page") },
				func() error { return tx.AddAPIKey(ctx, "hash", aKey(shopB, "k-1")) },
			)
		})
		same(t, "shops of the page", must[[]string](t)(s.ShopsOfPage(t.Context(), "page")), []string{shopA, shopB})
		same(t, "shops of another", must[[]string](t)(s.ShopsOfPage(t.Context(), "pag")), []string{})
		same(t, "shop of the key", must[access.Caller](t)(s.CallerByKeyHash(t.Context(), "hash")).Shop.ID, shopB)
		_, err := s.CallerByKeyHash(t.Context(), "hash2")
		wantCode(t, "an unknown key", err, fault.NotFound)
	})
}

func TestUsersAreKnownByTheirEmail(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		save := func(id, address string) string {
			return get(t, s, func(ctx context.Context, tx *store.Tx) (string, error) { return tx.SaveUser(ctx, id, address) })
		}
		if a, b, again := save("u1", "a@example.com"), save("u2", "b@example.com"), save("u3", "a@example.com"); a != "u1" || b != "u2" || again != "u1" {
			t.Errorf("users %s, %s, and the first again %s", a, b, again)
		}
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return first(
				func() error { return tx.SaveMember(ctx, shopB, "u1", "viewer") },
				func() error { return tx.SaveMember(ctx, shopB, "u1", "owner") },
			)
		})
		same(t, "standing of u1", must[access.Standing](t)(s.Standing(t.Context(), "u1")), access.Standing{
			Person: access.Person{ID: "u1", Generation: 1}, Name: "a@example.com", Shops: []access.Membership{{Shop: aShop(shopB), Role: access.Owner}},
		})
		same(t, "standing of u2", must[access.Standing](t)(s.Standing(t.Context(), "u2")), access.Standing{
			Person: access.Person{ID: "u2", Generation: 1}, Name: "b@example.com",
		})
		_, err := s.Standing(t.Context(), "u3")
		wantCode(t, "a user who is gone", err, fault.NotFound)
	})
}

func TestSignInLinkWorksOnce(t *testing.T) {
	clock := &storetest.Clock{}
	eachStore(t, func(t *testing.T, s *store.Store) {
		use := func(hash string) (who string, err error) {
			err = s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				who, err = tx.UseSignIn(ctx, hash)
				return err
			})
			return who, err
		}
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.SaveUser(ctx, "u1", "a@example.com"); err != nil {
				return err
			}
			return first(
				func() error { return tx.AddSignIn(ctx, "good", "u1", tx.Now().Add(time.Minute)) },
				func() error { return tx.AddSignIn(ctx, "over", "u1", tx.Now()) },
			)
		})
		users := make([]string, 8)
		used := 0
		for i, err := range abreast(len(users), func(i int) (err error) { users[i], err = use("good"); return err }) {
			if err == nil {
				used++
				if users[i] != "u1" {
					t.Errorf("the link signed in %q", users[i])
				}
				continue
			}
			wantCode(t, fmt.Sprint("use ", i), err, fault.NotFound)
		}
		if used != 1 {
			t.Errorf("the link was used %d times", used)
		}
		for _, hash := range []string{"over", "unknown"} {
			_, err := use(hash)
			wantCode(t, "the link "+hash, err, fault.NotFound)
		}
	}, storetest.Now(clock.Now))
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		clock := &storetest.Clock{}
		s := store.Sessions{Store: db.Open(t, storetest.Now(clock.Now)), Now: clock.Now}
		find := func(token string) string {
			b, ok, err := s.Find(token)
			if err != nil || ok != (b != nil) {
				t.Errorf("session %s: %q, %v, %v", token, b, ok, err)
			}
			return string(b)
		}
		commit := func(token, data string, in time.Duration) {
			if err := s.Commit(token, []byte(data), clock.Now().Add(in)); err != nil {
				t.Fatal(err)
			}
		}
		commit("short", "a", time.Minute)
		commit("long", "b", time.Hour)
		commit("long", "c", 2*time.Hour)
		commit("ended", "d", time.Hour)
		if err := s.Delete("ended"); err != nil {
			t.Fatal(err)
		}
		same(t, "sessions", []string{find("short"), find("long"), find("ended"), find("unknown")}, []string{"a", "c", "", ""})
		clock.Add(time.Minute)
		same(t, "a minute later", []string{find("short"), find("long")}, []string{"", "c"})

		write(t, s.Store, func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.SaveUser(ctx, "u1", "a@example.com"); err != nil {
				return err
			}
			return first(
				func() error { return tx.AddSignIn(ctx, "over", "u1", tx.Now()) },
				func() error { return tx.AddSignIn(ctx, "good", "u1", tx.Now().Add(time.Minute)) },
			)
		})
		if err := s.PurgeSessions(t.Context()); err != nil {
			t.Fatal(err)
		}
		raw := db.Raw(t)
		same(t, "sessions kept", texts(t, raw, `SELECT token FROM sessions`), []string{"long"})
		same(t, "sign-in links kept", texts(t, raw, `SELECT hash FROM sign_ins`), []string{"good"})
	})
}

func TestOneTimestampPerTransaction(t *testing.T) {
	clock := &storetest.Clock{}
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s := db.Open(t, storetest.Now(func() time.Time { clock.Add(time.Second); return clock.Now().In(time.FixedZone("x", 3600)) }))
		write(t, s, func(_ context.Context, tx *store.Tx) error {
			if a, b := tx.Now(), tx.Now(); !a.Equal(b) || a.Location() != time.UTC {
				t.Errorf("one transaction has the times %v and %v", a, b)
			}
			return nil
		})
	})
}

func TestOpenTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]store.Options{
		"without a clock":     {URL: storetest.EmptySQLite(t)},
		"a folder that isn't": {URL: storetest.EmptySQLite(t) + "/x/y.db", Now: (&storetest.Clock{}).Now},
		"nobody listens":      {URL: "postgres://nobody@127.0.0.1:1/none", Now: (&storetest.Clock{}).Now},
		"not an address":      {URL: "postgres://%zz", Now: (&storetest.Clock{}).Now},
	} {
		s, err := store.Open(t.Context(), o)
		wantCode(t, name, err, fault.Misconfigured)
		if s != nil {
			t.Errorf("%s: there is a store", name)
		}
	}
}

func TestPingAndEngine(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s := db.Open(t)
		if s.Engine() != db.Engine {
			t.Errorf("the engine is %q", s.Engine())
		}
		if err := s.Ping(t.Context()); err != nil {
			t.Error(err)
		}
		s.Close()
		if s.Ping(t.Context()) == nil {
			t.Error("a closed store answers")
		}
	})
}

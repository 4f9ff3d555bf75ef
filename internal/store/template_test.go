package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/store"
)

var hello = journey.TemplateName{Key: "hello", Channel: event.Email, Locale: "en"}

func written(body string) message.Template {
	return hello.Of(message.Template{Subject: "Hi", Body: body})
}

func aDraft(body, revision string, base int) journey.Draft {
	return journey.Draft{Template: written(body), Revision: revision, Base: base}
}

func stateOf(t testing.TB, s *store.Store, shopID string) journey.TemplateState {
	t.Helper()
	return must[journey.TemplateState](t)(s.TemplateState(t.Context(), shopID, hello))
}

func TestDraftsAreGuardedBySight(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.SaveUser(ctx, "u-ed", "ed@example.com")
			return err
		})
		ed := access.WithActor(t.Context(), access.Actor{Kind: access.ByUser, ID: "u-ed"})
		save := func(d journey.Draft, seen string) error {
			return s.Write(ed, func(ctx context.Context, tx *store.Tx) error { return tx.SaveDraft(ctx, shopA, d, seen) })
		}
		if got := stateOf(t, s, shopA); got.Exists() {
			t.Errorf("before anything: %+v", got)
		}
		noErrors(t, []error{save(aDraft("one", "r1", 0), "")})
		got := stateOf(t, s, shopA)
		same(t, "draft", got.Draft, journey.Draft{Template: written("one"), Revision: "r1", SavedAt: now,
			Author: journey.Author{Kind: "user", ID: "u-ed", Name: "ed@example.com"}})
		wantCode(t, "a second first draft", save(aDraft("lost", "r2", 0), ""), fault.Conflict)
		wantCode(t, "over one never seen", save(aDraft("lost", "r2", 0), "r0"), fault.Conflict)
		noErrors(t, []error{save(aDraft("two", "r2", 3), "r1")})
		wantCode(t, "over one changed since", save(aDraft("lost", "r3", 0), "r1"), fault.Conflict)
		if got = stateOf(t, s, shopA); got.Draft.Template.Body != "two" || got.Draft.Base != 3 || got.Published() {
			t.Errorf("after all: %+v", got)
		}
		drop := func(shopID, seen string) error {
			return s.Write(ed, func(ctx context.Context, tx *store.Tx) error { return tx.DropDraft(ctx, shopID, hello, seen) })
		}
		wantCode(t, "dropping one changed since", drop(shopA, "r1"), fault.Conflict)
		wantCode(t, "dropping another shop's", drop(shopB, "r2"), fault.Conflict)
		noErrors(t, []error{drop(shopA, "r2")})
		if got = stateOf(t, s, shopA); got.Drafted() {
			t.Errorf("dropped: %+v", got)
		}
	})
}

func TestOneOfManySavesWins(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.SaveDraft(ctx, shopA, aDraft("start", "r0", 0), "")
		})
		const editors = 6
		errs := abreast(editors, func(i int) error {
			return s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return tx.SaveDraft(ctx, shopA, aDraft(numbered("body", i), numbered("r", i), 0), "r0")
			})
		})
		won := 0
		for _, err := range errs {
			switch {
			case err == nil:
				won++
			case !fault.Is(err, fault.Conflict):
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("%d of %d saves over the same draft won", won, editors)
		}
	})
}

func TestTemplateVersionsTellWhoAndWhy(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		ed := access.WithActor(t.Context(), access.Actor{Kind: access.ByKey, ID: "k-1"})
		if err := s.Write(ed, func(ctx context.Context, tx *store.Tx) error { return tx.AddAPIKey(ctx, "key", aKey(shopA, "k-1")) }); err != nil {
			t.Fatal(err)
		}
		for i := range 35 {
			if err := s.Write(ed, func(ctx context.Context, tx *store.Tx) error {
				n, err := tx.PublishTemplate(ctx, shopA, written(numbered("body", i)))
				if err != nil {
					return err
				}
				return tx.NoteTemplate(ctx, shopA, hello, n, numbered("note", n))
			}); err != nil {
				t.Fatal(err)
			}
		}
		list, next, err := s.TemplateVersions(t.Context(), shopA, hello, 0)
		if err != nil || len(list) != 30 || next != 6 {
			t.Fatalf("%d versions, then %d: %v", len(list), next, err)
		}
		want := journey.TemplateVersion{Template: written("body-0034"), Live: true, PublishedAt: now, Note: "note-0035",
			Author: journey.Author{Kind: "key", ID: "k-1", Name: "plugin"}}
		want.Template.Version = 35
		same(t, "newest", list[0], want)
		if list[1].Live {
			t.Error("an old version is live")
		}
		list, next, err = s.TemplateVersions(t.Context(), shopA, hello, next)
		if err != nil || len(list) != 5 || next != 0 || list[4].Template.Version != 1 {
			t.Errorf("the rest: %d, %d, %v", len(list), next, err)
		}
		one := must[journey.TemplateVersion](t)(s.TemplateVersion(t.Context(), shopA, hello, 7))
		same(t, "version 7", one.Template.Body, "body-0006")
		_, err = s.TemplateVersion(t.Context(), shopB, hello, 7)
		wantCode(t, "another shop's version", err, fault.NotFound)
		list, _, err = s.TemplateVersions(t.Context(), shopB, hello, 0)
		if err != nil || len(list) != 0 {
			t.Errorf("another shop's versions: %v, %v", list, err)
		}
		if got := stateOf(t, s, shopA); got.Live.Version != 35 || got.Drafted() {
			t.Errorf("state: %+v", got)
		}
	})
}

func TestTemplateBoardHoldsDraftsBesideWhatIsLive(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		fill(t, s, shopA)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.SaveDraft(ctx, shopA, aDraft("new", "r1", 0), "")
		})
		b := must[journey.TemplateBoard](t)(s.TemplateBoard(t.Context(), shopA))
		if len(b.Live) != 1 || b.Live[0].Key != "first" || len(b.Drafts) != 2 || b.Drafts[1].Template.Key != "hello" || len(b.Sequences) != 1 {
			t.Errorf("%+v", b)
		}
		same(t, "of the other shop", must[journey.TemplateBoard](t)(s.TemplateBoard(t.Context(), shopB)), journey.TemplateBoard{})
	})
}

func TestDoneSinceCountsOnesOwn(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		ed := access.Actor{Kind: access.ByUser, ID: "u-ed"}
		did := func(shopID string, by access.Actor, a access.Action, id string) {
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				return tx.InsertAudit(ctx, access.Entry{ID: id, ShopID: shopID, Actor: by, Action: a})
			})
		}
		did(shopA, ed, access.TemplateTested, "1")
		did(shopA, ed, access.TemplateTested, "2")
		did(shopA, ed, access.TemplatePublished, "3")
		did(shopA, access.Actor{Kind: access.ByUser, ID: "u-else"}, access.TemplateTested, "4")
		did(shopB, ed, access.TemplateTested, "5")
		for since, want := range map[time.Time]int{now.Add(-time.Minute): 2, now: 0} {
			got := get(t, s, func(ctx context.Context, tx *store.Tx) (int, error) {
				return tx.DoneSince(ctx, shopA, ed, access.TemplateTested, since, 10)
			})
			if got != want {
				t.Errorf("since %v: %d, want %d", since, got, want)
			}
		}
		bounded := get(t, s, func(ctx context.Context, tx *store.Tx) (int, error) {
			return tx.DoneSince(ctx, shopA, ed, access.TemplateTested, now.Add(-time.Minute), 1)
		})
		same(t, "bounded", bounded, 1)
	})
}

func TestTemplateCartIsTheShops(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		fill(t, s, shopA)
		c, who, past, err := s.TemplateCart(t.Context(), shopA, "cart")
		if err != nil || c.ID != "cart" || who.ID != "ada" || past.Orders != 1 {
			t.Errorf("%v %v %v %v", c.ID, who.ID, past, err)
		}
		_, _, _, err = s.TemplateCart(t.Context(), shopB, "cart")
		wantCode(t, "another shop's", err, fault.NotFound)
	})
}

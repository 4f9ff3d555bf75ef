package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/store"
)

func TestListsOfPersonasAreKept(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		save := func(keys ...string) {
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				var list []persona.Persona
				for _, k := range keys {
					list = append(list, persona.Persona{Key: k})
				}
				return tx.SavePersonas(access.WithActor(ctx, access.Actor{Kind: access.ByCommand}), shopA, list)
			})
		}
		same(t, "before any", must[int](t)(s.PersonasRevision(t.Context(), shopA)), 0)
		save("a")
		save("b", "a")
		same(t, "revision", must[int](t)(s.PersonasRevision(t.Context(), shopA)), 2)
		lists := must[[]journey.PersonaList](t)(s.PersonaLists(t.Context(), shopA, 10))
		same(t, "lists", fmt.Sprint(len(lists), lists[0].Personas[0].Key, lists[1].Personas[0].Key, " by ", lists[0].By), "2ba by the command line")
		same(t, "of another shop", len(must[[]journey.PersonaList](t)(s.PersonaLists(t.Context(), shopB, 10))), 0)
		same(t, "an earlier one", get(t, s, func(ctx context.Context, tx *store.Tx) ([]persona.Persona, error) {
			return tx.PersonaList(ctx, shopA, 1)
		}), []persona.Persona{{Key: "a"}})
	})
}

func TestDraftsAndPauses(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		d := journey.SequenceDraft{Sequence: sequence.Sequence{Key: "k", Persona: "p"}, Base: 2, Revision: 1}
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.PauseSequence(ctx, shopA, "k"); err != nil {
				return err
			}
			return tx.SaveSequenceDraft(ctx, shopA, d)
		})
		d.Revision, d.Sequence.Persona = 2, "q"
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SaveSequenceDraft(ctx, shopA, d) })
		all := must[[]journey.SequenceDraft](t)(s.Drafts(t.Context(), shopA))
		same(t, "drafts", fmt.Sprint(len(all), all[0].Base, all[0].Revision, all[0].Sequence.Persona), "1 2 2q")
		same(t, "of another shop", len(must[[]journey.SequenceDraft](t)(s.Drafts(t.Context(), shopB)))+len(must[[]journey.SequencePause](t)(s.Pauses(t.Context(), shopB))), 0)
		since := func(shopID string) bool {
			return get(t, s, func(ctx context.Context, tx *store.Tx) (time.Time, error) { return tx.PausedSince(ctx, shopID, "k") }).IsZero()
		}
		same(t, "paused here and not there", fmt.Sprint(since(shopA), since(shopB)), "false true")
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			if was, err := tx.ResumeSequence(ctx, shopA, "k"); !was || err != nil {
				t.Errorf("resumed: %v, %v", was, err)
			}
			return tx.DropSequenceDraft(ctx, shopA, "k")
		})
		err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Draft(ctx, shopA, "k")
			return err
		})
		wantCode(t, "a dropped draft", err, fault.NotFound)
	})
}

// However the counting is cut into stretches, each decision and each message's
// first confirmed click is counted once, of its own shop.
func TestTallyCountsOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		key := anEnrollment(shopA, "e", "c").SequenceKey
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for i := range 7 {
				id := numbered("e", i)
				if _, err := tx.InsertEnrollment(ctx, anEnrollment(shopA, id, numbered("c", i))); err != nil {
					return err
				}
				d := aDecision(shopA, numbered("d", i), id, 0, journey.Sent)
				d.SequenceKey, d.SequenceVersion, d.Rule, d.At = key, 1, "consent.yes", now.Add(time.Duration(i)*time.Hour)
				if err := tx.InsertDecision(ctx, d); err != nil {
					return err
				}
			}
			l := aLetter(shopA, "m1", "e-0000", 0)
			if err := tx.InsertMessage(ctx, l, nil); err != nil {
				return err
			}
			for i := range 3 {
				k := attribution.Touch{ID: numbered("t", i), ShopID: shopA, MessageID: "m1", Kind: attribution.ClickConfirmed, At: now.Add(time.Duration(i) * time.Hour)}
				if err := tx.InsertTouch(ctx, k); err != nil {
					return err
				}
			}
			return nil
		})
		told := func(shopID string) string {
			got := must[journey.StepCounts](t)(s.StepCounts(t.Context(), shopID, []string{key}, now.Add(-24*time.Hour)))
			sent, clicked := 0, 0
			for _, c := range got.Counts {
				switch c.Outcome {
				case "sent":
					sent += c.Count
				case journey.Clicked:
					clicked += c.Count
				}
			}
			return fmt.Sprint(sent, clicked, got.More)
		}
		for hours := range 9 {
			same(t, fmt.Sprintf("counted up to %d hours", hours), told(shopA), "7 1 false")
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Tally(ctx, shopA, now.Add(time.Duration(hours)*time.Hour))
				return err
			})
		}
		same(t, "of another shop", told(shopB), "0 0 false")
		same(t, "due", len(must[[]string](t)(s.TallyDue(t.Context(), now.Add(8*time.Hour), 10))), 0)
	})
}

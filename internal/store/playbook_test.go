package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/store"
)

func publish(t testing.TB, s *store.Store, v sequence.Sequence) int {
	t.Helper()
	return get(t, s, func(ctx context.Context, tx *store.Tx) (int, error) { return tx.PublishSequence(ctx, shopA, v) })
}

func TestPersonasAreReplacedAndKeepTheirOrder(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		list := []persona.Persona{{Key: "z", Name: "Zoe", Rule: "cart.total > 100"}, {Key: "a", Name: "Al"}, {Key: "m", Name: "Max", Goals: []string{"save"}}}
		for _, want := range [][]persona.Persona{list, {list[2], list[0]}, {}} {
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SavePersonas(ctx, shopA, want) })
			same(t, "personas", must[[]persona.Persona](t)(s.Personas(t.Context(), shopA)), want)
			same(t, "in a transaction", get(t, s, func(ctx context.Context, tx *store.Tx) ([]persona.Persona, error) {
				return tx.Personas(ctx, shopA)
			}), want)
		}
	})
}

func TestSequenceVersions(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		v := sequence.Sequence{Key: "cart", Stage: sequence.Purchase, Trigger: sequence.CartAbandoned, Persona: "a",
			Steps: []sequence.Step{{After: 1, Channels: []event.Channel{event.Email}, Template: "first", MaxLate: 2}}}
		other := v
		other.Key, other.Version = "a-checkout", 1
		publish(t, s, other)
		if n := publish(t, s, v); n != 1 {
			t.Errorf("the first publication is version %d", n)
		}
		one := v
		one.Version = 1
		v.Persona = "b"
		if n := publish(t, s, v); n != 2 {
			t.Errorf("the second publication is version %d", n)
		}
		v.Version = 2
		same(t, "live, by key", must[[]sequence.Sequence](t)(s.Sequences(t.Context(), shopA)), []sequence.Sequence{other, v})

		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.RetireSequence(ctx, shopA, "cart") })
		same(t, "live after it was retired", must[[]sequence.Sequence](t)(s.Sequences(t.Context(), shopA)), []sequence.Sequence{other})
		for n, want := range map[int]sequence.Sequence{1: one, 2: v} {
			got := get(t, s, func(ctx context.Context, tx *store.Tx) (sequence.Sequence, error) {
				return tx.Sequence(ctx, shopA, "cart", n)
			})
			same(t, fmt.Sprintf("version %d, still there for those who started with it", n), got, want)
		}
		if n := publish(t, s, v); n != 3 {
			t.Errorf("published again after it was retired: version %d, want 3", n)
		}
		err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Sequence(ctx, shopA, "cart", 4)
			return err
		})
		wantCode(t, "a version that never was", err, fault.NotFound)
	})
}

func TestTemplateVersionsCountPerChannelAndLocale(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for _, p := range []struct {
			channel event.Channel
			locale  string
			body    string
			version int
		}{
			{event.Email, "en", "one", 1}, {event.Email, "en", "two", 2}, {event.Email, "fr", "un", 1}, {event.SMS, "en", "short", 1},
		} {
			m := message.Template{Key: "first", Channel: p.channel, Locale: p.locale, Body: p.body}
			n := get(t, s, func(ctx context.Context, tx *store.Tx) (int, error) { return tx.PublishTemplate(ctx, shopA, m) })
			if n != p.version {
				t.Errorf("%s %s %q is version %d, want %d", p.channel, p.locale, p.body, n, p.version)
			}
		}
		want := []message.Template{
			{Key: "first", Channel: event.Email, Locale: "en", Body: "two", Version: 2},
			{Key: "first", Channel: event.Email, Locale: "fr", Body: "un", Version: 1},
			{Key: "first", Channel: event.SMS, Locale: "en", Body: "short", Version: 1},
		}
		same(t, "live", must[[]message.Template](t)(s.Templates(t.Context(), shopA)), want)
		of := func(key string) []message.Template {
			return get(t, s, func(ctx context.Context, tx *store.Tx) ([]message.Template, error) {
				return tx.TemplatesOf(ctx, shopA, key)
			})
		}
		same(t, "of the key", of("first"), want)
		same(t, "of another key", of("second"), []message.Template{})
	})
}

func TestPublishingAtOnceLosesNothing(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		const editors = 6
		versions := make([]int, editors)
		noErrors(t, abreast(editors, func(i int) error {
			return s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				err := tx.SavePersonas(ctx, shopA, []persona.Persona{{Key: numbered("p", i)}, {Key: "everyone"}})
				if err != nil {
					return err
				}
				if _, err = tx.PublishTemplate(ctx, shopA, message.Template{Key: "first", Channel: event.Email, Locale: "en"}); err != nil {
					return err
				}
				if err := tx.AddSecret(ctx, shopA, "webhook", []byte{byte(i)}); err != nil {
					return err
				}
				versions[i], err = tx.PublishSequence(ctx, shopA, sequence.Sequence{Key: "cart"})
				return err
			})
		}))
		slices.Sort(versions)
		same(t, "versions", versions, []int{1, 2, 3, 4, 5, 6})
		if live := must[[]sequence.Sequence](t)(s.Sequences(t.Context(), shopA)); len(live) != 1 || live[0].Version != editors {
			t.Errorf("live: %v", live)
		}
		if list := must[[]persona.Persona](t)(s.Personas(t.Context(), shopA)); len(list) != 2 || list[1].Key != "everyone" {
			t.Errorf("the personas of several editors are mixed: %v", list)
		}
		if secrets := must[[]store.Secret](t)(s.Secrets(t.Context(), shopA)); len(secrets) != editors {
			t.Errorf("%d secrets", len(secrets))
		}
	})
}

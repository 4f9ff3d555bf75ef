package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
)

func TestSuppressionKeepsItsFirstReason(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		reason := func(c event.Channel, hash string) string {
			return get(t, s, func(ctx context.Context, tx *store.Tx) (string, error) { return tx.Suppression(ctx, shopA, c, hash) })
		}
		suppress := func(why string) {
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.Suppress(ctx, shopA, event.SMS, "h", why) })
		}
		lift := func(why string) {
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.Unsuppress(ctx, shopA, event.SMS, "h", why) })
		}
		expect := func(when, want string) {
			t.Helper()
			if got := reason(event.SMS, "h"); got != want {
				t.Errorf("%s: suppressed for %q, want %q", when, got, want)
			}
		}
		expect("at first", "")
		suppress("opted_out")
		suppress("invalid_address")
		expect("suppressed twice", "opted_out")
		if got := reason(event.Email, "h") + reason(event.SMS, "g"); got != "" {
			t.Errorf("another channel or address is suppressed for %q", got)
		}
		lift("invalid_address")
		expect("lifted for another reason", "opted_out")
		lift("opted_out")
		expect("lifted", "")
		suppress("invalid_address")
		expect("suppressed again", "invalid_address")
	})
}

func TestAnswersGiveTheNewest(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		answers := map[event.Channel][]event.Consent{
			// Stored in another order than said.
			event.Email: {{Answer: event.Yes, At: now, Source: "form", Wording: "v2"}, {Answer: event.No, At: now.Add(-time.Hour)}},
			event.SMS:   {{Answer: event.No, At: now}, {Answer: event.Yes, At: now}},
			// Ids sort the other way round here: the tie is settled by the answer, not by chance.
			event.Messenger: {{Answer: event.Yes, At: now}, {Answer: event.No, At: now}},
		}
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for c, list := range answers {
				for i, a := range list {
					a.Channel = c
					if err := tx.InsertConsent(ctx, shopA, "ada", fmt.Sprint(c, i), a); err != nil {
						return err
					}
				}
			}
			return tx.InsertConsent(ctx, shopA, "bob", "bob's", event.Consent{Channel: event.Email, Answer: event.No, At: now.Add(time.Hour)})
		})
		of := func(who string) map[event.Channel]event.Consent {
			return get(t, s, func(ctx context.Context, tx *store.Tx) (map[event.Channel]event.Consent, error) {
				return tx.Answers(ctx, shopA, who)
			})
		}
		same(t, "ada's answers", of("ada"), map[event.Channel]event.Consent{
			event.Email:     {Channel: event.Email, Answer: event.Yes, At: now, Source: "form", Wording: "v2"},
			event.SMS:       {Channel: event.SMS, Answer: event.No, At: now},
			event.Messenger: {Channel: event.Messenger, Answer: event.No, At: now},
		})
		same(t, "nobody's answers", of(""), map[event.Channel]event.Consent{})
	})
}

func TestInboundIsStoredOnceAndRemembered(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		hear := func(id, dedupe, from string, said time.Time) bool {
			in := delivery.Inbound{Dedupe: dedupe, Channel: event.Messenger, From: from, Text: "hi", At: said}
			return get(t, s, func(ctx context.Context, tx *store.Tx) (bool, error) {
				return tx.InsertInbound(ctx, recovery.Inbound{Inbound: in, ID: id, ShopID: shopA, ShopperID: "ada"})
			})
		}
		last := func(c event.Channel, from string) time.Time {
			return get(t, s, func(ctx context.Context, tx *store.Tx) (time.Time, error) { return tx.LastInbound(ctx, shopA, c, from) })
		}
		if !hear("i1", "d1", "psid", now.Add(-time.Hour)) || hear("i2", "d1", "psid", now) {
			t.Error("one delivery has to be fresh once")
		}
		if got := last(event.Messenger, "psid"); !got.Equal(now.Add(-time.Hour)) {
			t.Errorf("last wrote at %v", got)
		}
		hear("i3", "d2", "psid", time.Time{}) // said when it came
		hear("i4", "d3", "psid", now.Add(-2*time.Hour))
		if got := last(event.Messenger, "psid"); !got.Equal(now) {
			t.Errorf("last wrote at %v, want the newest, whatever came last", got)
		}
		if got := last(event.SMS, "psid"); !got.IsZero() {
			t.Errorf("wrote on a channel of silence at %v", got)
		}
		if got := last(event.Messenger, "other"); !got.IsZero() {
			t.Errorf("somebody silent wrote at %v", got)
		}
	})
}

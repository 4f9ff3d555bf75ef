package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
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

// said makes a line of the consent ledger.
func said(who string, c event.Channel, a event.Answer, at time.Time) consent.Entry {
	return consent.Entry{
		Consent:   event.Consent{Channel: c, Answer: a, Source: "checkout", Wording: "v2", At: at},
		ShopperID: who, Evidence: "event e1",
	}
}

func TestConsentsAreFoundByShopperCartAndAddress(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		onCart, ofAddress := said("", event.Email, event.No, now), said("bob", event.Email, event.No, now.Add(time.Hour))
		onCart.CartID, ofAddress.Address = "cart", "hash"
		lines := []consent.Entry{
			said("ada", event.Email, event.Yes, now), onCart, ofAddress,
			said("bob", event.Email, event.Yes, now), said("ada", event.SMS, event.Yes, now),
		}
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for i, l := range lines {
				if err := tx.InsertConsent(ctx, shopA, fmt.Sprint(i), l); err != nil {
					return err
				}
			}
			return nil
		})
		of := func(who, cart, address string) []consent.Entry {
			return get(t, s, func(ctx context.Context, tx *store.Tx) ([]consent.Entry, error) {
				return tx.Consents(ctx, shopA, event.Email, who, cart, address)
			})
		}
		same(t, "by all three", of("ada", "cart", "hash"), lines[:3])
		same(t, "by shopper", of("bob", "", ""), []consent.Entry{lines[2], lines[3]})
		same(t, "by cart", of("", "cart", ""), lines[1:2])
		same(t, "by address", of("", "", "hash"), lines[2:3])
		same(t, "by nothing", len(of("", "", "")), 0)
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

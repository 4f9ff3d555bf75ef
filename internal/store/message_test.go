package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
)

func reserve(s *store.Store, l recovery.Letter, links ...recovery.Link) error {
	return s.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error { return tx.InsertMessage(ctx, l, links) })
}

func loadLetter(t testing.TB, s *store.Store, id string) recovery.Letter {
	t.Helper()
	return get(t, s, func(ctx context.Context, tx *store.Tx) (recovery.Letter, error) { return tx.Message(ctx, shopA, id) })
}

func saveLetter(t testing.TB, s *store.Store, l recovery.Letter) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SaveMessage(ctx, l) })
}

func TestMessageOncePerStep(t *testing.T) {
	live := []delivery.State{delivery.Reserved, delivery.Sending, delivery.Unknown, delivery.Accepted, delivery.Delivered,
		delivery.Failed, delivery.Bounced, delivery.Complained}
	eachStore(t, func(t *testing.T, s *store.Store) {
		l := aLetter(shopA, "m0", "e1", 0)
		if err := reserve(s, l); err != nil {
			t.Fatal(err)
		}
		for i, state := range live {
			l.State = state
			saveLetter(t, s, l)
			link := recovery.Link{Hash: fmt.Sprint("h", i), ShopID: shopA, Purpose: message.LinkWhy, MessageID: "twice"}
			wantCode(t, "a second message while the first is "+string(state), reserve(s, aLetter(shopA, "twice", "e1", 0), link), fault.Conflict)
			_, err := s.LinkOf(t.Context(), link.Hash)
			wantCode(t, "the refused one's link", err, fault.NotFound)
		}
		for i, state := range []delivery.State{delivery.Rejected, delivery.Cancelled} {
			l.State = state
			saveLetter(t, s, l)
			l = aLetter(shopA, fmt.Sprint("m", i+1), "e1", 0)
			if err := reserve(s, l); err != nil {
				t.Errorf("another message after the first was %s: %v", state, err)
			}
		}
		for _, other := range []recovery.Letter{aLetter(shopA, "m8", "e1", 1), aLetter(shopA, "m9", "e2", 0), aLetter(shopB, "m0", "e1", 0)} {
			if err := reserve(s, other); err != nil {
				t.Errorf("%s of another step, enrollment or shop: %v", other.ID, err)
			}
		}
	})
}

func TestMessageOnceUnderConcurrency(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		won := 0
		for i, err := range abreast(8, func(i int) error { return reserve(s, aLetter(shopA, fmt.Sprint("m", i), "e1", 0)) }) {
			if err == nil {
				won++
				continue
			}
			wantCode(t, fmt.Sprint("racer ", i), err, fault.Conflict)
		}
		if won != 1 {
			t.Errorf("%d messages were reserved for one step", won)
		}
	})
}

func TestMessageComesBackAsSaved(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		l := aLetter(shopA, "m1", "e1", 0)
		l.ShopperID, l.Sandbox = "ada", true
		link := recovery.Link{Hash: "h", ShopID: shopA, Purpose: message.LinkRestore, MessageID: "m1", ExpiresAt: now.Add(time.Hour)}
		if err := reserve(s, l, link); err != nil {
			t.Fatal(err)
		}
		same(t, "as reserved", loadLetter(t, s, "m1"), l)
		same(t, "its link", must[recovery.Link](t)(s.LinkOf(t.Context(), "h")), link)

		l.State, l.ProviderID, l.Code, l.Reason, l.Attempts = delivery.Delivered, "p1", "202", "taken", 2
		l.SentAt, l.DeliveredAt, l.DueAt, l.Sandbox = now, now.Add(time.Minute), time.Time{}, false
		saveLetter(t, s, l)
		same(t, "as saved", loadLetter(t, s, "m1"), l)
		same(t, "by the provider's id", get(t, s, func(ctx context.Context, tx *store.Tx) (recovery.Letter, error) {
			return tx.MessageByProvider(ctx, shopA, "p1")
		}), l)
		same(t, "for a reader", must[message.Message](t)(s.Message(t.Context(), shopA, "m1")), l.Message)
		_, err := s.Message(t.Context(), shopA, "m2")
		wantCode(t, "a message that is not there", err, fault.NotFound)
	})
}

func TestMessageWithoutProviderIDIsNotFoundByNone(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		if err := reserve(s, aLetter(shopA, "m1", "e1", 0)); err != nil {
			t.Fatal(err)
		}
		err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.MessageByProvider(ctx, shopA, "")
			return err
		})
		wantCode(t, "by an empty provider id", err, fault.NotFound)
		_, err = s.MessageShop(t.Context(), "", "", []string{shopA})
		wantCode(t, "the shop of no message", err, fault.NotFound)
	})
}

func TestMessageShopLooksOnlyAmongThePagesShops(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		l := aLetter(shopB, "m1", "e1", 0)
		if err := reserve(s, l); err != nil {
			t.Fatal(err)
		}
		l.ProviderID = "p1"
		saveLetter(t, s, l)
		for _, c := range []struct {
			message, provider string
			among             []string
			want              string
		}{
			{"m1", "", []string{shopA, shopB}, shopB},
			{"", "p1", []string{shopA, shopB}, shopB},
			{"unknown", "p1", []string{shopB}, shopB},
			{"m1", "p1", []string{shopA}, ""},
			{"m1", "p1", nil, ""},
			{"m2", "p2", []string{shopA, shopB}, ""},
		} {
			got, err := s.MessageShop(t.Context(), c.message, c.provider, c.among)
			if got != c.want || (err != nil) != (c.want == "") {
				t.Errorf("%q, %q among %q: %q, %v; want %q", c.message, c.provider, c.among, got, err, c.want)
			}
		}
	})
}

func TestReservedOfAndRefused(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for i, m := range []struct {
			state   delivery.State
			channel event.Channel
		}{
			{delivery.Rejected, event.Email}, {delivery.Cancelled, event.Messenger}, {delivery.Rejected, event.SMS}, {delivery.Reserved, event.Email},
		} {
			l := aLetter(shopA, fmt.Sprint("m", i), "e1", 0)
			l.Channel = m.channel
			if err := reserve(s, l); err != nil {
				t.Fatal(err)
			}
			l.State = m.state
			saveLetter(t, s, l)
		}
		refused := func(step int) []event.Channel {
			channels := get(t, s, func(ctx context.Context, tx *store.Tx) ([]event.Channel, error) {
				return tx.Refused(ctx, shopA, "e1", step)
			})
			return channels
		}
		if got := refused(0); len(got) != 2 || got[0] == got[1] || (got[0] != event.Email && got[0] != event.SMS) {
			t.Errorf("refused on %q, want email and sms", got)
		}
		same(t, "refused for another step", refused(1), []event.Channel{})
		reserved := get(t, s, func(ctx context.Context, tx *store.Tx) ([]recovery.Letter, error) {
			return tx.ReservedOf(ctx, shopA, "cart-of-e1")
		})
		if len(reserved) != 1 || reserved[0].ID != "m3" {
			t.Errorf("reserved: %v", reserved)
		}
	})
}

func TestCartOfMessage(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		l := aLetter(shopA, "m1", "e1", 0)
		if err := reserve(s, l); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			message, provider string
			code              fault.Code
		}{
			{"m1", "", ""}, {"m1", "p1", ""}, {"", "p1", fault.NotFound}, {"", "", fault.NotFound},
		} {
			var got string
			err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				got, err = tx.CartOfMessage(ctx, shopA, c.message, c.provider)
				return err
			})
			if wantCode(t, "the cart of a message", err, c.code); err == nil && got != l.CartID {
				t.Errorf("%q, %q: cart %q", c.message, c.provider, got)
			}
		}
		l.ProviderID = "p1"
		saveLetter(t, s, l)
		got := get(t, s, func(ctx context.Context, tx *store.Tx) (string, error) { return tx.CartOfMessage(ctx, shopA, "", "p1") })
		if got != l.CartID {
			t.Errorf("by the provider's id: cart %q", got)
		}
	})
}

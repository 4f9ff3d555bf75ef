package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/store"
)

func TestHealthKeepsABreakerPerShopAndChannel(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		open := delivery.Breaker{Failures: 5, Trips: 1, OpenedAt: now, Until: now.Add(time.Minute), Code: "503", Reason: "it is down"}
		at := func(shopID string, c event.Channel) (b delivery.Breaker) {
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				held, err := tx.HoldHealth(ctx, shopID, c)
				if err != nil {
					return err
				}
				b, err = tx.Health(ctx, shopID, c)
				same(t, "held", held, b)
				return err
			})
			return b
		}
		save := func(b delivery.Breaker) {
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SaveHealth(ctx, shopA, event.SMS, b) })
		}
		same(t, "at first", at(shopA, event.SMS), delivery.Breaker{})
		save(delivery.Breaker{Failures: 1, Code: "timeout"})
		save(open)
		same(t, "open", at(shopA, event.SMS), open)
		same(t, "another channel", at(shopA, event.Email), delivery.Breaker{})
		same(t, "another shop", at(shopB, event.SMS), delivery.Breaker{})
		save(delivery.Breaker{})
		same(t, "closed again", at(shopA, event.SMS), delivery.Breaker{})
	})
}

// What the database refuses for what it is, and a panic, come again; what may pass does not.
func TestHopeless(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		shopless := anEvent("no such shop", "e1", "d1")
		for _, tc := range []struct {
			name string
			want bool
			work func(context.Context, *store.Tx) error
		}{
			{"a row that cannot be", true, func(ctx context.Context, tx *store.Tx) error { _, err := tx.InsertEvent(ctx, shopless); return err }},
			{"a panic", true, func(context.Context, *store.Tx) error { panic("a bug") }},
			{"an event that makes no sense", true, func(context.Context, *store.Tx) error { return fault.New(fault.Unprocessable, "no") }},
			{"busy", false, func(context.Context, *store.Tx) error { return fault.New(fault.Overloaded, "busy") }},
			{"gone", false, func(context.Context, *store.Tx) error { return errors.New("connection reset") }},
		} {
			err := s.Write(t.Context(), tc.work)
			if err == nil || s.Hopeless(err) != tc.want {
				t.Errorf("%s: Hopeless(%v) = %v", tc.name, err, !tc.want)
			}
		}
		// A panic leaves nothing locked behind.
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.InsertEvent(ctx, anEvent(shopA, "e1", "d1"))
			return err
		})
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.Write(ended, func(context.Context, *store.Tx) error { return nil }); err == nil || s.Hopeless(err) {
			t.Errorf("a caller that hung up: %v", err)
		}
	})
}

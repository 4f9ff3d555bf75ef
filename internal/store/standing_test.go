package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
)

func TestStandingIsKeptAndShown(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		of := func(shopID string) delivery.Standing {
			return get(t, s, func(ctx context.Context, tx *store.Tx) (delivery.Standing, error) { return tx.Standing(ctx, shopID) })
		}
		same(t, "at first", of(shopA), delivery.Standing{})
		paused := delivery.Standing{PausedAt: now, Rule: delivery.RuleComplaints, Reason: "6 of 100 complained"}
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SaveStanding(ctx, shopA, paused) })
		same(t, "paused", of(shopA), paused)
		same(t, "another shop", of(shopB), delivery.Standing{})
		sum := must[journey.Summary](t)(s.Summary(t.Context(), shopA))
		same(t, "on the overview", []any{sum.EmailRests, sum.EmailRestsSince}, []any{paused.Reason, now})
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.SaveStanding(ctx, shopA, paused.Lift(now.Add(time.Hour)))
		})
		same(t, "lifted", of(shopA), delivery.Standing{LiftedAt: now.Add(time.Hour)})
	})
}

func TestReputationCountsWhatBecameOfEmails(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for i, state := range []delivery.State{delivery.Accepted, delivery.Delivered, delivery.Complained, delivery.Bounced, delivery.Rejected, delivery.Reserved} {
			l := aLetter(shopA, "m"+string(state), "en"+string(state), i)
			l.Channel, l.State = event.Email, state
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				if err := tx.InsertMessage(ctx, l, nil); err != nil {
					return err
				}
				if l.State != delivery.Reserved {
					l.SentAt = now
				}
				return tx.SaveMessage(ctx, l)
			})
		}
		count := func(shopID string, since time.Time) delivery.Reputation {
			return get(t, s, func(ctx context.Context, tx *store.Tx) (delivery.Reputation, error) {
				return tx.Reputation(ctx, shopID, since)
			})
		}
		same(t, "the day's", count(shopA, now.Add(-24*time.Hour)), delivery.Reputation{Sent: 4, Delivered: 2, Complaints: 1, HardBounces: 1})
		same(t, "later", count(shopA, now.Add(24*time.Hour)), delivery.Reputation{})
		same(t, "another shop's", count(shopB, now.Add(-24*time.Hour)), delivery.Reputation{})
	})
}

func TestMailDaysAreCounted(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		day := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for _, at := range []time.Time{day.Add(time.Hour), day.Add(23 * time.Hour), day.Add(25 * time.Hour)} {
				if err := tx.CountMail(ctx, shopA, at); err != nil {
					return err
				}
			}
			return nil
		})
		days := func(since time.Time) []recovery.MailDay {
			return get(t, s, func(ctx context.Context, tx *store.Tx) ([]recovery.MailDay, error) {
				return tx.MailDays(ctx, shopA, since)
			})
		}
		same(t, "all", days(day), []recovery.MailDay{{Day: day, Sent: 2}, {Day: day.Add(24 * time.Hour), Sent: 1}})
		same(t, "later", days(day.Add(time.Hour)), []recovery.MailDay{{Day: day.Add(24 * time.Hour), Sent: 1}})
	})
}

func TestConfirmationsAreKeptByAddress(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		of := func(shopID string, c event.Channel, hash string) recovery.Confirmation {
			return get(t, s, func(ctx context.Context, tx *store.Tx) (recovery.Confirmation, error) {
				return tx.Confirmation(ctx, shopID, c, hash)
			})
		}
		asked := recovery.Confirmation{MessageID: "m1", AskedAt: now}
		for range 2 {
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				return tx.SaveConfirmation(ctx, shopA, event.SMS, "h", asked)
			})
			same(t, "kept", of(shopA, event.SMS, "h"), asked)
			asked.ConfirmedAt = now.Add(time.Minute)
		}
		same(t, "another address, channel and shop",
			[]recovery.Confirmation{of(shopA, event.SMS, "g"), of(shopA, event.Email, "h"), of(shopB, event.SMS, "h")}, make([]recovery.Confirmation, 3))
	})
}

func TestMessagesThatCountAgainstCaps(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for i, state := range []delivery.State{delivery.Accepted, delivery.Reserved, delivery.Cancelled, delivery.Rejected, delivery.Unknown} {
				l := aLetter(shopA, "m"+string(state), "en"+string(state), i)
				l.Channel, l.State, l.CartID, l.ShopperID = event.SMS, delivery.Reserved, "cart", "ada"
				if state == delivery.Unknown {
					l.Step = -1 // a request to confirm
				}
				if err := tx.InsertMessage(ctx, l, nil); err != nil {
					return err
				}
				l.State = state
				if err := tx.SaveMessage(ctx, l); err != nil {
					return err
				}
			}
			return nil
		})
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			n, err := tx.SentForCart(ctx, shopA, "cart", event.SMS, "")
			same(t, "of the cart", n, 2)
			if err != nil {
				return err
			}
			n, err = tx.SentForCart(ctx, shopA, "cart", event.SMS, "maccepted")
			same(t, "but for one", n, 1)
			if err != nil {
				return err
			}
			told, err := tx.ToldOfCart(ctx, shopA, "cart")
			same(t, "told", told, []string{aLetter(shopA, "m", "en", 0).Template})
			if err != nil {
				return err
			}
			sent, err := tx.SentTo(ctx, shopA, "ada", now.Add(-time.Hour), "")
			same(t, "to the shopper, requests included", len(sent), 3)
			if err != nil {
				return err
			}
			sent, err = tx.SentTo(ctx, shopA, "ada", now.Add(time.Hour), "")
			same(t, "since later", len(sent), 0)
			return err
		})
	})
}

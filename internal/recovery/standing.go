package recovery

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// How mailbox providers see a shop decides whether its mail arrives at all. So a
// shop whose mail bounces or is marked as spam too often rests, and a new sender
// grows slowly. What is asked here is cheap while all is well: the rates are
// counted when a bounce or a complaint comes, and while a shop rests.

type standingTx interface {
	// Standing gives a shop's standing as a sender by email; zero for one that never was paused.
	Standing(ctx context.Context, shopID string) (delivery.Standing, error)
	// SaveStanding writes it.
	SaveStanding(ctx context.Context, shopID string, s delivery.Standing) error
	// Reputation counts a shop's emails that were sent since an instant, and what became of them.
	Reputation(ctx context.Context, shopID string, since time.Time) (delivery.Reputation, error)
	// CountMail notes that one email left on a UTC day.
	CountMail(ctx context.Context, shopID string, day time.Time) error
	// MailDays gives on which days since an instant how many emails left, oldest first.
	MailDays(ctx context.Context, shopID string, since time.Time) ([]MailDay, error)
}

// MailDay is how many emails a shop sent on one UTC day.
type MailDay struct {
	Day  time.Time
	Sent int
}

// judge follows a shop's standing after a report that may change it.
func (e *Engine) judge(ctx context.Context, tx Tx, shopID string) (delivery.Standing, error) {
	s, err := tx.Standing(ctx, shopID)
	if err != nil {
		return s, err
	}
	r, err := tx.Reputation(ctx, shopID, s.Since(tx.Now()))
	if err != nil {
		return s, err
	}
	next, j := delivery.DefaultGuard().Follow(s, r, tx.Now())
	if next == s {
		return s, nil
	}
	if next.Paused() != s.Paused() {
		e.Log.WarnContext(ctx, "email standing changed", "shop", shopID, "paused", next.Paused(), "rule", j.Rule,
			"sent", r.Sent, "delivered", r.Delivered, "complaints", r.Complaints, "bounces", r.HardBounces)
	}
	return next, tx.SaveStanding(ctx, shopID, next)
}

// Lift ends a pause of a shop's email at its merchant's word. What happened
// before it does not count any more.
func (e *Engine) Lift(ctx context.Context, shopID string) error {
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := tx.Shop(ctx, shopID); err != nil {
			return err
		}
		s, err := tx.Standing(ctx, shopID)
		if err != nil {
			return err
		}
		return tx.SaveStanding(ctx, shopID, s.Lift(tx.Now()))
	})
}

// restingFor is how long a step waits before it asks again whether its shop's email still rests.
const restingFor = time.Hour

// rested tells whether a shop's email rests: the rule, and when to ask again.
func (e *Engine) rested(ctx context.Context, tx Tx, a ask) (rule string, until time.Time, err error) {
	if a.channel != event.Email {
		return "", until, nil
	}
	s, err := tx.Standing(ctx, a.shop.ID)
	if err == nil && s.Paused() {
		s, err = e.judge(ctx, tx, a.shop.ID)
	}
	if err != nil || s.Paused() {
		return s.Rule, tx.Now().Add(restingFor), err
	}
	if !a.shop.Settings.WarmUp {
		return "", until, nil
	}
	return e.warming(ctx, tx, a.shop, a.cart.ID)
}

// silence is how long without mail makes a sender unknown again.
const silence = 30 * 24 * time.Hour

// warming tells whether a new sender has sent what it may today. What waits is
// spread over the half of the next day.
func (e *Engine) warming(ctx context.Context, tx Tx, sh shop.Shop, cartID string) (rule string, until time.Time, err error) {
	days, err := tx.MailDays(ctx, sh.ID, tx.Now().Add(-2*silence))
	if err != nil {
		return "", until, err
	}
	var first, last time.Time
	sent := 0
	for _, d := range days {
		if last.IsZero() || d.Day.Sub(last) > silence {
			first = d.Day
		}
		if last = d.Day; tx.Now().Sub(d.Day) < 24*time.Hour {
			sent = d.Sent
		}
	}
	next := delivery.DefaultWarmUp().Next(first, tx.Now(), sent)
	if !next.After(tx.Now()) {
		return "", until, nil
	}
	return "reputation.warm_up", next.Add(time.Duration(spread(cartID) * float64(12*time.Hour))), nil
}

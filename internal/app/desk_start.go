package app

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/nyaruka/phonenumbers"
)

// StartFacts gives what tells how far a shop's first set-up has come.
func (d *desk) StartFacts(ctx context.Context, shopID string) (f journey.StartFacts, err error) {
	sh, err := d.store.Shop(ctx, shopID)
	if err != nil {
		return f, err
	}
	if f.First, err = d.store.FirstArrival(ctx, shopID); err != nil {
		return f, err
	}
	checks, err := d.store.Checks(ctx, shopID)
	if err != nil {
		return f, err
	}
	f.EmailChecked, f.DomainChecked = checks[string(event.Email)], checks[domainCheck]
	if f.RulesChosen, err = d.store.LastDone(ctx, shopID, access.RulesChosen); err != nil {
		return f, err
	}
	if f.Tested, err = d.store.LastDone(ctx, shopID, access.TestSent); err != nil {
		return f, err
	}
	if !sh.Settings.Paused {
		f.Live = sh.ActivatedAt
	}
	f.Skipped, err = d.store.SkippedSteps(ctx, shopID)
	return f, err
}

// SkipStep leaves a step of the first set-up out, or takes it up again.
func (d *desk) SkipStep(ctx context.Context, shopID, step string, skip bool) error {
	return d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.SkipStep(ctx, shopID, step, skip); err != nil {
			return err
		}
		return record(ctx, tx, shopID, access.StepSkipped, step, map[string]string{"skipped": yesNo(skip)})
	})
}

// ChooseRules sets quiet hours and consent mode and keeps that somebody chose
// them, also where they chose what was there.
func (d *desk) ChooseRules(ctx context.Context, shopID string, set map[string]string) error {
	if err := d.ChangeShop(ctx, shopID, set); err != nil {
		return err
	}
	return d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return record(ctx, tx, shopID, access.RulesChosen, shopID, nil)
	})
}

// GoLive lets messages leave. Steps that were due before are never sent.
func (d *desk) GoLive(ctx context.Context, shopID string) error {
	return d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		sh, err := tx.HoldShop(ctx, shopID)
		if err != nil {
			return err
		}
		if !sh.Settings.Paused {
			return nil
		}
		sh.Settings.Paused, sh.ActivatedAt = false, tx.Now()
		if err := tx.SaveShop(ctx, sh); err != nil {
			return err
		}
		return record(ctx, tx, shopID, access.WentLive, shopID, nil)
	})
}

// TestSend sends a message to its merchant, by the shop's real channel.
func (d *desk) TestSend(ctx context.Context, shopID, to string) (journey.TestSend, error) {
	address, err := d.testAddress(ctx, shopID, to)
	if err != nil {
		return journey.TestSend{}, err
	}
	sent, err := d.engine.TestSend(ctx, shopID, address)
	if err != nil {
		return sent, err
	}
	return sent, d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		detail := map[string]string{"template": sent.Template, "channel": string(sent.Channel), "outcome": sent.Outcome}
		if sent.Outcome != "accepted" {
			return record(ctx, tx, shopID, access.TestFailed, sent.Template, detail)
		}
		return record(ctx, tx, shopID, access.TestSent, sent.Template, detail)
	})
}

// testAddress reads an email address, or a phone number by the shop's country.
func (d *desk) testAddress(ctx context.Context, shopID, to string) (string, error) {
	if address, err := readEmail(to); err == nil {
		return address, nil
	}
	sh, err := d.store.Shop(ctx, shopID)
	if err != nil {
		return "", err
	}
	n, err := phonenumbers.Parse(to, sh.Country)
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return "", fault.New(fault.Unprocessable, "this is neither an email address nor a phone number").In("to").
			Try("write an address such as you@example.com, or a number such as +33612345678")
	}
	return phonenumbers.Format(n, phonenumbers.E164), nil
}

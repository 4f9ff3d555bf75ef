package app

import (
	"context"
	"errors"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/duration"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// platformCheck is under what name the last look at a platform's account is kept.
const platformCheck = "platform"

// shownInquiries bounds how many questions with trouble a page shows.
const shownInquiries = 20

// Platform gives how the shop's platform can be asked; the ends of keys only with hints.
func (d *desk) Platform(ctx context.Context, shopID string, hints bool) (p journey.PlatformSetup, err error) {
	sh, err := d.store.Shop(ctx, shopID)
	if err != nil {
		return p, err
	}
	can := d.remote.Can(sh.Platform)
	p = journey.PlatformSetup{Platform: sh.Platform, Fetches: can.Fetch, Reconciles: can.Changes, Shelves: can.Products, Opens: can.Open}
	if every, on := sh.Settings.Reconcile(); on {
		p.Every = duration.Format(every)
	}
	if p.Needs, p.Complete, err = d.needs(ctx, sh, hints); err != nil {
		return p, err
	}
	checks, err := d.store.Checks(ctx, shopID)
	if err != nil {
		return p, err
	}
	p.Checked = checks[platformCheck]
	asked, err := d.store.Inquiries(ctx, shopID, shownInquiries)
	for _, q := range asked {
		p.Inquiries = append(p.Inquiries, journey.InquiryRow{
			Kind: string(q.Kind), Ref: q.Ref, DueAt: q.DueAt, AnsweredAt: q.AnsweredAt, Tries: q.Tries, Found: q.Found, Trouble: q.Trouble,
		})
	}
	return p, err
}

// needs gives what the platform's API takes and what is stored of it.
func (d *desk) needs(ctx context.Context, sh shop.Shop, hints bool) (out []journey.PlatformNeed, complete bool, err error) {
	a, ok := d.remote.adapters[sh.Platform].(platform.Account)
	if !ok {
		return nil, false, nil
	}
	values, err := d.accounts.platform(ctx, sh.ID)
	if err != nil {
		return nil, false, err
	}
	complete = true
	for _, n := range a.Needs() {
		need := journey.PlatformNeed{Name: n.Name, Label: n.Label, Help: n.Help, Optional: n.Optional, Secret: n.Name == platform.KeyID || n.Name == platform.KeySecret}
		if v := values[n.Name]; v == "" {
			complete = complete && n.Optional
		} else if need.Hint = "•••"; hints {
			if need.Hint = v; need.Secret {
				need.Hint = shop.Hint(v)
			}
		}
		out = append(out, need)
	}
	return out, complete, nil
}

// SetPlatform checks, seals and stores values of the shop's account at its
// platform; ForgetPlatform removes it.
func (d *desk) SetPlatform(ctx context.Context, shopID string, set map[string]string) error {
	return d.SetCredentials(ctx, shopID, shop.PlatformAccount, set)
}

// ForgetPlatform removes the shop's account at its platform.
func (d *desk) ForgetPlatform(ctx context.Context, shopID string) error {
	return d.ForgetCredentials(ctx, shopID, shop.PlatformAccount)
}

// CheckPlatform makes one cheap call with the account, and keeps what came of it.
func (d *desk) CheckPlatform(ctx context.Context, shopID string) (journey.Check, error) {
	sh, err := d.store.Shop(ctx, shopID)
	if err != nil {
		return journey.Check{}, err
	}
	found := journey.Check{What: platformCheck, OK: true, Says: "The platform answered, and the key may read what is asked for."}
	if err := d.remote.Probe(ctx, sh); err != nil {
		found.OK, found.Code, found.Says = false, string(fault.CodeOf(err)), event.Clean(saidOf(err), 300)
	}
	return found, d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		found.At = tx.Now()
		if err := tx.SaveCheck(ctx, shopID, found); err != nil {
			return err
		}
		if found.OK {
			if err := tx.WakeInquiries(ctx, shopID); err != nil {
				return err
			}
		}
		return record(ctx, tx, shopID, access.ChannelChecked, platformCheck, map[string]string{"ok": yesNo(found.OK), "code": found.Code})
	})
}

// saidOf is an error as a sentence, without its cause.
func saidOf(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return "An error of ours, which the log tells."
	}
	if f.Remedy == "" {
		return f.Message + "."
	}
	return f.Message + ": " + f.Remedy + "."
}

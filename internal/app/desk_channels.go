package app

import (
	"context"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// checker looks at an account without sending anything.
type checker interface {
	Check(ctx context.Context, a delivery.Account) delivery.Health
}

// everyChannel are the channels in the order people read them.
var everyChannel = []event.Channel{event.Email, event.SMS, event.Messenger}

// Channels gives how a shop's channels are set up. With hints, the ends of its
// own credentials are in it.
func (d *desk) Channels(ctx context.Context, shopID string, hints bool) ([]journey.ChannelSetup, error) {
	own, err := d.accounts.secrets(ctx, shopID)
	if err != nil {
		return nil, err
	}
	checks, err := d.store.Checks(ctx, shopID)
	if err != nil {
		return nil, err
	}
	health, err := d.store.ChannelHealth(ctx, shopID)
	if err != nil {
		return nil, err
	}
	var out []journey.ChannelSetup
	for _, c := range everyChannel {
		s := journey.ChannelSetup{Channel: c, Source: d.source(c, own), Checked: checks[string(c)], Callbacks: d.callbacks(c, shopID)}
		if at := slices.IndexFunc(health, func(h journey.ChannelHealth) bool { return h.Channel == c }); at >= 0 {
			s.Health = health[at]
		}
		if hints {
			s.Hints = hintsOf(c, own)
		}
		out = append(out, s)
	}
	return out, nil
}

// source tells whose account a channel uses.
func (d *desk) source(c event.Channel, own map[string][]string) journey.Source {
	if _, ok := d.accounts.own(c, own); ok {
		return journey.OwnAccount
	}
	if _, ok := d.accounts.standard(c); ok {
		return journey.SharedAccount
	}
	return journey.NoAccount
}

// hintsOf gives what may be shown of a channel's credentials.
func hintsOf(c event.Channel, own map[string][]string) map[string]string {
	out := map[string]string{}
	for _, k := range shop.CredentialCatalogue() {
		if k.Channel != c || len(own[k.Name]) == 0 {
			continue
		}
		out[k.Name] = own[k.Name][0]
		if k.Secret || len(out[k.Name]) > 60 {
			out[k.Name] = shop.Hint(own[k.Name][0])
		}
	}
	return out
}

// callbacks are the addresses that are entered at a provider.
func (d *desk) callbacks(c event.Channel, shopID string) []journey.Callback {
	base := d.config.HTTP.PublicURL + "/callbacks/"
	switch c {
	case event.Email:
		return []journey.Callback{{Purpose: "SendGrid: Event Webhook, signed", URL: base + "sendgrid/" + shopID}}
	case event.SMS:
		return []journey.Callback{{Purpose: "Twilio: A message comes in", URL: base + "twilio/" + shopID + "/inbound"}}
	}
	return []journey.Callback{{Purpose: "Meta: Webhooks, callback URL", URL: base + "messenger"}}
}

// SetCredentials checks, seals and stores credentials of one channel.
func (d *desk) SetCredentials(ctx context.Context, shopID string, c event.Channel, set map[string]string) error {
	return d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.HoldShop(ctx, shopID); err != nil {
			return err
		}
		for _, k := range shop.CredentialCatalogue() {
			if _, given := set[k.Name]; given && k.Channel != c {
				return fault.New(fault.Unprocessable, "this belongs to another channel").In(k.Name)
			}
		}
		return d.storeSecrets(ctx, tx, shopID, NewShop{Set: set})
	})
}

// forgetChecks forgets what the last look at a channel found: it was about the
// account before.
func forgetChecks(ctx context.Context, tx *store.Tx, shopID string, c event.Channel) error {
	if c == event.Email {
		if err := tx.ForgetCheck(ctx, shopID, domainCheck); err != nil {
			return err
		}
	}
	return tx.ForgetCheck(ctx, shopID, string(c))
}

// ForgetCredentials removes a channel's own account: it uses the installation's
// again, or the sandbox.
func (d *desk) ForgetCredentials(ctx context.Context, shopID string, c event.Channel) error {
	return d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, k := range shop.CredentialCatalogue() {
			if k.Channel != c {
				continue
			}
			n, err := tx.KeepSecrets(ctx, shopID, k.Name, 0)
			if err != nil {
				return err
			}
			if n == 0 {
				continue
			}
			if err := record(ctx, tx, shopID, access.CredentialGone, k.Name, nil); err != nil {
				return err
			}
		}
		if c == event.Messenger {
			if err := tx.RemovePages(ctx, shopID); err != nil {
				return err
			}
		}
		return forgetChecks(ctx, tx, shopID, c)
	})
}

// domainCheck names the look at the sender's domain.
const domainCheck = "domain"

// CheckChannel asks the provider about a channel's account, for email also the
// world about the sender's domain, and keeps what they say.
func (d *desk) CheckChannel(ctx context.Context, shopID string, c event.Channel) (journey.Check, error) {
	account, err := d.accounts.Account(ctx, shopID, c)
	if err != nil {
		return journey.Check{}, err
	}
	found := journey.Check{What: string(c), Says: "This channel has no keys: it is in the sandbox, and nothing leaves."}
	var domain *journey.Check
	if !account.Sandbox {
		h := d.checkers[c].Check(ctx, account)
		found.OK, found.Code, found.Says = h.OK, h.Code, h.Says
		if c == event.Email {
			domain = d.checkDomain(ctx, account.From)
		}
	}
	return found, d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		found.At = tx.Now()
		if err := tx.SaveCheck(ctx, shopID, found); err != nil {
			return err
		}
		if domain != nil {
			if err := tx.SaveCheck(ctx, shopID, *domain); err != nil {
				return err
			}
		}
		return record(ctx, tx, shopID, access.ChannelChecked, string(c), map[string]string{"ok": yesNo(found.OK), "code": found.Code})
	})
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// checkDomain looks up what mailbox providers ask of the sender's domain.
func (d *desk) checkDomain(ctx context.Context, from string) *journey.Check {
	out := &journey.Check{What: domainCheck, Says: "The domain could not be looked up."}
	report, err := d.lookUp(ctx, from)
	if err != nil {
		return out
	}
	out.OK = report.Ready()
	out.Says = "SPF, DKIM and DMARC of " + report.Domain + " are in order."
	if !out.OK {
		out.Says = "Something is missing in the DNS of " + report.Domain + " (SPF, DKIM or DMARC)."
	}
	return out
}

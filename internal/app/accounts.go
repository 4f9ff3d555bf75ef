package app

import (
	"context"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// accounts gives each shop its provider accounts: its own, else the
// installation's, else the sandbox's.
type accounts struct {
	store  *store.Store
	sealer *shop.Sealer
	config config.Config
	// secret derives the sandbox's credentials; sandboxURL is where it listens, "" in a process that sends nothing.
	secret     []byte
	sandboxURL string
}

// secrets gives a shop's own secrets by name, newest first.
func (a *accounts) secrets(ctx context.Context, shopID string) (map[string][]string, error) {
	sealed, err := a.store.Secrets(ctx, shopID)
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, s := range sealed {
		v, err := a.sealer.Open(shopID, s.Name, s.Sealed)
		if err != nil {
			return nil, err
		}
		out[s.Name] = append(out[s.Name], v)
	}
	return out, nil
}

// WebhookSecrets gives the secrets the shop's platform may sign with.
func (a *accounts) WebhookSecrets(ctx context.Context, shopID string) ([]string, error) {
	own, err := a.secrets(ctx, shopID)
	return own["webhook"], err
}

// platform gives the values of the shop's account at its own platform.
func (a *accounts) platform(ctx context.Context, shopID string) (map[string]string, error) {
	own, err := a.secrets(ctx, shopID)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, k := range shop.CredentialCatalogue() {
		if k.Channel == shop.PlatformAccount && len(own[k.Name]) > 0 {
			out[k.Name] = own[k.Name][0]
		}
	}
	return out, nil
}

// Account gives the shop's account for a channel.
func (a *accounts) Account(ctx context.Context, shopID string, c event.Channel) (delivery.Account, error) {
	secrets, err := a.secrets(ctx, shopID)
	if err != nil {
		return delivery.Account{}, err
	}
	if acc, ok := a.own(c, secrets); ok {
		return acc, nil
	}
	if acc, ok := a.standard(c); ok {
		return acc, nil
	}
	acc := sandbox.Accounts(a.secret, shopID)[c]
	acc.BaseURL = a.sandboxURL
	return acc, nil
}

// own reads the shop's account from its secrets; false when it is not complete.
func (a *accounts) own(c event.Channel, s map[string][]string) (delivery.Account, bool) {
	one := func(name string) string {
		if len(s[name]) == 0 {
			return ""
		}
		return s[name][0]
	}
	switch c {
	case event.Email:
		acc := delivery.Account{Key: one("sendgrid_api_key"), From: one("email_from"), VerifyKeys: s["sendgrid_webhook_public_key"], BaseURL: a.config.SendGrid.BaseURL}
		if acc.From == "" {
			acc.From = a.config.SendGrid.From
		}
		return acc, acc.Key != "" && acc.From != ""
	case event.SMS:
		acc := delivery.Account{ID: one("twilio_account_sid"), Key: one("twilio_auth_token"), From: one("twilio_from"), VerifyKeys: s["twilio_auth_token"], BaseURL: a.config.Twilio.BaseURL}
		return acc, acc.ID != "" && acc.Key != "" && acc.From != ""
	case event.Messenger:
		acc := delivery.Account{ID: one("messenger_page_id"), From: one("messenger_page_id"), Key: one("messenger_page_token"), VerifyKeys: s["messenger_app_secret"], VerifyToken: one("messenger_verify_token"), BaseURL: a.config.Messenger.BaseURL}
		if len(acc.VerifyKeys) == 0 && a.config.Messenger.AppSecret != "" {
			acc.VerifyKeys = []string{a.config.Messenger.AppSecret}
		}
		return acc, acc.ID != "" && acc.Key != ""
	}
	return delivery.Account{}, false
}

// standard gives the installation's account for a channel; false when there is none.
func (a *accounts) standard(c event.Channel) (delivery.Account, bool) {
	switch sg, tw, ms := a.config.SendGrid, a.config.Twilio, a.config.Messenger; c {
	case event.Email:
		return delivery.Account{Key: sg.APIKey, From: sg.From, VerifyKeys: sg.WebhookPublicKeys, BaseURL: sg.BaseURL}, sg.Configured()
	case event.SMS:
		return delivery.Account{ID: tw.AccountSID, Key: tw.AuthToken, From: tw.From, VerifyKeys: []string{tw.AuthToken}, BaseURL: tw.BaseURL}, tw.Configured()
	case event.Messenger:
		return delivery.Account{ID: ms.PageID, From: ms.PageID, Key: ms.PageToken, VerifyKeys: []string{ms.AppSecret}, VerifyToken: ms.VerifyToken, BaseURL: ms.BaseURL}, ms.Configured()
	}
	return delivery.Account{}, false
}

// ShopsOfPage gives the shops that a Messenger page may speak for: those that
// named it as theirs, else, for the installation's page, every shop without one.
func (a *accounts) ShopsOfPage(ctx context.Context, pageID string) ([]string, error) {
	if id, ok := sandbox.ShopOfPage(pageID); ok {
		return []string{id}, nil
	}
	own, err := a.store.ShopsOfPage(ctx, pageID)
	if err != nil || len(own) > 0 || pageID == "" || pageID != a.config.Messenger.PageID {
		return own, err
	}
	shops, err := a.store.Shops(ctx)
	if err != nil {
		return nil, err
	}
	for _, sh := range shops {
		acc, err := a.Account(ctx, sh.ID, event.Messenger)
		if err != nil {
			return nil, err
		}
		if acc.ID == pageID {
			own = append(own, sh.ID)
		}
	}
	return own, nil
}

// VerifyTokens gives every account that may answer Messenger's subscription check.
func (a *accounts) VerifyTokens(ctx context.Context) ([]delivery.Account, error) {
	var out []delivery.Account
	if t := a.config.Messenger.VerifyToken; t != "" {
		out = append(out, delivery.Account{VerifyToken: t})
	}
	shops, err := a.store.Shops(ctx)
	if err != nil {
		return nil, err
	}
	for _, sh := range shops {
		acc, err := a.Account(ctx, sh.ID, event.Messenger)
		if err != nil {
			return nil, err
		}
		if acc.VerifyToken != "" {
			out = append(out, acc)
		}
	}
	return out, nil
}

// sandboxed gives the channels of a shop that leave nowhere.
func (a *accounts) sandboxed(ctx context.Context, shopID string) ([]event.Channel, error) {
	out := []event.Channel{}
	for _, c := range []event.Channel{event.Email, event.SMS, event.Messenger} {
		acc, err := a.Account(ctx, shopID, c)
		if err != nil {
			return nil, err
		}
		if acc.Sandbox {
			out = append(out, c)
		}
	}
	return out, nil
}

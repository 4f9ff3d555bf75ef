package app

import (
	"context"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/signon"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/web/dashboard"
)

// newSingle makes the identity provider, nil where none is configured.
func (c *core) newSingle() *signon.Provider {
	o := c.config.OIDC
	if !o.Configured() {
		return nil
	}
	return signon.New(signon.Options{
		Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: o.ClientSecret, RedirectURL: c.config.HTTP.PublicURL + "/oidc/callback",
		HTTP: channel.Client(nil), Now: c.now,
	})
}

// SingleName is what the button calls the identity provider, "" for none.
func (d *desk) SingleName() string {
	if d.single == nil {
		return ""
	}
	return d.config.OIDC.Name
}

func (d *desk) noSingle() error {
	return fault.New(fault.NotFound, "this installation has no single sign-on").Try("sign in with a password or a link")
}

// BeginSingle gives the address at the identity provider, and what the session keeps.
func (d *desk) BeginSingle(ctx context.Context) (dashboard.Attempt, string, error) {
	if d.single == nil {
		return dashboard.Attempt{}, "", d.noSingle()
	}
	a, to, err := d.single.Begin(ctx)
	return dashboard.Attempt(a), to, err
}

// FinishSingle gives the user whom the identity provider vouches for. They are
// known by issuer and subject; at first by their verified address, once. Nobody
// gets a role by it: who is in no shop stays in none.
func (d *desk) FinishSingle(ctx context.Context, a dashboard.Attempt, state, code string) (who access.Person, err error) {
	if d.single == nil {
		return who, d.noSingle()
	}
	id, err := d.single.Finish(ctx, signon.Attempt(a), state, code)
	if err != nil {
		return who, err
	}
	err = d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		account, err := d.accountOf(ctx, tx, id)
		if err != nil {
			return err
		}
		who = account.Person
		ctx = access.WithActor(ctx, access.Actor{Kind: access.ByUser, ID: who.ID})
		return recordEverywhere(ctx, tx, account.Shops, access.SignedIn, who.ID, map[string]string{"by": "single sign-on"})
	})
	return who, err
}

// accountOf finds, binds or, for an allowed domain, makes the account of an identity.
func (d *desk) accountOf(ctx context.Context, tx *store.Tx, id signon.Identity) (store.Account, error) {
	userID, err := tx.UserOfSubject(ctx, id.Issuer, id.Subject)
	if err == nil {
		return tx.Account(ctx, userID)
	}
	if !fault.Is(err, fault.NotFound) {
		return store.Account{}, err
	}
	address, err := readEmail(id.Email)
	if err != nil || !id.Verified {
		return store.Account{}, fault.New(fault.Unauthorized, "the identity provider does not vouch for your email address").
			Try("have your address verified there, or sign in with a password")
	}
	account, err := tx.AccountByEmail(ctx, address)
	if fault.Is(err, fault.NotFound) && d.domainAllowed(address) {
		if _, err = tx.SaveUser(ctx, d.newID(), address); err == nil {
			account, err = tx.AccountByEmail(ctx, address)
		}
	}
	if fault.Is(err, fault.NotFound) {
		return account, fault.New(fault.Unauthorized, "nobody here has your address").Try("ask an owner of your shop to invite you")
	}
	if err != nil {
		return account, err
	}
	return account, tx.BindSubject(ctx, id.Issuer, id.Subject, account.ID)
}

// domainAllowed reports whether people of an address's domain get an account by signing in.
func (d *desk) domainAllowed(address string) bool {
	_, domain, _ := strings.Cut(address, "@")
	return slices.ContainsFunc(d.config.OIDC.Domains, func(allowed string) bool { return strings.EqualFold(allowed, domain) })
}

// Package signon lets people in by an identity provider of their own: OpenID
// Connect with the authorization code flow, PKCE, state and nonce. It proves
// who somebody is there; who that is here is the caller's question.
package signon

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Options configure a provider.
type Options struct {
	// Issuer is the provider's address, as its discovery document names it.
	Issuer string
	// ClientID and ClientSecret are what the provider gave this installation.
	ClientID, ClientSecret string
	// RedirectURL is where the provider sends people back to.
	RedirectURL string
	// HTTP makes the calls; it must have a time limit and bound its answers.
	HTTP *http.Client
	// Now is the clock by which tokens expire.
	Now func() time.Time
}

// Provider is one identity provider. It is asked about itself when it is first
// needed, so that one that is down does not keep a server from starting.
type Provider struct {
	Options
	mu    sync.Mutex
	known *oidc.Provider
}

// New makes a provider; it calls nobody.
func New(o Options) *Provider { return &Provider{Options: o} }

// Attempt is what a browser's session keeps from the way out to the way back.
type Attempt struct {
	// State binds the answer to the session, Nonce the token to the attempt;
	// Verifier proves to the provider that who began it ends it (PKCE).
	State, Nonce, Verifier string
}

// Identity is who the provider says somebody is.
type Identity struct {
	// Issuer and Subject together never mean another person.
	Issuer, Subject string
	// Email is their address, Verified whether the provider vouches for it.
	Email    string
	Verified bool
}

// Begin starts an attempt and gives the address at the provider.
func (p *Provider) Begin(ctx context.Context) (Attempt, string, error) {
	known, err := p.discover(ctx)
	if err != nil {
		return Attempt{}, "", err
	}
	a := Attempt{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	c := p.client(known)
	return a, c.AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)), nil
}

// Finish takes the answer that came back and gives who it is. Whatever does not
// fit is fault.Unauthorized; a provider that does not answer is fault.Overloaded.
func (p *Provider) Finish(ctx context.Context, a Attempt, state, code string) (id Identity, err error) {
	if a.State == "" || code == "" || subtle.ConstantTimeCompare([]byte(a.State), []byte(state)) != 1 {
		return id, refused(nil, "this answer does not belong to a sign-in that was begun here")
	}
	known, err := p.discover(ctx)
	if err != nil {
		return id, err
	}
	ctx = oidc.ClientContext(ctx, p.HTTP)
	token, err := p.client(known).Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return id, refused(err, "the provider did not accept the sign-in")
	}
	raw, _ := token.Extra("id_token").(string)
	verified, err := known.Verifier(&oidc.Config{ClientID: p.ClientID, Now: p.Now}).Verify(ctx, raw)
	if err != nil {
		return id, refused(err, "the provider’s token does not verify")
	}
	if subtle.ConstantTimeCompare([]byte(verified.Nonce), []byte(a.Nonce)) != 1 {
		return id, refused(nil, "the provider’s token belongs to another sign-in")
	}
	var says claims
	if err := verified.Claims(&says); err != nil {
		return id, refused(err, "the provider’s token cannot be read")
	}
	return Identity{Issuer: verified.Issuer, Subject: verified.Subject, Email: says.Email, Verified: bool(says.Verified)}, nil
}

func refused(cause error, what string) error {
	return fault.Wrap(fault.Unauthorized, cause, "%s", what).Try("begin again at the sign-in page")
}

// discover asks the provider about itself, once.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known != nil {
		return p.known, nil
	}
	// The keys are fetched later by this context's client: it must not end with the request.
	known, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.HTTP), p.Issuer)
	if err != nil {
		return nil, fault.Wrap(fault.Overloaded, err, "the identity provider could not be reached").
			Try("try again in a minute, or sign in with a password")
	}
	p.known = known
	return known, nil
}

func (p *Provider) client(known *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, RedirectURL: p.RedirectURL, Endpoint: known.Endpoint(),
		Scopes: []string{oidc.ScopeOpenID, "email"},
	}
}

// claims are what is read of a token.
type claims struct {
	Email    string `json:"email"`
	Verified truth  `json:"email_verified"`
}

// truth is a bool that some providers write as text.
type truth bool

// UnmarshalJSON reads true and "true"; everything else is false.
func (t *truth) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil {
		*t = text == "true"
		return nil
	}
	return json.Unmarshal(b, (*bool)(t))
}

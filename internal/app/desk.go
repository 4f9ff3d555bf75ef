package app

import (
	"context"
	"log/slog"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/channel/messenger"
	"github.com/cartograph-dev/cartograph/internal/channel/sendgrid"
	"github.com/cartograph-dev/cartograph/internal/channel/twilio"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/maildomain"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/signon"
	"github.com/cartograph-dev/cartograph/internal/web/dashboard"
)

// desk does what people do at the pages of settings and the first set-up. What
// the command line does too is the core's.
type desk struct {
	*core
	accounts *accounts
	remote   *remote
	engine   *recovery.Engine
	door     *doorkeeper
	post     *postman
	// single is the identity provider, nil for none.
	single *signon.Provider
	// checkers look at accounts, lookUp at a sender's domain.
	checkers map[event.Channel]checker
	lookUp   func(ctx context.Context, from string) (maildomain.Report, error)
}

var _ dashboard.Desk = (*desk)(nil)

// newDesk wires it. Its clients are not the engine's: a check that hangs takes
// no connection from messages.
func newDesk(c *core, a *accounts, r *remote, e *recovery.Engine, door *doorkeeper, log *slog.Logger) *desk {
	mail := sendgrid.New(sendgrid.Options{HTTP: channel.NewHTTPClient(), Now: c.now})
	return &desk{
		core: c, accounts: a, remote: r, engine: e, door: door, lookUp: checkSender, single: c.newSingle(),
		post: &postman{accounts: a, email: mail, log: log, places: make(chan struct{}, maxLetters)},
		checkers: map[event.Channel]checker{
			event.Email: mail, event.SMS: twilio.New(twilio.Options{HTTP: channel.NewHTTPClient(), Now: c.now}),
			event.Messenger: messenger.New(messenger.Options{HTTP: channel.NewHTTPClient(), Now: c.now}),
		},
	}
}

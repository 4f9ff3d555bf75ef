package app

import (
	"context"
	"net/http"
	"time"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/demo"
)

// options gives the crowd what it needs of this server.
func (s *stage) options(c demoCommand) demo.Options {
	return demo.Options{
		URL: "http://" + s.server.listener.Addr().String(), ShopID: s.shop.ID, Domain: demoDomain, Secret: s.shop.WebhookSecret,
		APIKey: s.shop.APIKey, Zone: s.zone, Now: s.clock.Now, Sleep: sleeper(c.Speed),
		// Whatever a link says, a demo's shoppers reach this server only.
		Client: &http.Client{Timeout: 20 * time.Second, Transport: homeward{s.server.listener.Addr().String(), channel.NewHTTPClient().Transport}},
		Enter: func(ctx context.Context, psid, ref string) error {
			return s.server.sandbox.Enter(ctx, s.shop.ID, psid, ref)
		},
		Trouble: func(err error) { s.log.Warn("a shopper met trouble", "error", err) },
		Seed:    c.Seed, Shoppers: c.Shoppers, Every: time.Duration(float64(c.Every) * c.Speed),
	}
}

// sleeper waits for a time of the fast clock.
func sleeper(speed float64) func(context.Context, time.Duration) error {
	return func(ctx context.Context, d time.Duration) error {
		t := time.NewTimer(time.Duration(float64(d) / speed))
		defer t.Stop()
		select {
		case <-t.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// letterOf gives a message as its shopper gets it.
func letterOf(box *sandbox.Server, m sandbox.Sent) demo.Letter {
	return demo.Letter{
		Channel: m.Channel, To: m.To, Text: m.Text, Link: m.Link, UnsubscribeURL: m.UnsubscribeURL, Provider: carrier{box, m},
	}
}

// carrier is the provider of one message.
type carrier struct {
	box  *sandbox.Server
	sent sandbox.Sent
}

var _ demo.Provider = carrier{}

func (c carrier) Open(ctx context.Context) error        { return c.box.Open(ctx, c.sent) }
func (c carrier) MachineOpen(ctx context.Context) error { return c.box.MachineOpen(ctx, c.sent) }
func (c carrier) Click(ctx context.Context, link string) error {
	return c.box.Click(ctx, c.sent, link)
}
func (c carrier) Stop(ctx context.Context) error     { return c.box.Stop(ctx, c.sent) }
func (c carrier) Bounce(ctx context.Context) error   { return c.box.Bounce(ctx, c.sent) }
func (c carrier) Complain(ctx context.Context) error { return c.box.Complain(ctx, c.sent) }

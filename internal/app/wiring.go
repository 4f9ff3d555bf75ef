package app

import (
	"context"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/channel/messenger"
	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/channel/sendgrid"
	"github.com/cartograph-dev/cartograph/internal/channel/twilio"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/platform/generic"
	"github.com/cartograph-dev/cartograph/internal/platform/pixel"
	"github.com/cartograph-dev/cartograph/internal/playbook"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// The parts fit the interfaces of their users.
var (
	_ recovery.Store    = stored{}
	_ recovery.Tx       = (*store.Tx)(nil)
	_ recovery.Accounts = (*accounts)(nil)
	_ recovery.Meter    = (*meter)(nil)
	_ recovery.Remote   = (*remote)(nil)
	_ channel.Provider  = (*sendgrid.Provider)(nil)
	_ channel.Provider  = (*twilio.Provider)(nil)
	_ channel.Provider  = (*messenger.Provider)(nil)
)

// stored gives the engine the store's transactions as its own interface.
type stored struct{ *store.Store }

// Write runs fn in a transaction.
func (s stored) Write(ctx context.Context, fn func(context.Context, recovery.Tx) error) error {
	return s.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return fn(ctx, tx) })
}

func (s *Server) openEngine(ctx context.Context) error {
	rules, err := persona.NewRules()
	if err != nil {
		return err
	}
	links, err := s.linkSecret(ctx)
	if err != nil {
		return err
	}
	confirmations, err := requests()
	if err != nil {
		return err
	}
	packs, err := playbook.ParsePolicies(config.Policies, "policies.yaml")
	if err != nil {
		return err
	}
	adapter := generic.New()
	now := s.opts.Clock.Now
	if s.remote, err = newRemote(s.accounts, s.opts.Config, now); err != nil {
		return err
	}
	s.engine = recovery.New(recovery.Options{
		Store: stored{s.store}, Platforms: enginePlatforms(),
		Collect:  func(d event.Delivery) ([]recovery.Item, error) { return collect(adapter, d) },
		Sighting: pixel.Parse,
		// A client each: where they share a host, as in the sandbox, one that hangs would take all its connections.
		Providers: map[event.Channel]recovery.Provider{
			event.Email:     sendgrid.New(sendgrid.Options{HTTP: channel.NewHTTPClient(), Now: now}),
			event.SMS:       twilio.New(twilio.Options{HTTP: channel.NewHTTPClient(), Now: now}),
			event.Messenger: messenger.New(messenger.Options{HTTP: channel.NewHTTPClient(), Now: now}),
		},
		Accounts: s.accounts, Remote: s.remote, Alarms: s.queue, Rules: rules, References: references, Packs: packs, Confirmations: confirmations, Renderer: s.library.renderer, Meter: newMeter(s.registry), Log: s.opts.Log,
		Now: now, After: time.After, NewID: newID, PublicURL: s.opts.Config.HTTP.PublicURL, Secret: links,
		Workers: s.opts.Config.Queue.Workers, Horizon: s.opts.Config.Queue.Horizon,
		// Provider calls take as long by the wall however fast the engine's clock runs.
		Lease: time.Duration(float64(2*time.Minute) * max(s.opts.Clock.Speed, 1)),
	})
	return nil
}

func collect(a *generic.Adapter, d event.Delivery) ([]recovery.Item, error) {
	items, err := a.ParseItems(d)
	out := make([]recovery.Item, 0, len(items))
	for _, it := range items {
		out = append(out, recovery.Item{Raw: it.Raw, Event: it.Event, Err: it.Err})
	}
	return out, err
}

// sandboxServer is the sandbox on a port of its own: the clients reach it over
// HTTP, exactly as they reach the providers.
type sandboxServer struct {
	*sandbox.Server
	http *http.Server
	url  string
}

// openSandbox starts the sandbox in processes that send, and derives its
// credentials in all: callbacks are verified by web processes.
func (s *Server) openSandbox(ctx context.Context) error {
	secret, err := s.sealer.Derive("sandbox")
	if err != nil {
		return err
	}
	s.accounts = &accounts{store: s.store, sealer: s.sealer, config: s.opts.Config, secret: secret}
	if s.opts.Role == RoleWeb {
		return nil
	}
	o := sandbox.Options{
		Secret: secret, Now: s.opts.Clock.Now, Callback: sandbox.CallbacksAt(s.opts.Config.HTTP.PublicURL), AutoDeliver: true,
		OnFailure: func(err error) { s.opts.Log.Warn("sandbox callback not delivered", "error", err) },
	}
	if s.opts.Role == RoleAll {
		o.Client = &http.Client{Timeout: 20 * time.Second, Transport: homeward{s.listener.Addr().String(), channel.NewHTTPClient().Transport}}
	}
	if s.opts.Sandbox != nil {
		s.opts.Sandbox(&o)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fault.Wrap(fault.Misconfigured, err, "cannot listen on the loopback address")
	}
	box := sandbox.New(o)
	s.sandbox = &sandboxServer{Server: box, url: "http://" + l.Addr().String(), http: &http.Server{Handler: box, ReadHeaderTimeout: 10 * time.Second}}
	s.accounts.sandboxURL = s.sandbox.url
	go s.sandbox.http.Serve(l) //nolint:errcheck // it ends with close, and reports just that
	return nil
}

func (b *sandboxServer) close(ctx context.Context) {
	_ = b.http.Shutdown(ctx) // its clients have been stopped already
	b.Server.Close()
}

// homeward sends the sandbox's callbacks to this very process, whatever the
// public address is: that one may not be reachable from here.
type homeward struct {
	addr string
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (h homeward) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Host = r.URL.Host
	r.URL.Scheme, r.URL.Host = "http", h.addr
	return h.next.RoundTrip(r)
}

// reader is the store with what only the wiring knows.
type reader struct {
	*store.Store
	*doorkeeper
	keyring
	accounts *accounts
}

// Summary adds the channels that are in the sandbox.
func (r reader) Summary(ctx context.Context, shopID string) (journey.Summary, error) {
	sum, err := r.Store.Summary(ctx, shopID)
	if err != nil {
		return sum, err
	}
	sum.SandboxChannels, err = r.SandboxChannels(ctx, shopID)
	return sum, err
}

// SandboxChannels gives the channels of a shop that leave nowhere.
func (r reader) SandboxChannels(ctx context.Context, shopID string) ([]event.Channel, error) {
	return r.accounts.sandboxed(ctx, shopID)
}

// apiEngine is the engine with the library beside it.
type apiEngine struct {
	*recovery.Engine
	library *library
}

// ApplyBook publishes a file.
func (a apiEngine) ApplyBook(ctx context.Context, shopID string, file []byte) ([]string, error) {
	return a.library.applied(ctx, shopID, file)
}

func makeDir(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return fault.Wrap(fault.Misconfigured, err, "cannot make the data directory").In("CARTOGRAPH_DATA_DIR").
			Try("name a directory that this user may make and write, by --data-dir or CARTOGRAPH_DATA_DIR")
	}
	return nil
}

package app

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/outgoing"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// remote asks platforms' APIs for the engine: the adapter that knows how, with
// the shop's own account, through a client that reaches nothing private.
type remote struct {
	accounts *accounts
	adapters map[string]platform.Adapter
	client   *http.Client
	paces    paces
	now      func() time.Time
}

// maxAnswer bounds an answer, after decompression.
const maxAnswer = 20 << 20

func newRemote(a *accounts, c config.Config, now func() time.Time) (*remote, error) {
	hosts, networks, err := outgoing.ParseAllowed(strings.Join(c.Outgoing.Allow, ","))
	if err != nil {
		return nil, fault.Wrap(fault.Misconfigured, err, "outgoing_allow cannot be read").In("CARTOGRAPH_OUTGOING_ALLOW")
	}
	return &remote{
		accounts: a, adapters: platforms(), now: now,
		client: outgoing.NewClient(outgoing.Options{
			HTTPSOnly: true, Hosts: hosts, Networks: networks, MaxBody: maxAnswer, Redirects: -1, // keys go to the address that was entered
		}),
	}, nil
}

// Can tells what a platform's adapter can be asked for at all.
func (r *remote) Can(name string) (can recovery.Abilities) {
	a := r.adapters[name]
	_, can.Fetch = a.(platform.Fetcher)
	_, can.Changes = a.(platform.Lister)
	_, can.Products = a.(platform.Shelf)
	_, can.Open = a.(platform.Opener)
	_, can.Keys = a.(platform.Keyed)
	return can
}

// errCannot is that an adapter was asked for what it cannot.
func errCannot(name, what string) error {
	return fault.New(fault.Internal, "the %s adapter cannot be asked for %s", name, what)
}

// api makes a shop's way to its platform. Without an account it has no values.
func (r *remote) api(ctx context.Context, sh shop.Shop) (platform.API, error) {
	values, err := r.accounts.platform(ctx, sh.ID)
	if err != nil {
		return platform.API{}, err
	}
	client := *r.client
	client.Transport = paced{pace: r.paces.of(sh.ID), next: r.client.Transport}
	return platform.API{
		Shop: event.Delivery{
			ReceivedAt: r.now().UTC(), ShopID: sh.ID, Domain: sh.Domain, Currency: sh.Currency, Country: sh.Country, Locale: sh.Locale,
		},
		Values: values, Client: &client,
	}, nil
}

// entered is api with the account that calls need; fault.Misconfigured names what is missing.
func (r *remote) entered(ctx context.Context, sh shop.Shop, a platform.Account) (platform.API, error) {
	api, err := r.api(ctx, sh)
	if err != nil {
		return api, err
	}
	for _, n := range a.Needs() {
		if !n.Optional && api.Values[n.Name] == "" {
			return api, fault.New(fault.Misconfigured, "the shop's account at its platform is not complete: %s is missing", n.Label).
				In(n.Name).Try("enter it in the settings, or by `cartograph shop set`")
		}
	}
	return api, nil
}

// Fetch asks for one thing.
func (r *remote) Fetch(ctx context.Context, sh shop.Shop, ref event.Reference) ([]recovery.Told, error) {
	a, ok := r.adapters[sh.Platform].(platform.Fetcher)
	if !ok {
		return nil, errCannot(sh.Platform, string(ref.Kind))
	}
	api, err := r.entered(ctx, sh, a)
	if err != nil {
		return nil, err
	}
	answers, err := a.Fetch(ctx, api, ref)
	return told(answers), err
}

// Changed asks what happened since a moment.
func (r *remote) Changed(ctx context.Context, sh shop.Shop, since time.Time, place string) ([]recovery.Told, string, error) {
	a, ok := r.adapters[sh.Platform].(platform.Lister)
	if !ok {
		return nil, "", errCannot(sh.Platform, "changes")
	}
	api, err := r.entered(ctx, sh, a)
	if err != nil {
		return nil, "", err
	}
	page, err := a.List(ctx, api, since, place)
	return told(page.Answers), page.Next, err
}

func told(answers []platform.Answer) []recovery.Told {
	out := make([]recovery.Told, 0, len(answers))
	for _, a := range answers {
		out = append(out, recovery.Told(a))
	}
	return out
}

// Products asks what some lines of a cart are now.
func (r *remote) Products(ctx context.Context, sh shop.Shop, items []event.Item) ([]recovery.Product, error) {
	a, ok := r.adapters[sh.Platform].(platform.Shelf)
	if !ok {
		return nil, errCannot(sh.Platform, "products")
	}
	api, err := r.entered(ctx, sh, a)
	if err != nil {
		return nil, err
	}
	found, err := a.Products(ctx, api, items)
	out := make([]recovery.Product, 0, len(found))
	for _, p := range found {
		out = append(out, recovery.Product{Item: p.Item, Gone: p.Gone})
	}
	return out, err
}

// Open gives the address at which a cart is taken up again.
func (r *remote) Open(ctx context.Context, sh shop.Shop, c recovery.Closed) (string, error) {
	a, ok := r.adapters[sh.Platform].(platform.Opener)
	if !ok {
		return "", errCannot(sh.Platform, "a way back")
	}
	api, err := r.api(ctx, sh)
	if err != nil {
		return "", err
	}
	return a.Open(ctx, api, platform.Closed(c))
}

// Keys asks for the keys that the platform publishes.
func (r *remote) Keys(ctx context.Context, sh shop.Shop, d event.Delivery) ([]string, error) {
	a, ok := r.adapters[sh.Platform].(platform.Keyed)
	if !ok {
		return nil, errCannot(sh.Platform, "keys")
	}
	api, err := r.api(ctx, sh)
	if err != nil {
		return nil, err
	}
	return a.Keys(ctx, unkeyed(api), d)
}

// unkeyed is a way to the platform for what it publishes: of the account it
// knows where the platform is, and nothing that opens it.
func unkeyed(api platform.API) platform.API {
	where := api.Values[platform.KeyURL]
	api.Values = map[string]string{}
	if where != "" {
		api.Values[platform.KeyURL] = where
	}
	return api
}

// Greet answers a platform's challenge.
func (r *remote) Greet(name, challenge string) (string, bool) {
	a, ok := r.adapters[name].(platform.Greeter)
	if !ok {
		return "", false
	}
	return a.Greet(challenge)
}

// Probe makes one cheap call with a shop's account.
func (r *remote) Probe(ctx context.Context, sh shop.Shop) error {
	a, ok := r.adapters[sh.Platform].(platform.Account)
	if !ok {
		return errCannot(sh.Platform, "anything")
	}
	api, err := r.entered(ctx, sh, a)
	if err != nil {
		return err
	}
	return a.Probe(ctx, api)
}

// paces bound how often each shop's platform is called by this process. The
// strictest of the platforms (Shopify's REST API) asks for two calls a second;
// where one is stricter it says so by 429, and is heard.
type paces struct {
	mu sync.Mutex
	by map[string]*rate.Limiter
}

const (
	callsPerSecond = 2
	callsAtOnce    = 10
	// paceMost bounds how many shops' paces are kept; beyond, all begin anew.
	paceMost = 10_000
)

func (p *paces) of(shopID string) *rate.Limiter {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.by == nil || len(p.by) >= paceMost {
		p.by = map[string]*rate.Limiter{}
	}
	if p.by[shopID] == nil {
		p.by[shopID] = rate.NewLimiter(callsPerSecond, callsAtOnce)
	}
	return p.by[shopID]
}

// paced is a transport that waits for its shop's turn.
type paced struct {
	pace *rate.Limiter
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (p paced) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := p.pace.Wait(r.Context()); err != nil {
		return nil, fault.Wrap(fault.Throttled, err, "too many calls to the platform at once")
	}
	return p.next.RoundTrip(r)
}

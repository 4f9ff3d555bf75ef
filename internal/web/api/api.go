// Package api is the JSON interface for plugins and merchants: events in,
// everything a merchant may ask out. Every operation is declared once, with
// its types; the OpenAPI document and the documentation page are made of that.
package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/shopper"
	"github.com/cartograph-dev/cartograph/internal/web/intake"
	"github.com/cartograph-dev/cartograph/internal/web/pace"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"
)

// Engine takes in what callers write. Its errors are faults.
type Engine interface {
	// Collect takes one event or a batch: one receipt per event, in order.
	Collect(ctx context.Context, shopID string, body []byte) ([]event.Receipt, error)
	// Claims takes in answers that the caller vouches for: one receipt for each, in order.
	Claims(ctx context.Context, shopID string, said []consent.Said) ([]event.Receipt, error)
	// ApplyBook publishes a file of personas, sequences and templates, wholly or not at all.
	ApplyBook(ctx context.Context, shopID string, file []byte) (changed []string, err error)
	// ReplayQuarantine folds the quarantined events that are meant again, in the order they came, up to a bound.
	ReplayQuarantine(ctx context.Context, shopID string, ask journey.Replay) (journey.Replayed, error)
	Privacy
	// LiftPause ends a pause of the shop's email; the pages ask for it.
	LiftPause(ctx context.Context, shopID string) error
}

// Reader reads one shop's rows; nothing of another shop is ever found.
type Reader interface {
	// CallerByAPIKey gives the key's shop and what it is good for, or fault.Unauthorized.
	CallerByAPIKey(ctx context.Context, key string) (access.Caller, error)
	// Shop gives a shop as it is now.
	Shop(ctx context.Context, shopID string) (shop.Shop, error)
	// Audit lists what was done in a shop, newest first.
	Audit(ctx context.Context, shopID string, q journey.Query) (journey.Page[access.Entry], error)
	Carts(ctx context.Context, shopID string, q journey.Query) (journey.Page[journey.CartRow], error)
	Cart(ctx context.Context, shopID, id string) (journey.CartDetail, error)
	// Decisions are narrowed by the query's CartID.
	Decisions(ctx context.Context, shopID string, q journey.Query) (journey.Page[journey.Decision], error)
	Shopper(ctx context.Context, shopID, id string) (shopper.Shopper, shopper.History, error)
	// ConsentLedger gives what the ledger holds of a shopper, and what counts now.
	ConsentLedger(ctx context.Context, shopID, id string) (journey.ConsentLedger, error)
	Messages(ctx context.Context, shopID string, q journey.Query) (journey.Page[message.Message], error)
	Message(ctx context.Context, shopID, id string) (message.Message, error)
	Orders(ctx context.Context, shopID string, q journey.Query) (journey.Page[cart.Purchase], error)
	Recoveries(ctx context.Context, shopID string, q journey.Query) (journey.Page[attribution.Recovery], error)
	// Personas are in routing order.
	Personas(ctx context.Context, shopID string) ([]persona.Persona, error)
	Sequences(ctx context.Context, shopID string) ([]sequence.Sequence, error)
	Templates(ctx context.Context, shopID string) ([]message.Template, error)
	Summary(ctx context.Context, shopID string) (journey.Summary, error)
	// Report tells what happened on some days.
	Report(ctx context.Context, shopID string, q journey.ReportQuery) (journey.Report, error)
	// Quarantine lists events that could not be folded, without their bodies; QuarantinedEvent gives one whole.
	Quarantine(ctx context.Context, shopID string, q journey.Query) (journey.Page[journey.Quarantined], error)
	QuarantinedEvent(ctx context.Context, shopID, id string) (journey.Quarantined, error)
}

// Options are what the API needs.
type Options struct {
	// Engine writes, Reader reads.
	Engine Engine
	Reader Reader
	// Templates are what a shop writes with.
	Templates TemplateDesk
	// Settings changes shops.
	Settings SettingsDesk
	// Desk edits personas and sequences one by one.
	Desk Desk
	// Offers fills stocks of codes.
	Offers Offers
	// Who explains who is who, and takes people's words on it.
	Who Who
	// Gate bounds what is taken in.
	Gate *intake.Gate
	// Log gets the failures that are ours.
	Log *slog.Logger
	// Version is the program's, PublicURL its address; both go into the document.
	Version   string
	PublicURL string
	// Rate is how many requests a second one key may make, with bursts of four
	// times as many; 0 for no limit.
	Rate int
	// Now is the clock that accounts are told by.
	Now func() time.Time
}

// API is the mounted interface.
type API struct {
	Options
	huma huma.API
	// document is the OpenAPI document, made once; pages are made of it.
	document []byte
	docs     []byte
	// pace keeps keys to their rate.
	pace *pace.Pace
	// undeclared are operations that forgot to say which scope they need.
	undeclared []string
}

// Mount declares every operation on the router and makes the document. The
// handlers of the document and its page are the caller's to place.
func Mount(e *echo.Echo, o Options) (*API, error) {
	a := &API{Options: o, pace: pace.New(o.Rate)}
	a.huma = huma.NewAPI(a.config(), headToo{humaecho.New(e, huma.Config{}).Adapter()})
	a.huma.UseMiddleware(a.authorize)
	a.events()
	a.quarantine()
	a.carts()
	a.people()
	a.identity()
	a.consents()
	a.privacy()
	a.money()
	a.playbook()
	a.offers()
	a.templates()
	a.settings()
	a.desk()
	a.audit()
	if len(a.undeclared) > 0 {
		return nil, fmt.Errorf("these operations do not say which scope they need: %v", a.undeclared)
	}
	return a, a.write()
}

// Scope gives the scope that a route of the router needs; false for a route
// that is not one of the API's.
func (a *API) Scope(method, path string) (access.Scope, bool) {
	item := a.huma.OpenAPI().Paths[parameter.ReplaceAllString(path, "{$1}")]
	if item == nil {
		return "", false
	}
	op := map[string]*huma.Operation{
		http.MethodGet: item.Get, http.MethodHead: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put,
		http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
	}[method]
	if op == nil {
		return "", false
	}
	return scopeOf(op), true
}

// parameter is the router's way of writing what a document writes {id}.
var parameter = regexp.MustCompile(`:([a-z_]+)`)

// headToo answers HEAD wherever GET is answered; the server leaves the body out.
type headToo struct{ huma.Adapter }

// Handle places an operation on the router.
func (h headToo) Handle(op *huma.Operation, handler func(huma.Context)) {
	h.Adapter.Handle(op, handler)
	if op.Method == http.MethodGet {
		head := *op
		head.Method = http.MethodHead
		h.Adapter.Handle(&head, handler)
	}
}

// config states everything that the library's defaults would choose otherwise:
// no pages of its own, no links to schemas in answers, problems in our form.
func (a *API) config() huma.Config {
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Cartograph", Version: a.Version,
				Description: "Events in; carts, decisions, messages and recoveries out. Every call belongs to the shop of its API key.",
			},
			Servers: []*huma.Server{{URL: a.PublicURL}},
			Tags:    tags(),
			Components: &huma.Components{
				Schemas: registry,
				SecuritySchemes: map[string]*huma.SecurityScheme{
					keyScheme: {Type: "http", Scheme: "bearer", Description: "An API key of the shop with the operation's scope, as `shop create` and `key create` print it."},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{ownProblem},
	}
}

// tags group the operations, in reading order.
func tags() []*huma.Tag {
	return []*huma.Tag{
		{Name: "Events", Description: "What happens in the shop comes in here."},
		{Name: "Carts", Description: "What became of each cart, and why."},
		{Name: "Shoppers", Description: "Who they are, as far as events told."},
		{Name: "Privacy", Description: "What is held of a person: given out, and erased."},
		{Name: "Messages", Description: "What was written, to whom, and whether it arrived."},
		{Name: "Orders", Description: "What was bought, and what a message is credited with."},
		{Name: "Reports", Description: "The same in numbers."},
		{Name: "Playbook", Description: "Personas, sequences and templates: everything a merchant edits."},
		{Name: "Shop", Description: "What the shop is, and how it writes."},
		{Name: "Audit", Description: "Who changed what, for the shop's owners."},
	}
}

// Document serves the OpenAPI document.
func (a *API) Document(c echo.Context) error {
	return c.Blob(http.StatusOK, "application/openapi+json", a.document)
}

// Docs serves the documentation page.
func (a *API) Docs(c echo.Context) error {
	return c.Blob(http.StatusOK, echo.MIMETextHTMLCharsetUTF8, a.docs)
}

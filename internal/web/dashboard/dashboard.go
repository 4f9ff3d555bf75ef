// Package dashboard is what a merchant sees: what came in, what was written to
// whom and why, and what it earned. Pages only read; what changes
// anything (signing in and out, replaying quarantined events) is a POST.
package dashboard

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/web/pace"
	"github.com/labstack/echo/v4"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Reader reads what the pages show. What is asked for with a shop's id never
// holds anything of another shop. Its errors are faults.
type Reader interface {
	// SignIn takes a one-time link and gives its user, or fault.Unauthorized.
	SignIn(ctx context.Context, token string) (access.Person, error)
	// SignInWithPassword gives the user of an address and a password. Whatever is
	// wrong, it is the same fault.Unauthorized; after many failures of the account
	// or from the client's address it is fault.Throttled.
	SignInWithPassword(ctx context.Context, email, password, from string) (access.Person, error)
	// ChangeOwnPassword sets a user's password, given the current one where there
	// is one. It ends all sessions of before; a wrong current one is
	// fault.Unauthorized, and counts as a failed sign-in.
	ChangeOwnPassword(ctx context.Context, userID, current, new, from string) (access.Person, error)
	// SignOutEverywhere ends every session of a user.
	SignOutEverywhere(ctx context.Context, userID string) error
	// Standing gives the shops a user may see, and as what; fault.NotFound for one who is gone.
	Standing(ctx context.Context, userID string) (access.Standing, error)
	// Audit lists what was done in a shop, newest first.
	Audit(ctx context.Context, shopID string, q journey.Query) (journey.Page[access.Entry], error)
	Summary(ctx context.Context, shopID string) (journey.Summary, error)
	// SandboxChannels are the channels whose messages leave nowhere; every page says so.
	SandboxChannels(ctx context.Context, shopID string) ([]event.Channel, error)
	Carts(ctx context.Context, shopID string, q journey.Query) (journey.Page[journey.CartRow], error)
	Cart(ctx context.Context, shopID, id string) (journey.CartDetail, error)
	// CartNames gives what the shoppers of carts are called, by the carts' ids, ShopperNames
	// what shoppers are; who is not known is left out.
	CartNames(ctx context.Context, shopID string, carts []string) (map[string]string, error)
	ShopperNames(ctx context.Context, shopID string, shoppers []string) (map[string]string, error)
	Decisions(ctx context.Context, shopID string, q journey.Query) (journey.Page[journey.Decision], error)
	Messages(ctx context.Context, shopID string, q journey.Query) (journey.Page[message.Message], error)
	Message(ctx context.Context, shopID, id string) (message.Message, error)
	Orders(ctx context.Context, shopID string, q journey.Query) (journey.Page[cart.Purchase], error)
	Recoveries(ctx context.Context, shopID string, q journey.Query) (journey.Page[attribution.Recovery], error)
	// CreditedTo gives what recoveries are credited to, by their ids.
	CreditedTo(ctx context.Context, shopID string, recoveries []string) (map[string]journey.Credited, error)
	// Personas are in routing order.
	Personas(ctx context.Context, shopID string) ([]persona.Persona, error)
	// Sequences are the live ones.
	Sequences(ctx context.Context, shopID string) ([]sequence.Sequence, error)
	// Quarantine lists events that could not be folded, without their bodies; QuarantinedEvent gives one whole.
	Quarantine(ctx context.Context, shopID string, q journey.Query) (journey.Page[journey.Quarantined], error)
	QuarantinedEvent(ctx context.Context, shopID, id string) (journey.Quarantined, error)
	// QuarantineKinds counts them by topic and reason, the most first; CountQuarantined those that are meant. Both to a bound.
	QuarantineKinds(ctx context.Context, shopID string) ([]journey.HeldKind, error)
	CountQuarantined(ctx context.Context, shopID string, which journey.Held) (int, error)
	// Sender gives how a shop stands as a sender of email; it looks the domain up.
	Sender(ctx context.Context, shopID string) (journey.Sender, error)
}

// Engine does what the pages' buttons ask for. Its errors are faults.
type Engine interface {
	// ReplayQuarantine folds the quarantined events that are meant again, in the order they came, up to a bound.
	ReplayQuarantine(ctx context.Context, shopID string, ask journey.Replay) (journey.Replayed, error)
	// LiftPause ends a pause of the shop's email.
	LiftPause(ctx context.Context, shopID string) error
}

// Options are what the dashboard needs.
type Options struct {
	// Reader reads the rows, Engine does what buttons ask for.
	Reader Reader
	Engine Engine
	// Templates are what a shop writes with.
	Templates TemplateDesk
	// Files takes templates in and gives them out as files.
	Files TemplateFiles
	// Desk is what settings and the first set-up are done by.
	Desk Desk
	// Playbook is where personas and sequences are read and edited.
	Playbook PlaybookDesk
	// Insight reads days, shoppers and conversations, Acts does what their buttons ask for.
	Insight Insight
	Acts    Acts
	// Who explains who is who, and takes people's words on it.
	Who WhoDesk
	// Sessions keeps sessions, by the hash of their token.
	Sessions scs.Store
	// PublicURL decides whether cookies are for https only; it starts the
	// webhook address that an empty shop is shown.
	PublicURL string
	// Log gets the failures that are ours.
	Log *slog.Logger
	// Now is the clock, for "three minutes ago".
	Now func() time.Time
}

// Dashboard answers a merchant's pages.
type Dashboard struct {
	Options
	sessions *scs.SessionManager
	// tries keeps each person's previews to a rate.
	tries *pace.Pace
	// pages by file name, each with the frame around it.
	pages map[string]*template.Template
}

// New makes it with the embedded pages.
func New(o Options) (*Dashboard, error) {
	pages, err := embedded()
	if err != nil {
		return nil, err
	}
	d := &Dashboard{Options: o, pages: pages, tries: pace.New(previewsASecond)}
	d.sessions = d.manager()
	return d, nil
}

// embedded reads the pages, once for all dashboards of a process: they never
// change, and are large beside all else that a server holds.
var embedded = sync.OnceValues(func() (map[string]*template.Template, error) {
	names, err := pageFiles.ReadDir("pages")
	if err != nil {
		return nil, fmt.Errorf("list the dashboard pages: %w", err)
	}
	own := template.FuncMap{"spaced": stateWords}
	shared, err := template.New("").Funcs(own).ParseFS(pageFiles, "pages/_*.html")
	if err != nil {
		return nil, fmt.Errorf("read what the dashboard pages share: %w", err)
	}
	pages := map[string]*template.Template{}
	for _, f := range names {
		if strings.HasPrefix(f.Name(), "_") {
			continue
		}
		t, err := template.New(f.Name()).Funcs(own).ParseFS(pageFiles, path.Join("pages", f.Name()))
		if err == nil {
			err = borrow(t, shared)
		}
		if err != nil {
			return nil, fmt.Errorf("read the page %s: %w", f.Name(), err)
		}
		pages[f.Name()] = t
	}
	return pages, nil
})

// show answers with a page, rendered whole before the first byte leaves.
func (d *Dashboard) show(c echo.Context, status int, page string, v any) error {
	var b bytes.Buffer
	if err := d.pages[page].ExecuteTemplate(&b, "frame", v); err != nil {
		return fmt.Errorf("write the page %s: %w", page, err)
	}
	return c.HTMLBlob(status, b.Bytes())
}

// Policy is the content security policy of the pages: nothing from elsewhere
// but pictures, nothing inline.
const Policy = "default-src 'self'; img-src 'self' https: http: data:; object-src 'none'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Headers belong on every page.
func Headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set("Content-Security-Policy", Policy)
		return next(c)
	}
}

// Package web is everything HTTP: one map of addresses, one translation of
// faults into answers, and a sub-package for each kind of caller. hook serves
// machines with signatures, api callers with a key, storefront shoppers with a
// link, dashboard merchants with a session.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/cartograph-dev/cartograph/internal/web/api"
	"github.com/cartograph-dev/cartograph/internal/web/dashboard"
	"github.com/cartograph-dev/cartograph/internal/web/hook"
	"github.com/cartograph-dev/cartograph/internal/web/intake"
	"github.com/cartograph-dev/cartograph/internal/web/pixel"
	"github.com/cartograph-dev/cartograph/internal/web/storefront"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
)

// Deps are what the addresses need. The interfaces are the using packages'.
type Deps struct {
	// Hook takes webhooks and callbacks, Engine what API callers write,
	// Storefront what is behind a message's links.
	Hook       hook.Engine
	Engine     api.Engine
	Storefront storefront.Engine
	// Pixel takes in what the script on shops' pages reports.
	Pixel pixel.Engine
	// Reader reads for the API, Dashboard for the pages.
	Reader    api.Reader
	Dashboard dashboard.Reader
	// Templates are what shops write with.
	Templates TemplateDesk
	// TemplateFiles takes them in and gives them out as files.
	TemplateFiles dashboard.TemplateFiles
	// Desk is what the pages of settings and the first set-up are done by.
	Desk dashboard.Desk
	// Playbook edits personas and sequences, for the pages and the API.
	Playbook dashboard.PlaybookDesk
	// Offers fills stocks of codes, for the API.
	Offers api.Offers
	// Insight and Acts serve the pages about days, shoppers and conversations.
	Insight dashboard.Insight
	// Who explains who is who, and takes people's words on it.
	Who  dashboard.WhoDesk
	Acts dashboard.Acts
	// Sessions keeps merchants' sessions; an scs.CtxStore is used as such.
	Sessions scs.Store
	// Ready tells what keeps the process from serving, nil when nothing does. It names no secrets.
	Ready func(ctx context.Context) error
	// Metrics serves /metrics, Registry takes the request histogram.
	Metrics  http.Handler
	Registry prometheus.Registerer
	// Version is the program's, PublicURL its address without a trailing slash.
	Version   string
	PublicURL string
	// MaxBody is the largest webhook or event body in bytes.
	MaxBody int64
	// TrustedProxies are the networks whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// APIRate is how many API requests a second one key may make; 0 for no limit.
	APIRate int
	// Log gets the failures that are ours.
	Log *slog.Logger
	// Now is the clock.
	Now func() time.Time
}

// TemplateDesk is what pages and API need of templates.
type TemplateDesk interface {
	dashboard.TemplateDesk
	api.TemplateDesk
}

// server holds the parts while the map is drawn.
type server struct {
	Deps
	gate  *intake.Gate
	hook  *hook.Hook
	api   *api.API
	front *storefront.Pages
	board *dashboard.Dashboard
	pixel *pixel.Door
}

// New builds the handler with every address on it. It fails only on what is
// built in: a page that cannot be read, a metric registered twice.
func New(d Deps) (*echo.Echo, error) {
	s := &server{Deps: d, gate: intake.New(intake.Limit, intake.Budget, d.MaxBody)}
	s.hook = &hook.Hook{Engine: d.Hook, Gate: s.gate, PublicURL: d.PublicURL, Now: d.Now}
	var err error
	if s.front, err = storefront.New(d.Storefront, d.Log); err != nil {
		return nil, err
	}
	if s.pixel, err = pixel.New(d.Pixel, d.Now); err != nil {
		return nil, err
	}
	s.board, err = dashboard.New(dashboard.Options{
		Reader: d.Dashboard, Engine: d.Engine, Desk: d.Desk, Playbook: d.Playbook, Templates: d.Templates, Files: d.TemplateFiles, Insight: d.Insight, Acts: d.Acts, Who: d.Who,
		Sessions: d.Sessions, PublicURL: d.PublicURL, Log: d.Log, Now: d.Now,
	})
	if err != nil {
		return nil, err
	}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.fail
	e.IPExtractor = clientAddress(d.TrustedProxies)
	measure, err := measured(d.Registry, d.Now)
	if err != nil {
		return nil, err
	}
	// Outermost first: the measure must see the answer to a panic.
	e.Use(measure, s.guard, s.headers, s.hearOut)
	return e, s.routes(e)
}

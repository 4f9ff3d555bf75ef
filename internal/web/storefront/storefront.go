// Package storefront is what shoppers see: the pages behind a message's links.
// A GET only shows; what changes anything is a POST from a button. Whoever
// holds a link is not proven to be its shopper, so no page names an address.
package storefront

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/url"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/labstack/echo/v4"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Engine knows what is behind a token. Its errors are faults.
type Engine interface {
	// LinkPage gives what to show; fault.NotFound for an unknown token.
	LinkPage(ctx context.Context, purpose message.Link, token string) (journey.LinkPage, error)
	// NoteClick records that a link was opened, by whomever.
	NoteClick(ctx context.Context, purpose message.Link, token string, v attribution.Visit) error
	// Seen records that a restore page was really looked at.
	Seen(ctx context.Context, token string, v attribution.Visit) error
	// Restore records a confirmed click and gives the address of the cart;
	// fault.Conflict when there is nothing left to restore.
	Restore(ctx context.Context, token string) (url string, err error)
	// Unsubscribe ends messages on the message's channel, or on all of the shop's. Repeating it changes nothing.
	Unsubscribe(ctx context.Context, token string, everything bool) error
	// Preferences gives the shopper's answers channel by channel, for an unsubscribe link.
	Preferences(ctx context.Context, token string) (journey.Preferences, error)
	// Prefer gives the shopper's answer on one channel; wording is what a yes agreed
	// to. fault.Conflict where a yes cannot be given.
	Prefer(ctx context.Context, token string, ch event.Channel, a event.Answer, wording string) error
	// Confirm records that an address confirmed its yes (double opt-in), and gives
	// what to show; Confirmed is false when a no stands against it. Repeating it changes nothing.
	Confirm(ctx context.Context, token string) (journey.LinkPage, error)
	// Why gives the decision that sent the message.
	Why(ctx context.Context, token string) (journey.Why, error)
}

// Pages answers the links.
type Pages struct {
	engine Engine
	log    *slog.Logger
	parsed *template.Template
}

// New reads the embedded pages.
func New(e Engine, log *slog.Logger) (*Pages, error) {
	t, err := template.New("").ParseFS(pageFiles, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("read the storefront pages: %w", err)
	}
	return &Pages{engine: e, log: log, parsed: t}, nil
}

// view is a page's view in the language of its message, or else the browser's.
func (s *Pages) view(c echo.Context, p journey.LinkPage) view {
	return newView(p, c.Param("token"), c.Request().Header.Get("Accept-Language"))
}

// show answers with a page, rendered whole before the first byte leaves.
func (s *Pages) show(c echo.Context, status int, page string, v view) error {
	var b bytes.Buffer
	if err := s.parsed.ExecuteTemplate(&b, page, v); err != nil {
		return fmt.Errorf("write the page %s: %w", page, err)
	}
	return c.HTMLBlob(status, b.Bytes())
}

// failed answers a shopper whose link cannot be served, in words for them.
func (s *Pages) failed(c echo.Context, err error) error {
	p := problem.From(err)
	p.Log(c.Request().Context(), s.log, c.Request().Method, c.Path())
	page := "trouble.html"
	switch p.Code {
	case fault.NotFound:
		page = "unknown.html"
	case fault.Conflict, fault.Invalid:
		page = "refused.html"
	}
	for name, values := range p.GetHeaders() {
		c.Response().Header()[name] = values
	}
	v := s.view(c, journey.LinkPage{})
	v.Token = ""
	return s.show(c, p.Status, page, v)
}

// Headers keep the pages out of search engines and other sites' logs.
// Forms may lead on to the shop: browsers hold a redirect after a form against
// form-action, and the shop's address is not known when the page is shown.
func Headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Robots-Tag", "noindex")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; "+
			"img-src 'self' https: http:; connect-src 'self'; form-action 'self' https: http:; base-uri 'none'; frame-ancestors 'none'")
		return next(c)
	}
}

// safeURL lets only web addresses out, whatever was stored.
func safeURL(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

package storefront

import (
	"cmp"
	"errors"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/labstack/echo/v4"
)

// The purposes of the links whose opening is noted.
const (
	linkRestore     = message.LinkRestore
	linkUnsubscribe = message.LinkUnsubscribe
	linkWhy         = message.LinkWhy
)

// ShowCart is GET /r/:token: what is in the cart and the way back to it. The
// click is noted as a raw one; a scanner may have made it.
func (s *Pages) ShowCart(c echo.Context) error { return s.cart(c, visitOf(c.Request())) }

// Unseen is GET /r/:token/all, a link that the page has and no person can see.
// Who follows it is a machine, which is noted and served like anybody.
func (s *Pages) Unseen(c echo.Context) error {
	v := visitOf(c.Request())
	v.Honeypot = true
	return s.cart(c, v)
}

func (s *Pages) cart(c echo.Context, v attribution.Visit) error {
	p, err := s.engine.LinkPage(c.Request().Context(), linkRestore, c.Param("token"))
	if err != nil {
		return s.failed(c, err)
	}
	s.note(c, linkRestore, v)
	return s.show(c, http.StatusOK, "restore.html", s.view(c, p))
}

// Seen is POST /r/:token/seen: the page's script tells that the page has been
// visible for a moment.
func (s *Pages) Seen(c echo.Context) error {
	if err := s.engine.Seen(c.Request().Context(), c.Param("token"), visitOf(c.Request())); err != nil {
		return s.failed(c, err)
	}
	return c.NoContent(http.StatusNoContent)
}

// Restore is POST /r/:token: a person wants their cart. Where to is the
// engine's to say, never the request's.
func (s *Pages) Restore(c echo.Context) error {
	ctx, token := c.Request().Context(), c.Param("token")
	to, err := s.engine.Restore(ctx, token)
	if err == nil && !safeURL(to) {
		err = fault.New(fault.Internal, "the cart's address is no web address")
	}
	if err == nil {
		return c.Redirect(http.StatusSeeOther, to)
	}
	// What happened meanwhile is told on the page itself, if it says anything.
	p, pageErr := s.engine.LinkPage(ctx, linkRestore, token)
	p.Gone = errors.Is(err, journey.ErrCartGone)
	if pageErr == nil && (p.Gone || p.Ordered || p.Empty || p.Expired) {
		return s.show(c, http.StatusOK, "restore.html", s.view(c, p))
	}
	return s.failed(c, err)
}

// noteClick notes that a link was opened.
func (s *Pages) noteClick(c echo.Context, purpose message.Link) {
	s.note(c, purpose, visitOf(c.Request()))
}

// note leaves out what only looks ahead: HEAD, and what a browser or proxy
// fetches before anybody asked. The shopper's page matters more than our count.
func (s *Pages) note(c echo.Context, purpose message.Link, v attribution.Visit) {
	switch v.Robot() {
	case attribution.RobotMethod, attribution.RobotPrefetch:
		return
	}
	req := c.Request()
	if err := s.engine.NoteClick(req.Context(), purpose, c.Param("token"), v); err != nil {
		problem.From(err).Log(req.Context(), s.log, req.Method, c.Path())
	}
}

// visitOf is what a request tells of who sent it.
func visitOf(r *http.Request) attribution.Visit {
	h := r.Header
	return attribution.Visit{
		Method: r.Method, UserAgent: r.UserAgent(), SecPurpose: h.Get("Sec-Purpose"), XMoz: h.Get("X-Moz"),
		Purpose: cmp.Or(h.Get("Purpose"), h.Get("X-Purpose")), // the latter by older Safari
	}
}

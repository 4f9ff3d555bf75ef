package storefront

import (
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/labstack/echo/v4"
)

// ShowCart is GET /r/:token: what is in the cart and the way back to it. The
// click is noted as a raw one; a scanner may have made it.
func (s *Pages) ShowCart(c echo.Context) error {
	req, token := c.Request(), c.Param("token")
	p, err := s.engine.LinkPage(req.Context(), message.LinkRestore, token)
	if err != nil {
		return s.failed(c, err)
	}
	if req.Method == http.MethodGet && !prefetched(req.Header) {
		if err := s.engine.NoteClick(req.Context(), token, req.UserAgent()); err != nil {
			// The shopper's way back matters more than our count.
			problem.From(err).Log(req.Context(), s.log, req.Method, c.Path())
		}
	}
	return s.show(c, http.StatusOK, "restore.html", newView(p, token))
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
	p, pageErr := s.engine.LinkPage(ctx, message.LinkRestore, token)
	if pageErr == nil && (p.Ordered || p.Empty || p.Expired) {
		return s.show(c, http.StatusOK, "restore.html", newView(p, token))
	}
	return s.failed(c, err)
}

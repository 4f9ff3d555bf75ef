package web

import (
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/labstack/echo/v4"
)

// healthz says that the process is alive, whatever it can reach.
func (s *server) healthz(c echo.Context) error { return c.String(http.StatusOK, "ok") }

// readyz says whether requests should be sent here now, and if not, why.
func (s *server) readyz(c echo.Context) error {
	if err := s.Ready(c.Request().Context()); err != nil {
		// Causes may hold addresses of databases: only the message is told.
		c.Response().Header().Set("Retry-After", problem.RetryAfter)
		return c.String(http.StatusServiceUnavailable, "not ready: "+problem.From(err).Detail)
	}
	return c.String(http.StatusOK, "ready")
}

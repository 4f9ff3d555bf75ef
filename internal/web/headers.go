package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/labstack/echo/v4"
)

// headers go on every answer; pages loosen them as far as they need.
func (s *server) headers(next echo.HandlerFunc) echo.HandlerFunc {
	secure := strings.HasPrefix(s.PublicURL, "https://")
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		// Not no-referrer: browsers would then hide the origin of our own forms,
		// by which they are told from other sites'.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
		if secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// sameSite refuses forms that another site sends, by what browsers say of
// where a request comes from. Our public address is trusted by name, since a
// proxy may have changed the host.
func (s *server) sameSite() echo.MiddlewareFunc {
	protect := http.NewCrossOriginProtection()
	if u, err := url.Parse(s.PublicURL); err == nil && u.Host != "" {
		// Its only error is an address with a path, which a public URL may have.
		_ = protect.AddTrustedOrigin(u.Scheme + "://" + u.Host)
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := protect.Check(c.Request()); err != nil {
				return fault.Wrap(fault.Forbidden, err, "this form was sent from another site").
					Try("open Cartograph itself and try again there")
			}
			return next(c)
		}
	}
}

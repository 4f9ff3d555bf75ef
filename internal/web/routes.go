package web

import (
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/web/api"
	"github.com/cartograph-dev/cartograph/internal/web/assets"
	"github.com/cartograph-dev/cartograph/internal/web/dashboard"
	"github.com/cartograph-dev/cartograph/internal/web/storefront"
	"github.com/labstack/echo/v4"
)

// routes is the whole map of addresses, grouped by who may call them.
func (s *server) routes(e *echo.Echo) error {
	// Machines that sign what they send. The signature is the authority.
	e.POST("/webhooks/:platform/:shop_id", s.hook.Webhook)
	e.POST("/callbacks/sendgrid/:shop_id", s.hook.Callback("sendgrid"))
	e.POST("/callbacks/twilio/:shop_id/status", s.hook.Callback("twilio"))
	e.POST("/callbacks/twilio/:shop_id/inbound", s.hook.Callback("twilio"))
	e.GET("/callbacks/messenger", s.hook.Callback("messenger"))
	e.POST("/callbacks/messenger", s.hook.Callback("messenger"))

	// Plugins and merchants' programs with a shop's API key: /api/v1/…
	var err error
	s.api, err = api.Mount(e, api.Options{
		Engine: s.Engine, Reader: s.Reader, Gate: s.gate, Log: s.Log, Version: s.Version, PublicURL: s.PublicURL, Now: s.Now,
	})
	if err != nil {
		return err
	}

	// Shoppers with a link. The token is the authority: no cookie, no session,
	// and a POST from anywhere counts, since mailbox providers send them.
	link := storefront.Headers
	read(e, "/r/:token", s.front.ShowCart, link)
	e.POST("/r/:token", s.front.Restore, link)
	read(e, "/u/:token", s.front.ShowUnsubscribe, link)
	e.POST("/u/:token", s.front.Unsubscribe, link)
	read(e, "/why/:token", s.front.Why, link)

	// Merchants with a session. Forms of other sites are refused.
	page := []echo.MiddlewareFunc{s.sameSite(), dashboard.Headers, s.board.Session}
	read(e, "/", s.board.Member(s.board.Overview), page...)
	read(e, "/carts", s.board.Member(s.board.Carts), page...)
	read(e, "/carts/:id", s.board.Member(s.board.Cart), page...)
	read(e, "/carts/:id/why", s.board.Member(s.board.Why), page...)
	read(e, "/messages", s.board.Member(s.board.Messages), page...)
	read(e, "/messages/:id", s.board.Member(s.board.Message), page...)
	read(e, "/messages/:id/preview", s.board.Member(s.board.Preview), page...)
	read(e, "/decisions", s.board.Member(s.board.Decisions), page...)
	read(e, "/orders", s.board.Member(s.board.Orders), page...)
	read(e, "/recoveries", s.board.Member(s.board.Recoveries), page...)
	read(e, "/personas", s.board.Member(s.board.Personas), page...)
	read(e, "/quarantine", s.board.Member(s.board.Quarantine), page...)
	read(e, "/quarantine/:id", s.board.Member(s.board.QuarantinedEvent), page...)
	e.POST("/quarantine/replay", s.board.Member(s.board.Replay), page...)
	e.POST("/quarantine/:id/replay", s.board.Member(s.board.Replay), page...)
	read(e, "/sign-in", s.board.SignInHelp, page...)
	read(e, "/sign-in/:token", s.board.ShowSignIn, page...)
	e.POST("/sign-in/:token", s.board.SignIn, page...)
	e.POST("/sign-out", s.board.SignOut, page...)

	// Anybody. /metrics says nothing about any shop.
	read(e, "/healthz", s.healthz)
	read(e, "/readyz", s.readyz)
	read(e, "/metrics", echo.WrapHandler(s.Metrics))
	read(e, "/openapi.json", s.api.Document)
	read(e, "/docs", s.api.Docs, dashboard.Headers)
	read(e, "/assets/:name", assets.Serve)
	read(e, "/favicon.ico", assets.Icon)
	return nil
}

// read answers GET, and HEAD as GET without a body.
func read(e *echo.Echo, path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) {
	e.Match([]string{http.MethodGet, http.MethodHead}, path, h, m...)
}

package web

import (
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/web/dashboard"
	"github.com/cartograph-dev/cartograph/internal/web/storefront"
	"github.com/labstack/echo/v4"
)

// Authority is what lets a request in. Every route has one: it is the route's
// name, and decides what stands before its handler.
type Authority string

// The authorities.
const (
	// Signature: the sender signs what it sends; the handler verifies it.
	Signature Authority = "signature"
	// Token: who has the link may use it; the token in the address is looked up.
	Token Authority = "token"
	// Key: an API key with the operation's scope; the name goes on with the scope.
	Key Authority = "key"
	// Visitor: a page for people who are not signed in, and whose forms are ours.
	Visitor Authority = "visitor"
	// Viewer, Editor and Owner: a session of a user with at least this role.
	Viewer Authority = "viewer"
	Editor Authority = "editor"
	Owner  Authority = "owner"
	// Page: a page of the shop's, by what its browser says. Anybody can say it, so
	// nothing is told, and what is posted is believed of nobody.
	Page Authority = "page"
	// Anybody: it says nothing about any shop.
	Anybody Authority = "anybody"
)

// table draws the map of addresses. It is the one place where an authority
// becomes what enforces it.
type table struct {
	echo   *echo.Echo
	before map[Authority][]echo.MiddlewareFunc
}

func (s *server) table(e *echo.Echo) table {
	page := []echo.MiddlewareFunc{s.sameSite(), dashboard.Headers, s.board.Session}
	as := func(r access.Right) []echo.MiddlewareFunc {
		return append(append([]echo.MiddlewareFunc{}, page...), s.board.Require(r))
	}
	return table{echo: e, before: map[Authority][]echo.MiddlewareFunc{
		Signature: nil,
		Token:     {storefront.Headers},
		Visitor:   page,
		Viewer:    as(access.See),
		Editor:    as(access.Act),
		Owner:     as(access.Manage),
		Page:      nil,
		Anybody:   nil,
	}}
}

// read answers GET, and HEAD as GET without a body.
func (t table) read(a Authority, path string, h echo.HandlerFunc, more ...echo.MiddlewareFunc) {
	t.add(a, http.MethodGet, path, h, more)
	t.add(a, http.MethodHead, path, h, more)
}

// post answers POST.
func (t table) post(a Authority, path string, h echo.HandlerFunc) {
	t.add(a, http.MethodPost, path, h, nil)
}

func (t table) add(a Authority, method, path string, h echo.HandlerFunc, more []echo.MiddlewareFunc) {
	t.echo.Add(method, path, h, append(append([]echo.MiddlewareFunc{}, t.before[a]...), more...)...).Name = string(a)
}

// nameOperations gives the API's routes the names of their authority.
func (s *server) nameOperations(e *echo.Echo) {
	for _, r := range e.Routes() {
		if scope, ok := s.api.Scope(r.Method, r.Path); ok {
			r.Name = string(Key) + " " + string(scope)
		}
	}
}

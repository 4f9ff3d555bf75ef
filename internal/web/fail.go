package web

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/labstack/echo/v4"
)

// fail answers what a handler could not: a page for people who ask for one,
// problem JSON for everybody else.
func (s *server) fail(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	req := c.Request()
	p := problem.From(err)
	if he, ok := err.(*echo.HTTPError); ok {
		p = unrouted(he)
	}
	p.Log(req.Context(), s.Log, req.Method, c.Path())
	if forPeople(req) {
		answer := s.board.TroubleWithin
		if forShoppers(req) {
			answer = s.board.Trouble
		}
		if err := answer(c, p.Status, p.Detail, p.Remedy); err == nil {
			return
		}
	}
	// Who has gone away cannot be told.
	_ = p.Write(c.Response())
}

// unrouted is the problem of the router's own errors.
func unrouted(he *echo.HTTPError) *problem.Problem {
	switch he.Code {
	case http.StatusNotFound:
		return problem.Of(fault.New(fault.NotFound, "there is nothing at this address").Try("see /docs for the addresses there are"))
	case http.StatusMethodNotAllowed:
		p := problem.Of(fault.New(fault.Invalid, "this address does not take this method").Try("see Allow for those it takes"))
		p.Status, p.Title = he.Code, http.StatusText(he.Code)
		return p
	}
	return problem.Of(fault.Wrap(fault.Internal, he, "something went wrong on our side"))
}

// machines are the addresses that never answer with a page.
var machines = []string{"/api/", "/webhooks/", "/callbacks/", "/openapi.json", "/healthz", "/readyz", "/metrics", "/assets/", "/p/", "/pixel.js"}

// forPeople reports whether the caller wants a page.
func forPeople(r *http.Request) bool {
	for _, prefix := range machines {
		if strings.HasPrefix(r.URL.Path, prefix) {
			return false
		}
	}
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

// forShoppers reports whether a page is one that shoppers open by a link. It never
// looks at a merchant's session.
func forShoppers(r *http.Request) bool {
	for _, prefix := range []string{"/r/", "/u/", "/c/", "/why/"} {
		if strings.HasPrefix(r.URL.Path, prefix) {
			return true
		}
	}
	return false
}

// guard turns a panic into an answer and a log line with its stack.
func (s *server) guard(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch cause := recover(); cause {
			case nil:
			case http.ErrAbortHandler:
				panic(cause)
			default:
				s.Log.ErrorContext(c.Request().Context(), "a handler panicked", "route", c.Path(), "stack", string(debug.Stack()))
				err = fault.Wrap(fault.Internal, fmt.Errorf("panic: %v", cause), "something went wrong on our side")
			}
		}()
		return next(c)
	}
}

// hearOut reads what a refused request has still to send, so that its sender
// can read the answer.
func (s *server) hearOut(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		if err != nil || c.Response().Status >= http.StatusBadRequest {
			s.gate.HearOut(c.Request())
		}
		return err
	}
}

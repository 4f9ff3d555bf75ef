package storefront

import (
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/labstack/echo/v4"
)

// maxForm bounds a form's body; ours are a few bytes.
const maxForm = 16 << 10

// ShowUnsubscribe is GET /u/:token: the buttons, and the shopper's answers
// channel by channel. Scanners come here too, so it stops nothing.
func (s *Pages) ShowUnsubscribe(c echo.Context) error {
	p, err := s.engine.Preferences(c.Request().Context(), c.Param("token"))
	if err != nil {
		return s.failed(c, err)
	}
	s.noteClick(c, linkUnsubscribe)
	v := s.view(c, p.LinkPage)
	v.Choices = p.Choices
	return s.show(c, http.StatusOK, "unsubscribe.html", v)
}

// Unsubscribe is POST /u/:token. A mailbox provider's one-click request (RFC
// 8058) is any POST that does not come from our page: it is obeyed whatever its
// body, and answered with an empty 200. The token never expires.
func (s *Pages) Unsubscribe(c echo.Context) error {
	req := c.Request()
	req.Body = http.MaxBytesReader(c.Response(), req.Body, maxForm)
	// PostFormValue reads both forms of body and gives "" for a broken one.
	if req.PostFormValue("page") == "1" {
		return s.choose(c)
	}
	if err := s.engine.Unsubscribe(req.Context(), c.Param("token"), false); err != nil {
		return s.failed(c, err)
	}
	return c.NoContent(http.StatusOK)
}

// choose does what a button of our page said.
func (s *Pages) choose(c echo.Context) error {
	ctx, token, form := c.Request().Context(), c.Param("token"), c.Request().PostFormValue
	p, err := s.engine.Preferences(ctx, token)
	if err != nil {
		return s.failed(c, err)
	}
	v := s.view(c, p.LinkPage)
	switch stop, allow := event.Channel(form("stop")), event.Channel(form("allow")); {
	case stop != "":
		v.Chosen = stop
		err = s.engine.Prefer(ctx, token, stop, event.No, "")
	case allow != "":
		v.Chosen, v.Allowed = allow, true
		err = s.engine.Prefer(ctx, token, allow, event.Yes, v.wording(allow))
	default:
		v.Everything = form("everything") == "1"
		err = s.engine.Unsubscribe(ctx, token, v.Everything)
	}
	if err != nil {
		return s.failed(c, err)
	}
	return s.show(c, http.StatusOK, "done.html", v)
}

// wording is what is recorded of a yes: the version of our words, their
// language, and the words themselves as the shopper saw them.
func (v view) wording(c event.Channel) string {
	return wordingVersion + ", " + v.Lang + ": " + v.On(c, v.T.Agree)
}

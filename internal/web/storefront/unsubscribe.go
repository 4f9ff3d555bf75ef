package storefront

import (
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/labstack/echo/v4"
)

// maxForm bounds a form's body; ours are a few bytes.
const maxForm = 16 << 10

// ShowUnsubscribe is GET /u/:token: the buttons. Scanners come here too, so it
// changes nothing.
func (s *Pages) ShowUnsubscribe(c echo.Context) error {
	p, err := s.engine.LinkPage(c.Request().Context(), message.LinkUnsubscribe, c.Param("token"))
	if err != nil {
		return s.failed(c, err)
	}
	return s.show(c, http.StatusOK, "unsubscribe.html", newView(p, c.Param("token")))
}

// Unsubscribe is POST /u/:token. A mailbox provider's one-click request (RFC
// 8058) is any POST that does not come from our page: it is obeyed whatever its
// body, and answered with an empty 200.
func (s *Pages) Unsubscribe(c echo.Context) error {
	req, token := c.Request(), c.Param("token")
	req.Body = http.MaxBytesReader(c.Response(), req.Body, maxForm)
	// PostFormValue reads both forms of body and gives "" for a broken one.
	everything := req.PostFormValue("everything") == "1"
	person := req.PostFormValue("page") == "1"
	if err := s.engine.Unsubscribe(req.Context(), token, everything); err != nil {
		return s.failed(c, err)
	}
	if !person {
		return c.NoContent(http.StatusOK)
	}
	p, err := s.engine.LinkPage(req.Context(), message.LinkUnsubscribe, token)
	if err != nil {
		return s.failed(c, err)
	}
	v := newView(p, token)
	v.Everything = everything
	return s.show(c, http.StatusOK, "done.html", v)
}

// Why is GET /why/:token: why did I get this?
func (s *Pages) Why(c echo.Context) error {
	w, err := s.engine.Why(c.Request().Context(), c.Param("token"))
	if err != nil {
		return s.failed(c, err)
	}
	v := newView(w.LinkPage, c.Param("token"))
	v.Why = &w
	return s.show(c, http.StatusOK, "why.html", v)
}

package storefront

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/cartograph-dev/cartograph/internal/message"
)

// ShowConfirm is GET /c/:token: what would be confirmed, and the button.
func (s *Pages) ShowConfirm(c echo.Context) error {
	p, err := s.engine.LinkPage(c.Request().Context(), message.LinkConfirm, c.Param("token"))
	if err != nil {
		return s.failed(c, err)
	}
	return s.show(c, http.StatusOK, "confirm.html", s.view(c, p))
}

// Confirm is POST /c/:token: the address says yes. Who has said no since they
// were asked is not told that the yes counts.
func (s *Pages) Confirm(c echo.Context) error {
	p, err := s.engine.Confirm(c.Request().Context(), c.Param("token"))
	if err != nil {
		return s.failed(c, err)
	}
	if !p.Confirmed {
		return s.show(c, http.StatusConflict, "refused.html", s.view(c, p))
	}
	return s.show(c, http.StatusOK, "confirm.html", s.view(c, p))
}

// Asked is what is confirmed: the shop's own words where it has some.
func (v view) Asked() string {
	if v.Wording != "" {
		return v.Wording
	}
	return v.On(v.Channel, v.T.Agree)
}

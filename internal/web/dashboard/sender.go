package dashboard

import (
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/labstack/echo/v4"
)

// senderView is how the shop stands as a sender of email.
type senderView struct {
	frame
	Sender journey.Sender
	// Did says that a pause was just lifted; "" when the page is only looked at.
	Did string
}

// Sender is GET /sender. It looks the domain up, which takes a moment and changes nothing.
func (d *Dashboard) Sender(c echo.Context, m member) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	s, err := d.Reader.Sender(c.Request().Context(), m.shop.ID)
	if err != nil {
		return err
	}
	v := senderView{frame: d.frame(m, "Email sender", "sender", sandbox), Sender: s}
	if c.QueryParam("lifted") != "" && s.Paused == "" {
		v.Did = "The pause is lifted. What bounced or was marked as spam before does not count any more."
	}
	return d.show(c, http.StatusOK, "sender.html", v)
}

// Lift is POST /sender/lift.
func (d *Dashboard) Lift(c echo.Context, m member) error {
	if err := d.Engine.LiftPause(c.Request().Context(), m.shop.ID); err != nil {
		return err
	}
	f := d.frame(m, "", "", nil)
	return c.Redirect(http.StatusSeeOther, string(f.Link("/sender", "lifted", "1")))
}

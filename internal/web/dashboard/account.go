package dashboard

import (
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/labstack/echo/v4"
)

// ownView is a person's own page.
type ownView struct {
	frame
	// HasPassword asks for the current one before a new one is set.
	HasPassword bool
	// Did is true when a new password was just set; Trouble says why it was not, Remedy what to do.
	Did             bool
	Trouble, Remedy string
}

func (d *Dashboard) ownView(c echo.Context, m member) (ownView, error) {
	sandbox, err := d.sandbox(c, m)
	return ownView{frame: d.frame(m, "Your account", "account", sandbox), HasPassword: m.hasPassword}, err
}

// Own is GET /account: a new password, and an end to all sessions.
func (d *Dashboard) Own(c echo.Context, m member) error {
	v, err := d.ownView(c, m)
	if err != nil {
		return err
	}
	v.Did = c.QueryParam("changed") == "1"
	return d.show(c, http.StatusOK, "account.html", v)
}

// ChangePassword is POST /account/password. All other sessions end; this one
// goes on under a fresh token.
func (d *Dashboard) ChangePassword(c echo.Context, m member) error {
	req := c.Request()
	req.Body = http.MaxBytesReader(c.Response(), req.Body, maxForm)
	if err := req.ParseForm(); err != nil {
		return fault.Wrap(fault.Invalid, err, "the form cannot be read")
	}
	who, err := d.Reader.ChangeOwnPassword(req.Context(), m.user.ID, req.PostForm.Get("current"), req.PostForm.Get("new"), c.RealIP())
	switch fault.CodeOf(err) {
	case "":
		return d.enter(c, who, d.frame(m, "", "", nil).Link("/account", "changed", "1"))
	case fault.Unauthorized, fault.Unprocessable, fault.Throttled, fault.Overloaded:
		v, trouble := d.ownView(c, m)
		if trouble != nil {
			return trouble
		}
		p := problem.From(err)
		if after := p.GetHeaders().Get("Retry-After"); after != "" {
			c.Response().Header().Set("Retry-After", after)
		}
		v.Trouble, v.Remedy = capital(p.Detail), capital(p.Remedy)
		return d.show(c, p.Status, "account.html", v)
	}
	return err
}

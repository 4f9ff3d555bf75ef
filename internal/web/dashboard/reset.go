package dashboard

import (
	"context"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/labstack/echo/v4"
)

// ResetDesk lets people in who forgot their password, or were invited.
type ResetDesk interface {
	// AskReset has a link sent if somebody has the address; the answer is the same
	// if nobody has. Too many are fault.Throttled.
	AskReset(ctx context.Context, email, from string) error
	// ResetPassword takes such a link; fault.NotFound for one that is no good.
	ResetPassword(ctx context.Context, token, password string) error
	// Welcome gives what an invitation is about; fault.NotFound for one that is no good.
	Welcome(ctx context.Context, token string) (access.Welcome, error)
	// Join takes an invitation for somebody new, JoinAs for who is signed in with the invited address.
	Join(ctx context.Context, token, password string) (access.Person, error)
	JoinAs(ctx context.Context, token, userID string) (shopID string, err error)
}

// doorView is a page of people on their way in.
type doorView struct {
	frame
	Token string
	// Email is what was typed before.
	Email string
	// Asked is true after a link was asked for, Gone for a link that is no good.
	Asked, Gone bool
	// Welcome is an invitation's; SignedInAs who reads it, "" for nobody.
	Welcome    access.Welcome
	SignedInAs string
	// Trouble says why something was refused, Remedy what to do.
	Trouble, Remedy string
}

func (d *Dashboard) doorView(c echo.Context, title string) doorView {
	return doorView{frame: frame{Title: title, Now: d.Now()}, Token: c.Param("token")}
}

// refuse fills in what went wrong, and says when to come back.
func (v *doorView) refuse(c echo.Context, err error) int {
	p := problem.From(err)
	if after := p.GetHeaders().Get("Retry-After"); after != "" {
		c.Response().Header().Set("Retry-After", after)
	}
	v.Trouble, v.Remedy = capital(p.Detail), capital(p.Remedy)
	return p.Status
}

// Forgot is GET /forgot.
func (d *Dashboard) Forgot(c echo.Context) error {
	return d.show(c, http.StatusOK, "forgot.html", d.doorView(c, "Forgotten password"))
}

// AskReset is POST /forgot. What it answers does not depend on who there is.
func (d *Dashboard) AskReset(c echo.Context) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	v := d.doorView(c, "Forgotten password")
	v.Email = clip(form.Get("email"), 320)
	switch err := d.Desk.AskReset(c.Request().Context(), form.Get("email"), c.RealIP()); fault.CodeOf(err) {
	case "":
		v.Asked = true
		return d.show(c, http.StatusOK, "forgot.html", v)
	case fault.Throttled, fault.Overloaded:
		return d.show(c, v.refuse(c, err), "forgot.html", v)
	default:
		return err
	}
}

// ShowReset is GET /reset/:token. It uses nothing up, and does not say whose the link is.
func (d *Dashboard) ShowReset(c echo.Context) error {
	return d.show(c, http.StatusOK, "reset.html", d.doorView(c, "New password"))
}

// ResetPassword is POST /reset/:token.
func (d *Dashboard) ResetPassword(c echo.Context) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	v := d.doorView(c, "New password")
	switch err := d.Desk.ResetPassword(c.Request().Context(), v.Token, form.Get("password")); fault.CodeOf(err) {
	case "":
		return c.Redirect(http.StatusSeeOther, "/sign-in?new=1")
	case fault.NotFound:
		v.Gone = true
		return d.show(c, http.StatusNotFound, "reset.html", v)
	case fault.Unprocessable, fault.Overloaded:
		return d.show(c, v.refuse(c, err), "reset.html", v)
	default:
		return err
	}
}

// ShowInvitation is GET /invitation/:token.
func (d *Dashboard) ShowInvitation(c echo.Context) error {
	v := d.doorView(c, "Invitation")
	return d.invitation(c, v, http.StatusOK)
}

func (d *Dashboard) invitation(c echo.Context, v doorView, status int) error {
	ctx := c.Request().Context()
	w, err := d.Desk.Welcome(ctx, v.Token)
	if fault.Is(err, fault.NotFound) {
		v.Gone = true
		return d.show(c, http.StatusNotFound, "invitation.html", v)
	}
	if err != nil {
		return err
	}
	v.Welcome = w
	if _, st, err := d.whoAsks(c); err != nil {
		return err
	} else if st != nil {
		v.SignedInAs = st.Name
	}
	return d.show(c, status, "invitation.html", v)
}

// Join is POST /invitation/:token: with a password for somebody new, without
// one for who is signed in.
func (d *Dashboard) Join(c echo.Context) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, v := c.Request().Context(), d.doorView(c, "Invitation")
	user, _, err := d.whoAsks(c)
	if err != nil {
		return err
	}
	if !form.Has("password") && user != "" {
		shopID, err := d.Desk.JoinAs(ctx, v.Token, user)
		if err == nil {
			return c.Redirect(http.StatusSeeOther, "/?shop="+shopID)
		}
		return d.refuseJoining(c, v, err)
	}
	who, err := d.Desk.Join(ctx, v.Token, form.Get("password"))
	if err == nil {
		return d.enter(c, who, "/")
	}
	return d.refuseJoining(c, v, err)
}

func (d *Dashboard) refuseJoining(c echo.Context, v doorView, err error) error {
	switch fault.CodeOf(err) {
	case fault.NotFound:
		return d.invitation(c, v, http.StatusNotFound)
	case fault.Unprocessable, fault.Conflict, fault.Forbidden, fault.Overloaded:
		status := v.refuse(c, err)
		return d.invitation(c, v, status)
	}
	return err
}

// whoAsks gives the user of the session and what they may see; "" and nil
// without a session that still counts.
func (d *Dashboard) whoAsks(c echo.Context) (string, *access.Standing, error) {
	ctx := c.Request().Context()
	user := d.sessions.GetString(ctx, userKey)
	if user == "" {
		return "", nil, nil
	}
	st, err := d.Reader.Standing(ctx, user)
	if fault.Is(err, fault.NotFound) || err == nil && st.Generation != d.sessions.GetInt(ctx, generationKey) {
		return "", nil, nil
	}
	return user, &st, err
}

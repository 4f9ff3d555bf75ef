package dashboard

import (
	"cmp"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/labstack/echo/v4"
)

// signInView is the page before one is signed in.
type signInView struct {
	frame
	// Token is the link's; empty on the page with the form.
	Token string
	// Refused is true when the link was used or is too old.
	Refused bool
	// Email is what was typed before; Trouble says why it was refused, Remedy what to do.
	Email, Trouble, Remedy string
	// Unfounded is true while nobody has an account; Fresh after a new password was set.
	Unfounded, Fresh bool
	// Then is where to go after signing in: an invitation or a page, or "". Lost is
	// true where a form was sent after the session had ended.
	Then string
	Lost bool
	// Single names the single sign-on there is, "" for none.
	Single string
}

func (d *Dashboard) signInView() signInView {
	return signInView{frame: frame{Title: "Sign in", Now: d.Now()}, Single: d.Desk.SingleName()}
}

// SignInForm is GET /sign-in: email and password, and how to get a link.
func (d *Dashboard) SignInForm(c echo.Context) error {
	v := d.signInView()
	v.Fresh, v.Then, v.Lost = c.QueryParam("new") == "1", onward(c.QueryParam("then")), c.QueryParam("lost") == "1"
	var err error
	if v.Unfounded, err = d.Desk.SetupOpen(c.Request().Context()); err != nil {
		return err
	}
	return d.show(c, http.StatusOK, "signin.html", v)
}

// maxForm bounds the sign-in form's body: an address and a password.
const maxForm = 8 << 10

// SignInWithPassword is POST /sign-in. The form comes back with what is wrong;
// the password is never sent back.
func (d *Dashboard) SignInWithPassword(c echo.Context) error {
	req := c.Request()
	req.Body = http.MaxBytesReader(c.Response(), req.Body, maxForm)
	if err := req.ParseForm(); err != nil {
		return fault.Wrap(fault.Invalid, err, "the form cannot be read")
	}
	// Only the body: a password in an address would be written into logs.
	email, password := req.PostForm.Get("email"), req.PostForm.Get("password")
	who, err := d.Reader.SignInWithPassword(req.Context(), email, password, c.RealIP())
	switch fault.CodeOf(err) {
	case "":
		return d.enter(c, who, cmp.Or(onward(req.PostForm.Get("then")), "/"))
	case fault.Unauthorized, fault.Throttled, fault.Overloaded:
		p := problem.From(err)
		if after := p.GetHeaders().Get("Retry-After"); after != "" {
			c.Response().Header().Set("Retry-After", after)
		}
		v := d.signInView()
		v.Then = onward(req.PostForm.Get("then"))
		v.Email, v.Trouble, v.Remedy = clip(email, 320), capital(p.Detail), capital(p.Remedy)
		return d.show(c, p.Status, "signin.html", v)
	}
	return err
}

// ShowSignIn is GET /sign-in/:token. Mail scanners open links, so the link is
// only used up by the button.
func (d *Dashboard) ShowSignIn(c echo.Context) error {
	v := d.signInView()
	v.Token = c.Param("token")
	return d.show(c, http.StatusOK, "signin.html", v)
}

// SignIn is POST /sign-in/:token: it uses the link up.
func (d *Dashboard) SignIn(c echo.Context) error {
	who, err := d.Reader.SignIn(c.Request().Context(), c.Param("token"))
	if code := fault.CodeOf(err); code == fault.Unauthorized || code == fault.NotFound {
		v := d.signInView()
		v.Refused = true
		return d.show(c, http.StatusUnauthorized, "signin.html", v)
	}
	if err != nil {
		return err
	}
	return d.enter(c, who, "/")
}

// enter starts a session for somebody who has proven who they are, under a
// fresh token: one that was planted before is worth nothing.
func (d *Dashboard) enter(c echo.Context, who access.Person, then string) error {
	ctx := c.Request().Context()
	if err := d.sessions.Clear(ctx); err != nil {
		return fault.Wrap(fault.Internal, err, "the session could not be started")
	}
	if err := d.sessions.RenewToken(ctx); err != nil {
		return fault.Wrap(fault.Internal, err, "the session could not be started")
	}
	d.sessions.Put(ctx, userKey, who.ID)
	d.sessions.Put(ctx, generationKey, who.Generation)
	return c.Redirect(http.StatusSeeOther, then)
}

// SignOut is POST /sign-out.
func (d *Dashboard) SignOut(c echo.Context) error {
	if err := d.sessions.Destroy(c.Request().Context()); err != nil {
		return fault.Wrap(fault.Internal, err, "the session could not be ended")
	}
	return c.Redirect(http.StatusSeeOther, "/sign-in")
}

// SignOutEverywhere is POST /sign-out/everywhere: it ends every session of the
// user, on whatever device, and unused sign-in links.
func (d *Dashboard) SignOutEverywhere(c echo.Context, m member) error {
	if err := d.Reader.SignOutEverywhere(c.Request().Context(), m.user.ID); err != nil {
		return err
	}
	return d.SignOut(c)
}

package dashboard

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/labstack/echo/v4"
)

// sessionLifetime is absolute. There is no idle time: it would write to the
// database on every GET.
const sessionLifetime = 7 * 24 * time.Hour

// userKey is where a session keeps its user.
const userKey = "user"

// manager makes the session manager: the store only ever sees hashed tokens.
func (d *Dashboard) manager() *scs.SessionManager {
	// Not scs.New: that starts a store in memory whose sweeper never ends.
	m := &scs.SessionManager{
		Store: d.Options.Sessions, Codec: scs.GobCodec{}, Lifetime: sessionLifetime, HashTokenInStore: true,
		Cookie: scs.SessionCookie{Name: "cartograph_session", Path: "/", HttpOnly: true, Persist: true, SameSite: http.SameSiteLaxMode},
	}
	if strings.HasPrefix(d.PublicURL, "https://") {
		// The prefix makes browsers insist on https, this host and the path /.
		m.Cookie.Secure, m.Cookie.Name = true, "__Host-cartograph_session"
	}
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		p := problem.From(fault.Wrap(fault.Internal, err, "the session could not be read"))
		p.Log(r.Context(), d.Log, r.Method, "session")
		// The reader may have gone; there is nobody else to tell.
		_ = p.Write(w)
	}
	return m
}

// Session loads and saves the session around a handler.
func (d *Dashboard) Session(next echo.HandlerFunc) echo.HandlerFunc {
	return echo.WrapMiddleware(d.sessions.LoadAndSave)(next)
}

// member is who asks, and about which shop.
type member struct {
	shops []shop.Shop
	shop  shop.Shop
}

// member finds the signed-in user's shop: the one that ?shop= names, else the
// first. A shop that is not theirs does not exist for them.
func (d *Dashboard) member(c echo.Context) (m member, signedIn bool, err error) {
	ctx := c.Request().Context()
	user := d.sessions.GetString(ctx, userKey)
	if user == "" {
		return m, false, nil
	}
	m.shops, err = d.Reader.ShopsOf(ctx, user)
	if err != nil {
		return m, true, err
	}
	if len(m.shops) == 0 {
		return m, true, fault.New(fault.NotFound, "you have no shop yet").Try("ask whoever runs this installation to add you to one")
	}
	m.shop = m.shops[0]
	if id := c.QueryParam("shop"); id != "" {
		at := slices.IndexFunc(m.shops, func(s shop.Shop) bool { return s.ID == id })
		if at < 0 {
			return m, true, fault.New(fault.NotFound, "there is no such shop")
		}
		m.shop = m.shops[at]
	}
	return m, true, nil
}

// Member lets a page be seen by those who are signed in, and sends everybody
// else to where they learn how.
func (d *Dashboard) Member(page func(echo.Context, member) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		m, signedIn, err := d.member(c)
		if err != nil {
			return err
		}
		if !signedIn {
			return c.Redirect(http.StatusSeeOther, "/sign-in")
		}
		return page(c, m)
	}
}

// signInView is the page before one is signed in.
type signInView struct {
	frame
	// Token is the link's; empty on the page that explains how to get one.
	Token string
	// Refused is true when the link was used or is too old.
	Refused bool
}

// SignInHelp is GET /sign-in: how to get a link.
func (d *Dashboard) SignInHelp(c echo.Context) error {
	return d.show(c, http.StatusOK, "signin.html", signInView{frame: frame{Title: "Sign in", Now: d.Now()}})
}

// ShowSignIn is GET /sign-in/:token. Mail scanners open links, so the link is
// only used up by the button.
func (d *Dashboard) ShowSignIn(c echo.Context) error {
	return d.show(c, http.StatusOK, "signin.html", signInView{frame: frame{Title: "Sign in", Now: d.Now()}, Token: c.Param("token")})
}

// SignIn is POST /sign-in/:token: it uses the link up and starts a session
// under a fresh token.
func (d *Dashboard) SignIn(c echo.Context) error {
	ctx := c.Request().Context()
	user, err := d.Reader.SignIn(ctx, c.Param("token"))
	if code := fault.CodeOf(err); code == fault.Unauthorized || code == fault.NotFound {
		return d.show(c, http.StatusUnauthorized, "signin.html", signInView{frame: frame{Title: "Sign in", Now: d.Now()}, Refused: true})
	}
	if err != nil {
		return err
	}
	if err := d.sessions.RenewToken(ctx); err != nil {
		return fault.Wrap(fault.Internal, err, "the session could not be started")
	}
	d.sessions.Put(ctx, userKey, user)
	return c.Redirect(http.StatusSeeOther, "/")
}

// SignOut is POST /sign-out.
func (d *Dashboard) SignOut(c echo.Context) error {
	if err := d.sessions.Destroy(c.Request().Context()); err != nil {
		return fault.Wrap(fault.Internal, err, "the session could not be ended")
	}
	return c.Redirect(http.StatusSeeOther, "/sign-in")
}

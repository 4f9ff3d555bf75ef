package dashboard

import (
	"context"
	"net/http"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/labstack/echo/v4"
)

// Attempt is what a session keeps while somebody is at an identity provider.
type Attempt struct {
	State, Nonce, Verifier string
}

// SingleDesk lets people in by an identity provider (OpenID Connect).
type SingleDesk interface {
	// SingleName is what the button calls it, "" for none.
	SingleName() string
	// BeginSingle gives where to send the browser, and what the session keeps.
	BeginSingle(ctx context.Context) (keep Attempt, to string, err error)
	// FinishSingle gives who came back; fault.Unauthorized for whatever does not fit.
	FinishSingle(ctx context.Context, kept Attempt, state, code string) (access.Person, error)
}

// Where a session keeps an attempt, and when it was begun.
const (
	stateKey    = "single_state"
	nonceKey    = "single_nonce"
	verifierKey = "single_verifier"
	begunKey    = "single_begun"
)

// attemptFor is how long somebody may stay at the identity provider.
const attemptFor = 10 * time.Minute

// singleView is a page on the way to or from an identity provider.
type singleView struct {
	frame
	// Name is the provider's, To its address on the way out.
	Name, To string
	// State and Code came back; the button sends them on.
	State, Code string
	// Trouble says why it failed, Remedy what to do.
	Trouble, Remedy string
}

func (d *Dashboard) singleView() singleView {
	return singleView{frame: frame{Title: "Sign in", Now: d.Now()}, Name: d.Desk.SingleName()}
}

// BeginSingle is POST /oidc/start. A form of ours may only lead to ourselves
// (form-action), so the answer is a page that goes on by itself.
func (d *Dashboard) BeginSingle(c echo.Context) error {
	ctx := c.Request().Context()
	a, to, err := d.Desk.BeginSingle(ctx)
	if err != nil {
		return err
	}
	if err := d.sessions.RenewToken(ctx); err != nil {
		return fault.Wrap(fault.Internal, err, "the session could not be started")
	}
	d.sessions.Put(ctx, stateKey, a.State)
	d.sessions.Put(ctx, nonceKey, a.Nonce)
	d.sessions.Put(ctx, verifierKey, a.Verifier)
	d.sessions.Put(ctx, begunKey, d.Now().UnixMilli())
	v := d.singleView()
	v.To = to
	c.Response().Header().Set("Refresh", "0; url="+to)
	return d.show(c, http.StatusOK, "single.html", v)
}

// ShowSingle is GET /oidc/callback: where the provider sends people back to. It
// changes nothing; its button, or the page's script, goes on.
func (d *Dashboard) ShowSingle(c echo.Context) error {
	v := d.singleView()
	v.State, v.Code = clip(c.QueryParam("state"), 200), clip(c.QueryParam("code"), 4000)
	if v.Code == "" {
		v.Trouble, v.Remedy = "The identity provider did not let you in", "Begin again at the sign-in page"
	}
	return d.show(c, http.StatusOK, "single.html", v)
}

// FinishSingle is POST /oidc/callback. An attempt is good for one answer.
func (d *Dashboard) FinishSingle(c echo.Context) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	kept := Attempt{d.sessions.PopString(ctx, stateKey), d.sessions.PopString(ctx, nonceKey), d.sessions.PopString(ctx, verifierKey)}
	begun, _ := d.sessions.Pop(ctx, begunKey).(int64)
	if d.Now().Sub(time.UnixMilli(begun)) > attemptFor {
		kept = Attempt{}
	}
	who, err := d.Desk.FinishSingle(ctx, kept, form.Get("state"), form.Get("code"))
	if code := fault.CodeOf(err); code == fault.Unauthorized || code == fault.Overloaded {
		v, f := d.singleView(), asFault(err)
		v.Trouble, v.Remedy = capital(f.Message), capital(f.Remedy)
		return d.show(c, map[fault.Code]int{fault.Unauthorized: http.StatusUnauthorized, fault.Overloaded: http.StatusServiceUnavailable}[code], "single.html", v)
	}
	if err != nil {
		return err
	}
	return d.enter(c, who, "/")
}

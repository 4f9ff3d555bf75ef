package dashboard

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/labstack/echo/v4"
)

// sessionLifetime is absolute. There is no idle time: it would write to the
// database on every GET.
const sessionLifetime = 7 * 24 * time.Hour

// Where a session keeps its user, and the generation it began in.
const (
	userKey       = "user"
	generationKey = "generation"
)

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
	// user is who asks; name is what they are called on their own pages.
	user access.Person
	name string
	// hasPassword is false for who signs in by link only.
	hasPassword bool
	// shops are those they belong to, shop the one they ask about, role theirs in it.
	shops []shop.Shop
	shop  shop.Shop
	role  access.Role
}

// memberKey is where a request keeps its member.
const memberKey = "cartograph.member"

// Require lets a page be seen by those who are signed in and hold a right in
// the shop they ask about. Everybody else is sent to where they sign in, or
// refused. It notes who acts.
func (d *Dashboard) Require(r access.Right) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			m, signedIn, err := d.member(c)
			if err != nil {
				return err
			}
			if !signedIn {
				return toSignIn(c)
			}
			c.Set(readerKey, m)
			if !m.role.May(r) {
				return fault.New(fault.Forbidden, "your role in this shop does not allow this").
					Try("ask an owner of the shop; it needs the role " + string(access.Needed(r)))
			}
			c.Set(memberKey, m)
			req := c.Request()
			c.SetRequest(req.WithContext(access.WithActor(req.Context(), access.Actor{Kind: access.ByUser, ID: m.user.ID})))
			return next(c)
		}
	}
}

// member finds the signed-in user and the shop they ask about: the one that
// ?shop= names, else the one they looked at last, else the first. A shop that is not theirs does not exist for
// them. A session that began before the user's last password has ended.
func (d *Dashboard) member(c echo.Context) (m member, signedIn bool, err error) {
	ctx := c.Request().Context()
	st, signedIn, err := d.standing(ctx)
	if fault.Is(err, fault.NotFound) || err == nil && !signedIn && d.sessions.Exists(ctx, userKey) {
		return m, false, d.sessions.Destroy(ctx)
	}
	if err != nil || !signedIn {
		return m, false, err
	}
	if len(st.Shops) == 0 {
		return m, true, fault.New(fault.NotFound, "you have no shop yet").Try("ask whoever runs this installation to add you to one")
	}
	chosen, is := shopOf(st, c.QueryParam("shop"))
	if !is {
		return m, true, fault.New(fault.NotFound, "there is no such shop")
	}
	return memberOf(st, chosen), true, nil
}

// standing gives whom a session belongs to. One that began before the user's last
// password is nobody's.
func (d *Dashboard) standing(ctx context.Context) (st access.Standing, signedIn bool, err error) {
	user := d.sessions.GetString(ctx, userKey)
	if user == "" {
		return st, false, nil
	}
	if st, err = d.Reader.Standing(ctx, user); err != nil {
		return st, false, err
	}
	return st, st.Generation == d.sessions.GetInt(ctx, generationKey), nil
}

// shopOf gives the shop of a user that an id names, for "" the one they looked at
// last, else the first; false for one that is not theirs.
func shopOf(st access.Standing, id string) (access.Membership, bool) {
	wanted := id
	if wanted == "" {
		wanted = st.LastShop
	}
	at := slices.IndexFunc(st.Shops, func(s access.Membership) bool { return s.Shop.ID == wanted })
	if at < 0 && id != "" {
		return access.Membership{}, false
	}
	return st.Shops[max(at, 0)], true
}

// memberOf is a user in one of their shops.
func memberOf(st access.Standing, chosen access.Membership) member {
	m := member{user: st.Person, name: st.Name, hasPassword: st.HasPassword, shop: chosen.Shop, role: chosen.Role}
	for _, s := range st.Shops {
		m.shops = append(m.shops, s.Shop)
	}
	return m
}

// Member hands a page the member that Require found. A route without Require
// has none, and is answered as our own mistake.
func (d *Dashboard) Member(page func(echo.Context, member) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		m, ok := c.Get(memberKey).(member)
		if !ok {
			return fault.New(fault.Internal, "a page without an authority was asked for")
		}
		return page(c, m)
	}
}

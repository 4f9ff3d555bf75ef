package web_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/web"
)

// ways are what only a page with a way around has.
var ways = []string{`aria-label="Main"`, "Atelier Nord · Cartograph", `action="/sign-out"`}

var asPage = []string{"Accept", "text/html,*/*;q=0.8"}

// Who is signed in finds the navigation of their shop on a page that says no.
func TestTroubleHasAWayAround(t *testing.T) {
	t.Parallel()
	s := serve(t, full(), overHTTP)
	ada := s.as("in-ada")
	for path, status := range map[string]int{
		"/carts/zz": http.StatusNotFound, "/no/such/page": http.StatusNotFound, "/?shop=s2": http.StatusNotFound, "/audit?from=yesterday": http.StatusBadRequest,
	} {
		page := ada.do("GET", path, "", asPage...)
		page.expect(t, status)
		page.has(t, ways...)
		page.lacks(t, "Other Shop", "s2")
	}
	page := s.as("in-vera").do("GET", "/personas/new", "", asPage...)
	page.expect(t, http.StatusForbidden)
	page.has(t, append(ways, "You may not do this", "needs the role")...)
	page.lacks(t, `href="/audit"`)
	page = s.as("in-eve").do("GET", "/carts/zz?shop=s2", "", asPage...)
	page.has(t, "Other Shop · Cartograph", `href="/?shop=s2"`)
}

// Shoppers' pages, people without a session and sessions that have ended get the
// page without any shop.
func TestTroubleTellsStrangersNothing(t *testing.T) {
	t.Parallel()
	m := full()
	s := serve(t, m, overHTTP)
	plain := func(r reply, status int) {
		t.Helper()
		r.expect(t, status)
		r.has(t, "<h1>")
		r.lacks(t, ways...)
	}
	plain(s.do("GET", "/no/such/page", "", asPage...), http.StatusNotFound)
	ada := s.as("in-ada")
	plain(ada.do("GET", "/r/good/nothing-here", "", asPage...), http.StatusNotFound)
	m.mu.Lock()
	m.generations["ada"]++
	m.mu.Unlock()
	plain(ada.do("GET", "/no/such/page", "", asPage...), http.StatusNotFound)
	lost := serve(t, full(), overHTTP, func(d *web.Deps) { d.Sessions = broken{} })
	plain(lost.do("GET", "/no/such/page", "", append(asPage, "Cookie", "cartograph_session=x")...), http.StatusNotFound)
}

// forgetful reads who somebody is until it panics or fails.
type forgetful struct {
	*memory
	// after is what becomes of it: 1 fails, 2 panics.
	after *atomic.Int32
}

func (f forgetful) Standing(ctx context.Context, userID string) (access.Standing, error) {
	switch f.after.Load() {
	case 1:
		return access.Standing{}, errBoom
	case 2:
		panic("out of order")
	}
	return f.memory.Standing(ctx, userID)
}

// What fails while the way around is looked for does not fail the answer.
func TestTroubleNeverFailsAgain(t *testing.T) {
	t.Parallel()
	after := &atomic.Int32{}
	m := full()
	in := serve(t, m, overHTTP, func(d *web.Deps) { d.Dashboard = forgetful{m, after} }).as("in-ada")
	in.do("GET", "/no/such/page", "", asPage...).has(t, ways...)
	for kind := range int32(2) {
		after.Store(kind + 1)
		page := in.do("GET", "/no/such/page", "", asPage...)
		page.expect(t, http.StatusNotFound)
		page.has(t, "There is nothing here")
		page.lacks(t, ways...)
		page = in.do("GET", "/carts", "", asPage...)
		page.expect(t, http.StatusInternalServerError)
		page.has(t, "Something went wrong here")
		page.lacks(t, "boom", "out of order")
	}
}

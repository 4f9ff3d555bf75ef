package dashboard

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"
)

var (
	// invitationPath is an invitation's address.
	invitationPath = regexp.MustCompile(`^/invitation/[A-Z2-7]{20,40}$`)
	// pagePath is an address of ours below a known place, with nothing in it that
	// a browser could take for another host.
	pagePath = regexp.MustCompile(`^/(?:(?:account|audit|carts|codes|decisions|inbox|messages|orders|personas|quarantine|recoveries|sender|sequences|settings|shoppers|start|templates)(?:/[\w.~%-]+)*)?(?:\?[\w.~%&=+-]*)?$`)
)

// maxOnward bounds such an address, in bytes.
const maxOnward = 1000

// onward gives where to go after signing in, "" for anything but an invitation
// or a page of ours: a link to elsewhere must not pass for ours.
func onward(then string) string {
	if then == "/" || len(then) > maxOnward || strings.Contains(then, "..") || !invitationPath.MatchString(then) && !pagePath.MatchString(then) {
		return ""
	}
	return then
}

// toSignIn leads somebody who is not signed in to where they sign in, and from
// there back to the page. A form that was sent cannot be sent again: it says so.
func toSignIn(c echo.Context) error {
	q := url.Values{}
	switch req := c.Request(); req.Method {
	case http.MethodGet, http.MethodHead:
		if then := onward(req.URL.RequestURI()); then != "" {
			q.Set("then", then)
		}
	default:
		q.Set("lost", "1")
	}
	if len(q) == 0 {
		return c.Redirect(http.StatusSeeOther, "/sign-in")
	}
	return c.Redirect(http.StatusSeeOther, "/sign-in?"+q.Encode())
}

// Invited reports whether signing in leads to an invitation.
func (v signInView) Invited() bool { return invitationPath.MatchString(v.Then) }

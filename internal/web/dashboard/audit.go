package dashboard

import (
	"maps"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/labstack/echo/v4"
)

// Audit is GET /audit: who did what, for owners.
func (d *Dashboard) Audit(c echo.Context, m member) error {
	v := listView[access.Entry]{frame: frame{Title: "Audit log", Section: "audit"}, Path: "/audit"}
	return listPage(d, c, m, v, "audit.html", func(q journey.Query) (journey.Page[access.Entry], error) {
		return d.Reader.Audit(c.Request().Context(), m.shop.ID, q)
	})
}

// done puts actions into words.
var done = map[access.Action]string{
	access.SignedIn: "signed in", access.SignInFailed: "failed to sign in", access.ShopCreated: "created the shop",
	access.SettingsSet: "changed settings", access.CredentialAdded: "added a credential", access.UserAdded: "added a person",
	access.RoleChanged: "changed a role", access.UserRemoved: "removed a person", access.LinkMade: "made a sign-in link",
	access.PasswordSet: "set a password", access.SignedOutAll: "signed out everywhere", access.KeyCreated: "created an API key",
	access.KeyRevoked: "revoked an API key", access.BookPublished: "published", access.Replayed: "replayed events",
	access.CartStopped: "stopped the messages to a cart", access.ShopperStopped: "stopped the messages to a shopper", access.ShopperAllowed: "allowed messages to a shopper again",
	access.ShopperErased: "erased a shopper", access.ShopperExported: "exported what is held of a shopper", access.MessageStopped: "cancelled a message", access.MessageTested: "sent a message to themselves as a test",
}

// Did says what was done.
func (f frame) Did(a access.Action) string {
	if words := done[a]; words != "" {
		return words
	}
	return string(a)
}

// Actor says who did it.
func (f frame) Actor(e access.Entry) string {
	switch {
	case e.ActorName != "" && e.Actor.Kind == access.ByKey:
		return "API key “" + e.ActorName + "”"
	case e.ActorName != "":
		return e.ActorName
	case e.Actor.Kind == access.ByCommand:
		return "the command line"
	case e.Actor.Kind == access.ByNobody:
		return "somebody"
	}
	return "somebody who is gone"
}

// Object says to whom or what, "" where the action says it all.
func (f frame) Object(e access.Entry) string {
	switch {
	case e.ObjectName != "" && e.ObjectName != e.ActorName:
		return e.ObjectName
	case e.Action == access.CredentialAdded, e.Action == access.Replayed, e.Action == access.CartStopped, e.Action == access.ShopperStopped,
		e.Action == access.ShopperAllowed, e.Action == access.ShopperErased, e.Action == access.ShopperExported, e.Action == access.MessageStopped, e.Action == access.MessageTested:
		return e.Object
	}
	return ""
}

// Detail writes the details of an entry, by name.
func (f frame) Detail(e access.Entry) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(e.Detail)) {
		parts = append(parts, name+": "+e.Detail[name])
	}
	return strings.Join(parts, "; ")
}

package dashboard

import (
	"context"
	"net/http"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/labstack/echo/v4"
)

// KeyDesk gives programs their API keys.
type KeyDesk interface {
	// Keys gives a shop's keys, revoked ones too, oldest first.
	Keys(ctx context.Context, shopID string) ([]access.Key, error)
	// CreateKey makes one and tells its secret once; RevokeKey ends it for ever.
	CreateKey(ctx context.Context, shopID, name string, scopes []access.Scope) (secret string, k access.Key, err error)
	RevokeKey(ctx context.Context, shopID, id string) error
}

// keysView is the page of API keys.
type keysView struct {
	frame
	Keys []access.Key
	// Fresh is a new key, shown this once; Name what was typed.
	Fresh, Name, Did, Trouble string
	Chosen                    map[access.Scope]bool
}

// scopeWords say what each scope lets a program do.
var scopeWords = map[access.Scope]string{
	access.EventsWrite: "send events: the key of a plugin", access.Read: "read everything but the audit log",
	access.Write: "publish playbooks, state consents, replay events", access.Admin: "read the audit log, change settings, give out and erase people",
}

// scopeChoice is one scope of the form.
type scopeChoice struct {
	Scope  access.Scope
	Words  string
	Chosen bool
}

// Scopes are the choices of the form.
func (v keysView) Scopes() (out []scopeChoice) {
	for _, s := range access.Scopes() {
		out = append(out, scopeChoice{s, scopeWords[s], v.Chosen[s]})
	}
	return out
}

// ScopeList writes a key's scopes.
func (v keysView) ScopeList(k access.Key) string {
	return strings.ReplaceAll(access.JoinScopes(k.Scopes), " ", ", ")
}

// KeySettings is GET /settings/keys.
func (d *Dashboard) KeySettings(c echo.Context, m member) error {
	return d.keys(c, m, keysView{Chosen: map[access.Scope]bool{access.EventsWrite: true}})
}

func (d *Dashboard) keys(c echo.Context, m member, v keysView) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	if v.Keys, err = d.Desk.Keys(c.Request().Context(), m.shop.ID); err != nil {
		return err
	}
	v.frame = d.frame(m, "API keys settings", "settings", sandbox)
	if c.QueryParam("did") == "revoked" {
		v.Did = "The key is revoked. Programs that use it are refused from now on."
	}
	status := http.StatusOK
	if v.Trouble != "" {
		status = http.StatusUnprocessableEntity
	}
	return d.show(c, status, "settings_keys.html", v)
}

// CreateKey is POST /settings/keys. The key is shown in the answer itself, once.
func (d *Dashboard) CreateKey(c echo.Context, m member) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	v := keysView{Name: clip(form.Get("name"), 100), Chosen: map[access.Scope]bool{}}
	for _, s := range form["scope"] {
		v.Chosen[access.Scope(s)] = true
	}
	scopes, err := access.ParseScopes(strings.Join(form["scope"], " "))
	if err == nil {
		v.Fresh, _, err = d.Desk.CreateKey(c.Request().Context(), m.shop.ID, form.Get("name"), scopes)
	}
	for _, f := range fieldFaults(err) {
		v.Trouble = why(f)
		return d.keys(c, m, v)
	}
	if err != nil {
		return err
	}
	v.Name = ""
	return d.keys(c, m, v)
}

// RevokeKey is POST /settings/keys/:id/revoke.
func (d *Dashboard) RevokeKey(c echo.Context, m member) error {
	if err := d.Desk.RevokeKey(c.Request().Context(), m.shop.ID, c.Param("id")); err != nil {
		return fault.Wrap(fault.CodeOf(err), err, "the shop has no working API key of this id")
	}
	return d.back(c, m, "/settings/keys", "did", "revoked")
}

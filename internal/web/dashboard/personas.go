package dashboard

import (
	"net/http"
	"net/url"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/labstack/echo/v4"
)

// personasView is all personas in the order in which their rules are asked.
type personasView struct {
	frame
	Board journey.PersonaBoard
	// Did says what was just done; Trouble what was refused, Remedy what to do.
	Did             string
	Trouble, Remedy string
}

// didPersona are the sentences for what was just done.
var didPersona = map[string]string{
	"saved": "The persona is saved. The next cart that is left is routed by the new list.",
	"moved": "The order is changed. The next cart that is left is routed by the new list.", "deleted": "The persona is deleted.",
	"restored": "The earlier list is back. The next cart that is left is routed by it.",
}

// Personas is GET /personas.
func (d *Dashboard) Personas(c echo.Context, m member) error {
	v, err := d.personasView(c, m)
	if err != nil {
		return err
	}
	v.Did = didPersona[c.QueryParam("did")]
	return d.show(c, http.StatusOK, "personas.html", v)
}

func (d *Dashboard) personasView(c echo.Context, m member) (personasView, error) {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return personasView{}, err
	}
	v := personasView{frame: d.frame(m, "Personas", "personas", sandbox)}
	if v.spoken, err = d.spoken(c.Request().Context(), m.shop.ID); err != nil {
		return v, err
	}
	v.Board, err = d.Playbook.PersonaBoard(c.Request().Context(), m.shop.ID)
	return v, err
}

// Last is the place of the catch-all.
func (v personasView) Last() int { return len(v.Board.Cards) - 1 }

// MovePersona is POST /personas/:key/move: up, down, or to a place.
func (d *Dashboard) MovePersona(c echo.Context, m member) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	err = d.Playbook.MovePersona(c.Request().Context(), m.shop.ID, number(f.Get("revision"), 0), c.Param("key"), number(f.Get("to"), 0))
	if err == nil {
		return d.to(c, m, "/personas", "did", "moved")
	}
	return d.personasRefused(c, m, err)
}

// personasRefused shows the list with what was refused.
func (d *Dashboard) personasRefused(c echo.Context, m member, err error) error {
	list, status, ok := faultsOf(err)
	if !ok {
		return err
	}
	v, err := d.personasView(c, m)
	if err != nil {
		return err
	}
	v.Trouble, v.Remedy = list[0].Detail, list[0].Remedy
	return d.show(c, status, "personas.html", v)
}

// personaHistoryView is the lists there were.
type personaHistoryView struct {
	frame
	Lists    []journey.PersonaList
	Revision int
}

// PersonaHistory is GET /playbook/personas.
func (d *Dashboard) PersonaHistory(c echo.Context, m member) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	all, err := d.Playbook.PersonaLists(c.Request().Context(), m.shop.ID)
	if err != nil {
		return err
	}
	v := personaHistoryView{frame: d.frame(m, "Earlier personas", "personas", sandbox), Lists: all}
	if len(all) > 0 {
		v.Revision = all[0].Revision
	}
	return d.show(c, http.StatusOK, "persona_history.html", v)
}

// RestorePersonas is POST /playbook/personas: an earlier list comes back.
func (d *Dashboard) RestorePersonas(c echo.Context, m member) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	err = d.Playbook.RestorePersonas(c.Request().Context(), m.shop.ID, number(f.Get("revision"), 0), number(f.Get("earlier"), 0))
	if err == nil {
		return d.to(c, m, "/personas", "did", "restored")
	}
	return d.personasRefused(c, m, err)
}

// personaPath is the address of a persona.
func personaPath(key string) string { return "/personas/" + url.PathEscape(key) }

package dashboard

import (
	"net/http"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/labstack/echo/v4"
)

// personaView is the form of one persona.
type personaView struct {
	frame
	// Key is the persona's, "" for a new one; Revision the list that is edited.
	Key      string
	Revision int
	Persona  persona.Persona
	// CatchAll is true for the last one, which has no rule.
	CatchAll bool
	Rule     ruleView
	Wrongs   []wrong
	Did      string
	// Theirs says that somebody else changed the personas meanwhile, and Apart
	// where their text of this one differs from what is in the fields.
	Theirs bool
	Apart  []otherField
	// Landing is the button of the rule's form that was pressed, such as
	// "row:0": whoever pressed it goes on where it made something. "" for none.
	Landing string
}

// NewPersona is GET /personas/new; with copy, as a copy of another.
func (d *Dashboard) NewPersona(c echo.Context, m member) error {
	now, err := d.Playbook.PersonasNow(c.Request().Context(), m.shop.ID)
	if err != nil {
		return err
	}
	v := personaView{Revision: now.Revision, CatchAll: len(now.Personas) == 0}
	if i := slices.IndexFunc(now.Personas, func(p persona.Persona) bool { return p.Key == c.QueryParam("copy") }); i >= 0 {
		v.Persona = now.Personas[i]
		v.Persona.Key += "-copy"
		v.Persona.Name = strings.TrimSpace(v.Persona.Name + " (copy)")
	}
	v.Rule = d.ruleOf(v.Persona.Rule)
	return d.showPersona(c, m, http.StatusOK, v)
}

// Persona is GET /personas/:key.
func (d *Dashboard) Persona(c echo.Context, m member) error {
	v, err := d.personaNow(c, m)
	if err != nil {
		return err
	}
	v.Rule, v.Did = d.ruleOf(v.Persona.Rule), didPersona[c.QueryParam("did")]
	return d.showPersona(c, m, http.StatusOK, v)
}

// personaNow reads the persona that the address names.
func (d *Dashboard) personaNow(c echo.Context, m member) (personaView, error) {
	now, err := d.Playbook.PersonasNow(c.Request().Context(), m.shop.ID)
	if err != nil {
		return personaView{}, err
	}
	i := slices.IndexFunc(now.Personas, func(p persona.Persona) bool { return p.Key == c.Param("key") })
	if i < 0 {
		return personaView{}, fault.New(fault.NotFound, "there is no persona of this name").Try("look at the list of personas")
	}
	return personaView{Key: now.Personas[i].Key, Revision: now.Revision, Persona: now.Personas[i], CatchAll: i == len(now.Personas)-1}, nil
}

// SavePersona is POST /personas/new and POST /personas/:key. Buttons other than
// "save" only change the form: rows are added and taken away, and the rule is
// turned into text and back.
func (d *Dashboard) SavePersona(c echo.Context, m member) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	var v personaView
	if c.Param("key") == "" {
		v.Revision, v.CatchAll = number(f.Get("revision"), 0), f.Get("catch_all") == "1"
	} else if v, err = d.personaNow(c, m); err != nil {
		return err
	}
	v.Revision = number(f.Get("revision"), v.Revision)
	v.Persona = persona.Persona{
		Key: v.Key, Name: strings.TrimSpace(f.Get("name")), Portrait: strings.TrimSpace(f.Get("portrait")),
		Goals: lines(f.Get("goals")), Pains: lines(f.Get("pains")), Objections: lines(f.Get("objections")),
	}
	if v.Key == "" {
		v.Persona.Key = strings.TrimSpace(f.Get("key"))
	}
	for _, ch := range f["likes"] {
		v.Persona.Likes = append(v.Persona.Likes, event.Channel(ch))
	}
	if !v.CatchAll {
		v.Rule = d.postedRule(f)
		v.Persona.Rule = v.Rule.Text
	}
	if v.Landing = f.Get("do"); v.Landing != "save" {
		return d.showPersona(c, m, http.StatusOK, v)
	}
	return d.storePersona(c, m, v)
}

// storePersona saves what the form says, or shows it with what is wrong.
func (d *Dashboard) storePersona(c echo.Context, m member, v personaView) error {
	if v.Rule.RowTrouble != "" {
		v.Wrongs = []wrong{{Field: "rule", Detail: v.Rule.RowTrouble}}
		return d.showPersona(c, m, http.StatusUnprocessableEntity, v)
	}
	if v.Key == "" && v.Persona.Key == "new" {
		v.Wrongs = []wrong{{Field: "key", Detail: "“new” is the address of this form", Remedy: "Choose another key."}}
		return d.showPersona(c, m, http.StatusUnprocessableEntity, v)
	}
	err := d.Playbook.SavePersona(c.Request().Context(), m.shop.ID, v.Revision, v.Key, v.Persona)
	if err == nil {
		return d.to(c, m, personaPath(v.Persona.Key), "did", "saved")
	}
	list, status, ok := faultsOf(err)
	if !ok {
		return err
	}
	v.Wrongs = list
	if fault.Is(err, fault.Conflict) {
		if err := d.besideTheirs(c, m, &v); err != nil {
			return err
		}
	}
	return d.showPersona(c, m, status, v)
}

func (d *Dashboard) showPersona(c echo.Context, m member, status int, v personaView) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	title := "New persona"
	if v.Key != "" {
		title = v.Persona.Name
		if title == "" {
			title = v.Key
		}
	}
	v.frame = d.frame(m, title, "personas", sandbox)
	if !v.CatchAll {
		if v.Rule, err = d.judged(c, m, v.Key, v.Rule); err != nil {
			return err
		}
	}
	return d.show(c, status, "persona.html", v)
}

// Wrong gives what is wrong with a field, "" for nothing.
func (v personaView) Wrong(field string) string {
	for _, w := range v.Wrongs {
		if w.Field == field {
			return w.Detail + ". " + w.Remedy
		}
	}
	return ""
}

// Amiss are the faults that belong to no field of the form.
func (v personaView) Amiss() []wrong {
	return slices.DeleteFunc(slices.Clone(v.Wrongs), func(w wrong) bool { return w.Field == "key" || w.Field == "rule" })
}

// Liked reports whether a channel is ticked.
func (v personaView) Liked(c string) bool { return slices.Contains(v.Persona.Likes, event.Channel(c)) }

// Joined writes a list one entry a line.
func (v personaView) Joined(list []string) string { return strings.Join(list, "\n") }

// deletePersonaView asks what becomes of a persona's sequences.
type deletePersonaView struct {
	frame
	Card     journey.PersonaCard
	Others   []persona.Persona
	Revision int
	CatchAll bool
	Wrongs   []wrong
}

// AskDeletePersona is GET /personas/:key/delete.
func (d *Dashboard) AskDeletePersona(c echo.Context, m member) error {
	return d.showDelete(c, m, http.StatusOK, nil)
}

func (d *Dashboard) showDelete(c echo.Context, m member, status int, wrongs []wrong) error {
	p, err := d.personasView(c, m)
	if err != nil {
		return err
	}
	v := deletePersonaView{Revision: p.Board.Revision, Wrongs: wrongs}
	v.frame = p.frame
	v.Title = "Delete a persona"
	for i, card := range p.Board.Cards {
		if card.Key != c.Param("key") {
			v.Others = append(v.Others, card.Persona)
			continue
		}
		v.Card, v.CatchAll = card, i == p.Last()
	}
	if v.Card.Key == "" {
		return fault.New(fault.NotFound, "there is no persona of this name").Try("look at the list of personas")
	}
	return d.show(c, status, "persona_delete.html", v)
}

// DeletePersona is POST /personas/:key/delete.
func (d *Dashboard) DeletePersona(c echo.Context, m member) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	err = d.Playbook.DeletePersona(c.Request().Context(), m.shop.ID, number(f.Get("revision"), 0), c.Param("key"), f.Get("heir"))
	if err == nil {
		return d.to(c, m, "/personas", "did", "deleted")
	}
	list, status, ok := faultsOf(err)
	if !ok {
		return err
	}
	return d.showDelete(c, m, status, list)
}

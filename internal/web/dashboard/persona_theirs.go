package dashboard

import (
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/labstack/echo/v4"
)

// otherField is one field in which a persona that somebody else saved differs from
// what is in the form.
type otherField struct {
	// Field is what the page calls it, Theirs what it holds now; "" for nothing.
	Field, Theirs string
}

// besideTheirs keeps what was typed in the fields after somebody else changed
// the list, and says where their persona differs: who then saves has seen both.
func (d *Dashboard) besideTheirs(c echo.Context, m member, v *personaView) error {
	now, err := d.Playbook.PersonasNow(c.Request().Context(), m.shop.ID)
	if err != nil {
		return err
	}
	v.Theirs, v.Revision = true, now.Revision
	if i := slices.IndexFunc(now.Personas, func(p persona.Persona) bool { return p.Key == v.Persona.Key }); i >= 0 {
		v.Apart = personasApart(now.Personas[i], v.Persona)
	}
	return nil
}

// personasApart gives the fields in which two texts of a persona differ.
func personasApart(theirs, mine persona.Persona) (out []otherField) {
	likes := func(p persona.Persona) string {
		var names []string
		for _, ch := range p.Likes {
			names = append(names, channelName(ch))
		}
		slices.Sort(names)
		return strings.Join(names, ", ")
	}
	for _, f := range []struct{ name, theirs, mine string }{
		{"Rule", theirs.Rule, mine.Rule}, {"Name", theirs.Name, mine.Name}, {"Portrait", theirs.Portrait, mine.Portrait},
		{"Goals", strings.Join(theirs.Goals, "; "), strings.Join(mine.Goals, "; ")},
		{"Pains", strings.Join(theirs.Pains, "; "), strings.Join(mine.Pains, "; ")},
		{"Objections", strings.Join(theirs.Objections, "; "), strings.Join(mine.Objections, "; ")},
		{"Channels they like", likes(theirs), likes(mine)},
	} {
		if f.theirs != f.mine {
			out = append(out, otherField{f.name, f.theirs})
		}
	}
	return out
}

package dashboard

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/labstack/echo/v4"
)

// lens is what narrows a list besides its state, as its address says.
type lens struct {
	journey.Narrow
	// Dates are the days as an address names them, empty for all.
	Dates []string
	// said is it in words.
	said []string
}

// moments say what of carts is meant by when.
var moments = map[string]string{"started": "begun", "abandoned": "abandoned", "ordered": "ordered"}

// lensOf reads it from an address.
func lensOf(c echo.Context, f frame) (l lens, err error) {
	if l.Narrow, l.Dates, err = within(c, f); err != nil {
		return l, err
	}
	if l.Moment = c.QueryParam("moment"); l.Moment != "" && moments[l.Moment] == "" {
		return l, fault.New(fault.Invalid, "there is no such moment").In("moment").Try("the moments are started, abandoned and ordered")
	}
	if text := c.QueryParam("step"); text != "" {
		if l.Step, err = strconv.Atoi(text); err != nil || l.Step < 1 || l.Step > 1000 {
			return l, fault.New(fault.Invalid, "this is no step").In("step").Try("steps count from 1")
		}
	}
	l.Persona, l.Sequence, l.Template = c.QueryParam("persona"), c.QueryParam("sequence"), c.QueryParam("template")
	l.Rule, l.ShopperID = c.QueryParam("rule"), c.QueryParam("shopper")
	l.said = l.words(f)
	return l, nil
}

// words says what narrows the list, in parts of a sentence.
func (l lens) words(f frame) []string {
	var out []string
	if len(l.Dates) == 4 {
		from, to := l.Dates[1], l.Dates[3]
		when := "from " + from + " to " + to
		if from == to {
			when = "on " + from
		}
		out = append(out, strings.TrimSpace(moments[l.Moment]+" "+when))
	} else if l.Moment != "" {
		out = append(out, moments[l.Moment]+", the latest first")
	}
	for _, part := range []struct{ name, value, called string }{
		{"persona", l.Persona, f.PersonaName(l.Persona)}, {"sequence", l.Sequence, f.SequenceName(l.Sequence)}, {"template", l.Template, keyWords(l.Template)},
	} {
		switch part.value {
		case "":
		case "-":
			out = append(out, "of no "+part.name)
		default:
			out = append(out, "of the "+part.name+" “"+part.called+"”")
		}
	}
	if l.Step > 0 {
		out = append(out, "of step "+strconv.Itoa(l.Step))
	}
	if l.Rule != "" {
		out = append(out, "because “"+journey.Said(l.Rule)+"”")
	}
	if l.ShopperID != "" {
		out = append(out, "to one shopper")
	}
	return out
}

// query writes it for an address; what does not narrow is empty.
func (l lens) query() []string {
	step := ""
	if l.Step > 0 {
		step = strconv.Itoa(l.Step)
	}
	return append(slices.Clone(l.Dates), "moment", l.Moment, "persona", l.Persona, "sequence", l.Sequence, "template", l.Template,
		"rule", l.Rule, "step", step, "shopper", l.ShopperID)
}

// Said says what narrows the list; "" for nothing.
func (l lens) Said() string { return strings.Join(l.said, ", ") }

// First and Last are the days as dates, "" for none.
func (l lens) First() string { return l.date(1) }

// Last is the last day.
func (l lens) Last() string { return l.date(3) }

func (l lens) date(i int) string {
	if len(l.Dates) != 4 {
		return ""
	}
	return l.Dates[i]
}

// AllChannels are the channels to choose from.
func (f frame) AllChannels() []event.Channel {
	return []event.Channel{event.Email, event.SMS, event.Messenger}
}

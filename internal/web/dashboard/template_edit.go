package dashboard

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/labstack/echo/v4"
)

// templateView is a template's editor.
type templateView struct {
	frame
	Name  journey.TemplateName
	State journey.TemplateState
	// Text is what the fields hold: the draft, what is live, or what was sent and refused.
	Text message.Template
	// RawBlocks is what was sent as blocks and cannot be read; "" otherwise.
	RawBlocks string
	// Revision is the draft that a save goes over, "" for none.
	Revision string
	// Group is the key's grid, for the way to its other texts.
	Group templateGroup
	// With is what it is shown with; Samples and Carts are what there is to choose.
	With    string
	Samples []choice
	Carts   []choice
	// Proofs are the text itself and the key's texts on the other channels, rendered.
	Proofs []proofView
	// Findings are the gate's, after it was asked; Passed says that nothing stops.
	Findings []journey.TemplateFinding
	Asked    bool
	// Theirs is the draft somebody else saved meanwhile; nil where nobody did.
	Theirs *journey.Draft
	// Did says what was just done; Trouble and Remedy what could not be, in the part of the page that Where names.
	Did, Trouble, Remedy, Where string
	// Note is what the publisher wrote, To where the last test went.
	Note, To string
}

// choice is one entry of a list to choose from.
type choice struct {
	Value, Label string
	Chosen       bool
}

// Template is GET /templates/:key/:channel/:locale.
func (d *Dashboard) Template(c echo.Context, m member) error {
	s, err := d.known(c, m)
	if err != nil {
		return err
	}
	v := templateView{Name: s.Name, State: s, Text: s.Current(), Revision: s.Draft.Revision, With: c.QueryParam("with"), Did: templateDid(c)}
	return d.showTemplate(c, m, http.StatusOK, v)
}

// showTemplate completes an editor and shows it.
func (d *Dashboard) showTemplate(c echo.Context, m member, status int, v templateView) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	b, err := d.Templates.TemplateBoard(ctx, m.shop.ID)
	if err != nil {
		return err
	}
	v.frame = d.frame(m, textWords(v.Name), "templates", sandbox)
	for _, g := range groupsOf(b, localesOf(b, m.shop.Locale)) {
		if g.Key == v.Name.Key {
			v.Group = g
		}
	}
	if v.Carts, err = d.cartChoices(c, m, v.With, ""); err != nil {
		return err
	}
	v.Samples = sampleChoices(v.Name.Locale, v.With)
	if v.To == "" && v.Name.Channel == event.Email {
		v.To = m.name
	}
	if v.Proofs, err = d.proofs(c, m, v, b); err != nil {
		return err
	}
	return d.show(c, status, "template.html", v)
}

// textWords names one text, unlike any other of its key.
func textWords(n journey.TemplateName) string {
	return keyWords(n.Key) + ", " + channelName(n.Channel) + ", " + n.Locale
}

// sampleChoices are the samples by what is special about them.
func sampleChoices(locale, with string) []choice {
	var out []choice
	for i, s := range message.Samples(locale) {
		value := "sample:" + s.Key
		out = append(out, choice{Value: value, Label: s.Name, Chosen: value == with || with == "" && i == 0})
	}
	return out
}

// TextCount counts the texts of the key: channel by language.
func (v templateView) TextCount() (n int) {
	for _, row := range v.Group.Rows {
		for _, cell := range row.Cells {
			if cell.Exists() {
				n++
			}
		}
	}
	return n
}

// Email, SMS and Messenger say which fields there are.
func (v templateView) Email() bool { return v.Name.Channel == event.Email }

// SMS is true for text messages.
func (v templateView) SMS() bool { return v.Name.Channel == event.SMS }

// Messenger is true for Messenger.
func (v templateView) Messenger() bool { return v.Name.Channel == event.Messenger }

// Draft reports whether the text differs from what is live.
func (v templateView) Draft() bool { return v.State.Drafted() }

// Stops are the findings that keep it from being published, Advice the others.
func (v templateView) Stops() []journey.TemplateFinding { return v.found(true) }

// Advice are the findings that keep nothing.
func (v templateView) Advice() []journey.TemplateFinding { return v.found(false) }

func (v templateView) found(stops bool) []journey.TemplateFinding {
	return slices.DeleteFunc(slices.Clone(v.Findings), func(f journey.TemplateFinding) bool { return f.Stops != stops })
}

// Problems are what is wrong with one field: the gate's findings, or what
// rendering it said.
func (v templateView) Problems(field string) []message.Problem {
	var out []message.Problem
	for _, f := range v.Findings {
		if f.Stops {
			out = append(out, f.Problem)
		}
	}
	if len(out) == 0 && len(v.Proofs) > 0 {
		out = append(out, v.Proofs[0].Problems...)
	}
	return slices.DeleteFunc(out, func(p message.Problem) bool { return fieldOf(p) != field })
}

// fieldOf gives the field of the form that a problem belongs to: "blocks" for "blocks[2].link".
func fieldOf(p message.Problem) string {
	field, _, _ := strings.Cut(p.Field, "[")
	if style, _, ok := strings.Cut(field, "."); ok {
		return style
	}
	return field
}

// Place says where in its field a problem is.
func (f frame) Place(p message.Problem) string {
	if at, ok := strings.CutPrefix(p.Field, "blocks["); ok {
		number, _, _ := strings.Cut(at, "]")
		if n, err := strconv.Atoi(number); err == nil {
			return "Block " + strconv.Itoa(n+1) + ": "
		}
	}
	if p.Line == 0 {
		return ""
	}
	return "Line " + strconv.Itoa(p.Line) + ": "
}

// FieldName is what the pages call a template's field.
func (f frame) FieldName(field string) string {
	if block := f.Place(message.Problem{Field: field}); block != "" {
		return strings.TrimSuffix(block, ": ")
	}
	field = fieldOf(message.Problem{Field: field})
	if name := map[string]string{
		"subject": "Subject", "preheader": "Preview text", "body": "Text", "text": "Plain text", "title": "Title",
		"image": "Picture", "button": "Button", "blocks": "Blocks",
	}[field]; name != "" {
		return name
	}
	return capital(field)
}

// Wrote says who saved or published something.
func (f frame) Wrote(a journey.Author) string {
	switch {
	case a.Name != "" && a.Kind == "key":
		return "API key “" + a.Name + "”"
	case a.Name != "":
		return a.Name
	case a.Kind == "command":
		return "the command line"
	case a.Kind == "":
		return "Cartograph"
	}
	return "somebody who is gone"
}

// faultsView are the problems of one field, for its list.
type faultsView struct {
	frame
	Field    string
	Problems []message.Problem
}

// Faults hands a field's problems to its list.
func (v templateView) Faults(field string) faultsView {
	return faultsView{frame: v.frame, Field: field, Problems: v.Problems(field)}
}

// InSandbox reports whether a test would leave nowhere.
func (v templateView) InSandbox() bool { return slices.Contains(v.Sandboxed, v.Name.Channel) }

// Provider is who carries a test.
func (v templateView) Provider() string { return providerName(v.Name.Channel) }

// Export is the address of what is live, as a file.
func (v templateView) Export() string {
	return v.Link("/templates/export", "key", v.Name.Key, "channel", string(v.Name.Channel), "locale", v.Name.Locale)
}

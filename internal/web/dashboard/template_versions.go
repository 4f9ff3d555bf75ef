package dashboard

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/labstack/echo/v4"
)

// versionsView lists a template's publications.
type versionsView struct {
	frame
	Name     journey.TemplateName
	State    journey.TemplateState
	Versions []journey.TemplateVersion
	// Next is the older ones' address, "" on the last page.
	Next string
	// Trouble says why nothing was restored.
	Trouble string
}

// TemplateVersions is GET /templates/:key/:channel/:locale/versions.
func (d *Dashboard) TemplateVersions(c echo.Context, m member) error {
	return d.showVersions(c, m, http.StatusOK, "")
}

func (d *Dashboard) showVersions(c echo.Context, m member, status int, trouble string) error {
	s, err := d.known(c, m)
	if err != nil {
		return err
	}
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	before, _ := strconv.Atoi(c.QueryParam("before"))
	list, next, err := d.Templates.TemplateVersions(c.Request().Context(), m.shop.ID, s.Name, before)
	if err != nil {
		return err
	}
	v := versionsView{frame: d.frame(m, "Versions of "+textWords(s.Name), "templates", sandbox), Name: s.Name, State: s, Versions: list, Trouble: trouble}
	if next > 0 {
		v.Next = v.At(s.Name, "/versions", "before", strconv.Itoa(next))
	}
	return d.show(c, status, "template-versions.html", v)
}

// Draft reports whether somebody works on it: restoring replaces that.
func (v versionsView) Draft() bool { return v.State.Drafted() }

// comparisonView is one version beside another text.
type comparisonView struct {
	frame
	Name journey.TemplateName
	// From and To say which texts are compared.
	From, To string
	Version  journey.TemplateVersion
	Fields   []comparedField
	Revision string
	// Restorable is true for a version that is not live.
	Restorable bool
}

// comparedField is one field that differs.
type comparedField struct {
	Name  string
	Lines []message.Line
}

// TemplateVersion is GET …/versions/:version: what that version changed against
// the one before; against=live and against=draft compare it with those.
func (d *Dashboard) TemplateVersion(c echo.Context, m member) error {
	s, err := d.known(c, m)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(c.Param("version"))
	if err != nil {
		return fault.New(fault.NotFound, "there is no such version")
	}
	ctx := c.Request().Context()
	version, err := d.Templates.TemplateVersion(ctx, m.shop.ID, s.Name, n)
	if err != nil {
		return err
	}
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	v := comparisonView{
		frame: d.frame(m, "Version "+strconv.Itoa(n)+" of "+textWords(s.Name), "templates", sandbox),
		Name:  s.Name, Version: version, Revision: s.Draft.Revision, Restorable: !version.Live || s.Drafted(),
	}
	before, after := version.Template, version.Template
	switch against := c.QueryParam("against"); {
	case against == "live" && s.Published():
		v.From, v.To, after = "version "+strconv.Itoa(n), "what is live", s.Live
	case against == "draft" && s.Drafted():
		v.From, v.To, after = "version "+strconv.Itoa(n), "the draft", s.Draft.Template
	default:
		v.From, v.To = "version "+strconv.Itoa(n-1), "version "+strconv.Itoa(n)
		before = message.Template{}
		earlier, err := d.Templates.TemplateVersion(ctx, m.shop.ID, s.Name, n-1)
		switch {
		case err == nil:
			before = earlier.Template
		case !fault.Is(err, fault.NotFound):
			return err
		default:
			v.From = "nothing"
		}
	}
	v.Fields = compared(v.frame, before, after)
	return d.show(c, http.StatusOK, "template-version.html", v)
}

// compared gives the fields that differ.
func compared(f frame, a, b message.Template) []comparedField {
	var out []comparedField
	for _, field := range []struct{ name, before, after string }{
		{"subject", a.Subject, b.Subject}, {"preheader", a.Preheader, b.Preheader}, {"blocks", blockLines(a), blockLines(b)}, {"body", a.Body, b.Body},
		{"text", a.Text, b.Text}, {"title", a.Title, b.Title}, {"image", a.Image, b.Image}, {"button", a.Button, b.Button},
	} {
		if field.before != field.after {
			out = append(out, comparedField{f.FieldName(field.name), message.Diff(field.before, field.after)})
		}
	}
	return out
}

// blockLines writes blocks and style in the editor's words, one field a line, to be compared.
func blockLines(t message.Template) string {
	if len(t.Blocks) == 0 {
		return ""
	}
	var out []string
	v := templateView{Text: t}
	for _, block := range v.ReadBlocks() {
		out = append(out, block.Name)
		for _, said := range block.Said {
			out = append(out, "    "+said.Value+": "+strings.ReplaceAll(said.Label, "\n", "\n    "))
		}
	}
	for _, f := range v.StyleFields() {
		if f.Value != f.Default {
			out = append(out, "How it looks, "+f.Label+": "+v.Chosen(f))
		}
	}
	return strings.Join(out, "\n")
}

// Mark is a line's sign, for those who see no colour.
func (f frame) Mark(l message.Line) string {
	switch l.Kind {
	case message.LineAdded:
		return "+"
	case message.LineRemoved:
		return "−"
	}
	return " "
}

// RestoreTemplate is POST …/versions/:version/restore: an old version becomes the draft.
func (d *Dashboard) RestoreTemplate(c echo.Context, m member) error {
	if err := bounded(c); err != nil {
		return err
	}
	name := templateName(c)
	n, err := strconv.Atoi(c.Param("version"))
	if err != nil {
		return fault.New(fault.NotFound, "there is no such version")
	}
	_, err = d.Templates.RestoreTemplateVersion(c.Request().Context(), m.shop.ID, name, n, c.FormValue("revision"))
	if fault.Is(err, fault.Conflict) {
		return d.showVersions(c, m, http.StatusConflict, "The draft was changed since you looked at this page, so nothing was restored. Look at the draft first, then restore.")
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, d.frame(m, "", "", nil).At(name, "", "did", "restored"))
}

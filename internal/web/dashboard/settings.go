package dashboard

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/labstack/echo/v4"
)

// SettingsDesk changes what a shop is and how it writes. Its errors are faults.
type SettingsDesk interface {
	// ChangeShop changes facts, settings and credentials by name, wholly or not at
	// all; what is wrong is told of each, joined.
	ChangeShop(ctx context.Context, shopID string, set map[string]string) error
}

// settingsPage is one page of settings drawn from the table in package shop.
type settingsPage struct {
	// Path is its address, Title its heading, Lead what it is about.
	Path, Title, Lead string
	Parts             []settingsPart
}

// settingsPart is one group with its heading.
type settingsPart struct {
	Group shop.Group
	Title string
}

// The pages that are drawn from the table.
var (
	shopPage = settingsPage{Path: "/settings", Title: "Shop", Lead: "What your shop is, and how it appears in messages.",
		Parts: []settingsPart{{shop.Facts, "Your shop"}, {shop.Voice, "In your messages"}}}
	rulesPage = settingsPage{Path: "/settings/sending", Title: "Sending", Lead: "When messages leave, to whom, and how often at most. Changes count from the next message on.",
		Parts: []settingsPart{{shop.Sending, "When and how often"}, {shop.Permission, "Permission"}, {shop.Measure, "Measuring"}}}
)

// field is one setting as its form shows it.
type field struct {
	shop.Setting
	// Value is what it is, or what was typed; Trouble says why that was refused, Remedy what to do.
	Value, Trouble, Remedy string
	// May is true for readers who may change it.
	May bool
}

// From is where a window begins.
func (f field) From() string { from, _, _ := strings.Cut(f.Value, "-"); return offIs(from, "") }

// To is where a window ends.
func (f field) To() string { _, to, _ := strings.Cut(f.Value, "-"); return to }

// Off is true for a window that is off.
func (f field) Off() bool { return offIs(f.Value, "") == "" }

func offIs(text, instead string) string {
	if text == "off" {
		return instead
	}
	return text
}

// Said writes the value for who may only look.
func (f field) Said() string {
	for _, o := range f.Options {
		if o.Value == f.Value {
			return o.Label
		}
	}
	if f.Value == "" {
		return "not set"
	}
	return f.Value
}

// Usual writes the default for people; "" for none.
func (f field) Usual() string {
	d := f.Default()
	for _, o := range f.Options {
		if o.Value == d {
			return o.Label
		}
	}
	return d
}

// fieldGroup is one part of a page of settings.
type fieldGroup struct {
	Title  string
	Fields []field
}

// settingsView is a page of settings.
type settingsView struct {
	frame
	Page   settingsPage
	Groups []fieldGroup
	// Did says what was just done; Wrong counts what was refused.
	Did   string
	Wrong int
	// Zones are offered where a time zone is typed.
	Zones []string
}

// Settings is GET /settings.
func (d *Dashboard) Settings(c echo.Context, m member) error {
	return d.settings(c, m, shopPage, nil, nil)
}

// Rules is GET /settings/sending.
func (d *Dashboard) Rules(c echo.Context, m member) error {
	return d.settings(c, m, rulesPage, nil, nil)
}

// SaveSettings is POST /settings.
func (d *Dashboard) SaveSettings(c echo.Context, m member) error {
	return d.saveSettings(c, m, shopPage)
}

// SaveRules is POST /settings/sending.
func (d *Dashboard) SaveRules(c echo.Context, m member) error {
	return d.saveSettings(c, m, rulesPage)
}

// settings shows a page; typed and refused are of a form that was sent back.
func (d *Dashboard) settings(c echo.Context, m member, p settingsPage, typed map[string]string, refused map[string]*fault.Error) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	v := settingsView{frame: d.frame(m, p.Title+" settings", "settings", sandbox), Page: p, Wrong: len(refused), Zones: zones}
	v.Groups = settingGroups(m, p.Parts, typed, refused)
	if c.QueryParam("saved") == "1" && len(refused) == 0 {
		v.Did = "Saved."
	}
	status := http.StatusOK
	if len(refused) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return d.show(c, status, "settings.html", v)
}

// groupsOf fills the fields of a page.
func settingGroups(m member, parts []settingsPart, typed map[string]string, refused map[string]*fault.Error) (out []fieldGroup) {
	all := shop.Catalogue()
	for _, part := range parts {
		g := fieldGroup{Title: part.Title}
		for _, line := range all {
			if line.Group == part.Group {
				g.Fields = append(g.Fields, settingField(m, line, typed, refused))
			}
		}
		out = append(out, g)
	}
	return out
}

func settingField(m member, line shop.Setting, typed map[string]string, refused map[string]*fault.Error) field {
	f := field{Setting: line, Value: line.Of(m.shop), May: m.may()}
	if t, ok := typed[line.Name]; ok {
		f.Value = t
	}
	if e := refused[line.Name]; e != nil {
		f.Trouble, f.Remedy = capital(e.Message), capital(e.Remedy)
	}
	return f
}

func (d *Dashboard) saveSettings(c echo.Context, m member, p settingsPage) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	set := typedIn(form, p.Parts)
	err = d.Desk.ChangeShop(c.Request().Context(), m.shop.ID, set)
	if refused := fieldFaults(err); len(refused) > 0 {
		return d.settings(c, m, p, set, refused)
	}
	if err != nil {
		return err
	}
	return d.back(c, m, p.Path, "saved", "1")
}

// typedIn takes the fields of some groups out of a form; what the form does not
// hold is left as it is.
func typedIn(form url.Values, parts []settingsPart) map[string]string {
	set := map[string]string{}
	for _, line := range shop.Catalogue() {
		if !slices.ContainsFunc(parts, func(p settingsPart) bool { return p.Group == line.Group }) {
			continue
		}
		if line.Kind == shop.Window {
			if v, ok := window(form, line.Name); ok {
				set[line.Name] = v
			}
		} else if form.Has(line.Name) {
			set[line.Name] = strings.TrimSpace(strings.ReplaceAll(form.Get(line.Name), "\r\n", "\n"))
		}
	}
	return set
}

// window puts a span of the day together from the fields it is typed into.
func window(form url.Values, name string) (string, bool) {
	from, to := form.Get(name+".from"), form.Get(name+".to")
	switch {
	case form.Get(name+".off") != "":
		return "off", true
	case form.Has(name + ".from"):
		return from + "-" + to, true
	}
	return form.Get(name), form.Has(name)
}

// maxSettingsForm bounds the body of a form of settings.
const maxSettingsForm = 64 << 10

// readForm reads a form's body, and only that: what an address holds would be
// written into logs.
func readForm(c echo.Context) (url.Values, error) {
	req := c.Request()
	req.Body = http.MaxBytesReader(c.Response(), req.Body, maxSettingsForm)
	if err := req.ParseForm(); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the form cannot be read").Try("go back and send it again")
	}
	return req.PostForm, nil
}

// fieldFaults gives what is wrong with which field; nil unless all of it is
// somebody's typing.
func fieldFaults(err error) map[string]*fault.Error {
	out := map[string]*fault.Error{}
	for _, one := range apart(err) {
		f := asFault(one)
		if f == nil || f.Code != fault.Unprocessable && f.Code != fault.Invalid || f.Field == "" {
			return nil
		}
		if out[f.Field] == nil {
			out[f.Field] = f
		}
	}
	return out
}

// apart gives the errors that were joined into one, however deep.
func apart(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var out []error
	for _, one := range joined.Unwrap() {
		out = append(out, apart(one)...)
	}
	return out
}

// asFault gives the fault in an error, nil for none.
func asFault(err error) *fault.Error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return nil
	}
	return f
}

// back answers a form by leading to a page of the shop.
func (d *Dashboard) back(c echo.Context, m member, path string, query ...string) error {
	return c.Redirect(http.StatusSeeOther, d.frame(m, "", "", nil).Link(path, query...))
}

// may reports whether somebody is an owner.
func (m member) may() bool { return m.role.May(manage) }

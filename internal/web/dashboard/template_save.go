package dashboard

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/labstack/echo/v4"
)

// edited reads an editor's form: the page it makes when it is shown again.
func (d *Dashboard) edited(c echo.Context, m member) (templateView, error) {
	if err := whole(c); err != nil {
		return templateView{}, err
	}
	name := templateName(c)
	s, err := d.Templates.TemplateState(c.Request().Context(), m.shop.ID, name)
	if err != nil {
		return templateView{}, err
	}
	v := templateView{
		Name: name, State: s, Revision: c.FormValue("revision"), With: c.FormValue("with"),
		Note: c.FormValue("note"), To: c.FormValue("address"),
	}
	if v.Text, err = formTemplate(c, name); err != nil {
		// What was typed is not lost, though it cannot be read.
		v.RawBlocks = c.FormValue("blocks")
	}
	return v, err
}

// keep saves what the form holds, unless it is what is there already.
func (d *Dashboard) keep(c echo.Context, m member, v *templateView) error {
	if v.State.Drafted() && v.State.Draft.Revision == v.Revision && journey.SameTemplate(v.State.Draft.Template, v.Text) {
		return nil
	}
	draft, err := d.Templates.SaveTemplateDraft(c.Request().Context(), m.shop.ID, v.Text, v.Revision)
	if err == nil {
		v.State.Draft, v.Text, v.Revision = draft, draft.Template, draft.Revision
	}
	return err
}

// SaveTemplate is POST …/draft.
func (d *Dashboard) SaveTemplate(c echo.Context, m member) error {
	v, err := d.edited(c, m)
	if err != nil {
		return d.again(c, m, v, "save", err)
	}
	if err := d.keep(c, m, &v); err != nil {
		return d.again(c, m, v, "save", err)
	}
	return d.backTo(c, m, v, "saved", "1")
}

// DiscardTemplate is POST …/discard.
func (d *Dashboard) DiscardTemplate(c echo.Context, m member) error {
	v, err := d.edited(c, m)
	if err != nil {
		return d.again(c, m, v, "save", err)
	}
	if err := d.Templates.DiscardTemplateDraft(c.Request().Context(), m.shop.ID, v.Name, v.Revision); err != nil {
		return d.again(c, m, v, "save", err)
	}
	if !v.State.Published() {
		return c.Redirect(http.StatusSeeOther, d.frame(m, "", "", nil).Link("/templates", "did", "discarded"))
	}
	return d.backTo(c, m, v, "did", "discarded")
}

// CheckTemplate is POST …/check: the gate's findings, and the draft is kept.
func (d *Dashboard) CheckTemplate(c echo.Context, m member) error {
	v, err := d.edited(c, m)
	if err != nil {
		return d.again(c, m, v, "save", err)
	}
	if err := d.keep(c, m, &v); err != nil {
		return d.again(c, m, v, "save", err)
	}
	if v.Findings, err = d.Templates.CheckTemplate(c.Request().Context(), m.shop.ID, v.Text); err != nil {
		return err
	}
	v.Asked = true
	return d.showTemplate(c, m, http.StatusOK, v)
}

// PublishTemplate is POST …/publish: what the form holds is saved, asked about
// by the gate and, if nothing stops it, live.
func (d *Dashboard) PublishTemplate(c echo.Context, m member) error {
	v, err := d.edited(c, m)
	if err != nil {
		return d.again(c, m, v, "save", err)
	}
	if err := d.keep(c, m, &v); err != nil {
		return d.again(c, m, v, "publish", err)
	}
	version, found, err := d.Templates.PublishTemplate(c.Request().Context(), m.shop.ID, v.Name, v.Revision, v.Note)
	if err != nil {
		v.Findings, v.Asked = found, len(found) > 0
		return d.again(c, m, v, "publish", err)
	}
	return d.backTo(c, m, v, "published", strconv.Itoa(version))
}

// TestTemplate is POST …/test: what the form holds, sent to one address. The
// draft is kept, so that what was tested is not lost.
func (d *Dashboard) TestTemplate(c echo.Context, m member) error {
	v, err := d.edited(c, m)
	if err != nil {
		return d.again(c, m, v, "save", err)
	}
	if err := d.keep(c, m, &v); err != nil {
		return d.again(c, m, v, "test", err)
	}
	report, err := d.Templates.SendTemplateTest(c.Request().Context(), m.shop.ID, v.Text, v.With, v.To)
	if err != nil {
		return d.again(c, m, v, "test", err)
	}
	if report.Outcome != "accepted" {
		v.Trouble, v.Remedy = testRefused(v.Name.Channel, report)
		v.Where = "test"
		return d.showTemplate(c, m, http.StatusOK, v)
	}
	did := "tested"
	if report.Sandbox {
		did = "tested_in_sandbox"
	}
	return d.backTo(c, m, v, "did", did)
}

// testRefused says why a test did not go out.
func testRefused(ch event.Channel, r journey.TestReport) (trouble, remedy string) {
	said := strings.TrimSpace(r.Code + " " + r.Reason)
	if said == "" {
		said = "it said no more"
	}
	switch r.Outcome {
	case "unknown":
		return providerName(ch) + " did not answer in time: the test may or may not have gone out.", "Look into the mailbox before you send another."
	case "retry_after":
		return providerName(ch) + " cannot take it now (" + said + ").", "Try again in a few minutes."
	case "misconfigured":
		return providerName(ch) + " does not accept the shop’s account (" + said + ").", "Check the channel’s keys and sender in the settings."
	}
	return providerName(ch) + " refused it (" + said + ").", "Check the address, then try again."
}

// providerName is who carries a channel.
func providerName(ch event.Channel) string {
	switch ch {
	case event.Email:
		return "SendGrid"
	case event.SMS:
		return "Twilio"
	}
	return "Messenger"
}

// backTo leads to the editor after something was done.
func (d *Dashboard) backTo(c echo.Context, m member, v templateView, query ...string) error {
	return c.Redirect(http.StatusSeeOther, d.frame(m, "", "", nil).At(v.Name, "", append(query, "with", v.With)...))
}

// again shows the editor with what was typed and why it could not be done.
// Failures that are ours are answered as everywhere.
func (d *Dashboard) again(c echo.Context, m member, v templateView, where string, err error) error {
	p := problem.From(err)
	if p.Status >= http.StatusInternalServerError || fault.Is(err, fault.Forbidden) || v.Name.Key == "" {
		return err
	}
	v.Where, v.Trouble, v.Remedy = where, capital(p.Detail)+".", capital(p.Remedy)
	if v.Remedy != "" {
		v.Remedy += "."
	}
	s, serr := d.Templates.TemplateState(c.Request().Context(), m.shop.ID, v.Name)
	if serr != nil {
		return serr
	}
	if fault.Is(err, fault.NotFound) && !s.Exists() {
		return err
	}
	v.State = s
	if fault.Is(err, fault.Conflict) {
		// Both texts stay: theirs is stored and shown beside, one's own is in the fields.
		if s.Drafted() {
			v.Theirs = &s.Draft
		}
		v.Revision = s.Draft.Revision
	}
	return d.showTemplate(c, m, p.Status, v)
}

// templateDid says what was just done, from the address it led to.
func templateDid(c echo.Context) string {
	if n, err := strconv.Atoi(c.QueryParam("published")); err == nil && n > 0 {
		return "Version " + strconv.Itoa(n) + " is live: the next message uses it."
	}
	if c.QueryParam("saved") != "" {
		return "The draft is saved. Shoppers still get what is live, until you publish it."
	}
	return map[string]string{
		"retired":           "The text is retired. It stands at the end of this page, and can be brought back.",
		"discarded":         "The draft was thrown away.",
		"restored":          "The old version is your draft now. Publish it to make it live.",
		"tested":            "The test is on its way: the provider accepted it.",
		"tested_in_sandbox": "The test went to the sandbox: this channel has no keys, so nothing left.",
		"made":              "A new draft is begun. Shoppers get it once you publish it.",
		"converted":         "The text was converted, and is your draft now. What is live stays as it is until you publish.",
		"there":             "This text is there already: here it is.",
	}[c.QueryParam("did")]
}

package dashboard

import (
	"context"
	"net/http"
	"strconv"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/labstack/echo/v4"
)

// TemplateShelf takes texts out of use and brings them back. Its errors are faults.
type TemplateShelf interface {
	// TemplateRetirement says what retiring a live text would mean; fault.NotFound where nothing is live.
	TemplateRetirement(ctx context.Context, shopID string, n journey.TemplateName) (journey.Retirement, error)
	// RetireTemplate takes the version that was seen out of use; fault.Conflict says what keeps it.
	RetireTemplate(ctx context.Context, shopID string, n journey.TemplateName, seen int) error
	// ReturnTemplate brings a retired one back; what stands in the way comes as findings beside fault.Unprocessable.
	ReturnTemplate(ctx context.Context, shopID string, n journey.TemplateName) (version int, found []journey.TemplateFinding, err error)
}

// retireView asks before a text is retired.
type retireView struct {
	frame
	journey.Retirement
	// Trouble and Remedy say why it was not done.
	Trouble, Remedy string
}

// AskRetireTemplate is GET /templates/:key/:channel/:locale/retire.
func (d *Dashboard) AskRetireTemplate(c echo.Context, m member) error {
	return d.askRetire(c, m, http.StatusOK, nil)
}

func (d *Dashboard) askRetire(c echo.Context, m member, status int, refused *fault.Error) error {
	n := templateName(c)
	r, err := d.Templates.TemplateRetirement(c.Request().Context(), m.shop.ID, n)
	if err != nil {
		return err
	}
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	v := retireView{frame: d.frame(m, "Retire "+keyWords(n.Key), "templates", sandbox), Retirement: r}
	if refused != nil {
		v.Trouble, v.Remedy = capital(refused.Message)+".", capital(refused.Remedy)+"."
	}
	return d.show(c, status, "template-retire.html", v)
}

// RetireTemplate is POST …/retire.
func (d *Dashboard) RetireTemplate(c echo.Context, m member) error {
	n := templateName(c)
	seen, _ := strconv.Atoi(c.FormValue("version"))
	err := d.Templates.RetireTemplate(c.Request().Context(), m.shop.ID, n, seen)
	if fault.Is(err, fault.Conflict) {
		return d.askRetire(c, m, http.StatusConflict, asFault(err))
	}
	if err != nil {
		return err
	}
	return d.back(c, m, "/templates", "did", "retired")
}

// ReturnTemplate is POST …/return: a retired text is live again. One that
// cannot be sent as it is leads to its editor, which says why.
func (d *Dashboard) ReturnTemplate(c echo.Context, m member) error {
	n := templateName(c)
	version, found, err := d.Templates.ReturnTemplate(c.Request().Context(), m.shop.ID, n)
	if f := asFault(err); f != nil && (f.Code == fault.Unprocessable || f.Code == fault.Conflict) {
		s, err := d.known(c, m)
		if err != nil {
			return err
		}
		v := templateView{Name: n, State: s, Text: s.Current(), Revision: s.Draft.Revision, Findings: found, Asked: len(found) > 0,
			Trouble: capital(f.Message) + ".", Remedy: capital(f.Remedy) + "."}
		return d.showTemplate(c, m, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, d.frame(m, "", "", nil).At(n, "", "published", strconv.Itoa(version)))
}

// retiredText is a retired text in the list.
type retiredText struct {
	Name    journey.TemplateName
	Version int
	Opening string
}

// retiredTexts are those that nobody works on: a draft stands with the others.
func retiredTexts(b journey.TemplateBoard) []retiredText {
	drafted := map[journey.TemplateName]bool{}
	for _, d := range b.Drafts {
		drafted[journey.NameOf(d.Template)] = true
	}
	var out []retiredText
	for _, t := range b.Retired {
		if n := journey.NameOf(t); !drafted[n] {
			out = append(out, retiredText{n, t.Version, openingWords(t)})
		}
	}
	return out
}

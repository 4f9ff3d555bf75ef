package dashboard

import (
	"context"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/labstack/echo/v4"
)

// TemplateDesk is what the pages of templates need. What is asked for with a
// shop's id never holds anything of another shop. Its errors are faults.
type TemplateDesk interface {
	TemplateShelf
	// TemplateBoard gives everything a shop writes with.
	TemplateBoard(ctx context.Context, shopID string) (journey.TemplateBoard, error)
	// TemplateState gives what is live and what is drafted; nothing of either is no error.
	TemplateState(ctx context.Context, shopID string, n journey.TemplateName) (journey.TemplateState, error)
	// TemplateVersions lists publications, newest first, before a version or 0; next is 0 at the end.
	TemplateVersions(ctx context.Context, shopID string, n journey.TemplateName, before int) (list []journey.TemplateVersion, next int, err error)
	TemplateVersion(ctx context.Context, shopID string, n journey.TemplateName, version int) (journey.TemplateVersion, error)
	// ProveTemplate renders one to be looked at, with "sample:KEY", "cart:ID" or "".
	ProveTemplate(ctx context.Context, shopID string, t message.Template, with string) (journey.Proof, error)
	// CheckTemplate is the gate before publishing.
	CheckTemplate(ctx context.Context, shopID string, t message.Template) ([]journey.TemplateFinding, error)
	// SaveTemplateDraft stores a draft over the revision that was seen; another one there is fault.Conflict.
	SaveTemplateDraft(ctx context.Context, shopID string, t message.Template, seen string) (journey.Draft, error)
	DiscardTemplateDraft(ctx context.Context, shopID string, n journey.TemplateName, seen string) error
	RestoreTemplateVersion(ctx context.Context, shopID string, n journey.TemplateName, version int, seen string) (journey.Draft, error)
	// PublishTemplate makes the draft that was seen live; what stands in the way comes as findings beside fault.Unprocessable.
	PublishTemplate(ctx context.Context, shopID string, n journey.TemplateName, seen, note string) (version int, found []journey.TemplateFinding, err error)
	// SendTemplateTest sends it to one address, marked as a test.
	SendTemplateTest(ctx context.Context, shopID string, t message.Template, with, to string) (journey.TestReport, error)
}

// templateName reads which template an address names.
func templateName(c echo.Context) journey.TemplateName {
	return journey.TemplateName{Key: c.Param("key"), Channel: event.Channel(c.Param("channel")), Locale: c.Param("locale")}
}

// templatePath is the address of a template's editor.
func templatePath(n journey.TemplateName) string { return "/templates/" + n.String() }

// At gives the address of a template's page within the shop.
func (f frame) At(n journey.TemplateName, under string, query ...string) string {
	return f.Link(templatePath(n)+under, query...)
}

// known gives a template that is there, published or as a draft.
func (d *Dashboard) known(c echo.Context, m member) (journey.TemplateState, error) {
	s, err := d.Templates.TemplateState(c.Request().Context(), m.shop.ID, templateName(c))
	if err == nil && !s.Exists() {
		err = fault.New(fault.NotFound, "there is no template of this name").
			Try("look in the list of templates, or write a new one there")
	}
	return s, err
}

// formTemplate reads what an editor's form holds.
func formTemplate(c echo.Context, n journey.TemplateName) (message.Template, error) {
	return formBlocks(c, n.Of(message.Template{
		Subject: c.FormValue("subject"), Preheader: c.FormValue("preheader"), Body: c.FormValue("body"), Text: c.FormValue("text"),
		Title: c.FormValue("title"), Image: c.FormValue("image"), Button: c.FormValue("button"),
	}))
}

// keyWords makes words of a template's key.
func keyWords(key string) string {
	words := strings.FieldsFunc(key, func(r rune) bool { return r == '-' || r == '_' || r == ' ' })
	for i, w := range words {
		if w == "vip" || w == "sms" {
			words[i] = strings.ToUpper(w)
		}
	}
	return capital(strings.Join(words, " "))
}

// Key makes words of a template's key.
func (f frame) Key(key string) string { return keyWords(key) }

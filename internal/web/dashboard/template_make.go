package dashboard

import (
	"net/http"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/labstack/echo/v4"
)

// MakeTemplate is POST /templates: a new draft, empty or a copy of another text.
func (d *Dashboard) MakeTemplate(c echo.Context, m member) error {
	if err := bounded(c); err != nil {
		return err
	}
	ctx := c.Request().Context()
	n := journey.TemplateName{
		Key: strings.TrimSpace(c.FormValue("key")), Channel: event.Channel(c.FormValue("channel")), Locale: strings.TrimSpace(c.FormValue("locale")),
	}
	t, err := d.begun(c, m, n)
	if err == nil {
		_, err = d.Templates.SaveTemplateDraft(ctx, m.shop.ID, t, "")
	}
	f := d.frame(m, "", "", nil)
	switch {
	case err == nil:
		return c.Redirect(http.StatusSeeOther, f.At(n, "", "did", "made"))
	case fault.Is(err, fault.Conflict):
		return c.Redirect(http.StatusSeeOther, f.At(n, "", "did", "there"))
	case fault.Is(err, fault.Unprocessable), fault.Is(err, fault.NotFound):
		p := problem.From(err)
		return d.showTemplates(c, m, p.Status, templatesView{Trouble: capital(p.Detail) + ".", Remedy: capital(p.Remedy) + ".", Wanted: n})
	}
	return err
}

// begun is what a new text begins as; one that is there already is fault.Conflict.
func (d *Dashboard) begun(c echo.Context, m member, n journey.TemplateName) (message.Template, error) {
	ctx := c.Request().Context()
	s, err := d.Templates.TemplateState(ctx, m.shop.ID, n)
	if err != nil {
		return message.Template{}, err
	}
	if s.Exists() {
		return message.Template{}, fault.New(fault.Conflict, "this text is there already")
	}
	from := strings.Split(c.FormValue("from"), "/")
	if len(from) != 3 {
		return starter(n), nil
	}
	s, err = d.Templates.TemplateState(ctx, m.shop.ID, journey.TemplateName{Key: from[0], Channel: event.Channel(from[1]), Locale: from[2]})
	if err == nil && !s.Exists() {
		err = fault.New(fault.NotFound, "the text to copy is not there any more").Try("choose another one")
	}
	return copied(s.Current(), n), err
}

// starter is a short text that says the least there is to say.
func starter(n journey.TemplateName) message.Template {
	t := message.Template{Body: "{{ shop.name }}: your cart is still here. {{ cart.restore_url }}\nReply STOP to opt out"}
	switch n.Channel {
	case event.Email:
		t.Subject, t.Preheader = "{{ shopper.first_name | default: 'Hello' }}, your cart is waiting", "Everything you chose is still in it."
		t.Body, t.Blocks = "", readyBlocks()
	case event.Messenger:
		t.Title, t.Button, t.Image = "Your cart is still here", "Back to my cart", "{{ cart.items.first.image_url }}"
		t.Body = "Everything you chose is still in it. Reply STOP to end"
	}
	return n.Of(t)
}

// copied takes a text over to another name. Between channels only words can go.
func copied(t message.Template, n journey.TemplateName) message.Template {
	switch {
	case t.Channel == n.Channel:
	case t.Channel == event.Email:
		if made, err := t.Compiled(); err == nil {
			t = made
		}
		words := t.Text
		if strings.TrimSpace(words) == "" {
			words = plainWords(t.Body)
		}
		t = message.Template{Body: words, Title: starter(n).Title, Button: starter(n).Button, Image: starter(n).Image}
	case n.Channel == event.Email:
		t = message.Template{Subject: first(t.Title, starter(n).Subject), Body: "<p>" + t.Body + "</p>\n{% render 'button', label: 'Back to my cart' %}\n"}
	default:
		t.Title, t.Button, t.Image = first(t.Title, starter(n).Title), first(t.Button, starter(n).Button), first(t.Image, starter(n).Image)
	}
	return n.Of(t)
}

// plainWords takes the tags of HTML out, and the snippets, which print tables.
func plainWords(html string) string {
	var lines []string
	for line := range strings.SplitSeq(markup.ReplaceAllString(html, "\n"), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, " ")
}

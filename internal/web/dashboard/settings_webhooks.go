package dashboard

import (
	"context"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/labstack/echo/v4"
)

// WebhookDesk is how a shop's events come in.
type WebhookDesk interface {
	// Webhooks gives address, newest events and refused signatures; the ends of secrets only with hints.
	Webhooks(ctx context.Context, shopID string, hints bool) (journey.Webhooks, error)
	// AddWebhookSecret adds a secret, the one given or for "" a new one, and tells it
	// once. Those of before stay valid.
	AddWebhookSecret(ctx context.Context, shopID, given string) (secret string, err error)
	// RemoveWebhookSecret makes one secret invalid, fault.Conflict for the last.
	RemoveWebhookSecret(ctx context.Context, shopID, id string) error
}

// webhooksView is the page of webhooks.
type webhooksView struct {
	frame
	Webhooks journey.Webhooks
	Guide    PlatformGuide
	// Fresh is a new secret, shown this once; Trouble why one was refused.
	Fresh, Did, Trouble string
}

// WebhookSettings is GET /settings/webhooks.
func (d *Dashboard) WebhookSettings(c echo.Context, m member) error {
	return d.webhooks(c, m, "", nil)
}

func (d *Dashboard) webhooks(c echo.Context, m member, fresh string, refused *fault.Error) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	w, err := d.Desk.Webhooks(c.Request().Context(), m.shop.ID, m.may())
	if err != nil {
		return err
	}
	v := webhooksView{frame: d.frame(m, "Webhooks settings", "settings", sandbox), Webhooks: w, Guide: guideOf(m.shop.Platform), Fresh: fresh, Trouble: why(refused)}
	v.Did = didSecret[c.QueryParam("did")]
	status := http.StatusOK
	if refused != nil {
		status = http.StatusUnprocessableEntity
	}
	return d.show(c, status, "settings_webhooks.html", v)
}

// didSecret says what was done with a secret.
var didSecret = map[string]string{
	"added":   "The secret was added. Those of before are valid too, until you remove them.",
	"removed": "The secret was removed. What is signed with it is refused from now on.",
}

// AddSecret is POST /settings/webhooks/secret. The secret is shown in the
// answer itself, once: an address would be kept by the browser.
func (d *Dashboard) AddSecret(c echo.Context, m member) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	given := form.Get("secret")
	secret, err := d.Desk.AddWebhookSecret(c.Request().Context(), m.shop.ID, given)
	if refused := fieldFaults(err); len(refused) > 0 {
		return d.webhooks(c, m, "", refused["secret"])
	}
	if err != nil {
		return err
	}
	if given != "" {
		secret = ""
	}
	switch {
	case c.QueryParam("from") == "start":
		return d.start(c, m, startNews{secret: secret})
	case secret == "":
		return d.back(c, m, "/settings/webhooks", "did", "added")
	}
	return d.webhooks(c, m, secret, nil)
}

// RemoveSecret is POST /settings/webhooks/secret/:id/remove.
func (d *Dashboard) RemoveSecret(c echo.Context, m member) error {
	if err := d.Desk.RemoveWebhookSecret(c.Request().Context(), m.shop.ID, c.Param("id")); err != nil {
		return err
	}
	return d.back(c, m, "/settings/webhooks", "did", "removed")
}

// why writes what is wrong for people; "" for nothing.
func why(f *fault.Error) string {
	if f == nil {
		return ""
	}
	out := capital(f.Message) + "."
	if f.Remedy != "" {
		out += " " + capital(f.Remedy) + "."
	}
	return out
}

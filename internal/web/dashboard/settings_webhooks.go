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
	// RotateWebhookSecret adds a secret, the one given or for "" a new one, and tells it once.
	RotateWebhookSecret(ctx context.Context, shopID, given string) (secret string, err error)
	// RetireWebhookSecrets makes the newest secret the only one.
	RetireWebhookSecrets(ctx context.Context, shopID string) error
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
	if c.QueryParam("did") == "retired" {
		v.Did = "Only the newest secret is valid now."
	}
	status := http.StatusOK
	if refused != nil {
		status = http.StatusUnprocessableEntity
	}
	return d.show(c, status, "settings_webhooks.html", v)
}

// RotateSecret is POST /settings/webhooks/secret. The secret is shown in the
// answer itself, once: an address would be kept by the browser.
func (d *Dashboard) RotateSecret(c echo.Context, m member) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	given := form.Get("secret")
	secret, err := d.Desk.RotateWebhookSecret(c.Request().Context(), m.shop.ID, given)
	if refused := fieldFaults(err); len(refused) > 0 {
		return d.webhooks(c, m, "", refused["secret"])
	}
	if err != nil {
		return err
	}
	if given != "" {
		secret = ""
	}
	if c.QueryParam("from") == "start" {
		return d.start(c, m, startNews{secret: secret})
	}
	return d.webhooks(c, m, secret, nil)
}

// RetireSecrets is POST /settings/webhooks/retire.
func (d *Dashboard) RetireSecrets(c echo.Context, m member) error {
	if err := d.Desk.RetireWebhookSecrets(c.Request().Context(), m.shop.ID); err != nil {
		return err
	}
	return d.back(c, m, "/settings/webhooks", "did", "retired")
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

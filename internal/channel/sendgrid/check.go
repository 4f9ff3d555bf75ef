package sendgrid

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// Check asks which permissions the key has; it needs that of sending.
func (p *Provider) Check(ctx context.Context, a delivery.Account) delivery.Health {
	if !channel.HeaderSafe(a.Key) {
		return delivery.Health{Says: "The API key is missing, or there are blanks in it."}
	}
	base, err := channel.Base(a.BaseURL, root)
	if err != nil {
		return delivery.Health{Says: "The SendGrid base URL is no http(s) address."}
	}
	status, body, fail := channel.Look(ctx, p.rest.HTTPClient, base+"/v3/scopes", func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+a.Key) })
	if fail != nil {
		return *fail
	}
	if status != http.StatusOK {
		return channel.Answered(status, "this API key")
	}
	var answer struct {
		Scopes []string `json:"scopes"`
	}
	switch err := json.Unmarshal(body, &answer); {
	case err != nil:
		return delivery.Health{Code: "200", Says: "SendGrid’s answer could not be read."}
	case !slices.Contains(answer.Scopes, "mail.send"):
		return delivery.Health{Code: "200", Says: "The API key works, but may not send: give it the permission Mail Send."}
	}
	return delivery.Health{OK: true, Code: "200", Says: "SendGrid accepts the API key, and it may send."}
}

package messenger

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// Check asks Meta for the page's name, which only a token of the page is told.
func (p *Provider) Check(ctx context.Context, a delivery.Account) delivery.Health {
	base, err := channel.Base(a.BaseURL, root)
	switch {
	case err != nil:
		return delivery.Health{Says: "The Graph base URL is no http(s) address."}
	case a.ID == "" || !channel.HeaderSafe(a.Key):
		return delivery.Health{Says: "The page id or the page token is missing, or there are blanks in it."}
	}
	target := base + "/" + p.version + "/" + url.PathEscape(a.ID) + "?fields=id,name"
	if shown := proof(a); shown != "" {
		target += "&" + strings.TrimPrefix(shown, "?")
	}
	status, body, fail := channel.Look(ctx, p.http, target, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+a.Key) })
	switch {
	case fail != nil:
		return *fail
	case status == http.StatusBadRequest, status == http.StatusNotFound:
		// Meta answers 400 for a bad token as well as for a page it does not know.
		return delivery.Health{Code: "400", Says: "Meta does not accept this page id with this token. Copy both again; tokens end when their maker changes the password."}
	case status != http.StatusOK:
		return channel.Answered(status, "this page token")
	}
	var page struct{ ID, Name string }
	if err := json.Unmarshal(body, &page); err != nil || page.ID == "" {
		return delivery.Health{Code: "200", Says: "Meta’s answer could not be read."}
	}
	if len(a.VerifyKeys) == 0 || a.VerifyKeys[0] == "" {
		return delivery.Health{Code: "200", Says: "Meta accepts the page token, but there is no app secret: what shoppers write could not be verified, and is refused."}
	}
	return delivery.Health{OK: true, Code: "200", Says: "Meta accepts the page token and the app secret."}
}

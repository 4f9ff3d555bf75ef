package twilio

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// Check asks for the account itself: whether it is there, active and more than a trial.
func (p *Provider) Check(ctx context.Context, a delivery.Account) delivery.Health {
	base, err := channel.Base(a.BaseURL, root)
	switch {
	case err != nil:
		return delivery.Health{Says: "The Twilio base URL is no http(s) address."}
	case a.ID == "" || a.Key == "":
		return delivery.Health{Says: "The account SID or the auth token is missing."}
	}
	status, body, fail := channel.Look(ctx, p.http, base+"/2010-04-01/Accounts/"+url.PathEscape(a.ID)+".json", func(r *http.Request) { r.SetBasicAuth(a.ID, a.Key) })
	switch {
	case fail != nil:
		return *fail
	case status == http.StatusNotFound:
		return delivery.Health{Code: "404", Says: "Twilio knows no account of this SID."}
	case status != http.StatusOK:
		return channel.Answered(status, "this account SID and auth token")
	}
	var account struct {
		Status string `json:"status"`
		Type   string `json:"type"`
	}
	switch err := json.Unmarshal(body, &account); {
	case err != nil:
		return delivery.Health{Code: "200", Says: "Twilio’s answer could not be read."}
	case account.Status != "active":
		return delivery.Health{Code: "200", Says: "Twilio knows the account, but it is not active: see Twilio’s console."}
	case account.Type == "Trial":
		return delivery.Health{OK: true, Code: "200", Says: "Twilio accepts the keys. It is a trial account: texts reach only numbers that you have verified at Twilio."}
	}
	return delivery.Health{OK: true, Code: "200", Says: "Twilio accepts the keys, and the account is active."}
}

package wix

import (
	"context"
	"net/http"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
)

// apiURL is where Wix's API is, for all sites.
const apiURL = "https://www.wixapis.com"

// Needs lists what calls of Wix's API take.
func (*Adapter) Needs() []platform.Need {
	return []platform.Need{
		{Name: platform.KeyID, Label: "App ID", Help: "Your app's dashboard → Develop → OAuth. Leave it empty to use an API key.", Optional: true},
		{Name: platform.KeySecret, Label: "App secret or API key", Help: "The secret beside the app ID, or a key of your account's API Keys Manager."},
		{Name: platform.KeyAccount, Label: "App instance ID or site ID",
			Help: "With an app, the ID of its installation on the site; with an API key, the site's ID (after /dashboard/ in the address of its dashboard)."},
		{Name: platform.KeyURL, Label: "API address", Help: "Only if it is not " + apiURL + ".", Optional: true},
	}
}

// Probe asks for one order, which takes the right that lists need.
func (a *Adapter) Probe(ctx context.Context, api platform.API) error {
	_, err := a.ask(ctx, api, http.MethodPost, "/ecom/v1/orders/search", map[string]any{
		"search": map[string]any{"cursorPaging": map[string]any{"limit": 1}}}, nil)
	return err
}

// ask makes one call. An app's ID and secret are exchanged for a token that
// holds for hours and is used for this call alone; an API key is shown as it is.
func (a *Adapter) ask(ctx context.Context, api platform.API, method, path string, in, v any) ([]byte, error) {
	base := api.Base(apiURL)
	header, err := a.keys(ctx, api, base)
	if err != nil {
		return nil, err
	}
	body, _, err := api.Ask(ctx, method, base+path, header, in, v)
	return body, err
}

func (a *Adapter) keys(ctx context.Context, api platform.API, base string) (map[string]string, error) {
	value := func(name string) string { return strings.TrimSpace(api.Values[name]) }
	id, secret, site := value(platform.KeyID), value(platform.KeySecret), value(platform.KeyAccount)
	if secret == "" || site == "" {
		return nil, fault.New(fault.Misconfigured, "the shop has no key of Wix's API, or no site").
			In(platform.KeySecret).Try("save the app's ID, its secret and its instance ID in the settings")
	}
	if id == "" {
		return map[string]string{"Authorization": secret, "wix-site-id": site}, nil
	}
	var reply struct {
		Token string `json:"access_token"`
	}
	_, _, err := api.Ask(ctx, http.MethodPost, base+"/oauth2/token", nil, map[string]string{
		"grant_type": "client_credentials", "client_id": id, "client_secret": secret, "instance_id": site}, &reply)
	switch {
	case fault.Is(err, fault.Unprocessable), err == nil && reply.Token == "":
		return nil, fault.New(fault.Misconfigured, "Wix gives no token for this app on this site").
			In(platform.KeyID).Try("check the app's ID and secret, and that the instance ID is the one of this site")
	case err != nil:
		return nil, err
	}
	return map[string]string{"Authorization": reply.Token}, nil
}

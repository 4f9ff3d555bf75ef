package shopify

import (
	"context"
	"net/url"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
)

// version is the API version that is asked. Shopify serves one for a year and
// answers in the oldest it still has afterwards.
const version = "2026-04"

// Needs lists what calls of the Admin API take.
func (*Adapter) Needs() []platform.Need {
	return []platform.Need{
		{Name: platform.KeyID, Label: "Client ID",
			Help: "Shopify's Dev Dashboard → your app → Settings. Leave it empty for an app made in the admin, which has a lasting token.", Optional: true},
		{Name: platform.KeySecret, Label: "Client secret or Admin API access token",
			Help: "The secret beside the client ID, or the token that begins with shpat_."},
		{Name: platform.KeyURL, Label: "Shop address",
			Help: "Only if it is not https:// and the shop's domain, like https://NAME.myshopify.com.", Optional: true},
	}
}

// Probe asks for one order's id, which takes the right that lists need.
func (a *Adapter) Probe(ctx context.Context, api platform.API) error {
	base, header, err := a.admin(ctx, api)
	if err != nil {
		return err
	}
	_, _, err = api.Get(ctx, base+"/orders.json?status=any&limit=1&fields=id", header, nil)
	return err
}

// admin gives the address of the Admin API and the header that opens it. A
// client ID with its secret is exchanged for a token, which holds for a day and
// is used for this call alone: there is no safe place to keep it.
func (*Adapter) admin(ctx context.Context, api platform.API) (base string, header map[string]string, err error) {
	shop := api.Base("https://" + host(api.Shop.Domain))
	token := strings.TrimSpace(api.Values[platform.KeySecret])
	if id := strings.TrimSpace(api.Values[platform.KeyID]); id != "" && !strings.HasPrefix(token, "shpat_") {
		if token, err = exchange(ctx, api, shop, id, token); err != nil {
			return "", nil, err
		}
	}
	if token == "" {
		return "", nil, fault.New(fault.Misconfigured, "the shop has no key of Shopify's Admin API").
			In(platform.KeySecret).Try("save the app's client ID and secret in the settings")
	}
	return shop + "/admin/api/" + version, map[string]string{"X-Shopify-Access-Token": token}, nil
}

// exchange takes Shopify's client credentials grant.
func exchange(ctx context.Context, api platform.API, shop, id, secret string) (string, error) {
	var reply struct {
		Token string `json:"access_token"`
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}}
	_, _, err := api.Form(ctx, shop+"/admin/oauth/access_token", nil, form, &reply)
	switch {
	case fault.Is(err, fault.Unprocessable), err == nil && reply.Token == "":
		return "", fault.New(fault.Misconfigured, "Shopify gives no token for this client ID and secret").
			In(platform.KeyID).Try("check that the app is installed on this shop and belongs to the same organization")
	case err != nil:
		return "", err
	}
	return reply.Token, nil
}

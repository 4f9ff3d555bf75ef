package sylius

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Needs lists what calls of the Admin API take. Sylius knows no keys: an
// administrator's address and password are exchanged for a token.
func (*Adapter) Needs() []platform.Need {
	return []platform.Need{
		{Name: platform.KeyID, Label: "Administrator's email",
			Help: "Of an administrator made for Cartograph alone: Configuration → Administrators → Create."},
		{Name: platform.KeySecret, Label: "Administrator's password",
			Help: "The one entered there: of letters, digits and plain signs, without blanks."},
		{Name: platform.KeyURL, Label: "Shop address", Optional: true,
			Help: "Only if Sylius' API is not at https:// and the shop's domain."},
	}
}

// Probe asks for one order, which takes the right that lists need.
func (*Adapter) Probe(ctx context.Context, api platform.API) error {
	c, err := enter(ctx, api)
	if err != nil {
		return err
	}
	var found collection
	return c.get(ctx, "/admin/orders?itemsPerPage=1", &found)
}

// chain is a chain of calls. Its token is thrown away with it.
type chain struct {
	api   platform.API
	base  string
	token string
}

// visit begins a chain of calls to what is public.
func visit(api platform.API) *chain {
	return &chain{api: api, base: api.Base("https://"+api.Shop.Domain) + "/api/v2"}
}

// enter begins a chain of calls to what takes an administrator.
func enter(ctx context.Context, api platform.API) (*chain, error) {
	c := visit(api)
	who, password := strings.TrimSpace(api.Values[platform.KeyID]), api.Values[platform.KeySecret]
	if who == "" || password == "" {
		return nil, fault.New(fault.Misconfigured, "the shop has no administrator of Sylius for asking").
			In(platform.KeyID).Try("make an administrator for Cartograph alone and save its email and password in the settings")
	}
	var got struct {
		Token string `json:"token"`
	}
	in := map[string]string{"email": who, "password": password}
	_, _, err := api.Ask(ctx, http.MethodPost, c.base+"/admin/administrators/token", nil, in, &got)
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Unprocessable) { // Sylius 1 has it elsewhere.
		_, _, err = api.Ask(ctx, http.MethodPost, c.base+"/admin/authentication-token", nil, in, &got)
	}
	switch {
	case fault.Is(err, fault.Misconfigured), fault.Is(err, fault.Unprocessable), err == nil && got.Token == "":
		return nil, fault.Wrap(fault.Misconfigured, err, "Sylius gives no token for this administrator").
			In(platform.KeyID).Try("check email and password, that the administrator is enabled, that it may use the API (role ROLE_API_ACCESS), and that the address is the shop's own")
	case err != nil:
		return nil, err
	}
	c.token = got.Token
	return c, nil
}

// get asks for JSON-LD.
func (c *chain) get(ctx context.Context, path string, v any) error {
	header := map[string]string{"Accept": "application/ld+json"}
	if c.token != "" {
		header["Authorization"] = "Bearer " + c.token
	}
	_, _, err := c.api.Get(ctx, c.base+path, header, v)
	return err
}

// collection is a list; versions differ in whether names have the prefix.
type collection struct {
	Members      wire.List[listedBody] `json:"member"`
	HydraMembers wire.List[listedBody] `json:"hydra:member"`
	Total        wire.Text             `json:"totalItems"`
	HydraTotal   wire.Text             `json:"hydra:totalItems"`
}

// link is another thing that the API tells in whole or by its address only.
type link struct {
	// ID is the last part of its address.
	ID string
}

// last gives the last part of an address.
func last(address string) string {
	id := address[strings.LastIndexByte(address, '/')+1:]
	if plain, err := url.PathUnescape(id); err == nil {
		return plain
	}
	return id
}

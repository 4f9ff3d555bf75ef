package commercetools

import (
	"context"
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// apiAddress is the region that is taken where none is given.
const apiAddress = "https://api.europe-west1.gcp.commercetools.com"

// Needs are the values of an API client.
func (*Adapter) Needs() []platform.Need {
	return []platform.Need{
		{Name: platform.KeyAccount, Label: "Project key", Help: "Settings → Project settings, or the API client's page."},
		{Name: platform.KeyID, Label: "Client id",
			Help: "Settings → Developer settings → Create new API client, with the scopes that the platform's page of the docs lists."},
		{Name: platform.KeySecret, Label: "Client secret", Help: "Shown once, when the API client is created."},
		{Name: platform.KeyURL, Label: "API URL", Optional: true,
			Help: "The API client's page shows it. Leave it empty for " + apiAddress + "."},
	}
}

// Probe asks for one order at most.
func (*Adapter) Probe(ctx context.Context, api platform.API) error {
	s, err := open(ctx, api)
	if err != nil {
		return err
	}
	_, err = s.get(ctx, "orders", url.Values{"limit": {"1"}, "withTotal": {"false"}})
	return err
}

// session is a project's API with a token, for one chain of calls.
type session struct {
	api     platform.API
	project string
	header  map[string]string
}

// open asks for a token with the client's credentials.
func open(ctx context.Context, api platform.API) (session, error) {
	project := strings.TrimSpace(api.Values[platform.KeyAccount])
	id, secret := strings.TrimSpace(api.Values[platform.KeyID]), strings.TrimSpace(api.Values[platform.KeySecret])
	if !wire.Segment(project) || id == "" || secret == "" {
		return session{}, fault.New(fault.Misconfigured, "the API client of commercetools is not set, or its project key is none").
			In(platform.KeyAccount).Try("enter project key, client id and client secret of an API client")
	}
	login, err := loginAddress(api.Base(apiAddress))
	if err != nil {
		return session{}, err
	}
	var told struct {
		Token wire.Text `json:"access_token"`
	}
	basic := base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id) + ":" + url.QueryEscape(secret)))
	_, _, err = api.Form(ctx, login, map[string]string{"Authorization": "Basic " + basic},
		url.Values{"grant_type": {"client_credentials"}}, &told)
	switch {
	case fault.Is(err, fault.Unprocessable), fault.Is(err, fault.NotFound), err == nil && wire.First(told.Token) == "":
		return session{}, fault.New(fault.Misconfigured, "commercetools gives no token to this API client").
			In(platform.KeyID).Try("check that client id and secret belong to the region of the API URL")
	case err != nil:
		return session{}, err
	}
	return session{api: api, project: project, header: map[string]string{"Authorization": "Bearer " + wire.First(told.Token)}}, nil
}

// loginAddress is where a region gives tokens: auth.<region> beside api.<region>,
// and nowhere else.
func loginAddress(base string) (string, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return "", fault.New(fault.Misconfigured, "the platform's address cannot be read").
			In(platform.KeyURL).Try("write it like " + apiAddress)
	}
	if region, found := strings.CutPrefix(u.Host, "api."); found {
		u.Host = "auth." + region
	}
	return u.Scheme + "://" + u.Host + "/oauth/token", nil
}

// get asks for a document of the project and gives its bytes.
func (s session) get(ctx context.Context, path string, query url.Values) ([]byte, error) {
	a := s.api.Base(apiAddress) + "/" + s.project + "/" + path
	if len(query) > 0 {
		a += "?" + query.Encode()
	}
	text, _, err := s.api.Get(ctx, a, s.header, nil)
	return text, err
}

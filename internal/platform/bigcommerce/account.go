package bigcommerce

import (
	"context"
	"net/url"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// apiAddress is where all stores' APIs are.
const apiAddress = "https://api.bigcommerce.com"

// Needs are the values of a store-level API account.
func (*Adapter) Needs() []platform.Need {
	return []platform.Need{
		{Name: platform.KeyAccount, Label: "Store hash",
			Help: "The part after stores/ in the API path that BigCommerce shows with a new API account, for example 1a2b3c."},
		{Name: platform.KeyID, Label: "Access token",
			Help: "Settings → Store-level API accounts → Create API account, with the scopes that the platform's page of the docs lists."},
		{Name: platform.KeyURL, Label: "API address", Optional: true, Help: "Leave it empty for " + apiAddress + "."},
	}
}

// Probe asks for one order at most.
func (*Adapter) Probe(ctx context.Context, api platform.API) error {
	_, err := get(ctx, api, "v2/orders", url.Values{"limit": {"1"}})
	return err
}

// keyed reports whether the account is there at all.
func keyed(api platform.API) bool {
	return strings.TrimSpace(api.Values[platform.KeyAccount]) != "" && strings.TrimSpace(api.Values[platform.KeyID]) != ""
}

// address makes an address of the store's API. The store is the account's, never
// one that a body named.
func address(api platform.API, path string, query url.Values) (string, error) {
	hash := strings.TrimSpace(api.Values[platform.KeyAccount])
	if !wire.Segment(hash) {
		return "", fault.New(fault.Misconfigured, "the store hash is missing or is none").In(platform.KeyAccount).
			Try("enter the part after stores/ in the API path, for example 1a2b3c")
	}
	a := api.Base(apiAddress) + "/stores/" + hash + "/" + path
	if len(query) > 0 {
		a += "?" + query.Encode()
	}
	return a, nil
}

func header(api platform.API) map[string]string {
	return map[string]string{"X-Auth-Token": strings.TrimSpace(api.Values[platform.KeyID])}
}

// get asks for a document and gives its bytes; none where V2 answers 204 for an
// empty list.
func get(ctx context.Context, api platform.API, path string, query url.Values) ([]byte, error) {
	a, err := address(api, path, query)
	if err != nil {
		return nil, err
	}
	text, _, err := api.Get(ctx, a, header(api), nil)
	return text, err
}

// post sends a document and reads the answer into out, if it is not nil.
func post(ctx context.Context, api platform.API, path string, query url.Values, in, out any) error {
	a, err := address(api, path, query)
	if err != nil {
		return err
	}
	_, _, err = api.Ask(ctx, "POST", a, header(api), in, out)
	return err
}

package prestashop

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Needs lists what calls of PrestaShop's web service take.
func (*Adapter) Needs() []platform.Need {
	return []platform.Need{
		{Name: platform.KeyID, Label: "Webservice key",
			Help: "Advanced Parameters → Webservice → Add new webservice key, with View (GET) for the resources that the page of the docs lists; switch the web service on there as well."},
		{Name: platform.KeyAccount, Label: "Time zone", Optional: true,
			Help: "International → Localization → Configuration → Time zone, like Europe/Paris. Without it orders found by asking are dated by the time of asking."},
		{Name: platform.KeyURL, Label: "Shop address", Optional: true,
			Help: "Only if it is not https:// and the shop's domain, or if the shop is in a folder."},
	}
}

// Probe asks for one order's id, and reads the time zone.
func (*Adapter) Probe(ctx context.Context, api platform.API) error {
	if _, err := zone(api); err != nil {
		return err
	}
	_, err := rows[json.RawMessage](ctx, api, "orders", url.Values{"display": {"[id]"}, "limit": {"1"}})
	return err
}

// zone gives the shop's time zone, nil where none was entered: the web service
// tells times without their zone.
func zone(api platform.API) (*time.Location, error) {
	name := strings.TrimSpace(api.Values[platform.KeyAccount])
	if name == "" {
		return nil, nil //nolint:nilnil // not knowing is no error
	}
	where, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, fault.New(fault.Misconfigured, "the time zone %q is none", name).In(platform.KeyAccount).
			Try("write it as PrestaShop does under International → Localization, like Europe/Paris")
	}
	return where, nil
}

// rows asks for some of a resource. The answer is an object that holds one list
// under a name of its own; of nothing it is an empty list.
func rows[T any](ctx context.Context, api platform.API, resource string, query url.Values) ([]T, error) {
	key := strings.TrimSpace(api.Values[platform.KeyID])
	if key == "" {
		return nil, fault.New(fault.Misconfigured, "the shop has no key of PrestaShop's web service").
			In(platform.KeyID).Try("make a key under Advanced Parameters → Webservice and save it in the settings")
	}
	// Versions differ in which of the two names they read.
	query.Set("output_format", "JSON")
	query.Set("io_format", "JSON")
	address := api.Base("https://"+api.Shop.Domain) + "/api/" + resource + "?" + query.Encode()
	auth := "Basic " + base64.StdEncoding.EncodeToString([]byte(key+":"))
	text, _, err := api.Get(ctx, address, map[string]string{"Authorization": auth}, nil)
	switch {
	case fault.Is(err, fault.Misconfigured), fault.Is(err, fault.Unprocessable):
		// A right that the key has not is 401 in one version and 405 in another.
		return nil, fault.Wrap(fault.Misconfigured, err, "PrestaShop does not answer for %s: %s", resource, wire.Reason(err)).
			In(platform.KeyID).Try("tick View (GET) for it at the key under Advanced Parameters → Webservice, and check that the address is the shop's own")
	case err != nil:
		return nil, err
	}
	return list[T](text, resource)
}

// list reads an answer of the web service.
func list[T any](text []byte, resource string) (out []T, err error) {
	unreadable := fault.New(fault.Unprocessable, "PrestaShop's answer for %s cannot be read", resource).
		Try("check that the address is the shop's own, with the folder that it is in")
	text = bytes.TrimSpace(text)
	if bytes.HasPrefix(text, []byte("[")) {
		var none []json.RawMessage
		if json.Unmarshal(text, &none) != nil || len(none) > 0 {
			return nil, unreadable
		}
		return nil, nil
	}
	var named map[string]json.RawMessage
	if json.Unmarshal(text, &named) != nil || len(named) != 1 {
		return nil, unreadable
	}
	for _, raw := range named {
		if err := json.Unmarshal(raw, &out); err != nil {
			return nil, fault.Wrap(fault.Unprocessable, err, "PrestaShop's answer for %s cannot be read", resource)
		}
	}
	return out, nil
}

// oneOf is a filter for any of some ids.
func oneOf(ids []string) string { return "[" + strings.Join(ids, "|") + "]" }

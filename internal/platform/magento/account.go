package magento

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
)

// Needs are the values of an integration, and where and what the shop is.
func (*Adapter) Needs() []platform.Need {
	return []platform.Need{
		{Name: platform.KeyID, Label: "Access token", Help: "System → Extensions → Integrations → Add New Integration, then Activate"},
		{Name: platform.KeySecret, Label: "Consumer key, consumer secret and access token secret", Optional: true,
			Help: "shown beside the access token; enter all three with colons between them, and every call is signed. Without them, switch on Stores → Configuration → " +
				"Services → OAuth → Consumer Settings → Allow OAuth Access Tokens to be used as standalone Bearer tokens"},
		{Name: platform.KeyAccount, Label: "Store view IDs", Optional: true,
			Help: "only if one Magento runs several shops: the numbers of this shop's store views, like 1 or 1,3"},
		{Name: platform.KeyURL, Label: "Shop address", Optional: true,
			Help: "only if it is not https:// and the shop's domain; with /rest/ and a store view's code at its end, products are asked as that view sells them"},
	}
}

// Probe asks for one order's id, which takes the right that lists need.
func (*Adapter) Probe(ctx context.Context, api platform.API) error {
	if _, err := views(api); err != nil {
		return err
	}
	_, err := ask(ctx, api, "/orders?"+criteria{size: 1, fields: "items[entity_id]"}.query(), nil)
	if f := new(fault.Error); errors.As(err, &f) && f.Code == fault.Misconfigured && f.Field == platform.KeyID && api.Values[platform.KeyID] != "" {
		return fault.Wrap(fault.Misconfigured, err, "Magento refuses the access token, or the right to view orders is missing").In(platform.KeyID).
			Try("give the integration that right; since Magento 2.4.4 also enter the consumer key, consumer secret and access token secret, " +
				"or have access tokens allowed as standalone Bearer tokens")
	}
	return err
}

// ask makes a call to the REST API, whose path begins behind /V1.
func ask(ctx context.Context, api platform.API, path string, v any) ([]byte, error) {
	base, err := site(api)
	if err != nil {
		return nil, err
	}
	address := rest(base) + "/V1" + path
	auth, err := authorization(api, address)
	if err != nil {
		return nil, err
	}
	body, _, err := api.Get(ctx, address, map[string]string{"Authorization": auth}, v)
	return body, err
}

// authorization is what shows that a call is the integration's: a signature
// where its secrets are set, else the bare token.
func authorization(api platform.API, address string) (string, error) {
	token := strings.TrimSpace(api.Values[platform.KeyID])
	if token == "" {
		return "", fault.New(fault.Misconfigured, "the shop has no access token of Magento's API").
			In(platform.KeyID).Try("make an integration under System → Extensions → Integrations and save its access token in the settings")
	}
	secrets := strings.FieldsFunc(api.Values[platform.KeySecret], func(r rune) bool { return strings.ContainsRune(":,; \t\r\n", r) })
	switch len(secrets) {
	case 0:
		return "Bearer " + token, nil
	case 3:
		c := credentials{ConsumerKey: secrets[0], ConsumerSecret: secrets[1], Token: token, TokenSecret: secrets[2]}
		return c.authorize(address, api.Shop.ReceivedAt)
	}
	return "", fault.New(fault.Misconfigured, "of Magento's consumer key, consumer secret and access token secret there are not three").
		In(platform.KeySecret).Try("enter the three, in this order, with colons between them; or none of them")
}

// site is where the shop is. Keys travel by https only, but to this machine itself.
func site(api platform.API) (string, error) {
	base := api.Base("https://" + strings.TrimPrefix(strings.TrimPrefix(api.Shop.Domain, "https://"), "http://"))
	if !strings.Contains(base, "://") {
		base = "https://" + base
	}
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" {
		return "", fault.New(fault.Misconfigured, "the shop's address cannot be read").
			In(platform.KeyURL).Try("write it like https://shop.example")
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme != "https" && (ip == nil || !ip.IsLoopback()) {
		return "", fault.New(fault.Misconfigured, "keys are sent by https only").
			In(platform.KeyURL).Try("write the address with https:// before it")
	}
	return base, nil
}

// rest is where the API is: that of the default store view, or of the one that
// the address names ("https://shop.example/rest/fr").
func rest(base string) string {
	if strings.Contains(base+"/", "/rest/") {
		return strings.TrimSuffix(base, "/V1")
	}
	return base + "/rest"
}

// views gives the filter that keeps other shops' carts and orders out: one
// Magento may run several, and its API lists those of all.
func views(api platform.API) ([][]filter, error) {
	ids := strings.ReplaceAll(api.Values[platform.KeyAccount], " ", "")
	if ids == "" {
		return nil, nil
	}
	for _, id := range strings.Split(ids, ",") {
		if !number(id) {
			return nil, fault.New(fault.Misconfigured, "the IDs of the shop's store views cannot be read").
				In(platform.KeyAccount).Try("enter numbers with commas between them, like 1,3")
		}
	}
	return [][]filter{{{"store_id", "in", ids}}}, nil
}

// number reports whether an id is one of Magento's own.
func number(id string) bool {
	return id != "" && len(id) < 20 && strings.Trim(id, "0123456789") == "" && strings.Trim(id, "0") != ""
}

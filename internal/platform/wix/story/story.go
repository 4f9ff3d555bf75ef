// Package story tells Wix's stories for the conformance kit: tokens as the
// platform posts them, with everything inside encoded twice.
package story

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/wix"
)

// instance is the app's installation on the site of all stories.
const instance = "b6f1a2c3-1111-4222-8333-444455556666"

// Platform is Wix's part of the kit.
func Platform() conformance.Platform {
	return conformance.Platform{
		Name: wix.Name, Title: "Wix", Adapter: wix.New(), Domain: "studio.wixsite.example",
		Secrets: func(seed byte) (signing, verifying string) {
			signing, verifying = conformance.RSAKeys(seed)
			return signing, verifying + "instance: " + instance + "\n"
		},
		Sign:   sign,
		Values: map[string]string{platform.KeySecret: "IST.story", platform.KeyAccount: "site-1"},
		Authorized: func(r *http.Request) bool {
			return authorized(r)
		},
		Serve: serve,
		Stories: []conformance.Story{
			{Trait: conformance.Bought, Tell: bought, Want: boughtEnd},
			{Trait: conformance.Left, Tell: left, Want: leftEnd},
			{Trait: conformance.Emptied, Tell: emptied, Want: emptiedEnd},
			{Trait: conformance.Failed, Tell: failed, Want: failedEnd},
			{Trait: conformance.Cancelled, Tell: cancelled, Want: takenBackEnd("25.00 EUR")},
			{Trait: conformance.Refunded, Tell: refunded, Want: takenBackEnd("12.50 EUR")},
			{Trait: conformance.Huge, Tell: huge, Want: hugeEnd},
			{Trait: conformance.NoDecimals, Tell: yen, Want: yenEnd},
			{Trait: conformance.ThreeDecimals, Tell: dinars, Want: dinarsEnd},
			{Trait: conformance.Unicode, Tell: unicode, Want: unicodeEnd},
			{Trait: conformance.NoEmail, Tell: noEmail, Want: noEmailEnd},
			{Trait: conformance.PhoneOnly, Tell: phoneOnly, Want: phoneOnlyEnd},
			{Trait: conformance.Draft, Tell: draft, Want: draftEnd},
			{Trait: conformance.Admin, Tell: admin, Want: byOthersEnd},
			{Trait: conformance.Subscription, Tell: subscription, Want: byOthersEnd},
			{Trait: conformance.Consented, Tell: consented, Want: consentedEnd},
			{Trait: conformance.Uninstalled, Tell: uninstalled, Want: uninstalledEnd},
		},
		Untold: []string{"since when a contact is subscribed", "an order's refund in the event that announces it (asked of the API)"},
	}
}

func authorized(r *http.Request) bool {
	return r.Header.Get("Authorization") == "IST.story" && r.Header.Get("wix-site-id") == "site-1"
}

// serve is the catalog, which is asked just before a message leaves: the site has
// Catalog V3, and sells the one product of all stories.
func serve(w http.ResponseWriter, r *http.Request, _ map[string]string) bool {
	var answer object
	switch {
	case !authorized(r):
		return false
	case r.Method == http.MethodGet && r.URL.Path == "/stores/v3/provision/version":
		answer = object{"catalogVersion": "V3_CATALOG"}
	case r.Method == http.MethodPost && r.URL.Path == "/stores/v3/products/query":
		answer = object{"products": asked(r), "pagingMetadata": object{"hasNext": false}}
	default:
		return false
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
	return true
}

// asked gives the product if it is among those that are asked for. Its price is not
// told: every story has its own.
func asked(r *http.Request) []object {
	var in struct {
		Query struct {
			Filter map[string]map[string][]string `json:"filter"`
		} `json:"query"`
	}
	if json.NewDecoder(r.Body).Decode(&in) != nil || !slices.Contains(in.Query.Filter["id"]["$in"], soldID) {
		return []object{}
	}
	return []object{{"id": soldID, "visible": true, "inventory": object{"availabilityStatus": "IN_STOCK"}, "variantSummary": object{"variantCount": 1},
		"media": object{"main": object{"image": object{"id": "11062b_6af4.jpg", "url": "https://static.wixstatic.com/media/11062b_6af4.jpg"}}}}}
}

// sign makes the token: the body becomes its claim `data`, as text.
func sign(_ map[string][]string, body []byte, signing string, at time.Time) []byte {
	block, _ := pem.Decode([]byte(signing))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil
	}
	part := func(v any) string {
		text, _ := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(text)
	}
	text := part(object{"kid": "NWn8Ko3W", "alg": "RS256"}) + "." +
		part(object{"data": string(body), "iat": at.Unix(), "exp": at.Add(time.Hour).Unix()})
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, key.(*rsa.PrivateKey), crypto.SHA256, sum[:])
	if err != nil {
		return nil
	}
	return []byte(text + "." + base64.RawURLEncoding.EncodeToString(signature))
}

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
			return r.Header.Get("Authorization") == "IST.story" && r.Header.Get("wix-site-id") == "site-1"
		},
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

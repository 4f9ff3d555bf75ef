// Package story tells Shopware's stories for the conformance kit: the webhooks
// of Shopware 6 itself, and the carts that its companion plugin posts.
package story

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/shopware"
)

// Platform is Shopware's part of the kit.
func Platform() conformance.Platform {
	return conformance.Platform{
		Name: shopware.Name, Title: "Shopware 6", Adapter: shopware.New(), Domain: "shop.example",
		Secrets: func(seed byte) (signing, verifying string) {
			s := fmt.Sprintf("sw_app_shop_secret_%03d", seed)
			return s, s
		},
		Sign:   sign,
		Values: map[string]string{platform.KeyID: "SWIA", platform.KeySecret: "an-integrations-secret"},
		Serve:  serve,
		Stories: []conformance.Story{
			{Trait: conformance.Bought, Tell: bought, Want: boughtEnd},
			{Trait: conformance.Left, Tell: left, Want: leftEnd},
			{Trait: conformance.Emptied, Tell: emptied, Want: emptiedEnd},
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
		Cannot: map[conformance.Trait]string{
			conformance.Failed: "Shopware places the order before it is paid, and a placed order stops messages for good; " +
				"its own mail asks to pay again. An order whose payment failed is worth nothing",
		},
		Untold: []string{"carts, without the companion plugin", "how much of an order was refunded, in the event that announces it (asked of the API)"},
	}
}

// sign signs as Shopware does, and the companion's carts as the companion does.
func sign(header map[string][]string, body []byte, signing string, _ time.Time) []byte {
	h := hmac.New(sha256.New, []byte(signing))
	h.Write(body)
	sum := hex.EncodeToString(h.Sum(nil))
	if bytes.Contains(body, []byte(`"event":"cartograph.`)) {
		header["X-Cartograph-Signature"] = []string{"sha256=" + sum}
		return body
	}
	header["Shopware-Shop-Signature"] = []string{sum}
	return body
}

// orderPage is where a story puts the order that the Admin API tells.
const orderPage = "/api/search/order"

// serve gives a token to the integration, and with it the order.
func serve(w http.ResponseWriter, r *http.Request, pages map[string]string) bool {
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.URL.Path == "/api/oauth/token":
		_, _ = io.WriteString(w, `{"token_type":"Bearer","expires_in":600,"access_token":"token"}`)
	case r.URL.Path == orderPage && r.Header.Get("Authorization") == "Bearer token":
		_, _ = io.WriteString(w, `{"total":1,"data":[`+pages[orderPage]+`]}`)
	default:
		return false
	}
	return true
}

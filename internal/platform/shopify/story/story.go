// Package story tells Shopify's stories for the conformance kit: its webhooks
// as the platform posts them, in API version 2026-04.
package story

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/shopify"
)

// domain is the shop of all stories.
const domain = "studio.myshopify.com"

// Platform is Shopify's part of the kit.
func Platform() conformance.Platform {
	return conformance.Platform{
		Name: shopify.Name, Title: "Shopify", Adapter: shopify.New(), Domain: domain,
		Secrets: func(seed byte) (signing, verifying string) {
			s := fmt.Sprintf("shpss_%032x", int(seed)*7919)
			return s, s
		},
		Sign:   sign,
		Values: map[string]string{platform.KeySecret: "shpat_story"},
		Serve:  serve,
		Stories: []conformance.Story{
			{Trait: conformance.Bought, Tell: bought, Want: boughtEnd},
			{Trait: conformance.Left, Tell: left, Want: leftEnd},
			{Trait: conformance.Emptied, Tell: emptied, Want: emptiedEnd},
			{Trait: conformance.Cancelled, Tell: cancelled, Want: cancelledEnd},
			{Trait: conformance.Refunded, Tell: refunded, Want: refundedEnd},
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
			conformance.Failed: "a payment that fails makes no order and no webhook: the checkout stays open and is followed up as one",
		},
		Untold: []string{"who a cart belongs to before its checkout names an email or phone",
			"that a checkout was abandoned: Cartograph's own timer decides", "images and product pages (asked of the API)"},
	}
}

// ordersPage is where a story puts the orders that the Admin API lists.
const ordersPage = "/admin/api/2026-04/orders.json"

// serve lists them whatever the question's filters are, to who shows the token.
func serve(w http.ResponseWriter, r *http.Request, pages map[string]string) bool {
	if r.URL.Path != ordersPage || r.Header.Get("X-Shopify-Access-Token") != "shpat_story" {
		return false
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, pages[ordersPage])
	return true
}

func sign(header map[string][]string, body []byte, signing string, _ time.Time) []byte {
	h := hmac.New(sha256.New, []byte(signing))
	h.Write(body)
	header["X-Shopify-Hmac-Sha256"] = []string{base64.StdEncoding.EncodeToString(h.Sum(nil))}
	return body
}

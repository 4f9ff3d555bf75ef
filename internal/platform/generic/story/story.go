// Package story tells the generic sender's stories for the conformance kit: in
// its own vocabulary, as Segment's webhook destination posts the same, and as a
// server container of Google Tag Manager does.
package story

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/generic"
)

// The traits that no sender tells here.
const (
	noPrivacy = "the sender is the shop itself: export and erasure are asked for on Cartograph's own pages or by its API"
	noFailure = "its vocabulary has no event for it"
	noConsent = "its vocabulary has no field for it; Google's consent states are about ads and analytics, not about messages"
)

// Platform is the generic sender's part of the kit.
func Platform() conformance.Platform {
	return conformance.Platform{
		Name: generic.Name, Title: "Generic (Segment vocabulary)", Adapter: generic.New(), Domain: "shop.example",
		Secrets: func(seed byte) (signing, verifying string) {
			s := fmt.Sprintf("generic-secret-%03d", seed)
			return s, s
		},
		Sign: sign,
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
			{Trait: conformance.Admin, Tell: madeBy("admin"), Want: byOthersEnd},
			{Trait: conformance.Subscription, Tell: madeBy("subscription"), Want: byOthersEnd},
			{Trait: conformance.Consented, Tell: consented, Want: consentedEnd},
		},
		Cannot: map[conformance.Trait]string{conformance.Uninstalled: noPrivacy},
		Untold: []string{"whatever the sender leaves out"},
	}
}

func sign(header map[string][]string, body []byte, signing string, _ time.Time) []byte {
	h := hmac.New(sha256.New, []byte(signing))
	h.Write(body)
	header["X-Cartograph-Signature"] = []string{"sha256=" + hex.EncodeToString(h.Sum(nil))}
	return body
}

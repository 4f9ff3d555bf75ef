// Package story tells BigCommerce's stories for the conformance kit: its thin
// webhooks as they are posted, and the pages of its API that they point at.
package story

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/bigcommerce"
	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// The store of all stories, and the token of its API account.
const (
	hash   = "1a2b3c"
	domain = "store-" + hash + ".mybigcommerce.com"
	token  = "access-token-of-the-story" // #nosec G101 -- the fake's, no secret
)

// Platform is BigCommerce's part of the kit.
func Platform() conformance.Platform {
	return conformance.Platform{
		Name: bigcommerce.Name, Title: "BigCommerce", Adapter: bigcommerce.New(), Domain: domain,
		Secrets: func(seed byte) (signing, verifying string) {
			s := fmt.Sprintf("%064x", int(seed)*7919)
			return s, s
		},
		Sign:    sign,
		Values:  map[string]string{platform.KeyAccount: hash, platform.KeyID: token},
		Stories: append(journeys(), odd()...),
		Cannot: map[conformance.Trait]string{
			conformance.PhoneOnly: "its checkout asks for an email first, and a cart tells no phone before",
		},
		Untold: []string{"what is in a cart once it became an order: the API forgets it, so what was told before is kept",
			"whose address left the newsletter", "language of shoppers whose storefront has only one"},
		Authorized: func(r *http.Request) bool { return r.Header.Get("X-Auth-Token") == token },
	}
}

// sign makes the three headers of Standard Webhooks; the id is the delivery's own.
func sign(header map[string][]string, body []byte, signing string, at time.Time) []byte {
	stamp := strconv.FormatInt(at.Unix(), 10)
	h := hmac.New(sha256.New, []byte(signing))
	h.Write([]byte(header["Webhook-Id"][0] + "." + stamp + "."))
	h.Write(body)
	header["Webhook-Timestamp"] = []string{stamp}
	header["Webhook-Signature"] = []string{"v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))}
	return body
}

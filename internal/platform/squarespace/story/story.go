// Package story tells Squarespace's stories for the conformance kit: its
// notifications, and the orders of its API that they point at.
package story

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/squarespace"
)

// apiKey is the fake's; ordersPath is where its orders are.
const (
	apiKey     = "api-key-of-the-story" // #nosec G101 -- the fake's, no secret
	ordersPath = "/1.0/commerce/orders"
)

// Platform is Squarespace's part of the kit.
func Platform() conformance.Platform {
	const orders = "it tells of finished orders only"
	return conformance.Platform{
		Name: squarespace.Name, Title: "Squarespace", Adapter: squarespace.New(), Domain: "studio.example",
		Secrets: func(seed byte) (signing, verifying string) {
			s := fmt.Sprintf("%064x", int(seed)*7919)
			return s, s
		},
		Sign:    sign,
		Values:  map[string]string{platform.KeyID: apiKey},
		Stories: stories(),
		Cannot: map[conformance.Trait]string{
			conformance.Left: "it tells of no carts: let the storefront pixel or the generic API tell them", conformance.Emptied: "it tells of no carts",
			conformance.Failed: orders, conformance.Draft: orders,
			conformance.NoEmail:      "its checkout asks everybody for an email",
			conformance.PhoneOnly:    "its checkout asks everybody for an email",
			conformance.Subscription: "the documented order says of no order that it is a subscription's renewal",
			conformance.Consented:    "an order has no field for it",
		},
		Untold:     []string{"carts and checkouts", "which orders renew a subscription", "the shopper's language"},
		Authorized: func(r *http.Request) bool { return r.Header.Get("Authorization") == "Bearer "+apiKey },
		Serve:      serve,
	}
}

// sign signs with what the hexadecimal secret stands for.
func sign(header map[string][]string, body []byte, signing string, _ time.Time) []byte {
	secret, _ := hex.DecodeString(signing)
	h := hmac.New(sha256.New, secret)
	h.Write(body)
	header["Squarespace-Signature"] = []string{hex.EncodeToString(h.Sum(nil))}
	return body
}

// serve lists all orders that have a page.
func serve(w http.ResponseWriter, r *http.Request, pages map[string]string) bool {
	q := r.URL.Query()
	if r.URL.Path != ordersPath || r.Header.Get("Authorization") != "Bearer "+apiKey {
		return false
	}
	if q.Get("modifiedAfter") == "" || q.Get("modifiedBefore") == "" {
		w.WriteHeader(http.StatusBadRequest)
		return true
	}
	result := []json.RawMessage{}
	for path, body := range pages {
		if strings.HasPrefix(path, ordersPath+"/") {
			result = append(result, json.RawMessage(body))
		}
	}
	slices.SortFunc(result, func(a, b json.RawMessage) int { return strings.Compare(string(a), string(b)) })
	text, _ := json.Marshal(map[string]any{"result": result,
		"pagination": map[string]any{"hasNextPage": false, "nextPageCursor": nil, "nextPageUrl": nil}})
	_, _ = w.Write(text)
	return true
}

// Package story tells commercetools' stories for the conformance kit: its
// notifications as the clouds' bridges hand them over, and the API behind them.
package story

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/commercetools"
	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// The project of all stories, its API client, and the token that the fake gives.
const (
	project = "studio-eu"
	client  = "client-of-the-story"
	secret  = "secret-of-the-story" // #nosec G101 -- the fake's, no secret
	token   = "token-of-the-story"  // #nosec G101 -- the fake's, no secret
)

// Platform is commercetools' part of the kit.
func Platform() conformance.Platform {
	return conformance.Platform{
		Name: commercetools.Name, Title: "commercetools", Adapter: commercetools.New(), Domain: "studio.example",
		Secrets: func(seed byte) (signing, verifying string) {
			s := fmt.Sprintf("ct_%032x", int(seed)*7919)
			return s, s
		},
		Sign: func(header map[string][]string, body []byte, signing string, _ time.Time) []byte {
			header["X-Cartograph-Token"] = []string{signing}
			return body
		},
		Unsigned: "commercetools delivers to queues only and signs nothing; the queue's bridge shows a shared token, " +
			"which says who sends and does not protect the body",
		Values:  map[string]string{platform.KeyAccount: project, platform.KeyID: client, platform.KeySecret: secret},
		Stories: append(journeys(), odd()...),
		Cannot: map[conformance.Trait]string{
			conformance.Failed:    "an order whose payment fails keeps its cart closed: nobody can order it again, so there is nothing to win back",
			conformance.Consented: "it has no field for it; shops keep it in custom fields of their own",
		},
		Untold: []string{"changes of carts (only their creation is posted: the API is listed for the rest)",
			"an address of the cart: the storefront is the shop's own", "that a shop has left"},
		Authorized: func(r *http.Request) bool { return r.Header.Get("Authorization") == "Bearer "+token },
		Serve:      serve,
	}
}

// serve gives tokens, and lists of all carts and orders that have a page.
func serve(w http.ResponseWriter, r *http.Request, pages map[string]string) bool {
	if r.URL.Path == "/oauth/token" {
		id, key, _ := r.BasicAuth()
		if r.Method != http.MethodPost || id != client || key != secret || r.FormValue("grant_type") != "client_credentials" {
			w.WriteHeader(http.StatusUnauthorized)
			return true
		}
		_, _ = w.Write([]byte(`{"access_token":"` + token + `","expires_in":172800,"scope":"view_orders:` + project + `","token_type":"Bearer"}`))
		return true
	}
	kind, ok := strings.CutPrefix(r.URL.Path, "/"+project+"/")
	if !ok || kind != "carts" && kind != "orders" || r.Header.Get("Authorization") != "Bearer "+token {
		return false
	}
	results := []json.RawMessage{}
	for path, body := range pages {
		if strings.HasPrefix(path, r.URL.Path+"/") {
			results = append(results, json.RawMessage(body))
		}
	}
	slices.SortFunc(results, func(a, b json.RawMessage) int { return strings.Compare(string(a), string(b)) })
	text, _ := json.Marshal(map[string]any{"limit": 20, "offset": 0, "count": len(results), "results": results})
	_, _ = w.Write(text)
	return true
}

// Package story tells Medusa's part of the conformance kit: what the companion
// posts, with the fields that it posted from a running Medusa.
package story

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/platform"
	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/medusa"
)

// domain is the shop of all stories.
const domain = "store.example.com"

// Platform is Medusa with all its stories.
func Platform() kit.Platform {
	w := kit.Words{Fill: fill, Sell: sell, OrderID: orderID, WayBack: true, Unable: []kit.Trait{kit.Bought, kit.Failed, kit.Subscription, kit.Consented}}
	return kit.Platform{
		Name: medusa.Name, Title: "Medusa", Adapter: medusa.New(), Domain: domain, Secrets: secrets, Sign: sign,
		Stories: append(w.Stories(),
			kit.Story{Trait: kit.Bought, Tell: bought, Want: boughtEnd},
			kit.Story{Trait: kit.Draft, Tell: draft, Want: draftEnd},
			kit.Story{Trait: kit.Uninstalled, Tell: erased, Want: func(kit.Run) kit.Want { return kit.Want{Asked: []string{"subject_erase"}} }}),
		Cannot: map[kit.Trait]string{
			kit.Failed:       "Medusa has no event for a payment that failed",
			kit.Subscription: "Medusa has no subscriptions of its own; plugins place renewals as other orders",
			kit.Consented:    "Medusa asks for no consent; storefronts keep it in metadata of their own",
		},
		Untold: []string{
			"the shopper's language: only newer versions keep one",
			"that a cart was deleted: Medusa has no event for it",
			"carts by its API: lost messages about carts are not found again, those about orders are",
		},
		Values: map[string]string{platform.KeyID: key}, Authorized: authorized,
	}
}

// key is the secret API key of the stories.
const key = "sk_story" // #nosec G101 -- of a fake

func authorized(r *http.Request) bool {
	user, _, ok := r.BasicAuth()
	return ok && user == key
}

func secrets(seed byte) (signing, verifying string) {
	s := fmt.Sprintf("medusa-secret-%d", seed)
	return s, s
}

func sign(header map[string][]string, body []byte, signing string, _ time.Time) []byte {
	h := hmac.New(sha256.New, []byte(signing))
	h.Write(body)
	header["X-Cartograph-Signature"] = []string{"sha256=" + hex.EncodeToString(h.Sum(nil))}
	return body
}

func mugs(quantity int) []kit.Ware {
	return []kit.Ware{{N: 1, Title: "Stoneware Mug", Variant: "Blue", SKU: "MUG-BLUE", Quantity: quantity, Minor: 1250}}
}

// bought is a cart whose completion is told before its order, which then is
// also named by a subscriber of the shop's own and asked for.
func bought(r kit.Run) []kit.Delivery {
	full := kit.Basket{Minute: 8, Lines: mugs(2), Currency: "EUR", Email: r.Email(), Name: "Kim", Checkout: true}
	sale := kit.Sale{Basket: full, Placed: 20, Fate: kit.Paid}
	sale.Minute = 21
	done := holding(r, full)
	done["id"], done["completed_at"] = cartID(r), stamp(r, 20)
	named := posted(r, "order.placed", "named only", 22, object{"id": orderID(r)})
	text, _ := json.Marshal(object{"order": order(r, sale)})
	named.Then = map[string]string{medusa.OrderPath(orderID(r)): string(text)}
	told := append(fill(r, kit.Basket{Currency: "EUR"}), fill(r, kit.Basket{Minute: 3, Lines: mugs(1), Currency: "EUR"})...)
	told = append(told, fill(r, full)...)
	told = append(told, posted(r, "cart.updated", "completed", 20, object{"cart": done}))
	return append(append(told, sell(r, sale)...), named)
}

func boughtEnd(r kit.Run) kit.Want {
	total := kit.Amount(2500, "EUR")
	return kit.Want{
		Carts: []kit.Cart{{State: cart.Ordered, Total: total, Email: r.Email(), Order: orderID(r), WayBack: true, Items: []kit.Item{{
			Title: "Stoneware Mug", Variant: "Blue", SKU: "MUG-BLUE", Quantity: 2, Price: kit.Amount(1250, "EUR")}}}},
		Orders: []kit.Order{{ID: "checkout:" + cartID(r), Total: total}, {ID: orderID(r), Total: total, Creditable: true}},
	}
}

// draft is an order that staff prepare while the shopper's own cart waits.
func draft(r kit.Run) []kit.Delivery {
	b := kit.Basket{Minute: 8, Lines: mugs(2), Currency: "EUR", Email: r.Email(), Name: "Kim", Checkout: true}
	sale := kit.Sale{Basket: b, Placed: 20, Fate: kit.Paid, By: "staff"}
	o := order(r, sale)
	o["status"], o["is_draft_order"] = "draft", true
	return append(fill(r, b), posted(r, "order.updated", "prepared by staff", 21, object{"order": o}))
}

func draftEnd(r kit.Run) kit.Want {
	w := boughtEnd(r)
	w.Orders, w.Carts[0].State, w.Carts[0].Order = nil, cart.Open, ""
	return w
}

func erased(r kit.Run) []kit.Delivery {
	return []kit.Delivery{posted(r, "customer.deleted", "a shopper leaves", 3, object{"customer": object{"id": "cus_01" + strings.ToUpper(r.Token(4)[:24])}})}
}

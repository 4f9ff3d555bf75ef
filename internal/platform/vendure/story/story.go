// Package story tells Vendure's part of the conformance kit: what the companion
// plugin posts, with the fields that it posted from a running Vendure.
package story

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/vendure"
)

// domain is the shop of all stories.
const domain = "shop.example.com"

// Platform is Vendure with all its stories.
func Platform() kit.Platform {
	w := kit.Words{Fill: fill, Sell: sell, OrderID: code, WayBack: true, Unable: []kit.Trait{kit.Subscription, kit.Consented}}
	return kit.Platform{
		Name: vendure.Name, Title: "Vendure", Adapter: vendure.New(), Domain: domain, Secrets: secrets, Sign: sign,
		Stories: append(w.Stories(),
			kit.Story{Trait: kit.Draft, Tell: draft, Want: draftEnd},
			kit.Story{Trait: kit.Uninstalled, Tell: erased, Want: func(kit.Run) kit.Want { return kit.Want{Asked: []string{"subject_erase"}} }}),
		Cannot: map[kit.Trait]string{
			kit.Subscription: "Vendure has no subscriptions of its own; plugins place renewals as other orders",
			kit.Consented:    "Vendure asks for no consent; shops keep it in custom fields of their own",
		},
		Untold: []string{
			"which orders a program placed by the Shop API: they look like a shopper's",
			"prices without tax: lines are told with it, whatever the storefront shows",
		},
	}
}

func secrets(seed byte) (signing, verifying string) {
	s := fmt.Sprintf("vendure-secret-%d", seed)
	return s, s
}

func sign(header map[string][]string, body []byte, signing string, _ time.Time) []byte {
	h := hmac.New(sha256.New, []byte(signing))
	h.Write(body)
	header["X-Cartograph-Signature"] = []string{"sha256=" + hex.EncodeToString(h.Sum(nil))}
	return body
}

// draft is an order that staff prepare, and take to its payment, while the
// shopper's own cart waits.
func draft(r kit.Run) []kit.Delivery {
	b := basket(r)
	o := order(r, b)
	o["id"], o["code"], o["state"], o["active"] = "T_9", code(r)+"D", "Draft", false
	paying := order(r, b)
	paying["id"], paying["code"], paying["state"], paying["active"] = "T_9", code(r)+"D", "ArrangingPayment", false
	return append(fill(r, b), posted(r, "OrderEvent", "prepared by staff", 21, b, object{"order": o}),
		posted(r, "OrderStateTransitionEvent", "about to be paid", 22, b, object{"order": paying}))
}

func basket(r kit.Run) kit.Basket {
	return kit.Basket{Minute: 8, Currency: "EUR", Email: r.Email(), Name: "Kim", Checkout: true,
		Lines: []kit.Ware{{N: 1, Title: "Stoneware Mug", Variant: "Blue", SKU: "MUG-BLUE", Quantity: 2, Minor: 1250}}}
}

func draftEnd(r kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{{State: cart.Open, Total: kit.Amount(2500, "EUR"), Email: r.Email(), WayBack: true, Items: []kit.Item{{
		Title: "Stoneware Mug", Variant: "Blue", SKU: "MUG-BLUE", Quantity: 2, Price: kit.Amount(1250, "EUR")}}}}}
}

func erased(r kit.Run) []kit.Delivery {
	return []kit.Delivery{posted(r, "CustomerEvent.deleted", "a shopper leaves", 3, kit.Basket{}, object{
		"customer": object{"id": "T_" + r.Text(4), "emailAddress": r.Email()}})}
}

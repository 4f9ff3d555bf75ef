// Package story tells WooCommerce's part of the conformance kit: carts by the
// companion plugin, orders by WooCommerce's own webhooks.
package story

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/platform"
	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/woocommerce"
)

// domain is the shop of all stories.
const domain = "shop.example.com"

// Platform is WooCommerce with all its stories.
func Platform() kit.Platform {
	w := kit.Words{Fill: fill, Sell: sell, OrderID: orderID, WayBack: true}
	return kit.Platform{
		Name: woocommerce.Name, Title: "WooCommerce", Adapter: woocommerce.New(), Domain: domain,
		Secrets: secrets, Sign: sign,
		Stories: append(w.Stories(),
			kit.Story{Trait: kit.Draft, Tell: draft, Want: draftEnd},
			kit.Story{Trait: kit.Uninstalled, Tell: uninstalled, Want: uninstalledEnd}),
		Untold: []string{
			"carts before the checkout, without the companion plugin or Tyche's",
			"whether an order's deletion was that of a draft, an order or a cancelled one",
		},
		Values:     map[string]string{platform.KeyID: "ck_story", platform.KeySecret: "cs_story"},
		Authorized: authorized,
	}
}

func secrets(seed byte) (signing, verifying string) {
	s := fmt.Sprintf("woo & <secret> %d", seed)
	return s, s
}

func authorized(r *http.Request) bool {
	key, secret, ok := r.BasicAuth()
	return ok && key == "ck_story" && secret == "cs_story"
}

// sign signs as the sender does that the headers name: WooCommerce or the plugin.
func sign(header map[string][]string, body []byte, signing string, _ time.Time) []byte {
	h := hmac.New(sha256.New, []byte(signing))
	h.Write(body)
	if len(header["X-Wc-Webhook-Topic"]) > 0 {
		header["X-Wc-Webhook-Signature"] = []string{base64.StdEncoding.EncodeToString(h.Sum(nil))}
	} else {
		header["X-Cartograph-Signature"] = []string{"sha256=" + hex.EncodeToString(h.Sum(nil))}
	}
	return body
}

func orderID(r kit.Run) string { return r.Text(1) }

// draft is the order that the block checkout writes while the shopper types.
func draft(r kit.Run) []kit.Delivery {
	s := sale(r)
	first, typed := s, s
	first.Email, first.Name = "", ""
	typed.Minute = 8
	return []kit.Delivery{
		hooked("order.updated", "the checkout is opened", order(r, first, "checkout-draft")),
		hooked("order.updated", "an address is typed", order(r, typed, "checkout-draft")),
	}
}

func draftEnd(r kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{{State: cart.Open, Total: "25.00 EUR", Email: r.Email(),
		Items: []kit.Item{{Title: "Stoneware Mug", Variant: "Blue", SKU: "MUG-BLUE", Quantity: 2, Price: "12.50 EUR"}}}}}
}

// sale is two mugs of the shopper.
func sale(r kit.Run) kit.Sale {
	return kit.Sale{Placed: 5, Basket: kit.Basket{Minute: 5, Currency: "EUR", Email: r.Email(), Name: "Kim", Checkout: true,
		Lines: []kit.Ware{{N: 1, Title: "Stoneware Mug", Variant: "Blue", SKU: "MUG-BLUE", Quantity: 2, Minor: 1250}}}}
}

func uninstalled(r kit.Run) []kit.Delivery {
	return []kit.Delivery{posted("shop.uninstalled", "the plugin is deleted", object{
		"topic": "shop.uninstalled", "plugin": "1.0.0", "at": r.RFC3339(0)})}
}

func uninstalledEnd(kit.Run) kit.Want { return kit.Want{Asked: []string{"shop_uninstalled"}} }

// Package story tells Saleor's part of the conformance kit: bodies of the
// subscription query that ships with the adapter, signed by a secretKey.
package story

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/platform"
	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/saleor"
)

// domain is the shop of all stories.
const domain = "acme-store.saleor.cloud"

// Platform is Saleor with all its stories.
func Platform() kit.Platform {
	w := kit.Words{Fill: fill, Sell: sell, OrderID: orderID, Unable: []kit.Trait{kit.Bought, kit.Failed, kit.Subscription, kit.Consented}}
	return kit.Platform{
		Name: saleor.Name, Title: "Saleor", Adapter: saleor.New(), Domain: domain, Secrets: secrets, Sign: sign,
		Stories: append(w.Stories(),
			kit.Story{Trait: kit.Bought, Tell: bought, Want: boughtEnd},
			kit.Story{Trait: kit.Draft, Tell: draft, Want: draftEnd},
			kit.Story{Trait: kit.Uninstalled, Tell: uninstalled, Want: func(kit.Run) kit.Want {
				return kit.Want{Asked: []string{"shop_uninstalled", "subject_erase"}}
			}}),
		Cannot: map[kit.Trait]string{
			kit.Failed:       "Saleor posts nothing when a payment fails: only the payment app hears of it",
			kit.Subscription: "Saleor has no subscriptions of its own; apps place renewals as other orders",
			kit.Consented:    "Saleor asks for no consent; storefronts keep it in metadata of their own",
		},
		Untold: []string{
			"that a checkout was deleted: Saleor forgets those by itself and posts nothing",
			"where a cart is taken up again: the way back is made from the shop's domain",
		},
		Values: map[string]string{platform.KeyID: token}, Authorized: authorized, Serve: serve,
	}
}

func secrets(seed byte) (signing, verifying string) {
	s := fmt.Sprintf("saleor-secret-key-%d", seed)
	return s, s
}

func sign(header map[string][]string, body []byte, signing string, _ time.Time) []byte {
	h := hmac.New(sha256.New, []byte(signing))
	h.Write(body)
	sum := hex.EncodeToString(h.Sum(nil))
	header["Saleor-Signature"], header["X-Saleor-Signature"] = []string{sum}, []string{sum}
	return body
}

// bought is a checkout that is paid before its order is there: the announcement
// stops messages, the API and order_created tell the order.
func bought(r kit.Run) []kit.Delivery {
	first := kit.Basket{Lines: mugs(1), Currency: "USD"}
	full := kit.Basket{Minute: 8, Lines: mugs(2), Currency: "USD", Email: r.Email(), Name: "Adrian", Checkout: true}
	sale := kit.Sale{Basket: full, Placed: 20, Fate: kit.Paid}
	sale.Minute = 21
	paid := full
	paid.Minute = 19
	told := posted(r, "CheckoutFullyPaid", "paid", 19, object{"checkout": checkout(r, paid)})
	told.Then = map[string]string{byCheckout + checkoutID(r): text(order(r, sale))}
	confirmed := sale
	confirmed.Minute = 22
	return []kit.Delivery{
		posted(r, "CheckoutCreated", "a shirt", 0, object{"checkout": checkout(r, first)}),
		posted(r, "CheckoutUpdated", "a second one, and an address", 8, object{"checkout": checkout(r, full)}),
		told,
		posted(r, "OrderCreated", "placed", 21, object{"order": order(r, sale)}),
		posted(r, "OrderConfirmed", "confirmed", 22, object{"order": order(r, confirmed)}),
	}
}

func mugs(quantity int) []kit.Ware {
	return []kit.Ware{{N: 1, Title: "Organic Cotton T-Shirt", Variant: "Navy / Large", SKU: "OCT-NVY-L", Quantity: quantity, Minor: 4010}}
}

func boughtEnd(r kit.Run) kit.Want {
	total := kit.Amount(8020, "USD")
	return kit.Want{
		Carts: []kit.Cart{{State: cart.Ordered, Total: total, Email: r.Email(), Order: orderID(r), Items: []kit.Item{{
			Title: "Organic Cotton T-Shirt", Variant: "Navy / Large", SKU: "OCT-NVY-L", Quantity: 2, Price: kit.Amount(4010, "USD")}}}},
		Orders: []kit.Order{
			{ID: "checkout:" + checkoutID(r), Total: total},
			{ID: orderID(r), Total: total, Creditable: true},
		},
	}
}

// draft is an order that staff prepare while the shopper's own checkout waits.
func draft(r kit.Run) []kit.Delivery {
	b := kit.Basket{Minute: 8, Lines: mugs(2), Currency: "USD", Email: r.Email(), Name: "Adrian", Checkout: true}
	sale := kit.Sale{Basket: b, Placed: 20, Fate: kit.Paid, By: "staff"}
	sale.Minute = 21
	o := order(r, sale)
	o["status"], o["chargeStatus"] = "DRAFT", "NONE"
	return append(fill(r, b), posted(r, "DraftOrderCreated", "prepared by staff", 21, object{"order": o}),
		posted(r, "OrderUpdated", "still a draft", 22, object{"order": o}))
}

func draftEnd(r kit.Run) kit.Want {
	w := boughtEnd(r)
	w.Orders, w.Carts[0].State, w.Carts[0].Order = nil, cart.Open, ""
	return w
}

// uninstalled is a shopper who deletes their account, another app that is
// deleted, and then our own.
func uninstalled(r kit.Run) []kit.Delivery {
	app := func(id string) object { return object{"app": object{"id": id}, "recipient": object{"id": "QXBwOjI="}} }
	return []kit.Delivery{
		posted(r, "AccountDeleted", "a shopper leaves", 3, object{"user": object{"id": global("User", r.Text(7)), "email": r.Email()}}),
		posted(r, "AppDeleted", "another app leaves", 4, app("QXBwOjE=")),
		posted(r, "AppDeleted", "we leave", 5, app("QXBwOjI=")),
	}
}

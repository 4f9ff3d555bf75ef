// Package story tells Sylius' part of the conformance kit, in the words of the
// companion bundle.
package story

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/platform"
	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/sylius"
)

// object is a JSON object, written with its keys sorted.
type object = map[string]any

const domain = "shop.example.com"

// Platform is Sylius with all its stories.
func Platform() kit.Platform {
	w := kit.Words{Fill: fill, Sell: sell, OrderID: func(r kit.Run) string { return r.Text(2) }, WayBack: true,
		Unable: []kit.Trait{kit.ThreeDecimals}}
	return kit.Platform{
		Name: sylius.Name, Title: "Sylius", Adapter: sylius.New(), Domain: domain,
		Secrets: func(seed byte) (signing, verifying string) {
			s := fmt.Sprintf("sylius secret %d", seed)
			return s, s
		},
		Sign: func(header map[string][]string, body []byte, signing string, _ time.Time) []byte {
			h := hmac.New(sha256.New, []byte(signing))
			h.Write(body)
			header["X-Cartograph-Signature"] = []string{"sha256=" + hex.EncodeToString(h.Sum(nil))}
			return body
		},
		Values: map[string]string{platform.KeyID: administrator, platform.KeySecret: password}, Serve: serve,
		Stories: append(w.Stories(), kit.Story{Trait: kit.Draft, Tell: draft, Want: draftEnd}),
		Cannot: map[kit.Trait]string{
			kit.ThreeDecimals: "Sylius counts in hundredths whatever the currency: thousandths of a dinar do not exist in it",
			kit.Uninstalled:   "a bundle is removed from the shop's code, which runs nothing",
		},
		Untold: []string{"how much of an order was given back, where a plugin refunds other than by payments"},
	}
}

func posted(r kit.Run, minute int, topic, what string, order object) kit.Delivery {
	text, _ := json.Marshal(object{"topic": topic, "bundle": "1.0.0", "at": r.RFC3339(minute), "order": order})
	return kit.Delivery{Name: topic + ": " + what, Body: string(text), Header: map[string]string{
		"Content-Type": "application/json", "User-Agent": "Cartograph for Sylius/1.0.0"}}
}

// cents are hundredths of the currency's unit, as Sylius keeps every amount.
func cents(b kit.Basket, minor int64) int64 {
	whole, frac, _ := strings.Cut(b.Price(minor), ".")
	n, _ := strconv.ParseInt(whole+(frac + "00")[:2], 10, 64)
	return n
}

func order(r kit.Run, b kit.Basket, state string) object {
	items := []any{}
	for _, l := range b.Lines {
		items = append(items, object{"product": strings.ToLower(l.SKU), "variant": l.SKU, "productName": l.Title, "variantName": l.Variant, "taxon": "Kitchen",
			"quantity": l.Quantity, "unitPrice": cents(b, l.Minor), "subtotal": cents(b, l.Minor*int64(l.Quantity)),
			"url": "https://" + domain + "/en_US/products/" + strings.ToLower(l.SKU), "image": "https://" + domain + "/media/cache/resolve/a/1.jpg", "stock": nil})
	}
	o := object{"id": r.ID(2), "tokenValue": r.Token(1), "number": nil, "state": state, "checkoutState": "cart", "paymentState": "cart", "currencyCode": b.Currency,
		"localeCode": "fr_FR", "channel": "WEB", "total": cents(b, b.Total()), "createdAt": r.RFC3339(0), "updatedAt": r.RFC3339(b.Minute), "checkoutCompletedAt": nil,
		"source": "shop", "items": items, "promotionCoupon": nil, "payments": []any{}, "customer": customer(r, b), "billingAddress": []any{}, "shippingAddress": nil,
		"restoreUrl": "https://" + domain + "/cartograph/restore/" + r.Token(1) + "/" + r.Token(9)}
	if b.Checkout {
		o["checkoutState"] = "addressed"
		o["billingAddress"] = object{"firstName": b.Name, "lastName": "Doe", "phoneNumber": b.Phone, "countryCode": "FR", "provinceCode": nil}
	}
	return o
}

func customer(r kit.Run, b kit.Basket) any {
	if b.Email == "" {
		return nil
	}
	c := object{"id": r.ID(3), "email": b.Email, "firstName": b.Name, "lastName": "Doe", "phoneNumber": nil, "subscribedToNewsletter": b.Agreed, "subscriptionChangedAt": nil}
	if b.Agreed {
		c["subscriptionChangedAt"] = r.RFC3339(b.Minute)
	}
	return c
}

func fill(r kit.Run, b kit.Basket) []kit.Delivery {
	return []kit.Delivery{posted(r, b.Minute, "order", strconv.Itoa(len(b.Lines))+" lines", order(r, b, "cart"))}
}

func sell(r kit.Run, s kit.Sale) []kit.Delivery {
	state, what, paymentState := "new", "paid", "paid"
	payments := []any{object{"state": "completed", "offline": false, "amount": cents(s.Basket, s.Total())}}
	switch s.Fate {
	case kit.Denied:
		what, paymentState = "its payment failed", "awaiting_payment"
		payments = []any{object{"state": "failed", "offline": false}, object{"state": "new", "offline": false}}
	case kit.Void:
		state, what = "cancelled", "cancelled"
	case kit.Back:
		what, paymentState = "a part is given back", "partially_refunded"
		payments = append(payments, object{"state": "refunded", "offline": false, "amount": cents(s.Basket, s.Given)})
	}
	o := order(r, s.Basket, state)
	o["number"], o["checkoutState"], o["paymentState"], o["payments"], o["checkoutCompletedAt"] = "000000001", "completed", paymentState, payments, r.RFC3339(s.Placed)
	switch s.By {
	case "staff":
		o["source"] = "admin"
	case "subscription":
		o["source"] = "subscription"
	}
	told := posted(r, s.Minute, "order", what, o)
	told.Then = pages(r, s, o)
	listed := kit.Delivery{Name: "listed: " + what, Listed: true, Then: told.Then}
	switch {
	case s.Fate == kit.Back: // what the bundle tells of it is lost
		return []kit.Delivery{listed}
	case s.By != "", s.Fate == kit.Denied:
		return []kit.Delivery{told, listed}
	}
	return []kit.Delivery{told}
}

// draft is a checkout whose payment is begun and neither failed nor done.
func draft(r kit.Run) []kit.Delivery {
	b := kit.Basket{Minute: 5, Currency: "EUR", Email: r.Email(), Name: "Kim", Checkout: true,
		Lines: []kit.Ware{{N: 1, Title: "Poster", SKU: "POSTER", Quantity: 1, Minor: 400}}}
	o := order(r, b, "new")
	o["checkoutState"], o["paymentState"], o["payments"] = "completed", "awaiting_payment", []any{object{"state": "new", "offline": false}}
	told := posted(r, 5, "order", "sent to the payment page", o)
	told.Then = pages(r, kit.Sale{Basket: b, Placed: 5}, o)
	return []kit.Delivery{told, {Name: "listed: on the payment page", Listed: true, Then: told.Then}}
}

func draftEnd(r kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{{State: cart.Open, Total: "4.00 EUR", Email: r.Email(), WayBack: true,
		Items: []kit.Item{{Title: "Poster", SKU: "POSTER", Quantity: 1, Price: "4.00 EUR"}}}}}
}

// Package story tells PrestaShop's part of the conformance kit, in the words of
// the companion module.
package story

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/cartograph-dev/cartograph/internal/platform"
	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/prestashop"
)

// object is a JSON object, written with its keys sorted.
type object = map[string]any

const domain = "shop.example.com"

// Platform is PrestaShop with all its stories.
func Platform() kit.Platform {
	w := kit.Words{Fill: fill, Sell: sell, OrderID: func(r kit.Run) string { return r.Text(2) }, WayBack: true,
		Unable: []kit.Trait{kit.Subscription}}
	return kit.Platform{
		Name: prestashop.Name, Title: "PrestaShop", Adapter: prestashop.New(), Domain: domain,
		Secrets: func(seed byte) (signing, verifying string) {
			s := fmt.Sprintf("prestashop secret %d", seed)
			return s, s
		},
		Sign: sign,
		Stories: append(w.Stories(), kit.Story{Trait: kit.Uninstalled, Tell: uninstalled,
			Want: func(kit.Run) kit.Want { return kit.Want{Asked: []string{"shop_uninstalled"}} }}),
		Cannot: map[kit.Trait]string{
			kit.Subscription: "PrestaShop has no subscriptions of its own",
			kit.Draft:        "PrestaShop has no drafts of orders: an order begins with its payment",
		},
		Values: map[string]string{platform.KeyID: webserviceKey, platform.KeyAccount: zone}, Serve: serve,
		Untold: []string{"an email address before the checkout's first step is completed", "phone consent: PrestaShop asks for none"},
	}
}

func sign(header map[string][]string, body []byte, signing string, _ time.Time) []byte {
	h := hmac.New(sha256.New, []byte(signing))
	h.Write(body)
	header["X-Cartograph-Signature"] = []string{"sha256=" + hex.EncodeToString(h.Sum(nil))}
	return body
}

func posted(r kit.Run, minute int, topic, what string, body object) kit.Delivery {
	body["topic"], body["module"], body["at"] = topic, "1.0.0", when(r, minute)
	text, _ := json.Marshal(body)
	return kit.Delivery{Name: topic + ": " + what, Body: string(text), Header: map[string]string{
		"Content-Type": "application/json", "User-Agent": "Cartograph for PrestaShop/1.0.0"}}
}

// when writes times as PHP's DATE_ATOM does, in the shop's own zone.
func when(r kit.Run, minute int) string {
	return r.At(minute).In(time.FixedZone("", 2*3600)).Format("2006-01-02T15:04:05-07:00")
}

// six writes an amount with PrestaShop's six decimals.
func six(b kit.Basket, minor int64) string { return b.Price(minor) + zeros(b) }

func zeros(b kit.Basket) string {
	return map[string]string{"JPY": ".000000", "KWD": "000"}[b.Currency] + map[bool]string{true: "0000"}[b.Currency == "EUR"]
}

func customer(r kit.Run, b kit.Basket) any {
	if b.Email == "" && b.Phone == "" {
		return []any{} // PHP's empty array
	}
	c := object{"id_customer": r.ID(3), "is_guest": true, "email": b.Email, "phone": b.Phone, "firstname": b.Name, "lastname": "",
		"country": "FR", "state": "", "language": "fr-FR", "newsletter": nil}
	if b.Agreed {
		c["newsletter"] = object{"answer": true, "at": when(r, b.Minute)}
	}
	return c
}

func fill(r kit.Run, b kit.Basket) []kit.Delivery {
	step := "cart"
	if b.Checkout {
		step = "checkout"
	}
	products := []any{}
	for _, l := range b.Lines {
		products = append(products, object{"id_product": strconv.Itoa(l.N), "id_product_attribute": strconv.Itoa(attribute(l)), "reference": l.SKU,
			"name": l.Title, "attributes_small": l.Variant, "category": "Art", "cart_quantity": l.Quantity, "price_wt": six(b, l.Minor),
			"total_wt": six(b, l.Minor*int64(l.Quantity)), "link": "https://" + domain + "/" + strconv.Itoa(l.N) + "-mug.html",
			"image": domain + "/1-home_default/mug.jpg", "stock_quantity": 300})
	}
	return []kit.Delivery{posted(r, b.Minute, "cart.saved", strconv.Itoa(len(b.Lines))+" lines", object{"cart": object{
		"id_cart": r.ID(1), "revision": b.Minute + 1, "from_cart": 0, "date_add": when(r, 0), "date_upd": when(r, b.Minute), "step": step,
		"currency": b.Currency, "total_tax_incl": six(b, b.Total()), "products": products, "cart_rules": []any{}, "customer": customer(r, b),
		"restore_url": "https://" + domain + "/module/cartograph/restore?cartograph_cart=" + r.Text(1) + "&cartograph_key=" + r.Token(9)}})}
}

func attribute(l kit.Ware) int {
	if l.Variant == "" {
		return 0
	}
	return 40 + l.N
}

func sell(r kit.Run, s kit.Sale) []kit.Delivery {
	kind, topic, what := "paid", "order.validated", "paid"
	switch s.Fate {
	case kit.Denied:
		kind, topic, what = "error", "order.validated", "its payment failed"
	case kit.Void:
		kind, topic, what = "cancelled", "order.status", "cancelled"
	case kit.Back:
		topic, what = "order.refunded", "a part is given back"
	}
	products := []any{}
	for _, l := range s.Lines {
		name := l.Title
		products = append(products, object{"product_id": l.N, "product_attribute_id": attribute(l), "product_reference": l.SKU, "product_name": name,
			"attributes_small": l.Variant, "product_quantity": strconv.Itoa(l.Quantity), "unit_price_tax_incl": six(s.Basket, l.Minor),
			"total_price_tax_incl": six(s.Basket, l.Minor*int64(l.Quantity))})
	}
	source := "front"
	if s.By == "staff" {
		source = "admin"
	}
	told := posted(r, s.Minute, topic, what, object{"order": object{
		"id_order": r.ID(2), "reference": "XKBKNABJK", "id_cart": r.Text(1), "source": source, "date_add": when(r, s.Placed), "date_upd": when(r, s.Minute),
		"state": object{"id": 2, "kind": kind, "has_been_paid": s.Fate != kit.Denied}, "module": "ps_checkout", "currency": s.Currency,
		"total_paid_tax_incl": six(s.Basket, s.Total()), "refunded_tax_incl": six(s.Basket, s.Given), "products": products, "customer": customer(r, s.Basket),
		"restore_url": "https://" + domain + "/module/cartograph/restore?cartograph_cart=" + r.Text(1) + "&cartograph_key=" + r.Token(9)}})
	told.Then = pages(r, s)
	listed := kit.Delivery{Name: "listed: " + what, Listed: true, Then: told.Then}
	switch {
	case s.Fate == kit.Back: // what the module tells of it is lost
		return []kit.Delivery{listed}
	case s.By == "staff":
		return []kit.Delivery{told, listed}
	}
	return []kit.Delivery{told}
}

func uninstalled(r kit.Run) []kit.Delivery {
	return []kit.Delivery{posted(r, 0, "shop.uninstalled", "the module is removed", object{})}
}

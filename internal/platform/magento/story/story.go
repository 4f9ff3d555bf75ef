// Package story tells Adobe Commerce's part of the conformance kit, in the words
// of Adobe I/O Events.
package story

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strconv"
	"time"

	"github.com/cartograph-dev/cartograph/internal/platform"
	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/magento"
)

// object is a JSON object, written with its keys sorted.
type object = map[string]any

// recipient is the shop's credential at Adobe.
const recipient = "531f2f763b2f4c34b03001d8bf2bd4df"

// Platform is Adobe Commerce with all its stories.
func Platform() kit.Platform {
	w := kit.Words{Fill: fill, Sell: sell, OrderID: number, Unable: []kit.Trait{kit.Subscription},
		Item: func(i kit.Item) kit.Item {
			i.Variant = ""
			return i
		}}
	return kit.Platform{
		Name: magento.Name, Title: "Adobe Commerce / Magento", Adapter: magento.New(), Domain: "shop.example.com",
		Secrets: pair, Sign: sign, Stories: asked(w.Stories()),
		Values: map[string]string{platform.KeyID: token}, Serve: serve,
		Cannot: map[kit.Trait]string{
			kit.Subscription: "Adobe Commerce has no subscriptions of its own",
			kit.Draft:        "Adobe Commerce has no drafts: an order begins when it is placed",
			kit.Uninstalled:  "Adobe tells nobody that a registration was removed",
		},
		Untold: []string{"a way back to a guest's cart, without the companion module", "which options of a product were chosen, but by the SKU, in events (the API tells them of carts)"},
	}
}

// pair gives a key and what verifies it: the key's other half, and whose client
// the shop is.
func pair(seed byte) (signing, verifying string) {
	private, public := kit.RSAKeys(seed)
	return private, "client:" + recipient + "\n" + public
}

// sign makes the second of Adobe's signatures; the first is of another key, as
// while Adobe rotates them.
func sign(header map[string][]string, body []byte, signing string, _ time.Time) []byte {
	block, _ := pem.Decode([]byte(signing))
	parsed, _ := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return body // not signed: the adapter says so
	}
	sum := sha256.Sum256(body)
	sig, _ := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	header["X-Adobe-Digital-Signature-1"] = []string{base64.StdEncoding.EncodeToString(make([]byte, 256))}
	header["X-Adobe-Public-Key1-Path"] = []string{"/prod/keys/pub-key-0b6ff4d4-1d0d-4f3a-8f0e-000000000001.pem"}
	header["X-Adobe-Digital-Signature-2"] = []string{base64.StdEncoding.EncodeToString(sig)}
	header["X-Adobe-Public-Key2-Path"] = []string{"/prod/keys/pub-key-0b6ff4d4-1d0d-4f3a-8f0e-000000000002.pem"}
	return body
}

func number(r kit.Run) string { return "000" + r.Text(2) }

// told is an event as Adobe posts it.
func told(r kit.Run, n, minute int, name, what string, value object) kit.Delivery {
	text, _ := json.Marshal(object{"specversion": "1.0", "type": "com.adobe.commerce.observer." + name, "datacontenttype": "application/json",
		"id": r.UUID(100 + n), "event_id": r.UUID(200 + n), "eventid": r.UUID(200 + n), "source": "urn:uuid:420ba332-4e1c-4373-8e23-81175c9e79fd",
		"time": r.At(minute).Format("2006-01-02T15:04:05.000Z"), "recipient_client_id": recipient, "recipientclientid": recipient,
		"data": object{"key": r.UUID(300 + n), "value": value, "source": "shop.production", "_metadata": object{"commerceEdition": "Adobe Commerce",
			"commerceVersion": "2.4.8", "eventsClientVersion": "1.12.0", "storeId": "1", "websiteId": "1", "storeGroupId": "1"}}})
	return kit.Delivery{Name: name + ": " + what, Body: string(text), Header: map[string]string{
		"Content-Type": "application/json", "User-Agent": "Adobe/1.0", "X-Adobe-Event-Id": r.UUID(200 + n), "X-Adobe-Event-Code": "com.adobe.commerce.observer." + name}}
}

// when is a time of Magento's database: UTC, without a zone.
func when(r kit.Run, minute int) string { return r.At(minute).Format("2006-01-02 15:04:05") }

// items are lines; of a configurable product the variant is a line of its own.
func items(b kit.Basket, quantity string) []any {
	list := []any{}
	for _, l := range b.Lines {
		price, total := json.Number(b.Price(l.Minor)), json.Number(b.Price(l.Minor*int64(l.Quantity)))
		list = append(list, object{"item_id": strconv.Itoa(900 + l.N), "product_id": strconv.Itoa(3000 + l.N), "product_type": "simple", "sku": l.SKU, "name": l.Title,
			quantity: l.Quantity, "price": string(price) + zeros(b), "price_incl_tax": price, "row_total": total, "row_total_incl_tax": total, "parent_item_id": nil})
		if l.Variant != "" {
			list = append(list, object{"item_id": strconv.Itoa(9000 + l.N), "parent_item_id": strconv.Itoa(900 + l.N), "product_id": strconv.Itoa(4000 + l.N),
				"product_type": "simple", "sku": l.SKU, "name": l.Title + "-" + l.Variant, quantity: 1, "price": "0.0000"})
		}
	}
	return list
}

// zeros fills an amount up to Magento's four decimals.
func zeros(b kit.Basket) string {
	return map[string]string{"EUR": "00", "JPY": ".0000", "KWD": "0"}[b.Currency]
}

func quote(r kit.Run, b kit.Basket) object {
	q := object{"entity_id": r.Text(1), "is_active": "1", "reserved_order_id": nil, "converted_at": nil, "store_id": 1, "created_at": when(r, 0), "updated_at": "0000-00-00 00:00:00",
		"quote_currency_code": b.Currency, "base_currency_code": "USD", "grand_total": b.Price(b.Total()) + zeros(b), "base_grand_total": "1.0000", "items": items(b, "qty"),
		"customer_is_guest": 1, "customer_id": nil, "customer_email": nil, "customer_firstname": nil, "customer_lastname": nil, "coupon_code": nil}
	if b.Email != "" {
		q["customer_email"], q["customer_firstname"] = b.Email, b.Name
	}
	if b.Phone != "" {
		q["billing_address"] = object{"telephone": b.Phone, "country_id": "FR", "firstname": b.Name}
	}
	return q
}

func fill(r kit.Run, b kit.Basket) []kit.Delivery {
	all := []kit.Delivery{told(r, b.Minute, b.Minute, "sales_quote_save_commit_after", strconv.Itoa(len(b.Lines))+" lines", quote(r, b))}
	if b.Agreed {
		all = append(all, told(r, 60, b.Minute, "newsletter_subscriber_save_commit_after", "subscribed", object{
			"subscriber_email": b.Email, "subscriber_status": 1, "customer_id": 0, "change_status_at": when(r, b.Minute)}))
	}
	return all
}

func sell(r kit.Run, s kit.Sale) []kit.Delivery {
	if s.Fate == kit.Denied {
		return []kit.Delivery{told(r, 61, s.Minute, "sales_model_service_quote_submit_failure", "its payment was refused", object{"quote": quote(r, s.Basket)})}
	}
	o := object{"increment_id": number(r), "entity_id": r.Text(2), "quote_id": r.Text(1), "state": "processing", "status": "processing", "store_id": 1, "created_at": when(r, s.Placed),
		"order_currency_code": s.Currency, "base_currency_code": "USD", "grand_total": json.Number(s.Price(s.Total())), "base_grand_total": 1, "total_paid": json.Number(s.Price(s.Total())),
		"items": items(s.Basket, "qty_ordered"), "customer_email": s.Email, "customer_firstname": s.Name, "customer_is_guest": 1, "remote_ip": "203.0.113.7",
		"addresses": []any{object{"address_type": "billing", "email": s.Email, "firstname": s.Name, "country_id": "FR", "telephone": "06 12 34 56 78"}}}
	n, what := 62, "paid"
	switch s.Fate {
	case kit.Void:
		n, what, o["state"] = 63, "cancelled", "canceled"
	case kit.Back:
		n, what, o["total_refunded"] = 64, "a part is given back", s.Price(s.Given)+zeros(s.Basket)
	}
	if s.By == "staff" {
		o["remote_ip"] = nil
	}
	return []kit.Delivery{told(r, n, s.Minute, "sales_order_save_commit_after", what, o)}
}

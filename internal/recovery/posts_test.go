package recovery_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// fields is a JSON object.
type fields = map[string]any

// post is one webhook before it is signed.
type post struct {
	platform string
	header   http.Header
	body     []byte
}

// receive signs a post with a shop's secret as its platform does and hands it in.
func (w *world) receive(shopID string, p post) ([]event.Receipt, error) {
	h := p.header.Clone()
	sign(h, p, hookSecret(shopID))
	return w.engine.Receive(context.Background(), p.platform, shopID, h, p.body)
}

// send hands posts in, for the first shop; all must be accepted or known.
func (w *world) send(posts ...post) {
	w.t.Helper()
	for _, p := range posts {
		receipts, err := w.receive(w.shop.ID, p)
		if err != nil {
			w.t.Fatalf("%s %s: %v", p.platform, p.body, err)
		}
		for _, r := range receipts {
			if r.Status != event.Accepted && r.Status != event.Duplicate {
				w.t.Fatalf("%s %s: %s %s", p.platform, p.body, r.Status, r.Message)
			}
		}
	}
}

func sign(h http.Header, p post, secret string) {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(p.body)
	sum := mac.Sum(nil)
	switch p.platform {
	case "shopify":
		h.Set("X-Shopify-Hmac-Sha256", base64.StdEncoding.EncodeToString(sum))
	case "woocommerce":
		h.Set("X-WC-Webhook-Signature", base64.StdEncoding.EncodeToString(sum))
	case "generic":
		h.Set("X-Cartograph-Signature", "sha256="+hex.EncodeToString(sum))
	}
}

func asJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // the tests' own values
	}
	return b
}

func idOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:12])
}

// gen is an event of the generic platform. Equal events have equal message ids.
func gen(name string, at time.Time, properties fields) post {
	e := fields{"type": "track", "event": name, "timestamp": at.UTC().Format(time.RFC3339Nano), "properties": properties}
	e["messageId"] = idOf(asJSON(e))
	return post{"generic", http.Header{"Content-Type": {"application/json"}}, asJSON(e)}
}

// shopifyPost is a webhook of the shop shop-a at Shopify.
func shopifyPost(topic string, at time.Time, body fields) post {
	return shopifyOf("shop-a", topic, at, body)
}

func shopifyOf(shopID, topic string, at time.Time, body fields) post {
	raw := asJSON(body)
	return post{"shopify", http.Header{
		"Content-Type": {"application/json"}, "X-Shopify-Topic": {topic}, "X-Shopify-Shop-Domain": {shopID + ".myshopify.com"},
		"X-Shopify-Api-Version": {"2026-04"}, "X-Shopify-Event-Id": {idOf(append([]byte(topic), raw...))},
		"X-Shopify-Webhook-Id": {idOf(raw)}, "X-Shopify-Triggered-At": {at.UTC().Format(time.RFC3339Nano)},
	}, raw}
}

// wooPost is a webhook of WooCommerce.
func wooPost(topic string, body fields) post {
	raw := asJSON(body)
	return post{"woocommerce", http.Header{
		"Content-Type": {"application/json"}, "X-Wc-Webhook-Topic": {topic}, "X-Wc-Webhook-Source": {"https://shop.example/"},
		"X-Wc-Webhook-Id": {"7"}, "X-Wc-Webhook-Delivery-Id": {idOf(raw)},
	}, raw}
}

// with gives a copy of fields with others over them; a nil removes.
func (f fieldsOf) with(more fields) fields {
	out := fields{}
	for k, v := range f {
		out[k] = v
	}
	for k, v := range more {
		if v == nil {
			delete(out, k)
			continue
		}
		out[k] = v
	}
	return out
}

type fieldsOf fields

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// line is one product of a generic event.
func line(id string, quantity int, price string) fields {
	return fields{"product_id": id, "name": "The " + id, "quantity": quantity, "price": price}
}

// adaCart is a cart of Ada's at the generic platform: 40.00 EUR.
func adaCart(id string) fieldsOf {
	return fieldsOf{
		"cart_id": id, "currency": "EUR", "email": ada, "first_name": "Adaline",
		"products": []fields{line("scarf", 2, "20.00")}, "recovery_url": "https://shop.example/cart/" + id + "?key=restore-secret",
	}
}

// The shopper of most tests, with what must never be logged of her.
const (
	ada      = "ada.lovelace@example.com"
	adaPhone = "+33612345678"
	adaPSID  = "7123456789012345"
)

// checkout is a Shopify checkout of Ada's: 59.90 EUR.
func checkout(token string, at time.Time) fieldsOf {
	return fieldsOf{
		"token": token, "cart_token": "cart-of-" + token, "email": ada, "buyer_accepts_marketing": true,
		"created_at": stamp(at.Add(-2 * time.Minute)), "updated_at": stamp(at), "completed_at": nil, "currency": "EUR", "total_price": "59.90",
		"abandoned_checkout_url": "https://shop-a.myshopify.com/1/checkouts/" + token + "/recover?key=restore-secret",
		"source_name":            "web", "customer_locale": "en-FR",
		"customer": fields{"id": 7001, "email": ada, "first_name": "Adaline", "last_name": "Lovelace"},
		"line_items": []fields{
			{"product_id": 11, "variant_id": 111, "sku": "SCARF", "title": "Wool scarf", "variant_title": "Blue", "quantity": 1, "price": "39.90", "line_price": "39.90"},
			{"product_id": 12, "variant_id": 121, "sku": "MITTS", "title": "Mittens", "quantity": 2, "price": "10.00", "line_price": "20.00"},
		},
	}
}

// orderOf is the Shopify order of a checkout.
func orderOf(token string, id int, at time.Time) fieldsOf {
	return fieldsOf{
		"id": id, "name": "#1001", "checkout_token": token, "cart_token": "cart-of-" + token, "email": ada,
		"created_at": stamp(at), "updated_at": stamp(at), "processed_at": stamp(at), "financial_status": "paid", "source_name": "web",
		"currency": "EUR", "total_price": "59.90", "current_total_price": "59.90",
		"customer": fields{"id": 7001, "email": ada, "first_name": "Adaline", "last_name": "Lovelace"},
	}
}

// ofDevice says from which device an event of the generic platform came.
func ofDevice(p post, device string) post {
	e := fields{}
	if err := json.Unmarshal(p.body, &e); err != nil {
		panic(err) // the tests' own values
	}
	e["anonymousId"] = device
	e["messageId"] = idOf(asJSON(e))
	p.body = asJSON(e)
	return p
}

// wooOrder is an order of Ada's at WooCommerce: 40.00 EUR. A draft is a cart.
func wooOrder(status string, created time.Time) fieldsOf {
	return fieldsOf{
		"id": 815, "number": "815", "order_key": "wc_order_key1", "status": status, "currency": "EUR", "created_via": "checkout",
		"date_created_gmt": wooTime(created), "date_modified_gmt": wooTime(created), "date_paid_gmt": nil, "total": "40.00", "customer_id": 5,
		"payment_url": "https://shop.example/pay/815?key=restore-secret", "prices_include_tax": true,
		"billing":    fields{"first_name": "Adaline", "last_name": "Lovelace", "email": ada, "country": "FR"},
		"line_items": []fields{{"product_id": 11, "variation_id": 0, "name": "Wool scarf", "quantity": 2, "price": 20, "subtotal": "40.00", "total": "40.00", "total_tax": "0.00"}},
	}
}

// wooTime is how WooCommerce writes times: UTC, without saying so.
func wooTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") }

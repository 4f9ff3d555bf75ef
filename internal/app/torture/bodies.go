package torture

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"time"
)

// fields are a JSON object.
type fields = map[string]any

// post is one webhook delivery, signed.
type post struct {
	shop string
	// path is below the server's address.
	path   string
	header map[string]string
	body   []byte
	// key is the dedupe key under which the event has to be stored.
	key string
}

func encode(v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	return body
}

func sign(secret string, body []byte) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write(body)
	return h.Sum(nil)
}

func when(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// fromShopify makes a delivery of Shopify's. resource is the id that its body is about.
func (s shopper) fromShopify(topic, resource string, seq int, at time.Time, body fields) post {
	raw, id := encode(body), fmt.Sprintf("tev-%06d-%d", s.n, seq)
	return post{
		shop: s.shop.ID, path: "/webhooks/shopify/" + s.shop.ID, body: raw, key: "shopify:" + topic + ":event:" + id + ":" + resource,
		header: map[string]string{
			"X-Shopify-Topic": topic, "X-Shopify-Shop-Domain": s.shop.Domain, "X-Shopify-Event-Id": id, "X-Shopify-Webhook-Id": "w" + id,
			"X-Shopify-Triggered-At": when(at), "X-Shopify-Hmac-Sha256": base64.StdEncoding.EncodeToString(sign(s.shop.Secret, raw)),
		},
	}
}

func (s shopper) shopifyStory(now time.Time) []post {
	lines := []fields{{"product_id": 1, "variant_id": 2, "title": "Lamp", "quantity": 1, "price": s.price(), "line_price": s.price()}}
	first, second, third := now.Add(-900*time.Millisecond), now.Add(-400*time.Millisecond), now
	token := "checkout-" + s.cart()
	cart := fields{"id": s.cart(), "token": s.cart(), "created_at": when(first), "updated_at": when(first), "line_items": lines}
	checkout := func(at time.Time) fields {
		return s.named(fields{
			"token": token, "cart_token": s.cart(), "created_at": when(second), "updated_at": when(at), "currency": "EUR",
			"total_price": s.price(), "line_items": lines, "source_name": "web",
			"abandoned_checkout_url": "https://" + s.shop.Domain + "/checkouts/" + token + "/recover",
		})
	}
	return []post{
		s.fromShopify("carts/create", s.cart(), 1, first, cart),
		s.fromShopify("checkouts/create", token, 2, second, checkout(second)),
		s.fromShopify("checkouts/update", token, 3, third, checkout(third)),
	}
}

// named adds who the shopper is, and that they may be written to.
func (s shopper) named(body fields) fields {
	maps.Copy(body, fields{
		"email": s.email(), "phone": s.phone(), "sms_marketing_phone": s.phone(),
		"buyer_accepts_marketing": true, "buyer_accepts_sms_marketing": true,
		"customer": fields{"id": fmt.Sprintf("7%06d", s.n), "email": s.email(), "first_name": "Robin", "last_name": "Example"},
	})
	return body
}

// shopifyOrder names the cart, or only the person it is known by.
func (s shopper) shopifyOrder(now time.Time) post {
	body := fields{
		"id": s.order(), "name": "#" + s.order(), "created_at": when(now), "updated_at": when(now), "processed_at": when(now),
		"financial_status": "paid", "source_name": "web", "currency": "EUR", "total_price": s.price(), "current_total_price": s.price(),
	}
	switch s.end {
	case buysEmail:
		body["email"], body["cart_token"] = s.email(), "other-"+s.cart()
	case buysPhone:
		body["phone"], body["cart_token"] = s.phone(), "other-"+s.cart()
	default:
		body["cart_token"], body["checkout_token"] = s.cart(), "checkout-"+s.cart()
	}
	return s.fromShopify("orders/create", s.order(), 4, now, body)
}

// fromApp makes a delivery of the shop's own app.
func (s shopper) fromApp(name string, seq int, at time.Time, properties fields) post {
	id := fmt.Sprintf("tev-%06d-%d", s.n, seq)
	raw := encode(fields{"type": "track", "event": name, "messageId": id, "timestamp": when(at), "properties": properties})
	return post{
		shop: s.shop.ID, path: "/webhooks/generic/" + s.shop.ID, body: raw, key: "generic:message:" + id,
		header: map[string]string{"X-Cartograph-Signature": "sha256=" + hex.EncodeToString(sign(s.shop.Secret, raw))},
	}
}

func (s shopper) genericStory(now time.Time) []post {
	products := []fields{{"product_id": "1", "name": "Lamp", "price": s.price(), "quantity": 1}}
	person := func(more fields) fields {
		p := fields{
			"cart_id": s.cart(), "currency": "EUR", "email": s.email(), "phone": s.phone(), "first_name": "Robin", "country": "FR",
			"messenger_psid": s.psid(), "consent": fields{"email": true, "sms": true, "messenger": true}, "consent_source": "checkout",
		}
		maps.Copy(p, more)
		return p
	}
	full := fields{"products": products, "total": s.price(), "recovery_url": "https://" + s.shop.Domain + "/cart/" + s.cart()}
	return []post{
		s.fromApp("Product Added", 1, now.Add(-900*time.Millisecond), fields{
			"cart_id": s.cart(), "currency": "EUR", "product_id": "1", "name": "Lamp", "price": s.price(), "quantity": 1}),
		s.fromApp("Cart Updated", 2, now.Add(-400*time.Millisecond), person(full)),
		s.fromApp("Checkout Started", 3, now, person(full)),
	}
}

func (s shopper) genericOrder(now time.Time) post {
	p := fields{"order_id": s.order(), "currency": "EUR", "total": s.price(), "created_at": when(now)}
	switch s.end {
	case buysEmail:
		p["email"], p["cart_id"] = s.email(), "other-"+s.cart()
	case buysPhone:
		p["phone"], p["country"], p["cart_id"] = s.phone(), "FR", "other-"+s.cart()
	default:
		p["cart_id"] = s.cart()
	}
	return s.fromApp("Order Completed", 4, now, p)
}

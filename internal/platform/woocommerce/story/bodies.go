package story

import (
	"encoding/json"
	"html"
	"strconv"

	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// object is a JSON object, written with its keys sorted.
type object = map[string]any

func text(o object) string {
	b, _ := json.Marshal(o)
	return string(b)
}

// posted is a delivery of the companion plugin.
func posted(topic, what string, body object) kit.Delivery {
	return kit.Delivery{Name: topic + ": " + what, Body: text(body), Header: map[string]string{
		"Content-Type": "application/json", "User-Agent": "Cartograph for WooCommerce/1.0.0"}}
}

// hooked is a delivery of WooCommerce itself.
func hooked(topic, what string, body object) kit.Delivery {
	return kit.Delivery{Name: topic + ": " + what, Body: text(body), Header: map[string]string{
		"Content-Type": "application/json", "User-Agent": "WooCommerce/10.2.1 Hookshot (WordPress/6.8.2)",
		"X-WC-Webhook-Source": "https://" + domain + "/", "X-WC-Webhook-Topic": topic,
		"X-WC-Webhook-Resource": "order", "X-WC-Webhook-Event": topic[len("order."):], "X-WC-Webhook-ID": "12",
		// The same for all webhooks of one second, as WooCommerce makes it.
		"X-WC-Webhook-Delivery-ID": "c51ce410c124a10e0db5e4b97fc2af39"}}
}

// fill is the plugin's cart.
func fill(r kit.Run, b kit.Basket) []kit.Delivery {
	stage := "cart"
	if b.Checkout {
		stage = "checkout"
	}
	items := []any{}
	for _, l := range b.Lines {
		items = append(items, object{"product_id": 100 + l.N, "variation_id": variation(l), "sku": l.SKU, "name": l.Title, "variation": l.Variant,
			"category": "Kitchen", "quantity": l.Quantity, "price": b.Price(l.Minor), "total": b.Price(l.Minor * int64(l.Quantity)),
			"url": "https://" + domain + "/product/" + strconv.Itoa(l.N) + "/", "image": "https://" + domain + "/wp-content/uploads/p.jpg", "stock": 7})
	}
	c := object{"id": r.Token(1), "revision": b.Minute + 1, "created_at": r.RFC3339(0), "updated_at": r.RFC3339(b.Minute), "stage": stage,
		"currency": b.Currency, "total": b.Price(b.Total()), "items": items, "coupons": []any{},
		"restore_url": "https://" + domain + "/?cartograph-cart=" + r.Token(1) + "&cartograph-key=" + r.Token(9),
		"customer":    object{"id": 0, "email": b.Email, "phone": b.Phone, "first_name": b.Name, "last_name": "", "country": "FR", "state": "", "locale": "fr_FR"}}
	if b.Agreed {
		c["consent"] = object{"email": object{"answer": true, "wording": "Remind me by email of what I leave in my cart.", "at": r.RFC3339(b.Minute)}}
	}
	return []kit.Delivery{posted("cart.updated", strconv.Itoa(len(b.Lines))+" lines", object{
		"topic": "cart.updated", "plugin": "1.0.0", "at": r.RFC3339(b.Minute), "cart": c})}
}

func variation(l kit.Ware) int {
	if l.Variant == "" {
		return 0
	}
	return 1000 + l.N
}

// sell is an order of WooCommerce, with the cart's id that the plugin wrote into it.
func sell(r kit.Run, s kit.Sale) []kit.Delivery {
	switch s.Fate {
	case kit.Denied:
		return []kit.Delivery{hooked("order.updated", "its payment failed", order(r, s, "failed"))}
	case kit.Void:
		return []kit.Delivery{hooked("order.updated", "cancelled", order(r, s, "cancelled"))}
	case kit.Back:
		o := order(r, s, "processing")
		o["refunds"] = []any{object{"id": r.ID(5), "reason": "", "total": "-" + s.Price(s.Given)}}
		return []kit.Delivery{hooked("order.updated", "a part is given back", o)}
	}
	return []kit.Delivery{hooked("order.created", "paid", order(r, s, "processing"))}
}

// order is an order as WooCommerce's REST API v3 prints it.
func order(r kit.Run, s kit.Sale, status string) object {
	when := func(minute int) string { return r.At(minute).Format("2006-01-02T15:04:05") }
	via := map[string]string{"": "store-api", "staff": "admin", "subscription": "subscription"}[s.By]
	meta := []any{object{"id": r.ID(3), "key": "_wc_order_attribution_source_type", "value": "typein"},
		object{"id": r.ID(4), "key": "_cartograph_cart_id", "value": r.Token(1)}}
	if s.By == "staff" {
		meta = meta[:1]
	}
	o := object{"id": r.ID(1), "parent_id": 0, "number": r.Text(1), "order_key": "wc_order_" + r.Token(2)[:13], "created_via": via,
		"version": "10.2.1", "status": status, "currency": s.Currency, "prices_include_tax": false, "discount_total": s.Price(0),
		"shipping_total": s.Price(0), "total": s.Price(s.Total()), "total_tax": s.Price(0), "customer_id": 0,
		"date_created_gmt": when(s.Placed), "date_modified_gmt": when(s.Minute), "date_paid_gmt": nil,
		"billing":     object{"first_name": s.Name, "last_name": "", "country": "FR", "state": "", "email": s.Email, "phone": s.Phone},
		"shipping":    object{"first_name": s.Name, "last_name": "", "country": "FR", "state": ""},
		"payment_url": "https://" + domain + "/checkout/order-pay/" + r.Text(1) + "/?pay_for_order=true&key=wc_order_" + r.Token(2)[:13],
		"line_items":  lines(s), "coupon_lines": []any{}, "refunds": []any{}, "meta_data": meta,
		"_links": object{"self": []any{object{"href": "https://" + domain + "/wp-json/wc/v3/orders/" + r.Text(1)}}}}
	if status != "checkout-draft" && status != "failed" {
		o["date_paid_gmt"] = when(s.Placed)
	}
	return o
}

func lines(s kit.Sale) []any {
	out := []any{}
	for _, l := range s.Lines {
		name, parent := html.EscapeString(l.Title), any(nil)
		if l.Variant != "" {
			name, parent = html.EscapeString(l.Title+" - "+l.Variant), html.EscapeString(l.Title)
		}
		total := s.Price(l.Minor * int64(l.Quantity))
		out = append(out, object{"id": 300 + l.N, "name": name, "product_id": 100 + l.N, "variation_id": variation(l), "quantity": l.Quantity,
			"subtotal": total, "subtotal_tax": s.Price(0), "total": total, "total_tax": s.Price(0), "taxes": []any{}, "meta_data": []any{},
			"sku": l.SKU, "price": json.Number(s.Price(l.Minor)), "parent_name": parent,
			"image": object{"id": "31", "src": "https://" + domain + "/wp-content/uploads/p.jpg"}})
	}
	return out
}

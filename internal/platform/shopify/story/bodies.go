package story

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"

	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// object is a JSON object, written with its keys sorted.
type object = map[string]any

// posted makes a delivery as Shopify posts it. Step tells the deliveries of a
// story apart: each is a merchant's or shopper's action of its own.
func posted(r conformance.Run, step, minutes int, topic, what string, body object) conformance.Delivery {
	text, _ := json.Marshal(body)
	return conformance.Delivery{Name: topic + ": " + what, Body: string(text), Header: map[string]string{
		"Content-Type": "application/json", "User-Agent": "Shopify-Captain-Hook",
		"X-Shopify-Topic": topic, "X-Shopify-Shop-Domain": domain, "X-Shopify-Api-Version": "2026-04",
		"X-Shopify-Event-Id": r.UUID(100 + step), "X-Shopify-Webhook-Id": r.UUID(200 + step),
		"X-Shopify-Triggered-At": r.RFC3339(minutes),
	}}
}

// with gives the object with some of its fields replaced.
func with(o object, more object) object {
	o = maps.Clone(o)
	maps.Copy(o, more)
	return o
}

// line is one line as carts, checkouts and orders share it.
type line struct {
	title, variant, sku, price, currency string
	quantity                             int
	total                                string
}

// mugs are the wares of most stories.
func mugs(quantity int) line {
	return line{"Stoneware Mug", "Blue", "MUG-BLUE", "12.50", "EUR", quantity, fmt.Sprintf("%.2f", 12.5*float64(quantity))}
}

// inCart is a line of a cart: its title holds the variant's.
func (l line) inCart() object {
	set := func(amount string) object {
		m := object{"amount": amount, "currency_code": l.currency}
		return object{"shop_money": m, "presentment_money": m}
	}
	return object{"id": json.Number("40808950810001"), "key": "40808950810001:3abdf474dce81d00", "properties": nil,
		"product_id": json.Number("7632910392001"), "variant_id": json.Number("40808950810001"), "sku": l.sku,
		"title": l.title + " - " + l.variant, "vendor": "Studio", "quantity": l.quantity, "gift_card": false, "taxable": true,
		"discounts": []any{}, "price": l.price, "original_price": l.price, "discounted_price": l.price,
		"line_price": l.total, "original_line_price": l.total, "total_discount": "0.00",
		"price_set": set(l.price), "discounted_price_set": set(l.price), "line_price_set": set(l.total),
	}
}

// inCheckout is a line of a checkout or order.
func (l line) inCheckout(id int) object {
	return object{"key": "139cb5712fb4c8d9957dcfad9a3028da", "product_id": json.Number("7632910392001"),
		"variant_id": json.Number(strconv.Itoa(40808950810001 + id)), "sku": l.sku, "title": l.title, "variant_title": l.variant,
		"presentment_title": l.title, "presentment_variant_title": l.variant, "vendor": "Studio", "quantity": l.quantity,
		"price": l.price, "line_price": l.total, "compare_at_price": nil, "properties": nil, "gift_card": false,
		"requires_shipping": true, "taxable": true, "tax_lines": []any{}, "applied_discounts": []any{}}
}

// cart is a carts/* body.
func cart(r conformance.Run, n, minutes int, lines ...line) object {
	list := []any{}
	for _, l := range lines {
		list = append(list, l.inCart())
	}
	return object{"id": r.Token(n), "token": r.Token(n), "note": nil, "line_items": list,
		"created_at": r.RFC3339(0), "updated_at": r.RFC3339(minutes)}
}

// checkout is a checkouts/* body: n is its cart's number, and an unknown
// shipping address is [].
func checkout(r conformance.Run, n, minutes int, total string, lines ...line) object {
	list := []any{}
	for i, l := range lines {
		list = append(list, l.inCheckout(i))
	}
	return object{"token": r.Token(n + 50), "cart_token": r.Token(n), "email": r.Email(), "phone": nil,
		"buyer_accepts_marketing": false, "buyer_accepts_sms_marketing": false, "sms_marketing_phone": nil,
		"customer_locale": "fr-FR", "currency": lines[0].currency, "presentment_currency": lines[0].currency,
		"created_at": r.RFC3339(5), "updated_at": r.RFC3339(minutes), "completed_at": nil, "closed_at": nil,
		"total_price": total, "subtotal_price": total, "total_line_items_price": total, "total_tax": "0.00", "total_discounts": "0.00",
		"discount_codes": []any{}, "note_attributes": []any{}, "source_name": "web", "shipping_address": []any{},
		"landing_site": "/", "referring_site": "", "line_items": list,
		"abandoned_checkout_url": "https://" + domain + "/548380009/checkouts/ac/" + r.Token(n) + "/recover?key=" + r.Token(n+60) + "&locale=fr",
	}
}

// order is an orders/* body of the same cart.
func order(r conformance.Run, n, minutes int, total string, lines ...line) object {
	list := []any{}
	for i, l := range lines {
		list = append(list, with(l.inCheckout(i), object{"id": r.ID(n + 70), "name": l.title + " - " + l.variant, "current_quantity": l.quantity}))
	}
	return object{"id": r.ID(n + 80), "admin_graphql_api_id": fmt.Sprintf("gid://shopify/Order/%d", r.ID(n+80)),
		"name": "#" + r.Text(n+80), "order_number": r.ID(n + 80), "app_id": json.Number("580111"), "source_name": "web", "test": false,
		"token": r.Token(n + 90), "checkout_token": r.Token(n + 50), "cart_token": r.Token(n),
		"email": r.Email(), "contact_email": r.Email(), "phone": nil, "customer_locale": "fr-FR", "buyer_accepts_marketing": false,
		"currency": lines[0].currency, "presentment_currency": lines[0].currency, "financial_status": "paid", "fulfillment_status": nil,
		"created_at": r.RFC3339(60), "processed_at": r.RFC3339(60), "updated_at": r.RFC3339(minutes), "cancelled_at": nil, "cancel_reason": nil,
		"total_price": total, "current_total_price": total, "subtotal_price": total, "total_discounts": "0.00",
		"discount_codes": []any{}, "note_attributes": []any{}, "refunds": []any{}, "line_items": list,
		"order_status_url": "https://" + domain + "/548380009/orders/" + r.Token(n+90) + "/authenticate?key=" + r.Token(n+95)}
}

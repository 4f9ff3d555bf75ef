package story

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// object is a JSON object, written with its keys sorted.
type object = map[string]any

func cartID(r kit.Run) string  { return "cart_01" + strings.ToUpper(r.Token(1)[:24]) }
func orderID(r kit.Run) string { return "order_01" + strings.ToUpper(r.Token(2)[:24]) }

// stamp is a time as Medusa writes it, with milliseconds.
func stamp(r kit.Run, minute int) string {
	return r.At(minute).Add(365 * time.Millisecond).Format("2006-01-02T15:04:05.000Z")
}

// posted is a message of the companion, told a moment after it happened.
func posted(r kit.Run, topic, what string, minute int, fields object) kit.Delivery {
	fields["event"], fields["occurred_at"], fields["companion"] = topic, stamp(r, minute), "medusa/1.0.0"
	body, _ := json.Marshal(fields)
	return kit.Delivery{Name: topic + ": " + what, Body: string(body), Header: map[string]string{
		"Content-Type": "application/json", "User-Agent": "Cartograph-Medusa/1.0.0"}}
}

// major is an amount as Medusa writes it: a number in major units.
func major(b kit.Basket, minor int64) json.Number {
	n := b.Price(minor)
	if strings.Contains(n, ".") {
		n = strings.TrimRight(strings.TrimRight(n, "0"), ".")
	}
	return json.Number(n)
}

// fill is a cart. Its updated_at stays as it was when lines change.
func fill(r kit.Run, b kit.Basket) []kit.Delivery {
	topic := "cart.updated"
	if b.Minute == 0 {
		topic = "cart.created"
	}
	c := holding(r, b)
	c["id"], c["completed_at"] = cartID(r), nil
	return []kit.Delivery{posted(r, topic, fmt.Sprint(len(b.Lines), " lines"), b.Minute, object{
		"cart": c, "restore_url": "https://" + domain + "/fr/cart/recover/" + cartID(r)})}
}

// holding is what carts and orders share.
func holding(r kit.Run, b kit.Basket) object {
	items := []any{}
	for _, l := range b.Lines {
		items = append(items, object{"id": fmt.Sprintf("cali_01%s%d", strings.ToUpper(r.Token(3)[:20]), l.N), "title": l.Title, "subtitle": l.Variant,
			"thumbnail": "https://" + domain + "/static/p.jpg", "quantity": l.Quantity, "unit_price": major(b, l.Minor),
			"total": major(b, l.Minor*int64(l.Quantity)), "product_id": fmt.Sprintf("prod_%d", l.N), "product_title": l.Title,
			"product_type": nil, "product_handle": "p", "variant_id": fmt.Sprintf("variant_%d", l.N), "variant_sku": l.SKU, "variant_title": l.Variant})
	}
	h := object{"email": nil, "currency_code": strings.ToLower(b.Currency), "customer_id": nil, "created_at": stamp(r, 0), "updated_at": stamp(r, 0),
		"total": major(b, b.Total()), "items": items, "promotions": []any{}, "customer": nil, "billing_address": nil,
		"shipping_address": object{"first_name": nil, "last_name": nil, "phone": nil, "country_code": "fr", "province": nil}}
	if b.Email != "" {
		h["email"], h["customer_id"] = b.Email, "cus_01"+strings.ToUpper(r.Token(4)[:24])
		h["customer"] = object{"id": h["customer_id"], "has_account": false, "first_name": nil, "last_name": nil, "phone": nil}
	}
	if b.Checkout {
		h["shipping_address"] = object{"first_name": b.Name, "last_name": "Roux", "phone": b.Phone, "country_code": "fr", "province": nil}
	}
	return h
}

// sell is an order. A refund and a cancellation lower its total.
func sell(r kit.Run, s kit.Sale) []kit.Delivery {
	o := order(r, s)
	switch s.Fate {
	case kit.Void:
		o["status"], o["canceled_at"], o["total"], o["updated_at"] = "canceled", stamp(r, s.Minute), 0, stamp(r, s.Minute)
		return []kit.Delivery{posted(r, "order.canceled", "taken back", s.Minute, object{"order": o})}
	case kit.Back:
		o["total"] = major(s.Basket, s.Total()-s.Given)
		o["payment_collections"] = []any{object{"id": "pay_col_1", "status": "completed", "captured_amount": major(s.Basket, s.Total()), "refunded_amount": major(s.Basket, s.Given)}}
		return []kit.Delivery{posted(r, "payment.refunded", "a part is given back", s.Minute, object{"order": o})}
	}
	return []kit.Delivery{posted(r, "order.placed", "placed", s.Minute, object{"order": o})}
}

func order(r kit.Run, s kit.Sale) object {
	o := holding(r, s.Basket)
	o["id"], o["display_id"], o["status"], o["is_draft_order"], o["canceled_at"] = orderID(r), r.ID(2), "pending", false, nil
	o["created_at"], o["updated_at"] = stamp(r, s.Placed), stamp(r, s.Placed)
	o["item_total"], o["shipping_total"] = major(s.Basket, s.Total()), 0
	o["payment_collections"] = []any{object{"id": "pay_col_1", "status": "authorized", "captured_amount": 0, "refunded_amount": 0}}
	if s.By == "" {
		o["cart_link"] = object{"cart_id": cartID(r), "order_id": orderID(r)}
	}
	return o
}

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

// code is an order's: 16 letters and digits.
func code(r kit.Run) string { return strings.ToUpper(r.Token(1)[:16]) }

// stamp is a time as Vendure writes it.
func stamp(r kit.Run, minute int) string {
	return r.At(minute).Add(500 * time.Millisecond).Format("2006-01-02T15:04:05.000Z")
}

// precision is how many decimals the shop's money strategy has: the same for
// all currencies, three where dinars are sold.
func precision(b kit.Basket) int {
	if b.Currency == "KWD" {
		return 3
	}
	return 2
}

// whole is an amount as Vendure writes it: 198000 are 1,980 yen.
func whole(b kit.Basket, minor int64) int64 {
	if b.Currency == "JPY" {
		return minor * 100
	}
	return minor
}

// posted is a message of the companion.
func posted(r kit.Run, topic, what string, minute int, b kit.Basket, fields object) kit.Delivery {
	fields["event"], fields["occurredAt"], fields["companion"], fields["languageCode"] = topic, stamp(r, minute), "vendure/1.0.0", "fr"
	fields["moneyPrecision"] = precision(b)
	body, _ := json.Marshal(fields)
	return kit.Delivery{Name: topic + ": " + what, Body: string(body), Header: map[string]string{
		"Content-Type": "application/json", "User-Agent": "Cartograph-Vendure/1.0.0"}}
}

// fill is a cart: an active order.
func fill(r kit.Run, b kit.Basket) []kit.Delivery {
	topic := "OrderLineEvent"
	if b.Checkout {
		topic = "setOrderShippingAddress"
	}
	return []kit.Delivery{posted(r, topic, fmt.Sprint(len(b.Lines), " lines"), b.Minute, b, object{"order": order(r, b), "restoreUrl": wayBack(r)})}
}

func wayBack(r kit.Run) string {
	return "https://" + domain + "/recover?cart=" + code(r) + "&key=" + r.Token(9)
}

// order is an active order. Its updatedAt need not move with its lines.
func order(r kit.Run, b kit.Basket) object {
	lines := []any{}
	for _, l := range b.Lines {
		name := l.Title
		if l.Variant != "" {
			name += " " + l.Variant
		}
		lines = append(lines, object{"quantity": l.Quantity, "orderPlacedQuantity": 0, "unitPriceWithTax": whole(b, l.Minor),
			"proratedLinePriceWithTax": whole(b, l.Minor*int64(l.Quantity)), "featuredAsset": object{"preview": "https://" + domain + "/assets/preview/p.jpg"},
			"productVariant": object{"id": fmt.Sprintf("T_%d", l.N), "sku": l.SKU, "name": name,
				"product": object{"id": fmt.Sprintf("T_%d", l.N), "name": l.Title, "url": "https://" + domain + "/product/p"}}})
	}
	o := object{"id": "T_" + r.Text(1), "code": code(r), "state": "AddingItems", "active": true, "type": "Regular", "fromDraft": false,
		"createdAt": stamp(r, 0), "updatedAt": stamp(r, 0), "orderPlacedAt": nil, "currencyCode": b.Currency, "totalWithTax": whole(b, b.Total()),
		"couponCodes": []any{}, "customer": nil, "shippingAddress": nil, "billingAddress": nil, "lines": lines, "payments": []any{}}
	if b.Email != "" {
		o["customer"] = object{"id": "T_" + r.Text(4), "emailAddress": b.Email, "phoneNumber": nil, "firstName": b.Name, "lastName": ""}
	}
	if b.Checkout {
		o["shippingAddress"] = object{"fullName": b.Name, "phoneNumber": b.Phone, "countryCode": "FR", "province": ""}
	}
	return o
}

// sell is the same order, placed; a payment that fails leaves it a cart.
func sell(r kit.Run, s kit.Sale) []kit.Delivery {
	o := order(r, s.Basket)
	if s.Fate == kit.Denied {
		o["state"], o["payments"] = "ArrangingPayment", []any{object{"state": "Declined", "amount": whole(s.Basket, s.Total()), "refunds": []any{}}}
		return []kit.Delivery{posted(r, "PaymentStateTransitionEvent", "declined", s.Minute, s.Basket, object{
			"order": o, "payment": object{"state": "Declined"}, "restoreUrl": wayBack(r)})}
	}
	refunds := []any{}
	if s.Given > 0 {
		refunds = append(refunds, object{"state": "Settled", "total": whole(s.Basket, s.Given)})
	}
	o["state"], o["active"], o["orderPlacedAt"], o["fromDraft"] = "PaymentSettled", false, stamp(r, s.Placed), s.By == "staff"
	o["payments"] = []any{object{"state": "Settled", "amount": whole(s.Basket, s.Total()), "refunds": refunds}}
	for _, l := range o["lines"].([]any) {
		l.(object)["orderPlacedQuantity"] = l.(object)["quantity"]
	}
	topic := "OrderPlacedEvent"
	switch s.Fate {
	case kit.Void:
		topic, o["state"], o["totalWithTax"] = "OrderStateTransitionEvent", "Cancelled", 0
		for _, l := range o["lines"].([]any) {
			l.(object)["quantity"], l.(object)["proratedLinePriceWithTax"] = 0, 0
		}
	case kit.Back:
		topic = "RefundStateTransitionEvent"
	}
	return []kit.Delivery{posted(r, topic, string(s.Fate), s.Minute, s.Basket, object{"order": o})}
}

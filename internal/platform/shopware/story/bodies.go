package story

import (
	"encoding/json"
	"maps"
	"strings"

	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// object is a JSON object, written with its keys sorted.
type object = map[string]any

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// with gives the object with some of its fields replaced.
func with(o object, more object) object {
	o = maps.Clone(o)
	maps.Copy(o, more)
	return o
}

// uuid is an id as Shopware writes them: 32 hexadecimal digits.
func uuid(r kit.Run, n int) string { return r.Token(n) }

// live is the version of all that is no draft.
const live = "0fa91ce3e96a4bc2be4bd9ce752c3425"

// posted makes a delivery. Its timestamp is that of sending: here two minutes
// late, as after retries.
func posted(r kit.Run, step, minutes int, name string, payload any) kit.Delivery {
	// Shopware escapes slashes, as PHP does.
	body := strings.ReplaceAll(text(object{"data": object{"event": name, "payload": payload},
		"source":    object{"url": "https://shop.example", "appVersion": "1.0.0", "shopId": "dgrH7nLU6tlE", "eventId": uuid(r, 100+step)},
		"timestamp": r.At(minutes + 2).Unix()}), "/", `\/`)
	return kit.Delivery{Name: name, Body: body, Header: map[string]string{"Content-Type": "application/json",
		"sw-version": "6.6.7.0", "sw-context-language": "2fbb5fe2e29a4d70aa5854ce7ce3e20b", "sw-user-language": "en-GB"}}
}

// line is one line of a cart.
func line(label, option, number string, unit, total json.Number, quantity int) object {
	return object{"id": "a3a1c2d3e4f50617283940a1b2c3d4e5", "referencedId": "a3a1c2d3e4f50617283940a1b2c3d4e5", "type": "product", "label": label, "quantity": quantity,
		"price":   object{"unitPrice": unit, "totalPrice": total, "quantity": quantity},
		"payload": object{"productNumber": number, "options": []any{object{"group": "Colour", "option": option}}},
		"cover":   object{"url": "https://shop.example/media/mug.jpg"}}
}

// ordered is the same line in an order, where prices stand beside it.
func ordered(l object) object {
	price := l["price"].(object)
	return with(l, object{"unitPrice": price["unitPrice"], "totalPrice": price["totalPrice"], "productId": l["referencedId"], "good": true})
}

func mugs(quantity int) object {
	return line("Stoneware Mug", "Blue", "MUG-BLUE", "12.5", json.Number(kit.Amount(int64(quantity)*1250, "EUR")[:5]), quantity)
}

// customer is the shopper.
func customer(r kit.Run) object {
	return object{"id": uuid(r, 30), "email": r.Email(), "firstName": "Kim", "lastName": "Lee", "guest": false, "country": "FR"}
}

// cart is the payload of the companion's events. n is the cart's number.
func cart(r kit.Run, n, minutes int, total json.Number, who any, lines ...object) object {
	return object{"cart": object{"token": uuid(r, n), "lineItems": append([]object{}, lines...), "price": object{"totalPrice": total}},
		"context":     object{"currency": "EUR", "locale": "fr-FR", "customer": who},
		"recoveryUrl": "https://shop.example/cartograph/cart?items=a3a1c2d3e4f50617283940a1b2c3d4e5:1", "at": r.RFC3339(minutes)}
}

// order is an order of the same cart, as Shopware posts it.
func order(r kit.Run, n, minutes int, total json.Number, lines ...object) object {
	list := []object{}
	for _, l := range lines {
		list = append(list, ordered(l))
	}
	return object{"id": uuid(r, n+50), "versionId": live, "orderNumber": r.Text(n), "orderDateTime": r.At(60).Format("2006-01-02T15:04:05.000-07:00"),
		"createdAt": r.At(60).Format("2006-01-02T15:04:05.000-07:00"), "updatedAt": r.At(minutes).Format("2006-01-02T15:04:05.000-07:00"), "createdById": nil,
		"amountTotal": total, "price": object{"totalPrice": total, "taxStatus": "gross"}, "currency": object{"isoCode": "EUR"}, "currencyFactor": 1.0,
		"orderCustomer":  object{"id": uuid(r, 31), "customerId": uuid(r, 30), "email": r.Email(), "firstName": "Kim", "lastName": "Lee"},
		"billingAddress": object{"firstName": "Kim", "lastName": "Lee", "phoneNumber": nil, "country": object{"iso": "FR"}},
		"lineItems":      list, "stateMachineState": object{"technicalName": "open"}, "customFields": object{"cartograph_cart": uuid(r, n)},
		"transactions": []any{object{"id": uuid(r, 60), "stateMachineState": object{"technicalName": "open"}}}}
}

// telling is an event that carries an order.
func telling(order object) object { return object{"order": order} }

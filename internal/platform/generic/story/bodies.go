package story

import (
	"encoding/json"
	"maps"

	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// object is a JSON object, written with its keys sorted.
type object = map[string]any

// tracked is one event of a known shopper's.
func tracked(r kit.Run, step, minutes int, name string, properties object) kit.Delivery {
	all := object{"email": r.Email(), "cart_id": r.Token(1), "currency": "EUR"}
	maps.Copy(all, properties)
	return posted(object{"type": "track", "event": name, "messageId": r.UUID(100 + step), "anonymousId": r.UUID(1),
		"timestamp": r.RFC3339(minutes), "properties": all})
}

// posted makes a delivery of one event.
func posted(event object) kit.Delivery {
	text, _ := json.Marshal(event)
	name, _ := event["event"].(string)
	return kit.Delivery{Name: name, Body: string(text), Header: map[string]string{"Content-Type": "application/json"}}
}

// mugs is a line of so many.
func mugs(quantity int) object {
	return object{"product_id": "mug", "variant_id": "mug-blue", "sku": "MUG-BLUE", "name": "Stoneware Mug", "variant": "Blue",
		"category": "Kitchen", "price": 12.5, "quantity": quantity, "url": "https://shop.example/mug", "image_url": "https://shop.example/mug.jpg"}
}

// cart are the properties of a cart with so many mugs.
func cart(quantity int, total string) object {
	return object{"products": []any{mugs(quantity)}, "total": json.Number(total), "recovery_url": "https://shop.example/cart?c=1"}
}

// order are the properties of an order of two mugs.
func order(r kit.Run, more object) object {
	o := object{"order_id": r.Text(9), "checkout_id": r.Token(2), "total": json.Number("25.00"), "products": []any{mugs(2)}}
	maps.Copy(o, more)
	return o
}

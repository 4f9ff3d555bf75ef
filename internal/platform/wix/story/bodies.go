package story

import (
	"encoding/json"
	"maps"

	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// object is a JSON object, written with its keys sorted.
type object = map[string]any

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// posted makes an event of Wix's eCommerce: holder says where it keeps the
// thing ("createdEvent"), under which name, and the thing.
func posted(r kit.Run, step, minutes int, name, slug, id string, holder object) kit.Delivery {
	fqdn := "wix.ecom.v1." + name
	if name == "contact" {
		fqdn = "wix.contacts.v4." + name
	}
	m := object{"id": r.UUID(100 + step), "entityFqdn": fqdn, "slug": slug, "entityId": id, "eventTime": r.RFC3339(minutes),
		"triggeredByAnonymizeRequest": false, "entityEventSequence": step}
	maps.Copy(m, holder)
	return enveloped(fqdn+"_"+slug, text(m))
}

// enveloped makes a delivery of an event: what it is goes into it as text.
func enveloped(kind, data string) kit.Delivery {
	return kit.Delivery{Name: kind, Header: map[string]string{"Content-Type": "text/plain"}, Body: text(object{
		"eventType": kind, "instanceId": instance, "data": data, "identity": text(object{"identityType": "ANONYMOUS_VISITOR"})})}
}

// The places where events keep what they are about.
func created(entity object) object { return object{"createdEvent": object{"entity": entity}} }
func updated(entity object) object { return object{"updatedEvent": object{"currentEntity": entity}} }
func acted(name string, entity object) object {
	return object{"actionEvent": object{"body": object{name: entity}}}
}

// with gives the object with some of its fields replaced.
func with(o object, more object) object {
	o = maps.Clone(o)
	maps.Copy(o, more)
	return o
}

func amount(s string) object { return object{"amount": s, "convertedAmount": s, "formattedAmount": s} }

// soldID is the product of all lines.
const soldID = "c8539b66-7a44-fe18-affc-afec4be8562a"

// line is one line as carts, checkouts and orders share it.
func line(name, color, sku, price string, quantity int) object {
	return object{"id": "00000000-0000-0000-0000-000000000001", "quantity": quantity,
		"productName":        object{"original": name, "translated": name},
		"catalogReference":   object{"catalogItemId": soldID, "appId": "215238eb-22a5-4c36-9e7b-e7c08025e04e", "options": object{"variantId": "00000000-0000-0000-0000-000000000000"}},
		"price":              amount(price),
		"physicalProperties": object{"sku": sku, "shippable": true},
		"descriptionLines":   []any{object{"name": object{"original": "Color"}, "colorInfo": object{"original": color, "code": "rgb(0,0,128)"}, "lineType": "COLOR"}},
		"image":              "wix:image://v1/11062b_6af4.jpg/mug.jpg#originWidth=900&originHeight=900",
		"url":                object{"relativePath": "/product-page/mug", "url": "https://studio.wixsite.example/"},
		"itemType":           object{"preset": "PHYSICAL"}}
}

func mugs(quantity int) object { return line("Stoneware Mug", "Blue", "MUG-BLUE", "12.50", quantity) }

// cart is a cart with these lines. n is its number in the story.
func cart(r kit.Run, n, minutes int, lines ...object) object {
	return object{"id": r.UUID(n), "lineItems": append([]object{}, lines...), "buyerInfo": object{"visitorId": r.UUID(n + 10)},
		"currency": "EUR", "conversionCurrency": "EUR", "buyerLanguage": "fr", "siteLanguage": "en", "taxIncludedInPrices": true,
		"createdDate": r.RFC3339(0), "updatedDate": r.RFC3339(minutes)}
}

// checkout is the same cart's checkout.
func checkout(r kit.Run, n, minutes int, total string, lines ...object) object {
	return object{"id": r.UUID(n + 20), "cartId": r.UUID(n), "lineItems": append([]object{}, lines...), "currency": "EUR", "conversionCurrency": "EUR",
		"buyerInfo": object{"visitorId": r.UUID(n + 10), "email": r.Email(), "contactId": r.UUID(n + 30)}, "buyerLanguage": "fr",
		"priceSummary": object{"subtotal": amount(total), "total": amount(total)}, "appliedDiscounts": []any{}, "completed": false,
		"channelType": "WEB", "createdDate": r.RFC3339(5), "updatedDate": r.RFC3339(minutes)}
}

// abandoned is what Wix makes of it an hour later: without its lines.
func abandoned(r kit.Run, n, minutes int, total string) object {
	return object{"id": r.UUID(n + 40), "checkoutId": r.UUID(n + 20), "cartId": r.UUID(n), "status": "ABANDONED", "buyerLanguage": "fr",
		"buyerInfo":      object{"visitorId": r.UUID(n + 10), "email": r.Email(), "contactId": r.UUID(n + 30)},
		"contactDetails": object{"firstName": "Kim", "lastName": "Lee"}, "currency": "EUR", "conversionCurrency": "EUR",
		"totalPrice": amount(total), "subtotalPrice": amount(total), "createdDate": r.RFC3339(minutes), "updatedDate": r.RFC3339(minutes),
		"checkoutUrl": "http://www.wixapis.com/ecom/v1/abandoned-checkout/" + r.UUID(n+40) + "/redirect-to-checkout?metasiteId=site-1"}
}

// order is the order of the same checkout.
func order(r kit.Run, n, minutes int, total string, lines ...object) object {
	return object{"id": r.UUID(n + 50), "number": r.Text(n), "checkoutId": r.UUID(n + 20), "status": "APPROVED", "paymentStatus": "PAID",
		"fulfillmentStatus": "NOT_FULFILLED", "currency": "EUR", "lineItems": append([]object{}, lines...), "buyerLanguage": "fr",
		"buyerInfo":    object{"visitorId": r.UUID(n + 10), "email": r.Email(), "contactId": r.UUID(n + 30)},
		"priceSummary": object{"subtotal": amount(total), "total": amount(total)}, "channelInfo": object{"type": "WEB"},
		"balanceSummary": object{"balance": amount("0.00"), "paid": amount(total), "refunded": amount("0.00")},
		"createdBy":      object{"visitorId": r.UUID(n + 10)}, "createdDate": r.RFC3339(60), "updatedDate": r.RFC3339(minutes)}
}

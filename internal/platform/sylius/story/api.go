package story

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"

	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// The administrator that was made for asking.
const (
	administrator = "cartograph@example.com"
	password      = "An-Administrators-Password-1"
)

// serve answers as the Admin API does: a token for the administrator, and JSON-LD
// for the token; a list of nothing where a story has put nothing.
func serve(w http.ResponseWriter, r *http.Request, pages map[string]string) bool {
	if !strings.HasPrefix(r.URL.Path, "/api/v2/admin/") {
		return false
	}
	w.Header().Set("Content-Type", "application/ld+json; charset=utf-8")
	if r.URL.Path == "/api/v2/admin/administrators/token" {
		var in map[string]string
		if json.NewDecoder(r.Body).Decode(&in) != nil || in["email"] != administrator || in["password"] != password {
			w.WriteHeader(http.StatusUnauthorized)
			return true
		}
		_, _ = io.WriteString(w, `{"token":"a.jwt.of-an-hour","adminUser":"/api/v2/admin/administrators/1"}`)
		return true
	}
	if r.Header.Get("Authorization") != "Bearer a.jwt.of-an-hour" {
		w.WriteHeader(http.StatusUnauthorized)
		return true
	}
	page, ok := pages[r.URL.Path]
	switch {
	case ok:
		_, _ = io.WriteString(w, page)
	case r.URL.Path == "/api/v2/admin/orders":
		_, _ = io.WriteString(w, collection())
	default:
		w.WriteHeader(http.StatusNotFound)
	}
	return true
}

func collection(members ...any) string {
	if members == nil {
		members = []any{}
	}
	text, _ := json.Marshal(object{"@type": "hydra:Collection", "hydra:totalItems": len(members), "hydra:member": members})
	return string(text)
}

// pages are what the Admin API tells of an order: people, wares and methods of
// payment by their addresses, payments without their states.
func pages(r kit.Run, s kit.Sale, posted object) map[string]string {
	const at = "/api/v2/admin/"
	items, payments := []any{}, []any{}
	for _, l := range s.Lines {
		items = append(items, object{"@type": "OrderItem", "variant": at + "product-variants/" + l.SKU, "productName": l.Title, "variantName": l.Variant,
			"quantity": l.Quantity, "unitPrice": cents(s.Basket, l.Minor), "subtotal": cents(s.Basket, l.Minor*int64(l.Quantity))})
	}
	list, _ := posted["payments"].([]any)
	for i, p := range list {
		one, _ := p.(object)
		payments = append(payments, object{"@type": "Payment", "id": i + 1, "method": object{"@id": at + "payment-methods/card", "@type": "PaymentMethod"},
			"state": one["state"], "amount": one["amount"]})
	}
	o := object{"@id": at + "orders/" + r.Token(1), "@type": "Order", "id": posted["id"], "tokenValue": posted["tokenValue"], "number": posted["number"],
		"state": posted["state"], "checkoutState": "completed", "paymentState": posted["paymentState"], "currencyCode": s.Currency, "localeCode": "fr_FR",
		"total": posted["total"], "checkoutCompletedAt": r.RFC3339(s.Placed), "items": items, "payments": []any{object{"id": 1, "method": at + "payment-methods/card"}},
		"customer": at + "customers/" + r.Text(3), "billingAddress": posted["billingAddress"], "shippingAddress": nil}
	person, _ := json.Marshal(object{"@type": "Customer", "id": r.ID(3), "email": s.Email, "firstName": s.Name, "lastName": "Doe", "subscribedToNewsletter": false})
	return map[string]string{
		at + "orders": collection(o),
		at + "orders/" + r.Token(1) + "/payments": collection(payments...),
		at + "customers/" + r.Text(3):             string(person),
		at + "payment-methods/card":               `{"@type":"PaymentMethod","code":"card","gatewayConfig":{"factoryName":"stripe_checkout"}}`,
	}
}

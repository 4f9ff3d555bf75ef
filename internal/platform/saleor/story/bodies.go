package story

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// object is a JSON object, written with its keys sorted.
type object = map[string]any

func text(o object) string {
	b, _ := json.Marshal(o)
	return string(b)
}

// global is an id as Saleor writes it.
func global(kind, id string) string {
	return base64.StdEncoding.EncodeToString([]byte(kind + ":" + id))
}

func checkoutID(r kit.Run) string { return global("Checkout", r.UUID(1)) }
func orderID(r kit.Run) string    { return global("Order", r.UUID(2)) }

// posted is a webhook with the shipped subscription query.
func posted(r kit.Run, kind, what string, minute int, fields object) kit.Delivery {
	fields["__typename"], fields["issuedAt"], fields["version"] = kind, stamp(r, minute), "3.23.8"
	topic := strings.ToLower(strings.Join(words(kind), "_"))
	return kit.Delivery{Name: topic + ": " + what, Body: text(fields), Header: map[string]string{
		"Content-Type": "application/json", "Saleor-Event": topic, "X-Saleor-Event": topic, "Saleor-Domain": domain,
		"X-Saleor-Domain": domain, "Saleor-Api-Url": "https://" + domain + "/graphql/", "Saleor-Schema-Version": "3.23"}}
}

// words cuts OrderCreated into Order and Created.
func words(camel string) (out []string) {
	for _, r := range camel {
		if 'A' <= r && r <= 'Z' {
			out = append(out, "")
		}
		out[len(out)-1] += string(r)
	}
	return out
}

// stamp is a time as Saleor writes it, with microseconds.
func stamp(r kit.Run, minute int) string {
	return r.At(minute).Add(123456 * time.Microsecond).Format("2006-01-02T15:04:05.000000-07:00")
}

// fill is a checkout: new at minute 0, updated later.
func fill(r kit.Run, b kit.Basket) []kit.Delivery {
	kind := "CheckoutUpdated"
	if b.Minute == 0 {
		kind = "CheckoutCreated"
	}
	return []kit.Delivery{posted(r, kind, strconv.Itoa(len(b.Lines))+" lines", b.Minute, object{"checkout": checkout(r, b)})}
}

func checkout(r kit.Run, b kit.Basket) object {
	c := object{"id": checkoutID(r), "created": stamp(r, 0), "updatedAt": stamp(r, b.Minute), "email": nil, "languageCode": "FR_CA",
		"displayGrossPrices": true, "voucherCode": nil, "channel": object{"slug": "default-channel"}, "user": nil,
		"billingAddress": nil, "shippingAddress": nil, "totalPrice": taxed(b, b.Total()), "lines": lines(b, false)}
	if b.Email != "" {
		c["email"] = b.Email
	}
	if b.Checkout {
		c["shippingAddress"] = address(b)
	}
	return c
}

func address(b kit.Basket) object {
	return object{"firstName": b.Name, "lastName": "King", "phone": b.Phone, "countryArea": "", "country": object{"code": "FR"}}
}

func amount(b kit.Basket, minor int64) object {
	// GraphQL writes a Decimal as a number without trailing zeros.
	n := b.Price(minor)
	if strings.Contains(n, ".") {
		n = strings.TrimRight(strings.TrimRight(n, "0"), ".")
	}
	return object{"amount": json.Number(n), "currency": b.Currency}
}

func taxed(b kit.Basket, gross int64) object {
	return object{"gross": amount(b, gross), "net": amount(b, gross*10/11)}
}

func lines(b kit.Basket, sold bool) []any {
	out := []any{}
	for _, l := range b.Lines {
		id, picture := global("ProductVariant", strconv.Itoa(400+l.N)), object{"url": "https://" + domain + "/thumbnail/UHJvZHVjdE1lZGlhOjE=/512/"}
		o := object{"quantity": l.Quantity, "unitPrice": taxed(b, l.Minor), "totalPrice": taxed(b, l.Minor*int64(l.Quantity)),
			"variant": object{"id": id, "sku": l.SKU, "name": l.Variant, "product": object{"id": global("Product", strconv.Itoa(100+l.N)),
				"name": l.Title, "category": object{"name": "Apparel"}, "thumbnail": picture}}}
		if sold {
			o["productName"], o["variantName"], o["productSku"], o["productVariantId"], o["thumbnail"] = l.Title, l.Variant, l.SKU, id, picture
		}
		out = append(out, o)
	}
	return out
}

// sell is an order.
func sell(r kit.Run, s kit.Sale) []kit.Delivery {
	o := order(r, s)
	switch s.Fate {
	case kit.Void:
		o["status"] = "CANCELED"
		return []kit.Delivery{posted(r, "OrderCancelled", "taken back", s.Minute, object{"order": o})}
	case kit.Back:
		o["totalRefunded"] = amount(s.Basket, s.Given)
		return []kit.Delivery{posted(r, "OrderRefunded", "a part is given back", s.Minute, object{"order": o})}
	}
	return []kit.Delivery{posted(r, "OrderCreated", "placed", s.Minute, object{"order": o})}
}

func order(r kit.Run, s kit.Sale) object {
	o := object{"id": orderID(r), "number": r.Text(2), "status": "UNFULFILLED", "origin": "CHECKOUT", "created": stamp(r, s.Placed),
		"updatedAt": stamp(r, s.Minute), "checkoutId": checkoutID(r), "userEmail": s.Email, "languageCodeEnum": "FR_CA",
		"displayGrossPrices": true, "voucherCode": nil, "chargeStatus": "FULL", "authorizeStatus": "FULL",
		"channel": object{"slug": "default-channel"}, "user": nil, "billingAddress": address(s.Basket), "shippingAddress": address(s.Basket),
		"total": taxed(s.Basket, s.Total()), "totalRefunded": amount(s.Basket, 0), "lines": lines(s.Basket, true)}
	if s.By == "staff" {
		o["origin"], o["checkoutId"] = "DRAFT", nil
	}
	return o
}

// token is the app's.
const token = "saleor-app-token" // #nosec G101 -- of a fake

func authorized(r *http.Request) bool { return r.Header.Get("Authorization") == "Bearer "+token }

// byCheckout is where a story puts the order that a checkout became.
const byCheckout = "order of "

// serve answers the GraphQL API from the story's pages.
func serve(w http.ResponseWriter, r *http.Request, pages map[string]string) bool {
	var in struct {
		Query     string
		Variables struct{ ID string }
	}
	if r.URL.Path != "/graphql/" || !authorized(r) || json.NewDecoder(r.Body).Decode(&in) != nil {
		return false
	}
	edges := `[]`
	if o := pages[byCheckout+in.Variables.ID]; o != "" {
		edges = `[{"node":` + o + `}]`
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"data":{"checkout":null,"order":null,"orders":{"edges":` + edges + `}}}`))
	return true
}

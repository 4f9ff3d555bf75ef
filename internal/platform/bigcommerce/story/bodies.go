package story

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// quoted writes a text as JSON.
func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// notice is a webhook n of a story: its scope, its data, and the API's pages from then on.
func notice(r conformance.Run, n, minute int, scope, data string, then map[string]string) conformance.Delivery {
	body := fmt.Sprintf(`{"scope":%s,"store_id":"1025646","data":%s,"hash":"%s","created_at":%d,"producer":"stores/%s"}`,
		quoted(scope), data, r.Token(900 + n)[:30]+"4d6dc6a1b0", r.At(minute).Unix(), hash)
	return conformance.Delivery{
		Name: scope, Body: body, Then: then,
		Header: map[string]string{"Content-Type": "application/json", "webhook-id": "msg_" + r.Token(800 + n)[:24]},
	}
}

func cartData(id string) string { return fmt.Sprintf(`{"type":"cart","id":"%s"}`, id) }

func orderData(id string) string { return fmt.Sprintf(`{"type":"order","id":%s}`, id) }

// page is a path of the store's API, with what it includes.
func page(path, include string) string {
	path = "/stores/" + hash + "/" + path
	if include == "" {
		return path
	}
	return path + "?" + url.Values{"include": {include}}.Encode()
}

func cartPage(id string) string {
	return page("v3/carts/"+id, "line_items.physical_items.options,line_items.digital_items.options")
}

func checkoutPage(id string) string {
	return page("v3/checkouts/"+id, "cart.line_items.physical_items.options,cart.line_items.digital_items.options")
}

func orderPage(id string) string { return page("v2/orders/"+id, "") }

// bag is a cart as the API tells it.
type bag struct {
	id, currency, email string
	customer            int
	created, updated    time.Time
	// lines are physical items, total their sum as a JSON number.
	lines []line
	total string
	// first, last and phone are of the billing address, once there is an email.
	first, last, phone string
}

// line is one physical item; price and total are JSON numbers.
type line struct {
	sku, title, size, price, total string
	quantity                       int
}

func (b bag) cart(amounts string) string {
	var lines []string
	for i, l := range b.lines {
		options := `[]`
		if l.size != "" {
			options = fmt.Sprintf(`[{"name":"Size","nameId":125,"value":%s,"valueId":%d}]`, quoted(l.size), 127+i)
		}
		lines = append(lines, fmt.Sprintf(`{"id":"8166a146-3ecb-40aa-b40a-%012d","parent_id":null,"variant_id":%d,"product_id":%d,`+
			`"sku":%s,"name":%s,"url":"https://store-%s.mybigcommerce.com/all/%d/","quantity":%d,"taxable":true,`+
			`"image_url":"https://cdn11.bigcommerce.com/s-%s/products/%d/images/1/mug.330.500.jpg?c=2","discounts":[],"coupons":[],`+
			`"discount_amount":0,"coupon_amount":0,"list_price":%s,"sale_price":%s,"extended_list_price":%s,"extended_sale_price":%s,`+
			`"is_require_shipping":true,"is_mutable":true,"options":%s}`,
			i, 300+i, 100+i, quoted(l.sku), quoted(l.title), hash, 100+i, l.quantity, hash, 100+i, l.price, l.price, l.total, l.total, options))
	}
	return fmt.Sprintf(`{"id":"%s","customer_id":%d,"channel_id":1,"email":%s,"currency":{"code":"%s"},"tax_included":false,`+
		`"base_amount":%s,"discount_amount":0,%s,"coupons":[],"line_items":{"physical_items":[%s],"digital_items":[],`+
		`"gift_certificates":[],"custom_items":[]},"created_time":"%s","updated_time":"%s","locale":"en"}`,
		b.id, b.customer, quoted(b.email), b.currency, b.total, amounts, strings.Join(lines, ","),
		b.created.Format("2006-01-02T15:04:05-07:00"), b.updated.Format("2006-01-02T15:04:05-07:00"))
}

// pages are the cart and its checkout as the API tells them.
func (b bag) pages() map[string]string {
	billing := `{}`
	if b.email != "" {
		billing = fmt.Sprintf(`{"id":"5b744c77bbe1f","first_name":%s,"last_name":%s,"email":%s,"company":"","address1":"1 Rue de Test",`+
			`"city":"Paris","state_or_province":"","state_or_province_code":"","country":"France","country_code":"FR","postal_code":"75001","phone":%s}`,
			quoted(b.first), quoted(b.last), quoted(b.email), quoted(b.phone))
	}
	return map[string]string{
		cartPage(b.id): `{"data":` + b.cart(`"cart_amount":`+b.total) + `,"meta":{}}`,
		checkoutPage(b.id): fmt.Sprintf(`{"data":{"id":"%s","cart":%s,"billing_address":%s,"consignments":[],"taxes":[],"coupons":[],`+
			`"order_id":null,"tax_total":0,"subtotal_ex_tax":%s,"grand_total":%s,"created_time":"%s","updated_time":"%s","customer_message":""},"meta":{}}`,
			b.id, b.cart(`"cart_amount_inc_tax":`+b.total+`,"cart_amount_ex_tax":`+b.total), billing, b.total, b.total,
			b.created.Format(time.RFC3339), b.updated.Format(time.RFC3339)),
	}
}

// gone takes a cart and its checkout away, as a conversion does.
func gone(id string) map[string]string {
	return map[string]string{cartPage(id): "", checkoutPage(id): ""}
}

// sale is an order as the V2 API tells it; amounts are texts with four decimals.
type sale struct {
	id, cart, email, total, refunded, payment, source, external string
	status                                                      int
	created, modified                                           time.Time
	optIn                                                       bool
}

func (s sale) page() map[string]string {
	external := "null"
	if s.external != "" {
		external = quoted(s.external)
	}
	const moment = "Mon, 02 Jan 2006 15:04:05 -0700"
	return map[string]string{orderPage(s.id): fmt.Sprintf(`{"id":%s,"customer_id":0,"date_created":"%s","date_modified":"%s","date_shipped":"",`+
		`"status_id":%d,"status":"","subtotal_inc_tax":"%s","total_ex_tax":"%s","total_inc_tax":"%s","total_tax":"0.0000","items_total":3,`+
		`"payment_method":"Credit Card","payment_status":%s,"refunded_amount":"%s","geoip_country_iso2":"FR","currency_id":1,"currency_code":"USD",`+
		`"default_currency_id":2,"default_currency_code":"EUR","is_deleted":false,"cart_id":%s,"billing_address":{"first_name":"Kim","last_name":"Doe",`+
		`"company":"","street_1":"1 Rue de Test","city":"Paris","state":"","zip":"75001","country":"France","country_iso2":"FR","phone":"","email":%s,`+
		`"form_fields":[]},"is_email_opt_in":%t,"order_source":"%s","channel_id":1,"external_source":%s,"customer_locale":"en",`+
		`"products":{"url":"https://api.bigcommerce.com/stores/%s/v2/orders/%s/products","resource":"/orders/%s/products"}}`,
		s.id, s.created.Format(moment), s.modified.Format(moment), s.status, s.total, s.total, s.total, quoted(s.payment), s.refunded,
		quoted(s.cart), quoted(s.email), s.optIn, s.source, external, hash, s.id, s.id)}
}

// with joins pages.
func with(all ...map[string]string) map[string]string {
	out := map[string]string{}
	for _, m := range all {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

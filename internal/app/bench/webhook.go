package bench

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A shopper's number is written with a letter and nine digits wherever it
// stands, so that all bodies are equally long and a number is found again.
const (
	mark     = "n"
	digits   = 9
	markBase = 1_000_000_000
	// model is the number of the shoppers that others are copied from. No other comes near it.
	model = 900_000_001
)

func marked(n int64) string { return mark + strconv.FormatInt(markBase+n, 10)[1:] }

// webhooks makes Shopify's checkouts/update deliveries of one shop, each of a
// new checkout by a new shopper.
type webhooks struct {
	shop Shop
	// head and body are one delivery's with the model's number in them.
	head, body []byte
}

func newWebhooks(s Shop, host string, now time.Time) *webhooks {
	w := &webhooks{shop: s, body: []byte(checkout(now))}
	w.head = fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"+
		"X-Shopify-Topic: checkouts/update\r\nX-Shopify-Shop-Domain: %s\r\nX-Shopify-Webhook-Id: %s\r\nX-Shopify-Hmac-Sha256: ",
		s.Path, host, len(w.body), s.Domain, marked(model))
	return w
}

// request appends one whole request, signed, to buf.
func (w *webhooks) request(buf []byte, n int64) []byte {
	start := len(buf)
	buf = append(buf, w.head...)
	renumber(buf[start:], n)
	body := bytes.Clone(w.body)
	renumber(body, n)
	mac := hmac.New(sha256.New, []byte(w.shop.Secret))
	mac.Write(body)
	buf = base64.StdEncoding.AppendEncode(buf, mac.Sum(nil))
	return append(append(buf, "\r\n\r\n"...), body...)
}

// renumber writes a number over the model's, everywhere.
func renumber(text []byte, n int64) {
	from, to := []byte(marked(model)), marked(n)
	for {
		at := bytes.Index(text, from)
		if at < 0 {
			return
		}
		copy(text[at:], to)
		text = text[at+len(from):]
	}
}

// checkout is a checkout as Shopify posts it: three lines, a customer and two
// addresses. Everything happens at one moment, so that a copy can be moved in time.
func checkout(now time.Time) string {
	at, n := now.UTC().Format(time.RFC3339), marked(model)
	var lines []string
	for i, l := range []struct{ title, variant, price string }{
		{"Hand-thrown mug", "Blue", "24.00"}, {"Linen tea towel", "Natural", "18.50"}, {"Beeswax candle", "Small", "12.00"},
	} {
		lines = append(lines, fmt.Sprintf(`{"key":"%s-%d","product_id":%d,"variant_id":%d,"sku":"SKU-%d","title":%q,
			"presentment_title":%q,"variant_title":%q,"presentment_variant_title":%q,"quantity":1,"price":%q,"line_price":%q,
			"grams":250,"requires_shipping":true,"taxable":true,"gift_card":false,"fulfillment_service":"manual","vendor":"Studio",
			"tax_lines":[],"properties":[],"applied_discounts":[],"discount_allocations":[]}`,
			n, i, 632910392+i, 808950810+i, i, l.title, l.title, l.variant, l.variant, l.price, l.price))
	}
	address := `{"first_name":"Robin","last_name":"Example","address1":"12 Harbour Street","address2":null,"city":"Lyon","zip":"69001",
		"phone":null,"province":"Rhône","province_code":null,"country":"France","country_code":"FR","company":null,
		"latitude":45.767,"longitude":4.834,"name":"Robin Example"}`
	return fmt.Sprintf(`{"token":"checkout-%[1]s","cart_token":"cart-%[1]s","email":"buyer-%[1]s@buyers.example","gateway":null,
		"buyer_accepts_marketing":true,"created_at":%[2]q,"updated_at":%[2]q,"landing_site":"/","note":"","note_attributes":[],
		"referring_site":"https://search.example/","source_name":"web","taxes_included":true,"total_weight":750,"currency":"EUR",
		"presentment_currency":"EUR","completed_at":null,"customer_locale":"en-FR","total_price":"54.50","subtotal_price":"54.50",
		"total_tax":"9.08","total_discounts":"0.00","total_line_items_price":"54.50","discount_codes":[],
		"abandoned_checkout_url":"https://studio.example/checkouts/ac/%[1]s/recover?key=4f1c",
		"line_items":[%[3]s],"shipping_lines":[],"tax_lines":[],"billing_address":%[4]s,"shipping_address":%[4]s,
		"customer":{"id":"customer-%[1]s","email":"buyer-%[1]s@buyers.example","first_name":"Robin","last_name":"Example",
		"verified_email":true,"currency":"EUR","tags":"","default_address":%[4]s}}`,
		n, at, strings.Join(lines, ","), address)
}

package story

import (
	"encoding/base64"
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

// The bridges: what lies around a notification when it arrives.
type bridge func(notification string) (contentType, body string)

func bare(n string) (string, string) { return "application/json", n }

func pubsub(n string) (string, string) {
	return "application/json", fmt.Sprintf(`{"message":{"attributes":{},"data":"%s","messageId":"136969346945","message_id":"136969346945",`+
		`"publishTime":"2026-05-02T08:00:00.122Z"},"subscription":"projects/studio/subscriptions/cartograph"}`, base64.StdEncoding.EncodeToString([]byte(n)))
}

func sns(n string) (string, string) {
	return "text/plain; charset=UTF-8", fmt.Sprintf(`{"Type":"Notification","MessageId":"22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",`+
		`"TopicArn":"arn:aws:sns:eu-central-1:123456789012:commercetools","Message":%s,"Timestamp":"2026-05-02T08:00:00.000Z","SignatureVersion":"1",`+
		`"Signature":"EXAMPLE","SigningCertURL":"https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0.pem",`+
		`"UnsubscribeURL":"https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe"}`, quoted(n))
}

func eventBridge(n string) (string, string) {
	return "application/json", fmt.Sprintf(`{"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","detail-type":"commercetools",`+
		`"source":"aws.partner/commercetools.com/%s/cartograph","account":"123456789012","time":"2026-05-02T08:00:00Z","region":"eu-central-1",`+
		`"resources":[],"detail":%s}`, project, n)
}

// cloudEvent is the other format of a notification; it goes over any bridge.
func cloudEvent(id, about, kind, subject, at, notification string) string {
	return fmt.Sprintf(`{"id":"%s","source":"/%s/%ss","specversion":"1.0","type":"com.commercetools.%s.%s","subject":"%s","time":"%s",`+
		`"sequence":"2","sequencetype":"Integer","data":%s}`, id, project, about, about, kind, subject, at, notification)
}

// posted is a notification over a bridge, with the API's pages from then on.
func posted(name string, over bridge, notification string, then map[string]string) conformance.Delivery {
	kind, body := over(notification)
	return conformance.Delivery{Name: name, Header: map[string]string{"Content-Type": kind}, Body: body, Then: then}
}

// found is what no notification tells: the API's lists do.
func found(name string, then map[string]string) conformance.Delivery {
	return conformance.Delivery{Name: name, Listed: true, Then: then}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// created is a change of a resource.
func created(about, id string, at time.Time) string {
	return fmt.Sprintf(`{"notificationType":"ResourceCreated","projectKey":"%s","resource":{"typeId":"%s","id":"%s"},`+
		`"resourceUserProvidedIdentifiers":{},"version":1,"modifiedAt":"%s"}`, project, about, id, stamp(at))
}

// message tells what happened; more holds its own fields, each with a comma before it.
func message(r conformance.Run, n int, about, id, kind string, at time.Time, more string) string {
	return fmt.Sprintf(`{"notificationType":"Message","projectKey":"%s","id":"%s","version":1,"sequenceNumber":%d,"resource":{"typeId":"%s","id":"%s"},`+
		`"resourceVersion":%d,"resourceUserProvidedIdentifiers":{},"type":"%s","createdAt":"%s","lastModifiedAt":"%s"%s}`,
		project, r.UUID(700+n), n, about, id, n, kind, stamp(at), stamp(at), more)
}

// cents is an amount as the API writes it.
func cents(n int64, currency string, digits int) string {
	return fmt.Sprintf(`{"type":"centPrecision","currencyCode":"%s","centAmount":%d,"fractionDigits":%d}`, currency, n, digits)
}

// line is a line item.
type line struct {
	sku, title string
	quantity   int
	// price and total are in minor units.
	price, total int64
}

// bag is a cart or an order.
type bag struct {
	id, email, phone, first string
	version                 int
	currency                string
	digits                  int
	created, modified       time.Time
	lines                   []line
	total                   int64
	origin                  string
	// state is the cart's; an order has a cart and a state of its own.
	state string
	cart  string
	// more holds further fields, each with a comma before it.
	more string
}

func (b bag) body() string {
	lines := []string{}
	for i, l := range b.lines {
		lines = append(lines, fmt.Sprintf(`{"id":"%08d-d5ad-48bb-a407-29ad8e0649b5","productId":"%08d-5cc9-4a18-843a-c07f7e22d01f","name":{"de":"Nicht dieser","en":%s},`+
			`"productType":{"typeId":"product-type","id":"2543e1d8-4915-4f72-a3c9-1df9b1b0082d"},"productSlug":{"en":"slug-%d"},"variant":{"id":1,"sku":%s,"prices":[],`+
			`"images":[{"url":"https://images.example/%d.jpg","dimensions":{"w":1400,"h":1400}}],"attributes":[],"assets":[]},"price":{"id":"8da659ef","value":%s},`+
			`"quantity":%d,"discountedPricePerQuantity":[],"priceMode":"Platform","lineItemMode":"Standard","totalPrice":%s,"perMethodTaxRate":[],"taxedPricePortions":[]}`,
			i, i, quoted(l.title), i, quoted(l.sku), i, cents(l.price, b.currency, b.digits), l.quantity, cents(l.total, b.currency, b.digits)))
	}
	who := ""
	if b.email != "" {
		who += `,"customerEmail":` + quoted(b.email)
	}
	if b.phone != "" {
		who += fmt.Sprintf(`,"billingAddress":{"firstName":%s,"lastName":"Doe","city":"Paris","postalCode":"75001","country":"FR","phone":%s}`, quoted(b.first), quoted(b.phone))
	}
	if b.state != "" {
		who += `,"cartState":"` + b.state + `"`
	}
	if b.cart != "" {
		who += `,"cart":{"typeId":"cart","id":"` + b.cart + `"}`
	}
	return fmt.Sprintf(`{"id":"%s","version":%d,"createdAt":"%s","lastModifiedAt":"%s","anonymousId":"anon-%s","lineItems":[%s],"customLineItems":[],`+
		`"discountCodes":[],"totalPrice":%s,"locale":"en","country":"FR","origin":"%s","shippingMode":"Single","shipping":[],"itemShippingAddresses":[]%s%s}`,
		b.id, b.version, stamp(b.created), stamp(b.modified), b.id, strings.Join(lines, ","), cents(b.total, b.currency, b.digits), b.origin, who, b.more)
}

// cartPage and orderPage are the pages of the API at which they are asked for.
func (b bag) cartPage() map[string]string {
	q := url.Values{"expand": {"discountCodes[*].discountCode"}}
	return map[string]string{"/" + project + "/carts/" + b.id + "?" + q.Encode(): b.body()}
}

func (b bag) orderPage() map[string]string {
	q := url.Values{"expand": {"discountCodes[*].discountCode", "paymentInfo.payments[*]"}}
	return map[string]string{"/" + project + "/orders/" + b.id + "?" + q.Encode(): b.body()}
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

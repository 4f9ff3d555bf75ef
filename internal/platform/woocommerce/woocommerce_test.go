package woocommerce_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
	"github.com/cartograph-dev/cartograph/internal/platform/woocommerce"
)

const secret = "a & b <c>"

var received = time.Date(2026, 5, 2, 10, 0, 5, 0, time.UTC)

func sign(body, secret string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(body))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

func deliver(topic, body string) event.Delivery {
	d := event.Delivery{Header: map[string][]string{}, Body: []byte(body), ReceivedAt: received,
		ShopID: "shop-1", Domain: "shop.example", Currency: "EUR", Country: "FR"}
	for name, v := range map[string]string{"X-WC-Webhook-Topic": topic, "X-WC-Webhook-Signature": sign(body, secret),
		"X-WC-Webhook-Source": "https://shop.example/", "X-WC-Webhook-Delivery-ID": "the-same-for-all"} {
		if v != "" {
			d.Header[http.CanonicalHeaderKey(name)] = []string{v}
		}
	}
	return d
}

func parse(t *testing.T, topic, body string) event.Event {
	t.Helper()
	es, err := woocommerce.New().Parse(deliver(topic, body))
	if err != nil {
		t.Fatal(err)
	}
	if len(es) != 1 {
		t.Fatalf("%d events, want 1", len(es))
	}
	return es[0]
}

func at(hour, minute int) time.Time { return time.Date(2026, 5, 2, hour, minute, 0, 0, time.UTC) }

func eur(n int64) money.Money { return money.Money{Minor: n, Currency: "EUR"} }

func TestVerify(t *testing.T) {
	t.Parallel()
	const body = `{"id":1,"name":"caf\u00e9 \/ bar"}`
	for _, c := range []struct {
		name    string
		secrets []string
		change  func(d *event.Delivery)
		ok      bool
	}{
		{name: "as sent", secrets: []string{secret}, ok: true},
		{name: "the secret as WordPress stored it", secrets: []string{"a &amp; b &lt;c&gt;"}, ok: true},
		{name: "rotated", secrets: []string{"new", secret}, ok: true},
		{name: "another secret", secrets: []string{"new"}},
		{name: "no secrets"},
		{name: "blank secret", secrets: []string{""}, change: func(d *event.Delivery) {
			d.Header["X-Wc-Webhook-Signature"] = []string{sign(body, "")}
		}},
		{name: "one flipped bit", secrets: []string{secret}, change: func(d *event.Delivery) { d.Body[9] ^= 1 }},
		{name: "written anew with other escapes", secrets: []string{secret}, change: func(d *event.Delivery) {
			d.Body = []byte(strings.ReplaceAll(body, `\/`, "/"))
		}},
		{name: "no signature", secrets: []string{secret}, change: func(d *event.Delivery) { delete(d.Header, "X-Wc-Webhook-Signature") }},
		{name: "malformed", secrets: []string{secret}, change: func(d *event.Delivery) {
			d.Header["X-Wc-Webhook-Signature"] = []string{"sha256=abc"}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := deliver("order.created", body)
			if c.change != nil {
				c.change(&d)
			}
			err := woocommerce.New().Verify(d, c.secrets)
			if c.ok {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if f, ok := err.(*fault.Error); !ok || f.Code != fault.Unauthorized || f.Remedy == "" {
				t.Fatalf("got %v, want unauthorized with a remedy", err)
			}
		})
	}
}

func TestPing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body, topic string
		want        bool
	}{
		{"webhook_id=12", "", true},
		{"webhook_id=12\n", "", true},
		{"webhook_id=12", "order.created", false},
		{"webhook_id=", "", false},
		{"webhook_id=12&x=1", "", false},
		{`{"id":12}`, "", false},
		{"", "", false},
	} {
		d := deliver(c.topic, c.body)
		if c.topic == "" {
			d.Header = map[string][]string{"Content-Type": {"application/x-www-form-urlencoded"}}
		}
		if got := woocommerce.New().Ping(d); got != c.want {
			t.Errorf("%q with topic %q: %v", c.body, c.topic, got)
		}
		if c.want {
			if es, err := woocommerce.New().Parse(d); err != nil || len(es) != 0 {
				t.Errorf("a ping gave %v, %v", es, err)
			}
		}
	}
	signed := deliver("", "webhook_id=12")
	if woocommerce.New().Ping(signed) {
		t.Error("a signed delivery was taken for a ping")
	}
}

// order is an order's body of a status; extra goes before its other fields.
func order(status, extra string) string {
	return `{` + extra + `"id":727,"number":"727","order_key":"wc_order_k1","status":"` + status + `","currency":"EUR",
	"date_created":"2026-05-02T11:00:00","date_created_gmt":"2026-05-02T09:00:00",
	"date_modified":"2026-05-02T11:30:00","date_modified_gmt":"2026-05-02T09:30:00","prices_include_tax":false,
	"total":"29.00","customer_id":0,"billing":{"first_name":"Ann","last_name":"O&#8217;Neil","country":"FR","state":"IDF",
	"email":"Ann@Example.com","phone":"06 12 34 56 78"},"shipping":{"first_name":"Bob","phone":"0687654321"},
	"line_items":[{"id":1,"name":"Poster &ndash; Large","product_id":22,"variation_id":0,"quantity":2,"total":"20.00","total_tax":"4.00",
	"sku":"P","price":10.000000000000001,"image":{"id":3,"src":"https:\/\/shop.example\/p.png"}}],
	"coupon_lines":[{"code":"spring"}],"meta_data":[],"payment_url":"https:\/\/shop.example\/pay\/727?key=wc_order_k1"}`
}

// orderEvent is what order("pending", "") means.
func orderEvent() event.Event {
	return event.Event{
		ShopID: "shop-1", Platform: "woocommerce", Topic: "order.updated", ReceivedAt: received,
		Kind: event.CheckoutUpdated, OccurredAt: at(9, 30), StartedAt: at(9, 0),
		Links: []event.Link{{Kind: event.LinkCheckout, Value: "wc_order_k1"}, {Kind: event.LinkOrder, Value: "727"}},
		Person: event.Person{FirstName: "Ann", LastName: "O’Neil", Country: "FR", Region: "IDF", Keys: []event.Key{
			{Kind: event.KeyEmail, Value: "ann@example.com"}, {Kind: event.KeyPhone, Value: "+33612345678"}}},
		Contents: &event.Contents{Total: eur(2900), Coupons: []string{"spring"}, Items: []event.Item{{
			ProductID: "22", SKU: "P", Title: "Poster – Large", Quantity: 2, Price: eur(1000), LineTotal: eur(2000),
			ImageURL: "https://shop.example/p.png"}}},
		RestoreURL: "https://shop.example/pay/727?key=wc_order_k1",
	}
}

func TestOrderAsACart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, status, extra string
		change              func(e *event.Event)
	}{
		{"waits for its payment", "pending", "", func(*event.Event) {}},
		{"draft of the block checkout", "checkout-draft", "", func(e *event.Event) { e.RestoreURL = "" }},
		{"payment failed", "failed", "", func(e *event.Event) { e.Kind = event.PaymentFailed }},
		{"with a prefix", "wc-pending", "", func(*event.Event) {}},
		{"customer", "pending", `"customer_id":31,`, func(*event.Event) {}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			body := order(c.status, "")
			want := orderEvent()
			c.change(&want)
			if c.extra != "" {
				body = strings.Replace(body, `"customer_id":0,`, c.extra, 1)
				want.Person.Keys = append([]event.Key{{Kind: event.KeyCustomer, Value: "31"}}, want.Person.Keys...)
			}
			got := parse(t, "order.updated", body)
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(event.Event{}, "DedupeKey")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestStaffsUnpaidOrderIsNoCart(t *testing.T) {
	t.Parallel()
	for via, want := range map[string]event.Kind{"admin": event.Unknown, "subscription": event.Unknown,
		"rest-api": event.CheckoutUpdated, "store-api": event.CheckoutUpdated, "checkout": event.CheckoutUpdated} {
		if got := parse(t, "order.updated", order("pending", `"created_via":"`+via+`",`)).Kind; got != want {
			t.Errorf("%s: %s, want %s", via, got, want)
		}
	}
}

func TestOrderAsAPurchase(t *testing.T) {
	t.Parallel()
	const paid = `"date_paid_gmt":"2026-05-02T09:25:00",`
	type want struct {
		kind       event.Kind
		status     event.OrderStatus
		refunded   int64
		creditable bool
		placed     time.Time
	}
	for _, c := range []struct {
		name, topic, status, extra string
		want                       want
	}{
		{"created", "order.created", "processing", paid, want{event.OrderPlaced, event.OrderOpen, 0, true, at(9, 25)}},
		{"leaves its draft", "order.updated", "processing", paid, want{event.OrderUpdated, event.OrderOpen, 0, true, at(9, 25)}},
		{"bank transfer", "order.created", "on-hold", ``, want{event.OrderPlaced, event.OrderOpen, 0, true, at(9, 0)}},
		{"completed", "order.updated", "completed", paid, want{event.OrderUpdated, event.OrderOpen, 0, true, at(9, 25)}},
		{"restored", "order.restored", "completed", paid, want{event.OrderUpdated, event.OrderOpen, 0, true, at(9, 25)}},
		{"cancelled", "order.updated", "cancelled", paid, want{event.OrderCancelled, event.OrderVoid, 0, true, at(9, 25)}},
		{"cancelled unpaid", "order.updated", "cancelled", ``, want{event.OrderCancelled, event.OrderVoid, 0, true, at(9, 0)}},
		{"refunded", "order.updated", "refunded", paid, want{event.OrderRefunded, event.OrderVoid, 2900, true, at(9, 25)}},
		{"refunded in part", "order.updated", "completed", paid + `"refunds":[{"id":1,"total":"-4.50"},{"id":2,"total":"-5.00"}],`,
			want{event.OrderRefunded, event.OrderOpen, 950, true, at(9, 25)}},
		{"refunded in full by parts", "order.updated", "completed", paid + `"refunds":[{"id":1,"total":"-29.00"}],`,
			want{event.OrderRefunded, event.OrderVoid, 2900, true, at(9, 25)}},
		{"a plugin's status, paid", "order.updated", "shipped", paid, want{event.OrderUpdated, event.OrderOpen, 0, true, at(9, 25)}},
		{"a plugin's status, unpaid", "order.updated", "awaiting-quote", ``, want{event.OrderUpdated, event.OrderOpen, 0, false, at(9, 0)}},
		{"made by staff", "order.created", "processing", paid + `"created_via":"admin",`, want{event.OrderPlaced, event.OrderOpen, 0, false, at(9, 25)}},
		{"made by a program", "order.created", "processing", paid + `"created_via":"rest-api",`, want{event.OrderPlaced, event.OrderOpen, 0, false, at(9, 25)}},
		{"renewal", "order.created", "processing", paid + `"created_via":"subscription",`, want{event.OrderPlaced, event.OrderOpen, 0, false, at(9, 25)}},
		{"till", "order.created", "completed", paid + `"created_via":"pos-rest-api",`, want{event.OrderPlaced, event.OrderOpen, 0, false, at(9, 25)}},
		{"block checkout", "order.created", "processing", paid + `"created_via":"store-api",`, want{event.OrderPlaced, event.OrderOpen, 0, true, at(9, 25)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := parse(t, c.topic, order(c.status, c.extra))
			if gaveUp := c.status == "cancelled" && c.extra == ""; e.Order.Unpaid != gaveUp {
				t.Errorf("unpaid %v, want %v", e.Order.Unpaid, gaveUp)
			}
			got := want{e.Kind, e.Order.Status, e.Order.Refunded.Minor, e.Order.Creditable, e.Order.PlacedAt}
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Error(diff)
			}
			if e.Order.ID != "727" || e.Order.Total != eur(2900) || e.RestoreURL != "" {
				t.Errorf("order %+v, restore URL set: %v", e.Order, e.RestoreURL != "")
			}
			if diff := cmp.Diff(orderEvent().Links, e.Links); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPricesAreTheOnesTheShopShows(t *testing.T) {
	t.Parallel()
	body := strings.Replace(order("pending", ""), `"prices_include_tax":false`, `"prices_include_tax":true`, 1)
	if it := parse(t, "order.updated", body).Contents.Items[0]; it.Price != eur(1200) || it.LineTotal != eur(2400) {
		t.Errorf("price %v, line %v; want them with tax", it.Price, it.LineTotal)
	}
}

func TestVariationNames(t *testing.T) {
	t.Parallel()
	body := strings.Replace(order("pending", ""), `"name":"Poster &ndash; Large"`, `"name":"Tee &amp; Co - Blue, M","parent_name":"Tee &amp; Co"`, 1)
	if it := parse(t, "order.updated", body).Contents.Items[0]; it.Title != "Tee & Co" || it.Variant != "Blue, M" {
		t.Errorf("title %q, variant %q", it.Title, it.Variant)
	}
}

func TestDeletedIsNeverAConversion(t *testing.T) {
	t.Parallel()
	for body, topic := range map[string]string{`{"id":727}`: "order.deleted", order("trash", ""): "order.updated"} {
		e := parse(t, topic, body)
		if e.Kind != event.CartDeleted || e.Order != nil || e.Links[len(e.Links)-1] != (event.Link{Kind: event.LinkOrder, Value: "727"}) {
			t.Errorf("%s gave %+v", topic, e)
		}
	}
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	refused := `{"code":"woocommerce_rest_cannot_view","message":"Sorry","data":{"status":401}}`
	for _, c := range []struct {
		topic, body string
		notes       int
	}{
		{"customer.updated", `{"id":1}`, 0},
		{"action.woocommerce_add_to_cart", `{"action":"x","arg":"y"}`, 0},
		{"wcap_email.sent", `{"id":1}`, 0},
		{"order.updated", refused, 1},
		{"order.deleted", refused, 1},
		{"", `{"id":1}`, 1},
	} {
		if e := parse(t, c.topic, c.body); e.Kind != event.Unknown || len(e.Notes) != c.notes || e.DedupeKey == "" {
			t.Errorf("%s: %+v", c.topic, e)
		}
	}
}

func TestDedupeKeyIsNotTheDeliveryID(t *testing.T) {
	t.Parallel()
	pending := order("pending", "")
	key := func(topic, body string) string { return parse(t, topic, body).DedupeKey }
	first, again := key("order.updated", pending), key("order.updated", pending)
	if first != again {
		t.Error("a repeat has another key")
	}
	for name, other := range map[string]string{
		"another order":         key("order.updated", strings.Replace(pending, `"id":727,`, `"id":728,`, 1)),
		"another state":         key("order.updated", order("processing", "")),
		"another content":       key("order.updated", strings.Replace(pending, "29.00", "30.00", 1)),
		"another topic":         key("order.created", pending),
		"a deletion":            key("order.deleted", `{"id":727}`),
		"another's deletion":    key("order.deleted", `{"id":728}`),
		"a topic not read here": key("customer.created", pending),
	} {
		if other == key("order.updated", pending) {
			t.Errorf("%s has the same key", name)
		}
	}
}

func TestBadBodies(t *testing.T) {
	t.Parallel()
	replace := func(old, new string) string { return strings.Replace(order("pending", ""), old, new, 1) }
	for _, c := range []struct {
		name, body string
		code       fault.Code
		field      string
	}{
		{"truncated", `{"id":727,"stat`, fault.Invalid, ""},
		{"a page of HTML", `<html>`, fault.Invalid, ""},
		{"a list", `[]`, fault.Unprocessable, ""},
		{"no id", `{"status":"pending"}`, fault.Unprocessable, "id"},
		{"no status", `{"id":1}`, fault.Unprocessable, "status"},
		{"unknown currency", replace(`"EUR"`, `"XXZ"`), fault.Unprocessable, "currency"},
		{"negative quantity", replace(`"quantity":2`, `"quantity":-2`), fault.Unprocessable, "line_items[0].quantity"},
		{"negative line", replace(`"total":"20.00"`, `"total":"-20.00"`), fault.Unprocessable, "line_items[0].total"},
		{"negative total", replace(`"total":"29.00"`, `"total":"-29.00"`), fault.Unprocessable, "total"},
		{"lines that are no list", replace(`"line_items":[`, `"line_items":7,"x":[`), fault.Unprocessable, "line_items"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := woocommerce.New().Parse(deliver("order.updated", c.body))
			if f, ok := err.(*fault.Error); !ok || f.Code != c.code || f.Field != c.field {
				t.Errorf("got %v, want %s in %q", err, c.code, c.field)
			}
		})
	}
}

func TestAnOddLineNeverCostsThePurchase(t *testing.T) {
	t.Parallel()
	e := parse(t, "order.created", strings.Replace(order("processing", ""), `"quantity":2`, `"quantity":0`, 1))
	if e.Order == nil || e.Order.Status != event.OrderOpen || len(e.Notes) != 1 {
		t.Errorf("got %+v", e)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"pending", "checkout-draft", "failed", "processing", "refunded", "trash", "odd"} {
		f.Add("order.updated", order(s, `"refunds":[{"total":"-1"}],`))
	}
	f.Add("order.deleted", `{"id":1}`)
	f.Add("order.created", `{"code":"woocommerce_rest_cannot_view"}`)
	f.Add("", "webhook_id=3")
	f.Fuzz(func(t *testing.T, topic, body string) {
		platformtest.Parses(t, woocommerce.New(), deliver(topic, body))
	})
}

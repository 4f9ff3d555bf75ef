package bigcommerce_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/bigcommerce"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
)

// The vendor's own examples, with the signatures that OpenSSL makes of them under
// the secret.
const (
	secret    = "bc_client_secret_fixture"
	abandoned = `{"scope":"store/cart/abandoned","store_id":"1025646","data":{"type":"cart","id":"09346904-4175-44fd-be53-f7e598531b6c","token":"1eed6d2d979776ff18e695ceeb10ea61"},"hash":"352e4afc6dd3fc85ea26bfdf3f91852604d57528","created_at":1561482670,"producer":"stores/1a2b3c"}`
	converted = `{"scope":"store/cart/converted","store_id":"1025646","data":{"type":"cart","id":"d30016e2-23c0-4a90-884f-2e92ac135476","orderId":252},"hash":"b86db7c77d7ef8f90d6a8aefa56de32ccd776923","created_at":1561486893,"producer":"stores/1a2b3c"}`
)

var received = time.Date(2019, 6, 25, 19, 0, 0, 0, time.UTC)

func deliver(body string, headers ...string) event.Delivery {
	d := event.Delivery{Header: map[string][]string{}, Body: []byte(body), ReceivedAt: received, ShopID: "shop-1",
		Domain: "store-1a2b3c.mybigcommerce.com", Currency: "EUR", Country: "FR"}
	for i := 0; i < len(headers); i += 2 {
		d.Header[http.CanonicalHeaderKey(headers[i])] = []string{headers[i+1]}
	}
	return d
}

func signed(body, id, stamp, signature string) event.Delivery {
	return deliver(body, "webhook-id", id, "webhook-timestamp", stamp, "webhook-signature", signature)
}

func vendors() event.Delivery {
	return signed(abandoned, "msg_000000000000000000000005", "1561482671", "v1,xs0Abgc9gjTrOT1qY/UWR1+mvyI47Ohy+r8Q8xBZSjo=")
}

func TestVerify(t *testing.T) {
	t.Parallel()
	withDomain := func(d event.Delivery, domain string) event.Delivery { d.Domain = domain; return d }
	for _, c := range []struct {
		name    string
		d       event.Delivery
		secrets []string
		ok      bool
	}{
		{"the vendor's example", vendors(), []string{secret}, true},
		{"rotated", vendors(), []string{"new", secret}, true},
		{"another secret", vendors(), []string{"new"}, false},
		{"no secret", vendors(), nil, false},
		{"not signed", deliver(abandoned), []string{secret}, false},
		{"a header of the hook's own", deliver(abandoned, "X-Cartograph-Token", secret), []string{secret}, true},
		{"another header's token", deliver(abandoned, "X-Cartograph-Token", "x"), []string{secret}, false},
		{"other headers of the hook's own", deliver(abandoned, "username", "Hello", "password", "Goodbye"), []string{secret}, false},
		{"another store, signed by the same app", withDomain(vendors(), "https://store-9z9z9z.mybigcommerce.com/"), []string{secret}, false},
		{"another store by token", withDomain(deliver(abandoned, "X-Cartograph-Token", secret), "store-9z9z9z.mybigcommerce.com"), []string{secret}, false},
		{"a further storefront", withDomain(vendors(), "store-1a2b3c-2.mybigcommerce.com"), []string{secret}, true},
		{"a domain of the merchant's own", withDomain(vendors(), "shop.example"), []string{secret}, true},
	} {
		err := bigcommerce.New().Verify(c.d, c.secrets)
		if c.ok && err != nil || !c.ok && !fault.Is(err, fault.Unauthorized) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	// A hook made with a token is signed too, with a secret that may be unknown here.
	d := vendors()
	d.Header["X-Cartograph-Token"] = []string{"shared"}
	if err := bigcommerce.New().Verify(d, []string{"shared"}); err != nil {
		t.Error(err)
	}
}

func parse(t *testing.T, body string, headers ...string) event.Event {
	t.Helper()
	events, err := bigcommerce.New().Parse(deliver(body, headers...))
	if err != nil || len(events) != 1 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	platformtest.Sound(t, events[0])
	return events[0]
}

func TestNotices(t *testing.T) {
	t.Parallel()
	cart := func(id string) []event.Reference { return []event.Reference{{Kind: event.LinkCart, ID: id}} }
	order := func(id string) []event.Reference { return []event.Reference{{Kind: event.LinkOrder, ID: id}} }
	for _, c := range []struct {
		scope, data string
		kind        event.Kind
		fetch       []event.Reference
	}{
		{"store/cart/created", `{"id":"c1"}`, event.Unknown, cart("c1")},
		{"store/cart/updated", `{"id":"c1"}`, event.Unknown, cart("c1")},
		{"store/cart/couponApplied", `{"id":"c1","couponId":1}`, event.Unknown, cart("c1")},
		{"store/cart/abandoned", `{"id":"c1","token":"t"}`, event.Unknown, cart("c1")},
		{"store/cart/lineItem/deleted", `{"id":"l1","cartId":"c1"}`, event.Unknown, cart("c1")},
		{"store/cart/deleted", `{"id":"c1"}`, event.CartDeleted, nil},
		{"store/cart/converted", `{"id":"c1","orderId":252}`, event.OrderPlaced, order("252")},
		{"store/cart/converted", `{"id":"c1"}`, event.OrderPlaced, nil},
		{"store/cart/metafield/updated", `{"metafield_id":1,"resource_id":"c1"}`, event.Unknown, nil},
		{"store/order/created", `{"id":250}`, event.Unknown, order("250")},
		{"store/order/archived", `{"id":"250"}`, event.Unknown, order("250")},
		{"store/order/refund/created", `{"id":250,"refund":{"refund_id":3}}`, event.Unknown, order("250")},
		{"store/order/transaction/created", `{"order_id":"250","transaction_id":"17"}`, event.Unknown, order("250")},
		{"store/order/message/created", `{"id":250,"message":{"order_message_id":3}}`, event.Unknown, nil},
		{"store/customer/updated", `{"id":32}`, event.Unknown, []event.Reference{{Kind: "customer", ID: "32"}}},
		{"store/customer/deleted", `{"id":32}`, event.Unknown, nil},
		{"store/subscriber/created", `{"id":5}`, event.Unknown, []event.Reference{{Kind: "subscriber", ID: "5"}}},
		{"store/subscriber/deleted", `{"id":5}`, event.Unknown, nil},
		{"store/app/uninstalled", `{}`, event.ShopUninstalled, nil},
		{"store/product/updated", `{"id":5}`, event.Unknown, nil},
		{"", `[]`, event.Unknown, nil},
	} {
		e := parse(t, `{"scope":"`+c.scope+`","data":`+c.data+`,"created_at":1561482670,"hash":"h","producer":"stores/1a2b3c"}`)
		if diff := cmp.Diff(c.fetch, e.Fetch); e.Kind != c.kind || diff != "" || e.OccurredAt.Unix() != 1561482670 {
			t.Errorf("%s: %s at %v\n%s", c.scope, e.Kind, e.OccurredAt, diff)
		}
	}
}

func TestConversionStopsMessagesAtOnce(t *testing.T) {
	t.Parallel()
	e := parse(t, converted)
	want := event.Order{ID: "checkout:d30016e2-23c0-4a90-884f-2e92ac135476", Status: event.OrderOpen, PlacedAt: time.Unix(1561486893, 0).UTC()}
	if diff := cmp.Diff(want, *e.Order); diff != "" {
		t.Error(diff)
	}
	links := []event.Link{{Kind: event.LinkCart, Value: "d30016e2-23c0-4a90-884f-2e92ac135476"}, {Kind: event.LinkOrder, Value: "252"}}
	if diff := cmp.Diff(links, e.Links); diff != "" {
		t.Error(diff)
	}
}

func TestRepeats(t *testing.T) {
	t.Parallel()
	body := func(scope, hash, at string) string {
		return `{"scope":"` + scope + `","data":{"id":"c1"},"created_at":` + at + `,"hash":"` + hash + `","producer":"stores/1a2b3c"}`
	}
	first := parse(t, body("store/cart/updated", "h", "1561482670")).DedupeKey
	for name, c := range map[string]struct {
		key   string
		equal bool
	}{
		"a repeat":         {parse(t, body("store/cart/updated", "h", "1561482670")).DedupeKey, true},
		"another scope":    {parse(t, body("store/cart/created", "h", "1561482670")).DedupeKey, false},
		"another hash":     {parse(t, body("store/cart/updated", "i", "1561482670")).DedupeKey, false},
		"another moment":   {parse(t, body("store/cart/updated", "h", "1561482671")).DedupeKey, false},
		"with an id":       {parse(t, body("store/cart/updated", "h", "1561482670"), "webhook-id", "m1").DedupeKey, false},
		"neither of these": {parse(t, `{"scope":"store/cart/updated","data":{"id":"c1"}}`).DedupeKey, false},
	} {
		if (c.key == first) != c.equal {
			t.Errorf("%s: %s and %s", name, first, c.key)
		}
	}
	if a, b := parse(t, abandoned, "webhook-id", "m1"), parse(t, abandoned, "webhook-id", "m2"); a.DedupeKey == b.DedupeKey {
		t.Error("two webhooks have one key")
	}
}

const anOrder = `{"id":250,"customer_id":11,"date_created":"Tue, 25 Jun 2019 16:15:35 +0000","date_modified":"Tue, 25 Jun 2019 16:20:00 +0000",` +
	`"status_id":11,"total_inc_tax":"69.8400","payment_status":"captured","refunded_amount":"0.0000","currency_code":"USD","default_currency_code":"EUR",` +
	`"cart_id":"7e48f7ef-2e88-4817-aea4-b0ed01490114","billing_address":{"first_name":"Ann","last_name":"Lee","country_iso2":"FR","phone":"06 12 34 56 78","email":"Ann@Example.com"},` +
	`"is_email_opt_in":false,"order_source":"www","external_source":null,"customer_locale":"en","payment_method":"Credit Card"}`

// fetched parses an order's page of the API after a change.
func fetched(t *testing.T, old, replacement string) event.Event {
	t.Helper()
	if !strings.Contains(anOrder, old) {
		t.Fatalf("%s is not in the order", old)
	}
	return parse(t, strings.Replace(anOrder, old, replacement, 1), "X-Cartograph-Topic", "fetched/order")
}

func TestOrder(t *testing.T) {
	t.Parallel()
	at := time.Date(2019, 6, 25, 16, 15, 35, 0, time.UTC)
	eur := func(n int64) money.Money { return money.Money{Minor: n, Currency: "EUR"} }
	want := event.Event{
		ShopID: "shop-1", Platform: "bigcommerce", Topic: "fetched/order", Kind: event.OrderUpdated,
		OccurredAt: time.Date(2019, 6, 25, 16, 20, 0, 0, time.UTC), ReceivedAt: received,
		Links: []event.Link{{Kind: event.LinkCart, Value: "7e48f7ef-2e88-4817-aea4-b0ed01490114"}, {Kind: event.LinkOrder, Value: "250"}},
		Person: event.Person{Keys: []event.Key{{Kind: event.KeyCustomer, Value: "11"}, {Kind: event.KeyEmail, Value: "ann@example.com"},
			{Kind: event.KeyPhone, Value: "+33612345678"}}, FirstName: "Ann", LastName: "Lee", Country: "FR", Locale: "en"},
		Order: &event.Order{ID: "250", Number: "250", Status: event.OrderOpen, Total: eur(6984), Refunded: eur(0), PlacedAt: at, Source: "www", Creditable: true},
	}
	got := fetched(t, `"Credit Card"`, `"Credit Card"`)
	got.DedupeKey = ""
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOrderStates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		old, replacement string
		kind             event.Kind
		status           event.OrderStatus
		creditable       bool
	}{
		{`"status_id":11`, `"status_id":7`, event.OrderUpdated, event.OrderOpen, true},
		{`"status_id":11`, `"status_id":"5"`, event.OrderCancelled, event.OrderVoid, true},
		{`"status_id":11`, `"status_id":6`, event.OrderCancelled, event.OrderVoid, true},
		{`"status_id":11`, `"status_id":4`, event.OrderRefunded, event.OrderVoid, true},
		{`"refunded_amount":"0.0000"`, `"refunded_amount":10`, event.OrderRefunded, event.OrderOpen, true},
		{`"refunded_amount":"0.0000"`, `"refunded_amount":"69.84"`, event.OrderRefunded, event.OrderVoid, true},
		{`"order_source":"www"`, `"order_source":"manual"`, event.OrderUpdated, event.OrderOpen, false},
		{`"order_source":"www"`, `"order_source":"external"`, event.OrderUpdated, event.OrderOpen, false},
		{`"external_source":null`, `"external_source":"M-MIG"`, event.OrderUpdated, event.OrderOpen, false},
		{`"Credit Card"`, `"Test Payment Gateway"`, event.OrderUpdated, event.OrderOpen, false},
		{`"status_id":11`, `"status_id":99`, event.OrderUpdated, event.OrderOpen, true},
	} {
		e := fetched(t, c.old, c.replacement)
		if e.Kind != c.kind || e.Order == nil || e.Order.Status != c.status || e.Order.Creditable != c.creditable {
			t.Errorf("%s: %s %+v", c.replacement, e.Kind, e.Order)
		}
	}
	for replacement, kind := range map[string]event.Kind{
		`"status_id":0`: event.CheckoutStep, `"status_id":1`: event.CheckoutStep,
		`"status_id":0,"payment_status":"declined","x":0`: event.PaymentFailed,
		`"status_id":0,"order_source":"manual"`:           event.CheckoutStep, // the later of two equal names counts
	} {
		body := strings.Replace(strings.Replace(anOrder, `"status_id":11`, replacement, 1), `"payment_status":"captured",`, "", 1)
		if e := parse(t, body, "X-Cartograph-Topic", "fetched/order"); e.Kind != kind || e.Order != nil || len(e.Links) != 2 {
			t.Errorf("%s: %s %+v", replacement, e.Kind, e.Order)
		}
	}
	if e := fetched(t, `"cart_id":"7e48f7ef-2e88-4817-aea4-b0ed01490114"`, `"cart_id":null,"x":1`); len(e.Links) != 1 {
		t.Errorf("links without a cart: %v", e.Links)
	}
}

func TestNewsletterBoxOfTheCheckout(t *testing.T) {
	t.Parallel()
	e := fetched(t, `"is_email_opt_in":false`, `"is_email_opt_in":true`)
	if len(e.Consents) != 1 || !e.Consents[0].At.Equal(e.Order.PlacedAt) || e.Consents[0].Source != "bigcommerce checkout" {
		t.Errorf("%+v", e.Consents)
	}
	if e := fetched(t, `"is_email_opt_in":false,"order_source":"www"`, `"is_email_opt_in":true,"order_source":"manual"`); e.Consents != nil {
		t.Errorf("staff gave %+v", e.Consents)
	}
}

// The list and the single page print one order; a change in the same second is another event.
func TestOrderKeys(t *testing.T) {
	t.Parallel()
	first := fetched(t, `"status_id":11`, `"status_id":11`).DedupeKey
	if again := fetched(t, `"status_id":11,`, ` "status_id" : 11, `).DedupeKey; again != first {
		t.Error("the same order, spaced otherwise, has another key")
	}
	if other := fetched(t, `"status_id":11`, `"status_id":5`).DedupeKey; other == first {
		t.Error("another state of the same second has the same key")
	}
}

const aCart = `{"data":{"id":"c1","customer_id":0,"email":"","currency":{"code":"USD"},"cart_amount":5,"coupons":0,"line_items":{"physical_items":` +
	`[{"product_id":7,"variant_id":8,"sku":"A","name":"A","quantity":2,"list_price":3,"sale_price":2.5,"extended_list_price":6,"extended_sale_price":5,"coupons":0}],` +
	`"digital_items":[],"gift_certificates":[{"name":"Gift","amount":10}],"custom_items":[{"sku":"T","name":"Table","quantity":1,"list_price":30,"extended_list_price":30}]},` +
	`"created_time":"2019-06-25T15:53:10+00:00","updated_time":"2019-06-25T15:54:31+00:00","locale":"en-US"},"meta":{}}`

func TestCart(t *testing.T) {
	t.Parallel()
	usd := func(n int64) money.Money { return money.Money{Minor: n, Currency: "USD"} }
	e := parse(t, aCart, "X-Cartograph-Topic", "fetched/cart")
	want := &event.Contents{Total: usd(500), Items: []event.Item{
		{ProductID: "7", VariantID: "8", SKU: "A", Title: "A", Quantity: 2, Price: usd(250), LineTotal: usd(500)},
		{SKU: "T", Title: "Table", Quantity: 1, Price: usd(3000), LineTotal: usd(3000)},
		{Title: "Gift", Quantity: 1, Price: usd(1000), LineTotal: usd(1000)},
	}}
	if diff := cmp.Diff(want, e.Contents); e.Kind != event.CartUpdated || diff != "" {
		t.Errorf("%s\n%s", e.Kind, diff)
	}
}

func TestOddCarts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, old, replacement string
		code                   fault.Code
		items                  int // -1: no contents
	}{
		{"no lines at all", `"line_items":`, `"x":`, "", -1},
		{"a list in the object's place", `"line_items":{`, `"line_items":[],"x":{`, "", -1},
		{"other lists", `"physical_items":`, `"x":`, "", 2},
		{"nothing", `"line_items":{`, `"line_items":{"physical_items":[],"digital_items":[]},"x":{`, "", 0},
		{"lines that are no list", `"physical_items":[`, `"physical_items":7,"x":[`, fault.Unprocessable, 0},
		{"a negative quantity", `"quantity":2`, `"quantity":-2`, fault.Unprocessable, 0},
		{"an unknown currency", `"USD"`, `"ABCD"`, fault.Unprocessable, 0},
		{"no id", `"id":"c1"`, `"id":null`, fault.Unprocessable, 0},
		{"broken off", `,"meta":{}}`, ``, fault.Invalid, 0},
	} {
		events, err := bigcommerce.New().Parse(deliver(strings.Replace(aCart, c.old, c.replacement, 1), "X-Cartograph-Topic", "fetched/cart"))
		if fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil {
			continue
		}
		if got := events[0].Contents; (got == nil) != (c.items < 0) || got != nil && len(got.Items) != c.items {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

func TestSubscribers(t *testing.T) {
	t.Parallel()
	body := func(source string) string {
		return `{"data":{"id":5,"email":"ann@example.com","source":"` + source + `","date_created":"2019-06-01T00:00:00Z"},"meta":{}}`
	}
	for source, n := range map[string]int{"storefront": 1, "order": 1, "custom": 0, "": 0} {
		if e := parse(t, body(source), "X-Cartograph-Topic", "fetched/subscriber"); len(e.Consents) != n {
			t.Errorf("%s: %+v", source, e.Consents)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, body := range []string{abandoned, converted, anOrder, aCart, `{"data":[{"id":1,"email":"a@b.example"}]}`,
		`{"data":{"cart":{"id":"c1"},"billing_address":[]}}`, `{"data":{"id":5,"email":"a@b.example","source":"order"}}`} {
		for _, topic := range []string{"", "fetched/cart", "fetched/checkout", "fetched/order", "fetched/customer", "fetched/subscriber"} {
			f.Add(topic, body)
		}
	}
	f.Fuzz(func(t *testing.T, topic, body string) {
		platformtest.Parses(t, bigcommerce.New(), deliver(body, "X-Cartograph-Topic", topic))
	})
}

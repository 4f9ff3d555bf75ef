package saleor_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
	"github.com/cartograph-dev/cartograph/internal/platform/saleor"
)

const secret = "saleor_fixture_secret"

var received = time.Date(2026, 5, 2, 10, 0, 5, 0, time.UTC)

func signed(body, secret string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(body))
	return hex.EncodeToString(h.Sum(nil))
}

func deliver(topic, body string) event.Delivery {
	d := event.Delivery{Header: map[string][]string{}, Body: []byte(body), ReceivedAt: received,
		ShopID: "shop-1", Domain: "acme-store.saleor.cloud", Currency: "USD", Country: "US", Locale: "en"}
	d.Header["Saleor-Event"], d.Header["Saleor-Signature"] = []string{topic}, []string{signed(body, secret)}
	return d
}

func all(t *testing.T, topic, body string) []event.Event {
	t.Helper()
	es, err := saleor.New().Parse(deliver(topic, body))
	if err != nil {
		t.Fatalf("%s: %v", topic, err)
	}
	for _, e := range es {
		platformtest.Sound(t, e)
	}
	return es
}

func parse(t *testing.T, topic, body string) event.Event {
	t.Helper()
	es := all(t, topic, body)
	if len(es) != 1 {
		t.Fatalf("%d events, want 1", len(es))
	}
	return es[0]
}

func usd(n int64) money.Money { return money.Money{Minor: n, Currency: "USD"} }

func at(hour, minute int) time.Time { return time.Date(2026, 5, 2, hour, minute, 0, 0, time.UTC) }

// order is the order of the smtp app's default payload, shortened, with changes.
func order(changes ...string) string {
	body := `{"id":"T3JkZXI6NTdi","number":"1042","status":"UNFULFILLED","origin":"CHECKOUT","languageCodeEnum":"EN_US",` +
		`"created":"2026-05-02T09:00:00+00:00","updatedAt":"2026-05-02T09:01:00.000000+00:00","checkoutId":"Q2hlY2tvdXQ6MQ==","displayGrossPrices":true,` +
		`"userEmail":"Adrian.King@example.com","voucherCode":"SUMMER","chargeStatus":"FULL","authorizeStatus":"FULL",` +
		`"user":{"id":"VXNlcjox","email":"adrian.king@example.com","firstName":"Adrian","lastName":"King"},` +
		`"billingAddress":{"firstName":"Adrian","lastName":"King","phone":"+1 212-555-0198","countryArea":"NY","country":{"code":"US"}},` +
		`"shippingAddress":{"firstName":"Eve","lastName":"Moss","phone":"+1 415-555-0100","countryArea":"CA","country":{"code":"US"}},` +
		`"lines":[{"productName":"Organic Cotton T-Shirt","variantName":"Navy / Large","productSku":"OCT-NVY-L","productVariantId":"UHJvZHVjdFZhcmlhbnQ6MQ==","quantity":2,` +
		`"thumbnail":{"url":"https://picsum.photos/seed/tshirt/150/150"},"unitPrice":{"gross":{"currency":"USD","amount":40},"net":{"currency":"USD","amount":36.36}},` +
		`"totalPrice":{"gross":{"currency":"USD","amount":80},"net":{"currency":"USD","amount":72.73}},"variant":{"id":"UHJvZHVjdFZhcmlhbnQ6MQ==","product":{"id":"UHJvZHVjdDox","category":{"name":"Apparel"}}}}],` +
		`"total":{"gross":{"amount":92.5,"currency":"USD"},"net":{"amount":84.09,"currency":"USD"}},"totalRefunded":{"amount":0.0,"currency":"USD"}}`
	for i := 0; i < len(changes); i += 2 {
		body = strings.Replace(body, changes[i], changes[i+1], 1)
	}
	return body
}

func orderEvent() event.Event {
	return event.Event{
		ShopID: "shop-1", Platform: "saleor", Topic: "order_created", Kind: event.OrderPlaced,
		OccurredAt: at(9, 1), ReceivedAt: received,
		Links: []event.Link{{Kind: event.LinkCheckout, Value: "Q2hlY2tvdXQ6MQ=="}, {Kind: event.LinkOrder, Value: "T3JkZXI6NTdi"}},
		Person: event.Person{Keys: []event.Key{{Kind: event.KeyCustomer, Value: "VXNlcjox"},
			{Kind: event.KeyEmail, Value: "adrian.king@example.com"}, {Kind: event.KeyPhone, Value: "+12125550198"}},
			FirstName: "Adrian", LastName: "King", Country: "US", Region: "NY", Locale: "en-US"},
		Contents: &event.Contents{Total: usd(9250), Coupons: []string{"SUMMER"}, Items: []event.Item{{
			ProductID: "UHJvZHVjdDox", VariantID: "UHJvZHVjdFZhcmlhbnQ6MQ==", SKU: "OCT-NVY-L", Title: "Organic Cotton T-Shirt",
			Variant: "Navy / Large", Category: "Apparel", Quantity: 2, Price: usd(4000), LineTotal: usd(8000),
			ImageURL: "https://picsum.photos/seed/tshirt/150/150"}}},
		Order: &event.Order{ID: "T3JkZXI6NTdi", Number: "1042", Status: event.OrderOpen, Total: usd(9250), Refunded: usd(0),
			PlacedAt: at(9, 0), Source: "checkout", Creditable: true},
	}
}

// The three shapes of one body say the same.
func TestShapes(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"event":      `{"__typename":"OrderCreated","issuedAt":"2026-05-02T09:01:30Z","order":` + order() + `}`,
		"no type":    `{"order":` + order() + `}`,
		"root field": `{"data":{"orderCreated":{"order":` + order() + `}}}`,
		"event root": `{"data":{"event":{"order":` + order() + `}}}`,
	} {
		got := parse(t, "order_created", body)
		if diff := cmp.Diff(orderEvent(), got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(event.Event{}, "DedupeKey")); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// A webhook without a query posts an array, amounts as text with three
// decimals, and does not tell the checkout: the order is asked for.
func TestLegacyOrder(t *testing.T) {
	t.Parallel()
	body := `[{"type":"Order","id":"T3JkZXI6NTdi","channel":{"type":"Channel","id":"Q2g6MQ==","slug":"d","currency_code":"USD"},` +
		`"billing_address":{"type":"Address","id":"QWQ6MQ==","first_name":"Adrian","last_name":"King","country":"US","country_area":"NY","phone":"+12125550198"},"shipping_address":null,` +
		`"token":"57b","number":"1042","user_email":"adrian.king@example.com","created":"2026-05-02T09:00:00Z","status":"unfulfilled","origin":"checkout","language_code":"en",` +
		`"total_net_amount":"84.090","total_gross_amount":"92.500","fulfillments":[{"total_refund_amount":"10.005"},{"total_refund_amount":null}],` +
		`"lines":[{"type":"OrderLine","id":"T0w6MQ==","product_name":"Organic Cotton T-Shirt","variant_name":"Navy / Large","product_sku":"OCT-NVY-L","quantity":2,"currency":"USD",` +
		`"unit_price_gross_amount":"40.000","total_price_gross_amount":"80.000","product_variant_id":"UHJvZHVjdFZhcmlhbnQ6MQ=="}],` +
		`"meta":{"issued_at":"2026-05-02T09:01:00.000000+00:00","version":"3.23.8","issuing_principal":{"id":null,"type":null}}}]`
	e := parse(t, "order_updated", body)
	want := event.Order{ID: "T3JkZXI6NTdi", Number: "1042", Status: event.OrderOpen, Total: usd(9250), Refunded: usd(1001),
		PlacedAt: at(9, 0), Source: "checkout", Creditable: true}
	if diff := cmp.Diff(&want, e.Order); diff != "" || e.Kind != event.OrderRefunded || !e.OccurredAt.Equal(at(9, 1)) {
		t.Errorf("%s at %v:\n%s", e.Kind, e.OccurredAt, diff)
	}
	item := event.Item{VariantID: "UHJvZHVjdFZhcmlhbnQ6MQ==", SKU: "OCT-NVY-L", Title: "Organic Cotton T-Shirt", Variant: "Navy / Large",
		Quantity: 2, Price: usd(4000), LineTotal: usd(8000)}
	if diff := cmp.Diff([]event.Item{item}, e.Contents.Items); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]event.Reference{{Kind: event.LinkOrder, ID: "T3JkZXI6NTdi"}}, e.Fetch); diff != "" {
		t.Error(diff)
	}
}

func TestLegacyCheckout(t *testing.T) {
	t.Parallel()
	body := `[{"type":"Checkout","id":"Q2hlY2tvdXQ6MQ==","token":"Q2hlY2tvdXQ6MQ==","user":{"type":"User","id":"VXNlcjox","email":"a@example.com","first_name":"Ann","last_name":"Lee"},` +
		`"billing_address":null,"shipping_address":null,"last_change":"2026-05-02T09:05:00Z","created":"2026-05-02T09:00:00Z","email":null,"quantity":3,"currency":"USD","language_code":"pl",` +
		`"lines":[{"sku":"MUG","variant_id":"VjoyMg==","quantity":3,"base_price":"12.50","currency":"USD","full_name":"Mug (Blue)","product_name":"Mug","variant_name":"Blue"}],"meta":{"issued_at":"2026-05-02T09:05:01Z"}}]`
	e := parse(t, "checkout_updated", body)
	if e.Kind != event.CartUpdated || !e.OccurredAt.Equal(at(9, 5)) || !e.StartedAt.Equal(at(9, 0)) || e.Contents.Total != usd(3750) ||
		e.Person.FirstName != "Ann" || e.Person.Locale != "pl" || e.Links[0].Value != "Q2hlY2tvdXQ6MQ==" {
		t.Errorf("got %+v", e)
	}
	if it := e.Contents.Items[0]; it.Title != "Mug" || it.Variant != "Blue" || it.Quantity != 3 || it.Price != usd(1250) {
		t.Errorf("line %+v", it)
	}
}

func TestLegacyCustomer(t *testing.T) {
	t.Parallel()
	e := parse(t, "customer_updated", `[{"type":"User","id":"VXNlcjox","email":"Ann@Example.com","first_name":"Ann","last_name":"","language_code":"en","meta":{"issued_at":"2026-05-02T09:05:01Z"}}]`)
	if e.Kind != event.ShopperUpdated || len(e.Person.Keys) != 2 || e.Person.Keys[1].Value != "ann@example.com" {
		t.Errorf("got %+v", e)
	}
}

func TestOrderMeanings(t *testing.T) {
	t.Parallel()
	type want struct {
		kind       event.Kind
		status     event.OrderStatus
		refunded   int64
		creditable bool
		unpaid     bool
	}
	for _, c := range []struct {
		name, topic string
		change      []string
		want        want
	}{
		{"placed", "order_created", nil, want{event.OrderPlaced, event.OrderOpen, 0, true, false}},
		{"waits for staff", "order_created", []string{"UNFULFILLED", "UNCONFIRMED", `"chargeStatus":"FULL"`, `"chargeStatus":"NONE"`}, want{event.OrderPlaced, event.OrderOpen, 0, true, false}},
		{"confirmed", "order_confirmed", nil, want{event.OrderUpdated, event.OrderOpen, 0, true, false}},
		{"a part returned", "order_updated", []string{"UNFULFILLED", "PARTIALLY_RETURNED"}, want{event.OrderUpdated, event.OrderOpen, 0, true, false}},
		{"a part refunded", "order_updated", []string{`"amount":0.0`, `"amount":10.25`}, want{event.OrderRefunded, event.OrderOpen, 1025, true, false}},
		{"refunded in full", "order_updated", []string{`"amount":0.0`, `"amount":92.5`}, want{event.OrderRefunded, event.OrderVoid, 9250, true, false}},
		{"refunded in full, untold", "order_fully_refunded", []string{`"totalRefunded"`, `"x"`}, want{event.OrderRefunded, event.OrderVoid, 9250, true, false}},
		{"cancelled", "order_cancelled", []string{"UNFULFILLED", "CANCELED"}, want{event.OrderCancelled, event.OrderVoid, 0, true, false}},
		{"cancelled unpaid", "order_updated", []string{"UNFULFILLED", "CANCELED", `"chargeStatus":"FULL","authorizeStatus":"FULL"`, `"chargeStatus":"NONE","authorizeStatus":"NONE"`}, want{event.OrderCancelled, event.OrderVoid, 0, true, true}},
		{"cancelled after its refund", "order_updated", []string{"UNFULFILLED", "CANCELED", `"chargeStatus":"FULL","authorizeStatus":"FULL"`, `"chargeStatus":"NONE","authorizeStatus":"NONE"`, `"amount":0.0`, `"amount":92.5`}, want{event.OrderCancelled, event.OrderVoid, 9250, true, false}},
		{"expired", "order_expired", []string{"UNFULFILLED", "EXPIRED"}, want{event.OrderCancelled, event.OrderVoid, 0, true, true}},
		{"made by staff", "order_created", []string{`"CHECKOUT"`, `"DRAFT"`}, want{event.OrderPlaced, event.OrderOpen, 0, false, false}},
		{"replaces another", "order_created", []string{`"CHECKOUT"`, `"REISSUE"`}, want{event.OrderPlaced, event.OrderOpen, 0, false, false}},
		{"imported, its origin untold", "order_bulk_created", []string{`"CHECKOUT"`, `null`}, want{event.OrderPlaced, event.OrderOpen, 0, false, false}},
		{"imported", "order_bulk_created", []string{`"CHECKOUT"`, `"BULK_CREATE"`}, want{event.OrderPlaced, event.OrderOpen, 0, false, false}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := parse(t, c.topic, `{"order":`+order(c.change...)+`}`)
			got := want{e.Kind, e.Order.Status, e.Order.Refunded.Minor, e.Order.Creditable, e.Order.Unpaid}
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestADraftIsNoPurchase(t *testing.T) {
	t.Parallel()
	for topic, body := range map[string]string{
		"draft_order_updated": order(`"status"`, `"x"`), "order_updated": order("UNFULFILLED", "DRAFT"), "order_created": order("UNFULFILLED", "draft")} {
		if e := parse(t, topic, `{"order":`+body+`}`); e.Kind != event.Unknown || e.Order != nil || len(e.Links) != 0 || len(e.Notes) != 1 {
			t.Errorf("%s gave %+v", topic, e)
		}
	}
}

func TestImportedOrdersAreOneEventEach(t *testing.T) {
	t.Parallel()
	es := all(t, "order_bulk_created", `{"orders":[`+order()+`,`+order("T3JkZXI6NTdi", "T3JkZXI6NTdj")+`]}`)
	if len(es) != 2 || es[0].Order.ID == es[1].Order.ID || es[0].DedupeKey == es[1].DedupeKey {
		t.Errorf("got %+v", es)
	}
}

const checkoutBody = `{"id":"Q2hlY2tvdXQ6MQ==","created":"2026-05-02T09:00:00Z","updatedAt":"2026-05-02T09:05:00Z","email":"ann@example.com","languageCode":"PT_BR","displayGrossPrices":true,` +
	`"user":null,"billingAddress":null,"shippingAddress":null,"totalPrice":{"gross":{"amount":25,"currency":"USD"}},"lines":[{"quantity":2,"unitPrice":{"gross":{"amount":12.5,"currency":"USD"},"net":{"amount":10,"currency":"USD"}},` +
	`"totalPrice":{"gross":{"amount":25,"currency":"USD"},"net":{"amount":20,"currency":"USD"}},"variant":{"id":"VjoyMg==","sku":"MUG","name":"MUG","product":{"id":"UDox","name":"Mug","thumbnail":{"url":"//cdn.example/m.jpg"}}}}]}`

func TestCheckout(t *testing.T) {
	t.Parallel()
	e := parse(t, "checkout_updated", `{"checkout":`+checkoutBody+`}`)
	want := event.Item{ProductID: "UDox", VariantID: "VjoyMg==", SKU: "MUG", Title: "Mug", Quantity: 2, Price: usd(1250), LineTotal: usd(2500), ImageURL: "https://cdn.example/m.jpg"}
	if diff := cmp.Diff([]event.Item{want}, e.Contents.Items); diff != "" || e.Kind != event.CartUpdated || e.Person.Locale != "pt-BR" {
		t.Errorf("%s %s\n%s", e.Kind, e.Person.Locale, diff)
	}
	for name, c := range map[string]struct {
		old, new string
		check    func(e event.Event) bool
	}{
		"an address makes it a checkout": {`"shippingAddress":null`, `"shippingAddress":{"country":{"code":"BR"}}`, func(e event.Event) bool {
			return e.Kind == event.CheckoutUpdated && e.Person.Country == "BR"
		}},
		"prices without tax where those are shown": {`Prices":true`, `Prices":false`, func(e event.Event) bool {
			return e.Contents.Items[0].Price == usd(1000) && e.Contents.Items[0].LineTotal == usd(2000) && e.Contents.Total == usd(2500)
		}},
		"its token says its id": {`"id":"Q2hlY2tvdXQ6MQ=="`, `"token":"1"`, func(e event.Event) bool {
			return e.Links[0].Value == "Q2hlY2tvdXQ6MQ=="
		}},
		"untold lines are not an emptied cart": {`"lines":[`, `"lines":null,"x":[`, func(e event.Event) bool {
			return e.Contents == nil && len(e.Notes) == 1
		}},
	} {
		if e := parse(t, "checkout_updated", strings.Replace(`{"checkout":`+checkoutBody+`}`, c.old, c.new, 1)); !c.check(e) {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// A paid checkout stops messages before its order is known, and is never credited.
func TestAnnounced(t *testing.T) {
	t.Parallel()
	for _, topic := range []string{"checkout_fully_paid", "checkout_fully_authorized"} {
		e := parse(t, topic, `{"checkout":`+checkoutBody+`}`)
		want := &event.Order{ID: "checkout:Q2hlY2tvdXQ6MQ==", Status: event.OrderOpen, Total: usd(2500), PlacedAt: at(9, 5)}
		if diff := cmp.Diff(want, e.Order); diff != "" || e.Kind != event.OrderPlaced {
			t.Errorf("%s %s:\n%s", topic, e.Kind, diff)
		}
		if diff := cmp.Diff([]event.Reference{{Kind: event.LinkCheckout, ID: "Q2hlY2tvdXQ6MQ=="}}, e.Fetch); diff != "" {
			t.Error(diff)
		}
	}
}

// The signed body says what happened; the header is not signed.
func TestTheBodyGoesBeforeTheHeader(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"__typename":"CheckoutUpdated","checkout":` + checkoutBody + `}`: "checkout_updated",
		`{"data":{"checkoutUpdated":{"checkout":` + checkoutBody + `}}}`:   "checkout_updated",
		`{"checkout":` + checkoutBody + `}`:                                "checkout_fully_paid",
	} {
		if e := parse(t, "checkout_fully_paid", body); e.Topic != want {
			t.Errorf("topic %s, want %s", e.Topic, want)
		}
	}
}

func TestPrivacyAndLeaving(t *testing.T) {
	t.Parallel()
	for topic, name := range map[string]string{"account_deleted": "AccountDeleted", "customer_deleted": "CustomerDeleted"} {
		e := parse(t, topic, `{"__typename":"`+name+`","user":{"id":"VXNlcjox","email":"Ann@example.com"}}`)
		want := []event.Key{{Kind: event.KeyCustomer, Value: "VXNlcjox"}, {Kind: event.KeyEmail, Value: "ann@example.com"}}
		if diff := cmp.Diff(&event.Privacy{Keys: want}, e.Privacy); diff != "" || e.Kind != event.SubjectErase || strings.Contains(e.DedupeKey, "VXN") {
			t.Errorf("%s: %+v\n%s", topic, e, diff)
		}
	}
	for body, want := range map[string]event.Kind{
		`{"__typename":"AppDeleted","app":{"id":"QXBwOjI="},"recipient":{"id":"QXBwOjI="}}`: event.ShopUninstalled,
		`{"__typename":"AppDeleted","app":{"id":"QXBwOjI="},"recipient":{"id":"QXBwOjM="}}`: event.Unknown,
		`{"__typename":"AppDeleted","app":{"id":"QXBwOjI="}}`:                               event.Unknown,
	} {
		if e := parse(t, "app_deleted", body); e.Kind != want {
			t.Errorf("%s is %s, want %s", body, e.Kind, want)
		}
	}
}

// Nobody signs the header. A body that was posted under another one must neither
// erase anybody nor open a cart again that was bought.
func TestAHeaderAgainstTheBody(t *testing.T) {
	t.Parallel()
	for _, topic := range []string{"account_deleted", "customer_deleted"} {
		_, err := saleor.New().Parse(deliver(topic, `{"user":{"id":"VXNlcjox","email":"ann@example.com"}}`))
		if !fault.Is(err, fault.Unprocessable) {
			t.Errorf("%s by its header alone: %v", topic, err)
		}
	}
	if _, err := saleor.New().Parse(deliver("app_deleted", `{"app":{"id":"QXBwOjI="},"recipient":{"id":"QXBwOjI="}}`)); !fault.Is(err, fault.Unprocessable) {
		t.Errorf("the shop's leave by its header alone: %v", err)
	}
	bought := `{"order":` + order() + `}`
	for _, topic := range []string{"order_expired", "order_cancelled", "draft_order_updated", "checkout_updated", "checkout_fully_paid", "customer_updated"} {
		e := parse(t, topic, bought)
		if e.Order == nil || e.Order.Status != event.OrderOpen || e.Order.Unpaid || len(e.Links) != 2 {
			t.Errorf("an order under %s is %s %+v", topic, e.Kind, e.Order)
		}
	}
	if e := parse(t, "order_created", `{"checkout":`+checkoutBody+`}`); e.Order != nil || e.Contents == nil || len(e.Notes) == 0 {
		t.Errorf("a checkout under order_created is %s %v", e.Kind, e.Notes)
	}
	// Where the order tells no status, the header is all there is.
	untold := strings.Replace(bought, `"status"`, `"x"`, 1)
	for topic, want := range map[string]event.Kind{"order_expired": event.OrderCancelled, "draft_order_updated": event.Unknown} {
		if e := parse(t, topic, untold); e.Kind != want {
			t.Errorf("%s of an order without a status is %s", topic, e.Kind)
		}
	}
}

// Saleor gives a checkout's global id under the name of token where there is no query.
func TestLegacyCheckoutByItsToken(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]string{"Q2hlY2tvdXQ6MQ==": "Q2hlY2tvdXQ6MQ==", "1": "Q2hlY2tvdXQ6MQ=="} {
		e := parse(t, "checkout_created", `[{"type":"Checkout","token":"`+token+`","currency":"USD","lines":[],"meta":{"issued_at":"2026-05-02T09:05:01Z"}}]`)
		if len(e.Links) != 1 || e.Links[0].Value != want {
			t.Errorf("the token %s leads to %v", token, e.Links)
		}
	}
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	for topic, notes := range map[string]int{"product_updated": 0, "": 1} {
		if e := parse(t, topic, `{"product":{"id":"x"}}`); e.Kind != event.Unknown || len(e.Notes) != notes || e.DedupeKey == "" {
			t.Errorf("%q: %+v", topic, e)
		}
	}
	if e := parse(t, "checkout_updated", `{"errors":[{"message":"no"}],"checkout":`+checkoutBody+`}`); len(e.Notes) != 1 {
		t.Errorf("notes %v", e.Notes)
	}
}

func TestDedupe(t *testing.T) {
	t.Parallel()
	key := func(topic, body string) string { return parse(t, topic, body).DedupeKey }
	first := `{"issuedAt":"2026-05-02T09:01:30Z","order":` + order() + `}`
	if once, again := key("order_updated", first), key("order_updated", first); once != again {
		t.Error("a repeat has another key")
	}
	for name, other := range map[string]string{
		"another event at another moment": key("order_updated", strings.Replace(first, "01:30", "01:31", 1)),
		"another topic":                   key("order_created", first),
		"another state":                   key("order_updated", strings.Replace(first, "92.5", "93.5", 1)),
	} {
		if other == key("order_updated", first) {
			t.Errorf("%s has the same key", name)
		}
	}
}

func TestBadBodies(t *testing.T) {
	t.Parallel()
	in := func(changes ...string) string { return `{"order":` + order(changes...) + `}` }
	for _, c := range []struct {
		name, topic, body string
		code              fault.Code
		field             string
	}{
		{"truncated", "order_created", `{"order":{"id":`, fault.Invalid, ""},
		{"a page of HTML", "order_created", `<html>`, fault.Invalid, ""},
		{"an empty array", "order_created", `[]`, fault.Unprocessable, "[0]"},
		{"an array of numbers", "order_created", `[7]`, fault.Unprocessable, ""},
		{"data of nothing", "order_created", `{"data":{"orderCreated":null}}`, fault.Unprocessable, "data"},
		{"another query", "order_created", `{"issuedAt":"2026-05-02T09:01:30Z"}`, fault.Unprocessable, "order.id"},
		{"no checkout", "checkout_updated", `{"checkout":null}`, fault.Unprocessable, "checkout.id"},
		{"nobody", "customer_updated", `{"user":{}}`, fault.Unprocessable, "user.id"},
		{"nobody to erase", "account_deleted", `{"__typename":"AccountDeleted","user":{"email":"x"}}`, fault.Unprocessable, "user.id"},
		{"unknown currency", "order_created", in(`{"amount":92.5,"currency":"USD"}`, `{"amount":92.5,"currency":"XXZ"}`), fault.Unprocessable, "currency"},
		{"negative total", "order_created", in("92.5", "-92.5"), fault.Unprocessable, "total.gross.amount"},
		{"lines that are no list", "order_created", in(`"lines":[`, `"lines":7,"x":[`), fault.Unprocessable, "order.lines"},
		{"a checkout's negative quantity", "checkout_updated", `{"checkout":` + strings.Replace(checkoutBody, `"quantity":2`, `"quantity":-2`, 1) + `}`, fault.Unprocessable, "checkout.lines[0].quantity"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := saleor.New().Parse(deliver(c.topic, c.body))
			if f, ok := err.(*fault.Error); !ok || f.Code != c.code || f.Field != c.field {
				t.Errorf("got %v, want %s in %q", err, c.code, c.field)
			}
		})
	}
}

func TestAnOddLineNeverCostsThePurchase(t *testing.T) {
	t.Parallel()
	e := parse(t, "order_created", `{"order":`+order(`"quantity":2`, `"quantity":0`)+`}`)
	if e.Order == nil || e.Order.Status != event.OrderOpen || len(e.Contents.Items) != 0 || len(e.Notes) != 1 {
		t.Errorf("got %+v", e)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("order_created", `{"order":`+order()+`}`)
	f.Add("", `{"data":{"orderFullyRefunded":{"order":`+order()+`}}}`)
	f.Add("checkout_fully_paid", `{"issuedAt":"2026-05-02T09:01:30Z","checkout":`+checkoutBody+`}`)
	f.Add("checkout_updated", `[{"type":"Checkout","id":"x","currency":"KWD","lines":[{"quantity":1,"base_price":"1.005","currency":"KWD"}],"meta":{"issued_at":"2026-05-02"}}]`)
	f.Add("order_updated", `[{"type":"Order","id":"x","total_gross_amount":"1","channel":{"currency_code":"JPY"},"fulfillments":[{"total_refund_amount":"1"}]},{"type":"Order"}]`)
	f.Add("app_deleted", `{"app":{"id":"1"},"recipient":{"id":"1"}}`)
	f.Add("account_deleted", `{"user":{"id":"1"}}`)
	f.Fuzz(func(t *testing.T, topic, body string) {
		platformtest.Parses(t, saleor.New(), deliver(topic, body))
	})
}

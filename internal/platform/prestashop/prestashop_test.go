package prestashop_test

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
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
	"github.com/cartograph-dev/cartograph/internal/platform/prestashop"
	"github.com/cartograph-dev/cartograph/internal/platform/prestashop/story"
)

const secret = "a secret"

var received = time.Date(2026, 5, 2, 10, 0, 5, 0, time.UTC)

func deliver(body string) event.Delivery {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(body))
	return event.Delivery{Body: []byte(body), ReceivedAt: received, ShopID: "shop-1", Domain: "shop.example", Currency: "EUR", Country: "FR",
		Header: map[string][]string{"X-Cartograph-Signature": {"sha256=" + hex.EncodeToString(h.Sum(nil))}}}
}

func parse(t *testing.T, body string) event.Event {
	t.Helper()
	es, err := prestashop.New().Parse(deliver(body))
	if err != nil || len(es) != 1 {
		t.Fatalf("%d events, %v", len(es), err)
	}
	platformtest.Sound(t, es[0])
	return es[0]
}

func eur(n int64) money.Money { return money.Money{Minor: n, Currency: "EUR"} }

func TestStories(t *testing.T) {
	t.Parallel()
	for _, f := range conformance.Check(t.Context(), story.Platform(), received) {
		t.Error(f)
	}
}

const cart = `{"topic":"cart.saved","at":"2026-05-02T11:30:01+02:00","cart":{"id_cart":"12","revision":3,"from_cart":9,"date_add":"2026-05-02T11:00:00+02:00",
	"date_upd":"2026-05-02T11:30:00+0200","step":"cart","currency":"EUR","total_tax_incl":25.400000000000006,"products":[{"id_product":"2","id_product_attribute":"0",
	"reference":"P","name":"Poster &amp; frame","attributes_small":"","cart_quantity":"2","price_wt":12.700000000000003,"total_wt":25.4,"stock_quantity":3,
	"image":"//shop.example/p.jpg"}],"cart_rules":["SPRING"],"customer":{"id_customer":7,"email":"Ann@Example.com","firstname":"Ann","lastname":"Oz","country":"FR",
	"phone":"06 12 34 56 78","language":"fr-fr","newsletter":{"answer":true,"at":"2026-05-01T10:00:00+02:00"}},"restore_url":"https://shop.example/r?cartograph_key=1"}}`

func TestCart(t *testing.T) {
	t.Parallel()
	three := 3
	want := event.Event{
		ShopID: "shop-1", Platform: "prestashop", Topic: "cart.saved", Kind: event.CartUpdated, ReceivedAt: received,
		OccurredAt: time.Date(2026, 5, 2, 9, 30, 0, 3e6, time.UTC), StartedAt: time.Date(2026, 5, 2, 9, 0, 0, 0, time.UTC),
		Links: []event.Link{{Kind: event.LinkCart, Value: "12"}, {Kind: event.LinkCart, Value: "9"}},
		Person: event.Person{FirstName: "Ann", LastName: "Oz", Country: "FR", Locale: "fr-FR", Keys: []event.Key{{Kind: event.KeyCustomer, Value: "7"},
			{Kind: event.KeyEmail, Value: "ann@example.com"}, {Kind: event.KeyPhone, Value: "+33612345678"}}},
		Contents: &event.Contents{Total: eur(2540), Coupons: []string{"SPRING"}, Items: []event.Item{{ProductID: "2", SKU: "P", Title: "Poster & frame",
			Quantity: 2, Price: eur(1270), LineTotal: eur(2540), ImageURL: "https://shop.example/p.jpg", Stock: &three}}},
		Consents:   []event.Consent{{Channel: event.Email, Answer: event.Yes, Source: "prestashop newsletter", At: time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)}},
		RestoreURL: "https://shop.example/r?cartograph_key=1",
	}
	if diff := cmp.Diff(want, parse(t, cart), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(event.Event{}, "DedupeKey")); diff != "" {
		t.Error(diff)
	}
}

func order(topic, kind, extra string) string {
	return `{"topic":"` + topic + `","order":{` + extra + `"id_order":5,"reference":"XKBK","id_cart":12,"date_add":"2026-05-02T11:00:00+02:00",
	"date_upd":"2026-05-02T11:10:00+02:00","currency":"EUR","total_paid_tax_incl":"68.200000","state":{"id":2,"kind":"` + kind + `"},
	"customer":{"id_customer":7,"email":"ann@example.com"}}}`
}

func TestOrder(t *testing.T) {
	t.Parallel()
	type want struct {
		Kind                       event.Kind
		Status                     event.OrderStatus
		Refunded                   int64
		Creditable, Unpaid, Bought bool
	}
	for _, c := range []struct {
		topic, kind, extra string
		want               want
	}{
		{"order.validated", "paid", "", want{event.OrderPlaced, event.OrderOpen, 0, true, false, true}},
		{"order.validated", "waiting", "", want{event.OrderPlaced, event.OrderOpen, 0, true, false, true}},
		{"order.validated", "error", "", want{Kind: event.PaymentFailed}},
		{"order.status", "error", `"is_paid":true,`, want{event.OrderUpdated, event.OrderOpen, 0, true, false, true}},
		{"order.status", "", "", want{event.OrderUpdated, event.OrderOpen, 0, false, false, true}},
		{"order.status", "", `"is_paid":"1",`, want{event.OrderUpdated, event.OrderOpen, 0, true, false, true}},
		{"order.status", "cancelled", "", want{event.OrderCancelled, event.OrderVoid, 0, true, true, true}},
		{"order.status", "cancelled", `"is_paid":true,`, want{event.OrderCancelled, event.OrderVoid, 0, true, false, true}},
		{"order.status", "refunded", "", want{event.OrderRefunded, event.OrderVoid, 6820, true, false, true}},
		{"order.refunded", "paid", `"refunded_tax_incl":"8.200000",`, want{event.OrderRefunded, event.OrderOpen, 820, true, false, true}},
		{"order.refunded", "paid", `"refunded_tax_incl":"99",`, want{event.OrderRefunded, event.OrderVoid, 6820, true, false, true}},
		{"order.validated", "paid", `"source":"admin",`, want{event.OrderPlaced, event.OrderOpen, 0, false, false, true}},
	} {
		e := parse(t, order(c.topic, c.kind, c.extra))
		got := want{Kind: e.Kind}
		if o := e.Order; o != nil {
			got = want{e.Kind, o.Status, o.Refunded.Minor, o.Creditable, o.Unpaid, true}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s %s %s: %s", c.topic, c.kind, c.extra, diff)
		}
	}
}

// The lists of ps_eventbus, as its own tests hold them.
func TestEventbus(t *testing.T) {
	t.Parallel()
	es, err := prestashop.New().Parse(deliver(`[
	{"action":"upsert","collection":"carts","properties":{"id_cart":"1","created_at":"2024-06-10T02:27:30+0200","updated_at":"2024-06-10T02:27:30+0200"}},
	{"action":"upsert","collection":"cart_products","properties":{"id_cart":"1","id_product":"2","id_product_attribute":"10","quantity":1}},
	{"action":"upsert","collection":"orders","properties":{"id_order":1,"reference":"XKBKNABJK","id_customer":2,"id_cart":"1","current_state":6,
	 "total_paid_tax_incl":68.2,"currency":"EUR","created_at":"2024-10-26T00:32:43+0200","updated_at":"2024-10-26T00:32:43+0200","is_paid":false,"refund":0,
	 "invoice_date":"0000-00-00 00:00:00","total_paid_tax":1.4000000000000057}},
	{"action":"upsert","collection":"orders","properties":{"id_order":3,"id_cart":"3","current_state":8,"currency":"EUR","total_paid_tax_incl":21.3}},
	{"action":"upsert","collection":"orders","properties":{"id_order":0}}, {"action":"delete","collection":"orders","properties":{"id_order":3}}, 7, null]`))
	if err != nil {
		t.Fatal(err)
	}
	want := []event.Kind{event.CartViewed, event.Unknown, event.OrderCancelled, event.PaymentFailed, event.Unknown, event.Unknown, event.Unknown, event.Unknown}
	if diff := cmp.Diff(want, platformtest.Kinds(es)); diff != "" {
		t.Error(diff)
	}
	if o := es[2].Order; !o.Unpaid || o.Total != eur(6820) || es[2].Links[1] != (event.Link{Kind: event.LinkCart, Value: "1"}) {
		t.Errorf("%+v, %+v", o, es[2].Links)
	}
}

func TestOthers(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]event.Kind{
		`{"topic":"customer.consent","customer":{"email":"a@b.example","newsletter":{"answer":false,"at":"2026-05-02T09:00:00Z"}}}`: event.ConsentChanged,
		`{"topic":"customer.consent","customer":{"email":"a@b.example"}}`:                                                           event.Unknown,
		`{"topic":"privacy.erase","customer":{"id_customer":7}}`:                                                                    event.SubjectErase,
		`{"topic":"privacy.export","customer":{"email":"a@b.example"}}`:                                                             event.SubjectExport,
		`{"topic":"ping"}`: event.Unknown,
		`{}`:               event.Unknown,
	} {
		if e := parse(t, body); e.Kind != want || strings.Contains(e.DedupeKey, "@") {
			t.Errorf("%s: %s, %s", body, e.Kind, e.DedupeKey)
		}
	}
	if parse(t, cart).DedupeKey == parse(t, strings.Replace(cart, `"revision":3`, `"revision":4`, 1)).DedupeKey {
		t.Error("another revision has the same key")
	}
}

func TestBadBodies(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]struct {
		code  fault.Code
		field string
	}{
		`{"topic":"cart.saved"`:                                                      {fault.Invalid, ""},
		`{"topic":"cart.saved"}`:                                                     {fault.Unprocessable, "cart.id_cart"},
		`{"topic":"order.status","order":[]}`:                                        {fault.Unprocessable, "order.id_order"},
		`{"topic":"privacy.erase"}`:                                                  {fault.Unprocessable, "customer"},
		strings.Replace(cart, `"products":[`, `"products":null,"x":[`, 1):            {fault.Unprocessable, "cart.products"},
		strings.Replace(cart, `"products":[`, `"products":"","x":[`, 1):              {fault.Unprocessable, "cart.products"},
		strings.Replace(cart, `"cart_quantity":"2"`, `"cart_quantity":"-2"`, 1):      {fault.Unprocessable, "cart.products[0].quantity"},
		strings.Replace(cart, `"currency":"EUR"`, `"currency":"EURO"`, 1):            {fault.Unprocessable, "cart.currency"},
		strings.Replace(order("order.status", "paid", ""), `"68.200000"`, `"-1"`, 1): {fault.Unprocessable, "order.total_paid_tax_incl"},
		`[{"action":"upsert","collection":"orders","properties":{"id_order":0}}]`:    {fault.Unprocessable, "order.id_order"},
	} {
		_, err := prestashop.New().Parse(deliver(body))
		if f, ok := err.(*fault.Error); !ok || f.Code != want.code || f.Field != want.field {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	for told, want := range map[string]string{
		"https://shop.example/r?cartograph_key=1": "https://shop.example/r?cartograph_coupon=A+B&cartograph_key=1",
		"https://shop.example/r":                  "https://shop.example/r",
		"":                                        "",
	} {
		if got, err := prestashop.New().Open(t.Context(), platform.API{}, platform.Closed{RestoreURL: told, Coupon: "A B"}); err != nil || got != want {
			t.Errorf("%s: %s, %v", told, got, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(cart)
	f.Add(order("order.status", "cancelled", `"is_paid":true,`))
	f.Add(`[{"action":"upsert","collection":"carts","properties":{"id_cart":"1"}},{"collection":"orders","action":"upsert","properties":{"id_order":1}},7]`)
	f.Add(`{"topic":"privacy.erase","customer":{"email":"a@b.example"}}`)
	f.Add(order("listed/order", "paid", `"slips":[{"total_products_tax_incl":"8.2","total_shipping_tax_incl":"1"}],`))
	f.Fuzz(func(t *testing.T, body string) { platformtest.Parses(t, prestashop.New(), deliver(body)) })
}

func FuzzVerify(f *testing.F) {
	f.Add(cart, uint(3), byte(1))
	f.Fuzz(func(t *testing.T, body string, at uint, mask byte) {
		if mask == 0x20 { // Hexadecimal digits say the same in both cases.
			mask = 1
		}
		platformtest.Unforgeable(t, prestashop.New(), deliver(body), "X-Cartograph-Signature", secret, at, mask)
	})
}

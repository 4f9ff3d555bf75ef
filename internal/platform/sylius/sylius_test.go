package sylius_test

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
	"github.com/cartograph-dev/cartograph/internal/platform/sylius"
	"github.com/cartograph-dev/cartograph/internal/platform/sylius/story"
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
	es, err := sylius.New().Parse(deliver(body))
	if err != nil || len(es) != 1 {
		t.Fatalf("%d events, %v", len(es), err)
	}
	platformtest.Sound(t, es[0])
	return es[0]
}

func TestStories(t *testing.T) {
	t.Parallel()
	for _, f := range conformance.Check(t.Context(), story.Platform(), received) {
		t.Error(f)
	}
}

// order is an order of a state; extra goes before its other fields.
func order(state, paymentState, payments, extra string) string {
	return `{"topic":"order","at":"2026-05-02T09:31:00Z","order":{` + extra + `"id":7,"tokenValue":"tok","number":"000000001","state":"` + state + `",
	"checkoutState":"completed","paymentState":"` + paymentState + `","payments":` + payments + `,"currencyCode":"USD","localeCode":"en_US","total":6500,
	"createdAt":"2026-05-02T09:00:00+00:00","updatedAt":"2026-05-02T09:30:00+00:00","checkoutCompletedAt":"2026-05-02T09:20:00+00:00",
	"items":[{"product":"MUG","variant":"MUG_BLUE","productName":"Mug","variantName":"Blue","quantity":3,"unitPrice":2000,"subtotal":6000}],
	"promotionCoupon":"SPRING","customer":{"id":31,"email":"Ann@Example.com","firstName":"Ann","lastName":"Oz","subscribedToNewsletter":true},
	"billingAddress":{"firstName":"Bob","phoneNumber":"(415) 555-2671","countryCode":"US","provinceCode":"US-CA"},"restoreUrl":"https://shop.example/cartograph/restore/tok/key"}}`
}

func TestCart(t *testing.T) {
	t.Parallel()
	usd := func(n int64) money.Money { return money.Money{Minor: n, Currency: "USD"} }
	want := event.Event{
		ShopID: "shop-1", Platform: "sylius", Topic: "order", Kind: event.CheckoutUpdated, ReceivedAt: received,
		OccurredAt: time.Date(2026, 5, 2, 9, 31, 0, 0, time.UTC), StartedAt: time.Date(2026, 5, 2, 9, 0, 0, 0, time.UTC),
		Links: []event.Link{{Kind: event.LinkCart, Value: "7"}, {Kind: event.LinkCart, Value: "tok"}},
		Person: event.Person{FirstName: "Ann", LastName: "Oz", Country: "US", Region: "CA", Locale: "en-US", Keys: []event.Key{
			{Kind: event.KeyCustomer, Value: "31"}, {Kind: event.KeyEmail, Value: "ann@example.com"}, {Kind: event.KeyPhone, Value: "+14155552671"}}},
		Contents: &event.Contents{Total: usd(6500), Coupons: []string{"SPRING"}, Items: []event.Item{{ProductID: "MUG", VariantID: "MUG_BLUE", SKU: "MUG_BLUE",
			Title: "Mug", Variant: "Blue", Quantity: 3, Price: usd(2000), LineTotal: usd(6000)}}},
		RestoreURL: "https://shop.example/cartograph/restore/tok/key",
	}
	got := parse(t, order("cart", "cart", "[]", ""))
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(event.Event{}, "DedupeKey")); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(got.DedupeKey, "tok:") {
		t.Error("the key holds the token")
	}
	if e := parse(t, strings.Replace(order("cart", "cart", "[]", ""), `"checkoutState":"completed"`, `"checkoutState":"cart"`, 1)); e.Kind != event.CartUpdated {
		t.Errorf("before the checkout it is %s", e.Kind)
	}
}

// Sylius counts in hundredths whatever the currency.
func TestHundredths(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		currency, sent string
		want           int64
		notes          int
	}{{"EUR", "6500", 6500, 0}, {"EUR", "5", 5, 0}, {"JPY", "198000", 1980, 0}, {"JPY", "198050", 1981, 1}, {"KWD", "312", 3120, 0}, {"EUR", `"6500"`, 6500, 0}} {
		body := strings.NewReplacer(`"USD"`, `"`+c.currency+`"`, `"total":6500`, `"total":`+c.sent).Replace(order("cart", "cart", "[]", ""))
		e := parse(t, body)
		if e.Contents.Total != (money.Money{Minor: c.want, Currency: c.currency}) || len(e.Notes) != c.notes {
			t.Errorf("%s %s: %+v, %v", c.sent, c.currency, e.Contents.Total, e.Notes)
		}
	}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	type want struct {
		Kind               event.Kind
		Status             event.OrderStatus
		Refunded           int64
		Creditable, Unpaid bool
	}
	const online, failed, offline = `[{"state":"new","offline":false}]`, `[{"state":"failed"},{"state":"new"}]`, `[{"state":"new","offline":true}]`
	const done = `[{"state":"completed","amount":6500}]`
	for _, c := range []struct {
		state, paymentState, payments, extra string
		want                                 want
	}{
		{"new", "awaiting_payment", online, "", want{Kind: event.CheckoutUpdated}},
		{"new", "awaiting_payment", failed, "", want{Kind: event.PaymentFailed}},
		{"new", "awaiting_payment", offline, "", want{event.OrderPlaced, event.OrderOpen, 0, true, false}},
		{"new", "awaiting_payment", "[]", "", want{event.OrderPlaced, event.OrderOpen, 0, true, false}},
		{"new", "awaiting_payment", `[{"state":"processing"}]`, "", want{event.OrderPlaced, event.OrderOpen, 0, true, false}},
		{"new", "authorized", `[{"state":"authorized"}]`, "", want{event.OrderPlaced, event.OrderOpen, 0, true, false}},
		{"new", "paid", done, "", want{event.OrderPlaced, event.OrderOpen, 0, true, false}},
		{"new", "paid", done, `"source":"admin",`, want{event.OrderPlaced, event.OrderOpen, 0, false, false}},
		{"fulfilled", "paid", done, "", want{event.OrderUpdated, event.OrderOpen, 0, true, false}},
		{"cancelled", "cancelled", `[{"state":"cancelled"}]`, "", want{event.OrderCancelled, event.OrderVoid, 0, true, true}},
		{"cancelled", "refunded", `[{"state":"refunded","amount":6500}]`, "", want{event.OrderCancelled, event.OrderVoid, 6500, true, false}},
		{"fulfilled", "refunded", done, "", want{event.OrderRefunded, event.OrderVoid, 6500, true, false}},
		{"fulfilled", "partially_refunded", `[{"state":"completed"},{"state":"refunded","amount":500}]`, "", want{event.OrderRefunded, event.OrderOpen, 500, true, false}},
		{"fulfilled", "partially_refunded", done, "", want{event.OrderRefunded, event.OrderOpen, 0, true, false}},
	} {
		e := parse(t, order(c.state, c.paymentState, c.payments, c.extra))
		got := want{Kind: e.Kind}
		if o := e.Order; o != nil {
			got = want{e.Kind, o.Status, o.Refunded.Minor, o.Creditable, o.Unpaid}
			if o.ID != "7" || e.Links[2] != (event.Link{Kind: event.LinkOrder, Value: "7"}) || e.RestoreURL != "" {
				t.Errorf("%+v, %+v", o, e.Links)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s %s %s: %s", c.state, c.paymentState, c.payments, diff)
		}
	}
}

func TestOthers(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]event.Kind{
		`{"topic":"order.removed","order":{"tokenValue":"tok","state":"cart"}}`:                                                                 event.CartDeleted,
		`{"topic":"order.removed","order":{"tokenValue":"tok","state":"new"}}`:                                                                  event.Unknown,
		`{"topic":"customer","customer":{"email":"a@b.example","subscribedToNewsletter":false,"subscriptionChangedAt":"2026-05-02T09:00:00Z"}}`: event.ConsentChanged,
		`{"topic":"customer","customer":{"email":"a@b.example","subscribedToNewsletter":true}}`:                                                 event.Unknown,
		`{"topic":"customer.removed","customer":{"email":"a@b.example"}}`:                                                                       event.SubjectErase,
		`{"topic":"ping"}`: event.Unknown,
		`{}`:               event.Unknown,
	} {
		if e := parse(t, body); e.Kind != want {
			t.Errorf("%s: %s", body, e.Kind)
		}
	}
}

func TestBadBodies(t *testing.T) {
	t.Parallel()
	cart := order("cart", "cart", "[]", "")
	for body, field := range map[string]string{
		`{"topic":"order"}`:                                                              "order.id",
		`{"topic":"customer.removed"}`:                                                   "customer",
		strings.Replace(cart, `"state":"cart"`, `"state":""`, 1):                         "order.state",
		strings.Replace(cart, `"items":[`, `"items":null,"x":[`, 1):                      "order.items",
		strings.Replace(cart, `"items":[`, `"items":"a","x":[`, 1):                       "order.items",
		strings.Replace(cart, `"unitPrice":2000`, `"unitPrice":-2000`, 1):                "order.items[0].price",
		strings.Replace(cart, `"currencyCode":"USD"`, `"currencyCode":"XXZ"`, 1):         "order.currencyCode",
		strings.Replace(order("new", "paid", "[]", ""), `"total":6500`, `"total":-1`, 1): "order.total",
	} {
		_, err := sylius.New().Parse(deliver(body))
		if f, ok := err.(*fault.Error); !ok || f.Code != fault.Unprocessable || f.Field != field {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	for told, want := range map[string]string{
		"https://shop.example/cartograph/restore/tok/key": "https://shop.example/cartograph/restore/tok/key?coupon=A+B",
		"https://shop.example/en_US/order/tok":            "https://shop.example/en_US/order/tok",
		"":                                                "",
	} {
		if got, err := sylius.New().Open(t.Context(), platform.API{}, platform.Closed{RestoreURL: told, Coupon: "A B"}); err != nil || got != want {
			t.Errorf("%s: %s, %v", told, got, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(order("cart", "cart", "[]", ""))
	f.Add(order("cancelled", "refunded", `[{"state":"refunded","amount":6500}]`, ""))
	f.Add(`{"topic":"customer.removed","customer":{"email":"a@b.example"}}`)
	f.Add(strings.Replace(order("new", "awaiting_payment", `[{"state":"new","offline":false}]`, ""), `"order"`, `"listed/order"`, 1))
	f.Fuzz(func(t *testing.T, body string) { platformtest.Parses(t, sylius.New(), deliver(body)) })
}

func FuzzVerify(f *testing.F) {
	f.Add(order("cart", "cart", "[]", ""), uint(3), byte(1))
	f.Fuzz(func(t *testing.T, body string, at uint, mask byte) {
		if mask == 0x20 { // Hexadecimal digits say the same in both cases.
			mask = 1
		}
		platformtest.Unforgeable(t, sylius.New(), deliver(body), "X-Cartograph-Signature", secret, at, mask)
	})
}

package vendure_test

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
	"github.com/cartograph-dev/cartograph/internal/platform/vendure"
)

const secret = "vendure-fixture-secret"

var received = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

func deliver(body string) event.Delivery {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(body))
	return event.Delivery{Header: map[string][]string{"X-Cartograph-Signature": {"sha256=" + hex.EncodeToString(h.Sum(nil))}},
		Body: []byte(body), ReceivedAt: received, ShopID: "shop-1", Domain: "shop.example", Currency: "USD", Country: "FR", Locale: "fr"}
}

func parse(t *testing.T, body string) event.Event {
	t.Helper()
	es, err := vendure.New().Parse(deliver(body))
	if err != nil || len(es) != 1 {
		t.Fatalf("%d events, %v: %s", len(es), err, body)
	}
	platformtest.Sound(t, es[0])
	return es[0]
}

func usd(n int64) money.Money { return money.Money{Minor: n, Currency: "USD"} }

// recorded gives what the companion posted from a running Vendure 3.7.3, as its
// own test recorded it: see companion/test/shop.test.ts.
func recorded(t testing.TB) (all []event.Delivery) {
	t.Helper()
	file, err := os.Open("testdata/recorded.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var one struct{ Signature, Body string }
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			t.Fatal(err)
		}
		d := deliver(one.Body)
		d.Header["X-Cartograph-Signature"] = []string{one.Signature}
		all = append(all, d)
	}
	return all
}

// The first order of the recording is filled, gets a person, an address and
// shipping, is declined, paid, refunded in part and cancelled; then one is
// emptied, one is made by staff, one is told again after two refusals.
func TestRecorded(t *testing.T) {
	t.Parallel()
	kinds := map[string][]event.Kind{}
	last := map[string]event.Event{}
	for _, d := range recorded(t) {
		if err := vendure.New().Verify(d, []string{secret}); err != nil {
			t.Errorf("%s: %v", d.Body, err)
		}
		e := parse(t, string(d.Body))
		at := e.Topic
		if len(e.Links) > 0 {
			at = e.Links[len(e.Links)-1].Value
		}
		if ks := kinds[at]; len(ks) == 0 || ks[len(ks)-1] != e.Kind {
			kinds[at] = append(ks, e.Kind)
		}
		last[at] = e
	}
	if diff := cmp.Diff(map[string][]event.Kind{
		"T_1": {event.CartUpdated, event.CheckoutUpdated, event.PaymentFailed, event.OrderUpdated, event.OrderPlaced, event.OrderRefunded, event.OrderCancelled},
		"T_2": {event.CartUpdated}, "T_4": {event.CartUpdated},
		// A draft is none of ours until it is placed.
		"OrderEvent": {event.Unknown}, "OrderStateTransitionEvent": {event.Unknown},
		"T_3":                   {event.OrderUpdated, event.OrderPlaced},
		"CustomerEvent.deleted": {event.SubjectErase},
	}, kinds); diff != "" {
		t.Error(diff)
	}
	if o := last["T_1"].Order; o.Total != usd(3490) || o.Refunded != usd(525) || o.Status != event.OrderVoid || !o.Creditable {
		t.Errorf("the cancelled order: %+v", o)
	}
	if it := last["T_1"].Contents.Items[0]; it.Title != "Stoneware Mug" || it.Variant != "Blue" || it.Quantity != 2 || it.Price != usd(1500) || it.URL != "https://shop.example/product/mug" {
		t.Errorf("its line: %+v", it)
	}
	if o := last["T_3"].Order; o.Creditable || o.Source != "admin" {
		t.Errorf("the order of staff: %+v", o)
	}
	if c := last["T_2"].Contents; c == nil || len(c.Items) != 0 {
		t.Errorf("the emptied cart: %+v", c)
	}
	keys := last["T_1"].Person.Keys
	if len(keys) != 3 || keys[1].Value != "kim@example.com" || keys[2].Value != "+33612345678" {
		t.Errorf("who bought: %+v", keys)
	}
}

const order = `{"event":"OrderPlacedEvent","occurredAt":"2026-11-23T00:43:45.686Z","languageCode":"pt_BR","moneyPrecision":2,"order":{"id":"1","code":"ABC","state":"PaymentSettled","active":false,` +
	`"type":"Regular","fromDraft":false,"createdAt":"2026-11-23T00:43:43.000Z","updatedAt":"2026-11-23T00:43:43.000Z","orderPlacedAt":"2026-11-23T00:43:45.000Z","currencyCode":"USD","totalWithTax":3490,` +
	`"couponCodes":["WELCOME"],"customer":{"id":"2","emailAddress":"kim@example.com","firstName":"Kim","lastName":"Roux"},"shippingAddress":{"fullName":"Kim Roux","phoneNumber":"0612345678","countryCode":"FR","province":""},"billingAddress":null,` +
	`"lines":[{"quantity":2,"orderPlacedQuantity":2,"unitPriceWithTax":1500,"proratedLinePriceWithTax":3000,"productVariant":{"id":"7","sku":"MUG","name":"Mug Blue","product":{"id":"3","name":"Mug"}}}],` +
	`"payments":[{"state":"Settled","amount":3490,"refunds":[{"state":"Settled","total":0},{"state":"Failed","total":999}]}]}}`

func changed(body string, changes ...string) string {
	for i := 0; i < len(changes); i += 2 {
		body = strings.Replace(body, changes[i], changes[i+1], 1)
	}
	return body
}

// cart is the order before it was placed.
func cart(changes ...string) string {
	return changed(changed(order, `OrderPlacedEvent`, `OrderLineEvent`, `"PaymentSettled","active":false`, `"AddingItems","active":true`,
		`"orderPlacedAt":"2026-11-23T00:43:45.000Z"`, `"orderPlacedAt":null`, `"payments":[{"state":"Settled"`, `"payments":[{"state":"Declined"`), changes...)
}

func TestOrderMeanings(t *testing.T) {
	t.Parallel()
	type want struct {
		kind            event.Kind
		status          event.OrderStatus
		total, refunded int64
		creditable      bool
	}
	for _, c := range []struct {
		name   string
		change []string
		want   want
	}{
		{"placed", nil, want{event.OrderPlaced, event.OrderOpen, 3490, 0, true}},
		{"authorized", []string{"PaymentSettled", "PaymentAuthorized", `"state":"Settled","amount"`, `"state":"Authorized","amount"`}, want{event.OrderPlaced, event.OrderOpen, 3490, 0, true}},
		{"shipped", []string{"OrderPlacedEvent", "OrderStateTransitionEvent", "PaymentSettled", "Shipped"}, want{event.OrderUpdated, event.OrderOpen, 3490, 0, true}},
		{"a state of the shop's own", []string{"OrderPlacedEvent", "OrderStateTransitionEvent", "PaymentSettled", "Packing"}, want{event.OrderUpdated, event.OrderOpen, 3490, 0, true}},
		{"a part refunded", []string{`"total":0`, `"total":525`}, want{event.OrderRefunded, event.OrderOpen, 3490, 525, true}},
		{"refunded in full", []string{`"total":0`, `"total":3490`}, want{event.OrderRefunded, event.OrderVoid, 3490, 3490, true}},
		{"cancelled", []string{"PaymentSettled", "Cancelled", `"totalWithTax":3490`, `"totalWithTax":0`, `"quantity":2`, `"quantity":0`}, want{event.OrderCancelled, event.OrderVoid, 3490, 0, true}},
		{"made by staff", []string{`"fromDraft":false`, `"fromDraft":true`}, want{event.OrderPlaced, event.OrderOpen, 3490, 0, false}},
		{"made by staff, by its history", []string{`"fromDraft":false`, `"history":{"items":[{"data":{"from":"Created"}},{"data":{"from":"Draft"}}]}`}, want{event.OrderPlaced, event.OrderOpen, 3490, 0, false}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := parse(t, changed(order, c.change...))
			got := want{e.Kind, e.Order.Status, e.Order.Total.Minor, e.Order.Refunded.Minor, e.Order.Creditable}
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Error(diff)
			}
			if e.Contents.Items[0].Quantity != 2 || e.Person.Locale != "pt-BR" || e.Order.ID != "ABC" {
				t.Errorf("got %+v", e)
			}
		})
	}
}

func TestCartMeanings(t *testing.T) {
	t.Parallel()
	nowhere := []string{`"shippingAddress":{"fullName":"Kim Roux","phoneNumber":"0612345678","countryCode":"FR","province":""}`, `"shippingAddress":null`}
	for _, c := range []struct {
		name, body string
		kind       event.Kind
	}{
		{"a cart", cart(nowhere...), event.CartUpdated},
		{"an address of nothing", cart(nowhere[0], `"shippingAddress":{"fullName":null,"phoneNumber":null}`), event.CartUpdated},
		{"with an address", cart(), event.CheckoutUpdated},
		{"about to be paid", cart(append(nowhere, "AddingItems", "ArrangingPayment")...), event.CheckoutUpdated},
		{"declined", cart(`"moneyPrecision"`, `"payment":{"state":"Declined"},"moneyPrecision"`), event.PaymentFailed},
		{"a draft of staff", cart(`"AddingItems","active":true`, `"Draft","active":false`), event.Unknown},
		{"a draft about to be paid", cart(`"AddingItems","active":true`, `"ArrangingPayment","active":false`), event.Unknown},
		{"a draft on its way to its payment", cart(`"AddingItems"`, `"ArrangingPayment"`, `"fromDraft":false`, `"fromDraft":true`), event.Unknown},
		{"cancelled before it was placed", cart("AddingItems", "Cancelled"), event.CartDeleted},
		{"deleted", `{"event":"OrderEvent.deleted","occurredAt":"2026-11-23T00:43:45Z","order":{"code":"ABC","active":false,"deleted":true}}`, event.CartDeleted},
		{"a seller's part", cart("Regular", "Seller"), event.Unknown},
		{"nothing known", `{"event":"ProductEvent"}`, event.Unknown},
		{"nothing at all", `{}`, event.Unknown},
	} {
		if e := parse(t, c.body); e.Kind != c.kind || e.Order != nil || c.kind == event.Unknown && len(e.Links) != 0 {
			t.Errorf("%s: %s, want %s: %+v", c.name, e.Kind, c.kind, e)
		}
	}
}

// Vendure's whole numbers have the decimals of the money strategy, whatever the currency.
func TestMoney(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		precision, currency string
		want                int64
		notes               int
	}{
		{`"moneyPrecision":2`, "USD", 3490, 0},
		{`"x":2`, "USD", 3490, 0},
		{`"moneyPrecision":3`, "KWD", 3490, 0},
		{`"moneyPrecision":2`, "KWD", 34900, 0},
		{`"moneyPrecision":3`, "USD", 349, 0},
		{`"moneyPrecision":0`, "JPY", 3490, 0},
		{`"moneyPrecision":2`, "JPY", 35, 1},
		{`"moneyPrecision":4`, "USD", 35, 1},
		{`"moneyPrecision":5`, "USD", 3, 1},
		{`"moneyPrecision":99`, "USD", 3490, 0},
		{`"moneyPrecision":"nonsense"`, "USD", 3490, 0},
	} {
		e := parse(t, cart(`"moneyPrecision":2`, c.precision, `"currencyCode":"USD"`, `"currencyCode":"`+c.currency+`"`))
		if e.Contents.Total != (money.Money{Minor: c.want, Currency: c.currency}) || c.notes == 0 && len(e.Notes) != 0 || c.notes > 0 && len(e.Notes) == 0 {
			t.Errorf("%s in %s: %v, notes %v", c.precision, c.currency, e.Contents.Total, e.Notes)
		}
	}
}

func TestWho(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change []string
		keys   int
	}{
		"the shopper's own parcel":   {nil, 3},
		"a present":                  {[]string{`"fullName":"Kim Roux"`, `"fullName":"Bo Lee"`}, 2},
		"nobody's name":              {[]string{`"fullName":"Kim Roux"`, `"fullName":""`}, 3},
		"the customer's phone first": {[]string{`"emailAddress"`, `"phoneNumber":"+33699999999","emailAddress"`, `"fullName":"Kim Roux"`, `"fullName":"Bo Lee"`}, 3},
		"nobody": {[]string{`{"id":"2","emailAddress":"kim@example.com","firstName":"Kim","lastName":"Roux"}`, "null",
			`"phoneNumber":"0612345678"`, `"phoneNumber":""`}, 0},
	} {
		if e := parse(t, cart(c.change...)); len(e.Person.Keys) != c.keys {
			t.Errorf("%s: %+v", name, e.Person.Keys)
		}
	}
}

func TestErasure(t *testing.T) {
	t.Parallel()
	e := parse(t, `{"event":"CustomerEvent.deleted","occurredAt":"2026-11-23T00:43:45Z","customer":{"id":"T_9","emailAddress":"Gone@example.com"}}`)
	want := []event.Key{{Kind: event.KeyCustomer, Value: "T_9"}, {Kind: event.KeyEmail, Value: "gone@example.com"}}
	if diff := cmp.Diff(want, e.Privacy.Keys); diff != "" || strings.Contains(e.DedupeKey, "T_9") || len(e.Person.Keys) != 0 {
		t.Errorf("%+v\n%s", e, diff)
	}
}

func TestDedupe(t *testing.T) {
	t.Parallel()
	key := func(body string) string { return parse(t, body).DedupeKey }
	first, again := key(order), key(order)
	if first != again {
		t.Error("a repeat has another key")
	}
	for name, other := range map[string]string{
		"another moment": key(changed(order, "45.686", "45.687")),
		"another event":  key(changed(order, "OrderPlacedEvent", "OrderStateTransitionEvent")),
		"another order":  key(changed(order, "ABC", "ABD")),
	} {
		if other == first {
			t.Errorf("%s has the same key", name)
		}
	}
}

func TestBadBodies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body string
		code       fault.Code
		field      string
	}{
		{"truncated", order[:40], fault.Invalid, ""},
		{"the empty body of another plugin", "", fault.Invalid, ""},
		{"a list", `[]`, fault.Unprocessable, ""},
		{"no code", `{"event":"OrderEvent","order":{"id":"1"}}`, fault.Unprocessable, "order.code"},
		{"nobody", `{"event":"CustomerEvent.deleted","customer":{}}`, fault.Unprocessable, "customer"},
		{"unknown currency", changed(order, `"USD"`, `"XXZ"`), fault.Unprocessable, "order.currencyCode"},
		{"a fraction", changed(order, `"totalWithTax":3490`, `"totalWithTax":"1,5"`), fault.Unprocessable, "order.totalWithTax"},
		{"negative total", changed(order, `"totalWithTax":3490`, `"totalWithTax":-3490`), fault.Unprocessable, "order.totalWithTax"},
		{"negative refund", changed(order, `"total":0`, `"total":-1`), fault.Unprocessable, "order.payments.refunds.total"},
		{"lines that are no list", changed(order, `"lines":[`, `"lines":7,"x":[`), fault.Unprocessable, "order.lines"},
		{"a cart's bad line", cart(`"quantity":2`, `"quantity":0`), fault.Unprocessable, "order.lines[0].quantity"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := vendure.New().Parse(deliver(c.body))
			if f, ok := err.(*fault.Error); !ok || f.Code != c.code || f.Field != c.field {
				t.Errorf("got %v, want %s in %q", err, c.code, c.field)
			}
		})
	}
}

func TestUntoldLinesAreNotAnEmptiedCart(t *testing.T) {
	t.Parallel()
	if e := parse(t, cart(`"lines":[`, `"lines":null,"x":[`)); e.Contents != nil || len(e.Notes) != 1 {
		t.Errorf("got %+v", e)
	}
}

func FuzzParse(f *testing.F) {
	for i, d := range recorded(f) {
		if i%4 == 0 {
			f.Add(string(d.Body))
		}
	}
	f.Add(order)
	f.Add(cart())
	f.Fuzz(func(t *testing.T, body string) { platformtest.Parses(t, vendure.New(), deliver(body)) })
}

func FuzzVerify(f *testing.F) {
	f.Add(order, uint(3), byte(1))
	f.Add("", uint(70), byte(4))
	f.Fuzz(func(t *testing.T, body string, at uint, mask byte) {
		if mask == 0x20 { // hexadecimal digits say the same in both cases
			mask = 1
		}
		platformtest.Unforgeable(t, vendure.New(), deliver(body), "X-Cartograph-Signature", secret, at, mask)
	})
}

package medusa_test

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
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/medusa"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
)

const secret = "medusa-fixture-secret"

var received = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

func deliver(body string) event.Delivery {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(body))
	return event.Delivery{Header: map[string][]string{"X-Cartograph-Signature": {"sha256=" + hex.EncodeToString(h.Sum(nil))}},
		Body: []byte(body), ReceivedAt: received, ShopID: "shop-1", Domain: "store.example", Currency: "EUR", Country: "FR", Locale: "fr"}
}

func parse(t *testing.T, body string) event.Event {
	t.Helper()
	es, err := medusa.New().Parse(deliver(body))
	if err != nil || len(es) != 1 {
		t.Fatalf("%d events, %v: %s", len(es), err, body)
	}
	platformtest.Sound(t, es[0])
	return es[0]
}

// recorded gives what the companion posted from a running Medusa 2.21.2: a cart
// that is filled, gets an address, a coupon and shipping, is bought, refunded in
// part and cancelled; one that is emptied; an order of staff; a deleted customer;
// and a cart whose first delivery was answered 503.
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

func eur(n int64) money.Money { return money.Money{Minor: n, Currency: "EUR"} }

func TestRecorded(t *testing.T) {
	t.Parallel()
	type seen struct {
		Topic    string
		Kind     event.Kind
		Items    int
		Total    money.Money
		Refunded int64
		Credited bool
	}
	var got []seen
	for _, d := range recorded(t) {
		if err := medusa.New().Verify(d, []string{secret}); err != nil {
			t.Errorf("%s: %v", d.Body, err)
		}
		e := parse(t, string(d.Body))
		s := seen{Topic: e.Topic, Kind: e.Kind}
		if e.Contents != nil {
			s.Items, s.Total = len(e.Contents.Items), e.Contents.Total
		}
		if e.Order != nil {
			s.Total, s.Refunded, s.Credited = e.Order.Total, e.Order.Refunded.Minor, e.Order.Creditable
		}
		got = append(got, s)
	}
	want := []seen{
		{"cart.created", event.CartUpdated, 0, eur(0), 0, false},
		{"cart.updated", event.CartUpdated, 1, eur(1250), 0, false},
		{"cart.updated", event.CartUpdated, 1, eur(2500), 0, false},
		{"cart.updated", event.CheckoutUpdated, 1, eur(2700), 0, false},
		{"cart.updated", event.CheckoutUpdated, 1, eur(3288), 0, false},
		{"order.placed", event.OrderPlaced, 1, eur(3288), 0, true},
		{"payment.refunded", event.OrderRefunded, 1, eur(3288), 525, true},
		{"order.canceled", event.OrderCancelled, 1, eur(3288), 3288, true},
		{"cart.created", event.CartUpdated, 1, eur(3750), 0, false},
		{"cart.updated", event.CartUpdated, 0, eur(0), 0, false},
		{"order.placed", event.OrderPlaced, 1, eur(1250), 0, false},
		{"customer.deleted", event.SubjectErase, 0, money.Money{}, 0, false},
		{"cart.created", event.CartUpdated, 1, eur(1250), 0, false},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The last cart before the purchase, field by field.
func TestRecordedCart(t *testing.T) {
	t.Parallel()
	e := parse(t, string(recorded(t)[4].Body))
	cart := e.Links[0].Value
	want := event.Event{
		ShopID: "shop-1", Platform: "medusa", Topic: "cart.updated", Kind: event.CheckoutUpdated, ReceivedAt: received,
		Links:      []event.Link{{Kind: event.LinkCart, Value: cart}},
		RestoreURL: "https://store.example/fr/cart/recover/" + cart,
		Person:     event.Person{FirstName: "Kim", LastName: "Roux", Country: "FR"},
		Contents: &event.Contents{Total: eur(3288), Coupons: []string{"WELCOME2"}, Items: []event.Item{{
			Title: "Stoneware Mug", Variant: "Blue", Quantity: 2, Price: eur(1250), LineTotal: eur(2700), ImageURL: "https://cdn.example/mug.jpg"}}},
	}
	if diff := cmp.Diff(want, e, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(event.Event{}, "DedupeKey", "OccurredAt", "StartedAt"),
		cmpopts.IgnoreFields(event.Item{}, "ProductID", "VariantID", "SKU"), cmpopts.IgnoreFields(event.Person{}, "Keys")); diff != "" {
		t.Error(diff)
	}
	keys := e.Person.Keys
	if len(keys) != 3 || keys[1].Value != "kim@example.com" || keys[2].Value != "+33612345678" {
		t.Errorf("keys %+v", keys)
	}
	// A cart's own updated_at does not move with its lines: the companion's moment does.
	if !e.OccurredAt.After(e.StartedAt.Add(10 * time.Second)) {
		t.Errorf("happened at %v, began at %v", e.OccurredAt, e.StartedAt)
	}
}

const order = `{"event":"order.placed","occurred_at":"2026-11-23T00:10:00.000Z","order":{"id":"order_1","email":"kim@example.com","currency_code":"eur",` +
	`"customer_id":"cus_1","created_at":"2026-11-23T00:09:58.000Z","updated_at":"2026-11-23T00:09:58.000Z","total":20,"item_total":20,"shipping_total":0,` +
	`"display_id":7,"status":"pending","is_draft_order":false,"canceled_at":null,"items":[{"title":"Mug","quantity":2,"unit_price":10,"total":20,"variant_id":"v"}],` +
	`"cart_link":{"cart_id":"cart_1"},"payment_collections":[{"refunded_amount":0}]}}`

func changed(body string, changes ...string) string {
	for i := 0; i < len(changes); i += 2 {
		body = strings.Replace(body, changes[i], changes[i+1], 1)
	}
	return body
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
		{"placed", nil, want{event.OrderPlaced, event.OrderOpen, 2000, 0, true}},
		{"completed", []string{"order.placed", "order.completed", "pending", "completed"}, want{event.OrderUpdated, event.OrderOpen, 2000, 0, true}},
		{"from no cart", []string{`"cart_link":{"cart_id":"cart_1"},`, ""}, want{event.OrderPlaced, event.OrderOpen, 2000, 0, false}},
		{"a part refunded", []string{`"refunded_amount":0`, `"refunded_amount":5.25`, `"total":20,"item`, `"total":14.75,"item`}, want{event.OrderRefunded, event.OrderOpen, 2000, 525, true}},
		{"refunded twice", []string{`{"refunded_amount":0}`, `{"refunded_amount":5},{"refunded_amount":"2.5"}`}, want{event.OrderRefunded, event.OrderOpen, 2000, 750, true}},
		{"refunded in full", []string{`"refunded_amount":0`, `"refunded_amount":20`, `"total":20,"item`, `"total":0,"item`}, want{event.OrderRefunded, event.OrderVoid, 2000, 2000, true}},
		{"more than all of it", []string{`"refunded_amount":0`, `"refunded_amount":25`}, want{event.OrderRefunded, event.OrderVoid, 2000, 2000, true}},
		{"cancelled", []string{"pending", "canceled", `"total":20,"item`, `"total":0,"item`}, want{event.OrderCancelled, event.OrderVoid, 2000, 0, true}},
		{"big numbers", []string{`"total":20,"item_total":20`, `"total":{"value":"20.50","precision":20},"item_total":{"numeric_":"19"}`}, want{event.OrderPlaced, event.OrderOpen, 2050, 0, true}},
		{"noise of a float", []string{`"total":20,"item`, `"total":33.300000000000004,"item`}, want{event.OrderPlaced, event.OrderOpen, 3330, 0, true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := parse(t, changed(order, c.change...))
			got := want{e.Kind, e.Order.Status, e.Order.Total.Minor, e.Order.Refunded.Minor, e.Order.Creditable}
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOtherMessages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body string
		kind       event.Kind
		fetch      int
	}{
		{"a draft", changed(order, `"is_draft_order":false`, `"is_draft_order":true`), event.Unknown, 0},
		{"a draft by its status", changed(order, "pending", "draft"), event.Unknown, 0},
		{"a completed cart", `{"event":"cart.updated","cart":{"id":"c","currency_code":"jpy","total":1980,"completed_at":"2026-11-23T00:10:00Z","items":[]}}`, event.OrderPlaced, 0},
		{"an order's name", `{"event":"order.placed","id":"order_1"}`, event.Unknown, 1},
		{"an order's name in data", `{"event":"order.placed","data":{"id":"order_1"}}`, event.Unknown, 1},
		{"a cart's name", `{"event":"cart.updated","id":"cart_1"}`, event.Unknown, 0},
		{"another event", `{"event":"product.updated","id":"p"}`, event.Unknown, 0},
		{"no event", `{"test":true}`, event.Unknown, 0},
		{"a customer", `{"event":"customer.updated","customer":{"id":"cus_1","email":"A@example.com"}}`, event.ShopperUpdated, 0},
	} {
		e := parse(t, c.body)
		if e.Kind != c.kind || len(e.Fetch) != c.fetch || e.Kind == event.Unknown && (e.Order != nil || len(e.Links) != 0) {
			t.Errorf("%s: %+v", c.name, e)
		}
	}
	e := parse(t, `{"event":"cart.updated","cart":{"id":"c","currency_code":"jpy","total":1980,"completed_at":"2026-11-23T00:10:00Z","items":[]},"restore_url":"https://s.example/r"}`)
	if e.Order.ID != "checkout:c" || e.Order.Creditable || e.Order.Total.Minor != 1980 || e.RestoreURL != "" {
		t.Errorf("a completed cart: %+v", e.Order)
	}
	if e := parse(t, `{"event":"customer.deleted","customer":{"id":"cus_1"}}`); strings.Contains(e.DedupeKey, "cus_1") {
		t.Error("the key would outlive the customer's erasure")
	}
}

func TestWhoAndWhat(t *testing.T) {
	t.Parallel()
	const cart = `{"event":"cart.updated","cart":{"id":"c","currency_code":"kwd","email":"a@example.com","customer_id":"cus_1","items":[{"title":"Mug","product_title":"Mug","variant_title":"Default variant","quantity":1,"unit_price":3.125,"variant_id":"v"}],` +
		`"billing_address":{"first_name":"Ann","last_name":"Lee","phone":null,"country_code":"fr"},"shipping_address":{"first_name":"Bo","last_name":"Lee","phone":"0612345678","country_code":"fr"},` +
		`"promotions":[{"code":"AUTO","is_automatic":true},{"code":"TYPED","is_automatic":false}]}}`
	e := parse(t, cart)
	if it := e.Contents.Items[0]; it.Variant != "" || it.Price != (money.Money{Minor: 3125, Currency: "KWD"}) || e.Contents.Total.Minor != 3125 {
		t.Errorf("line %+v, total %v", it, e.Contents.Total)
	}
	if diff := cmp.Diff([]string{"TYPED"}, e.Contents.Coupons); diff != "" {
		t.Error(diff)
	}
	if len(e.Person.Keys) != 2 {
		t.Errorf("the phone of somebody who gets a present is used: %+v", e.Person.Keys)
	}
	if e := parse(t, changed(cart, `"first_name":"Bo"`, `"first_name":"Ann"`)); len(e.Person.Keys) != 3 {
		t.Errorf("the shopper's own phone is not used: %+v", e.Person.Keys)
	}
	if e := parse(t, changed(cart, `"items":[`, `"items":null,"x":[`)); e.Contents != nil || len(e.Notes) != 1 {
		t.Errorf("untold items: %+v", e.Contents)
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
		"another moment": key(changed(order, "00:10:00", "00:10:01")),
		"another event":  key(changed(order, "order.placed", "order.updated")),
		"another order":  key(changed(order, "order_1", "order_2")),
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
		{"a list", `[]`, fault.Unprocessable, ""},
		{"no order", `{"event":"order.placed"}`, fault.Unprocessable, "order"},
		{"an order without id", `{"event":"order.placed","order":{}}`, fault.Unprocessable, "order.id"},
		{"a cart without id", `{"event":"cart.updated","cart":{}}`, fault.Unprocessable, "cart.id"},
		{"nobody", `{"event":"customer.deleted","customer":{}}`, fault.Unprocessable, "customer"},
		{"unknown currency", changed(order, `"eur"`, `"xxz"`), fault.Unprocessable, "order.currency_code"},
		{"negative total", changed(order, `"item_total":20`, `"item_total":-20`), fault.Unprocessable, "order.item_total"},
		{"negative refund", changed(order, `"refunded_amount":0`, `"refunded_amount":-1`), fault.Unprocessable, "order.payment_collections.refunded_amount"},
		{"items that are no list", changed(order, `"items":[`, `"items":7,"x":[`), fault.Unprocessable, "order.items"},
		{"a cart's bad line", `{"event":"cart.updated","cart":{"id":"c","items":[{"title":"x","quantity":0}]}}`, fault.Unprocessable, "cart.items[0].quantity"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := medusa.New().Parse(deliver(c.body))
			if f, ok := err.(*fault.Error); !ok || f.Code != c.code || f.Field != c.field {
				t.Errorf("got %v, want %s in %q", err, c.code, c.field)
			}
		})
	}
}

// What the plugin @lambdacurry/medusa-webhooks posts carries no signature.
func TestUnsignedIsRefused(t *testing.T) {
	t.Parallel()
	d := deliver(order)
	delete(d.Header, "X-Cartograph-Signature")
	if err := medusa.New().Verify(d, []string{secret}); !fault.Is(err, fault.Unauthorized) {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, d := range recorded(f) {
		f.Add(string(d.Body))
	}
	f.Add(order)
	f.Add(`{"event":"order.placed","data":{"id":"order_1"}}`)
	f.Fuzz(func(t *testing.T, body string) { platformtest.Parses(t, medusa.New(), deliver(body)) })
}

func FuzzVerify(f *testing.F) {
	f.Add(order, uint(3), byte(1))
	f.Add("", uint(70), byte(4))
	f.Fuzz(func(t *testing.T, body string, at uint, mask byte) {
		if mask == 0x20 { // hexadecimal digits say the same in both cases
			mask = 1
		}
		platformtest.Unforgeable(t, medusa.New(), deliver(body), "X-Cartograph-Signature", secret, at, mask)
	})
}

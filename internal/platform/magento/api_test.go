package magento_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/magento"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
)

var (
	_ platform.Fetcher = (*magento.Adapter)(nil)
	_ platform.Lister  = (*magento.Adapter)(nil)
	_ platform.Shelf   = (*magento.Adapter)(nil)
)

// row is an order that changed so many seconds after nine.
func row(id, second int) thing {
	return thing{"entity_id": id, "increment_id": fmt.Sprintf("%09d", id), "quote_id": id + 500, "state": "processing", "store_id": 1, "remote_ip": "203.0.113.7",
		"created_at": "2026-05-02 08:00:00", "updated_at": time.Date(2026, 5, 2, 9, 0, second, 0, time.UTC).Format("2006-01-02 15:04:05"),
		"order_currency_code": "USD", "base_currency_code": "EUR", "grand_total": 30.1, "items": []thing{{"sku": "A", "name": "A", "qty_ordered": 1, "price": 30.1}}}
}

var nine = time.Date(2026, 5, 2, 9, 0, 0, 400, time.UTC)

func TestListOrders(t *testing.T) {
	t.Parallel()
	for name, second := range map[string]func(id int) int{
		"one after the other": func(id int) int { return id },
		"many in one second":  func(id int) int { return id / 140 },
		"all in one":          func(int) int { return 3 },
	} {
		s := &shop{tables: map[string][]thing{"/orders": {row(9999, -5)}, "/carts/search": nil}}
		for id := range 300 {
			s.tables["/orders"] = append(s.tables["/orders"], row(id+1, second(id)))
		}
		// What changes meanwhile moves to the end: an order that was on the first page, then one of the second.
		moved := 0
		s.every = func(s *shop, path string) {
			if moved++; path == "/orders" && moved <= 2 {
				s.tables["/orders"][moved]["updated_at"] = "2026-05-02 09:30:00"
			}
		}
		api := open(t, s)
		first, keys, ids := listed(t, api, nine), map[string]bool{}, map[string]bool{}
		for _, e := range first {
			ids[e.Order.ID], keys[e.DedupeKey] = true, true
		}
		if len(ids) != 300 || ids["000009999"] {
			t.Errorf("%s: %d orders, want 300", name, len(ids))
		}
		s.every = nil
		for _, e := range listed(t, api, nine) {
			if !keys[e.DedupeKey] {
				t.Errorf("%s: asked again, %s has another key", name, e.Order.ID)
			}
		}
	}
}

// Several shops in one Magento: each hears of its own store views.
func TestStoreViews(t *testing.T) {
	t.Parallel()
	s := &shop{tables: map[string][]thing{"/carts/search": nil}}
	for id := range 6 {
		o := row(id+1, id)
		o["store_id"] = id%3 + 1
		s.tables["/orders"] = append(s.tables["/orders"], o)
	}
	api := open(t, s)
	for ids, want := range map[string]int{"": 6, "2": 2, "1, 3": 4, "7": 0} {
		api.Values[platform.KeyAccount] = ids
		if got := listed(t, api, nine); len(got) != want {
			t.Errorf("%q: %d orders, want %d", ids, len(got), want)
		}
		got, err := magento.New().Fetch(t.Context(), api, event.Reference{Kind: event.LinkOrder, ID: "2"})
		if own := strings.Contains(ids, "2") || ids == ""; err != nil || (len(got) == 1) != own {
			t.Errorf("%q: %d answers, %v", ids, len(got), err)
		}
	}
	api.Values[platform.KeyAccount] = "default"
	if _, err := magento.New().List(t.Context(), api, nine, ""); !fault.Is(err, fault.Misconfigured) {
		t.Errorf("a code for a number: %v", err)
	}
}

// cart is a cart of the REST API that changed so many seconds after nine.
func cart(id, second int) thing {
	return thing{"id": id, "entity_id": id, "customer_id": 7, "is_active": 1, "store_id": 1, "items_count": 2, "created_at": "2026-05-02 08:00:00",
		"updated_at":        time.Date(2026, 5, 2, 9, 0, second, 0, time.UTC).Format("2006-01-02 15:04:05"),
		"currency":          thing{"quote_currency_code": "EUR", "base_currency_code": "USD"},
		"customer":          thing{"id": 7, "email": "Ann@Example.com", "firstname": "Ann", "lastname": "Oz"},
		"customer_is_guest": false, "billing_address": thing{"telephone": nil, "country_id": nil},
		"items":                []thing{{"item_id": 1, "sku": "MUG-BLUE", "name": "Mug", "qty": 2, "price": 8.1}, {"item_id": 2, "sku": "P", "name": "Poster", "qty": 1, "price": 4.05}},
		"extension_attributes": thing{"shipping_assignments": []thing{{"shipping": thing{"address": thing{"telephone": "06 12 34 56 78", "country_id": "FR"}}}}}}
}

// totals are what it costs: grand_total is without the tax of 4.99.
const totals = `{"grand_total":24.96,"tax_amount":4.99,"quote_currency_code":"EUR","base_currency_code":"USD","coupon_code":"SPRING",
	"items":[{"item_id":1,"price_incl_tax":12.000000000000002,"row_total_incl_tax":24,"options":"[{\"value\":\"Blue\",\"label\":\"Color\"},{\"value\":\"M\",\"label\":\"Size\"}]"},
	{"item_id":2,"price_incl_tax":5.95,"row_total_incl_tax":5.95,"options":"[]"}],
	"total_segments":[{"code":"subtotal","value":29.95},{"code":"tax","value":4.99,"extension_attributes":{}},{"code":"grand_total","value":29.95,"area":"footer"}]}`

func TestListCarts(t *testing.T) {
	t.Parallel()
	nobody, guest, old, bought, broken, empty := cart(1, 1), cart(2, 2), cart(3, -60), cart(4, 4), cart(5, 5), cart(6, 6)
	nobody["customer_id"], bought["is_active"] = nil, 0
	guest["customer_id"], guest["customer_email"], guest["customer_is_guest"] = nil, "ann@example.com", true
	empty["items"], empty["items_count"] = nil, 0
	s := &shop{tables: map[string][]thing{"/orders": nil, "/carts/search": {nobody, guest, old, bought, broken, empty}},
		pages: map[string]string{"/carts/2/totals": totals}, refuse: map[string]int{"/carts/5/totals": http.StatusInternalServerError}}
	for id := 10; id < 35; id++ {
		s.tables["/carts/search"] = append(s.tables["/carts/search"], cart(id, id))
		s.pages[fmt.Sprintf("/carts/%d/totals", id)] = totals
	}
	got := map[string]event.Event{}
	for _, e := range listed(t, open(t, s), nine) {
		got[e.Links[0].Value] = e
	}
	if len(got) != 28 {
		t.Errorf("%d carts, want 28", len(got))
	}
	eur := func(n int64) money.Money { return money.Money{Minor: n, Currency: "EUR"} }
	whole := got["10"]
	want := event.Event{ShopID: "shop-1", Platform: "magento", Topic: "fetched/cart", Kind: event.CheckoutUpdated, ReceivedAt: received, DedupeKey: whole.DedupeKey,
		OccurredAt: time.Date(2026, 5, 2, 9, 0, 10, 0, time.UTC), StartedAt: time.Date(2026, 5, 2, 8, 0, 0, 0, time.UTC),
		Links: []event.Link{{Kind: event.LinkCart, Value: "10"}},
		Person: event.Person{FirstName: "Ann", LastName: "Oz", Country: "FR", Keys: []event.Key{{Kind: event.KeyCustomer, Value: "7"},
			{Kind: event.KeyEmail, Value: "ann@example.com"}, {Kind: event.KeyPhone, Value: "+33612345678"}}},
		Contents: &event.Contents{Total: eur(2995), Coupons: []string{"SPRING"}, Items: []event.Item{
			{SKU: "MUG-BLUE", Title: "Mug", Variant: "Blue, M", Quantity: 2, Price: eur(1200), LineTotal: eur(2400)},
			{SKU: "P", Title: "Poster", Quantity: 1, Price: eur(595), LineTotal: eur(595)}}}}
	if diff := cmp.Diff(want, whole); diff != "" {
		t.Error(diff)
	}
	if e := got["5"]; e.Kind != event.CartViewed || e.Contents != nil || len(e.Notes) != 1 || len(e.Fetch) != 0 {
		t.Errorf("a cart that Magento cannot count is %+v", e)
	}
	if e := got["6"]; e.Contents == nil || len(e.Contents.Items) != 0 || e.Contents.Total != eur(0) {
		t.Errorf("an emptied cart is %+v", e)
	}
	if e := got["2"]; e.Kind != event.CheckoutUpdated || e.Contents.Total != eur(2995) {
		t.Errorf("a guest's cart is %+v", e)
	}
}

// Orders are listed although carts cannot be.
func TestListWithoutCarts(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]fault.Code{401: "", 403: "", 429: fault.Throttled, 500: fault.Unprocessable, 503: fault.Unprocessable, 400: fault.Unprocessable} {
		api := open(t, &shop{tables: map[string][]thing{"/orders": {row(1, 1)}}, refuse: map[string]int{"/carts": status}})
		page, err := magento.New().List(t.Context(), api, nine, "")
		if err != nil || len(page.Answers) != 1 || page.Next == "" {
			t.Fatalf("%d: %+v, %v", status, page, err)
		}
		page, err = magento.New().List(t.Context(), api, nine, page.Next)
		if fault.CodeOf(err) != want || page.Next != "" || len(page.Answers) != 0 {
			t.Errorf("%d: %+v, %v", status, page, err)
		}
	}
}

func TestFetch(t *testing.T) {
	t.Parallel()
	c, err := json.Marshal(cart(730, 1))
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{tables: map[string][]thing{"/orders": {row(1, 1), row(2, 2)}, "/carts/search": nil}, pages: map[string]string{
		"/carts/730": strings.Replace(string(c), `"is_active":1`, `"is_active":true`, 1), "/carts/730/totals": totals,
		"/carts/731": `{"id":731,"is_active":false,"items_count":1,"reserved_order_id":"000000617","created_at":"2026-05-02 08:00:00","updated_at":"2026-05-02 09:00:00"}`}}
	api := open(t, s)
	for _, c := range []struct {
		kind event.LinkKind
		id   string
		want []event.Kind
	}{
		{event.LinkCart, "730", []event.Kind{event.CheckoutUpdated}}, {event.LinkCart, "731", []event.Kind{event.OrderPlaced}}, {event.LinkCart, "732", nil},
		{event.LinkOrder, "2", []event.Kind{event.OrderUpdated}}, {event.LinkOrder, "3", nil}, {"order_number", "000000001", []event.Kind{event.OrderUpdated}},
		{event.LinkCart, "../orders", nil}, {event.LinkOrder, "1,2", nil}, {"order_number", "a,b", nil}, {event.LinkCheckout, "1", nil},
	} {
		got, err := magento.New().Fetch(t.Context(), api, event.Reference{Kind: c.kind, ID: c.id})
		if diff := cmp.Diff(c.want, platformtest.Kinds(read(t, api, got))); diff != "" && len(c.want)+len(got) > 0 || err != nil {
			t.Errorf("%s %s: %v %s", c.kind, c.id, err, diff)
		}
	}
	one, err := magento.New().Fetch(t.Context(), api, event.Reference{Kind: event.LinkOrder, ID: "2"})
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	for _, e := range append(read(t, api, one), listed(t, api, nine)...) {
		keys[e.DedupeKey] = true
	}
	if len(keys) != 2 {
		t.Errorf("an order that was fetched and listed, and another, have the keys %v", keys)
	}
}

// What events name without telling it is asked for; what they tell is not.
func TestNamed(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][]event.Reference{
		told("sales_quote_save_after", `{"entity_id":730,"is_active":true}`):                        {{Kind: event.LinkCart, ID: "730"}},
		told("sales_quote_save_after", `{"entity_id":"x","is_active":true}`):                        nil,
		told("sales_quote_save_after", quote):                                                       nil,
		told("sales_quote_save_after", `{"entity_id":730,"is_active":0,"reserved_order_id":"1"}`):   nil,
		told("checkout_submit_all_after", `{"order":{"entity_id":"9","increment_id":"000000617"}}`): {{Kind: event.LinkOrder, ID: "9"}},
		told("sales_order_save_after", `{"increment_id":"000000617","state":"new"}`):                {{Kind: "order_number", ID: "000000617"}},
		told("sales_order_save_after", `{"increment_id":"a/b","state":"new"}`):                      nil,
		order("new", ""): nil,
	} {
		if diff := cmp.Diff(want, parse(t, body).Fetch); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
}

// The API leaves out what is null: an order without remote_ip is staff's.
func TestAskedOrder(t *testing.T) {
	t.Parallel()
	staffs := row(1, 1)
	delete(staffs, "remote_ip")
	staffs["extension_attributes"] = thing{"shipping_assignments": []thing{{"shipping": thing{"address": thing{"telephone": "(415) 555-2671", "country_id": "US"}}}}}
	es := listed(t, open(t, &shop{tables: map[string][]thing{"/orders": {staffs, row(2, 2)}, "/carts/search": nil}}), nine)
	if len(es) != 2 || es[0].Order.Creditable || es[0].Order.Source != "admin" || !es[1].Order.Creditable {
		t.Fatalf("%+v", es)
	}
	if e := es[0]; e.Order.Total != (money.Money{Minor: 3010, Currency: "USD"}) || !e.OccurredAt.Equal(time.Date(2026, 5, 2, 9, 0, 1, 0, time.UTC)) ||
		e.Links[0] != (event.Link{Kind: event.LinkCart, Value: "501"}) || e.Person.Keys[0].Value != "+14155552671" {
		t.Errorf("%+v, %+v", e, e.Order)
	}
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	calls := func(api platform.API) map[string]error {
		_, list := magento.New().List(t.Context(), api, nine, "")
		_, order := magento.New().Fetch(t.Context(), api, event.Reference{Kind: event.LinkOrder, ID: "1"})
		_, cart := magento.New().Fetch(t.Context(), api, event.Reference{Kind: event.LinkCart, ID: "1"})
		_, shelf := magento.New().Products(t.Context(), api, []event.Item{{SKU: "A"}})
		return map[string]error{"list": list, "order": order, "cart": cart, "products": shelf, "probe": magento.New().Probe(t.Context(), api)}
	}
	for status, want := range map[int]fault.Code{401: fault.Misconfigured, 403: fault.Misconfigured, 429: fault.Throttled, 503: fault.Overloaded, 400: fault.Unprocessable} {
		for what, err := range calls(open(t, &shop{refuse: map[string]int{"/": status}})) {
			if f, ok := err.(*fault.Error); !ok || f.Code != want || status == 429 && f.After != 7*time.Second {
				t.Errorf("%d %s: %v", status, what, err)
			}
		}
	}
	good := open(t, &shop{tables: map[string][]thing{"/orders": nil, "/carts/search": nil, "/products": nil}})
	if err := magento.New().Probe(t.Context(), good); err != nil {
		t.Errorf("the probe: %v", err)
	}
	for _, odd := range []map[string]string{{}, {platform.KeyID: "another"}, {platform.KeyID: "a-token", platform.KeySecret: "one:two"},
		{platform.KeyID: "a-token", platform.KeyURL: "http://shop.example"}, {platform.KeyID: "a-token", platform.KeyURL: "https:///x"}} {
		api := good
		api.Values = map[string]string{platform.KeyURL: good.Values[platform.KeyURL]}
		for name, value := range odd {
			api.Values[name] = value
		}
		for what, err := range calls(api) {
			if !fault.Is(err, fault.Misconfigured) {
				t.Errorf("%v %s: %v", odd, what, err)
			}
		}
	}
	for _, cursor := range []string{"x", "orders", "orders 1", "orders x 1", "orders 1 -1", "products 1 1", "carts 1 1 1"} {
		if _, err := magento.New().List(t.Context(), good, nine, cursor); !fault.Is(err, fault.Invalid) {
			t.Errorf("the cursor %q: %v", cursor, err)
		}
	}
}

// A call that is signed shows neither the bare token nor any secret.
func TestSigned(t *testing.T) {
	t.Parallel()
	var header, at string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header, at = r.Header.Get("Authorization"), r.URL.Path
		_, _ = io.WriteString(w, `{"items":[]}`)
	}))
	t.Cleanup(server.Close)
	api := platform.API{Client: server.Client(), Shop: event.Delivery{ReceivedAt: received}, Values: map[string]string{
		platform.KeyURL: server.URL + "/rest/fr/", platform.KeyID: "the-token", platform.KeySecret: "ck:cs:ts"}}
	if err := magento.New().Probe(t.Context(), api); err != nil || at != "/rest/fr/V1/orders" {
		t.Errorf("%s: %v", at, err)
	}
	if !strings.HasPrefix(header, `OAuth oauth_consumer_key="ck", oauth_token="the-token", oauth_signature_method="HMAC-SHA256"`) || strings.Contains(header, `"cs"`) ||
		strings.Contains(header, `"ts"`) || !strings.Contains(header, `oauth_signature="`) {
		t.Error(header)
	}
}

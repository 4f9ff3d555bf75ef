package prestashop_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
	"github.com/cartograph-dev/cartograph/internal/platform/prestashop"
)

const webserviceKey = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"

type row = map[string]any

// shop is a web service over real HTTP: rows by resource, of which it filters,
// sorts and cuts as PrestaShop does, by the fields that its calls name.
type shop struct {
	rows map[string][]row
	// calls are the resources that were asked for, in order.
	calls []string
	// before runs at each call; true means that it has answered.
	before func(w http.ResponseWriter, r *http.Request, resource string) bool
}

func (s *shop) api(t *testing.T, zone string) platform.API {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return platform.API{Client: server.Client(), Shop: event.Delivery{ShopID: "shop-1", Domain: "shop.example", ReceivedAt: received, Currency: "EUR", Country: "FR"},
		Values: map[string]string{platform.KeyURL: server.URL, platform.KeyID: webserviceKey, platform.KeyAccount: zone}}
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	resource := strings.TrimPrefix(r.URL.Path, "/api/")
	if key, password, ok := r.BasicAuth(); !ok || key != webserviceKey || password != "" || q.Get("output_format") != "JSON" || q.Get("io_format") != "JSON" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	s.calls = append(s.calls, resource)
	if s.before != nil && s.before(w, r, resource) {
		return
	}
	var found []row
	for _, one := range s.rows[resource] {
		keep := true
		for name, value := range q {
			if field, ok := strings.CutPrefix(name, "filter["); ok {
				keep = keep && matches(fmt.Sprint(one[strings.TrimSuffix(field, "]")]), strings.Trim(value[0], "[]"))
			}
		}
		if keep {
			found = append(found, one)
		}
	}
	if strings.HasPrefix(q.Get("sort"), "[date_upd_ASC") {
		slices.SortStableFunc(found, func(a, b row) int { return strings.Compare(fmt.Sprint(a["date_upd"]), fmt.Sprint(b["date_upd"])) })
	}
	if limit := q.Get("limit"); limit != "" {
		var skip, count int
		if n, _ := fmt.Sscanf(limit, "%d,%d", &skip, &count); n < 2 {
			skip, count = 0, skip
		}
		found = found[min(skip, len(found)):min(skip+count, len(found))]
	}
	if len(found) == 0 {
		_, _ = w.Write([]byte("[]"))
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{resource: found})
}

// matches is PrestaShop's filter: [a|b] is one of them, [a,b] is between them.
func matches(value, filter string) bool {
	if from, to, ok := strings.Cut(filter, ","); ok {
		return value >= from && value <= to
	}
	return slices.Contains(strings.Split(filter, "|"), value)
}

// sold is an order of the web service; ids are numbers in one place and text in another.
func sold(id int, state, updated string) row {
	return row{"id": id, "reference": "XKBK", "id_cart": fmt.Sprint(id + 1000), "id_customer": "7", "id_address_invoice": "4", "id_currency": "1", "id_lang": "2",
		"current_state": state, "total_paid_tax_incl": "25.400000", "date_add": "2026-05-02 11:00:00", "date_upd": updated,
		"associations": row{"order_rows": []row{{"id": "1", "product_id": "2", "product_attribute_id": "10", "product_quantity": "2",
			"product_name": "Poster (Size : 40x60cm)", "product_reference": "P", "unit_price_tax_incl": "12.700000"}}}}
}

func stock() *shop {
	return &shop{rows: map[string][]row{
		"customers": {{"id": 7, "email": "ann@example.com", "firstname": "Ann", "lastname": "Oz", "newsletter": "1", "newsletter_date_add": "2026-05-01 10:00:00"}},
		"addresses": {{"id": 4, "phone": "", "phone_mobile": "06 12 34 56 78", "id_country": "8", "id_state": "0"}},
		"countries": {{"id": 8, "iso_code": "FR"}}, "currencies": {{"id": 1, "iso_code": "EUR"}},
		"languages": {{"id": 2, "iso_code": "fr", "language_code": "fr-fr"}},
		"order_states": {{"id": 2, "paid": "1", "unremovable": "1"}, {"id": 6, "paid": "0", "unremovable": "1"}, {"id": 7, "paid": "0", "unremovable": "1"},
			{"id": 8, "paid": "0", "unremovable": "1"}, {"id": 10, "paid": "0", "unremovable": "1"}, {"id": 20, "paid": "0", "unremovable": "0"}, {"id": 21, "paid": "1", "unremovable": "0"}},
	}}
}

// listed reads all pages of a list.
func listed(t *testing.T, api platform.API, since time.Time) (events []event.Event) {
	t.Helper()
	for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
		page, err := prestashop.New().List(t.Context(), api, since, cursor)
		if err != nil || pages > 12 {
			t.Fatalf("page %d: %v", pages, err)
		}
		for _, a := range page.Answers {
			d := api.Shop
			d.Header, d.Body = a.Header, a.Body
			es, err := prestashop.New().Parse(d)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range es {
				platformtest.Sound(t, e)
			}
			events = append(events, es...)
		}
		cursor = page.Next
	}
	return events
}

// TestList reads 230 orders, of which 120 changed in one second, while one of
// them changes again, and none is left out.
func TestList(t *testing.T) {
	t.Parallel()
	s := stock()
	base := time.Date(2026, 5, 2, 11, 0, 0, 0, time.UTC)
	for i := range 230 {
		second := i
		if i >= 40 {
			second = max(40, i-119)
		}
		s.rows["orders"] = append(s.rows["orders"], sold(i+1, "2", base.Add(time.Duration(second)*time.Second).Format("2006-01-02 15:04:05")))
	}
	slices.Reverse(s.rows["orders"]) // as they lie in the table, they are not sorted by change
	s.before = func(_ http.ResponseWriter, _ *http.Request, resource string) bool {
		if len(s.calls) > 5 && resource == "orders" { // a row on the first page goes to the end
			s.rows["orders"][226]["date_upd"] = "2026-05-02 11:30:00"
		}
		return false
	}
	seen := map[string]bool{}
	for _, e := range listed(t, s.api(t, "Europe/Paris"), time.Date(2026, 5, 2, 9, 0, 0, 0, time.UTC)) {
		seen[e.Order.ID] = true
	}
	if len(seen) != 230 {
		t.Errorf("%d orders of 230", len(seen))
	}
	if n := len(s.calls); n > 70 {
		t.Errorf("%d calls", n)
	}
}

// What is listed again is the same, and says what the module says of it.
func TestListedOrder(t *testing.T) {
	t.Parallel()
	s := stock()
	s.rows["orders"] = []row{sold(5, "2", "2026-05-02 11:10:00")}
	api := s.api(t, "Europe/Paris")
	since := time.Date(2026, 5, 2, 9, 0, 0, 0, time.UTC)
	first, again := listed(t, api, since), listed(t, api, since)
	if len(first) != 1 || len(again) != 1 || first[0].DedupeKey != again[0].DedupeKey {
		t.Fatalf("%+v\n%+v", first, again)
	}
	e := first[0]
	at := time.Date(2026, 5, 2, 9, 10, 0, 0, time.UTC)
	if e.Kind != event.OrderUpdated || !e.OccurredAt.Equal(at) || !e.Order.PlacedAt.Equal(at.Add(-10*time.Minute)) || e.Order.Total != eur(2540) || !e.Order.Creditable {
		t.Errorf("%+v, %+v", e, e.Order)
	}
	if e.Links[0].Value != "5" || e.Links[1].Value != "1005" || len(e.Person.Keys) != 3 || e.Person.Locale != "fr-FR" || e.Person.Country != "FR" {
		t.Errorf("%+v, %+v", e.Links, e.Person)
	}
	if len(e.Consents) != 1 || !e.Consents[0].At.Equal(time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)) || e.Contents.Items[0].Price != eur(1270) || e.Contents.Items[0].Quantity != 2 {
		t.Errorf("%+v, %+v", e.Consents, e.Contents)
	}
	s.rows["orders"][0]["current_state"] = "6"
	if changed := listed(t, api, since); changed[0].DedupeKey == e.DedupeKey {
		t.Error("another state has the same key")
	}
}

// A state's number and what is known of it say what the module says.
func TestListedState(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		state  string
		past   []row
		slips  []row
		kind   event.Kind
		status event.OrderStatus
		// lost is what was given back; credited and unpaid are the order's.
		lost             int64
		credited, unpaid bool
	}{
		{"2", nil, nil, event.OrderUpdated, event.OrderOpen, 0, true, false},
		{"10", nil, nil, event.OrderUpdated, event.OrderOpen, 0, true, false},
		{"6", nil, nil, event.OrderCancelled, event.OrderVoid, 0, true, true},
		{"6", []row{{"id_order": 5, "id_order_state": 2}}, nil, event.OrderCancelled, event.OrderVoid, 0, true, false},
		{"7", nil, nil, event.OrderRefunded, event.OrderVoid, 2540, true, false},
		{"8", nil, nil, event.PaymentFailed, "", 0, false, false},
		{"8", []row{{"id_order": 5, "id_order_state": 21}}, nil, event.OrderUpdated, event.OrderOpen, 0, true, false},
		{"20", nil, nil, event.OrderUpdated, event.OrderOpen, 0, false, false},
		{"21", nil, nil, event.OrderUpdated, event.OrderOpen, 0, true, false},
		{"99", nil, nil, event.OrderUpdated, event.OrderOpen, 0, false, false},
		{"2", nil, []row{{"id": 1, "total_products_tax_incl": "8.200000", "total_shipping_tax_incl": "1"}, {"id": 2, "total_products_tax_incl": "1.1"}},
			event.OrderRefunded, event.OrderOpen, 1030, true, false},
		{"2", nil, []row{{"id": 1, "total_products_tax_incl": "30"}}, event.OrderRefunded, event.OrderVoid, 2540, true, false},
	} {
		s := stock()
		s.rows["orders"], s.rows["order_histories"] = []row{sold(5, c.state, "2026-05-02 11:10:00")}, c.past
		for _, slip := range c.slips {
			slip["id_order"], slip["date_upd"] = 5, "2026-05-02 11:20:00"
		}
		s.rows["order_slip"] = c.slips
		e := listed(t, s.api(t, "Europe/Paris"), time.Date(2026, 5, 2, 9, 0, 0, 0, time.UTC))[0]
		if e.Kind != c.kind {
			t.Errorf("state %s: %s, want %s", c.state, e.Kind, c.kind)
		}
		if o := e.Order; o != nil && (o.Status != c.status || o.Refunded.Minor != c.lost || o.Creditable != c.credited || o.Unpaid != c.unpaid) {
			t.Errorf("state %s: %+v", c.state, o)
		}
		if (e.Order == nil) != (c.status == "") {
			t.Errorf("state %s: %+v", c.state, e.Order)
		}
	}
}

// An order in a currency that was deleted is put aside, and not read as the shop's.
func TestListedCurrency(t *testing.T) {
	t.Parallel()
	s := stock()
	s.rows["orders"], s.rows["currencies"] = []row{sold(5, "2", "2026-05-02 11:10:00")}, nil
	api := s.api(t, "")
	page, err := prestashop.New().List(t.Context(), api, received.Add(-time.Hour), "")
	if err != nil || len(page.Answers) != 1 {
		t.Fatalf("%+v, %v", page, err)
	}
	d := api.Shop
	d.Body = page.Answers[0].Body
	if _, err := prestashop.New().Parse(d); !fault.Is(err, fault.Unprocessable) {
		t.Errorf("%v", err)
	}
}

// A credit slip that did not touch its order is found, beyond a page of them too.
func TestListedSlips(t *testing.T) {
	t.Parallel()
	s := stock()
	for i := range 60 {
		s.rows["orders"] = append(s.rows["orders"], sold(i+1, "2", "2026-04-01 11:00:00"))
		s.rows["order_slip"] = append(s.rows["order_slip"], row{"id": i, "id_order": i + 1, "date_upd": "2026-05-02 11:20:00", "total_products_tax_incl": "5"})
	}
	seen := map[string]bool{}
	for _, e := range listed(t, s.api(t, ""), time.Date(2026, 5, 2, 9, 0, 0, 0, time.UTC)) {
		if seen[e.Order.ID] = true; e.Order.Refunded != eur(500) {
			t.Errorf("%+v", e.Order)
		}
	}
	if len(seen) != 60 {
		t.Errorf("%d orders of 60", len(seen))
	}
}

// Wherever the shop's clock stands, what changed since is found; unknown times
// are left out rather than guessed.
func TestListWithoutZone(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 5, 2, 9, 0, 0, 0, time.UTC)
	for _, offset := range []int{-12, -5, 0, 2, 14} {
		s := stock()
		s.rows["orders"] = []row{sold(5, "2", since.Add(time.Minute+time.Duration(offset)*time.Hour).Format("2006-01-02 15:04:05"))}
		es := listed(t, s.api(t, ""), since)
		if len(es) != 1 || !es[0].OccurredAt.IsZero() || !es[0].Order.PlacedAt.IsZero() || len(es[0].Consents) != 0 {
			t.Errorf("%d hours: %+v", offset, es)
		}
	}
	// The hour that comes twice in autumn is asked for twice.
	s := stock()
	s.rows["orders"] = []row{sold(5, "2", "2026-10-25 02:05:00")}
	if es := listed(t, s.api(t, "Europe/Paris"), time.Date(2026, 10, 25, 0, 50, 0, 0, time.UTC)); len(es) != 1 {
		t.Errorf("of the night when clocks go back: %+v", es)
	}
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	all := func(api platform.API) map[string]error {
		_, list := prestashop.New().List(t.Context(), api, received, "")
		return map[string]error{"list": list, "probe": prestashop.New().Probe(t.Context(), api)}
	}
	for status, want := range map[int]fault.Code{401: fault.Misconfigured, 403: fault.Misconfigured, 405: fault.Misconfigured, 301: fault.Misconfigured,
		404: fault.NotFound, 429: fault.Throttled, 503: fault.Overloaded} {
		s := &shop{before: func(w http.ResponseWriter, _ *http.Request, _ string) bool {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(status)
			return true
		}}
		for what, err := range all(s.api(t, "")) {
			if !fault.Is(err, want) || status == 429 && !strings.Contains(fmt.Sprintf("%+v", err.(*fault.Error).After), "7s") {
				t.Errorf("%d, %s: %v", status, what, err)
			}
		}
	}
	for name, change := range map[string]func(v map[string]string){
		"another key": func(v map[string]string) { v[platform.KeyID] = "another" },
		"no key":      func(v map[string]string) { v[platform.KeyID] = "" },
		"no zone":     func(v map[string]string) { v[platform.KeyAccount] = "Paris" },
	} {
		api := stock().api(t, "")
		change(api.Values)
		for what, err := range all(api) {
			if !fault.Is(err, fault.Misconfigured) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
	// A right that is missing for one resource is named.
	s := stock()
	s.rows["orders"] = []row{sold(5, "2", "2026-05-02 11:10:00")}
	s.before = func(w http.ResponseWriter, _ *http.Request, resource string) bool {
		if resource == "addresses" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		return resource == "addresses"
	}
	if _, err := prestashop.New().List(t.Context(), s.api(t, ""), received.Add(-time.Hour), ""); !fault.Is(err, fault.Misconfigured) || !strings.Contains(err.Error(), "addresses") {
		t.Errorf("without a right: %v", err)
	}
	for _, cursor := range []string{"x", "orders -1 2026-05-02 11:10:00", "carts 0 2026-05-02 11:10:00", "orders 0 soon"} {
		if _, err := prestashop.New().List(t.Context(), stock().api(t, ""), received, cursor); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", cursor, err)
		}
	}
}

// Answers that are no answers are not read as emptiness.
func TestOddAnswers(t *testing.T) {
	t.Parallel()
	for answer, well := range map[string]bool{"[]": true, `{"orders":[]}`: true, " [ ] ": true, `{"orders":{"id":1}}`: false, "<html>": false, `{}`: false,
		`[{"id":1}]`: false, `{"orders":[],"x":1}`: false, `null`: false, ``: false} {
		s := &shop{before: func(w http.ResponseWriter, _ *http.Request, _ string) bool {
			_, _ = w.Write([]byte(answer))
			return true
		}}
		if err := prestashop.New().Probe(t.Context(), s.api(t, "")); (err == nil) != well {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

var (
	_ platform.Lister = (*prestashop.Adapter)(nil)
	_ platform.Opener = (*prestashop.Adapter)(nil)
)

// reply answers every call with one text.
type reply string

func (r reply) RoundTrip(q *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Request: q, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(r)))}, nil
}

// FuzzAnswers reads whatever a shop may answer.
func FuzzAnswers(f *testing.F) {
	f.Add(`[]`)
	f.Add(`{"orders":[{"id":1,"id_order":"1","id_cart":"2","id_customer":"7","id_currency":"1","iso_code":"EUR","current_state":"2","total_paid_tax_incl":"1.5","date_upd":"2026-05-02 11:00:00","associations":{"order_rows":[{"product_id":"1"}]}}]}`)
	f.Add(`{"products":[{"id":"1","id_product":"1","id_product_attribute":0,"quantity":"-1","out_of_stock":2,"associations":[]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		api := platform.API{Client: &http.Client{Transport: reply(text)}, Shop: event.Delivery{ShopID: "shop-1", Domain: "shop.example", ReceivedAt: received, Currency: "EUR"},
			Values: map[string]string{platform.KeyID: webserviceKey, platform.KeyAccount: "Europe/Paris"}}
		for _, cursor := range []string{"", "slips 0 2026-05-02 11:00:00"} {
			page, err := prestashop.New().List(t.Context(), api, received, cursor)
			if err != nil {
				continue
			}
			for _, a := range page.Answers {
				d := api.Shop
				d.Body = a.Body
				es, err := prestashop.New().Parse(d)
				if err == nil && len(es) != 1 {
					t.Fatalf("%s: %d events", a.Body, len(es))
				}
			}
		}
		items := []event.Item{{ProductID: "1", VariantID: "2"}, {ProductID: "1"}}
		if got, err := prestashop.New().Products(t.Context(), api, items); err == nil && len(got) != 2 {
			t.Fatalf("%d products of 2", len(got))
		}
	})
}

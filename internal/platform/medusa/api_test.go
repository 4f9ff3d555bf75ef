package medusa_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/medusa"
)

// admin is an Admin API whose answers are by path.
type admin map[string]func(q url.Values) string

func (a admin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	user, password, ok := r.BasicAuth()
	if !ok || user != "sk_1" || password != "" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	answer := a[r.URL.EscapedPath()]
	if answer == nil {
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"type":"not_found","message":"Order id not found"}`))
		return
	}
	_, _ = w.Write([]byte(answer(r.URL.Query())))
}

func (a admin) api(t *testing.T) platform.API {
	t.Helper()
	s := httptest.NewServer(a)
	t.Cleanup(s.Close)
	return platform.API{Shop: event.Delivery{ShopID: "shop-1", Currency: "EUR", ReceivedAt: received}, Client: s.Client(),
		Values: map[string]string{platform.KeyURL: s.URL + "/", platform.KeyID: " sk_1 "}}
}

func fixed(body string) func(url.Values) string { return func(url.Values) string { return body } }

func read(t *testing.T, api platform.API, list []platform.Answer) (events []event.Event) {
	t.Helper()
	for _, a := range list {
		d := api.Shop
		d.Header, d.Body = a.Header, a.Body
		es, err := medusa.New().Parse(d)
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, es...)
	}
	return events
}

// bare is the order without the companion's envelope.
func bare(changes ...string) string {
	_, rest, _ := strings.Cut(order, `"order":`)
	return changed(strings.TrimSuffix(rest, "}"), changes...)
}

func TestFetch(t *testing.T) {
	t.Parallel()
	api := admin{"/admin/orders/order_1": fixed(`{"order":` + bare() + `}`), "/admin/orders/odd%2F..%2Fid": fixed(`{"order":` + bare() + `}`), "/admin/orders/..": fixed(`{"order":` + bare() + `}`)}.api(t)
	for id, want := range map[string]int{"order_1": 1, "order_2": 0, "odd/../id": 0, "..": 0} {
		list, err := medusa.New().Fetch(t.Context(), api, event.Reference{Kind: event.LinkOrder, ID: id})
		if err != nil || len(list) != want {
			t.Errorf("%s: %d answers, %v", id, len(list), err)
			continue
		}
		for _, e := range read(t, api, list) {
			if e.Kind != event.OrderUpdated || e.Topic != "fetched/order" || !e.Order.Creditable || len(e.Fetch) != 0 {
				t.Errorf("%+v", e)
			}
		}
	}
	if list, err := medusa.New().Fetch(t.Context(), api, event.Reference{Kind: event.LinkCart, ID: "c"}); err != nil || list != nil {
		t.Errorf("a cart: %v, %v", list, err)
	}
}

// orders are more than three pages; 60 of them changed at the same moment, and
// one that was told already changes again while the list is read.
func TestList(t *testing.T) {
	t.Parallel()
	const n = 170
	times := make([]string, n)
	for i := range times {
		at := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * time.Second)
		if i >= 60 && i < 120 {
			at = time.Date(2026, 11, 23, 0, 1, 0, 0, time.UTC)
		}
		times[i] = at.Format("2006-01-02T15:04:05.000Z")
	}
	calls := 0
	api := admin{"/admin/orders": func(q url.Values) string {
		if q.Get("order") != "updated_at" || q.Get("limit") != "50" || !strings.Contains(q.Get("fields"), "cart_link.cart_id") {
			return `{}`
		}
		if calls++; calls == 2 {
			times[3] = "2026-11-23T00:59:00.000Z"
		}
		return `{"orders":[` + strings.Join(page(times, q), ",") + `]}`
	}}.api(t)
	seen := map[string]bool{}
	keys := map[string]bool{}
	for round := range 2 {
		for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
			p, err := medusa.New().List(t.Context(), api, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), cursor)
			if err != nil || pages > 12 {
				t.Fatalf("page %d: %v", pages, err)
			}
			for _, e := range read(t, api, p.Answers) {
				if seen[e.Order.ID] = true; round == 1 && !keys[e.DedupeKey] {
					t.Errorf("%s has another key when it is told again", e.Order.ID)
				}
				keys[e.DedupeKey] = true
			}
			cursor = p.Next
		}
	}
	if len(seen) != n {
		t.Errorf("%d of %d orders were told", len(seen), n)
	}
	if _, err := medusa.New().List(t.Context(), api, received, "nonsense"); err == nil {
		t.Error("a cursor of nobody's is taken")
	}
}

// page is what Medusa gives for a question: filtered, sorted, cut.
func page(times []string, q url.Values) (out []string) {
	type one struct {
		at string
		id int
	}
	var all []one
	for i, at := range times {
		if at >= q.Get("updated_at[$gte]") {
			all = append(all, one{at, i})
		}
	}
	for i := range all {
		for j := i; j > 0 && all[j].at < all[j-1].at; j-- {
			all[j], all[j-1] = all[j-1], all[j]
		}
	}
	skip := 0
	_, _ = fmt.Sscan(q.Get("offset"), &skip)
	for i := skip; i < len(all) && i < skip+50; i++ {
		out = append(out, bare("order_1", fmt.Sprint("order_", all[i].id), `"updated_at":"2026-11-23T00:09:58.000Z"`, `"updated_at":"`+all[i].at+`"`))
	}
	return out
}

func TestProbeAndRefusals(t *testing.T) {
	t.Parallel()
	api := admin{"/admin/orders": fixed(`{"orders":[]}`)}.api(t)
	if err := medusa.New().Probe(t.Context(), api); err != nil {
		t.Error(err)
	}
	api.Values[platform.KeyID] = "sk_2"
	if err := medusa.New().Probe(t.Context(), api); !fault.Is(err, fault.Misconfigured) {
		t.Errorf("another key: %v", err)
	}
	api.Values[platform.KeyURL] = ""
	if err := medusa.New().Probe(t.Context(), api); !fault.Is(err, fault.Misconfigured) {
		t.Errorf("no address: %v", err)
	}
	for status, want := range map[int]fault.Code{429: fault.Throttled, 500: fault.Overloaded, 400: fault.Unprocessable} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "9")
			w.WriteHeader(status)
		}))
		api := platform.API{Client: s.Client(), Values: map[string]string{platform.KeyURL: s.URL}}
		_, err := medusa.New().Fetch(t.Context(), api, event.Reference{Kind: event.LinkOrder, ID: "x"})
		if f, ok := err.(*fault.Error); !ok || f.Code != want || status == 429 && f.After != 9*time.Second {
			t.Errorf("%d: %v", status, err)
		}
		s.Close()
	}
}

func TestProducts(t *testing.T) {
	t.Parallel()
	variant := func(id, more string) string {
		return `{"id":"` + id + `","title":"Blue","sku":"S","manage_inventory":true,"allow_backorder":false,"inventory_quantity":3,"product":{"id":"p","title":"Mug","status":"published","thumbnail":"https://cdn.example/m.jpg"},` +
			`"prices":[{"amount":11.5,"currency_code":"eur","min_quantity":null,"rules":{}},{"amount":13,"currency_code":"usd","rules":{}}]` + more + `}`
	}
	lists := `{"price_lists":[{"id":"1","status":"draft"}]}`
	a := admin{
		"/admin/price-lists": func(url.Values) string { return lists },
		"/admin/product-variants": func(q url.Values) string {
			if len(q["id[]"]) != 7 {
				return `{"variants":[]}`
			}
			return `{"variants":[` + strings.Join([]string{variant("a", ""), strings.Replace(variant("b", ""), `quantity":3`, `quantity":0`, 1),
				variant("c", `,"allow_backorder":true,"inventory_quantity":0`), strings.Replace(variant("d", ""), "published", "draft", 1),
				strings.Replace(variant("e", ""), `"rules":{}`, `"rules":{"region_id":"r"}`, 1), strings.Replace(variant("f", ""), `"min_quantity":null`, `"min_quantity":5`, 1)}, ",") + `]}`
		},
	}
	var items []event.Item
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g", ""} {
		items = append(items, event.Item{VariantID: id, Price: eur(1250)})
	}
	got, err := medusa.New().Products(t.Context(), a.api(t), items)
	if err != nil || len(got) != 7 {
		t.Fatalf("%d products, %v", len(got), err)
	}
	three := 3
	want := platform.Product{Item: event.Item{VariantID: "a", Title: "Mug", Variant: "Blue", Price: eur(1150), Stock: &three, ImageURL: "https://cdn.example/m.jpg"}}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Error(diff)
	}
	for i, gone := range []bool{false, true, false, true, false, false, true} {
		if got[i].Gone != gone {
			t.Errorf("%s: gone %v", items[i].VariantID, got[i].Gone)
		}
	}
	for _, i := range []int{4, 5} {
		if got[i].Item.Price.Currency != "" {
			t.Errorf("%s has a price that depends on more: %v", items[i].VariantID, got[i].Item.Price)
		}
	}
	lists = `{"price_lists":[{"id":"1","status":"active"}]}`
	if got, err = medusa.New().Products(t.Context(), a.api(t), items); err != nil || got[0].Item.Price.Currency != "" {
		t.Errorf("with a price list: %v, %v", got[0].Item.Price, err)
	}
}

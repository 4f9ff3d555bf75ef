package bigcommerce_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/bigcommerce"
)

// store is BigCommerce's API over HTTP: answers by method and path, and what was asked.
type store struct {
	mu    sync.Mutex
	asked []string
	// pages are answers by "GET /v3/carts/c1"; a number is a status.
	pages map[string]string
	// orders answers /v2/orders itself.
	orders func(q map[string][]string) string
}

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	path := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/stores/1a2b3c")
	s.mu.Lock()
	s.asked = append(s.asked, strings.TrimSpace(path+" "+string(body)))
	s.mu.Unlock()
	if r.Header.Get("X-Auth-Token") != "token" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	text, found := s.pages[path]
	if s.orders != nil && path == "GET /v2/orders" {
		text, found = s.orders(r.URL.Query()), true
	}
	var status int
	switch _, err := fmt.Sscanf(text, "%d", &status); {
	case !found:
		w.WriteHeader(http.StatusNotFound)
	case err == nil:
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(status)
	default:
		_, _ = io.WriteString(w, text)
	}
}

func serve(t *testing.T, s *store) platform.API {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	shop := deliver("")
	shop.Header, shop.Body, shop.Domain = nil, nil, "shop.example"
	return platform.API{Shop: shop, Client: server.Client(),
		Values: map[string]string{platform.KeyURL: server.URL, platform.KeyAccount: "1a2b3c", platform.KeyID: "token"}}
}

func topics(answers []platform.Answer) (all []string) {
	for _, a := range answers {
		all = append(all, a.Header["X-Cartograph-Topic"][0])
	}
	return all
}

func TestFetch(t *testing.T) {
	t.Parallel()
	guest := `{"data":{"id":"c1","email":"ann@example.com"}}`
	for _, c := range []struct {
		name  string
		ref   event.Reference
		pages map[string]string
		want  []string
		code  fault.Code
		after time.Duration
	}{
		{name: "a cart of nobody known", ref: event.Reference{Kind: event.LinkCart, ID: "c1"},
			pages: map[string]string{"GET /v3/carts/c1": `{"data":{"id":"c1","customer_id":0}}`}, want: []string{"fetched/cart"}},
		{name: "of somebody", ref: event.Reference{Kind: event.LinkCart, ID: "c1"},
			pages: map[string]string{"GET /v3/carts/c1": guest, "GET /v3/checkouts/c1": `{"data":{}}`}, want: []string{"fetched/checkout"}},
		{name: "checkouts may not be read", ref: event.Reference{Kind: event.LinkCart, ID: "c1"},
			pages: map[string]string{"GET /v3/carts/c1": guest, "GET /v3/checkouts/c1": "403"}, want: []string{"fetched/cart"}},
		{name: "checkouts are asked too often", ref: event.Reference{Kind: event.LinkCart, ID: "c1"},
			pages: map[string]string{"GET /v3/carts/c1": guest, "GET /v3/checkouts/c1": "429"}, code: fault.Throttled, after: 7 * time.Second},
		{name: "a customer without an address on the cart", ref: event.Reference{Kind: event.LinkCart, ID: "c1"},
			pages: map[string]string{"GET /v3/carts/c1": `{"data":{"id":"c1","customer_id":9}}`, "GET /v3/customers": `{"data":[{"id":9}]}`},
			want:  []string{"fetched/cart", "fetched/customer"}},
		{name: "an unknown customer", ref: event.Reference{Kind: event.LinkCart, ID: "c1"},
			pages: map[string]string{"GET /v3/carts/c1": `{"data":{"id":"c1","customer_id":9}}`, "GET /v3/customers": `{"data":[]}`},
			want:  []string{"fetched/cart"}},
		{name: "a cart that is gone", ref: event.Reference{Kind: event.LinkCart, ID: "c1"}},
		{name: "an order", ref: event.Reference{Kind: event.LinkOrder, ID: "250"},
			pages: map[string]string{"GET /v2/orders/250": anOrder}, want: []string{"fetched/order"}},
		{name: "an unfinished order with its cart", ref: event.Reference{Kind: event.LinkOrder, ID: "250"},
			pages: map[string]string{"GET /v2/orders/250": `{"id":250,"status_id":0,"cart_id":"c1"}`, "GET /v3/carts/c1": `{"data":{"id":"c1"}}`},
			want:  []string{"fetched/order", "fetched/cart"}},
		{name: "an unfinished order without", ref: event.Reference{Kind: event.LinkOrder, ID: "250"},
			pages: map[string]string{"GET /v2/orders/250": `{"id":250,"status_id":0,"cart_id":"c1"}`}, want: []string{"fetched/order"}},
		{name: "a subscriber", ref: event.Reference{Kind: "subscriber", ID: "5"},
			pages: map[string]string{"GET /v3/customers/subscribers/5": `{"data":{}}`}, want: []string{"fetched/subscriber"}},
		{name: "the token is refused", ref: event.Reference{Kind: event.LinkOrder, ID: "250"},
			pages: map[string]string{"GET /v2/orders/250": "401"}, code: fault.Misconfigured},
		{name: "asked too often", ref: event.Reference{Kind: event.LinkOrder, ID: "250"},
			pages: map[string]string{"GET /v2/orders/250": "429"}, code: fault.Throttled, after: 7 * time.Second},
		{name: "in trouble", ref: event.Reference{Kind: event.LinkOrder, ID: "250"},
			pages: map[string]string{"GET /v2/orders/250": "503"}, code: fault.Overloaded, after: 7 * time.Second},
		{name: "an id that leads elsewhere", ref: event.Reference{Kind: event.LinkCart, ID: "../../v2/store"}, code: fault.Unprocessable},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			answers, err := bigcommerce.New().Fetch(t.Context(), serve(t, &store{pages: c.pages}), c.ref)
			if diff := cmp.Diff(c.want, topics(answers)); fault.CodeOf(err) != c.code || diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
			if f, ok := err.(*fault.Error); ok && f.After != c.after {
				t.Errorf("wait %v, want %v", f.After, c.after)
			}
		})
	}
}

func TestProbe(t *testing.T) {
	t.Parallel()
	api := serve(t, &store{orders: func(map[string][]string) string { return "" }})
	if err := bigcommerce.New().Probe(t.Context(), api); err != nil {
		t.Error(err)
	}
	api.Values[platform.KeyID] = "old"
	if err := bigcommerce.New().Probe(t.Context(), api); !fault.Is(err, fault.Misconfigured) {
		t.Error(err)
	}
	api.Values[platform.KeyAccount] = "1a2b3c/../9z"
	if err := bigcommerce.New().Probe(t.Context(), api); !fault.Is(err, fault.Misconfigured) {
		t.Error(err)
	}
}

// ledger is 130 orders, of which 60 changed in one second; one that is read twice
// does no harm, one that is left out would.
func ledger(t *testing.T) (func(q map[string][]string) string, time.Time) {
	begin := time.Date(2026, 5, 2, 8, 0, 0, 0, time.UTC)
	type entry struct {
		ID       int    `json:"id"`
		Status   int    `json:"status_id"`
		Modified string `json:"date_modified"`
		at       time.Time
	}
	var all []entry
	for i := range 130 {
		at := begin.Add(time.Duration(min(i, 40)) * time.Minute)
		if i > 100 {
			at = at.Add(time.Duration(i) * time.Minute)
		}
		all = append(all, entry{1000 + i, 11, at.Format("Mon, 02 Jan 2006 15:04:05 -0700"), at})
	}
	return func(q map[string][]string) string {
		since, err := time.Parse(time.RFC3339, q["min_date_modified"][0])
		if err != nil || q["sort"][0] != "date_modified:asc" {
			t.Errorf("asked with %v", q)
		}
		var page, limit int
		_, _ = fmt.Sscan(q["page"][0], &page)
		_, _ = fmt.Sscan(q["limit"][0], &limit)
		var found []entry
		for _, o := range all {
			if !o.at.Before(since) {
				found = append(found, o)
			}
		}
		found = found[min(len(found), (page-1)*limit):]
		if found = found[:min(len(found), limit)]; len(found) == 0 {
			return "" // V2 answers 204
		}
		text, _ := json.Marshal(found)
		return string(text)
	}, begin
}

func TestList(t *testing.T) {
	t.Parallel()
	orders, begin := ledger(t)
	api := serve(t, &store{orders: orders})
	for since, want := range map[time.Time]int{begin: 130, begin.Add(30 * time.Minute): 100, begin.Add(24 * time.Hour): 0} {
		seen := map[string]bool{}
		for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
			page, err := bigcommerce.New().List(t.Context(), api, since, cursor)
			if err != nil || pages > 20 {
				t.Fatal(pages, err)
			}
			for _, a := range page.Answers {
				var b struct {
					ID json.Number `json:"id"`
				}
				if err := json.Unmarshal(a.Body, &b); err != nil || a.Header["X-Cartograph-Topic"][0] != "fetched/order" {
					t.Fatal(err, a.Header)
				}
				seen[b.ID.String()] = true
			}
			cursor = page.Next
		}
		if len(seen) != want {
			t.Errorf("since %v: %d orders, want %d", since, len(seen), want)
		}
	}
	if _, err := bigcommerce.New().List(t.Context(), api, begin, "x"); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
}

func TestShelf(t *testing.T) {
	t.Parallel()
	const catalog = `{"data":[
 {"id":7,"is_visible":true,"availability":"available","calculated_price":9,"inventory_tracking":"variant","inventory_level":9,"primary_image":{"url_standard":"https://cdn.example/7.png"},
  "variants":[{"id":70,"calculated_price":8.5,"inventory_level":3,"purchasing_disabled":false,"image_url":"https://cdn.example/70.png"},
              {"id":71,"calculated_price":null,"inventory_level":0,"purchasing_disabled":false,"image_url":""},
              {"id":72,"inventory_level":5,"purchasing_disabled":true}]},
 {"id":8,"is_visible":false,"inventory_tracking":"none","calculated_price":4,"variants":[{"id":80}]},
 {"id":9,"is_visible":true,"availability":"preorder","inventory_tracking":"product","inventory_level":2,"calculated_price":4,"primary_image":[],"variants":[]}]}`
	eur := func(n int64) money.Money { return money.Money{Minor: n, Currency: "EUR"} }
	line := func(product, variant, currency string) event.Item {
		return event.Item{ProductID: product, VariantID: variant, Title: "T", Price: money.Money{Minor: 1, Currency: currency}}
	}
	s := &store{pages: map[string]string{"GET /v3/catalog/products": catalog}}
	got, err := bigcommerce.New().Products(t.Context(), serve(t, s), []event.Item{
		line("7", "70", "EUR"), line("7", "71", "EUR"), line("7", "72", "EUR"), line("8", "80", "EUR"), line("9", "", "USD"),
		line("6", "60", "EUR"), line("7", "79", "EUR"), line("", "", "EUR"),
	})
	if err != nil {
		t.Fatal(err)
	}
	n := func(i int) *int { return &i }
	item := func(product, variant string, price money.Money, image string, stock *int) event.Item {
		return event.Item{ProductID: product, VariantID: variant, Title: "T", Price: price, ImageURL: image, Stock: stock}
	}
	want := []platform.Product{
		{Item: item("7", "70", eur(850), "https://cdn.example/70.png", n(3))},
		{Item: item("7", "71", eur(900), "https://cdn.example/7.png", n(0)), Gone: true},
		{Item: item("7", "72", eur(900), "https://cdn.example/7.png", n(5)), Gone: true},
		{Item: item("8", "80", eur(400), "", nil), Gone: true},
		{Item: item("9", "", money.Money{}, "", n(2))},
		{Item: item("6", "60", money.Money{}, "", nil), Gone: true},
		{Item: item("7", "79", eur(900), "https://cdn.example/7.png", n(9)), Gone: true},
	}
	if diff := cmp.Diff(want, got); diff != "" || len(s.asked) != 1 {
		t.Errorf("%v\n%s", s.asked, diff)
	}
	if _, err := bigcommerce.New().Products(t.Context(), serve(t, &store{pages: map[string]string{"GET /v3/catalog/products": `{"data":7}`}}),
		[]event.Item{line("7", "", "EUR")}); !fault.Is(err, fault.Unprocessable) {
		t.Error(err)
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	const (
		storefront = `{"data":{"id":"c1","customer_id":9,"channel_id":1,"currency":{"code":"EUR"},"locale":"en","line_items":{"physical_items":[` +
			`{"product_id":7,"variant_id":70,"quantity":2,"options":[{"name":"Size","nameId":125,"value":"L","valueId":127}]}],"digital_items":[]}}}`
		urls  = `{"data":{"cart_url":"https://shop.example/cart.php?action=load&id=c1&token=t"}}`
		made  = `{"data":{"id":"c2","redirect_urls":{"cart_url":"https://shop.example/cart.php?action=load&id=c2&token=u"}}}`
		again = `POST /v3/carts {"customer_id":9,"channel_id":1,"currency":{"code":"EUR"},"locale":"en","line_items":[{"product_id":7,"variant_id":70,"quantity":2,"option_selections":[{"option_id":125,"option_value":"127"}]}]}`
		buy   = "https://shop.example/checkout/?products=MUG%2FL:2&coupon=SAVE+10%25&action=buy"
	)
	for _, c := range []struct {
		name  string
		pages map[string]string
		want  string
		code  fault.Code
		asked []string
	}{
		{"made by an API", map[string]string{"POST /v3/carts/c1/redirect_urls": urls, "POST /v3/checkouts/c1/coupons": "{}"},
			"https://shop.example/cart.php?action=load&id=c1&token=t", "",
			[]string{`POST /v3/checkouts/c1/coupons {"coupon_code":"SAVE 10%"}`, "POST /v3/carts/c1/redirect_urls"}},
		{"the coupon is refused", map[string]string{"POST /v3/carts/c1/redirect_urls": urls, "POST /v3/checkouts/c1/coupons": "409"},
			"https://shop.example/cart.php?action=load&id=c1&token=t", "", nil},
		{"without the envelope", map[string]string{"POST /v3/carts/c1/redirect_urls": `{"cart_url":"https://shop.example/c"}`}, "https://shop.example/c", "", nil},
		{"made by the storefront", map[string]string{"POST /v3/carts/c1/redirect_urls": "422", "GET /v3/carts/c1": storefront, "POST /v3/carts": made},
			"https://shop.example/cart.php?action=load&id=c2&token=u", "",
			[]string{`POST /v3/checkouts/c1/coupons {"coupon_code":"SAVE 10%"}`, "POST /v3/carts/c1/redirect_urls", "GET /v3/carts/c1", again,
				`POST /v3/checkouts/c2/coupons {"coupon_code":"SAVE 10%"}`}},
		{"gone", map[string]string{}, "", fault.NotFound, nil},
		{"in trouble", map[string]string{"POST /v3/carts/c1/redirect_urls": "500"}, buy, "", nil},
		{"may not", map[string]string{"POST /v3/carts/c1/redirect_urls": "403"}, buy, "", nil},
		{"no address", map[string]string{"POST /v3/carts/c1/redirect_urls": `{"data":{"cart_url":"javascript:alert(1)"}}`}, buy, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &store{pages: c.pages}
			got, err := bigcommerce.New().Open(t.Context(), serve(t, s), closed())
			if got != c.want || fault.CodeOf(err) != c.code {
				t.Errorf("%q, %v", got, err)
			}
			if diff := cmp.Diff(c.asked, s.asked); c.asked != nil && diff != "" {
				t.Error(diff)
			}
		})
	}
}

func closed() platform.Closed {
	return platform.Closed{Links: []event.Link{{Kind: event.LinkCart, Value: "c1"}}, Coupon: "SAVE 10%",
		Items: []event.Item{{SKU: "MUG/L", Variant: "L", ProductID: "7", Quantity: 2}}}
}

func TestOpenWithoutKeys(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		domain string
		item   event.Item
		want   string
	}{
		"a SKU":              {"shop.example", event.Item{SKU: "A", Quantity: 1}, "https://shop.example/checkout/?products=A:1&action=buy"},
		"no SKU, no variant": {"https://shop.example/", event.Item{ProductID: "7", Quantity: 3}, "https://shop.example/checkout/?products=7:3&action=buy"},
		"a variant only":     {"shop.example", event.Item{ProductID: "7", Variant: "L", Quantity: 3}, ""},
		"a SKU with a colon": {"shop.example", event.Item{SKU: "A:B", Quantity: 1}, ""},
		"no domain":          {"", event.Item{SKU: "A", Quantity: 1}, ""},
		"an odd domain":      {"shop.example@evil.example", event.Item{SKU: "A", Quantity: 1}, ""},
	} {
		got, err := bigcommerce.New().Open(t.Context(), platform.API{Shop: event.Delivery{Domain: c.domain}},
			platform.Closed{Items: []event.Item{c.item}})
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

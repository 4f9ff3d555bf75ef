package woocommerce_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/woocommerce"
)

// api is a shop's REST API, answered by a function.
func api(t *testing.T, answer http.HandlerFunc) platform.API {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if key, secret, ok := r.BasicAuth(); !ok || key != "ck_1" || secret != "cs_1" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	shop := deliver("", "")
	shop.Header, shop.Currency = nil, "EUR"
	return platform.API{Shop: shop, Client: server.Client(), Values: map[string]string{
		platform.KeyURL: server.URL, platform.KeyID: "ck_1", platform.KeySecret: "cs_1"}}
}

// TestList reads 250 orders of which 150 changed in one second, by pages.
func TestList(t *testing.T) {
	t.Parallel()
	var changed []time.Time
	for i := range 250 {
		changed = append(changed, at(9, 0).Add(time.Duration(secondOf(i))*time.Second))
	}
	calls := 0
	shop := api(t, func(w http.ResponseWriter, r *http.Request) {
		calls++
		q := r.URL.Query()
		if r.URL.Path != "/wp-json/wc/v3/orders" || q.Get("orderby") != "modified" || q.Get("order") != "asc" || q.Get("dates_are_gmt") != "true" {
			t.Errorf("asked for %s", r.URL)
		}
		after, err := time.Parse("2006-01-02T15:04:05", q.Get("modified_after"))
		if err != nil {
			t.Error(err)
		}
		var page int
		_, _ = fmt.Sscan(q.Get("page"), &page)
		var rows []string
		for i, c := range changed {
			if c.After(after) {
				body := strings.Replace(order("processing", `"date_paid_gmt":"2026-05-02T08:00:00",`), `"id":727`, fmt.Sprintf(`"id":%d`, 1000+i), 1)
				rows = append(rows, strings.Replace(body, "2026-05-02T09:30:00", c.Format("2006-01-02T15:04:05"), 1))
			}
		}
		from := min((page-1)*100, len(rows))
		_, _ = fmt.Fprintf(w, "[%s]", strings.Join(rows[from:min(from+100, len(rows))], ","))
	})
	seen := map[string]bool{}
	a, cursor := woocommerce.New(), ""
	for {
		page, err := a.List(t.Context(), shop, at(9, 0), cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, answer := range page.Answers {
			in := shop.Shop
			in.Header, in.Body = answer.Header, answer.Body
			es, err := a.Parse(in)
			if err != nil {
				t.Fatal(err)
			}
			seen[es[0].Order.ID] = true
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(seen) != 250 || calls > 8 {
		t.Errorf("%d orders of 250, by %d calls", len(seen), calls)
	}
}

// secondOf: thirty orders in as many seconds, 150 in one, then one each second.
func secondOf(i int) int {
	switch {
	case i < 30:
		return i
	case i < 180:
		return 30
	}
	return i - 149
}

// The webhook and the API tell an order under one key, whatever links they add.
func TestListedIsNothingNew(t *testing.T) {
	t.Parallel()
	body := order("processing", `"date_paid_gmt":"2026-05-02T09:25:00",`)
	linked := strings.TrimSuffix(body, "}") + `,"_links":{"self":[{"href":"https:\/\/shop.example\/"}]}}`
	shop := api(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintf(w, "[%s]", body) })
	page, err := woocommerce.New().List(t.Context(), shop, at(9, 0), "")
	if err != nil || len(page.Answers) != 1 || page.Next != "" {
		t.Fatalf("%+v, %v", page, err)
	}
	in := shop.Shop
	in.Header, in.Body = page.Answers[0].Header, page.Answers[0].Body
	es, err := woocommerce.New().Parse(in)
	if err != nil {
		t.Fatal(err)
	}
	if want := parse(t, "order.updated", linked).DedupeKey; es[0].DedupeKey != want {
		t.Errorf("%s, want %s", es[0].DedupeKey, want)
	}
}

func TestFetch(t *testing.T) {
	t.Parallel()
	shop := api(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "..") {
			t.Errorf("asked for %s", r.URL.Path)
		}
		if r.URL.Path != "/wp-json/wc/v3/orders/727" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = w.Write([]byte(order("processing", `"date_paid_gmt":"2026-05-02T09:25:00",`)))
	})
	for id, want := range map[string]int{"727": 1, "728": 0, "../products": 0, "..": 0} {
		got, err := woocommerce.New().Fetch(t.Context(), shop, event.Reference{Kind: event.LinkOrder, ID: id})
		if err != nil || len(got) != want {
			t.Errorf("%s: %d answers, %v", id, len(got), err)
		}
	}
	if got, err := woocommerce.New().Fetch(t.Context(), shop, event.Reference{Kind: event.LinkCart, ID: "727"}); err != nil || len(got) != 0 {
		t.Errorf("a cart: %d answers, %v", len(got), err)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	var status int
	shop := api(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(status)
	})
	for code, want := range map[int]fault.Code{429: fault.Throttled, 503: fault.Overloaded, 403: fault.Misconfigured, 404: fault.NotFound} {
		status = code
		err := woocommerce.New().Probe(t.Context(), shop)
		if !fault.Is(err, want) {
			t.Errorf("%d: %v, want %s", code, err, want)
		}
	}
	for name, change := range map[string]func(v map[string]string){
		"another key": func(v map[string]string) { v[platform.KeySecret] = "cs_2" },
		"no key":      func(v map[string]string) { v[platform.KeyID] = "" },
		"no https":    func(v map[string]string) { v[platform.KeyURL] = "http://shop.example" },
		"no address":  func(v map[string]string) { v[platform.KeyURL] = "https://:8080" },
	} {
		other := shop
		other.Values = map[string]string{}
		for k, v := range shop.Values {
			other.Values[k] = v
		}
		change(other.Values)
		if err := woocommerce.New().Probe(t.Context(), other); !fault.Is(err, fault.Misconfigured) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestProducts(t *testing.T) {
	t.Parallel()
	shop := api(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path + "?" + r.URL.Query().Get("include") {
		case "/wp-json/wc/v3/products?22,23,30,40,50":
			_, _ = w.Write([]byte(`[
			{"id":22,"name":"Poster &#8211; Large","status":"publish","price":"9.50","purchasable":true,"stock_status":"instock","stock_quantity":3,
			 "permalink":"https:\/\/shop.example\/poster\/","images":[{"src":"https:\/\/shop.example\/p.jpg"},{"src":"https:\/\/shop.example\/q.jpg"}]},
			{"id":23,"name":"Sold out","status":"publish","price":"5","purchasable":true,"stock_status":"outofstock","stock_quantity":0},
			{"id":30,"name":"Tee","status":"publish","price":"20","purchasable":true,"stock_status":"instock","stock_quantity":null,"images":[]},
			{"id":50,"name":"Hidden","status":"draft","price":"","purchasable":true,"stock_status":"instock"}]`))
		case "/wp-json/wc/v3/products/30/variations?31,32":
			_, _ = w.Write([]byte(`[{"id":31,"status":"publish","price":"21.00","purchasable":true,"stock_status":"onbackorder","stock_quantity":-2,
			 "permalink":"https:\/\/shop.example\/tee\/?c=blue","image":{"src":"https:\/\/shop.example\/blue.jpg"}}]`))
		default:
			t.Errorf("asked for %s", r.URL)
		}
	})
	eur := func(n int64) money.Money { return money.Money{Minor: n, Currency: "EUR"} }
	line := func(product, variant string) event.Item {
		return event.Item{ProductID: product, VariantID: variant, Price: eur(1)}
	}
	dollars := line("22", "")
	dollars.Price.Currency = "USD"
	items := []event.Item{line("22", ""), dollars, line("23", ""), line("30", "31"), line("30", "32"), line("40", ""), line("50", ""), {Title: "No id"}, {ProductID: "gid://1"}}
	got, err := woocommerce.New().Products(t.Context(), shop, items)
	if err != nil {
		t.Fatal(err)
	}
	three, none := 3, 0
	poster := event.Item{ProductID: "22", Title: "Poster – Large", Price: eur(950), URL: "https://shop.example/poster/", ImageURL: "https://shop.example/p.jpg", Stock: &three}
	unpriced := poster
	unpriced.Price = money.Money{}
	want := []platform.Product{
		{Item: poster},
		{Item: unpriced},
		{Item: event.Item{ProductID: "23", Title: "Sold out", Price: eur(500), Stock: &none}, Gone: true},
		{Item: event.Item{ProductID: "30", VariantID: "31", Title: "Tee", Price: eur(2100), URL: "https://shop.example/tee/?c=blue", ImageURL: "https://shop.example/blue.jpg"}},
		{Item: event.Item{ProductID: "30", VariantID: "32", Title: "Tee", Price: eur(2000)}, Gone: true},
		{Item: event.Item{ProductID: "40"}, Gone: true},
		{Item: event.Item{ProductID: "50", Title: "Hidden"}, Gone: true},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	const ours = "https://shop.example/?cartograph-cart=0af1&cartograph-key=ff"
	for _, c := range []struct{ told, coupon, want string }{
		{ours, "", ours},
		{ours, "SPRING 10%", ours + "&cartograph-coupon=SPRING+10%25"},
		{"https://shop.example/pay?key=wc_order_1", "SPRING", "https://shop.example/pay?key=wc_order_1"},
		{"", "SPRING", ""},
		{"https://%zz", "SPRING", "https://%zz"},
	} {
		got, err := woocommerce.New().Open(t.Context(), platform.API{}, platform.Closed{RestoreURL: c.told, Coupon: c.coupon})
		want := c.want
		if strings.Contains(want, "cartograph-coupon") { // Query values are written in the order of their names.
			want = "https://shop.example/?cartograph-cart=0af1&cartograph-coupon=SPRING+10%25&cartograph-key=ff"
		}
		if err != nil || got != want {
			t.Errorf("%s with %s: %s, %v", c.told, c.coupon, got, err)
		}
	}
}

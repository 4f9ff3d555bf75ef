package commercetools_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/commercetools"
)

// project is commercetools' API over HTTP: a login, and answers by path.
type project struct {
	t  *testing.T
	mu sync.Mutex
	// login is the status of the login, 200 where it is 0; logins counts them.
	login, logins int
	// pages are answers by path below the project; a number is a status.
	pages map[string]string
	// query answers lists itself.
	query func(path string, q map[string][]string) (string, bool)
	asked []string
}

func (p *project) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.URL.Path == "/oauth/token" {
		p.logins++
		id, key, _ := r.BasicAuth()
		if p.login != 0 || id != "client" || key != "secret" {
			w.WriteHeader(max(p.login, http.StatusBadRequest))
			return
		}
		_, _ = w.Write([]byte(`{"access_token":"tok","token_type":"Bearer"}`))
		return
	}
	if r.Header.Get("Authorization") != "Bearer tok" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	path := strings.TrimPrefix(r.URL.Path, "/studio/")
	p.asked = append(p.asked, path+" "+r.URL.Query().Get("where"))
	text, found := p.pages[path]
	if p.query != nil && !found {
		text, found = p.query(path, r.URL.Query())
	}
	status, err := strconv.Atoi(text)
	switch {
	case !found:
		w.WriteHeader(http.StatusNotFound)
	case err == nil:
		w.Header().Set("Retry-After", "3")
		w.WriteHeader(status)
	default:
		_, _ = w.Write([]byte(text))
	}
}

func serve(t *testing.T, p *project) platform.API {
	t.Helper()
	p.t = t
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	shop := deliver("")
	shop.Header, shop.Body = nil, nil
	return platform.API{Shop: shop, Client: server.Client(), Values: map[string]string{platform.KeyURL: server.URL,
		platform.KeyAccount: "studio", platform.KeyID: "client", platform.KeySecret: "secret"}}
}

func TestFetch(t *testing.T) {
	t.Parallel()
	ref := func(kind event.LinkKind, id string) event.Reference { return event.Reference{Kind: kind, ID: id} }
	one := `{"results":[{"id":"o1"},{"id":"o2"}]}`
	for _, c := range []struct {
		name   string
		ref    event.Reference
		pages  map[string]string
		topics string
		code   fault.Code
		after  time.Duration
		where  string
	}{
		{name: "a cart", ref: ref(event.LinkCart, "c1"), pages: map[string]string{"carts/c1": `{"id":"c1","cartState":"Active"}`}, topics: "fetched/cart"},
		{name: "an ordered cart", ref: ref(event.LinkCart, "c1"), pages: map[string]string{"carts/c1": `{"id":"c1","cartState":"Ordered"}`, "orders": one},
			topics: "fetched/cart fetched/order fetched/order", where: `cart(id="c1")`},
		{name: "a cart that is gone", ref: ref(event.LinkCart, "c1")},
		{name: "an order", ref: ref(event.LinkOrder, "o1"), pages: map[string]string{"orders/o1": `{"id":"o1"}`}, topics: "fetched/order"},
		{name: "the orders of a payment", ref: ref("payment", "p1"), pages: map[string]string{"orders": one}, topics: "fetched/order fetched/order",
			where: `paymentInfo(payments(id="p1"))`},
		{name: "a payment of no order", ref: ref("payment", "p1"), pages: map[string]string{"orders": `{"results":[]}`}},
		{name: "no list", ref: ref("payment", "p1"), pages: map[string]string{"orders": `{}`}, code: fault.Unprocessable},
		{name: "asked too often", ref: ref(event.LinkOrder, "o1"), pages: map[string]string{"orders/o1": "429"}, code: fault.Throttled, after: 3 * time.Second},
		{name: "may not", ref: ref(event.LinkOrder, "o1"), pages: map[string]string{"orders/o1": "403"}, code: fault.Misconfigured},
		{name: "in trouble", ref: ref(event.LinkOrder, "o1"), pages: map[string]string{"orders/o1": "503"}, code: fault.Overloaded, after: 3 * time.Second},
		{name: "an id that would say more", ref: ref("payment", `p1") or version > 0 or id="`), code: fault.Unprocessable},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := &project{pages: c.pages}
			answers, err := commercetools.New().Fetch(t.Context(), serve(t, p), c.ref)
			var topics []string
			for _, a := range answers {
				topics = append(topics, a.Header["X-Cartograph-Topic"][0])
			}
			if fault.CodeOf(err) != c.code || strings.Join(topics, " ") != c.topics {
				t.Errorf("%v, %v", topics, err)
			}
			if f, ok := err.(*fault.Error); ok && f.After != c.after {
				t.Errorf("wait %v", f.After)
			}
			if n := len(p.asked); c.where != "" && p.asked[n-1] != "orders "+c.where || p.logins > 1 {
				t.Errorf("asked %v, %d logins", p.asked, p.logins)
			}
		})
	}
}

func TestProbe(t *testing.T) {
	t.Parallel()
	if err := commercetools.New().Probe(t.Context(), serve(t, &project{pages: map[string]string{"orders": `{"results":[]}`}})); err != nil {
		t.Error(err)
	}
	for status, code := range map[int]fault.Code{400: fault.Misconfigured, 401: fault.Misconfigured, 404: fault.Misconfigured, 503: fault.Overloaded} {
		if err := commercetools.New().Probe(t.Context(), serve(t, &project{login: status})); fault.CodeOf(err) != code {
			t.Errorf("%d: %v", status, err)
		}
	}
	for _, name := range []string{platform.KeyAccount, platform.KeyID, platform.KeySecret} {
		api := serve(t, &project{})
		delete(api.Values, name)
		if err := commercetools.New().Probe(t.Context(), api); !fault.Is(err, fault.Misconfigured) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

// TestLoginStaysInTheRegion: the client's secret goes to auth. beside api. and nowhere else.
func TestLoginStaysInTheRegion(t *testing.T) {
	t.Parallel()
	var asked []string
	client := &http.Client{Transport: seen(func(r *http.Request) { asked = append(asked, r.Method+" "+r.URL.String()) })}
	for _, base := range []string{"https://api.us-central1.gcp.commercetools.com/", ""} {
		api := platform.API{Client: client, Values: map[string]string{platform.KeyURL: base, platform.KeyAccount: "studio",
			platform.KeyID: "client", platform.KeySecret: "secret"}}
		_ = commercetools.New().Probe(t.Context(), api)
	}
	want := []string{"POST https://auth.us-central1.gcp.commercetools.com/oauth/token", "POST https://auth.europe-west1.gcp.commercetools.com/oauth/token"}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Error(diff)
	}
}

// seen notes a request and lets none through.
type seen func(r *http.Request)

func (s seen) RoundTrip(r *http.Request) (*http.Response, error) {
	s(r)
	return nil, http.ErrServerClosed
}

// shelves answer queries by lastModifiedAt and id, as the API does.
func shelves(t *testing.T, orders, carts int) func(path string, q map[string][]string) (string, bool) {
	type entry struct {
		ID string `json:"id"`
		At string `json:"lastModifiedAt"`
	}
	since := regexp.MustCompile(`^lastModifiedAt >= "([^"]+)"$`)
	after := regexp.MustCompile(`^lastModifiedAt > "([^"]+)" or \(lastModifiedAt = "([^"]+)" and id > "([^"]+)"\)$`)
	made := func(n int) (all []entry) {
		for i := range n {
			// Forty-five of them changed in one millisecond.
			at := time.Date(2026, 5, 2, 8, max(0, i-45), 0, 5e6, time.UTC)
			all = append(all, entry{fmt.Sprintf("%08d-d5ad", i*7919%n), at.Format("2006-01-02T15:04:05.000Z")})
		}
		slices.SortFunc(all, func(a, b entry) int { return strings.Compare(a.At+a.ID, b.At+b.ID) })
		return all
	}
	all := map[string][]entry{"orders": made(orders), "carts": made(carts)}
	return func(path string, q map[string][]string) (string, bool) {
		if strings.Join(q["sort"], ",") != "lastModifiedAt asc,id asc" || q["withTotal"][0] != "false" {
			t.Errorf("asked with %v", q)
		}
		limit, _ := strconv.Atoi(q["limit"][0])
		found := []entry{}
		for _, e := range all[path] {
			where := q["where"][0]
			fits := false
			if m := since.FindStringSubmatch(where); m != nil {
				fits = e.At >= m[1]
			} else if m := after.FindStringSubmatch(where); m != nil {
				fits = e.At > m[1] || e.At == m[2] && e.ID > m[3]
			} else {
				t.Errorf("asked for %q", where)
			}
			if fits && len(found) < limit {
				found = append(found, e)
			}
		}
		text, _ := json.Marshal(map[string]any{"results": found})
		return string(text), true
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	for _, n := range [][2]int{{0, 0}, {20, 0}, {130, 47}, {5, 60}} {
		api := serve(t, &project{query: shelves(t, n[0], n[1])})
		seen := map[string]int{}
		for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
			page, err := commercetools.New().List(t.Context(), api, time.Date(2026, 5, 2, 8, 0, 0, 0, time.UTC), cursor)
			if err != nil || pages > 30 {
				t.Fatal(pages, err)
			}
			for _, a := range page.Answers {
				seen[a.Header["X-Cartograph-Topic"][0]]++
			}
			cursor = page.Next
		}
		if seen["fetched/order"] != n[0] || seen["fetched/cart"] != n[1] {
			t.Errorf("%v: %v", n, seen)
		}
	}
	for _, cursor := range []string{"x", "7||", "-1||", "0|t|", `0|2026-05-02T08:00:00.000Z|a" or id > "`, `0|2026" or version > 0|a`, "0||a"} {
		if _, err := commercetools.New().List(t.Context(), serve(t, &project{}), received, cursor); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", cursor, err)
		}
	}
}

func TestShelf(t *testing.T) {
	t.Parallel()
	const shelf = `{"results":[{"id":"p1","masterVariant":{"id":1,"sku":"A","images":[{"url":"https://images.example/a.jpg"}],
  "price":{"value":{"centAmount":1000,"fractionDigits":2,"currencyCode":"EUR"},"discounted":{"value":{"centAmount":800,"fractionDigits":2,"currencyCode":"EUR"}}},
  "availability":{"isOnStock":true,"availableQuantity":4}},
 "variants":[{"id":2,"sku":"B","availability":{"isOnStock":false,"availableQuantity":0}},{"id":3,"availability":{"channels":{"x":{"isOnStock":false},"y":{"isOnStock":true}}}},
  {"id":4,"sku":"D","availability":{"channels":{"x":{"isOnStock":false}}}}]}]}`
	line := func(product, sku, variant string) event.Item {
		return event.Item{ProductID: product, SKU: sku, VariantID: variant, Title: "T", Price: eur(1)}
	}
	p := &project{pages: map[string]string{"product-projections": shelf}}
	got, err := commercetools.New().Products(t.Context(), serve(t, p), []event.Item{line("p1", "A", ""), line("p1", "B", ""), line("p1", "", "p1/3"),
		line("p1", "D", ""), line("p1", "gone", ""), line("p2", "A", ""), line("", "", "")})
	if err != nil {
		t.Fatal(err)
	}
	n := func(i int) *int { return &i }
	item := func(product, sku, variant string, price money.Money, image string, stock *int) event.Item {
		return event.Item{ProductID: product, SKU: sku, VariantID: variant, Title: "T", Price: price, ImageURL: image, Stock: stock}
	}
	none := money.Money{}
	want := []platform.Product{
		{Item: item("p1", "A", "", eur(800), "https://images.example/a.jpg", n(4))},
		{Item: item("p1", "B", "", none, "", n(0)), Gone: true},
		{Item: item("p1", "", "p1/3", none, "", nil)},
		{Item: item("p1", "D", "", none, "", nil), Gone: true},
		{Item: item("p1", "gone", "", none, "", nil), Gone: true},
		{Item: item("p2", "A", "", none, "", nil), Gone: true},
	}
	if diff := cmp.Diff(want, got); diff != "" || len(p.asked) != 1 || p.asked[0] != `product-projections id in ("p1","p2")` {
		t.Errorf("%v\n%s", p.asked, diff)
	}
	if got, err := commercetools.New().Products(t.Context(), serve(t, &project{}), []event.Item{line("", "", "")}); err != nil || got != nil {
		t.Errorf("%v, %v", got, err)
	}
}

package shopify_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/shopify"
)

// admin is Shopify's Admin API over real HTTP; each test says what it answers.
func admin(t *testing.T, answer http.HandlerFunc) platform.API {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return platform.API{Client: server.Client(),
		Shop:   event.Delivery{ShopID: "shop-1", Domain: "studio.myshopify.com", ReceivedAt: received, Currency: "EUR"},
		Values: map[string]string{platform.KeyURL: server.URL, platform.KeySecret: "shpat_token"}}
}

func authorized(w http.ResponseWriter, r *http.Request) bool {
	if r.Header.Get("X-Shopify-Access-Token") == "shpat_token" {
		return true
	}
	w.WriteHeader(http.StatusUnauthorized)
	return false
}

// ordersOf serves three orders on two pages, and tells the next one as Shopify
// does: at an address of its own choosing.
func ordersOf(w http.ResponseWriter, r *http.Request) {
	if !authorized(w, r) {
		return
	}
	q := r.URL.Query()
	order := `{"id":%d,"checkout_token":"ck%d","updated_at":"2026-05-02T09:0%d:00Z","currency":"USD","total_price":"9.00","source_name":"web"}`
	switch {
	case r.URL.Path != "/admin/api/2026-04/orders.json" || q.Get("limit") != "250":
		w.WriteHeader(http.StatusBadRequest)
	case q.Get("page_info") == "" && q.Get("status") == "any" && q.Get("updated_at_min") == "2026-05-02T08:00:00Z":
		w.Header().Add("Link", `<https://elsewhere.example/admin/api/2026-04/orders.json?limit=250&page_info=before>; rel="previous", `+
			`<https://elsewhere.example/admin/api/2026-04/orders.json?limit=250&page_info=eyJsYXN0%3D>; rel="next"`)
		_, _ = fmt.Fprintf(w, `{"orders":[`+order+`,`+order+`]}`, 1, 1, 1, 2, 2, 2)
	case q.Get("page_info") == "eyJsYXN0=" && !q.Has("status") && !q.Has("updated_at_min") && !q.Has("order"):
		_, _ = fmt.Fprintf(w, `{"orders":[`+order+`]}`, 3, 3, 3)
	default:
		w.WriteHeader(http.StatusBadRequest)
	}
}

// listed asks for all pages and parses them.
func listed(t *testing.T, api platform.API) (events []event.Event) {
	t.Helper()
	cursor := ""
	for range 5 {
		page, err := shopify.New().List(t.Context(), api, time.Date(2026, 5, 2, 10, 0, 0, 0, time.FixedZone("", 7200)), cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range page.Answers {
			d := api.Shop
			d.Header, d.Body = a.Header, a.Body
			es, err := shopify.New().Parse(d)
			if err != nil {
				t.Fatal(err)
			}
			events = append(events, es...)
		}
		if cursor = page.Next; cursor == "" {
			return events
		}
	}
	t.Fatal("the list has no end")
	return nil
}

func TestListOfOrders(t *testing.T) {
	t.Parallel()
	api := admin(t, ordersOf)
	first, again := listed(t, api), listed(t, api)
	var ids, keys []string
	for i, e := range first {
		ids, keys = append(ids, e.Order.ID), append(keys, e.DedupeKey)
		if e.DedupeKey != again[i].DedupeKey || e.Kind != event.OrderUpdated || !e.Order.Creditable {
			t.Errorf("listed again: %+v, before %+v", again[i], e)
		}
		if want := link(event.LinkCheckout, "ck"+e.Order.ID); e.Links[0] != want {
			t.Errorf("links %+v, want %+v first", e.Links, want)
		}
	}
	if diff := cmp.Diff([]string{"1", "2", "3"}, ids); diff != "" {
		t.Error(diff)
	}
	if keys[0] == keys[1] || keys[1] == keys[2] {
		t.Errorf("different orders share a key: %v", keys)
	}
}

func TestAnOrderChangedIsAnotherEvent(t *testing.T) {
	t.Parallel()
	keys := map[string]bool{}
	for _, at := range []string{"2026-05-02T09:00:00Z", "2026-05-02T09:00:01Z", "2026-05-02T11:00:01+02:00"} {
		d := event.Delivery{ShopID: "shop-1", ReceivedAt: received, Currency: "EUR", Header: map[string][]string{"X-Cartograph-Topic": {"fetched/order"}},
			Body: []byte(`{"id":1,"currency":"USD","total_price":"9.00","updated_at":"` + at + `"}`)}
		keys[parse(t, d).DedupeKey] = true
	}
	if len(keys) != 2 {
		t.Errorf("%d keys for two states: %v", len(keys), keys)
	}
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		status int
		want   fault.Code
	}{
		{"the key was taken back", http.StatusUnauthorized, fault.Misconfigured},
		{"a right is missing", http.StatusForbidden, fault.Misconfigured},
		{"too many calls", http.StatusTooManyRequests, fault.Throttled},
		{"down", http.StatusBadGateway, fault.Overloaded},
		{"no such shop", http.StatusNotFound, fault.NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			api := admin(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "2.0")
				w.WriteHeader(c.status)
			})
			_, list := shopify.New().List(t.Context(), api, received, "")
			_, shelf := shopify.New().Products(t.Context(), api, []event.Item{{VariantID: "1"}})
			for what, err := range map[string]error{"list": list, "products": shelf, "probe": shopify.New().Probe(t.Context(), api)} {
				if !fault.Is(err, c.want) {
					t.Errorf("%s: %v, want %s", what, err, c.want)
				}
			}
		})
	}
}

// TestClientCredentials: an app of the Dev Dashboard has no lasting token.
func TestClientCredentials(t *testing.T) {
	t.Parallel()
	api := admin(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/admin/oauth/access_token":
			ordersOf(w, r)
		case r.FormValue("grant_type") != "client_credentials" || r.FormValue("client_id") != "an id":
			w.WriteHeader(http.StatusUnauthorized)
		case r.FormValue("client_secret") != "a secret":
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error":"shop_not_permitted"}`)
		default:
			_, _ = io.WriteString(w, `{"access_token":"shpat_token","scope":"read_orders","expires_in":86399}`)
		}
	})
	api.Values[platform.KeyID], api.Values[platform.KeySecret] = "an id", "a secret"
	if n := len(listed(t, api)); n != 3 {
		t.Errorf("%d orders, want 3", n)
	}
	for _, values := range []map[string]string{
		{platform.KeyID: "an id", platform.KeySecret: "of another shop"},
		{platform.KeyID: "another", platform.KeySecret: "a secret"},
		{},
	} {
		values[platform.KeyURL] = api.Values[platform.KeyURL]
		api.Values = values
		if err := shopify.New().Probe(t.Context(), api); !fault.Is(err, fault.Misconfigured) {
			t.Errorf("%v: %v, want misconfigured", values, err)
		}
	}
}

// shelf answers for the variants it knows, in the order asked.
func shelf(variants map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Query     string
			Variables struct{ IDs []string }
		}
		if !authorized(w, r) || json.NewDecoder(r.Body).Decode(&in) != nil || r.URL.Path != "/admin/api/2026-04/graphql.json" {
			return
		}
		nodes := []json.RawMessage{}
		for _, id := range in.Variables.IDs {
			nodes = append(nodes, json.RawMessage(variants[id]))
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"data": map[string]any{"shop": map[string]string{"currencyCode": "EUR"}, "nodes": nodes}})
	}
}

func TestShelf(t *testing.T) {
	t.Parallel()
	variant := func(id, more string) string {
		return `{"id":"gid://shopify/ProductVariant/` + id + `","title":"Blue","price":"10.00","availableForSale":true,"sellableOnlineQuantity":3,
			"inventoryPolicy":"DENY","inventoryItem":{"tracked":true},"media":{"nodes":[]},` + more + `"product":{"title":"Mug","status":"ACTIVE",
			"publishedAt":"2026-01-01T00:00:00Z","onlineStoreUrl":"https://studio.example/products/mug",
			"featuredMedia":{"preview":{"image":{"url":"https://cdn.shopify.com/mug.jpg"}}}}}`
	}
	api := admin(t, shelf(map[string]string{
		"gid://shopify/ProductVariant/1": variant("1", ""),
		"gid://shopify/ProductVariant/2": variant("2", `"media":{"nodes":[{"preview":{"image":{"url":"https://cdn.shopify.com/blue.jpg"}}}]},"inventoryPolicy":"CONTINUE",`),
		"gid://shopify/ProductVariant/3": "null",
		"gid://shopify/ProductVariant/4": variant("4", `"availableForSale":false,`),
	}))
	line := func(id string) event.Item {
		return event.Item{VariantID: id, SKU: "S" + id, Title: "then", Price: usd(1)}
	}
	eur := line("1")
	eur.Price.Currency = "EUR"
	got, err := shopify.New().Products(t.Context(), api, []event.Item{eur, line("2"), line("3"), line("4"), {Title: "typed by hand"}})
	if err != nil {
		t.Fatal(err)
	}
	three := 3
	now := func(id string) event.Item {
		return event.Item{VariantID: id, SKU: "S" + id, Title: "Mug", Variant: "Blue", URL: "https://studio.example/products/mug",
			ImageURL: "https://cdn.shopify.com/mug.jpg", Stock: &three}
	}
	one, two, four := now("1"), now("2"), now("4")
	one.Price = eur.Price
	one.Price.Minor = 1000
	two.Stock, two.ImageURL = nil, "https://cdn.shopify.com/blue.jpg"
	want := []platform.Product{{Item: one}, {Item: two}, {Item: event.Item{VariantID: "3", SKU: "S3"}, Gone: true}, {Item: four, Gone: true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestShelfAnswersWholeOrNotAtAll: what half an answer leaves out is not gone.
func TestShelfAnswersWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]fault.Code{
		`{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}]}`:                     fault.Throttled,
		`{"data":{"nodes":[null]},"errors":[{"message":"x","extensions":{"code":"ACCESS_DENIED"}}]}`: fault.Misconfigured,
		`{"data":{"shop":{"currencyCode":"EUR"},"nodes":[null]},"errors":[{"message":"Internal"}]}`:  fault.Unprocessable,
		`{"data":{"shop":{"currencyCode":"EUR"},"nodes":[]}}`:                                        fault.Unprocessable,
		`<html>`: fault.Unprocessable,
	} {
		api := admin(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
		if got, err := shopify.New().Products(t.Context(), api, []event.Item{{VariantID: "1"}}); !fault.Is(err, want) {
			t.Errorf("%s: %v, %v", body, got, err)
		}
	}
}

func TestWayBack(t *testing.T) {
	t.Parallel()
	mug, cup := event.Item{VariantID: "111", Quantity: 2}, event.Item{VariantID: "222", Quantity: 1}
	many := make([]event.Item, 500)
	for i := range many {
		many[i] = mug
	}
	const recover = "https://studio.example/checkouts/ac/c1/recover?key=a%2Bb&locale=fr"
	for _, c := range []struct {
		name string
		in   platform.Closed
		want string
	}{
		{"the told address", platform.Closed{RestoreURL: recover, Items: []event.Item{mug}}, recover},
		{"with a coupon", platform.Closed{RestoreURL: recover, Coupon: "SPRING 5%"}, recover + "&discount=SPRING+5%25"},
		{"in place of another one", platform.Closed{RestoreURL: "https://s.example/r?discount=OLD", Coupon: "NEW"}, "https://s.example/r?discount=NEW"},
		{"a permalink", platform.Closed{Items: []event.Item{mug, cup}}, "https://studio.myshopify.com/cart/111:2,222:1"},
		{"with a coupon", platform.Closed{Items: []event.Item{mug}, Coupon: "SPRING"}, "https://studio.myshopify.com/cart/111:2?discount=SPRING"},
		{"a line without a variant", platform.Closed{Items: []event.Item{mug, {ProductID: "3", Quantity: 1}}, Coupon: "SPRING"}, ""},
		{"too large", platform.Closed{Items: many}, ""},
		{"nothing in it", platform.Closed{}, ""},
		{"no web address", platform.Closed{RestoreURL: "javascript:alert(1)"}, ""},
	} {
		got, err := shopify.New().Open(t.Context(), platform.API{Shop: event.Delivery{Domain: "https://studio.myshopify.com/"}}, c.in)
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v, want %q", c.name, got, err, c.want)
		}
	}
}

var (
	_ platform.Lister = (*shopify.Adapter)(nil)
	_ platform.Shelf  = (*shopify.Adapter)(nil)
	_ platform.Opener = (*shopify.Adapter)(nil)
)

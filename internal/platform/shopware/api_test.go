package shopware_test

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
	"github.com/cartograph-dev/cartograph/internal/platform/shopware"
)

// criteria is what a search asks for.
type criteria struct {
	IDs    []string
	Page   int
	Limit  int
	Filter []struct {
		Operator string
		Queries  []struct {
			Field      string
			Parameters map[string]string
		}
	}
}

// shop is Shopware's Admin API over real HTTP with 101 orders and two products.
func shop(t *testing.T, answer func(w http.ResponseWriter, entity string, c criteria)) platform.API {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/oauth/token" {
			var in map[string]string
			_ = json.NewDecoder(r.Body).Decode(&in)
			if in["grant_type"] != "client_credentials" || in["client_id"] != "SWIA" || in["client_secret"] != "a secret" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			_, _ = io.WriteString(w, `{"token_type":"Bearer","expires_in":600,"access_token":"token"}`)
			return
		}
		if r.Header.Get("Authorization") != "Bearer token" || r.Header.Get("Accept") != "application/json" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var c criteria
		_ = json.NewDecoder(r.Body).Decode(&c)
		answer(w, r.URL.Path, c)
	}))
	t.Cleanup(server.Close)
	return platform.API{Client: server.Client(), Shop: event.Delivery{ShopID: "shop-1", Domain: "shop.example", ReceivedAt: received, Currency: "EUR"},
		Values: map[string]string{platform.KeyURL: server.URL, platform.KeyID: "SWIA", platform.KeySecret: "a secret"}}
}

func orders(w http.ResponseWriter, path string, c criteria) {
	if path != "/api/search/order" {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	data := []any{}
	one := func(n int) any {
		return map[string]any{"id": fmt.Sprintf("o%d", n), "amountTotal": 5, "updatedAt": "2026-05-02T09:00:00.000+00:00"}
	}
	if len(c.IDs) == 1 && c.IDs[0] == "o1" {
		data = append(data, one(1))
	}
	for n := (c.Page-1)*c.Limit + 1; len(c.Filter) == 1 && n <= min(101, c.Page*c.Limit); n++ {
		if q := c.Filter[0].Queries; len(q) == 2 && q[0].Parameters["gte"] == "2026-05-02T08:00:00.000Z" {
			data = append(data, one(n))
		}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"total": len(data), "data": data})
}

func TestList(t *testing.T) {
	t.Parallel()
	api := shop(t, orders)
	since := time.Date(2026, 5, 2, 8, 0, 0, 0, time.UTC)
	ids, keys := map[string]bool{}, map[string]bool{}
	for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
		page, err := shopware.New().List(t.Context(), api, since, cursor)
		if err != nil || pages > 3 {
			t.Fatalf("page %d: %v", pages, err)
		}
		for _, a := range page.Answers {
			d := api.Shop
			d.Header, d.Body = a.Header, a.Body
			es, err := shopware.New().Parse(d)
			if err != nil {
				t.Fatal(err)
			}
			ids[es[0].Order.ID], keys[es[0].DedupeKey] = true, true
		}
		cursor = page.Next
	}
	if len(ids) != 101 || len(keys) != 101 {
		t.Errorf("%d orders under %d keys, want 101", len(ids), len(keys))
	}
	if _, err := shopware.New().List(t.Context(), api, since, "x"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a cursor of nobody's: %v", err)
	}
}

func TestFetch(t *testing.T) {
	t.Parallel()
	api := shop(t, orders)
	for id, want := range map[string]int{"o1": 1, "gone": 0, "../../oauth/token": 0} {
		got, err := shopware.New().Fetch(t.Context(), api, event.Reference{Kind: event.LinkOrder, ID: id})
		if err != nil || len(got) != want {
			t.Errorf("%s: %d answers, %v", id, len(got), err)
		}
	}
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]fault.Code{http.StatusForbidden: fault.Misconfigured, http.StatusTooManyRequests: fault.Throttled, http.StatusServiceUnavailable: fault.Overloaded} {
		api := shop(t, func(w http.ResponseWriter, _ string, _ criteria) {
			w.Header().Set("Retry-After", "3")
			w.WriteHeader(status)
		})
		_, list := shopware.New().List(t.Context(), api, received, "")
		_, fetch := shopware.New().Fetch(t.Context(), api, event.Reference{Kind: event.LinkOrder, ID: "o1"})
		_, shelf := shopware.New().Products(t.Context(), api, []event.Item{{ProductID: "p1"}})
		for what, err := range map[string]error{"list": list, "fetch": fetch, "products": shelf, "probe": shopware.New().Probe(t.Context(), api)} {
			if !fault.Is(err, want) {
				t.Errorf("%d %s: %v, want %s", status, what, err, want)
			}
		}
	}
	api := shop(t, orders)
	for _, values := range []map[string]string{{platform.KeyID: "SWIA", platform.KeySecret: "another"}, {platform.KeyID: "SWIA"}, {}} {
		values[platform.KeyURL] = api.Values[platform.KeyURL]
		api.Values = values
		if err := shopware.New().Probe(t.Context(), api); !fault.Is(err, fault.Misconfigured) {
			t.Errorf("%v: %v", values, err)
		}
	}
}

func TestShelf(t *testing.T) {
	t.Parallel()
	api := shop(t, func(w http.ResponseWriter, path string, c criteria) {
		if path != "/api/search/product" || len(c.IDs) != 4 {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = io.WriteString(w, `{"total":3,"data":[
			{"id":"p1","active":true,"available":true,"isCloseout":true,"availableStock":3,"translated":{"name":"Mug"},"cover":{"media":{"url":"https://shop.example/mug.jpg"}}},
			{"id":"p2","active":true,"available":true,"isCloseout":false,"availableStock":0,"translated":{"name":"Cup"},"cover":null},
			{"id":"p3","active":false,"available":true,"translated":[]}]}`)
	})
	got, err := shopware.New().Products(t.Context(), api, []event.Item{{ProductID: "p1", SKU: "M"}, {ProductID: "p2"}, {ProductID: "p3"}, {ProductID: "p4"}, {Title: "no product"}})
	if err != nil {
		t.Fatal(err)
	}
	three := 3
	want := []platform.Product{
		{Item: event.Item{ProductID: "p1", SKU: "M", Title: "Mug", ImageURL: "https://shop.example/mug.jpg", Stock: &three}},
		{Item: event.Item{ProductID: "p2", Title: "Cup"}},
		{Item: event.Item{ProductID: "p3"}, Gone: true},
		{Item: event.Item{ProductID: "p4"}, Gone: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWayBack(t *testing.T) {
	t.Parallel()
	for in, want := range map[[2]string]string{
		{"https://shop.example/cartograph/cart?items=a:1", ""}:        "https://shop.example/cartograph/cart?items=a:1",
		{"https://shop.example/cartograph/cart?items=a:1", "SPRING "}: "https://shop.example/cartograph/cart?code=SPRING+&items=a%3A1",
		{"", "SPRING"}: "",
	} {
		got, err := shopware.New().Open(t.Context(), platform.API{}, platform.Closed{RestoreURL: in[0], Coupon: in[1]})
		if err != nil || got != want {
			t.Errorf("%v: %q, %v, want %q", in, got, err, want)
		}
	}
}

var (
	_ platform.Fetcher = (*shopware.Adapter)(nil)
	_ platform.Lister  = (*shopware.Adapter)(nil)
	_ platform.Shelf   = (*shopware.Adapter)(nil)
	_ platform.Opener  = (*shopware.Adapter)(nil)
)

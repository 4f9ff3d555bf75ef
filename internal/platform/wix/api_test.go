package wix_test

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
	"github.com/cartograph-dev/cartograph/internal/platform/wix"
)

// site is Wix's API over real HTTP, which gives a token to one app on one site.
func site(t *testing.T, answer http.HandlerFunc) platform.API {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/oauth2/token" {
			var in map[string]string
			_ = json.NewDecoder(r.Body).Decode(&in)
			if in["grant_type"] != "client_credentials" || in["client_id"] != "app" || in["client_secret"] != "a secret" || in["instance_id"] != "i-1" {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			_, _ = io.WriteString(w, `{"access_token":"OauthNG.JWS.token","token_type":"Bearer","expires_in":14400}`)
			return
		}
		if r.Header.Get("Authorization") != "OauthNG.JWS.token" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	return platform.API{Client: server.Client(), Shop: event.Delivery{ShopID: "shop-1", ReceivedAt: received, Currency: "EUR"},
		Values: map[string]string{platform.KeyURL: server.URL + "/", platform.KeyID: "app", platform.KeySecret: "a secret", platform.KeyAccount: "i-1"}}
}

// question reads what a search asks for.
type question struct {
	Search struct {
		Filter map[string]map[string]string
		Paging struct {
			Limit  int
			Cursor string
		} `json:"cursorPaging"`
	}
	Query struct {
		Filter map[string]map[string]string
		Paging struct{ Limit, Offset int }
	}
	CouponCode string
}

// shop has three orders on two pages and 101 abandoned checkouts.
func shop(w http.ResponseWriter, r *http.Request) {
	var q question
	_ = json.NewDecoder(r.Body).Decode(&q)
	order := `{"id":"o%d","status":"APPROVED","checkoutId":"ck%d","updatedDate":"2026-05-02T09:0%d:00Z","priceSummary":{"total":{"amount":"5.00"}}}`
	const since = "2026-05-02T08:00:00.000Z"
	switch {
	case r.URL.Path == "/ecom/v1/orders/search" && q.Search.Paging.Cursor == "next" && q.Search.Filter == nil:
		_, _ = fmt.Fprintf(w, `{"orders":[`+order+`],"metadata":{"cursors":{}}}`, 3, 3, 3)
	case r.URL.Path == "/ecom/v1/orders/search" && q.Search.Filter["updatedDate"]["$gte"] == since:
		_, _ = fmt.Fprintf(w, `{"orders":[`+order+`,`+order+`],"metadata":{"cursors":{"next":"next"},"hasNext":true}}`, 1, 1, 1, 2, 2, 2)
	case r.URL.Path == "/ecom/v1/orders/search" && q.Search.Filter["checkoutId"]["$eq"] == "ck1":
		_, _ = fmt.Fprintf(w, `{"orders":[`+order+`]}`, 1, 1, 1)
	case r.URL.Path == "/ecom/v1/abandoned-checkout/query" && q.Query.Filter["createdDate"]["$gte"] == since:
		var all []map[string]string
		for i := q.Query.Paging.Offset; i < min(101, q.Query.Paging.Offset+q.Query.Paging.Limit); i++ {
			all = append(all, map[string]string{"id": fmt.Sprintf("a%d", i), "checkoutId": fmt.Sprintf("gone%d", i)})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"abandonedCheckouts": all})
	case r.URL.Path == "/ecom/v1/checkouts/ck1":
		_, _ = io.WriteString(w, `{"checkout":{"id":"ck1","completed":true,"lineItems":[]}}`)
	case r.URL.Path == "/ecom/v1/checkouts/ck1/checkout-url":
		_, _ = io.WriteString(w, `{"checkoutUrl":"https://studio.wixsite.example/checkout?checkoutId=ck1"}`)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func parsed(t *testing.T, api platform.API, answers []platform.Answer) (events []event.Event) {
	t.Helper()
	for _, a := range answers {
		d := api.Shop
		d.Header, d.Body = a.Header, a.Body
		events = append(events, parse(t, d))
	}
	return events
}

func TestList(t *testing.T) {
	t.Parallel()
	api := site(t, shop)
	var seen []string
	keys := map[string]bool{}
	for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
		page, err := wix.New().List(t.Context(), api, received.Add(-4*time.Hour), cursor)
		if err != nil || pages > 5 {
			t.Fatalf("page %d: %v", pages, err)
		}
		for _, e := range parsed(t, api, page.Answers) {
			keys[e.DedupeKey] = true
			if e.Order != nil {
				seen = append(seen, e.Order.ID)
			} else {
				seen = append(seen, string(e.Kind)+" "+e.Fetch[0].ID)
			}
		}
		cursor = page.Next
	}
	if diff := cmp.Diff([]string{"o1", "o2", "o3", "checkout_updated gone0"}, seen[:4]); diff != "" || len(seen) != 104 || len(keys) != 104 {
		t.Errorf("%d seen, %d keys %s", len(seen), len(keys), diff)
	}
}

func TestFetch(t *testing.T) {
	t.Parallel()
	api := site(t, shop)
	for _, c := range []struct {
		ref  event.Reference
		want []event.Kind
	}{
		{event.Reference{Kind: event.LinkCheckout, ID: "ck1"}, []event.Kind{event.OrderPlaced, event.OrderUpdated}},
		{event.Reference{Kind: event.LinkCheckout, ID: "gone"}, nil},
		{event.Reference{Kind: event.LinkOrder, ID: "gone"}, nil},
		{event.Reference{Kind: event.LinkCart, ID: "../orders/search"}, nil},
	} {
		answers, err := wix.New().Fetch(t.Context(), api, c.ref)
		if err != nil {
			t.Fatal(err)
		}
		var got []event.Kind
		for _, e := range parsed(t, api, answers) {
			got = append(got, e.Kind)
			if len(e.Fetch) != 0 {
				t.Errorf("what was asked for asks for %+v again", e.Fetch)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%+v: %s", c.ref, diff)
		}
	}
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]fault.Code{http.StatusUnauthorized: fault.Misconfigured, http.StatusTooManyRequests: fault.Throttled, http.StatusBadGateway: fault.Overloaded} {
		api := site(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3")
			w.WriteHeader(status)
		})
		_, list := wix.New().List(t.Context(), api, received, "")
		_, more := wix.New().List(t.Context(), api, received, "abandoned:0")
		_, fetch := wix.New().Fetch(t.Context(), api, event.Reference{Kind: event.LinkOrder, ID: "o1"})
		for what, err := range map[string]error{"list": list, "abandoned": more, "fetch": fetch, "probe": wix.New().Probe(t.Context(), api)} {
			if !fault.Is(err, want) {
				t.Errorf("%d %s: %v, want %s", status, what, err, want)
			}
		}
	}
	api := site(t, shop)
	api.Values[platform.KeyAccount] = "another site"
	if err := wix.New().Probe(t.Context(), api); !fault.Is(err, fault.Misconfigured) {
		t.Errorf("an app that is not on the site: %v", err)
	}
	delete(api.Values, platform.KeyAccount)
	if err := wix.New().Probe(t.Context(), api); !fault.Is(err, fault.Misconfigured) {
		t.Errorf("no site: %v", err)
	}
}

func TestWayBack(t *testing.T) {
	t.Parallel()
	var coupons []string
	api := site(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch {
			var q question
			_ = json.NewDecoder(r.Body).Decode(&q)
			coupons = append(coupons, r.URL.Path+" "+q.CouponCode)
			w.WriteHeader(http.StatusBadRequest) // an unknown coupon
			return
		}
		shop(w, r)
	})
	nobody := platform.API{Values: map[string]string{}}
	keyed := platform.API{Values: map[string]string{platform.KeyAccount: "site-1"}}
	link := func(ids ...string) (l []event.Link) {
		for _, id := range ids {
			l = append(l, event.Link{Kind: event.LinkCheckout, Value: id})
		}
		return l
	}
	for _, c := range []struct {
		name string
		api  platform.API
		in   platform.Closed
		want string
		code fault.Code
	}{
		{"told", nobody, platform.Closed{RestoreURL: "http://www.wixapis.com/r?m=1"}, "https://www.wixapis.com/r?m=1", ""},
		{"a coupon that Wix refuses", api, platform.Closed{RestoreURL: "https://www.wixapis.com/r", Links: link("ck1"), Coupon: "SPRING"}, "https://www.wixapis.com/r", ""},
		{"asked", api, platform.Closed{Links: link("abandoned:a1", "ck1")}, "https://studio.wixsite.example/checkout?checkoutId=ck1", ""},
		{"gone", api, platform.Closed{Links: link("gone")}, "", fault.NotFound},
		{"no key", nobody, platform.Closed{Links: link("ck1")}, "", ""},
		{"an abandoned one", keyed, platform.Closed{Links: link("abandoned:a1")}, "https://www.wixapis.com/ecom/v1/abandoned-checkout/a1/redirect-to-checkout?metasiteId=site-1", ""},
	} {
		got, err := wix.New().Open(t.Context(), c.api, c.in)
		if got != c.want || fault.CodeOf(err) != c.code {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
	if diff := cmp.Diff([]string{"/ecom/v1/checkouts/ck1 SPRING"}, coupons); diff != "" {
		t.Error(diff)
	}
}

var (
	_ platform.Fetcher = (*wix.Adapter)(nil)
	_ platform.Lister  = (*wix.Adapter)(nil)
	_ platform.Opener  = (*wix.Adapter)(nil)
)

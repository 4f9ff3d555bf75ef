package saleor_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/saleor"
)

// graph is a Saleor whose answers are by the name of the query.
type graph struct {
	answers map[string]func(vars map[string]any) string
	asked   []string
}

func (g *graph) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer key" || r.URL.Path != "/graphql/" || r.Method != http.MethodPost {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	var in struct {
		Query     string
		Variables map[string]any
	}
	if json.NewDecoder(r.Body).Decode(&in) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(in.Query, "query "), " ")
	name, _, _ = strings.Cut(name, "(")
	g.asked = append(g.asked, name)
	answer := g.answers[name]
	if answer == nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	_, _ = w.Write([]byte(answer(in.Variables)))
}

func at200(body string) func(map[string]any) string {
	return func(map[string]any) string { return body }
}

func (g *graph) api(t *testing.T) platform.API {
	t.Helper()
	s := httptest.NewServer(g)
	t.Cleanup(s.Close)
	return platform.API{Shop: event.Delivery{ShopID: "shop-1", Domain: "shop.example", Currency: "USD", ReceivedAt: received}, Client: s.Client(),
		Values: map[string]string{platform.KeyURL: s.URL + "/graphql/", platform.KeyID: " key "}}
}

func read(t *testing.T, api platform.API, list []platform.Answer) (events []event.Event) {
	t.Helper()
	for _, a := range list {
		d := api.Shop
		d.Header, d.Body = a.Header, a.Body
		es, err := saleor.New().Parse(d)
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, es...)
	}
	return events
}

func TestFetch(t *testing.T) {
	t.Parallel()
	ref := event.Reference{Kind: event.LinkCheckout, ID: "Q2hlY2tvdXQ6MQ=="}
	for name, c := range map[string]struct {
		ref    event.Reference
		answer string
		want   []event.Kind
	}{
		"the order it became":         {ref, `{"data":{"checkout":null,"orders":{"edges":[{"node":` + order() + `}]}}}`, []event.Kind{event.OrderUpdated}},
		"the order, and the checkout": {ref, `{"data":{"checkout":` + checkoutBody + `,"orders":{"edges":[{"node":` + order() + `}]}}}`, []event.Kind{event.OrderUpdated}},
		"still a checkout":            {ref, `{"data":{"checkout":` + checkoutBody + `,"orders":{"edges":[]}}}`, []event.Kind{event.CartUpdated}},
		"gone":                        {ref, `{"data":{"checkout":null,"orders":{"edges":[]}}}`, nil},
		"an order":                    {event.Reference{Kind: event.LinkOrder, ID: "T3JkZXI6NTdi"}, `{"data":{"order":` + order(`"checkoutId":"Q2hlY2tvdXQ6MQ==",`, "") + `}}`, []event.Kind{event.OrderUpdated}},
		"no order":                    {event.Reference{Kind: event.LinkOrder, ID: "T3JkZXI6NTdi"}, `{"data":{"order":null}}`, nil},
	} {
		g := &graph{answers: map[string]func(map[string]any) string{"Fetch": at200(c.answer)}}
		api := g.api(t)
		list, err := saleor.New().Fetch(t.Context(), api, c.ref)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var kinds []event.Kind
		for _, e := range read(t, api, list) {
			kinds = append(kinds, e.Kind)
			if len(e.Fetch) != 0 {
				t.Errorf("%s asks again: %v", name, e.Fetch)
			}
		}
		if diff := cmp.Diff(c.want, kinds); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func edge(n int, updated string) string {
	return fmt.Sprintf(`{"node":%s}`, strings.NewReplacer("Q2hlY2tvdXQ6MQ==", fmt.Sprintf("C%d", n), "2026-05-02T09:05:00Z", updated).Replace(checkoutBody))
}

// Orders come first, page by page, then the checkouts until one is older.
func TestList(t *testing.T) {
	t.Parallel()
	g := &graph{answers: map[string]func(map[string]any) string{
		"Orders": func(v map[string]any) string {
			if v["since"] != "2026-05-02T09:00:00Z" {
				return `{"errors":[{}]}`
			}
			if v["after"] == nil {
				return `{"data":{"orders":{"pageInfo":{"hasNextPage":true,"endCursor":"o1"},"edges":[{"node":` + order() + `}]}}}`
			}
			return `{"data":{"orders":{"pageInfo":{"hasNextPage":false,"endCursor":"o2"},"edges":[{"node":` + order("T3JkZXI6NTdi", "T3JkZXI6NTdj") + `}]}}}`
		},
		"Checkouts": func(v map[string]any) string {
			if v["day"] != "2026-05-02" {
				return `{"errors":[{}]}`
			}
			if v["after"] == nil {
				return `{"data":{"checkouts":{"pageInfo":{"hasNextPage":true,"endCursor":"c1"},"edges":[` + edge(1, "2026-05-02T09:09:00Z") + `]}}}`
			}
			return `{"data":{"checkouts":{"pageInfo":{"hasNextPage":true,"endCursor":"c2"},"edges":[` + edge(2, "2026-05-02T09:00:00.5Z") + `,` + edge(3, "2026-05-02T08:59:59Z") + `]}}}`
		},
	}}
	api := g.api(t)
	var got []string
	keys := map[string]bool{}
	for round := range 2 {
		for cursor, pages := "", 0; cursor != "" || pages == 0; pages++ {
			page, err := saleor.New().List(t.Context(), api, time.Date(2026, 5, 2, 9, 0, 0, 5, time.UTC), cursor)
			if err != nil || pages > 9 {
				t.Fatalf("page %d: %v", pages, err)
			}
			for _, e := range read(t, api, page.Answers) {
				if round == 0 {
					got = append(got, e.Links[len(e.Links)-1].Value)
				} else if !keys[e.DedupeKey] {
					t.Error("what was told before has another key when it is told again")
				}
				keys[e.DedupeKey] = true
			}
			cursor = page.Next
		}
	}
	if diff := cmp.Diff([]string{"T3JkZXI6NTdi", "T3JkZXI6NTdj", "C1", "C2"}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Orders", "Orders", "Checkouts", "Checkouts"}, g.asked[:4]); diff != "" {
		t.Error(diff)
	}
	if _, err := saleor.New().List(t.Context(), api, received, "nonsense"); err == nil {
		t.Error("a cursor of nobody's is taken")
	}
}

func TestErrorsOfTheAPI(t *testing.T) {
	t.Parallel()
	coded := func(code string) string {
		return `{"data":{"order":null},"errors":[{"message":"no","extensions":{"exception":{"code":"` + code + `"}}}]}`
	}
	ref := event.Reference{Kind: event.LinkOrder, ID: "x"}
	for body, want := range map[string]fault.Code{
		coded("PermissionDenied"):      fault.Misconfigured,
		coded("InvalidTokenError"):     fault.Misconfigured,
		coded("ExpiredSignatureError"): fault.Misconfigured,
		coded("GraphQLError"):          fault.Unprocessable,
		`<html>`:                       fault.Unprocessable,
	} {
		g := &graph{answers: map[string]func(map[string]any) string{"Fetch": at200(body)}}
		if _, err := saleor.New().Fetch(t.Context(), g.api(t), ref); !fault.Is(err, want) {
			t.Errorf("%s: %v", body, err)
		}
	}
	for status, want := range map[int]fault.Code{401: fault.Misconfigured, 404: fault.NotFound, 429: fault.Throttled, 503: fault.Overloaded, 302: fault.Unprocessable} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(status)
		}))
		api := platform.API{Client: s.Client(), Values: map[string]string{platform.KeyURL: s.URL}}
		_, err := saleor.New().Fetch(t.Context(), api, ref)
		if f, ok := err.(*fault.Error); !ok || f.Code != want || status == 429 && f.After != 7*time.Second {
			t.Errorf("%d: %v", status, err)
		}
		s.Close()
	}
}

func TestProbe(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]fault.Code{
		`{"data":{"app":{"id":"1","permissions":[{"code":"MANAGE_CHECKOUTS"},{"code":"MANAGE_ORDERS"},{"code":"MANAGE_USERS"}]}}}`: "",
		`{"data":{"app":{"id":"1","permissions":[{"code":"MANAGE_ORDERS"}]}}}`:                                                     fault.Misconfigured,
		`{"data":{"app":null}}`: fault.Misconfigured,
	} {
		g := &graph{answers: map[string]func(map[string]any) string{"Probe": at200(body)}}
		if err := saleor.New().Probe(t.Context(), g.api(t)); fault.CodeOf(err) != want {
			t.Errorf("%s: %v", body, err)
		}
	}
}

const shelfNode = `{"node":{"id":"V1","sku":"MUG","name":"Blue","quantityAvailable":3,"pricing":{"price":{"gross":{"amount":11.5,"currency":"USD"},"net":{"amount":10,"currency":"USD"}}},` +
	`"product":{"id":"P1","name":"Mug","isAvailable":true,"pricing":{"displayGrossPrices":true},"thumbnail":{"url":"https://cdn.example/m.jpg"}}}}`

func TestProducts(t *testing.T) {
	t.Parallel()
	change := func(old, new string) string { return strings.Replace(shelfNode, old, new, 1) }
	g := &graph{answers: map[string]func(map[string]any) string{
		"Channels": at200(`{"data":{"channels":[{"slug":"eu","currencyCode":"EUR","isActive":true},{"slug":"us","currencyCode":"USD","isActive":true},{"slug":"old","currencyCode":"USD","isActive":false}]}}`),
		"Shelf": func(v map[string]any) string {
			if v["channel"] != "us" {
				return `{"errors":[{}]}`
			}
			return `{"data":{"productVariants":{"edges":[` + strings.Join([]string{shelfNode, change(`"V1"`, `"V2"`),
				strings.Replace(change(`"V1"`, `"V3"`), `"quantityAvailable":3`, `"quantityAvailable":0`, 1),
				strings.Replace(change(`"V1"`, `"V4"`), `"isAvailable":true`, `"isAvailable":false`, 1),
				strings.Replace(change(`"V1"`, `"V5"`), `GrossPrices":true`, `GrossPrices":false`, 1)}, ",") + `]}}}`
		},
	}}
	var items []event.Item
	for _, id := range []string{"V1", "V2", "V3", "V4", "V5", "V6", ""} {
		items = append(items, event.Item{VariantID: id, Title: "Mug", Price: money.Money{Minor: 1250, Currency: "USD"}})
	}
	got, err := saleor.New().Products(t.Context(), g.api(t), items)
	if err != nil || len(got) != 6 {
		t.Fatalf("%d products, %v", len(got), err)
	}
	three := 3
	want := event.Item{VariantID: "V1", Title: "Mug", Variant: "Blue", ImageURL: "https://cdn.example/m.jpg", Stock: &three, Price: usd(1150)}
	if diff := cmp.Diff(platform.Product{Item: want}, got[0]); diff != "" {
		t.Error(diff)
	}
	for i, gone := range []bool{false, false, true, true, false, true} {
		if got[i].Gone != gone || got[i].Item.Same() != items[i].Same() {
			t.Errorf("%s: gone %v", got[i].Item.VariantID, got[i].Gone)
		}
	}
	if got[4].Item.Price != usd(1000) {
		t.Errorf("where prices are shown without tax: %v", got[4].Item.Price)
	}
	yen := []event.Item{{VariantID: "V1", Price: money.Money{Minor: 1, Currency: "JPY"}}}
	if got, err := saleor.New().Products(t.Context(), g.api(t), yen); err != nil || got != nil {
		t.Errorf("without a channel: %v, %v", got, err)
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	g := &graph{answers: map[string]func(map[string]any) string{"There": func(v map[string]any) string {
		if v["id"] == "gone==" {
			return `{"data":{"checkout":null}}`
		}
		return `{"data":{"checkout":{"id":"x"}}}`
	}}}
	api := g.api(t)
	closed := func(id string) platform.Closed {
		return platform.Closed{Links: []event.Link{{Kind: event.LinkOrder, Value: "o"}, {Kind: event.LinkCheckout, Value: id}}}
	}
	got, err := saleor.New().Open(t.Context(), api, closed("Q2hl+Y2s=="))
	if err != nil || got != "https://shop.example/checkout?checkout=Q2hl%2BY2s%3D%3D" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := saleor.New().Open(t.Context(), api, closed("gone==")); !fault.Is(err, fault.NotFound) {
		t.Errorf("gone: %v", err)
	}
	bare := platform.API{Shop: event.Delivery{Domain: "shop.example"}}
	if got, err := saleor.New().Open(t.Context(), bare, closed("x")); err != nil || got != "" {
		t.Errorf("where the shop's domain is the API's: %q, %v", got, err)
	}
	told := platform.Closed{RestoreURL: "https://shop.example/back"}
	if got, err := saleor.New().Open(t.Context(), bare, told); err != nil || got != told.RestoreURL {
		t.Errorf("told: %q, %v", got, err)
	}
}

// The API is asked for the facts of the shipped query, which names no fragment
// that it does not hold.
func TestSubscription(t *testing.T) {
	t.Parallel()
	q := saleor.Subscription()
	for _, name := range []string{"CheckoutFacts", "OrderFacts", "UserFacts", "AddressFacts", "VariantFacts", "TaxedFacts"} {
		if strings.Count(q, "fragment "+name+" on ") != 1 || !strings.Contains(q, "..."+name) {
			t.Errorf("the fragment %s is not there once, or not used", name)
		}
	}
	if strings.Count(q, "{") != strings.Count(q, "}") {
		t.Error("the braces do not match")
	}
	if len((saleor.New()).Needs()) != 3 {
		t.Error("the account needs an address, a token and a channel")
	}
}

// The page for merchants shows the query as it is shipped.
func TestTheReadmeShowsTheQuery(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "```graphql\n"+saleor.Subscription()+"```") {
		t.Error("README.md shows another query than subscription.graphql")
	}
}

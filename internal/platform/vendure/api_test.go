package vendure_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/vendure"
)

// admin is an Admin API whose answers are by the name of the query.
type admin struct {
	answers map[string]func(vars map[string]any) string
	// cookies says that signing in gives cookies and not a header.
	cookies bool
	logins  int
}

func (a *admin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Query     string
		Variables map[string]any
	}
	if r.URL.Path != "/admin-api" || json.NewDecoder(r.Body).Decode(&in) != nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	name := strings.FieldsFunc(in.Query, func(r rune) bool { return r == ' ' || r == '(' })[1]
	if name == "Enter" {
		a.enter(w, in.Variables)
		return
	}
	cookie, _ := r.Cookie("session")
	if r.Header.Get("Authorization") != "Bearer t" && r.Header.Get("Vendure-Api-Key") != "k" && (cookie == nil || cookie.Value != "c") {
		_, _ = w.Write([]byte(`{"errors":[{"message":"You are not currently authorized","extensions":{"code":"FORBIDDEN"}}],"data":null}`))
		return
	}
	_, _ = w.Write([]byte(a.answers[name](in.Variables)))
}

func (a *admin) enter(w http.ResponseWriter, vars map[string]any) {
	if a.logins++; vars["user"] != "robot" || vars["password"] != "pass" {
		_, _ = w.Write([]byte(`{"data":{"login":{"__typename":"InvalidCredentialsError"}}}`))
		return
	}
	if a.cookies {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "c", HttpOnly: true})
		http.SetCookie(w, &http.Cookie{Name: "session.sig", Value: "s", HttpOnly: true})
	} else {
		w.Header().Set("vendure-auth-token", "t")
	}
	_, _ = w.Write([]byte(`{"data":{"login":{"__typename":"CurrentUser"}}}`))
}

func (a *admin) api(t *testing.T) platform.API {
	t.Helper()
	s := httptest.NewServer(a)
	t.Cleanup(s.Close)
	return platform.API{Shop: event.Delivery{ShopID: "shop-1", Currency: "USD", ReceivedAt: received}, Client: s.Client(),
		Values: map[string]string{platform.KeyURL: s.URL + "/", platform.KeyAccount: "robot", platform.KeySecret: "pass"}}
}

func fixed(body string) func(map[string]any) string {
	return func(map[string]any) string { return body }
}

func TestWaysIn(t *testing.T) {
	t.Parallel()
	ok := map[string]func(map[string]any) string{"Probe": fixed(`{"data":{"orders":{"items":[]}}}`)}
	for name, c := range map[string]struct {
		cookies bool
		change  func(v map[string]string)
		want    fault.Code
	}{
		"a token":         {change: func(map[string]string) {}},
		"cookies":         {cookies: true, change: func(map[string]string) {}},
		"an API key":      {change: func(v map[string]string) { v[platform.KeyID], v[platform.KeyAccount] = "k", "" }},
		"the API's path":  {change: func(v map[string]string) { v[platform.KeyURL] += "admin-api" }},
		"another API key": {change: func(v map[string]string) { v[platform.KeyID] = "x" }, want: fault.Misconfigured},
		"a bad password":  {change: func(v map[string]string) { v[platform.KeySecret] = "x" }, want: fault.Misconfigured},
		"nothing":         {change: func(v map[string]string) { v[platform.KeySecret] = "" }, want: fault.Misconfigured},
		"no address":      {change: func(v map[string]string) { v[platform.KeyURL] = "" }, want: fault.Misconfigured},
		"another server":  {change: func(v map[string]string) { v[platform.KeyURL] += "elsewhere" }, want: fault.NotFound},
	} {
		api := (&admin{answers: ok, cookies: c.cookies}).api(t)
		c.change(api.Values)
		if err := vendure.New().Probe(t.Context(), api); fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]fault.Code{
		`{"errors":[{"message":"x","extensions":{"code":"FORBIDDEN"}}],"data":null}`:             fault.Misconfigured,
		`{"errors":[{"message":"x","extensions":{"code":"INTERNAL_SERVER_ERROR"}}],"data":null}`: fault.Unprocessable,
		`{"data":7}`: fault.Unprocessable,
		`<html>`:     fault.Unprocessable,
	} {
		api := (&admin{answers: map[string]func(map[string]any) string{"Orders": fixed(body)}}).api(t)
		if _, err := vendure.New().List(t.Context(), api, received, ""); !fault.Is(err, want) {
			t.Errorf("%s: %v", body, err)
		}
	}
	for status, want := range map[int]fault.Code{401: fault.Misconfigured, 429: fault.Throttled, 500: fault.Overloaded} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "9")
			w.WriteHeader(status)
		}))
		api := platform.API{Client: s.Client(), Values: map[string]string{platform.KeyURL: s.URL, platform.KeyID: "k"}}
		_, err := vendure.New().List(t.Context(), api, received, "")
		if f, ok := err.(*fault.Error); !ok || f.Code != want || status == 429 && f.After != 9*time.Second {
			t.Errorf("%d: %v", status, err)
		}
		s.Close()
	}
}

// told is an order as the Admin API tells it.
func told(n int, updated string) string {
	_, rest, _ := strings.Cut(changed(order, `"fromDraft":false,`, ``, `"ABC"`, fmt.Sprintf(`"C%d"`, n), `"updatedAt":"2026-11-23T00:43:43.000Z"`, `"updatedAt":"`+updated+`"`), `"order":`)
	return strings.TrimSuffix(rest, "}")
}

// orders are more than three pages; 60 of them changed in the same second, and
// one that was told already changes again while the list is read.
func TestList(t *testing.T) {
	t.Parallel()
	const n = 170
	start := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	type one struct {
		at time.Time
		id int
	}
	var all []one
	for i := range n {
		at := start.Add(time.Duration(i) * time.Second)
		if i >= 60 && i < 120 {
			at = start.Add(time.Minute)
		}
		all = append(all, one{at, i})
	}
	calls := 0
	a := &admin{answers: map[string]func(map[string]any) string{"Orders": func(v map[string]any) string {
		options := v["options"].(map[string]any)
		after, _ := time.Parse(time.RFC3339, options["filter"].(map[string]any)["updatedAt"].(map[string]any)["after"].(string))
		if calls++; calls == 2 {
			all[3].at = start.Add(59 * time.Minute)
		}
		list := slices.DeleteFunc(slices.Clone(all), func(o one) bool { return !o.at.After(after) })
		slices.SortStableFunc(list, func(a, b one) int { return a.at.Compare(b.at) })
		var items []string
		for i := int(options["skip"].(float64)); i < len(list) && len(items) < int(options["take"].(float64)); i++ {
			items = append(items, told(list[i].id, list[i].at.Format("2006-01-02T15:04:05.000Z")))
		}
		return `{"data":{"globalSettings":{"serverConfig":{"moneyStrategyPrecision":3}},"orders":{"items":[` + strings.Join(items, ",") + `]}}}`
	}}}
	api := a.api(t)
	seen, keys := map[string]bool{}, map[string]bool{}
	for round := range 2 {
		for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
			p, err := vendure.New().List(t.Context(), api, start, cursor)
			if err != nil || pages > 12 {
				t.Fatalf("page %d: %v", pages, err)
			}
			for _, answer := range p.Answers {
				d := api.Shop
				d.Header, d.Body = answer.Header, answer.Body
				es, err := vendure.New().Parse(d)
				if err != nil || es[0].Topic != "fetched/order" || es[0].Order.Total != usd(349) {
					t.Fatalf("%+v, %v", es, err)
				}
				if seen[es[0].Order.ID] = true; round == 1 && !keys[es[0].DedupeKey] {
					t.Errorf("%s has another key when it is told again", es[0].Order.ID)
				}
				keys[es[0].DedupeKey] = true
			}
			cursor = p.Next
		}
	}
	if len(seen) != n {
		t.Errorf("%d of %d orders were told", len(seen), n)
	}
	for _, bad := range []string{"nonsense", "2026-11-23T00:00:00.000Z", "2026-11-23T00:00:00.000Z -1", "x 0"} {
		if _, err := vendure.New().List(t.Context(), api, received, bad); err == nil {
			t.Errorf("the cursor %q is taken", bad)
		}
	}
}

func TestProducts(t *testing.T) {
	t.Parallel()
	variant := func(id string, changes ...string) string {
		return changed(`{"id":"`+id+`","sku":"S","name":"Mug Blue","enabled":true,"priceWithTax":1150,"currencyCode":"USD","stockLevel":"IN_STOCK","featuredAsset":null,`+
			`"product":{"id":"p","name":"Mug","enabled":true,"featuredAsset":{"preview":"https://cdn.example/m.jpg"}}}`, changes...)
	}
	a := &admin{answers: map[string]func(map[string]any) string{"Shelf": func(v map[string]any) string {
		if len(v["ids"].([]any)) != 7 {
			return `{"errors":[{"message":"x"}]}`
		}
		return `{"data":{"globalSettings":{"serverConfig":{"moneyStrategyPrecision":2}},"productVariants":{"items":[` + strings.Join([]string{
			variant("a"), variant("b", "IN_STOCK", "OUT_OF_STOCK"), variant("c", "IN_STOCK", "3"), variant("d", `"enabled":true,"price`, `"enabled":false,"price`),
			variant("e", `"enabled":true,"featured`, `"enabled":false,"featured`), variant("f", `"USD"`, `"EUR"`)}, ",") + `]}}}`
	}}}
	var items []event.Item
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g", ""} {
		items = append(items, event.Item{VariantID: id, Price: usd(1250)})
	}
	got, err := vendure.New().Products(t.Context(), a.api(t), items)
	if err != nil || len(got) != 7 || a.logins != 1 {
		t.Fatalf("%d products after %d logins, %v", len(got), a.logins, err)
	}
	want := platform.Product{Item: event.Item{VariantID: "a", Title: "Mug", Variant: "Blue", Price: usd(1150), ImageURL: "https://cdn.example/m.jpg"}}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Error(diff)
	}
	for i, gone := range []bool{false, true, false, true, true, false, true} {
		if got[i].Gone != gone {
			t.Errorf("%s: gone %v", items[i].VariantID, got[i].Gone)
		}
	}
	if got[2].Item.Stock == nil || *got[2].Item.Stock != 3 || got[5].Item.Price.Currency != "" {
		t.Errorf("stock %v, price in another currency %v", got[2].Item.Stock, got[5].Item.Price)
	}
}

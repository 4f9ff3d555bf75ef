package sylius_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
	"github.com/cartograph-dev/cartograph/internal/platform/sylius"
)

// shop is Sylius' API over real HTTP: pages by path, or what answers in their place.
type shop struct {
	pages  map[string]string
	answer func(w http.ResponseWriter, r *http.Request) bool
	// login is where tokens are given; the paths of Sylius 1 and 2 differ.
	login string
	// calls are the paths that were asked for, tokens left out.
	calls []string
}

func (s *shop) api(t *testing.T) platform.API {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return platform.API{Client: server.Client(), Shop: event.Delivery{ShopID: "shop-1", Domain: "shop.example", ReceivedAt: received, Currency: "USD", Country: "US"},
		Values: map[string]string{platform.KeyURL: server.URL, platform.KeyID: "us@shop.example", platform.KeySecret: "a password"}}
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/api/v2")
	if login := s.login; path == login || login == "" && path == "/admin/administrators/token" {
		var in map[string]string
		if _ = json.NewDecoder(r.Body).Decode(&in); in["email"] != "us@shop.example" || in["password"] != "a password" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = w.Write([]byte(`{"token":"jwt"}`))
		return
	}
	admin := strings.HasPrefix(path, "/admin/")
	if r.Method != http.MethodGet {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if token := r.Header.Get("Authorization"); admin && token != "Bearer jwt" || !admin && token != "" || r.Header.Get("Accept") != "application/ld+json" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	s.calls = append(s.calls, path)
	if s.answer != nil && s.answer(w, r) {
		return
	}
	body, ok := s.pages[path]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	_, _ = w.Write([]byte(body))
}

// row is an order as Sylius' own API tests hold it.
func row(id int, state, paymentState string) string {
	return fmt.Sprintf(`{"@id":"\/api\/v2\/admin\/orders\/tok%d","@type":"Order","customer":"\/api\/v2\/admin\/customers\/31","channel":"\/api\/v2\/admin\/channels\/WEB",
	"billingAddress":{"@type":"Address","firstName":"Bob","lastName":"Oz","phoneNumber":"(415) 555-2671","countryCode":"US","provinceCode":"US-CA","street":"Avenue"},
	"shippingAddress":null,"payments":[{"@type":"Payment","id":1,"method":"\/api\/v2\/admin\/payment-methods\/CARD"}],"currencyCode":"USD","localeCode":"en_US",
	"checkoutState":"completed","paymentState":"%s","tokenValue":"tok%d","id":%d,"checkoutCompletedAt":"2026-05-02T11:20:00+02:00","number":"%09d","notes":null,
	"items":[{"@type":"OrderItem","variant":"\/api\/v2\/admin\/product-variants\/MUG_BLUE","productName":"Mug","variantName":"Blue Mug","id":1,"quantity":3,
	"unitPrice":2000,"originalUnitPrice":2000,"total":6000,"subtotal":6000}],"itemsTotal":6000,"total":6500,"state":"%s"}`, id, paymentState, id, id, id, state)
}

const person = `{"@type":"Customer","id":31,"email":"Ann@Example.com","firstName":"Ann","lastName":"Oz","phoneNumber":null,"subscribedToNewsletter":true}`

// hydra is a list as Sylius 1 and most of 2 write it.
func hydra(total int, members ...string) string {
	return fmt.Sprintf(`{"@type":"hydra:Collection","hydra:totalItems":%d,"hydra:member":[%s]}`, total, strings.Join(members, ","))
}

func payments(states ...string) string {
	var all []string
	for _, s := range states {
		all = append(all, `{"@type":"Payment","state":"`+s+`","amount":6500,"method":{"@id":"\/api\/v2\/admin\/payment-methods\/CARD","translations":[]}}`)
	}
	return hydra(len(all), all...)
}

func listed(t *testing.T, api platform.API, since time.Time) (events []event.Event) {
	t.Helper()
	for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
		page, err := sylius.New().List(t.Context(), api, since, cursor)
		if err != nil || pages > 9 {
			t.Fatalf("page %d: %v", pages, err)
		}
		for _, a := range page.Answers {
			d := api.Shop
			d.Header, d.Body = a.Header, a.Body
			es, err := sylius.New().Parse(d)
			if err != nil {
				t.Fatal(err)
			}
			platformtest.Sound(t, es[0])
			events = append(events, es...)
		}
		cursor = page.Next
	}
	return events
}

var since = time.Date(2026, 5, 2, 9, 0, 0, 0, time.UTC)

// TestList reads 70 orders by pages, whatever the shop lets us have at once.
func TestList(t *testing.T) {
	t.Parallel()
	for _, perPage := range []int{30, 20, 35} {
		s := &shop{pages: map[string]string{"/admin/customers/31": person}}
		s.answer = func(w http.ResponseWriter, r *http.Request) bool {
			q := r.URL.Query()
			if r.URL.Path != "/api/v2/admin/orders" {
				return false
			}
			if q.Get("checkoutCompletedAt[after]") != "2026-05-01T09:00:00" || q.Get("order[number]") != "asc" || q.Get("itemsPerPage") != "30" {
				t.Errorf("asked for %s", r.URL)
			}
			var page int
			_, _ = fmt.Sscan(q.Get("page"), &page)
			var rows []string
			for id := (page-1)*perPage + 1; id <= min(page*perPage, 70); id++ {
				rows = append(rows, row(id, "new", "paid"))
			}
			_, _ = w.Write([]byte(hydra(70, rows...)))
			return true
		}
		seen := map[string]bool{}
		for _, e := range listed(t, s.api(t), since) {
			seen[e.Order.ID] = true
		}
		if len(seen) != 70 || len(s.calls) > 8 { // pages, and the one customer once on each
			t.Errorf("%d at once: %d orders of 70 by %v", perPage, len(seen), s.calls)
		}
	}
}

// What is listed again is the same, whether its customer is asked for or not.
func TestListedOrder(t *testing.T) {
	t.Parallel()
	for _, list := range []string{hydra(1, row(7, "new", "paid")), `{"@type":"Collection","totalItems":1,"member":[` + row(7, "new", "paid") + `]}`} {
		s := &shop{pages: map[string]string{"/admin/orders": list, "/admin/customers/31": person}}
		api := s.api(t)
		first, again := listed(t, api, since), listed(t, api, since.Add(5*time.Hour))
		if len(first) != 1 || len(again) != 1 || first[0].DedupeKey != again[0].DedupeKey {
			t.Fatalf("%+v\n%+v", first, again)
		}
		if len(first[0].Person.Keys) != 3 || len(again[0].Person.Keys) != 2 || len(first[0].Consents) != 0 {
			t.Errorf("%+v, then %+v; %+v", first[0].Person, again[0].Person, first[0].Consents)
		}
		e := first[0]
		placed := time.Date(2026, 5, 2, 9, 20, 0, 0, time.UTC)
		if e.Kind != event.OrderPlaced || !e.OccurredAt.IsZero() || e.Order.ID != "7" || !e.Order.PlacedAt.Equal(placed) || e.Order.Total.Minor != 6500 || !e.Order.Creditable {
			t.Errorf("%+v, %+v", e, e.Order)
		}
		want := []event.Link{{Kind: event.LinkCart, Value: "7"}, {Kind: event.LinkCart, Value: "tok7"}, {Kind: event.LinkOrder, Value: "7"}}
		if diff := cmp.Diff(want, e.Links); diff != "" {
			t.Error(diff)
		}
		if it := e.Contents.Items[0]; it.VariantID != "MUG_BLUE" || it.Price.Minor != 2000 || it.Quantity != 3 {
			t.Errorf("%+v", it)
		}
	}
}

// What an order is follows from its payments where the list does not tell it.
func TestListedState(t *testing.T) {
	t.Parallel()
	const card, bank, silent = `{"gatewayConfig":{"factoryName":"stripe_checkout"}}`, `{"gatewayConfig":{"factoryName":"offline"}}`, `{"gatewayConfig":"\/api\/v2\/admin\/gateway-configs\/1"}`
	for _, c := range []struct {
		name, state, paymentState, payments, method string
		kind                                        event.Kind
		refunded                                    int64
		unpaid                                      bool
	}{
		{"paid", "new", "paid", "", "", event.OrderPlaced, 0, false},
		{"sent", "fulfilled", "paid", "", "", event.OrderUpdated, 0, false},
		{"at the payment page", "new", "awaiting_payment", payments("new"), card, event.CheckoutUpdated, 0, false},
		{"its payment failed", "new", "awaiting_payment", payments("failed", "new"), card, event.PaymentFailed, 0, false},
		{"by bank transfer", "new", "awaiting_payment", payments("new"), bank, event.OrderPlaced, 0, false},
		{"by who knows what", "new", "awaiting_payment", payments("new"), silent, "", 0, false},
		{"by a method that is gone", "new", "awaiting_payment", payments("new"), "", "", 0, false},
		{"payments are not told", "new", "awaiting_payment", "", card, "", 0, false},
		{"cancelled, never paid", "cancelled", "cancelled", payments("cancelled"), "", event.OrderCancelled, 0, true},
		{"cancelled, payments not told", "cancelled", "cancelled", "", "", event.OrderCancelled, 0, true},
		{"cancelled, had been paid", "cancelled", "paid", payments("completed"), "", event.OrderCancelled, 0, false},
		{"cancelled and given back", "cancelled", "refunded", payments("refunded"), "", event.OrderCancelled, 6500, false},
		{"given back", "new", "refunded", payments("refunded"), "", event.OrderRefunded, 6500, false},
		{"partly given back", "new", "partially_refunded", payments("completed"), "", event.OrderRefunded, 0, false},
	} {
		s := &shop{pages: map[string]string{"/admin/orders": hydra(1, row(7, c.state, c.paymentState)), "/admin/customers/31": person}}
		if c.payments != "" {
			s.pages["/admin/orders/tok7/payments"] = c.payments
		}
		if c.method != "" {
			s.pages["/admin/payment-methods/CARD"] = c.method
		}
		es := listed(t, s.api(t), since)
		if c.kind == "" {
			if len(es) != 0 {
				t.Errorf("%s: %+v", c.name, es)
			}
			continue
		}
		if len(es) != 1 || es[0].Kind != c.kind {
			t.Fatalf("%s: %+v, want %s", c.name, es, c.kind)
		}
		if o := es[0].Order; o != nil && (o.Unpaid != c.unpaid || o.Refunded.Minor != c.refunded) {
			t.Errorf("%s: %+v", c.name, o)
		}
		if es[0].Order == nil && (!es[0].OccurredAt.Equal(time.Date(2026, 5, 2, 9, 20, 0, 0, time.UTC)) || len(es[0].Contents.Items) != 1) {
			t.Errorf("%s: %+v", c.name, es[0])
		}
		for _, call := range s.calls {
			if strings.Contains(call, "gateway-configs") {
				t.Errorf("%s: a gateway's passwords were asked for", c.name)
			}
		}
	}
}

// Sylius 1 gives tokens elsewhere, and may tell a customer within the order; a
// time without its zone is left out.
func TestListOfSylius1(t *testing.T) {
	t.Parallel()
	old := strings.NewReplacer(`"\/api\/v2\/admin\/customers\/31"`, strings.Replace(person, `"@type"`, `"@id":"\/api\/v2\/admin\/customers\/31","@type"`, 1),
		"2026-05-02T11:20:00+02:00", "2026-05-02 11:20:00").Replace(row(7, "new", "paid"))
	s := &shop{login: "/admin/authentication-token", pages: map[string]string{"/admin/orders": hydra(1, old)}}
	es := listed(t, s.api(t), since)
	if len(es) != 1 || len(es[0].Person.Keys) != 3 || !es[0].Order.PlacedAt.IsZero() || len(s.calls) != 1 {
		t.Errorf("%+v by %v", es, s.calls)
	}
	if err := sylius.New().Probe(t.Context(), s.api(t)); err != nil {
		t.Error(err)
	}
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	all := func(api platform.API) map[string]error {
		_, list := sylius.New().List(t.Context(), api, received, "")
		return map[string]error{"list": list, "probe": sylius.New().Probe(t.Context(), api)}
	}
	for status, want := range map[int]fault.Code{403: fault.Misconfigured, 404: fault.NotFound, 429: fault.Throttled, 503: fault.Overloaded} {
		s := &shop{answer: func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(status)
			return true
		}}
		for what, err := range all(s.api(t)) {
			if f, ok := err.(*fault.Error); !ok || f.Code != want || status == 429 && f.After != 7*time.Second {
				t.Errorf("%d, %s: %v", status, what, err)
			}
		}
	}
	for name, change := range map[string]func(v map[string]string){
		"another password": func(v map[string]string) { v[platform.KeySecret] = "another" },
		"no password":      func(v map[string]string) { v[platform.KeySecret] = "" },
		"nobody":           func(v map[string]string) { v[platform.KeyID] = "" },
	} {
		api := (&shop{}).api(t)
		change(api.Values)
		for what, err := range all(api) {
			if !fault.Is(err, fault.Misconfigured) || strings.Contains(err.Error(), "another") {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
	// What a page needs besides may be refused, too.
	s := &shop{pages: map[string]string{"/admin/orders": hydra(1, row(7, "new", "paid"))}}
	s.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, "customers") {
			w.WriteHeader(http.StatusTooManyRequests)
		}
		return strings.Contains(r.URL.Path, "customers")
	}
	if _, err := sylius.New().List(t.Context(), s.api(t), since, ""); !fault.Is(err, fault.Throttled) {
		t.Errorf("no customer: %v", err)
	}
	s = &shop{pages: map[string]string{"/admin/orders": `{"@type":"Entrypoint"}`}}
	if _, err := sylius.New().List(t.Context(), s.api(t), since, ""); !fault.Is(err, fault.Unprocessable) {
		t.Errorf("no list: %v", err)
	}
	for _, cursor := range []string{"x", "1 30", "2", "2 -1"} {
		if _, err := sylius.New().List(t.Context(), s.api(t), since, cursor); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", cursor, err)
		}
	}
}

var (
	_ platform.Lister = (*sylius.Adapter)(nil)
	_ platform.Opener = (*sylius.Adapter)(nil)
)

// reply answers every call with one text, and that for a token with one.
type reply string

func (r reply) RoundTrip(q *http.Request) (*http.Response, error) {
	text := string(r)
	if q.Method == http.MethodPost {
		text = `{"token":"jwt"}`
	}
	return &http.Response{StatusCode: http.StatusOK, Request: q, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(text))}, nil
}

// FuzzAnswers reads whatever a shop may answer.
func FuzzAnswers(f *testing.F) {
	f.Add(hydra(1, row(7, "new", "paid")))
	f.Add(hydra(1, row(7, "cancelled", "refunded")))
	f.Add(`{"member":[{"id":1,"state":"new","paymentState":"awaiting_payment","tokenValue":"t","customer":{"@id":"/7","email":"a@b.example"},"items":[{"variant":7}]}]}`)
	f.Add(`{"product":"/api/v2/shop/products/MUG","price":1950,"inStock":1,"images":[{"path":"//x"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		api := platform.API{Client: &http.Client{Transport: reply(text)}, Shop: event.Delivery{ShopID: "shop-1", Domain: "shop.example", ReceivedAt: received, Currency: "EUR"},
			Values: map[string]string{platform.KeyID: "us@shop.example", platform.KeySecret: "a password"}}
		page, err := sylius.New().List(t.Context(), api, received, "")
		for _, a := range page.Answers {
			d := api.Shop
			d.Body = a.Body
			if es, wrong := sylius.New().Parse(d); err == nil && wrong == nil && len(es) != 1 {
				t.Fatalf("%s: %d events", a.Body, len(es))
			}
		}
		items := []event.Item{{ProductID: "MUG", VariantID: "MUG_BLUE"}}
		if got, err := sylius.New().Products(t.Context(), api, items); err == nil && len(got) != 1 {
			t.Fatalf("%d products of 1", len(got))
		}
	})
}

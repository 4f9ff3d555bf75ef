package squarespace_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
	"github.com/cartograph-dev/cartograph/internal/platform/squarespace"
	"github.com/cartograph-dev/cartograph/internal/platform/squarespace/story"
)

// The vendor's own examples. The first signature is OpenSSL's, under the secret's bytes.
const (
	secret    = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	created   = `{"id":"5c2ba184b63ed3cb411ce2b1","websiteId":"5f3c3d55ac435e1a051f77b3","subscriptionId":"5f3c2155d947844beedda991","topic":"order.create","createdOn":"2020-04-22T22:18+00:00","data":{"orderId":"585d498fdee9f31a60284a37","update":"CREATED"}}`
	signature = "e747046a3ddb9bee4e84b1de17cb7358dbbd80925494842f1a46f199106c0ea4"
	anOrder   = `{"id":"585d498fdee9f31a60284a37","orderNumber":"3","createdOn":"2016-12-23T15:58:07.187Z","modifiedOn":"2016-12-23T15:58:07.187Z","channel":"web","testmode":false,"customerEmail":"Foo@Example.com",` +
		`"billingAddress":{"firstName":"Bob","lastName":"Loblaw","state":"NY","countryCode":"US","phone":"2125550123"},"shippingAddress":{"firstName":"Ann","countryCode":"US","phone":"5553334444"},"fulfillmentStatus":"PENDING",` +
		`"lineItems":[{"id":"585d4975","variantId":"88c16ee4","sku":"SQ3381024","productId":"565c8f3d","productName":"Product","quantity":1,"unitPricePaid":{"value":"55.00","currency":"USD"},` +
		`"variantOptions":[{"value":"Large","optionName":"Size"},{"value":"Black","optionName":"Color"}],"imageUrl":"https://static.squarespace.com/mix.jpg?format=300w"}],` +
		`"discountLines":[{"name":"Fall Sale","promoCode":"FALLSALE"}],"refundedTotal":{"value":"0.00","currency":"USD"},"grandTotal":{"value":"57.70","currency":"USD"},"channelName":"Squarespace","externalOrderReference":null}`
)

var received = time.Date(2020, 4, 22, 22, 20, 0, 0, time.UTC)

func deliver(body string, headers ...string) event.Delivery {
	d := event.Delivery{Header: map[string][]string{}, Body: []byte(body), ReceivedAt: received, ShopID: "shop-1", Currency: "EUR", Country: "FR"}
	for i := 0; i < len(headers); i += 2 {
		d.Header[http.CanonicalHeaderKey(headers[i])] = []string{headers[i+1]}
	}
	return d
}

func TestStories(t *testing.T) {
	t.Parallel()
	for _, f := range conformance.Check(t.Context(), story.Platform(), time.Date(2026, 5, 2, 10, 0, 0, 0, time.UTC)) {
		t.Error(f)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	plain := hmac.New(sha256.New, []byte(secret))
	plain.Write([]byte(created))
	for _, c := range []struct {
		name, signature string
		secrets         []string
		ok              bool
	}{
		{"the vendor's example", signature, []string{secret}, true},
		{"rotated", signature, []string{"00", strings.ToUpper(secret)}, true},
		{"beside a secret of ours", signature, []string{"not hexadecimal", secret}, true},
		{"signed with the secret as text", hex.EncodeToString(plain.Sum(nil)), []string{secret}, false},
		{"another secret", signature, []string{"00"}, false},
		{"a secret that is not hexadecimal", signature, []string{"not hexadecimal"}, false},
		{"no secret", signature, nil, false},
		{"none", "", []string{secret}, false},
		{"too short", "e747", []string{secret}, false},
		{"base64", "50cEaj3bm+5OhLHeF8tzWNu9gJJUlIQvGkbxmRBsDqQ=", []string{secret}, false},
	} {
		err := squarespace.New().Verify(deliver(created, "Squarespace-Signature", c.signature), c.secrets)
		if c.ok && err != nil || !c.ok && !fault.Is(err, fault.Unauthorized) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func parse(t *testing.T, body string, headers ...string) event.Event {
	t.Helper()
	events, err := squarespace.New().Parse(deliver(body, headers...))
	if err != nil || len(events) != 1 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	platformtest.Sound(t, events[0])
	return events[0]
}

func TestNotifications(t *testing.T) {
	t.Parallel()
	want := event.Event{ShopID: "shop-1", Platform: "squarespace", Topic: "order.create", Kind: event.Unknown,
		DedupeKey: "squarespace:notification:5c2ba184b63ed3cb411ce2b1", OccurredAt: time.Date(2020, 4, 22, 22, 18, 0, 0, time.UTC), ReceivedAt: received,
		Fetch: []event.Reference{{Kind: event.LinkOrder, ID: "585d498fdee9f31a60284a37"}}}
	if diff := cmp.Diff(want, parse(t, created)); diff != "" {
		t.Error(diff)
	}
	gone := parse(t, `{"id":"5c2ba184b63ed3cb411ce2b3","topic":"extension.uninstall","createdOn":"2020-04-22T22:18+00:00","data":{}}`)
	if gone.Kind != event.ShopUninstalled || gone.Privacy == nil {
		t.Errorf("%+v", gone)
	}
	for body, code := range map[string]fault.Code{
		`{"topic":"contact.create","data":[]}`: "", `{}`: "",
		`{"topic":"order.update","data":{}}`: fault.Unprocessable, `[]`: fault.Unprocessable, `{"topic":`: fault.Invalid,
	} {
		events, err := squarespace.New().Parse(deliver(body))
		if fault.CodeOf(err) != code || err == nil && events[0].Kind != event.Unknown {
			t.Errorf("%s: %v", body, err)
		}
	}
	if a, b := parse(t, `{"topic":"x"}`), parse(t, `{"topic":"y"}`); a.DedupeKey == b.DedupeKey {
		t.Error("two notifications without ids have one key")
	}
}

func order(t *testing.T, old, replacement string) event.Event {
	t.Helper()
	if !strings.Contains(anOrder, old) {
		t.Fatalf("%s is not in the order", old)
	}
	return parse(t, strings.Replace(anOrder, old, replacement, 1), "X-Cartograph-Topic", "fetched/order")
}

func TestOrder(t *testing.T) {
	t.Parallel()
	usd := func(n int64) money.Money { return money.Money{Minor: n, Currency: "USD"} }
	at := time.Date(2016, 12, 23, 15, 58, 7, 187e6, time.UTC)
	want := event.Event{ShopID: "shop-1", Platform: "squarespace", Topic: "fetched/order", Kind: event.OrderPlaced, OccurredAt: at, ReceivedAt: received,
		Links: []event.Link{{Kind: event.LinkOrder, Value: "585d498fdee9f31a60284a37"}},
		Person: event.Person{Keys: []event.Key{{Kind: event.KeyEmail, Value: "foo@example.com"}, {Kind: event.KeyPhone, Value: "+12125550123"}},
			FirstName: "Bob", LastName: "Loblaw", Country: "US", Region: "NY"},
		Contents: &event.Contents{Total: usd(5770), Coupons: []string{"FALLSALE"}, Items: []event.Item{{ProductID: "565c8f3d", VariantID: "88c16ee4", SKU: "SQ3381024",
			Title: "Product", Variant: "Large / Black", Quantity: 1, Price: usd(5500), LineTotal: usd(5500), ImageURL: "https://static.squarespace.com/mix.jpg?format=300w"}}},
		Order: &event.Order{ID: "585d498fdee9f31a60284a37", Number: "3", Status: event.OrderOpen, Total: usd(5770), Refunded: usd(0), PlacedAt: at, Source: "web", Creditable: true},
	}
	got := order(t, `"3"`, `3`)
	got.DedupeKey = ""
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOrderStates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		old, replacement string
		kind             event.Kind
		status           event.OrderStatus
		creditable       bool
	}{
		{`"modifiedOn":"2016-12-23T15:58:07.187Z"`, `"modifiedOn":"2016-12-24T00:00:00Z"`, event.OrderUpdated, event.OrderOpen, true},
		{`"PENDING"`, `"CANCELED"`, event.OrderCancelled, event.OrderVoid, true},
		{`"value":"0.00"`, `"value":"7.70"`, event.OrderRefunded, event.OrderOpen, true},
		{`"value":"0.00"`, `"value":"57.70"`, event.OrderRefunded, event.OrderVoid, true},
		{`"testmode":false`, `"testmode":true`, event.OrderPlaced, event.OrderOpen, false},
		{`"channel":"web"`, `"channel":"pos"`, event.OrderPlaced, event.OrderOpen, false},
		{`"channel":"web"`, `"channel":"SQUARESPACE"`, event.OrderPlaced, event.OrderOpen, true},
		{`"channelName":"Squarespace"`, `"channelName":"Market"`, event.OrderPlaced, event.OrderOpen, false},
		{`"externalOrderReference":null`, `"externalOrderReference":"T-1"`, event.OrderPlaced, event.OrderOpen, false},
		{`"quantity":1`, `"quantity":-1`, event.OrderPlaced, event.OrderOpen, true}, // an odd line costs no purchase
	} {
		e := order(t, c.old, c.replacement)
		if e.Kind != c.kind || e.Order.Status != c.status || e.Order.Creditable != c.creditable {
			t.Errorf("%s: %s %+v", c.replacement, e.Kind, e.Order)
		}
	}
	first := order(t, `"3"`, `"3"`).DedupeKey
	if again := order(t, `"id":"585d498fdee9f31a60284a37",`, ` "id" : "585d498fdee9f31a60284a37", `).DedupeKey; again != first {
		t.Error("the same order, spaced otherwise, has another key")
	}
	if other := order(t, `"value":"0.00"`, `"value":"7.70"`).DedupeKey; other == first {
		t.Error("a refund has the same key")
	}
}

// site is Squarespace's API over HTTP: orders by path, and a list in pages of two.
func site(t *testing.T, status int, ids ...string) platform.API {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		switch id, one := strings.CutPrefix(r.URL.Path, "/1.0/commerce/orders/"); {
		case r.Header.Get("Authorization") != "Bearer key":
			w.WriteHeader(http.StatusUnauthorized)
		case status != 0:
			w.Header().Set("Retry-After", "60")
			w.WriteHeader(status)
		case one && id != "o1":
			w.WriteHeader(http.StatusNotFound)
		case one:
			_, _ = io.WriteString(w, anOrder)
		case (q.Get("cursor") == "") == (q.Get("modifiedAfter") == "" || q.Get("modifiedBefore") == ""):
			w.WriteHeader(http.StatusBadRequest) // either a cursor or a span of time
		default:
			from, _ := strconv.Atoi(q.Get("cursor"))
			to := min(from+2, len(ids))
			page := `{"result":[`
			for i, id := range ids[from:to] {
				page += strings.Repeat(",", min(i, 1)) + `{"id":"` + id + `"}`
			}
			_, _ = fmt.Fprintf(w, `%s],"pagination":{"hasNextPage":%t,"nextPageCursor":"%d","nextPageUrl":"https://elsewhere.example/"}}`, page, to < len(ids), to)
		}
	}))
	t.Cleanup(server.Close)
	shop := deliver("")
	shop.Header, shop.Body = nil, nil
	return platform.API{Shop: shop, Client: server.Client(), Values: map[string]string{platform.KeyURL: server.URL, platform.KeyID: "key"}}
}

func TestFetch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		id     string
		status int
		n      int
		code   fault.Code
	}{
		{"o1", 0, 1, ""}, {"o2", 0, 0, ""}, {"../profiles", 0, 0, fault.Unprocessable},
		{"o1", 429, 0, fault.Throttled}, {"o1", 500, 0, fault.Overloaded}, {"o1", 403, 0, fault.Misconfigured},
	} {
		answers, err := squarespace.New().Fetch(t.Context(), site(t, c.status), event.Reference{Kind: event.LinkOrder, ID: c.id})
		if len(answers) != c.n || fault.CodeOf(err) != c.code {
			t.Errorf("%s, %d: %d answers, %v", c.id, c.status, len(answers), err)
		}
		if f, ok := err.(*fault.Error); ok && c.status == 429 && f.After != time.Minute {
			t.Errorf("wait %v", f.After)
		}
	}
}

func TestListAndProbe(t *testing.T) {
	t.Parallel()
	api := site(t, 0, "a", "b", "c", "d", "e")
	var bodies []string
	for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
		page, err := squarespace.New().List(t.Context(), api, received.Add(-time.Hour), cursor)
		if err != nil || pages > 5 {
			t.Fatal(pages, err)
		}
		for _, a := range page.Answers {
			bodies = append(bodies, string(a.Body))
		}
		cursor = page.Next
	}
	if diff := cmp.Diff([]string{`{"id":"a"}`, `{"id":"b"}`, `{"id":"c"}`, `{"id":"d"}`, `{"id":"e"}`}, bodies); diff != "" {
		t.Error(diff)
	}
	if err := squarespace.New().Probe(t.Context(), api); err != nil {
		t.Error(err)
	}
	for _, key := range []string{"old", ""} {
		api.Values[platform.KeyID] = key
		if err := squarespace.New().Probe(t.Context(), api); !fault.Is(err, fault.Misconfigured) {
			t.Errorf("%q: %v", key, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, body := range []string{created, anOrder, `{"topic":"extension.uninstall"}`, `{"id":1,"lineItems":{},"grandTotal":[]}`} {
		f.Add("", body)
		f.Add("fetched/order", body)
	}
	f.Fuzz(func(t *testing.T, topic, body string) {
		platformtest.Parses(t, squarespace.New(), deliver(body, "X-Cartograph-Topic", topic))
	})
}

func FuzzVerify(f *testing.F) {
	f.Add(created, uint(3), byte(1), signature)
	f.Add("", uint(0), byte(0x21), "00")
	f.Fuzz(func(t *testing.T, body string, at uint, mask byte, text string) {
		key, _ := hex.DecodeString(secret)
		h := hmac.New(sha256.New, key)
		h.Write([]byte(body))
		sum := hex.EncodeToString(h.Sum(nil))
		if mask == 0x20 {
			mask = 1 // hexadecimal digits say the same in both cases
		}
		platformtest.Unforgeable(t, squarespace.New(), deliver(body, "Squarespace-Signature", sum), "Squarespace-Signature", secret, at, mask)
		if strings.EqualFold(strings.TrimSpace(text), sum) {
			return
		}
		if err := squarespace.New().Verify(deliver(body, "Squarespace-Signature", text), []string{secret}); !fault.Is(err, fault.Unauthorized) {
			t.Fatalf("%q: %v", text, err)
		}
	})
}

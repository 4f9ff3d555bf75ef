package pixel_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/pixel"
)

var noon = time.Date(2026, 5, 2, 12, 0, 0, 0, time.UTC)

const visitor = "00112233445566778899aabbccddeeff"

// posted is a body of one visitor with some things, as JSON.
func posted(things string) event.Delivery {
	return event.Delivery{ReceivedAt: noon, Currency: "EUR", Country: "FR",
		Body: []byte(`{"v":1,"i":"` + visitor + `","w":390,"m":5,"e":[` + things + `]}`)}
}

func parsed(t *testing.T, things string) event.Sighting {
	t.Helper()
	s, err := pixel.Parse(posted(things))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestThings reads one of each kind, with what is nonsense in it left out.
func TestThings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, thing, want string }{
		{"page", `{"k":"page","p":"abcdef","s":0,"a":1000,"u":"/a?token=x#y","n":"Search.Example"}`, "page /a search.example   0 0 12:59:59"},
		{"a referrer that is none", `{"k":"page","p":"abcdef","s":0,"u":"/","n":"<script>"}`, "page /    0 0 13:00:00"},
		{"old", `{"k":"page","p":"abcdef","s":0,"a":99999999,"u":"/"}`, "page /    0 0 12:30:00"},
		{"from the future", `{"k":"page","p":"abcdef","s":0,"a":-5000,"u":"/"}`, "page /    0 0 13:00:00"},
		{"product", `{"k":"product","p":"abcdef","s":1,"u":"/p","n":"Scarf\u0000 red","d":7}`, "product /p Scarf red 7  0 0 13:00:00"},
		{"scroll", `{"k":"scroll","p":"abcdef","s":1,"u":"/p","y":9}`, "scroll /p    0 4 13:00:00"},
		{"click", `{"k":"click","p":"abcdef","s":1,"u":"/p","t":"main>button#buy","x":2000,"y":-4}`, "click /p   main>button#buy 1000 0 13:00:00"},
		{"a target with text", `{"k":"click","p":"abcdef","s":1,"u":"/p","t":"a[title=Ada Lovelace]","x":1,"y":2}`, "click /p    1 2 13:00:00"},
		{"address in a path", `{"k":"page","p":"abcdef","s":0,"u":"/account/ada%40example.com/orders/123456789"}`, "page /account/:address/orders/:id    0 0 13:00:00"},
		{"track", `{"k":"track","p":"abcdef","s":0,"u":"/","n":"Size Chart","o":{"size":"M","mail":"a@b.example","deep":{"a":1},"n":2}}`, `track / Size Chart {"n":2,"size":"M"}  0 0 13:00:00`},
		{"a kind of nobody's", `{"k":"consent","p":"abcdef","s":0,"u":"/","n":"yes"}`, ""},
		{"no place", `{"k":"page","u":"/"}`, ""},
		{"a place that is none", `{"k":"page","p":"../..","s":0,"u":"/"}`, ""},
		{"a thousand things", `{"k":"page","p":"abcdef","s":2000,"u":"/"}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got string
			for _, d := range parsed(t, c.thing).Did {
				got += fmt.Sprint(d.Kind, " ", d.Path, " ", d.Name, " ", d.Detail, " ", d.Target, " ", d.X, " ", d.Y, " ", d.At.Add(time.Hour).Format("15:04:05"))
			}
			if got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestCart(t *testing.T) {
	t.Parallel()
	s := parsed(t, `{"k":"cart","p":"abcdef","s":3,"a":0,"u":"/cart","c":{"k":"0123456789abcdef?key=z","c":"usd","i":[
		{"d":1,"n":"Scarf","q":2,"p":49.9,"url":"https://evil.example"},{"n":"","q":1},{"n":"Free","q":0},{"n":"Dear","q":1,"p":-4}]}}`)
	want := []event.Event{{
		Topic: "cart", Kind: event.CartUpdated, OccurredAt: noon, DedupeKey: "abcdef:3",
		Contents: &event.Contents{Total: money.Money{Minor: 9980, Currency: "USD"}, Items: []event.Item{{ProductID: "1", Title: "Scarf", Quantity: 2,
			Price: money.Money{Minor: 4990, Currency: "USD"}, LineTotal: money.Money{Minor: 9980, Currency: "USD"}}}},
	}}
	if diff := cmp.Diff(want, s.Carts); diff != "" {
		t.Error(diff)
	}
	if s.CartToken != "0123456789abcdef" {
		t.Errorf("token %q", s.CartToken)
	}
	if s := parsed(t, `{"k":"cart","p":"abcdef","s":3,"u":"/cart","c":{"c":"EUR"}}`); len(s.Carts) != 0 {
		t.Error("a cart without a list of lines was read as an emptied one")
	}
	if s := parsed(t, `{"k":"remove","p":"abcdef","s":3,"u":"/cart","c":{"i":[{"d":"x","q":2}]}}`); len(s.Carts) != 1 || s.Carts[0].Deltas[0].Quantity != -2 {
		t.Errorf("a removal is %+v", s.Carts)
	}
	if s := parsed(t, `{"k":"cart","p":"abcdef","s":3,"u":"/cart","c":{"k":"7","i":[]}}`); s.CartToken != "" {
		t.Error("a cart id that can be guessed was taken for a proof")
	}
}

func TestClaims(t *testing.T) {
	t.Parallel()
	s := parsed(t, `{"k":"identify","email":"Ada@Example.com","phone":"06 12 34 56 78"},{"k":"identify","email":"no address","phone":"12"}`)
	want := []event.Key{{Kind: event.KeyEmail, Value: "ada@example.com"}, {Kind: event.KeyPhone, Value: "+33612345678"}}
	if diff := cmp.Diff(want, s.Claims); diff != "" {
		t.Error(diff)
	}
	many := strings.Repeat(`{"k":"identify","email":"ada@example.com"},`, 50)
	if s := parsed(t, many[:len(many)-1]); len(s.Claims) > 4 {
		t.Errorf("%d claims at once", len(s.Claims))
	}
}

func TestDevices(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{`"w":390,"m":5`: "mobile", `"w":820,"m":5`: "tablet", `"w":1440,"m":10`: "desktop", `"w":500,"m":0`: "desktop", `"m":5`: ""} {
		s, err := pixel.Parse(event.Delivery{Body: []byte(`{"v":1,"i":"` + visitor + `",` + body + `}`), ReceivedAt: noon})
		if err != nil || s.Device != want {
			t.Errorf("%s is %q: %v", body, s.Device, err)
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for body, code := range map[string]fault.Code{
		"": fault.Invalid, "{": fault.Invalid, "[]": fault.Unprocessable, "{}": fault.Unprocessable, `{"v":2,"i":"` + visitor + `"}`: fault.Unprocessable,
		`{"v":1,"i":"ada@example.com"}`:                                            fault.Unprocessable,
		`{"v":1,"i":"` + visitor + `","e":[` + strings.Repeat("{},", 100) + `{}]}`: fault.Unprocessable,
		`{"v":1,"i":"` + visitor + `","e":[{"k":"page","s":"x"}]}`:                 fault.Unprocessable,
	} {
		if _, err := pixel.Parse(event.Delivery{Body: []byte(body)}); !fault.Is(err, code) {
			t.Errorf("%.60s: %v, want %s", body, err, code)
		}
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"": "/", "/": "/", "a": "/a", "/wool-scarf-fjord-2026-limited-edition": "/wool-scarf-fjord-2026-limited-edition",
		"/checkouts/cn/Z2NwLWV1cm9wZS13ZXN0MTowMUpB": "/checkouts/cn/:id", "/orders/0612345678": "/orders/:id", "/p/123": "/p/123",
		"/reset/d41d8cd98f00b204e9800998ecf8427e": "/reset/:id", "/x\u0000y": "/xy",
	} {
		if got := pixel.Path(raw); got != want {
			t.Errorf("%q is kept as %q, want %q", raw, got, want)
		}
	}
	if got := pixel.Path("/" + strings.Repeat("a-", 500)); len(got) > 200 {
		t.Errorf("a path of %d bytes", len(got))
	}
}

// Whatever is posted, what comes out is bounded, clean and names nobody.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"k":"page","p":"abcdef","s":0,"a":1,"u":"/a","n":"x.example"}`, `{"k":"identify","email":"a@b.example","phone":"+33612345678"}`,
		`{"k":"cart","p":"abcdef","s":1,"u":"/","c":{"k":"0123456789abcdef","c":"JPY","i":[{"d":"1","n":"x","q":"2","p":"1e3"}]}}`,
		`{"k":"track","p":"abcdef","s":2,"u":"/","n":"n","o":{"a":1e999,"b":null,"c":[1]}}`, `{"k":"click","p":"abcdef","s":3,"u":"%2e%2e","t":"a>b","x":1e308,"y":-1e308}`,
	} {
		f.Add([]byte(`{"v":1,"i":"` + visitor + `","w":1,"m":"2","e":[` + seed + `]}`))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := pixel.Parse(event.Delivery{Body: body, ReceivedAt: noon, Currency: "EUR", Country: "DE"})
		if err != nil {
			return
		}
		if len(s.Visitor) != 32 || len(s.Did) > 100 || len(s.Carts) > 100 || len(s.Claims) > 4 {
			t.Fatalf("unbounded: %+v", s)
		}
		for _, d := range s.Did {
			if d.At.After(noon) || d.At.Before(noon.Add(-time.Hour)) || len(d.Path) > 200 || !strings.HasPrefix(d.Path, "/") || strings.Contains(d.Path, "@") ||
				len(d.Name) > 300 || len(d.Detail) > 500 || len(d.Target) > 200 || d.X < 0 || d.X > 1000 || d.Y < 0 || d.Seq < 0 || strings.ContainsRune(d.Name+d.Detail, 0) {
				t.Fatalf("odd: %+v", d)
			}
		}
		for _, c := range s.Carts {
			if len(c.Person.Keys)+len(c.Links)+len(c.Consents) > 0 || c.Order != nil || c.RestoreURL != "" || c.Kind != event.CartUpdated && c.Kind != event.ItemAdded && c.Kind != event.ItemRemoved {
				t.Fatalf("a cart says more than a cart: %+v", c)
			}
			if _, err := json.Marshal(c); err != nil {
				t.Fatal(err)
			}
		}
	})
}

package generic_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/generic"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
)

func TestBodyShapes(t *testing.T) {
	t.Parallel()
	one, two := track("Cart Viewed", `"cart_id":"c1"`), strings.Replace(track("Cart Viewed", `"cart_id":"c2"`), "m1", "m2", 1)
	for name, body := range map[string]string{
		"list":   `[` + one + `,` + two + `]`,
		"batch":  `{"batch":[` + one + `,` + two + `],"sentAt":"2026-05-02T09:00:00Z"}`,
		"events": `{"events":[` + one + `,` + two + `]}`,
		"GA4": `{"client_id":"a1","timestamp_micros":"1777712400000000","events":[
			{"name":"view_cart","params":{"cart_id":"c1"}},{"name":"view_cart","params":{"cart_id":"c2"}}]}`,
	} {
		es, err := generic.New().Parse(deliver(body))
		if err != nil || len(es) != 2 {
			t.Fatalf("%s: %d events, %v", name, len(es), err)
		}
		for i, e := range es {
			if e.Kind != event.CartViewed || e.Links[0].Value != fmt.Sprintf("c%d", i+1) || !e.OccurredAt.Equal(at(9, 0)) ||
				len(e.Person.Keys) != 1 || e.Person.Keys[0].Value != "a1" {
				t.Errorf("%s: event %d is %+v", name, i, e)
			}
		}
		if es[0].DedupeKey == es[1].DedupeKey {
			t.Errorf("%s: two events share the key %s", name, es[0].DedupeKey)
		}
	}
	for _, body := range []string{`[]`, `{"batch":[]}`} {
		if es, err := generic.New().Parse(deliver(body)); err != nil || len(es) != 0 {
			t.Errorf("%s gave %v, %v", body, es, err)
		}
	}
}

func TestDedupeKeyWithoutMessageID(t *testing.T) {
	t.Parallel()
	ga4 := func(client, micros, params string) string {
		return `{"client_id":"` + client + `","timestamp_micros":"` + micros + `","events":[{"name":"view_cart","params":{` + params + `}}]}`
	}
	key := func(body string) string { return parse(t, body).DedupeKey }
	base := ga4("a", "1777712400000000", `"cart_id":"c"`)
	for name, c := range map[string]struct {
		a, b  string
		equal bool
	}{
		"a repeat":        {base, base, true},
		"other blanks":    {`{"event":"view_cart","properties":{"cart_id":"c"}}`, ` { "event" : "view_cart", "properties" : {"cart_id":"c"} } `, true},
		"other order":     {`{"event":"view_cart","properties":{"cart_id":"c"}}`, `{"properties":{"cart_id":"c"},"event":"view_cart"}`, true},
		"sent again":      {`{"event":"view_cart","sentAt":"1","properties":{"cart_id":"c"}}`, `{"event":"view_cart","sentAt":"2","properties":{"cart_id":"c"}}`, true},
		"another client":  {base, ga4("b", "1777712400000000", `"cart_id":"c"`), false},
		"another moment":  {base, ga4("a", "1777712400000001", `"cart_id":"c"`), false},
		"another content": {base, ga4("a", "1777712400000000", `"cart_id":"d"`), false},
	} {
		if got := key(c.a) == key(c.b); got != c.equal {
			t.Errorf("%s: equal is %v", name, got)
		}
	}
}

func TestOneBadItemLosesNoOther(t *testing.T) {
	t.Parallel()
	bad := strings.Replace(track("Cart Updated", `"cart_id":"c","items":[{"sku":"A"},{"sku":"B"},{"sku":"C"},{"sku":"D","quantity":-1}]`), "m1", "m2", 1)
	d := deliver(`[` + track("Cart Viewed", `"cart_id":"c"`) + `,` + bad + `,7]`)
	items, err := generic.New().ParseItems(d)
	if err != nil || len(items) != 3 {
		t.Fatalf("%d items, %v", len(items), err)
	}
	if items[0].Err != nil || string(items[1].Raw) != bad || items[1].Index != 1 {
		t.Errorf("items are %+v", items)
	}
	if f, ok := items[1].Err.(*fault.Error); !ok || f.Code != fault.Unprocessable || f.Field != "items[3].quantity" || f.Remedy == "" {
		t.Errorf("the bad item's error is %v", items[1].Err)
	}
	if !fault.Is(items[2].Err, fault.Unprocessable) {
		t.Errorf("a number for an event gave %v", items[2].Err)
	}
	es, err := generic.New().Parse(d)
	if err != nil || len(es) != 3 || es[0].Kind != event.CartViewed {
		t.Fatalf("%+v, %v", es, err)
	}
	for _, e := range es[1:] {
		platformtest.Sound(t, e)
		if e.Kind != event.Unknown || len(e.Notes) != 1 || !strings.HasPrefix(e.Notes[0], "rejected: ") {
			t.Errorf("a bad item became %+v", e)
		}
	}
}

func TestBadBodies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body string
		code       fault.Code
		field      string
	}{
		{"empty", "", fault.Invalid, ""},
		{"truncated", `{"event":"Cart`, fault.Invalid, ""},
		{"truncated list", `[` + track("Cart Viewed", `"cart_id":"c"`) + `,`, fault.Invalid, ""},
		{"a number", `7`, fault.Unprocessable, ""},
		{"a batch that is no list", `{"batch":7}`, fault.Unprocessable, "batch"},
		{"no name", `{"properties":{}}`, fault.Unprocessable, "event"},
		{"nobody's cart", `{"event":"Cart Updated","properties":{"items":[]}}`, fault.Unprocessable, "cart_id"},
		{"nobody's consent", `{"event":"Consent Updated","properties":{"consent":{"email":true}}}`, fault.Unprocessable, "userId"},
		{"unknown currency", track("Cart Updated", `"cart_id":"c","currency":"EURO","items":[]`), fault.Unprocessable, "currency"},
		{"unknown currency of a line", track("Cart Updated", `"cart_id":"c","items":[{"currency":"bits"}]`), fault.Unprocessable, "currency"},
		{"two currencies", track("Cart Updated", `"cart_id":"c","currency":"EUR","items":[{},{"currency":"USD"}]`), fault.Unprocessable, "items[1].currency"},
		{"zero quantity", track("Cart Updated", `"cart_id":"c","products":[{"quantity":0}]`), fault.Unprocessable, "products[0].quantity"},
		{"negative quantity", track("Product Added", `"sku":"A","quantity":-1`), fault.Unprocessable, "quantity"},
		{"negative price", track("Product Added", `"sku":"A","price":-1`), fault.Unprocessable, "price"},
		{"nothing added", track("Product Added", `"price":1`), fault.Unprocessable, "product_id"},
		{"negative total", track("Cart Updated", `"cart_id":"c","items":[],"value":-1`), fault.Unprocessable, "value"},
		{"an amount in words", track("Order Completed", `"order_id":"o","total":"12,50"`), fault.Unprocessable, "total"},
		{"a huge amount", track("Order Completed", `"order_id":"o","total":1e308`), fault.Unprocessable, "total"},
		{"a time in words", track("Cart Updated", `"cart_id":"c","updated_at":"yesterday"`), fault.Unprocessable, "updated_at"},
		{"lines that are no list", track("Cart Updated", `"cart_id":"c","items":"none"`), fault.Unprocessable, "properties.items"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := generic.New().Parse(deliver(c.body))
			if f, ok := err.(*fault.Error); !ok || f.Code != c.code || f.Field != c.field {
				t.Errorf("got %v, want %s in %q", err, c.code, c.field)
			}
		})
	}
}

func TestTolerated(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"a":`, 5000) + `1` + strings.Repeat(`}`, 5000)
	for name, props := range map[string]string{
		"invalid email is left out": `"email":"nobody"`,
		"invalid phone is left out": `"phone":"12"`,
		"no http address":           `"recovery_url":"javascript:alert(1)"`,
		"deep but readable":         `"extra":` + deep,
		"a long cart":               `"items":[` + strings.TrimSuffix(strings.Repeat(`{"price":1},`, 1100), ",") + `],"value":1100`,
		"a far future":              `"updated_at":"2099-01-01T00:00:00Z"`,
	} {
		e := parse(t, track("Cart Updated", `"cart_id":"c",`+props))
		platformtest.Sound(t, e)
		if wantNote := name != "deep but readable"; (len(e.Notes) == 1) != wantNote {
			t.Errorf("%s: notes %v", name, e.Notes)
		}
		if e.RestoreURL != "" || len(e.Person.Keys) != 1 || e.OccurredAt.After(received) {
			t.Errorf("%s: %+v", name, e)
		}
		if e.Contents != nil && (len(e.Contents.Items) != 1000 || e.Contents.Total != eur(110_000)) {
			t.Errorf("%s: %d lines, total %v", name, len(e.Contents.Items), e.Contents.Total)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(track("Cart Updated", `"cart_id":"c","items":[{"sku":"A","quantity":"2.0","price":1e2}],"consent":{"email":1}`))
	f.Add(track("Product Added", `"product_id":1,"price":"3.3333"`))
	f.Add(track("Order Refunded", `"order_id":"o","amount":2,"products":[{"price":1}]`))
	f.Add(track("purchase", `"value":3,"status":"cancelled"`))
	f.Add(`{"client_id":"c","user_id":7,"timestamp_micros":1777712400000000,"events":[{"name":"begin_checkout","params":{"items":[{"item_id":1}]}}]}`)
	f.Add(`[{"type":"identify","traits":{"email":"a@b.cd","tags":"x,y"}},7,null]`)
	f.Add(`{"batch":[{"event":"Cart Emptied","userId":"u"}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		platformtest.Parses(t, generic.New(), deliver(body))
	})
}

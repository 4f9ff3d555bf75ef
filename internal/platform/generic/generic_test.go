package generic_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/generic"
)

// track is a track call of visitor a1 with the properties' members.
func track(name, properties string) string {
	return `{"type":"track","event":"` + name + `","messageId":"m1","anonymousId":"a1","timestamp":"2026-05-02T09:00:00Z","properties":{` + properties + `}}`
}

func parse(t *testing.T, body string) event.Event {
	t.Helper()
	es, err := generic.New().Parse(deliver(body))
	if err != nil {
		t.Fatal(err)
	}
	if len(es) != 1 {
		t.Fatalf("%d events, want 1", len(es))
	}
	return es[0]
}

func at(hour, minute int) time.Time { return time.Date(2026, 5, 2, hour, minute, 0, 0, time.UTC) }

func eur(n int64) money.Money { return money.Money{Minor: n, Currency: "EUR"} }

func link(kind event.LinkKind, v string) event.Link { return event.Link{Kind: kind, Value: v} }

func TestKinds(t *testing.T) {
	t.Parallel()
	for kind, names := range map[event.Kind][]string{
		event.ProductViewed:   {"Product Viewed", "view_item"},
		event.ItemAdded:       {"Product Added", "add_to_cart", "PRODUCT ADDED"},
		event.ItemRemoved:     {"Product Removed", "remove_from_cart"},
		event.CartViewed:      {"Cart Viewed", "view_cart"},
		event.CartUpdated:     {"Cart Updated", "cart updated", "Cart Emptied", "cart-updated"},
		event.CartDeleted:     {"Cart Deleted"},
		event.CheckoutUpdated: {"Checkout Started", "Started Order", "begin_checkout"},
		event.CheckoutStep: {"Checkout Step Viewed", "Checkout Step Completed", "Payment Info Entered",
			"add_shipping_info", "add_payment_info"},
		event.PaymentFailed:  {"Payment Failed"},
		event.OrderPlaced:    {"Order Completed", "Completed Order", "Order Placed", "purchase"},
		event.OrderUpdated:   {"Order Updated"},
		event.OrderCancelled: {"Order Cancelled", "Order Canceled"},
		event.OrderRefunded:  {"Order Refunded", "refund"},
		event.ConsentChanged: {"Consent Updated"},
		event.ShopperUpdated: {"identify"},
		event.Unknown:        {"Products Searched", "Coupon Applied", "page_view", "Café ☕"},
	} {
		for _, name := range names {
			e := parse(t, track(name, `"cart_id":"c1","order_id":"o1","product_id":"p1"`))
			if e.Kind != kind || e.Topic != name {
				t.Errorf("%q became %s with topic %q, want %s", name, e.Kind, e.Topic, kind)
			}
		}
	}
}

func TestCartUpdated(t *testing.T) {
	t.Parallel()
	got := parse(t, `{"type":"track","event":"Cart Updated","messageId":"m1","userId":42,"anonymousId":"a1",
		"timestamp":"2026-05-02T09:00:00Z","context":{"locale":"fr-FR","timezone":"Europe/Paris","device":{"type":"ios"},
		"traits":{"email":"old@example.com","firstName":"Ann","lastName":"Lee"}},
		"properties":{"cart_id":"c1","email":"Ann@Example.com","phone":"06 12 34 56 78","country":"fr","messenger_psid":"555",
		"recovery_url":"https://shop.example/c/c1?t=s","updated_at":"2026-05-02T09:10:00+0000","created_at":1777712400,
		"consent":{"email":true,"sms":"no","messenger":"perhaps"},"consent_source":"footer form","consent_wording":"v3",
		"currency":"eur","value":19.5,"coupon":"SPRING",
		"items":[{"product_id":1,"variant_id":"1-b","sku":"S","name":"Mug","variant":"Blue","category":"Kitchen","price":9.75,
		"quantity":"2","url":"https://shop.example/mug","image_url":"//cdn.example/mug.png","stock":3}]}}`)
	three := 3
	want := event.Event{
		ShopID: "shop-1", Platform: "generic", Topic: "Cart Updated", Kind: event.CartUpdated, DedupeKey: "generic:message:m1",
		ReceivedAt: received, OccurredAt: at(9, 10), StartedAt: at(9, 0), Links: []event.Link{link(event.LinkCart, "c1")},
		Person: event.Person{FirstName: "Ann", LastName: "Lee", Country: "FR", Locale: "fr-FR", TimeZone: "Europe/Paris", Device: "mobile",
			Keys: []event.Key{{Kind: event.KeyCustomer, Value: "42"}, {Kind: event.KeyEmail, Value: "ann@example.com"},
				{Kind: event.KeyPhone, Value: "+33612345678"}, {Kind: event.KeyMessenger, Value: "555"}, {Kind: event.KeyAnonymous, Value: "a1"}}},
		Contents: &event.Contents{Total: eur(1950), Coupons: []string{"SPRING"}, Items: []event.Item{{
			ProductID: "1", VariantID: "1-b", SKU: "S", Title: "Mug", Variant: "Blue", Category: "Kitchen", Quantity: 2,
			Price: eur(975), LineTotal: eur(1950), URL: "https://shop.example/mug", ImageURL: "https://cdn.example/mug.png", Stock: &three}}},
		Consents: []event.Consent{
			{Channel: event.Email, Answer: event.Yes, Source: "footer form", Wording: "v3", At: at(9, 10)},
			{Channel: event.SMS, Answer: event.No, Source: "footer form", Wording: "v3", At: at(9, 10)}},
		RestoreURL: "https://shop.example/c/c1?t=s",
		Notes:      []string{"consent.messenger is neither yes nor no and was left out"},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestContents(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, event, properties string
		want                    *event.Contents
	}{
		{"the sum where no total is told", "Cart Updated", `"products":[{"sku":"A","price":1.5,"quantity":2},{"sku":"B","price":"2"}]`,
			&event.Contents{Total: eur(500), Items: []event.Item{
				{SKU: "A", Quantity: 2, Price: eur(150), LineTotal: eur(300)}, {SKU: "B", Quantity: 1, Price: eur(200), LineTotal: eur(200)}}}},
		{"total before value before revenue", "Checkout Started", `"total":"3","value":2,"revenue":1,"products":[]`, &event.Contents{Total: eur(300)}},
		{"value", "Checkout Started", `"value":2,"revenue":1,"products":[]`, &event.Contents{Total: eur(200)}},
		{"the line's currency", "Cart Updated", `"products":[{"sku":"A","price":100,"currency":"JPY"}]`,
			&event.Contents{Total: money.Money{Minor: 100, Currency: "JPY"}, Items: []event.Item{{SKU: "A", Quantity: 1,
				Price: money.Money{Minor: 100, Currency: "JPY"}, LineTotal: money.Money{Minor: 100, Currency: "JPY"}}}}},
		{"emptied", "Cart Updated", `"items":[]`, &event.Contents{Total: eur(0)}},
		{"emptied by name", "Cart Emptied", ``, &event.Contents{Total: eur(0)}},
		{"untold", "Checkout Started", `"value":20`, nil},
		{"viewing tells no contents", "Cart Viewed", `"products":[{"sku":"A","price":1}]`, nil},
		{"GA4's one id for two variants", "begin_checkout", `"items":[{"item_id":"T","item_name":"Tee","item_variant":"green","item_category":"Tops","price":5}]`,
			&event.Contents{Total: eur(500), Items: []event.Item{{ProductID: "T", VariantID: "T/green", Title: "Tee", Variant: "green", Category: "Tops",
				Quantity: 1, Price: eur(500), LineTotal: eur(500)}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			props := `"cart_id":"c1"`
			if c.properties != "" {
				props += "," + c.properties
			}
			if diff := cmp.Diff(c.want, parse(t, track(c.event, props)).Contents, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDeltas(t *testing.T) {
	t.Parallel()
	mug := event.Item{ProductID: "p1", SKU: "S", Title: "Mug", Quantity: 2, Price: eur(975), LineTotal: eur(1950)}
	const one = `"product_id":"p1","sku":"S","name":"Mug","price":9.75,"quantity":2`
	for body, want := range map[string][]event.Delta{
		track("Product Added", one):                      {{Item: mug, Quantity: 2}},
		track("Product Removed", one):                    {{Item: mug, Quantity: -2}},
		track("add_to_cart", `"items":[{`+one+`}]`):      {{Item: mug, Quantity: 2}},
		track("remove_from_cart", `"items":[{`+one+`}]`): {{Item: mug, Quantity: -2}},
	} {
		if diff := cmp.Diff(want, parse(t, body).Deltas); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	visit := func(id, when, extra string) string {
		return `{"event":"add_to_cart",` + id + `,"timestamp":"` + when + `","properties":{"sku":"S"` + extra + `}}`
	}
	day := []event.Link{link(event.LinkCart, "visitor:a1:2026-05-02")}
	for _, c := range []struct {
		name, body string
		want       []event.Link
	}{
		{"all ids", track("Order Completed", `"cart_id":"c","checkout_id":"k","order_id":"o"`),
			[]event.Link{link(event.LinkCart, "c"), link(event.LinkCheckout, "k"), link(event.LinkOrder, "o")}},
		{"a checkout's order id", track("Checkout Started", `"order_id":"o"`), []event.Link{link(event.LinkOrder, "o")}},
		{"GA4's order id", track("purchase", `"transaction_id":"o"`), []event.Link{link(event.LinkOrder, "o")}},
		{"a visitor's day", visit(`"anonymousId":"a1"`, "2026-05-02T00:00:00Z", ""), day},
		{"the same day, later", visit(`"anonymousId":"a1"`, "2026-05-02T23:59:59Z", ""), day},
		{"the same day, told in another zone", visit(`"anonymousId":"a1"`, "2026-05-03T01:00:00+02:00", ""), day},
		{"the next day", visit(`"anonymousId":"a1"`, "2026-05-03T00:00:00Z", ""), []event.Link{link(event.LinkCart, "visitor:a1:2026-05-03")}},
		{"the visitor stays the same after signing in", visit(`"anonymousId":"a1","userId":"u1"`, "2026-05-02T09:00:00Z", ""), day},
		{"a user without a visitor id", visit(`"userId":"u1"`, "2026-05-02T09:00:00Z", ""), []event.Link{link(event.LinkCart, "visitor:u1:2026-05-02")}},
		{"no time: the day of receipt", `{"event":"view_cart","anonymousId":"a1","messageId":"m"}`, day},
		{"viewing a product starts no cart", track("Product Viewed", `"sku":"S"`), nil},
		{"an identify call starts no cart", `{"type":"identify","anonymousId":"a1","messageId":"m"}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, parse(t, c.body).Links, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
	byEmail := parse(t, visit(`"messageId":"m"`, "2026-05-02T09:00:00Z", `,"email":"ann@example.com"`)).Links
	if len(byEmail) != 1 || !strings.HasPrefix(byEmail[0].Value, "visitor:sha256:") || strings.Contains(byEmail[0].Value, "ann") {
		t.Errorf("a cart known by email only has the links %v", byEmail)
	}
}

func TestOrders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, event, properties string
		kind                    event.Kind
		want                    event.Order
	}{
		{"placed", "Order Completed", `"order_id":"o1","total":27.5,"revenue":22.5,"order_number":"#7"`, event.OrderPlaced,
			event.Order{ID: "o1", Number: "#7", Status: event.OrderOpen, Total: eur(2750), PlacedAt: at(9, 0), Creditable: true}},
		{"GA4", "purchase", `"transaction_id":"o1","value":27.5,"items":[{"item_id":"A","price":27.5}]`, event.OrderPlaced,
			event.Order{ID: "o1", Status: event.OrderOpen, Total: eur(2750), PlacedAt: at(9, 0), Creditable: true}},
		{"no total: the lines", "Order Placed", `"order_id":"o1","products":[{"sku":"A","price":5,"quantity":2}]`, event.OrderPlaced,
			event.Order{ID: "o1", Status: event.OrderOpen, Total: eur(1000), PlacedAt: at(9, 0), Creditable: true}},
		{"made earlier", "Order Updated", `"order_id":"o1","total":5,"created_at":"2026-05-02T08:00:00Z"`, event.OrderUpdated,
			event.Order{ID: "o1", Status: event.OrderOpen, Total: eur(500), PlacedAt: at(8, 0), Creditable: true}},
		{"test", "Order Completed", `"order_id":"o1","total":5,"test":true`, event.OrderPlaced,
			event.Order{ID: "o1", Status: event.OrderOpen, Total: eur(500), PlacedAt: at(9, 0)}},
		{"till", "Order Completed", `"order_id":"o1","total":5,"source":"POS"`, event.OrderPlaced,
			event.Order{ID: "o1", Status: event.OrderOpen, Total: eur(500), PlacedAt: at(9, 0), Source: "POS"}},
		{"cancelled", "Order Cancelled", `"order_id":"o1","total":5`, event.OrderCancelled,
			event.Order{ID: "o1", Status: event.OrderVoid, Total: eur(500), Creditable: true}},
		{"cancelled by status", "Order Updated", `"order_id":"o1","total":5,"status":"cancelled"`, event.OrderCancelled,
			event.Order{ID: "o1", Status: event.OrderVoid, Total: eur(500), Creditable: true}},
		{"all given back", "Order Refunded", `"order_id":"o1"`, event.OrderRefunded,
			event.Order{ID: "o1", Status: event.OrderVoid, Total: eur(0), Creditable: true}},
		{"a part, as GA4 tells it", "refund", `"transaction_id":"o1","value":2`, event.OrderRefunded,
			event.Order{ID: "o1", Status: event.OrderOpen, Refunded: eur(200), Creditable: true}},
		{"a part, as Segment tells it", "Order Refunded", `"order_id":"o1","products":[{"sku":"A","price":2}]`, event.OrderRefunded,
			event.Order{ID: "o1", Status: event.OrderOpen, Refunded: eur(200), Creditable: true}},
		{"a part in words", "Order Refunded", `"order_id":"o1","total":5,"refunded":"2.00"`, event.OrderRefunded,
			event.Order{ID: "o1", Status: event.OrderOpen, Total: eur(500), Refunded: eur(200), Creditable: true}},
		{"the whole in words", "Order Updated", `"order_id":"o1","total":5,"amount":5`, event.OrderRefunded,
			event.Order{ID: "o1", Status: event.OrderVoid, Total: eur(500), Refunded: eur(500), Creditable: true}},
		{"refunded by status", "Order Updated", `"order_id":"o1","total":5,"status":"refunded"`, event.OrderRefunded,
			event.Order{ID: "o1", Status: event.OrderVoid, Total: eur(500), Refunded: eur(500), Creditable: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := parse(t, track(c.event, c.properties))
			c.want.Total.Currency, c.want.Refunded.Currency = "EUR", "EUR"
			if diff := cmp.Diff(&c.want, e.Order); diff != "" || e.Kind != c.kind {
				t.Errorf("kind %s, want %s %s", e.Kind, c.kind, diff)
			}
		})
	}
}

func TestAnOrderWithoutAnIdStopsMessagesOnly(t *testing.T) {
	t.Parallel()
	e := parse(t, track("Order Completed", `"total":5`))
	if e.Order == nil || e.Order.Creditable || e.Order.ID == "" || len(e.Notes) != 1 {
		t.Errorf("got %+v", e.Order)
	}
}

func TestConsent(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]event.Answer{
		`true`: event.Yes, `"yes"`: event.Yes, `"YES"`: event.Yes, `1`: event.Yes, `"subscribed"`: event.Yes,
		`false`: event.No, `"no"`: event.No, `0`: event.No, `"unsubscribed"`: event.No,
		`null`: "", `"maybe"`: "", `""`: "", `[]`: "", `{"state":"yes"}`: "",
	} {
		var got event.Answer
		for _, c := range parse(t, track("Consent Updated", `"consent":{"sms":`+said+`}`)).Consents {
			if c.Channel != event.SMS || c.Source == "" || !c.At.Equal(at(9, 0)) {
				t.Errorf("%s: %+v", said, c)
			}
			got = c.Answer
		}
		if got != want {
			t.Errorf("%s: %q, want %q", said, got, want)
		}
	}
}

func TestIdentify(t *testing.T) {
	t.Parallel()
	e := parse(t, `{"type":"identify","userId":"u1","traits":{"email":"ann@example.com","first_name":"Ann","consent":{"email":"yes"},"tags":["vip"]}}`)
	if e.Kind != event.ShopperUpdated || len(e.Person.Keys) != 2 || e.Person.FirstName != "Ann" || len(e.Consents) != 1 || len(e.Person.Tags) != 1 {
		t.Errorf("got %+v", e)
	}
}

package shopify_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
	"github.com/cartograph-dev/cartograph/internal/platform/shopify"
)

func parse(t *testing.T, d event.Delivery) event.Event {
	t.Helper()
	es, err := shopify.New().Parse(d)
	if err != nil {
		t.Fatal(err)
	}
	if len(es) != 1 {
		t.Fatalf("%d events, want 1", len(es))
	}
	return es[0]
}

func at(hour, minute int) time.Time { return time.Date(2026, 5, 2, hour, minute, 0, 0, time.UTC) }

func usd(n int64) money.Money { return money.Money{Minor: n, Currency: "USD"} }

func link(kind event.LinkKind, v string) event.Link { return event.Link{Kind: kind, Value: v} }

// same compares events, leaving out what other tests hold.
func same(t *testing.T, want, got event.Event) {
	t.Helper()
	want.ShopID, want.Platform, want.ReceivedAt = "shop-1", "shopify", received
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(event.Event{}, "DedupeKey")); diff != "" {
		t.Error(diff)
	}
}

func TestCart(t *testing.T) {
	t.Parallel()
	set := func(n, c string) string {
		return `{"shop_money":{"amount":"` + n + `","currency_code":"` + c + `"},"presentment_money":{"amount":"99","currency_code":"JPY"}}`
	}
	got := parse(t, deliver("carts/update", `{"id":"c1","token":"c1","note":null,
		"created_at":"2026-05-02T11:00:00+02:00","updated_at":"2026-05-02T11:50:00+02:00",
		"line_items":[{"id":9007199254740995,"product_id":9007199254740993,"variant_id":9007199254740995,"properties":null,
		"sku":"MUG-1","title":"Mug - Blue","quantity":2,"price":"90.00","line_price":"180.00",
		"price_set":`+set("10.00", "usd")+`,"discounted_price_set":`+set("9.50", "USD")+`,"line_price_set":`+set("19.00", "USD")+`}]}`))
	same(t, event.Event{
		Topic: "carts/update", Kind: event.CartUpdated, OccurredAt: at(9, 50), StartedAt: at(9, 0),
		Links: []event.Link{link(event.LinkCart, "c1")},
		Contents: &event.Contents{Total: usd(1900), Items: []event.Item{{
			ProductID: "9007199254740993", VariantID: "9007199254740995", SKU: "MUG-1", Title: "Mug - Blue",
			Quantity: 2, Price: usd(950), LineTotal: usd(1900)}}},
	}, got)
}

func TestCartWithoutPriceSetsIsInTheShopsCurrency(t *testing.T) {
	t.Parallel()
	got := parse(t, deliver("carts/create", `{"token":"c1","line_items":[{"title":"Mug","price":"4.00","quantity":3}]}`))
	if want := (money.Money{Minor: 1200, Currency: "EUR"}); got.Contents.Total != want {
		t.Errorf("total %+v, want %+v", got.Contents.Total, want)
	}
	if !got.OccurredAt.Equal(at(10, 0)) {
		t.Errorf("without updated_at it occurred at %v, want when Shopify triggered it", got.OccurredAt)
	}
}

func TestCartEmptiedAndCartUntold(t *testing.T) {
	t.Parallel()
	if c := parse(t, deliver("carts/update", `{"token":"c1","line_items":[]}`)).Contents; c == nil || c.Items == nil || len(c.Items) != 0 {
		t.Errorf("an emptied cart gave contents %+v", c)
	}
	if c := parse(t, deliver("carts/update", `{"token":"c1"}`)).Contents; c != nil {
		t.Errorf("a body without lines gave contents %+v", c)
	}
}

// checkout is a checkout's body; extra goes before its other fields.
func checkout(extra string) string {
	return `{` + extra + `"token":"ck1","cart_token":"c1","email":"Ann@Example.com","customer_locale":"fr-FR",
	"created_at":"2026-05-02T09:00:00Z","updated_at":"2026-05-02T09:30:00Z","currency":"USD","presentment_currency":"CAD",
	"total_price":"25.00","source_name":"web","abandoned_checkout_url":"https://studio.example/ac/c1/recover?key=k",
	"shipping_address":[],"discount_codes":[{"code":"SPRING","amount":"1.00"}],"note_attributes":[{"name":"cartograph_cart","value":"x"}],
	"line_items":[{"product_id":1,"variant_id":2,"sku":"S","title":"Mug","presentment_title":"Tasse","variant_title":"Blue",
	"quantity":1,"price":"20.00","line_price":"20.00","properties":[]}]}`
}

// checkoutEvent is what checkout("") means.
func checkoutEvent() event.Event {
	return event.Event{
		Topic: "checkouts/update", Kind: event.CheckoutUpdated, OccurredAt: at(9, 30), StartedAt: at(9, 0),
		Links:      []event.Link{link(event.LinkCheckout, "ck1"), link(event.LinkCart, "c1")},
		RestoreURL: "https://studio.example/ac/c1/recover?key=k",
		Person: event.Person{Keys: []event.Key{{Kind: event.KeyEmail, Value: "ann@example.com"}},
			Locale: "fr-FR"},
		Contents: &event.Contents{Total: usd(2500), Coupons: []string{"SPRING"}, Items: []event.Item{{
			ProductID: "1", VariantID: "2", SKU: "S", Title: "Tasse", Variant: "Blue", Quantity: 1, Price: usd(2000), LineTotal: usd(2000)}}},
	}
}

func TestCheckout(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, extra string
		change      func(e *event.Event)
	}{
		{"plain", "", func(*event.Event) {}},
		{"a numeric id of older API versions", `"id":981820079255243537,`, func(e *event.Event) {
			e.Links = []event.Link{link(event.LinkCheckout, "ck1"), link(event.LinkCheckout, "981820079255243537"), link(event.LinkCart, "c1")}
		}},
		{"box ticked", `"buyer_accepts_marketing":true,`, func(e *event.Event) {
			e.Consents = []event.Consent{{Channel: event.Email, Answer: event.Yes, Source: "shopify checkout", At: at(9, 0)}}
		}},
		{"box not ticked says nothing", `"buyer_accepts_marketing":false,"buyer_accepts_sms_marketing":false,`, func(*event.Event) {}},
		{"SMS ticked, with its own number", `"buyer_accepts_sms_marketing":true,"sms_marketing_phone":"06 12 34 56 78","phone":"06 87 65 43 21",`,
			func(e *event.Event) {
				e.Consents = []event.Consent{{Channel: event.SMS, Answer: event.Yes, Source: "shopify checkout", At: at(9, 0)}}
				e.Person.Keys = append(e.Person.Keys, event.Key{Kind: event.KeyPhone, Value: "+33612345678"})
			}},
		{"phone read in its address's country", `"billing_address":{"phone":"(415) 555-0100","country_code":"US","province_code":"CA","first_name":"Ann","last_name":"Lee"},`,
			func(e *event.Event) {
				e.Person.Keys = append(e.Person.Keys, event.Key{Kind: event.KeyPhone, Value: "+14155550100"})
				e.Person.FirstName, e.Person.LastName, e.Person.Country, e.Person.Region = "Ann", "Lee", "US", "CA"
			}},
		{"customer", `"customer":{"id":603851970716743426,"first_name":"Ann","last_name":"Lee","email":"other@example.com","tags":"vip, press",
			"email_marketing_consent":{"state":"unsubscribed","consent_updated_at":"2026-05-01T08:00:00Z"},
			"default_address":{"country_code":"FR","phone":"0612345678"}},`,
			func(e *event.Event) {
				e.Person.Keys = []event.Key{{Kind: event.KeyCustomer, Value: "603851970716743426"}, e.Person.Keys[0],
					{Kind: event.KeyPhone, Value: "+33612345678"}}
				e.Person.FirstName, e.Person.LastName, e.Person.Country = "Ann", "Lee", "FR"
				e.Person.Tags = []string{"vip", "press"}
				e.Consents = []event.Consent{{Channel: event.Email, Answer: event.No, Source: "shopify customer",
					At: time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)}}
			}},
		{"completed", `"completed_at":"2026-05-02T09:29:00Z",`, func(e *event.Event) {
			e.Kind, e.RestoreURL = event.OrderPlaced, ""
			e.Order = &event.Order{ID: "checkout:ck1", Status: event.OrderOpen, Total: usd(2500), PlacedAt: at(9, 29), Source: "web"}
			e.Notes = []string{"the checkout was completed; its order is credited when orders/create arrives"}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want := checkoutEvent()
			c.change(&want)
			same(t, want, parse(t, deliver("checkouts/update", checkout(c.extra))))
		})
	}
}

func TestAGiftsRecipientIsNotTheShopper(t *testing.T) {
	t.Parallel()
	to := `"shipping_address":{"first_name":"Bob","last_name":"Ray","phone":"0612345678","country_code":"FR"}`
	body := strings.Replace(checkout(`"billing_address":{"first_name":"Ann","last_name":"Lee"},`), `"shipping_address":[]`, to, 1)
	for _, k := range parse(t, deliver("checkouts/update", body)).Person.Keys {
		if k.Kind == event.KeyPhone {
			t.Errorf("the recipient's phone became the shopper's: %v", k)
		}
	}
	own := strings.Replace(body, `"first_name":"Bob","last_name":"Ray"`, `"first_name":"Ann","last_name":"Lee"`, 1)
	if keys := parse(t, deliver("checkouts/update", own)).Person.Keys; len(keys) != 2 || keys[1].Value != "+33612345678" {
		t.Errorf("the shopper's own shipping phone was not taken: %v", keys)
	}
}

func TestDeletes(t *testing.T) {
	t.Parallel()
	same(t, event.Event{Topic: "checkouts/delete", Kind: event.CartDeleted, OccurredAt: at(10, 0),
		Links: []event.Link{link(event.LinkCheckout, "981820079255243537"), link(event.LinkCart, "c1")},
	}, parse(t, deliver("checkouts/delete", `{"id":981820079255243537,"cart_token":"c1","presentment_currency":"USD"}`)))
	same(t, event.Event{Topic: "orders/delete", Kind: event.OrderCancelled, OccurredAt: at(10, 0),
		Links: []event.Link{link(event.LinkOrder, "820982911946154508")},
		Order: &event.Order{ID: "820982911946154508", Status: event.OrderVoid},
	}, parse(t, deliver("orders/delete", `{"id":820982911946154508}`)))
}

// order is an order's body; extra goes before its other fields and wins over
// none of them, so overrides use replace.
func order(extra string) string {
	return `{` + extra + `"id":820982911946154508,"name":"#1001","checkout_token":"ck1","cart_token":"c1","email":"ann@example.com",
	"created_at":"2026-05-02T09:40:00Z","updated_at":"2026-05-02T09:45:00Z","processed_at":"2026-05-02T09:39:00Z",
	"currency":"USD","total_price":"40.00","test":false,"shipping_address":[],
	"line_items":[{"title":"Mug","sku":"S","quantity":2,"price":"20.00"}]}`
}

func TestOrder(t *testing.T) {
	t.Parallel()
	refund := func(status, amount, code string) string {
		return `"refunds":[{"transactions":[{"kind":"refund","status":"` + status + `","amount":"` + amount + `","currency":"` + code + `"}]}],`
	}
	type want struct {
		kind       event.Kind
		status     event.OrderStatus
		refunded   int64
		creditable bool
	}
	for _, c := range []struct {
		name, topic, extra string
		want               want
	}{
		{"created", "orders/create", `"source_name":"web",`, want{event.OrderPlaced, event.OrderOpen, 0, true}},
		{"no source", "orders/create", ``, want{event.OrderPlaced, event.OrderOpen, 0, true}},
		{"bank transfer", "orders/create", `"financial_status":"pending",`, want{event.OrderPlaced, event.OrderOpen, 0, true}},
		{"paid", "orders/paid", `"financial_status":"paid",`, want{event.OrderUpdated, event.OrderOpen, 0, true}},
		{"edited", "orders/edited", ``, want{event.OrderUpdated, event.OrderOpen, 0, true}},
		{"fulfilled", "orders/fulfilled", ``, want{event.OrderUpdated, event.OrderOpen, 0, true}},
		{"in part", "orders/partially_fulfilled", ``, want{event.OrderUpdated, event.OrderOpen, 0, true}},
		{"cancelled", "orders/cancelled", `"cancelled_at":"2026-05-02T09:45:00Z",`, want{event.OrderCancelled, event.OrderVoid, 0, true}},
		{"cancelled, told by an update", "orders/updated", `"cancelled_at":"2026-05-02T09:45:00Z",`, want{event.OrderCancelled, event.OrderVoid, 0, true}},
		{"payment voided", "orders/updated", `"financial_status":"voided",`, want{event.OrderCancelled, event.OrderVoid, 0, true}},
		{"refunded", "orders/updated", `"financial_status":"refunded",`, want{event.OrderRefunded, event.OrderVoid, 4000, true}},
		{"refunded in part", "orders/updated", refund("success", "15.00", "USD"), want{event.OrderRefunded, event.OrderOpen, 1500, true}},
		{"refunded in full by transactions", "orders/updated", refund("success", "40.00", ""), want{event.OrderRefunded, event.OrderVoid, 4000, true}},
		{"more refunded than paid", "orders/updated", refund("success", "50.00", ""), want{event.OrderRefunded, event.OrderVoid, 4000, true}},
		{"refund failed", "orders/updated", refund("failure", "15.00", "USD"), want{event.OrderUpdated, event.OrderOpen, 0, true}},
		{"refund in another currency", "orders/updated", `"current_total_price":"30.00",` + refund("success", "1500", "JPY"),
			want{event.OrderRefunded, event.OrderOpen, 1000, true}},
		{"edited down", "orders/edited", `"current_total_price":"20.00",`, want{event.OrderRefunded, event.OrderOpen, 2000, true}},
		{"edited up", "orders/edited", `"current_total_price":"60.00",`, want{event.OrderUpdated, event.OrderOpen, 0, true}},
		{"test order", "orders/create", `"test":true,`, want{event.OrderPlaced, event.OrderOpen, 0, false}},
		{"point of sale", "orders/create", `"source_name":"pos",`, want{event.OrderPlaced, event.OrderOpen, 0, false}},
		{"draft order", "orders/create", `"source_name":"shopify_draft_order",`, want{event.OrderPlaced, event.OrderOpen, 0, false}},
		{"draft order's app", "orders/create", `"source_name":"web","app_id":1354745,`, want{event.OrderPlaced, event.OrderOpen, 0, false}},
		{"subscription", "orders/create", `"source_name":"subscription_contract",`, want{event.OrderPlaced, event.OrderOpen, 0, false}},
		{"an app", "orders/create", `"source_name":"294517",`, want{event.OrderPlaced, event.OrderOpen, 0, false}},
		{"online store by its app id", "orders/create", `"source_name":"580111",`, want{event.OrderPlaced, event.OrderOpen, 0, true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			body := order(c.extra)
			if strings.Contains(c.extra, `"test":true`) {
				body = strings.Replace(body, `"test":false,`, "", 1)
			}
			e := parse(t, deliver(c.topic, body))
			got := want{e.Kind, e.Order.Status, e.Order.Refunded.Minor, e.Order.Creditable}
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Error(diff)
			}
			if e.Order.ID != "820982911946154508" || e.Order.Number != "#1001" || e.Order.Total != usd(4000) || !e.Order.PlacedAt.Equal(at(9, 39)) {
				t.Errorf("the order is %+v", e.Order)
			}
			links := []event.Link{link(event.LinkCheckout, "ck1"), link(event.LinkCart, "c1"), link(event.LinkOrder, "820982911946154508")}
			if diff := cmp.Diff(links, e.Links); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnOddLineNeverCostsThePurchase(t *testing.T) {
	t.Parallel()
	e := parse(t, deliver("orders/create", strings.Replace(order(""), `"quantity":2`, `"quantity":0`, 1)))
	if e.Kind != event.OrderPlaced || e.Order == nil || len(e.Contents.Items) != 0 || len(e.Notes) != 1 {
		t.Errorf("got %s with %d lines and notes %v", e.Kind, len(e.Contents.Items), e.Notes)
	}
}

func TestAnOldOrdersBoxDoesNotOutdoAnUnsubscribe(t *testing.T) {
	t.Parallel()
	e := parse(t, deliver("orders/updated", order(`"buyer_accepts_marketing":true,`)))
	if len(e.Consents) != 1 || !e.Consents[0].At.Equal(at(9, 40)) {
		t.Errorf("consents %+v, want one dated when the order was made", e.Consents)
	}
}

func TestConsentTopics(t *testing.T) {
	t.Parallel()
	const when = `"opt_in_level":"single_opt_in","consent_updated_at":"2026-05-02T07:00:00Z"`
	for _, c := range []struct {
		state string
		want  event.Answer
	}{
		{`"subscribed"`, event.Yes}, {`"unsubscribed"`, event.No}, {`"not_subscribed"`, ""},
		{`"pending"`, ""}, {`"redacted"`, ""}, {`null`, ""},
	} {
		for channel, d := range map[event.Channel]event.Delivery{
			event.Email: deliver("customers_email_marketing_consent/update",
				`{"customer_id":706405506930370084,"email_address":"ann@example.com","email_marketing_consent":{"state":`+c.state+`,`+when+`}}`),
			event.SMS: deliver("customers_marketing_consent/update",
				`{"id":706405506930370084,"phone":"+33612345678","sms_marketing_consent":{"state":`+c.state+`,`+when+`}}`),
		} {
			e := parse(t, d)
			var want []event.Consent
			if c.want != "" {
				want = []event.Consent{{Channel: channel, Answer: c.want, Source: "shopify customer", At: at(7, 0)}}
			}
			if diff := cmp.Diff(want, e.Consents); diff != "" || e.Kind != event.ConsentChanged {
				t.Errorf("%s %s: kind %s %s", channel, c.state, e.Kind, diff)
			}
			if len(e.Person.Keys) != 2 || e.Person.Keys[0].Value != "706405506930370084" {
				t.Errorf("%s: keys %v", channel, e.Person.Keys)
			}
		}
	}
}

func TestOtherTopicsAreKeptAsUnknown(t *testing.T) {
	t.Parallel()
	for _, topic := range []string{"refunds/create", "products/update", ""} {
		e := parse(t, deliver(topic, `{"id":1}`))
		if e.Kind != event.Unknown || e.Topic != topic || e.DedupeKey == "" {
			t.Errorf("%q gave %+v", topic, e)
		}
	}
}

func TestBadBodies(t *testing.T) {
	t.Parallel()
	replace := func(old, new string) string { return strings.Replace(checkout(""), old, new, 1) }
	for _, c := range []struct {
		name, topic, body string
		code              fault.Code
		field             string
	}{
		{"truncated", "checkouts/create", `{"token":"ck1","line_it`, fault.Invalid, ""},
		{"truncated, unknown topic", "app/uninstalled", `{"id":`, fault.Invalid, ""},
		{"a list", "checkouts/create", `[]`, fault.Unprocessable, ""},
		{"no token", "checkouts/create", `{"email":"a@example.com"}`, fault.Unprocessable, "token"},
		{"no cart token", "carts/create", `{}`, fault.Unprocessable, "token"},
		{"no order id", "orders/create", `{"currency":"EUR"}`, fault.Unprocessable, "id"},
		{"nothing deleted", "checkouts/delete", `{}`, fault.Unprocessable, "token"},
		{"nobody's consent", "customers_marketing_consent/update", `{}`, fault.Unprocessable, "customer_id"},
		{"unknown currency", "checkouts/create", replace(`"USD"`, `"ZZZ"`), fault.Unprocessable, "currency"},
		{"no quantity at all", "checkouts/create", replace(`"quantity":1`, `"quantity":0`), fault.Unprocessable, "line_items[0].quantity"},
		{"negative quantity", "checkouts/create", replace(`"quantity":1`, `"quantity":"-2"`), fault.Unprocessable, "line_items[0].quantity"},
		{"negative price", "checkouts/create", replace(`"price":"20.00"`, `"price":"-20.00"`), fault.Unprocessable, "line_items[0].price"},
		{"no number", "checkouts/create", replace(`"total_price":"25.00"`, `"total_price":"much"`), fault.Unprocessable, "total_price"},
		{"huge number", "checkouts/create", replace(`"total_price":"25.00"`, `"total_price":1e999`), fault.Unprocessable, "total_price"},
		{"lines that are no list", "checkouts/create", replace(`"line_items":[`, `"line_items":"none","x":[`), fault.Unprocessable, "line_items"},
		{"two currencies", "carts/create", `{"token":"c","line_items":[{"price_set":{"shop_money":{"amount":"1","currency_code":"EUR"}}},
			{"price_set":{"shop_money":{"amount":"1","currency_code":"USD"}}}]}`, fault.Unprocessable, "line_items[].price_set.shop_money.currency_code"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := shopify.New().Parse(deliver(c.topic, c.body))
			f, ok := err.(*fault.Error)
			if !ok || f.Code != c.code || f.Field != c.field {
				t.Errorf("got %v, want %s in %q", err, c.code, c.field)
			}
		})
	}
}

func TestHostileTextIsCleaned(t *testing.T) {
	t.Parallel()
	e := parse(t, deliver("checkouts/create", strings.Replace(checkout(""), `"Tasse"`, "\"Ta\\u0000s\\r\\nse \xff\"", 1)))
	if got, want := e.Contents.Items[0].Title, "Tas  se \uFFFD"; got != want {
		t.Errorf("the title is %q, want %q", got, want)
	}
}

func TestALongCartKeepsItsTotal(t *testing.T) {
	t.Parallel()
	lines := strings.TrimSuffix(strings.Repeat(`{"title":"A","quantity":1,"price":"1.00"},`, 1200), ",")
	e := parse(t, deliver("checkouts/create", fmt.Sprintf(`{"token":"t","currency":"EUR","total_price":"1200.00","line_items":[%s]}`, lines)))
	if len(e.Contents.Items) != 1000 || e.Contents.Total.Minor != 120_000 || len(e.Notes) != 1 {
		t.Errorf("%d lines, total %d, notes %v", len(e.Contents.Items), e.Contents.Total.Minor, e.Notes)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("checkouts/update", checkout(`"buyer_accepts_marketing":true,`))
	f.Add("checkouts/update", checkout(`"completed_at":"2026-05-02T09:29:00Z",`))
	f.Add("carts/update", `{"token":"c1","line_items":[{"quantity":"2.0","price":1e2,"price_set":{"shop_money":{"amount":"1","currency_code":"EUR"}}}]}`)
	f.Add("orders/updated", order(`"refunds":[{"transactions":[{"kind":"refund","status":"success","amount":"5"}]}],"current_total_price":"-1",`))
	f.Add("orders/delete", `{"id":1}`)
	f.Add("checkouts/delete", `{"id":1}`)
	f.Add("customers_marketing_consent/update", `{"id":1,"phone":"+33612345678","sms_marketing_consent":{"state":"subscribed"}}`)
	f.Add("x/y", `[`)
	f.Fuzz(func(t *testing.T, topic, body string) {
		platformtest.Parses(t, shopify.New(), deliver(topic, body))
	})
}

// TestErasingTopicsOfOtherBodies: headers are not signed, so a body that was
// signed for something else may come back under a topic that erases.
func TestErasingTopicsOfOtherBodies(t *testing.T) {
	t.Parallel()
	const shop = `"shop_id":954889,"shop_domain":"shop-a.myshopify.com"`
	const who = `,"customer":{"id":191167,"email":"john@example.com"}`
	for _, c := range []struct {
		topic, body string
		erases      bool
	}{
		{"shop/redact", `{` + shop + `}`, true},
		{"shop/redact", `{` + shop + who + `,"orders_to_redact":[1]}`, false},
		{"shop/redact", `{` + shop + who + `,"orders_requested":[1],"data_request":{"id":1}}`, false},
		{"shop/redact", `{"id":1,"token":"t","line_items":[]}`, false},
		{"shop/redact", `{"shop_id":1,"shop_domain":"shop-b.myshopify.com"}`, false},
		{"customers/redact", `{` + shop + who + `,"orders_to_redact":[1]}`, true},
		{"customers/redact", `{` + shop + who + `,"orders_requested":[],"data_request":{"id":1}}`, false},
		{"customers/redact", `{"id":820982911946154508,"email":"john@example.com"` + who + `}`, false},
	} {
		d := event.Delivery{Header: map[string][]string{"X-Shopify-Topic": {c.topic}}, Body: []byte(c.body), ReceivedAt: time.Unix(1777800000, 0),
			ShopID: "shop-a", Domain: "shop-a.myshopify.com", Currency: "EUR"}
		es, err := shopify.New().Parse(d)
		if c.erases && (err != nil || es[0].Privacy == nil) || !c.erases && !fault.Is(err, fault.Unprocessable) {
			t.Errorf("%s %s: %v, %v", c.topic, c.body, es, err)
		}
	}
}

package wix_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
	"github.com/cartograph-dev/cartograph/internal/platform/wix"
	"github.com/cartograph-dev/cartograph/internal/platform/wix/story"
)

func deliver(body string) event.Delivery {
	return event.Delivery{Header: map[string][]string{}, Body: []byte(body), ReceivedAt: received,
		ShopID: "shop-1", Domain: "studio.wixsite.example", Currency: "EUR", Country: "FR", Locale: "en"}
}

// unsigned is a token around the claims; only Parse takes it.
func unsigned(claims string) event.Delivery {
	part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	return deliver(part(`{"alg":"RS256","kid":"k"}`) + "." + part(claims) + "." + part("signature"))
}

// posted is a token around an event, encoded twice.
func posted(kind, message string) event.Delivery {
	text := func(v any) string { b, _ := json.Marshal(v); return string(b) }
	return unsigned(text(map[string]any{"data": text(map[string]any{"eventType": kind, "instanceId": "i-1", "data": message})}))
}

func parse(t *testing.T, d event.Delivery) event.Event {
	t.Helper()
	es, err := wix.New().Parse(d)
	if err != nil || len(es) != 1 {
		t.Fatalf("%d events, %v", len(es), err)
	}
	platformtest.Sound(t, es[0])
	return es[0]
}

func TestVerify(t *testing.T) {
	t.Parallel()
	p := story.Platform()
	signing, verifying := conformance.RSAKeys(1)
	_, other := conformance.RSAKeys(2)
	body := string(p.Sign(nil, []byte(`{"eventType":"x","instanceId":"i-1","data":"{}"}`), signing, received))
	parts := strings.Split(body, ".")
	header := func(h string) string {
		return base64.RawURLEncoding.EncodeToString([]byte(h)) + "." + parts[1] + "." + parts[2]
	}
	for _, c := range []struct {
		name, body string
		secrets    []string
		ok         bool
	}{
		{"as signed", body, []string{verifying}, true},
		{"a key being rotated", body, []string{other, "", verifying}, true},
		{"white space around it", "\n" + body + "\n", []string{verifying}, true},
		{"quoted by a proxy", `"` + body + `"`, []string{verifying}, true},
		{"its site", body, []string{verifying + "instance: i-1"}, true},
		{"its site in a secret of its own", body, []string{verifying, "instance:I-1"}, true},
		{"another site", body, []string{verifying, "instance: i-2"}, false},
		{"a blank site", body, []string{verifying, "instance: "}, false},
		{"another key", body, []string{other}, false},
		{"no key", body, []string{"", "a secret", "instance: i-1"}, false},
		{"unsigned", header(`{"alg":"none"}`), []string{verifying}, false},
		{"signed by the public key's text", header(`{"alg":"HS256"}`), []string{verifying}, false},
		{"another header", header(`{"alg":"RS256","kid":"x"}`), []string{verifying}, false},
		{"two parts", parts[0] + "." + parts[1], []string{verifying}, false},
		{"no signature", parts[0] + "." + parts[1] + ".", []string{verifying}, false},
		{"JSON", `{"eventType":"x"}`, []string{verifying}, false},
		{"nothing", "", []string{verifying}, false},
	} {
		err := wix.New().Verify(deliver(c.body), c.secrets)
		if c.ok != (err == nil) || err != nil && !fault.Is(err, fault.Unauthorized) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestShapes(t *testing.T) {
	t.Parallel()
	const cart = `{"id":"c1","updatedDate":"2026-05-02T09:00:00Z","currency":"EUR","lineItems":[{"quantity":1,"price":{"amount":"5.00"},"productName":{"original":"Mug"}}]}`
	quoted, _ := json.Marshal(cart)
	for name, d := range map[string]event.Delivery{
		"an entity":               posted("wix.ecom.v1.cart_created", `{"id":"e","entityFqdn":"wix.ecom.v1.cart","slug":"created","createdEvent":{"entity":`+cart+`}}`),
		"an entity as text":       posted("wix.ecom.v1.cart_created", `{"id":"e","entityFqdn":"wix.ecom.v1.cart","slug":"created","createdEvent":{"entityAsJson":`+string(quoted)+`}}`),
		"a current one":           posted("wix.ecom.v1.cart_updated", `{"id":"e","entityFqdn":"wix.ecom.v1.cart","slug":"updated","updatedEvent":{"currentEntity":`+cart+`}}`),
		"in an action's body":     posted("wix.ecom.v1.cart_updated", `{"id":"e","actionEvent":{"body":{"cart":`+cart+`}}}`),
		"an action's text":        posted("wix.ecom.v1.cart_updated", `{"id":"e","actionEvent":{"bodyAsJson":"{\"cart\":`+strings.ReplaceAll(cart, `"`, `\"`)+`}"}}`),
		"encoded once, not twice": unsigned(`{"data":{"eventType":"wix.ecom.v1.cart_updated","data":{"id":"e","updatedEvent":{"currentEntity":` + cart + `}}}}`),
	} {
		e := parse(t, d)
		if e.Kind != event.CartUpdated || e.Links[0] != (event.Link{Kind: event.LinkCart, Value: "c1"}) || len(e.Contents.Items) != 1 || e.DedupeKey != "wix:event:e" {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		topic, message string
		want           event.Kind
	}{
		{"wix.ecom.v1.cart_deleted", `{"id":"e","entityId":"c1","deletedEvent":{}}`, event.CartDeleted},
		{"wix.ecom.v1.checkout_deleted", `{"id":"e","entityId":"c1"}`, event.CartDeleted},
		{"wix.ecom.v1.checkout_updated", `{"id":"e","entityId":"c1","updatedEvent":{"currentEntity":{"id":"c1","completed":true}}}`, event.OrderPlaced},
		{"wix.ecom.v1.abandoned_checkout_created", `{"id":"e","createdEvent":{"entity":{"id":"a1","checkoutId":"c1"}}}`, event.CheckoutUpdated},
		{"wix.ecom.v1.abandoned_checkout_recovered", `{"id":"e","entityId":"a1","actionEvent":{}}`, event.OrderPlaced},
		{"wix.ecom.v1.abandoned_checkout_deleted", `{"id":"e","entityId":"a1"}`, event.Unknown},
		{"wix.ecom.v1.order_approved", `{"id":"e","entityId":"o1"}`, event.OrderPlaced},
		{"wix.ecom.v1.order_updated", `{"id":"e","entityId":"o1"}`, event.Unknown},
		{"wix.ecom.v1.order_canceled", `{"id":"e","entityId":"o1","actionEvent":{"body":{"order":{"id":"o1"}}}}`, event.OrderCancelled},
		{"wix.ecom.v1.order_payment_status_updated", `{"id":"e","actionEvent":{"body":{"order":{"id":"o1","paymentStatus":"FULLY_REFUNDED"}}}}`, event.OrderRefunded},
		{"wix.ecom.v1.order_payment_status_updated", `{"id":"e","actionEvent":{"body":{"order":{"id":"o1","status":"A_NEW_ONE"}}}}`, event.OrderUpdated},
		{"wix.contacts.v4.contact_created", `{"id":"e","createdEvent":{"entity":{"id":"p1"}}}`, event.ShopperUpdated},
		{"wix.contacts.v4.contact_deleted", `{"id":"e","entityId":"p1","deletedEvent":{}}`, event.Unknown},
		{"wix.apps.v1.app_instance_removed", `{"id":"e","entityFqdn":"wix.apps.v1.app_instance","slug":"removed"}`, event.ShopUninstalled},
		{"AppInstalled", `{"appId":"a"}`, event.Unknown},
		{"wix.ecom.v1.draft_order_created", `{"id":"e","entityFqdn":"wix.ecom.v1.draft_order","slug":"created"}`, event.Unknown},
		{"wix.restaurants.v1.order_created", `{"id":"e","entityFqdn":"wix.restaurants.v1.order","slug":"created","entityId":"o"}`, event.Unknown},
		{"", ``, event.Unknown},
	} {
		if got := parse(t, posted(c.topic, c.message)).Kind; got != c.want {
			t.Errorf("%s %s: %s, want %s", c.topic, c.message, got, c.want)
		}
	}
}

// TestThinOrders stop messages at once and are asked for.
func TestThinOrders(t *testing.T) {
	t.Parallel()
	e := parse(t, posted("wix.ecom.v1.order_approved", `{"id":"e","entityId":"o1"}`))
	want := event.Reference{Kind: event.LinkOrder, ID: "o1"}
	if e.Order.ID != "checkout:o1" || e.Order.Creditable || len(e.Fetch) != 1 || e.Fetch[0] != want {
		t.Errorf("%+v, order %+v", e, e.Order)
	}
	e = parse(t, posted("wix.ecom.v1.checkout_completed", `{"id":"e","actionEvent":{"body":{"checkout":{"id":"c1","currency":"USD","priceSummary":{"total":{"amount":"9"}}}}}}`))
	if e.Order.ID != "checkout:c1" || e.Order.Total.Minor != 900 || e.Order.Creditable || e.Fetch[0] != (event.Reference{Kind: event.LinkCheckout, ID: "c1"}) {
		t.Errorf("%+v, order %+v", e, e.Order)
	}
	e = parse(t, posted("wix.ecom.v1.order_approved", `{"id":"e","entityId":"../../oauth2"}`))
	if len(e.Fetch) != 0 {
		t.Errorf("an id that is a path is asked for: %+v", e.Fetch)
	}
}

func TestWhatIsCredited(t *testing.T) {
	t.Parallel()
	for more, want := range map[string]bool{
		`"channelInfo":{"type":"WEB"}`:                                  true,
		`"lineItems":[{"subscriptionInfo":{"id":"s","cycleNumber":1}}]`: true,
		`"lineItems":[{"subscriptionInfo":{"id":"s","cycleNumber":3}}]`: false,
		`"channelInfo":{"type":"POS"}`:                                  false,
		`"channelInfo":{"type":"BACKOFFICE_MERCHANT"}`:                  false,
		`"channelInfo":{"type":"AMAZON"}`:                               false,
	} {
		e := parse(t, posted("wix.ecom.v1.order_approved", `{"id":"e","actionEvent":{"body":{"order":{"id":"o1","status":"APPROVED","priceSummary":{"total":{"amount":"5"}},`+more+`}}}}`))
		if e.Order.Creditable != want {
			t.Errorf("%s: creditable is %v", more, e.Order.Creditable)
		}
	}
}

// TestLinesKeepApart: products without variants share one variant id at Wix.
func TestLinesKeepApart(t *testing.T) {
	t.Parallel()
	const zero = `"options":{"variantId":"00000000-0000-0000-0000-000000000000"}`
	e := parse(t, posted("wix.ecom.v1.cart_updated", `{"id":"e","updatedEvent":{"currentEntity":{"id":"c1","lineItems":[
		{"quantity":1,"price":{"amount":"1"},"catalogReference":{"catalogItemId":"p1",`+zero+`},"image":"wix:image://v1/a_1.jpg/mug.jpg#x","url":{"relativePath":"/p/1","url":"https://s.example/"},"availability":{"quantityAvailable":3}},
		{"quantity":1,"price":{"amount":"1"},"catalogReference":{"catalogItemId":"p2",`+zero+`},"image":{"id":"b_2.jpg","url":"https://static.wixstatic.com/media/b_2.jpg"}}]}}}`))
	a, b := e.Contents.Items[0], e.Contents.Items[1]
	if a.Same() == b.Same() || a.ImageURL != "https://static.wixstatic.com/media/a_1.jpg" || a.URL != "https://s.example/p/1" || *a.Stock != 3 ||
		b.ImageURL != "https://static.wixstatic.com/media/b_2.jpg" || b.Stock != nil {
		t.Errorf("%+v and %+v", a, b)
	}
}

// TestOtherAppsCatalogs: what a booking app sells is none of the shop's products.
func TestOtherAppsCatalogs(t *testing.T) {
	t.Parallel()
	for app, want := range map[string]string{"215238EB-22a5-4c36-9e7b-e7c08025e04e": "p1", "": "p1", "13d21c63-b5ec-5912-8397-c3a5ddb27a97": "13d21c63-b5ec-5912-8397-c3a5ddb27a97:p1"} {
		e := parse(t, posted("wix.ecom.v1.cart_updated", `{"id":"e","updatedEvent":{"currentEntity":{"id":"c1","lineItems":[
			{"quantity":1,"price":{"amount":"1"},"catalogReference":{"catalogItemId":"p1","appId":"`+app+`"}}]}}}`))
		if got := e.Contents.Items[0].ProductID; got != want {
			t.Errorf("an item of %q is %q, want %q", app, got, want)
		}
	}
}

// TestASubscriptionDoesNotOutdoALaterNo: Wix repeats it with every change.
func TestASubscriptionDoesNotOutdoALaterNo(t *testing.T) {
	t.Parallel()
	e := parse(t, posted("wix.contacts.v4.contact_updated", `{"id":"e","updatedEvent":{"currentEntity":{"id":"p1","createdDate":"2024-01-01T00:00:00Z",
		"updatedDate":"2026-05-02T11:00:00Z","primaryEmail":{"email":"ann@example.com","subscriptionStatus":"SUBSCRIBED"}}}}`))
	if len(e.Consents) != 1 || !e.Consents[0].At.Equal(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", e.Consents)
	}
}

// TestASubscriptionOfNoTimeIsNoConsent: dated now, it would outdo a no.
func TestASubscriptionOfNoTimeIsNoConsent(t *testing.T) {
	t.Parallel()
	for _, created := range []string{"", `"createdDate":"2099-01-01T00:00:00Z",`} {
		e := parse(t, posted("wix.contacts.v4.contact_updated", `{"id":"e","updatedEvent":{"currentEntity":{"id":"p1",`+created+`
			"updatedDate":"2026-05-02T11:00:00Z","primaryEmail":{"email":"ann@example.com","subscriptionStatus":"SUBSCRIBED"}}}}`))
		if len(e.Consents) != 0 || e.Kind != event.ShopperUpdated || len(e.Notes) != 1 {
			t.Errorf("%s gave %+v", created, e)
		}
	}
}

func TestNonsense(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		d    event.Delivery
		want fault.Code
	}{
		"no token":               {deliver("hello"), fault.Invalid},
		"claims that are text":   {unsigned(`"x"`), fault.Unprocessable},
		"no data":                {unsigned(`{}`), fault.Unprocessable},
		"broken JSON inside":     {unsigned(`{"data":"{"}`), fault.Invalid},
		"a cart without an id":   {posted("wix.ecom.v1.cart_updated", `{"id":"e"}`), fault.Unprocessable},
		"lines that are no list": {posted("wix.ecom.v1.cart_updated", `{"id":"e","updatedEvent":{"currentEntity":{"id":"c1","lineItems":"none"}}}`), fault.Unprocessable},
		"a negative price":       {posted("wix.ecom.v1.cart_updated", `{"id":"e","updatedEvent":{"currentEntity":{"id":"c1","lineItems":[{"price":{"amount":"-1"}}]}}}`), fault.Unprocessable},
	} {
		if es, err := wix.New().Parse(c.d); !fault.Is(err, c.want) {
			t.Errorf("%s: %v, %v", name, es, err)
		}
	}
	if e := parse(t, posted("wix.ecom.v1.cart_updated", `{"id":"e","updatedEvent":{"currentEntity":{"id":"c1"}}}`)); e.Contents != nil {
		t.Errorf("a cart whose lines are not told looks like %+v", e.Contents)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("", `{"data":"{\"eventType\":\"wix.ecom.v1.cart_updated\",\"data\":\"{\\\"id\\\":\\\"e\\\",\\\"updatedEvent\\\":{\\\"currentEntity\\\":{\\\"id\\\":\\\"c\\\",\\\"lineItems\\\":[{\\\"price\\\":{\\\"amount\\\":\\\"1\\\"}}]}}}\"}"}`)
	f.Add("", `{"data":{"eventType":"wix.ecom.v1.order_approved","data":{"actionEvent":{"body":{"order":{"id":"o","currency":"JPY","priceSummary":{"total":{"amount":"5"}}}}}}}}`)
	f.Add("", `{"data":{"eventType":"wix.contacts.v4.contact_updated","data":{"updatedEvent":{"currentEntity":{"id":"p","primaryEmail":{"email":"a@b.example","subscriptionStatus":"SUBSCRIBED"}}}}}}`)
	f.Add("fetched/checkout", `{"checkout":{"id":"c","lineItems":[],"completed":true}}`)
	f.Add("fetched/abandoned_checkout", `{"id":"a","checkoutId":"c","totalPrice":"5.00","checkoutUrl":"http://www.wixapis.com/x"}`)
	f.Fuzz(func(t *testing.T, topic, text string) {
		d := unsigned(text)
		if topic != "" {
			d = deliver(text)
			d.Header["X-Cartograph-Topic"] = []string{topic}
		}
		platformtest.Parses(t, wix.New(), d)
	})
}

// FuzzVerify: no body passes but the one that was signed, and none does anything but that.
func FuzzVerify(f *testing.F) {
	signing, verifying := conformance.RSAKeys(1)
	body := story.Platform().Sign(nil, []byte(`{"eventType":"x","instanceId":"i-1","data":"{}"}`), signing, received)
	f.Add(uint(3), byte(1), "e30.e30.e30")
	f.Add(uint(len(body)-1), byte(1), "..")
	f.Add(uint(40), byte(0x20), string(body[:60]))
	f.Fuzz(func(t *testing.T, at uint, mask byte, text string) {
		changed := append([]byte{}, body...)
		changed[at%uint(len(body))] ^= mask
		if err := wix.New().Verify(deliver(string(changed)), []string{verifying}); err == nil && string(changed) != string(body) {
			t.Fatalf("byte %d changed by %d passes", at%uint(len(body)), mask)
		}
		if err := wix.New().Verify(deliver(text), []string{verifying}); text != string(body) && !fault.Is(err, fault.Unauthorized) {
			t.Fatalf("%q: %v", text, err)
		}
	})
}

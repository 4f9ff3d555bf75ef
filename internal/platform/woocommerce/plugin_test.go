package woocommerce_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
	"github.com/cartograph-dev/cartograph/internal/platform/woocommerce"
)

// byPlugin is a delivery of the companion plugin.
func byPlugin(body string) event.Delivery {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(body))
	d := deliver("", body)
	d.Header = map[string][]string{"Content-Type": {"application/json"}, "X-Cartograph-Signature": {"sha256=" + hex.EncodeToString(h.Sum(nil))}}
	return d
}

func parsePlugin(t *testing.T, body string) event.Event {
	t.Helper()
	es, err := woocommerce.New().Parse(byPlugin(body))
	if err != nil || len(es) != 1 {
		t.Fatalf("%d events, %v", len(es), err)
	}
	platformtest.Sound(t, es[0])
	return es[0]
}

const session = `{"topic":"cart.updated","plugin":"1.0.0","at":"2026-05-02T09:31:00Z","cart":{"id":"0af1","revision":3,
	"created_at":"2026-05-02T09:00:00.000Z","updated_at":"2026-05-02T09:30:00.250Z","stage":"cart","currency":"EUR","total":"24.00",
	"items":[{"product_id":22,"variation_id":0,"sku":"P","name":"Poster &ndash; Large","variation":"","category":"Art","quantity":2,
	"price":"12.00","total":"24.00","url":"https:\/\/shop.example\/p","image":"","stock":null}],"coupons":["spring"],
	"restore_url":"https:\/\/shop.example\/?cartograph-cart=0af1&cartograph-key=ff",
	"customer":{"id":31,"email":"Ann@Example.com","phone":"06 12 34 56 78","first_name":"Ann","last_name":"O'Neil","country":"FR","state":"IDF","locale":"fr_FR"}}}`

func TestCartOfThePlugin(t *testing.T) {
	t.Parallel()
	want := event.Event{
		ShopID: "shop-1", Platform: "woocommerce", Topic: "cart.updated", Kind: event.CartUpdated, ReceivedAt: received,
		OccurredAt: at(9, 30).Add(250e6), StartedAt: at(9, 0), Links: []event.Link{{Kind: event.LinkCart, Value: "0af1"}},
		Person: event.Person{FirstName: "Ann", LastName: "O'Neil", Country: "FR", Region: "IDF", Locale: "fr-FR", Keys: []event.Key{
			{Kind: event.KeyCustomer, Value: "31"}, {Kind: event.KeyEmail, Value: "ann@example.com"}, {Kind: event.KeyPhone, Value: "+33612345678"}}},
		Contents: &event.Contents{Total: eur(2400), Coupons: []string{"spring"}, Items: []event.Item{{
			ProductID: "22", SKU: "P", Title: "Poster – Large", Category: "Art", Quantity: 2, Price: eur(1200), LineTotal: eur(2400), URL: "https://shop.example/p"}}},
		RestoreURL: "https://shop.example/?cartograph-cart=0af1&cartograph-key=ff",
	}
	got := parsePlugin(t, session)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(event.Event{}, "DedupeKey")); diff != "" {
		t.Error(diff)
	}
	if e := parsePlugin(t, strings.Replace(session, `"stage":"cart"`, `"stage":"checkout"`, 1)); e.Kind != event.CheckoutUpdated {
		t.Errorf("at the checkout it is %s", e.Kind)
	}
	if e := parsePlugin(t, strings.Replace(session, `"revision":3`, `"revision":4`, 1)); e.DedupeKey == got.DedupeKey {
		t.Error("another revision has the same key")
	}
}

func TestTheOrderNamesItsCart(t *testing.T) {
	t.Parallel()
	const meta = `[{"id":1,"key":"_cartograph_cart_id","value":"0af1"}]`
	cart := event.Link{Kind: event.LinkCart, Value: "0af1"}
	for via, want := range map[string]bool{"checkout": true, "store-api": true, "subscription": false, "admin": false} {
		e := parse(t, "order.created", withMeta(order("processing", `"created_via":"`+via+`",`), meta))
		got := false
		for _, l := range e.Links {
			got = got || l == cart
		}
		if got != want {
			t.Errorf("%s: linked %v, want %v", via, got, want)
		}
	}
}

func TestThePluginsBox(t *testing.T) {
	t.Parallel()
	with := func(consent string) []event.Consent {
		return parsePlugin(t, strings.Replace(session, `"stage":"cart"`, `"consent":`+consent+`,"stage":"cart"`, 1)).Consents
	}
	answer := func(a event.Answer) []event.Consent {
		return []event.Consent{{Channel: event.Email, Answer: a, Source: "woocommerce checkout, Cartograph", Wording: "Remind me", At: at(9, 20)}}
	}
	const tail = `"wording":"Remind me","at":"2026-05-02T09:20:00Z"}}`
	for consent, want := range map[string][]event.Consent{
		`{"email":{"answer":true,` + tail:  answer(event.Yes),
		`{"email":{"answer":false,` + tail: answer(event.No),
		`{"email":{"answer":null,` + tail:  nil,
		`{"email":[]}`:                     nil,
		`[]`:                               nil,
	} {
		if diff := cmp.Diff(want, with(consent)); diff != "" {
			t.Errorf("%s: %s", consent, diff)
		}
	}
	nobody := strings.Replace(session, `"email":"Ann@Example.com"`, `"email":""`, 1)
	if e := parsePlugin(t, strings.Replace(nobody, `"stage":"cart"`, `"consent":{"email":{"answer":true,`+tail+`,"stage":"cart"`, 1)); e.Consents != nil {
		t.Errorf("a consent of nobody: %+v", e.Consents)
	}
}

func TestOtherTopicsOfThePlugin(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]event.Kind{
		`{"topic":"shop.uninstalled","at":"2026-05-02T09:00:00Z"}`:                 event.ShopUninstalled,
		`{"topic":"privacy.erase","subject":{"email":"ann@example.com"}}`:          event.SubjectErase,
		`{"topic":"privacy.export","subject":{"email":"ann@example.com","id":31}}`: event.SubjectExport,
		`{"topic":"ping"}`:    event.Unknown,
		`{"topic":"cart.?"}`:  event.Unknown,
		`{"cart":{"id":"x"}}`: event.Unknown,
	} {
		e := parsePlugin(t, body)
		if e.Kind != want || (e.Privacy != nil) != (want != event.Unknown) {
			t.Errorf("%s: %s, %+v", body, e.Kind, e.Privacy)
		}
		if strings.Contains(e.DedupeKey, "ann@example.com") {
			t.Error("the key holds an address")
		}
	}
}

func TestBadBodiesOfThePlugin(t *testing.T) {
	t.Parallel()
	replace := func(old, new string) string { return strings.Replace(session, old, new, 1) }
	for body, field := range map[string]string{
		`{"topic":"cart.updated"}`:                                 "cart.id",
		`{"topic":"privacy.erase","subject":[]}`:                   "subject.email",
		replace(`"items":[`, `"items":null,"x":[`):                 "cart.items",
		replace(`"items":[`, `"items":"none","x":[`):               "cart.items",
		replace(`"currency":"EUR"`, `"currency":"euro"`):           "cart.currency",
		replace(`"price":"12.00"`, `"price":"-12.00"`):             "cart.items[0].price",
		replace(`"total":"24.00",`+"\n", `"total":"-24.00",`+"\n"): "cart.total",
	} {
		_, err := woocommerce.New().Parse(byPlugin(body))
		if f, ok := err.(*fault.Error); !ok || f.Code != fault.Unprocessable || f.Field != field {
			t.Errorf("%s: %v, want unprocessable in %s", body, err, field)
		}
	}
}

func FuzzVerifyPlugin(f *testing.F) {
	f.Add(session, uint(3), byte(1))
	f.Add("", uint(70), byte(4))
	f.Fuzz(func(t *testing.T, body string, at uint, mask byte) {
		if mask == 0x20 { // Hexadecimal digits say the same in both cases.
			mask = 1
		}
		platformtest.Unforgeable(t, woocommerce.New(), byPlugin(body), "X-Cartograph-Signature", secret, at, mask)
	})
}

func FuzzParsePlugin(f *testing.F) {
	f.Add(session)
	f.Add(`{"topic":"privacy.erase","subject":{"email":"a@b.example"}}`)
	f.Add(`{"topic":"cart.updated","cart":{"id":"1","items":{}}}`)
	f.Fuzz(func(t *testing.T, body string) { platformtest.Parses(t, woocommerce.New(), byPlugin(body)) })
}

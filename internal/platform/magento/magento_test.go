package magento_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/magento"
	"github.com/cartograph-dev/cartograph/internal/platform/magento/story"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
)

const (
	secret    = "a secret"
	recipient = "531f2f763b2f4c34b03001d8bf2bd4df"
)

var received = time.Date(2026, 5, 2, 10, 0, 5, 0, time.UTC)

// adobe is a key of Adobe's, with its public text.
func adobe() (*rsa.PrivateKey, string) { return keys()() }

var keys = sync.OnceValue(func() func() (*rsa.PrivateKey, string) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		panic(err)
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}))
	return func() (*rsa.PrivateKey, string) { return key, text }
})

// deliver is a delivery of Adobe's, signed as the first or the second of its headers.
func deliver(body, number string) event.Delivery {
	key, _ := adobe()
	sum := sha256.Sum256([]byte(body))
	sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return event.Delivery{Body: []byte(body), ReceivedAt: received, ShopID: "shop-1", Domain: "shop.example", Currency: "EUR", Country: "FR",
		Header: map[string][]string{"X-Adobe-Digital-Signature-" + number: {base64.StdEncoding.EncodeToString(sig)}}}
}

func told(name, value string) string {
	return `{"specversion":"1.0","id":"i1","event_id":"e1","type":"com.adobe.commerce.observer.` + name + `","time":"2026-05-02T09:30:00.123Z",
	"recipient_client_id":"` + recipient + `","data":{"key":"k1","value":` + value + `}}`
}

func parse(t *testing.T, body string) event.Event {
	t.Helper()
	es, err := magento.New().Parse(deliver(body, "1"))
	if err != nil || len(es) != 1 {
		t.Fatalf("%d events, %v", len(es), err)
	}
	platformtest.Sound(t, es[0])
	return es[0]
}

func TestStories(t *testing.T) {
	t.Parallel()
	for _, f := range conformance.Check(t.Context(), story.Platform(), received) {
		t.Error(f)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	_, public := adobe()
	body := told("x", "{}")
	own := func(body, key string) event.Delivery {
		h := hmac.New(sha256.New, []byte(key))
		h.Write([]byte(body))
		d := deliver(body, "1")
		d.Header = map[string][]string{"X-Cartograph-Signature": {"sha256=" + hex.EncodeToString(h.Sum(nil))}}
		return d
	}
	for _, c := range []struct {
		name    string
		d       event.Delivery
		secrets []string
		ok      bool
	}{
		{"the first signature", deliver(body, "1"), []string{"client:" + recipient, public}, true},
		{"the second", deliver(body, "2"), []string{public, secret, "client:" + recipient}, true},
		{"both in one secret", deliver(body, "1"), []string{"client:other\nclient:" + recipient + "\n" + public}, true},
		{"a batch", deliver("["+body+","+body+"]", "1"), []string{"client:" + recipient, public}, true},
		{"the older spelling", deliver(strings.Replace(body, "recipient_client_id", "recipientclientid", 1), "1"), []string{"client:" + recipient, public}, true},
		{"no client named", deliver(body, "1"), []string{public, recipient}, false},
		{"another client", deliver(body, "1"), []string{public, "client:other"}, false},
		{"a batch for two clients", deliver("["+body+","+strings.Replace(body, recipient, "other", 1)+"]", "1"), []string{"client:" + recipient, public}, false},
		{"a batch of nothing", deliver("[]", "1"), []string{"client:" + recipient, public}, false},
		{"no key", deliver(body, "1"), []string{"client:" + recipient}, false},
		{"no secrets", deliver(body, "1"), nil, false},
		{"a third header", deliver(body, "3"), []string{"client:" + recipient, public}, false},
		{"the module", own(`{}`, secret), []string{"client:" + recipient, secret}, true},
		{"the module by the client's name", own(`{}`, "client:"+recipient), []string{"client:" + recipient, public}, false},
		{"the module by the bare name", own(`{}`, recipient), []string{"client:" + recipient, public}, false},
		{"the module by a public key", own(`{}`, public), []string{"client:" + recipient, public}, false},
	} {
		err := magento.New().Verify(c.d, c.secrets)
		if (err == nil) != c.ok || err != nil && !fault.Is(err, fault.Unauthorized) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	broken := deliver(body, "1")
	broken.Header["X-Adobe-Digital-Signature-1"] = []string{"AAAA"}
	if err := magento.New().Verify(broken, []string{"client:" + recipient, public}); !fault.Is(err, fault.Unauthorized) {
		t.Errorf("a broken signature: %v", err)
	}
}

func TestGreet(t *testing.T) {
	t.Parallel()
	if answer, ok := magento.New().Greet("8ec8d794-e0ab"); answer != "8ec8d794-e0ab" || !ok {
		t.Errorf("%q, %v", answer, ok)
	}
	for _, odd := range []string{"", strings.Repeat("a", 300)} {
		if _, ok := magento.New().Greet(odd); ok {
			t.Errorf("%q is greeted", odd)
		}
	}
}

// net answers for static.adobeioevents.com.
type net func(r *http.Request) (int, string)

func (n net) RoundTrip(r *http.Request) (*http.Response, error) {
	code, text := n(r)
	return &http.Response{StatusCode: code, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(text)), Request: r}, nil
}

// TestKeys: keys come from Adobe's own host and nowhere else, whatever a header says.
func TestKeys(t *testing.T) {
	t.Parallel()
	_, public := adobe()
	const good = "/prod/keys/pub-key-2aba7a6e.pem"
	for _, c := range []struct {
		name, path, answer string
		code, asked, got   int
		fails              bool
	}{
		{"a key", good, public, 200, 1, 1, false},
		{"gone", good, "", 404, 1, 0, false},
		{"trouble", good, "", 503, 1, 0, true},
		{"no key", good, "<html>", 200, 1, 0, false},
		{"a client's name with it", good, "client:evil\n" + public, 200, 1, 0, false},
		{"another host", "@evil.example/prod/keys/pub-key-1.pem", public, 200, 0, 0, false},
		{"a way out", "/prod/keys/../../pub-key-1.pem", public, 200, 0, 0, false},
		{"a query", good + "?x", public, 200, 0, 0, false},
		{"nothing", "", public, 200, 0, 0, false},
	} {
		asked := 0
		api := platform.API{Client: &http.Client{Transport: net(func(r *http.Request) (int, string) {
			if asked++; r.URL.Host != "static.adobeioevents.com" || r.URL.Scheme != "https" {
				t.Errorf("%s: asked %s", c.name, r.URL)
			}
			return c.code, c.answer
		})}}
		d := deliver("{}", "1")
		d.Header["X-Adobe-Public-Key2-Path"] = []string{c.path}
		got, err := magento.New().Keys(t.Context(), api, d)
		if asked != c.asked || len(got) != c.got || (err != nil) != c.fails {
			t.Errorf("%s: asked %d times, %d keys, %v", c.name, asked, len(got), err)
		}
	}
}

const quote = `{"entity_id":"730","is_active":"1","created_at":"2026-05-02 09:00:00","updated_at":"0000-00-00 00:00:00","quote_currency_code":"EUR","grand_total":"34.0000",
	"items":[{"item_id":"1","product_id":"3953","sku":"MUG-BLUE","name":"Mug","qty":2,"price":"10.0000","price_incl_tax":12,"row_total_incl_tax":24},
	{"item_id":"2","parent_item_id":"1","sku":"MUG-BLUE","name":"Mug-Blue","qty":1,"price":0},{"sku":"P","name":"Poster","qty":"1.0000","price":10.000000000000002},
	{"sku":"GONE","name":"Gone","qty":1,"price":1,"is_deleted":true}],"coupon_code":"SPRING","customer_is_guest":1,"customer_email":"Ann@Example.com",
	"billing_address":{"telephone":"06 12 34 56 78","country_id":"FR","firstname":"Ann","lastname":"Oz"}}`

func TestQuote(t *testing.T) {
	t.Parallel()
	eur := func(n int64) money.Money { return money.Money{Minor: n, Currency: "EUR"} }
	want := event.Event{
		ShopID: "shop-1", Platform: "magento", Topic: "observer.sales_quote_save_commit_after", Kind: event.CheckoutUpdated, ReceivedAt: received,
		DedupeKey:  "magento:observer.sales_quote_save_commit_after:k1",
		OccurredAt: time.Date(2026, 5, 2, 9, 30, 0, 123e6, time.UTC), StartedAt: time.Date(2026, 5, 2, 9, 0, 0, 0, time.UTC),
		Links: []event.Link{{Kind: event.LinkCart, Value: "730"}},
		Person: event.Person{FirstName: "Ann", LastName: "Oz", Country: "FR", Keys: []event.Key{
			{Kind: event.KeyEmail, Value: "ann@example.com"}, {Kind: event.KeyPhone, Value: "+33612345678"}}},
		Contents: &event.Contents{Total: eur(3400), Coupons: []string{"SPRING"}, Items: []event.Item{
			{ProductID: "3953", SKU: "MUG-BLUE", Title: "Mug", Quantity: 2, Price: eur(1200), LineTotal: eur(2400)},
			{SKU: "P", Title: "Poster", Quantity: 1, Price: eur(1000), LineTotal: eur(1000)}}},
	}
	if diff := cmp.Diff(want, parse(t, told("sales_quote_save_commit_after", quote)), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	thin := parse(t, told("sales_quote_save_after", `{"entity_id":730,"is_active":true}`))
	if thin.Kind != event.CartViewed || thin.Contents != nil || len(thin.Notes) != 1 {
		t.Errorf("without its items it is %+v", thin)
	}
	bought := parse(t, told("sales_quote_save_after", strings.Replace(quote, `"is_active":"1"`, `"is_active":"0","reserved_order_id":"000000617"`, 1)))
	if o := bought.Order; bought.Kind != event.OrderPlaced || o.ID != "quote:730" || o.Creditable || o.Total != eur(3400) {
		t.Errorf("closed with an order's number it is %s, %+v", bought.Kind, o)
	}
	if e := parse(t, told("sales_quote_save_after", strings.Replace(quote, `"is_active":"1"`, `"is_active":false`, 1))); e.Kind != event.CartDeleted || e.Contents != nil || e.RestoreURL != "" {
		t.Errorf("closed without one it is %s: nobody can go on with it", e.Kind)
	}
}

// order is an order as Adobe's events tell it; extra goes before its other fields.
func order(state, extra string) string {
	return told("sales_order_save_commit_after", `{`+extra+`"increment_id":"000000617","quote_id":"730","state":"`+state+`","status":"x","created_at":"2026-05-02 08:40:19",
	"updated_at":"2026-05-02 08:40:19","order_currency_code":"USD","base_currency_code":"EUR","grand_total":409.6,"base_grand_total":1,
	"items":[{"sku":"A","name":"A","qty_ordered":1,"price":505.75,"price_incl_tax":505.75,"row_total_incl_tax":505.75,"product_id":"3953","order_id":"673"}],
	"customer_email":"ann@example.com","addresses":[{"address_type":"shipping","telephone":"nope"},{"address_type":"billing","telephone":"(415) 555-2671","country_id":"US"}]}`)
}

func TestOrder(t *testing.T) {
	t.Parallel()
	type want struct {
		Kind               event.Kind
		Status             event.OrderStatus
		Refunded           int64
		Creditable, Unpaid bool
	}
	for _, c := range []struct {
		state, extra string
		want         want
	}{
		{"new", "", want{event.OrderPlaced, event.OrderOpen, 0, true, false}},
		{"pending_payment", "", want{event.OrderUpdated, event.OrderOpen, 0, true, false}},
		{"processing", "", want{event.OrderUpdated, event.OrderOpen, 0, true, false}},
		{"processing", `"remote_ip":"203.0.113.7",`, want{event.OrderUpdated, event.OrderOpen, 0, true, false}},
		{"processing", `"remote_ip":null,`, want{event.OrderUpdated, event.OrderOpen, 0, false, false}},
		{"processing", `"total_refunded":"100.0000",`, want{event.OrderRefunded, event.OrderOpen, 10000, true, false}},
		{"complete", `"total_refunded":409.6,`, want{event.OrderRefunded, event.OrderVoid, 40960, true, false}},
		{"closed", "", want{event.OrderRefunded, event.OrderVoid, 40960, true, false}},
		{"canceled", "", want{event.OrderCancelled, event.OrderVoid, 0, true, true}},
		{"canceled", `"total_paid":409.6,`, want{event.OrderCancelled, event.OrderVoid, 0, true, false}},
	} {
		e := parse(t, order(c.state, c.extra))
		o := e.Order
		if diff := cmp.Diff(c.want, want{e.Kind, o.Status, o.Refunded.Minor, o.Creditable, o.Unpaid}); diff != "" {
			t.Errorf("%s %s: %s", c.state, c.extra, diff)
		}
		if o.ID != "000000617" || o.Total != (money.Money{Minor: 40960, Currency: "USD"}) || e.Person.Keys[1].Value != "+14155552671" ||
			e.Links[0] != (event.Link{Kind: event.LinkCart, Value: "730"}) || !o.PlacedAt.Equal(time.Date(2026, 5, 2, 8, 40, 19, 0, time.UTC)) {
			t.Errorf("%+v, %+v, %+v", o, e.Links, e.Person)
		}
	}
	submitted := strings.Replace(strings.Replace(order("new", ""), "sales_order_save_commit_after", "checkout_submit_all_after", 1), `"value":{`, `"value":{"order":{`, 1)
	submitted = strings.TrimSuffix(submitted, "}}") + "}}}"
	if e := parse(t, submitted); e.Kind != event.OrderPlaced || e.Order.ID != "000000617" {
		t.Errorf("submitted it is %+v", e)
	}
}

func TestOthers(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]event.Kind{
		told("sales_model_service_quote_submit_failure", `{"quote":`+quote+`}`):                                   event.PaymentFailed,
		told("newsletter_subscriber_save_after", `{"subscriber_email":"a@b.example","subscriber_status":"1"}`):    event.ConsentChanged,
		told("newsletter_subscriber_save_after", `{"subscriber_email":"a@b.example","subscriber_status":3}`):      event.ConsentChanged,
		told("newsletter_subscriber_save_after", `{"subscriber_email":"a@b.example","subscriber_status":4}`):      event.Unknown,
		told("customer_delete_commit_after", `{"entity_id":7,"email":"a@b.example"}`):                             event.SubjectErase,
		told("checkout_cart_product_add_after", `{}`):                                                             event.Unknown,
		told("catalog_product_save_after", `{"sku":"x"}`):                                                         event.Unknown,
		strings.Replace(told("sales_quote_save_after", quote), "commerce.observer", "commerce.label.observer", 1): event.CheckoutUpdated,
		`{}`: event.Unknown,
	} {
		if e := parse(t, body); e.Kind != want {
			t.Errorf("%s: %s", body, e.Kind)
		}
	}
}

func TestBatch(t *testing.T) {
	t.Parallel()
	es, err := magento.New().Parse(deliver("["+told("sales_quote_save_after", quote)+","+told("sales_quote_save_after", `{}`)+","+order("new", "")+"]", "1"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]event.Kind{event.CheckoutUpdated, event.Unknown, event.OrderPlaced}, platformtest.Kinds(es)); diff != "" {
		t.Error(diff)
	}
}

func TestBadBodies(t *testing.T) {
	t.Parallel()
	replace := func(old, new string) string {
		return strings.Replace(told("sales_quote_save_after", quote), old, new, 1)
	}
	for body, want := range map[string]struct {
		code  fault.Code
		field string
	}{
		`{"type":`: {fault.Invalid, ""},
		`[7]`:      {fault.Unprocessable, ""},
		replace(`"entity_id":"730"`, `"entity_id":0`):         {fault.Unprocessable, "entity_id"},
		replace(`"items":[`, `"items":"none","x":[`):          {fault.Unprocessable, "items"},
		replace(`"qty":2`, `"qty":-2`):                        {fault.Unprocessable, "items[0].quantity"},
		replace(`"EUR"`, `"XXZ"`):                             {fault.Unprocessable, "currency"},
		told("sales_quote_save_after", `"text"`):              {fault.Unprocessable, "data.value"},
		told("newsletter_subscriber_save_after", `{}`):        {fault.Unprocessable, "subscriber_email"},
		strings.Replace(order("new", ""), "409.6", `"-1"`, 1): {fault.Unprocessable, "grand_total"},
	} {
		_, err := magento.New().Parse(deliver(body, "1"))
		if f, ok := err.(*fault.Error); !ok || f.Code != want.code || f.Field != want.field {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(told("sales_quote_save_after", quote))
	f.Add(order("canceled", `"remote_ip":null,`))
	f.Add("[" + told("newsletter_subscriber_save_after", `{"subscriber_email":"a@b.example","subscriber_status":1}`) + ",{}]")
	f.Fuzz(func(t *testing.T, body string) {
		platformtest.Parses(t, magento.New(), event.Delivery{Body: []byte(body), ReceivedAt: received, ShopID: "shop-1", Currency: "EUR", Country: "FR"})
	})
}

// FuzzAnswers: whatever the API answers is read, or refused as the contract says.
func FuzzAnswers(f *testing.F) {
	f.Add("fetched/cart", `{"cart":{"id":7,"is_active":true,"items_count":1,"updated_at":"2026-05-02 09:00:00","items":[{"item_id":1,"sku":"A","qty":1,"price":8.1}],`+
		`"currency":{"quote_currency_code":"EUR","base_currency_code":"EUR"},"customer":[],"extension_attributes":{"shipping_assignments":[{"shipping":{"address":{"telephone":"1"}}}]}},`+
		`"totals":`+totals+`}`)
	f.Add("fetched/order", `{"entity_id":7,"increment_id":"7","state":"closed","grand_total":1e1,"order_currency_code":"EUR","items":null}`)
	f.Add("fetched/other", `[]`)
	f.Fuzz(func(t *testing.T, topic, body string) {
		platformtest.Parses(t, magento.New(), event.Delivery{Header: map[string][]string{"X-Cartograph-Topic": {topic}}, Body: []byte(body),
			ReceivedAt: received, ShopID: "shop-1", Currency: "EUR", Country: "FR"})
	})
}

// FuzzVerify: a body that differs in one byte, or a signature that does, is refused.
func FuzzVerify(f *testing.F) {
	f.Add(uint(3), byte(1), "AAAA")
	f.Fuzz(func(t *testing.T, at uint, mask byte, text string) {
		_, public := adobe()
		if mask == 0 {
			mask = 1
		}
		d := deliver(told("x", "{}"), "1")
		secrets := []string{"client:" + recipient, public}
		if err := magento.New().Verify(d, secrets); err != nil {
			t.Fatal(err)
		}
		bad := d
		bad.Body = append([]byte{}, d.Body...)
		bad.Body[at%uint(len(bad.Body))] ^= mask
		if err := magento.New().Verify(bad, secrets); !fault.Is(err, fault.Unauthorized) {
			t.Fatalf("another byte: %v", err)
		}
		if strings.TrimSpace(text) == d.Get("X-Adobe-Digital-Signature-1") {
			return
		}
		d.Header = map[string][]string{"X-Adobe-Digital-Signature-1": {text}}
		if err := magento.New().Verify(d, secrets); !fault.Is(err, fault.Unauthorized) {
			t.Fatalf("another signature: %v", err)
		}
	})
}

package shopify_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/shopify"
)

const secret = "shpss_of_this_test"

// received is our clock in these tests.
var received = time.Date(2026, 5, 2, 10, 0, 5, 0, time.UTC)

func sign(body, secret string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(body))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// deliver makes a delivery as Shopify sends it, signed with secret.
func deliver(topic, body string) event.Delivery {
	d := event.Delivery{Header: map[string][]string{}, Body: []byte(body), ReceivedAt: received,
		ShopID: "shop-1", Domain: "studio.myshopify.com", Currency: "EUR", Country: "FR"}
	set(d, "X-Shopify-Topic", topic)
	set(d, "X-Shopify-Shop-Domain", "studio.myshopify.com")
	set(d, "X-Shopify-Event-Id", "ev-1")
	set(d, "X-Shopify-Webhook-Id", "wh-1")
	set(d, "X-Shopify-Triggered-At", "2026-05-02T10:00:00Z")
	set(d, "X-Shopify-Hmac-Sha256", sign(body, secret))
	return d
}

func set(d event.Delivery, name, value string) {
	d.Header[http.CanonicalHeaderKey(name)] = []string{value}
}

func drop(d event.Delivery, name string) { delete(d.Header, http.CanonicalHeaderKey(name)) }

func TestVerify(t *testing.T) {
	t.Parallel()
	const body = `{"id":1,"token":"c1"}`
	for _, c := range []struct {
		name    string
		secrets []string
		change  func(d *event.Delivery)
		ok      bool
	}{
		{name: "as sent", secrets: []string{secret}, ok: true},
		{name: "rotated: the old secret still counts", secrets: []string{"new", secret}, ok: true},
		{name: "another secret", secrets: []string{"new"}},
		{name: "no secrets"},
		{name: "blank secret", secrets: []string{""}, change: func(d *event.Delivery) {
			set(*d, "X-Shopify-Hmac-Sha256", sign(body, ""))
		}},
		{name: "one flipped bit in the body", secrets: []string{secret}, change: func(d *event.Delivery) { d.Body[7] ^= 1 }},
		{name: "one byte less", secrets: []string{secret}, change: func(d *event.Delivery) { d.Body = d.Body[:len(d.Body)-1] }},
		{name: "a blank more", secrets: []string{secret}, change: func(d *event.Delivery) { d.Body = append(d.Body, ' ') }},
		{name: "no signature", secrets: []string{secret}, change: func(d *event.Delivery) { drop(*d, "X-Shopify-Hmac-Sha256") }},
		{name: "no base64", secrets: []string{secret}, change: func(d *event.Delivery) { set(*d, "X-Shopify-Hmac-Sha256", "%%%") }},
		{name: "too short", secrets: []string{secret}, change: func(d *event.Delivery) { set(*d, "X-Shopify-Hmac-Sha256", "YWJj") }},
		{name: "hexadecimal", secrets: []string{secret}, change: func(d *event.Delivery) {
			raw, _ := base64.StdEncoding.DecodeString(sign(body, secret))
			set(*d, "X-Shopify-Hmac-Sha256", hex.EncodeToString(raw))
		}},
		{name: "newer header family", secrets: []string{secret}, ok: true, change: func(d *event.Delivery) { renameFamily(*d) }},
		{name: "newer header family, wrong", secrets: []string{"new"}, change: func(d *event.Delivery) { renameFamily(*d) }},
		{name: "domain in capitals", secrets: []string{secret}, ok: true, change: func(d *event.Delivery) {
			set(*d, "X-Shopify-Shop-Domain", "Studio.MyShopify.com")
		}},
		{name: "domain pasted as an address", secrets: []string{secret}, ok: true, change: func(d *event.Delivery) {
			d.Domain = "https://studio.myshopify.com/"
		}},
		{name: "another shop's domain", secrets: []string{secret}, change: func(d *event.Delivery) {
			set(*d, "X-Shopify-Shop-Domain", "other.myshopify.com")
		}},
		{name: "no domain", secrets: []string{secret}, change: func(d *event.Delivery) { drop(*d, "X-Shopify-Shop-Domain") }},
		{name: "a shop without a domain takes any", secrets: []string{secret}, ok: true, change: func(d *event.Delivery) { d.Domain = "" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := deliver("carts/create", body)
			if c.change != nil {
				c.change(&d)
			}
			err := shopify.New().Verify(d, c.secrets)
			if c.ok && err != nil {
				t.Fatal(err)
			}
			if !c.ok {
				wantHelpful(t, err)
			}
		})
	}
}

// renameFamily sends the same headers under the names of the newer family.
func renameFamily(d event.Delivery) {
	for name, v := range map[string][]string(d.Header) {
		delete(d.Header, name)
		d.Header[http.CanonicalHeaderKey(name[len("X-"):])] = v
	}
}

// wantHelpful demands Unauthorized that tells its reader what to do.
func wantHelpful(t *testing.T, err error) {
	t.Helper()
	f, ok := err.(*fault.Error)
	if !ok || f.Code != fault.Unauthorized || f.Message == "" || f.Remedy == "" {
		t.Fatalf("got %v, want unauthorized with a remedy", err)
	}
}

func TestPingIsNeverUnsigned(t *testing.T) {
	t.Parallel()
	if shopify.New().Ping(event.Delivery{Body: []byte("webhook_id=1")}) {
		t.Error("an unsigned form was taken for a ping")
	}
}

func TestDedupeKey(t *testing.T) {
	t.Parallel()
	cart := func(topic, token, qty string, change func(event.Delivery)) string {
		d := deliver(topic, `{"token":"`+token+`","line_items":[{"title":"A","quantity":`+qty+`,"price":"1.00"}]}`)
		change(d)
		es, err := shopify.New().Parse(d)
		if err != nil {
			t.Fatal(err)
		}
		return es[0].DedupeKey
	}
	same := func(event.Delivery) {}
	noEvent := func(d event.Delivery) { drop(d, "X-Shopify-Event-Id") }
	bare := func(d event.Delivery) { noEvent(d); drop(d, "X-Shopify-Webhook-Id") }
	otherEvent := func(d event.Delivery) { set(d, "X-Shopify-Event-Id", "ev-2") }
	otherHook := func(d event.Delivery) { set(d, "X-Shopify-Webhook-Id", "wh-2") }
	first := cart("carts/update", "c1", "1", same)
	for name, c := range map[string]struct {
		a, b  string
		equal bool
	}{
		"a retry":                            {first, cart("carts/update", "c1", "1", same), true},
		"a second subscription's delivery":   {first, cart("carts/update", "c1", "1", otherHook), true},
		"newer header family":                {first, cart("carts/update", "c1", "1", renameFamily), true},
		"another event":                      {first, cart("carts/update", "c1", "1", otherEvent), false},
		"another topic of the same action":   {first, cart("carts/create", "c1", "1", same), false},
		"another cart of the same action":    {first, cart("carts/update", "c2", "1", same), false},
		"no event id: by webhook id":         {cart("carts/update", "c1", "1", noEvent), cart("carts/update", "c1", "2", noEvent), true},
		"no ids: the same body":              {cart("carts/update", "c1", "1", bare), cart("carts/update", "c1", "1", bare), true},
		"no ids: another body":               {cart("carts/update", "c1", "1", bare), cart("carts/update", "c1", "2", bare), false},
		"no ids: the same body, other topic": {cart("carts/update", "c1", "1", bare), cart("carts/create", "c1", "1", bare), false},
	} {
		if (c.a == c.b) != c.equal {
			t.Errorf("%s: %q and %q", name, c.a, c.b)
		}
	}
}

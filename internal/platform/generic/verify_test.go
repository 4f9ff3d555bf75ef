package generic_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/generic"
)

var received = time.Date(2026, 5, 2, 10, 0, 5, 0, time.UTC)

func deliver(body string) event.Delivery {
	return event.Delivery{Header: map[string][]string{}, Body: []byte(body), ReceivedAt: received,
		ShopID: "shop-1", Currency: "EUR", Country: "FR"}
}

func mac(key, text string) []byte {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(text))
	return h.Sum(nil)
}

// own signs with X-Cartograph-Signature.
func own(d event.Delivery, secret string) {
	d.Header["X-Cartograph-Signature"] = []string{"sha256=" + hex.EncodeToString(mac(secret, string(d.Body)))}
}

// standard signs with Standard Webhooks headers; before goes in front of the signature.
func standard(d event.Delivery, key, before string) {
	d.Header["Webhook-Id"], d.Header["Webhook-Timestamp"] = []string{"msg_1"}, []string{"1777716000"}
	sum := base64.StdEncoding.EncodeToString(mac(key, "msg_1.1777716000."+string(d.Body)))
	d.Header["Webhook-Signature"] = []string{before + "v1," + sum}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	const key = "\x00raw key bytes\xff"
	whsec := "whsec_" + base64.StdEncoding.EncodeToString([]byte(key))
	for _, c := range []struct {
		name    string
		secrets []string
		sign    func(d *event.Delivery)
		ok      bool
	}{
		{"own", []string{"s1"}, func(d *event.Delivery) { own(*d, "s1") }, true},
		{"own, with a whsec_ secret as text", []string{whsec}, func(d *event.Delivery) { own(*d, whsec) }, true},
		{"own, rotated", []string{"s2", "s1"}, func(d *event.Delivery) { own(*d, "s1") }, true},
		{"own, wrong secret", []string{"s2"}, func(d *event.Delivery) { own(*d, "s1") }, false},
		{"own, no prefix", []string{"s1"}, func(d *event.Delivery) {
			d.Header["X-Cartograph-Signature"] = []string{hex.EncodeToString(mac("s1", string(d.Body)))}
		}, false},
		{"own, no hex", []string{"s1"}, func(d *event.Delivery) { d.Header["X-Cartograph-Signature"] = []string{"sha256=zz"} }, false},
		{"own, flipped bit", []string{"s1"}, func(d *event.Delivery) { own(*d, "s1"); d.Body[3] ^= 1 }, false},
		{"standard", []string{whsec}, func(d *event.Delivery) { standard(*d, key, "") }, true},
		{"standard, secret without prefix", []string{"s1"}, func(d *event.Delivery) { standard(*d, "s1", "") }, true},
		{"standard, prefix without base64", []string{"whsec_%%"}, func(d *event.Delivery) { standard(*d, "whsec_%%", "") }, true},
		{"standard, several signatures", []string{whsec}, func(d *event.Delivery) {
			standard(*d, key, "v1a,bm90IG91cnM= v1,"+base64.StdEncoding.EncodeToString(mac("old", "x"))+" ")
		}, true},
		{"standard, rotated", []string{"whsec_bmV3", whsec}, func(d *event.Delivery) { standard(*d, key, "") }, true},
		{"standard, wrong secret", []string{"whsec_bmV3"}, func(d *event.Delivery) { standard(*d, key, "") }, false},
		{"standard, signed with the secret's text", []string{whsec}, func(d *event.Delivery) { standard(*d, whsec, "") }, false},
		{"standard, flipped bit", []string{whsec}, func(d *event.Delivery) { standard(*d, key, ""); d.Body[3] ^= 1 }, false},
		{"standard, another id", []string{whsec}, func(d *event.Delivery) {
			standard(*d, key, "")
			d.Header["Webhook-Id"] = []string{"msg_2"}
		}, false},
		{"standard, another time", []string{whsec}, func(d *event.Delivery) {
			standard(*d, key, "")
			d.Header["Webhook-Timestamp"] = []string{"1777716001"}
		}, false},
		{"standard, no id", []string{whsec}, func(d *event.Delivery) { standard(*d, key, ""); delete(d.Header, "Webhook-Id") }, false},
		{"standard, unknown version only", []string{whsec}, func(d *event.Delivery) {
			standard(*d, key, "")
			d.Header["Webhook-Signature"] = []string{"v2,YWJj"}
		}, false},
		{"standard, blank key", []string{"whsec_"}, func(d *event.Delivery) { standard(*d, "", "") }, false},
		{"both, own right", []string{"s1"}, func(d *event.Delivery) { standard(*d, "other", ""); own(*d, "s1") }, true},
		{"both wrong", []string{"s1"}, func(d *event.Delivery) { standard(*d, "other", ""); own(*d, "other") }, false},
		{"unsigned", []string{"s1"}, func(*event.Delivery) {}, false},
		{"no secrets", nil, func(d *event.Delivery) { own(*d, "") }, false},
		{"blank secrets", []string{""}, func(d *event.Delivery) { own(*d, "") }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := deliver(`{"event":"Cart Viewed"}`)
			c.sign(&d)
			err := generic.New().Verify(d, c.secrets)
			if c.ok {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if f, ok := err.(*fault.Error); !ok || f.Code != fault.Unauthorized || f.Remedy == "" {
				t.Fatalf("got %v, want unauthorized with a remedy", err)
			}
		})
	}
}

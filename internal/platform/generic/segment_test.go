package generic_test

import (
	"crypto/hmac"
	"crypto/sha1" // #nosec G505 -- as Segment signs
	"encoding/hex"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/generic"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
)

func segment(d event.Delivery, key string) event.Delivery {
	h := hmac.New(sha1.New, []byte(key))
	h.Write(d.Body)
	d.Header["X-Signature"] = []string{hex.EncodeToString(h.Sum(nil))}
	return d
}

// fromSegment is a call as Segment's webhook destination posts it, with all
// that its servers add.
func fromSegment(kind, more string) string {
	return `{"anonymousId":"507f191e810c19729de860ea","channel":"client","context":{"ip":"203.0.113.7","locale":"en-US","timezone":"Europe/Paris",
		"library":{"name":"analytics.js","version":"next-1.70.0"},"page":{"path":"/cart","url":"https://shop.example/cart","title":"Purchase"},
		"traits":{"email":"shopper@example.com","phone":"+14155550100"},"userAgent":"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile"},
		"integrations":{},"messageId":"ajs-next-1","originalTimestamp":"2026-05-02T08:59:59.000Z","receivedAt":"2026-05-02T09:00:02.000Z",
		"sentAt":"2026-05-02T09:00:01.000Z","timestamp":"2026-05-02T09:00:00.000Z","projectId":"p","version":"2","writeKey":"w",
		"type":"` + kind + `",` + more + `,"userId":"AiUGstSDIg"}`
}

const segmentOrder = `"event":"Order Completed","properties":{"checkout_id":"ck1","order_id":"o1","affiliation":"Store","total":27.5,"subtotal":22.5,
	"revenue":22.5,"shipping":3,"tax":2,"discount":2.5,"coupon":"hasbros","currency":"USD","products":[
	{"product_id":"p1","sku":"45790-32","name":"Monopoly: 3rd Edition","price":19,"quantity":1,"category":"Games","url":"https://shop.example/p1"},
	{"product_id":"p2","sku":"46493-32","name":"Uno Card Game","price":3,"quantity":2,"category":"Games"}]}`

func TestSegmentSigns(t *testing.T) {
	t.Parallel()
	a, body := generic.New(), fromSegment("track", segmentOrder)
	d := segment(deliver(body), "shared secret")
	if err := a.Verify(d, []string{"another", "shared secret"}); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(d event.Delivery){
		"cut":           func(d event.Delivery) { d.Header["X-Signature"][0] = d.Header["X-Signature"][0][2:] },
		"not hex":       func(d event.Delivery) { d.Header["X-Signature"][0] = "zz" + d.Header["X-Signature"][0][2:] },
		"under a blank": func(d event.Delivery) { segment(d, "") },
		"no signature":  func(d event.Delivery) { delete(d.Header, "X-Signature") },
		"SHA-1 as ours": func(d event.Delivery) {
			d.Header["X-Cartograph-Signature"] = []string{"sha256=" + d.Header["X-Signature"][0]}
			delete(d.Header, "X-Signature")
		},
	} {
		d := segment(deliver(body), "shared secret")
		spoil(d)
		if err := a.Verify(d, []string{"shared secret", ""}); !fault.Is(err, fault.Unauthorized) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOneSignatureThatHoldsIsEnough: a gateway may add one of its own.
func TestOneSignatureThatHoldsIsEnough(t *testing.T) {
	t.Parallel()
	d := segment(deliver(`{}`), "a gateway's own")
	own(d, "a secret")
	if err := generic.New().Verify(d, []string{"a secret"}); err != nil {
		t.Error(err)
	}
}

// TestATokenIsForThoseWhoCannotSign and excuses no signature.
func TestATokenIsForThoseWhoCannotSign(t *testing.T) {
	t.Parallel()
	shown := func(header, value string) event.Delivery {
		d := deliver(`{}`)
		d.Header[header] = []string{value}
		return d
	}
	for _, d := range []event.Delivery{shown("X-Cartograph-Token", "a secret"), shown("Authorization", "Bearer a secret")} {
		if err := generic.New().Verify(d, []string{"another", "a secret"}); err != nil {
			t.Error(err)
		}
		if err := generic.New().Verify(segment(d, "forged"), []string{"a secret"}); !fault.Is(err, fault.Unauthorized) {
			t.Errorf("with a signature that does not hold: %v", err)
		}
	}
	for _, d := range []event.Delivery{shown("X-Cartograph-Token", "a secret."), shown("X-Cartograph-Token", ""), shown("Authorization", "Basic a secret")} {
		if err := generic.New().Verify(d, []string{"a secret", ""}); !fault.Is(err, fault.Unauthorized) {
			t.Errorf("%v: %v", d.Header, err)
		}
	}
}

func TestSegmentSingleAndBatch(t *testing.T) {
	t.Parallel()
	one := parse(t, fromSegment("track", segmentOrder))
	all, err := generic.New().Parse(deliver(`[` + fromSegment("track", segmentOrder) + `,` + fromSegment("identify", `"traits":{"firstName":"Ann"}`) + `]`))
	if err != nil || len(all) != 2 {
		t.Fatalf("%d events of the batch, %v", len(all), err)
	}
	if diff := cmp.Diff(one, all[0]); diff != "" {
		t.Errorf("in a batch it reads differently:\n%s", diff)
	}
	if one.Kind != event.OrderPlaced || one.Order.ID != "o1" || one.Order.Total.Minor != 2750 || one.Order.Total.Currency != "USD" ||
		one.Person.Device != "mobile" || one.Person.TimeZone != "Europe/Paris" || !one.OccurredAt.Equal(at(9, 0)) {
		t.Errorf("%+v with the order %+v", one, one.Order)
	}
	if all[1].Kind != event.ShopperUpdated || all[1].Person.FirstName != "Ann" {
		t.Errorf("identify gave %+v", all[1])
	}
}

// TestAPageIsNoEvent: what a page is called must not be taken for an order.
func TestAPageIsNoEvent(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"page", "screen", "group", "alias"} {
		e := parse(t, fromSegment(kind, `"name":"Purchase","properties":{"order_id":"o1","total":5}`))
		if e.Kind != event.Unknown || e.Order != nil || len(e.Links) != 1 {
			t.Errorf("%s: %+v", kind, e)
		}
	}
}

func FuzzVerifySegment(f *testing.F) {
	f.Add(`{"type":"track"}`, uint(3), byte(1))
	f.Add("", uint(39), byte(0x40))
	f.Fuzz(func(t *testing.T, body string, at uint, mask byte) {
		if mask == 0x20 { // hexadecimal digits say the same in both cases
			mask = 1
		}
		platformtest.Unforgeable(t, generic.New(), segment(deliver(body), "a secret"), "X-Signature", "a secret", at, mask)
	})
}

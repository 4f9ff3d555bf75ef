package generic_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/generic"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
)

// FuzzVerify: of both signatures, none passes but the one that was made.
func FuzzVerify(f *testing.F) {
	f.Add(`{"event":"Cart Viewed"}`, uint(3), byte(1), "v1,YWJj")
	f.Add("", uint(8), byte(4), "sha256=")
	f.Add("\xff\x00", uint(46), byte(2), strings.Repeat("v1, ", 50))
	f.Fuzz(func(t *testing.T, body string, at uint, mask byte, text string) {
		const secret = "a secret"
		a := generic.New()
		d := deliver(body)
		own(d, secret)
		// Hexadecimal digits say the same in both cases.
		if mask == 0x20 {
			mask = 1
		}
		platformtest.Unforgeable(t, a, d, "X-Cartograph-Signature", secret, at, mask)

		d = deliver(body)
		standard(d, secret, "")
		platformtest.Unforgeable(t, a, d, "Webhook-Signature", secret, at, mask)

		for _, header := range []string{"X-Cartograph-Signature", "Webhook-Signature", "Webhook-Id", "Webhook-Timestamp"} {
			d = deliver(body)
			standard(d, secret, "")
			if d.Get(header) == text {
				continue
			}
			d.Header[header] = []string{text}
			if header == "X-Cartograph-Signature" {
				delete(d.Header, "Webhook-Signature")
			}
			if err := a.Verify(d, []string{secret}); !fault.Is(err, fault.Unauthorized) {
				t.Fatalf("%s: %q gives %v", header, text, err)
			}
		}
	})
}

// FuzzParseItems is what the events API reads: every item is answered for, in
// order, and an item among others reads as it reads alone.
func FuzzParseItems(f *testing.F) {
	f.Add(`[{"event":"Cart Updated","messageId":"m1","userId":"u"},7,{}]`)
	f.Add(`{"batch":[{"event":"Product Added","anonymousId":"a","properties":{"product_id":"p","price":1}}]}`)
	f.Add(`{"client_id":"c","events":[{"name":"purchase","params":{"transaction_id":"t","value":9.5,"currency":"EUR"}}]}`)
	f.Add(`{"event":"Order Completed","properties":{"order_id":"o","total":27.5,"currency":"USD","products":[{"sku":"s","quantity":2,"price":3}]},"context":{"traits":{"email":"shopper@example.com","phone":"+14155550100"}}}`)
	f.Add(`[[],null,"x",{"event":"Cart Emptied","properties":{"cart_id":"c"}},{"event":"Cart Emptied","properties":{"cart_id":"c"}}]`)
	f.Fuzz(func(t *testing.T, body string) {
		items, err := generic.New().ParseItems(deliver(body))
		if err != nil {
			if c := fault.CodeOf(err); c != fault.Invalid && c != fault.Unprocessable {
				t.Fatal(err)
			}
			return
		}
		enveloped := !strings.HasPrefix(strings.TrimLeft(body, "\xef\xbb\xbf \t\r\n"), "[")
		for i, it := range items {
			if it.Index != i || it.Event.DedupeKey == "" || it.Err != nil && !fault.Is(it.Err, fault.Unprocessable) {
				t.Fatalf("item %d: %+v", i, it)
			}
			if it.Err != nil {
				if it.Event.Kind != event.Unknown || it.Event.Contents != nil || it.Event.Order != nil {
					t.Fatalf("a refused item still says something: %+v", it.Event)
				}
				continue
			}
			platformtest.Sound(t, it.Event)
			if !enveloped {
				alone(t, it)
			}
		}
	})
}

// alone reads an item in a list of its own.
func alone(t *testing.T, it generic.Item) {
	t.Helper()
	again, err := generic.New().ParseItems(deliver("[" + string(it.Raw) + "]"))
	if err != nil || len(again) != 1 || again[0].Err != nil {
		t.Fatalf("%s alone: %+v, %v", it.Raw, again, err)
	}
	if diff := cmp.Diff(it.Event, again[0].Event, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("%s reads differently alone:\n%s", it.Raw, diff)
	}
}

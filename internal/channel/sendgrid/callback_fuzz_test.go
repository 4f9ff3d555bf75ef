package sendgrid_test

import (
	"crypto/elliptic"
	"encoding/base64"
	"net/http"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/channel/channeltest"
	"github.com/cartograph-dev/cartograph/internal/channel/sendgrid"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

func FuzzAnswer(f *testing.F) { channeltest.FuzzAnswer(f, subject()) }

func FuzzCallback(f *testing.F) {
	key, pub := newKey(f)
	a := delivery.Account{VerifyKeys: []string{pub}}
	for _, seed := range []string{
		one, "[]", `[{"event":"bounce","status":5,"timestamp":-1,"message_id":["x"]}]`, `[{"event":"open","sg_message_id":".recv","unique_args":{"message_id":7}}]`,
		`[{"email":"a@example.com","event":"dropped","reason":"Bounced Address","message_id":"m","timestamp":1e300},{"event":"click","url":"\u0000","message_id":"\u0000m"}]`,
		`[{"event":"deferred","attempt":"5","response":"450 later","message_id":"m","category":["a",1],"timestamp":"1795000000"}]`,
	} {
		f.Add(seed, uint(3), byte(1))
	}
	f.Fuzz(func(t *testing.T, body string, at uint, mask byte) {
		r := signed(t, key, clock, body)
		if _, err := provider().Callback(a, r); err != nil && !fault.Is(err, fault.Invalid) {
			t.Fatalf("a signed body is refused otherwise than as invalid: %v", err)
		}
		channeltest.Callback(t, provider(), a, r, signatureHeader, at, mask, false)
	})
}

// FuzzSignature: no text in place of signature, timestamp or key passes, and a
// key that can be read is one of P-256.
func FuzzSignature(f *testing.F) {
	signing, pub := newKey(f)
	a := delivery.Account{VerifyKeys: []string{pub}}
	f.Add("MEUCIQ==", "1795000000", pub)
	f.Add("%%%", "-1", "-----BEGIN PUBLIC KEY-----\nMA==\n-----END PUBLIC KEY-----")
	f.Add("", "99999999999999999999", "")
	f.Fuzz(func(t *testing.T, signature, stamp, key string) {
		if k, err := sendgrid.ParseKey(key); err == nil && k.Curve != elliptic.P256() || err != nil && !fault.Is(err, fault.Misconfigured) {
			t.Fatalf("the key %q: %v, %v", key, k, err)
		}
		good := signed(t, signing, clock, one)
		for header, text := range map[string]string{signatureHeader: signature, timestampHeader: stamp} {
			r := good
			r.Header = http.Header(good.Header).Clone()
			if r.Header[header][0] == text {
				continue
			}
			r.Header[header][0] = text
			if b, err := provider().Callback(a, r); !fault.Is(err, fault.Unauthorized) || len(b.Reports) != 0 {
				t.Fatalf("%s: %q gives %+v, %v", header, text, b, err)
			}
		}
		raw, _ := base64.StdEncoding.DecodeString(good.Header[signatureHeader][0])
		longer := good
		longer.Header = http.Header(good.Header).Clone()
		longer.Header[signatureHeader][0] = base64.StdEncoding.EncodeToString(append(raw, signature...))
		if _, err := provider().Callback(a, longer); (err == nil) != (signature == "") {
			t.Fatalf("a signature followed by %q: %v", signature, err)
		}
	})
}

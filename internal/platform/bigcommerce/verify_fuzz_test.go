package bigcommerce_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/bigcommerce"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
)

// FuzzVerify: no delivery passes but the one that was signed; of what is signed
// nothing can be changed, and a token is the secret or nothing.
func FuzzVerify(f *testing.F) {
	f.Add(abandoned, uint(3), byte(1), "YWJj")
	f.Add("", uint(0), byte(0x20), "store-9z.mybigcommerce.com")
	f.Add("\xff\x00", uint(43), byte(2), "Bearer x")
	f.Fuzz(func(t *testing.T, body string, at uint, mask byte, text string) {
		h := hmac.New(sha256.New, []byte(secret))
		h.Write([]byte("msg_1.1561482671." + body))
		d := signed(body, "msg_1", "1561482671", "v1,"+base64.StdEncoding.EncodeToString(h.Sum(nil)))
		d.Domain = "shop.example"
		platformtest.Unforgeable(t, bigcommerce.New(), d, "Webhook-Signature", secret, at, mask)
		for _, name := range []string{"Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"} {
			bad := signed(body, "msg_1", "1561482671", d.Get("Webhook-Signature"))
			if bad.Domain = "shop.example"; bad.Get(name) == text {
				continue
			}
			bad.Header[name] = []string{text}
			if err := bigcommerce.New().Verify(bad, []string{secret}); !fault.Is(err, fault.Unauthorized) {
				t.Fatalf("%s: %q: %v", name, text, err)
			}
		}
		d.Domain = text
		if err := bigcommerce.New().Verify(d, []string{secret}); err != nil && !fault.Is(err, fault.Unauthorized) {
			t.Fatal(err)
		}
	})
}

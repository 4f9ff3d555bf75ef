package woocommerce_test

import (
	"html"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
	"github.com/cartograph-dev/cartograph/internal/platform/woocommerce"
)

// FuzzVerify: no delivery passes but the one that was signed; the unsigned
// connection test is the only thing that counts as one, and has no events.
func FuzzVerify(f *testing.F) {
	f.Add(`{"id":1}`, uint(3), byte(1), "YWJj")
	f.Add("webhook_id=12", uint(0), byte(0x20), "")
	f.Add("\xff\x00", uint(43), byte(2), "====")
	f.Fuzz(func(t *testing.T, body string, at uint, mask byte, text string) {
		a, d := woocommerce.New(), deliver("order.created", body)
		platformtest.Unforgeable(t, a, d, "X-Wc-Webhook-Signature", secret, at, mask)
		if a.Ping(d) {
			t.Fatal("a signed delivery counts as the connection test")
		}
		d.Header["X-Wc-Webhook-Signature"] = []string{text}
		if err := a.Verify(d, []string{secret}); !fault.Is(err, fault.Unauthorized) {
			t.Fatalf("the signature %q: %v", text, err)
		}
		d.Header = nil
		if events, err := a.Parse(d); a.Ping(d) && (err != nil || len(events) != 0) {
			t.Fatalf("the connection test %q holds %d events, %v", body, len(events), err)
		}
		// WordPress signs with a secret's entities decoded.
		if plain := html.UnescapeString(text); plain != "" && plain != text {
			d = deliver("order.created", body)
			d.Header["X-Wc-Webhook-Signature"] = []string{sign(body, plain)}
			if err := a.Verify(d, []string{text}); err != nil {
				t.Fatalf("the secret %q: %v", text, err)
			}
		}
	})
}

package recovery_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// A generic sender signs with a shared secret. What a platform publishes as its
// key, or a secret that only names the shop there, is signed with in vain.
func TestNobodySignsWithWhatIsPublic(t *testing.T) {
	const published = `{"keys":[{"kty":"RSA","kid":"1"}]}`
	onEach(t, func(t *testing.T, w *world) {
		far := &farShop{can: recovery.Abilities{Keys: true}, keyTexts: []string{published}}
		w.engine = w.newEngine(func(o *recovery.Options) { o.Remote = far })
		p := gen("Cart Updated", w.now(), adaCart("c1"))
		// The shop's own platform asks for the published key, which is known from then on.
		_, err := w.engine.Receive(context.Background(), "shopify", w.shop.ID, http.Header{}, []byte(`{}`))
		if !fault.Is(err, fault.Unauthorized) || len(far.asked) != 1 {
			t.Fatalf("an unsigned webhook: %v, asked %q", err, far.asked)
		}
		for _, secret := range []string{published, publicSecret} {
			h := p.header.Clone()
			sign(h, p, secret)
			if _, err := w.engine.Receive(context.Background(), "generic", w.shop.ID, h, p.body); !fault.Is(err, fault.Unauthorized) {
				t.Errorf("signed with %s: %v", secret, err)
			}
			h = p.header.Clone()
			h.Set("X-Cartograph-Token", secret)
			if _, err := w.engine.Receive(context.Background(), "generic", w.shop.ID, h, p.body); !fault.Is(err, fault.Unauthorized) {
				t.Errorf("with the token %s: %v", secret, err)
			}
		}
		w.send(p)
	})
}

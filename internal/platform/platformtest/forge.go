package platformtest

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
)

// Unforgeable holds an adapter to its signature: the delivery as signed is
// verified, by any of several secrets, and none that differs from it in one
// byte of the body or the signature, has bytes more or less, or comes without
// the secret. header is the signature's canonical name; at picks the byte and
// mask what is changed in it.
func Unforgeable(t *testing.T, a platform.Adapter, d event.Delivery, header, secret string, at uint, mask byte) {
	t.Helper()
	for _, secrets := range [][]string{{secret}, {"another", secret}, {"", secret, "another"}} {
		if err := a.Verify(d, secrets); err != nil {
			t.Fatalf("as signed: %v", err)
		}
	}
	refuses := func(what string, d event.Delivery, secrets ...string) {
		t.Helper()
		if err := a.Verify(d, secrets); !fault.Is(err, fault.Unauthorized) {
			t.Fatalf("%s: %v, want unauthorized", what, err)
		}
	}
	refuses("no secret", d)
	refuses("blank secret", d, "")
	refuses("another secret", d, secret+"x")
	refuses("a byte more", withBody(d, append(append([]byte{}, d.Body...), mask)), secret)
	refuses("no signature", withHeader(d, header, ""), secret)
	signature := []byte(d.Get(header))
	if mask == 0 {
		mask = 1
	}
	if len(d.Body) > 0 {
		refuses("a byte less", withBody(d, d.Body[1:]), secret)
		refuses("another byte", withBody(d, flipped(d.Body, at, mask)), secret)
	}
	refuses("another signature", withHeader(d, header, string(flipped(signature, at, mask))), secret)
}

func flipped(b []byte, at uint, mask byte) []byte {
	b = append([]byte{}, b...)
	b[at%uint(len(b))] ^= mask
	return b
}

func withBody(d event.Delivery, body []byte) event.Delivery {
	d.Body = body
	return d
}

func withHeader(d event.Delivery, name, value string) event.Delivery {
	all := map[string][]string{}
	for k, v := range d.Header {
		all[k] = v
	}
	all[name] = []string{value}
	d.Header = all
	return d
}

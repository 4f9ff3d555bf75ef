package wire_test

import (
	"net/http"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

func shows(headers ...string) event.Delivery {
	d := event.Delivery{Header: map[string][]string{}}
	for i := 0; i < len(headers); i += 2 {
		d.Header[http.CanonicalHeaderKey(headers[i])] = []string{headers[i+1]}
	}
	return d
}

func TestVerifyToken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		d       event.Delivery
		secrets []string
		ok      bool
	}{
		{"own header", shows("X-Cartograph-Token", "s1"), []string{"s1"}, true},
		{"bearer", shows("Authorization", "Bearer s1"), []string{"s1"}, true},
		{"bearer in lower case", shows("authorization", "bearer  s1 "), []string{"s1"}, true},
		{"rotated", shows("X-Cartograph-Token", "s1"), []string{"", "s2", "s1"}, true},
		{"a bridge with a credential of its own", shows("Authorization", "Bearer eyJ", "X-Cartograph-Token", "s1"), []string{"s1"}, true},
		{"the own header is another's", shows("Authorization", "Bearer s1", "X-Cartograph-Token", "x"), []string{"s1"}, true},
		{"another secret", shows("X-Cartograph-Token", "s2"), []string{"s1"}, false},
		{"the beginning of it", shows("X-Cartograph-Token", "s"), []string{"s1"}, false},
		{"more than it", shows("X-Cartograph-Token", "s11"), []string{"s1"}, false},
		{"nothing", shows(), []string{"s1"}, false},
		{"blank", shows("X-Cartograph-Token", " ", "Authorization", "Bearer "), []string{"", " "}, false},
		{"basic", shows("Authorization", "Basic s1"), []string{"s1"}, false},
		{"no scheme", shows("Authorization", "s1"), []string{"s1"}, false},
		{"no secrets", shows("X-Cartograph-Token", "s1"), nil, false},
		{"blank secret", shows("X-Cartograph-Token", "s1"), []string{""}, false},
	} {
		err := wire.VerifyToken(c.d, c.secrets)
		if c.ok && err != nil || !c.ok && !fault.Is(err, fault.Unauthorized) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestVerifyStandard(t *testing.T) {
	t.Parallel()
	// Signed with OpenSSL: printf 'msg_1.1561482671.{"a":1}' | openssl dgst -sha256 -hmac KEY -binary | base64
	const body, plain, encoded = `{"a":1}`, "a secret", "whsec_YSBzZWNyZXQ="
	signed := func(list string) event.Delivery {
		d := shows("webhook-id", "msg_1", "webhook-timestamp", "1561482671", "webhook-signature", list)
		d.Body = []byte(body)
		return d
	}
	good := "v1,g+4FtyKbrrbh/8pIo8DiWGvvbMIieDXP+hzZZ3Lqy1Q="
	for _, c := range []struct {
		name   string
		d      event.Delivery
		secret string
		ok     bool
	}{
		{"as sent", signed(good), plain, true},
		{"the secret written as base64", signed(good), encoded, true},
		{"one of several", signed("v1a,xx v1,AAAA " + good), plain, true},
		{"another secret", signed(good), "b secret", false},
		{"none", signed(""), plain, false},
		{"malformed", signed("v1,%%%"), plain, false},
		{"without its id", shows("webhook-timestamp", "1561482671", "webhook-signature", good), plain, false},
		{"blank secret", signed(good), "", false},
	} {
		err := wire.VerifyStandard(c.d, []string{c.secret})
		if c.ok && err != nil || !c.ok && !fault.Is(err, fault.Unauthorized) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

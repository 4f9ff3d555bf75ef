package wire_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// TestPublicKeysSignNothing: what everybody can read among a shop's secrets is
// never the key of an HMAC and never a token.
func TestPublicKeysSignNothing(t *testing.T) {
	t.Parallel()
	body := []byte(`{"event":"Order Completed"}`)
	sign := func(secret string, parts ...string) []byte {
		h := hmac.New(sha256.New, []byte(secret))
		for _, p := range parts {
			h.Write([]byte(p))
		}
		return h.Sum(nil)
	}
	for _, secret := range []string{
		"-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n",
		"instance:5a1b\n-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n",
		`{"keys":[{"kty":"RSA","kid":"1","n":"AQAB","e":"AQAB"}]}`,
		"instance:5a1b", "client:531f",
	} {
		for way, c := range map[string]struct {
			verify func(event.Delivery, []string) error
			header map[string][]string
		}{
			"companion": {wire.VerifyCompanion, map[string][]string{wire.CompanionHeader: {"sha256=" + hex.EncodeToString(sign(secret, string(body)))}}},
			"token":     {wire.VerifyToken, map[string][]string{wire.TokenHeader: {secret}}},
			"standard": {wire.VerifyStandard, map[string][]string{wire.StandardID: {"m1"}, wire.StandardTimestamp: {"1"},
				wire.StandardHeader: {"v1," + base64.StdEncoding.EncodeToString(sign(secret, "m1.1.", string(body)))}}},
		} {
			d := event.Delivery{Header: c.header, Body: body}
			for _, secrets := range [][]string{{secret}, {secret, "a real secret"}} {
				if err := c.verify(d, secrets); !fault.Is(err, fault.Unauthorized) {
					t.Errorf("%s by %.20q: %v", way, secret, err)
				}
			}
		}
	}
}

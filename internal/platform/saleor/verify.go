package saleor

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// signatureHeader is the canonical name of the signature's header.
const signatureHeader = "Saleor-Signature"

// Verify checks either of Saleor's signatures: the hexadecimal HMAC-SHA256 of
// the raw body where the webhook has a secretKey, else a detached JWS under the
// installation's RSA key.
func (*Adapter) Verify(d event.Delivery, secrets []string) error {
	signature := header(d, "Signature")
	switch {
	case signature == "" && !slices.ContainsFunc(secrets, func(s string) bool { return s != "" }):
		_, err := wire.Keys(nil)
		return err
	case signature == "":
		return wire.Missing(signatureHeader)
	case strings.Contains(signature, "."):
		return verifyJWS(signature, wire.PublicKeys(secrets), d.Body)
	}
	return verifyShared(signature, secrets, d.Body)
}

// verifyShared never takes a public key for a shared secret: everybody knows
// those and could sign with their text.
func verifyShared(signature string, secrets []string, body []byte) error {
	shared := slices.DeleteFunc(slices.Clone(secrets), published)
	keys, err := wire.Keys(shared)
	if err != nil {
		return err
	}
	sum, err := hex.DecodeString(signature)
	if err != nil || len(sum) != 32 {
		return wire.Malformed(signatureHeader, "the hexadecimal HMAC-SHA256 of the raw body, or a detached JWS")
	}
	if !wire.Signed(sum, keys, body) {
		return wire.Mismatch(signatureHeader)
	}
	return nil
}

// published reports a secret that is a public key or a set of them.
func published(secret string) bool {
	s := strings.TrimSpace(secret)
	return strings.HasPrefix(s, "{") || strings.HasPrefix(s, "-----BEGIN ")
}

// maxSignature bounds a detached JWS: an RSA key of 8192 bits makes 1.4 KB.
const maxSignature = 4096

// verifyJWS checks "header..signature" (RFC 7515, appendix F; RFC 7797): the
// signature is over the header, a dot and the raw body. The same key signs
// Saleor's access tokens, which are JWS too: only a header that says b64 is
// false, and RS256, is a webhook's.
func verifyJWS(text string, keys []wire.PublicKey, body []byte) error {
	if len(keys) == 0 {
		return wire.NoKey()
	}
	parts := strings.Split(text, ".")
	if len(text) > maxSignature || len(parts) != 3 || parts[1] != "" {
		return malformedJWS()
	}
	head, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil {
		return malformedJWS()
	}
	sig, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
	if err != nil {
		return malformedJWS()
	}
	var h struct {
		Alg  string   `json:"alg"`
		Kid  string   `json:"kid"`
		Crit []string `json:"crit"`
		B64  *bool    `json:"b64"`
	}
	if json.Unmarshal(head, &h) != nil || h.Alg != "RS256" || h.B64 == nil || *h.B64 || !slices.Equal(h.Crit, []string{"b64"}) {
		return malformedJWS()
	}
	if !wire.SignedRSA(sig, h.Kid, keys, []byte(parts[0]), []byte("."), body) {
		return wire.Mismatch(signatureHeader)
	}
	return nil
}

func malformedJWS() error {
	return wire.Malformed(signatureHeader, "a detached JWS by RS256 with b64 false, as Saleor makes it")
}

// Keys asks the shop's own Saleor for the keys that it signs with. The address
// is the one that the merchant saved, else the shop's domain; never the one that
// a delivery tells, which anybody could send.
func (*Adapter) Keys(ctx context.Context, api platform.API, _ event.Delivery) ([]string, error) {
	base, err := origin(api)
	if err != nil {
		return nil, err
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	text, _, err := api.Get(ctx, base+"/.well-known/jwks.json", nil, &set)
	if err != nil {
		return nil, err
	}
	return []string{string(text)}, nil
}

// origin gives where the shop's Saleor is, without a path: merchants paste the
// address of the API, of the dashboard or of the shop.
func origin(api platform.API) (string, error) {
	base := api.Base(strings.TrimSpace(api.Shop.Domain))
	if !strings.Contains(base, "://") {
		base = "https://" + base
	}
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" || strings.HasSuffix(u.Host, ":") || u.User != nil || (u.Scheme != "https" && u.Scheme != "http") {
		return "", fault.New(fault.Misconfigured, "the address of Saleor cannot be read").
			In(platform.KeyURL).Try("write it like https://shop.saleor.cloud")
	}
	return u.Scheme + "://" + u.Host, nil
}

package saleor_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
	"github.com/cartograph-dev/cartograph/internal/platform/saleor"
)

// head is the header of Saleor's detached JWS, as its JWT library writes it.
const head = `{"alg":"RS256","b64":false,"crit":["b64"],"kid":"k1","typ":"JWT"}`

func key(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// detached signs as Saleor does: the payload is left out of the text.
func detached(t testing.TB, k *rsa.PrivateKey, head, body string) string {
	t.Helper()
	protected := base64.RawURLEncoding.EncodeToString([]byte(head))
	sum := sha256.Sum256([]byte(protected + "." + body))
	sig, err := rsa.SignPKCS1v15(rand.Reader, k, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return protected + ".." + base64.RawURLEncoding.EncodeToString(sig)
}

func jwks(k *rsa.PrivateKey, kid string) string {
	text, _ := json.Marshal(map[string]any{"keys": []any{map[string]string{"kty": "RSA", "key_ops": "verify", "use": "sig", "alg": "RS256", "kid": kid,
		"n": base64.RawURLEncoding.EncodeToString(k.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.E)).Bytes())}}})
	return string(text)
}

func withSignature(body, signature string) event.Delivery {
	d := deliver("order_created", body)
	d.Header["Saleor-Signature"] = []string{signature}
	return d
}

func TestVerifyJWS(t *testing.T) {
	t.Parallel()
	const body = `{"order":{"id":"x"}}`
	k, other := key(t), key(t)
	set, sig := jwks(k, "k1"), detached(t, k, head, body)
	der, err := x509.MarshalPKIXPublicKey(&k.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	public := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	withHead := func(h string) string { return detached(t, k, h, body) }
	for _, c := range []struct {
		name, signature string
		secrets         []string
		ok              bool
	}{
		{"as sent", sig, []string{set}, true},
		{"by a PEM", sig, []string{public}, true},
		{"beside a shared secret", sig, []string{secret, set}, true},
		{"rotated", sig, []string{jwks(other, "k0"), set}, true},
		{"another key of the same name", sig, []string{jwks(other, "k1")}, false},
		{"another name", sig, []string{jwks(k, "k2")}, false},
		{"only a shared secret", sig, []string{secret}, false},
		{"no secrets", sig, nil, false},
		{"an access token's header", withHead(`{"alg":"RS256","kid":"k1","typ":"JWT"}`), []string{set}, false},
		{"b64 not critical", withHead(`{"alg":"RS256","b64":false,"kid":"k1"}`), []string{set}, false},
		{"b64 true", withHead(`{"alg":"RS256","b64":true,"crit":["b64"],"kid":"k1"}`), []string{set}, false},
		{"another algorithm", withHead(`{"alg":"HS256","b64":false,"crit":["b64"],"kid":"k1"}`), []string{set}, false},
		{"none", withHead(`{"alg":"none","b64":false,"crit":["b64"]}`), []string{set}, false},
		{"one more critical", withHead(`{"alg":"RS256","b64":false,"crit":["b64","exp"],"kid":"k1"}`), []string{set}, false},
		{"a payload of its own", strings.Replace(sig, "..", ".e30.", 1), []string{set}, false},
		{"four parts", sig + ".x", []string{set}, false},
		{"no JSON", "e..e", []string{set}, false},
		{"too long", sig + strings.Repeat("A", 5000), []string{set}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := saleor.New().Verify(withSignature(body, c.signature), c.secrets)
			if c.ok && err != nil || !c.ok && !fault.Is(err, fault.Unauthorized) {
				t.Errorf("got %v, want ok %v", err, c.ok)
			}
		})
	}
	if err := saleor.New().Verify(withSignature(body+" ", sig), []string{set}); !fault.Is(err, fault.Unauthorized) {
		t.Errorf("another body: %v", err)
	}
}

// A public key is known to everybody: it must never serve as a shared secret.
func TestAPublicKeyIsNoSharedSecret(t *testing.T) {
	t.Parallel()
	const body = `{"order":{"id":"x"}}`
	k := key(t)
	der, err := x509.MarshalPKIXPublicKey(&k.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	public := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	for _, known := range []string{jwks(k, "k1"), " " + jwks(k, "k1"), public, "\n" + public} {
		if err := saleor.New().Verify(withSignature(body, signed(body, known)), []string{known}); !fault.Is(err, fault.Unauthorized) {
			t.Errorf("signed by the text of a public key: %v", err)
		}
	}
}

func TestVerifyShared(t *testing.T) {
	t.Parallel()
	const body = `{"order":{"id":"x"}}`
	old := deliver("order_created", body)
	old.Header["X-Saleor-Signature"] = old.Header["Saleor-Signature"]
	delete(old.Header, "Saleor-Signature")
	if err := saleor.New().Verify(old, []string{secret}); err != nil {
		t.Errorf("the older header: %v", err)
	}
	for name, d := range map[string]event.Delivery{
		"blank":         withSignature(body, ""),
		"not hex":       withSignature(body, "zz"),
		"base64":        withSignature(body, "eswP+pqUxdqMdFc9HohxoOEYufFQ"),
		"blank secret":  withSignature(body, signed(body, "")),
		"other secret":  withSignature(body, signed(body, "x")),
		"other body":    withSignature(body+" ", signed(body, secret)),
		"sha256= first": withSignature(body, "sha256="+signed(body, secret)),
	} {
		err := saleor.New().Verify(d, []string{secret, ""})
		if f, ok := err.(*fault.Error); !ok || f.Code != fault.Unauthorized || f.Remedy == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Keys are asked of the shop's own Saleor, never of the address in a delivery,
// and without the app's token.
func TestKeys(t *testing.T) {
	t.Parallel()
	k := key(t)
	var asked []string
	own := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path+" "+r.Header.Get("Authorization"))
		_, _ = w.Write([]byte(jwks(k, "k1")))
	}))
	defer own.Close()
	evil := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the delivery's address was asked") }))
	defer evil.Close()
	const body = `{"order":{"id":"x"}}`
	d := withSignature(body, detached(t, k, head, body))
	d.Header["Saleor-Api-Url"] = []string{evil.URL + "/graphql/"}
	d.Header["Saleor-Domain"] = []string{strings.TrimPrefix(evil.URL, "http://")}
	for _, address := range []string{own.URL, own.URL + "/graphql/", own.URL + "/dashboard/x?y=z"} {
		api := platform.API{Shop: event.Delivery{Domain: "shop.example"}, Client: own.Client(),
			Values: map[string]string{platform.KeyURL: address, platform.KeyID: "token"}}
		keys, err := saleor.New().Keys(t.Context(), api, d)
		if err != nil {
			t.Fatal(err)
		}
		if err := saleor.New().Verify(d, keys); err != nil {
			t.Error(err)
		}
	}
	for _, a := range asked {
		if a != "/.well-known/jwks.json " {
			t.Errorf("asked %q", a)
		}
	}
	for _, bad := range []string{"https://user:pass@shop.example", "ftp://shop.example", "https://", "http://[::1"} {
		api := platform.API{Client: own.Client(), Values: map[string]string{platform.KeyURL: bad}}
		if _, err := saleor.New().Keys(t.Context(), api, d); !fault.Is(err, fault.Misconfigured) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// FuzzVerify: of both signatures, none passes but the one that was made.
func FuzzVerify(f *testing.F) {
	k := key(f)
	set := jwks(k, "k1")
	f.Add(`{"order":{"id":"x"}}`, uint(3), byte(1), "a..b")
	f.Add("", uint(400), byte(4), "..")
	f.Add("\xff\x00", uint(64), byte(2), head)
	f.Fuzz(func(t *testing.T, body string, at uint, mask byte, text string) {
		// Hexadecimal digits say the same in both cases, and headers hold no line breaks.
		if mask == 0x20 {
			mask = 1
		}
		a := saleor.New()
		platformtest.Unforgeable(t, a, deliver("order_created", body), "Saleor-Signature", secret, at, mask)
		d := withSignature(body, detached(t, k, head, body))
		if err := a.Verify(d, []string{"x", set}); err != nil {
			t.Fatal(err)
		}
		sig := []byte(d.Get("Saleor-Signature"))
		if mask != 0 {
			sig[at%uint(len(sig))] ^= mask
			if err := a.Verify(withSignature(body, string(sig)), []string{set}); !fault.Is(err, fault.Unauthorized) {
				t.Fatalf("%q: %v", sig, err)
			}
		}
		if err := a.Verify(withSignature(body, text), []string{set, secret}); !fault.Is(err, fault.Unauthorized) {
			t.Fatalf("%q: %v", text, err)
		}
	})
}

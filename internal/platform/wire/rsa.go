package wire

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// minRSA is the shortest key that is believed, in bits (RFC 7518, section 3.3).
const minRSA = 2048

// PublicKey is a platform's key, with the id it is published under, if any.
type PublicKey struct {
	ID  string
	Key *rsa.PublicKey
}

// PublicKeys reads the RSA keys among a shop's secrets: PEM (a public key or a
// certificate) or a JSON Web Key Set. What is neither is passed over, so that
// both kinds of secrets can stand side by side.
func PublicKeys(secrets []string) []PublicKey {
	var out []PublicKey
	for _, s := range secrets {
		if s = strings.TrimSpace(s); strings.HasPrefix(s, "{") {
			out = append(out, keySet(s)...)
			continue
		}
		if key := pemKey(s); key != nil {
			out = append(out, PublicKey{Key: key})
		}
	}
	return out
}

func pemKey(text string) *rsa.PublicKey {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil
	}
	if any, err := x509.ParsePKIXPublicKey(block.Bytes); err == nil {
		return strong(any)
	}
	if key, err := x509.ParsePKCS1PublicKey(block.Bytes); err == nil {
		return strong(key)
	}
	if cert, err := x509.ParseCertificate(block.Bytes); err == nil {
		return strong(cert.PublicKey)
	}
	return nil
}

func strong(key any) *rsa.PublicKey {
	k, ok := key.(*rsa.PublicKey)
	if !ok || k.N.BitLen() < minRSA {
		return nil
	}
	return k
}

func keySet(text string) (out []PublicKey) {
	var set struct {
		Keys []struct {
			Type string `json:"kty"`
			ID   string `json:"kid"`
			N    string `json:"n"`
			E    string `json:"e"`
		} `json:"keys"`
	}
	if json.Unmarshal([]byte(text), &set) != nil {
		return nil
	}
	for _, k := range set.Keys {
		n, errN := base64.RawURLEncoding.DecodeString(strings.TrimRight(k.N, "="))
		e, errE := base64.RawURLEncoding.DecodeString(strings.TrimRight(k.E, "="))
		exponent := new(big.Int).SetBytes(e)
		if k.Type != "RSA" || errN != nil || errE != nil || len(e) > 4 || exponent.Int64() < 3 {
			continue
		}
		if key := strong(&rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(exponent.Int64())}); key != nil {
			out = append(out, PublicKey{ID: k.ID, Key: key})
		}
	}
	return out
}

// SignedRSA reports whether sig is an RSASSA-PKCS1-v1_5 SHA-256 signature of
// the parts, one after the other, under one of the keys. A key id that both
// sides name must be the same.
func SignedRSA(sig []byte, id string, keys []PublicKey, parts ...[]byte) bool {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	sum := h.Sum(nil)
	for _, k := range keys {
		if id != "" && k.ID != "" && id != k.ID {
			continue
		}
		if rsa.VerifyPKCS1v15(k.Key, crypto.SHA256, sum, sig) == nil {
			return true
		}
	}
	return false
}

// NoKey is the error for a shop without any of the platform's public keys.
func NoKey() error {
	return fault.New(fault.Unauthorized, "this shop has none of the platform's public keys, so no delivery can be verified").
		Try("set the shop's webhook secret to the platform's public key (PEM) or key set (JWKS)")
}

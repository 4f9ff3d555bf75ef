package wire

import (
	"crypto/hmac"
	"crypto/sha256"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Signed reports whether sum is the HMAC-SHA256 of the parts, one after the
// other, under one of the keys. Every key is tried and every comparison takes
// constant time. Blank keys never match: anyone could sign with them.
func Signed(sum []byte, keys [][]byte, parts ...[]byte) bool {
	ok := false
	for _, key := range keys {
		if len(key) == 0 {
			continue
		}
		h := hmac.New(sha256.New, key)
		for _, p := range parts {
			h.Write(p)
		}
		if hmac.Equal(h.Sum(nil), sum) {
			ok = true
		}
	}
	return ok
}

// Keys gives the secrets that are shared with the sender as keys, or
// fault.Unauthorized if there is none: a shop without a secret accepts nothing.
// A platform's public key is nobody's secret, and is passed over.
func Keys(secrets []string) ([][]byte, error) {
	var keys [][]byte
	for _, s := range shared(secrets) {
		keys = append(keys, []byte(s))
	}
	if len(keys) == 0 {
		return nil, fault.New(fault.Unauthorized, "this shop has no webhook secret, so no delivery can be verified").
			Try("set the shop's webhook secret to the one the platform signs with")
	}
	return keys, nil
}

func shared(secrets []string) (out []string) {
	for _, s := range secrets {
		if event.Shared(s) {
			out = append(out, s)
		}
	}
	return out
}

// Missing is the error for a delivery without the signature header.
func Missing(header string) error {
	return fault.New(fault.Unauthorized, "the delivery has no signature").
		In(header).Try("post with the " + header + " header, computed over the raw body")
}

// Malformed is the error for a signature that is not written as it must be.
func Malformed(header, want string) error {
	return fault.New(fault.Unauthorized, "the signature is malformed").
		In(header).Try("send " + want)
}

// Mismatch is the error for a well-formed signature that does not verify.
func Mismatch(header string) error {
	return fault.New(fault.Unauthorized, "the signature does not match the body").
		In(header).Try("check that the shop's webhook secret is the one the sender signs with, " +
		"and that nothing between rewrites the body")
}

package sandbox

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
)

const (
	keyPrefix  = "SG.sandbox."
	sidPrefix  = "ACsandbox"
	pagePrefix = "sandbox-"
	// senderNumber is the number Twilio reserves for tests.
	senderNumber = "+15005550006"
	senderMail   = "hello@sandbox.example"
)

// Accounts gives a shop's sandbox account at each provider. Credentials carry
// the shop's id and are derived from the secret, so that every process that has
// the secret makes the same ones and nothing needs storing. BaseURL is left to
// the caller, who knows where the sandbox listens.
//
// The Messenger app secret and verify token are the same for all shops, as one
// Meta app serves many pages.
func Accounts(secret []byte, shopID string) map[event.Channel]delivery.Account {
	return map[event.Channel]delivery.Account{
		event.Email: {
			Key:        apiKey(secret, shopID),
			From:       senderMail,
			VerifyKeys: []string{publicKey(signingKey(secret, shopID))},
			Sandbox:    true,
		},
		event.SMS: {
			Key:        authToken(secret, shopID),
			ID:         accountSID(shopID),
			From:       senderNumber,
			VerifyKeys: []string{authToken(secret, shopID)},
			Sandbox:    true,
		},
		event.Messenger: {
			Key:         pageToken(secret, shopID),
			ID:          pagePrefix + shopID,
			From:        pagePrefix + shopID,
			VerifyKeys:  []string{appSecret(secret)},
			VerifyToken: derive(secret, "verify token", ""),
			Sandbox:     true,
		},
	}
}

// ShopOfPage gives the shop whose sandbox page an id is; false for real pages.
func ShopOfPage(page string) (shopID string, ok bool) {
	return strings.CutPrefix(page, pagePrefix)
}

func shopOfSID(sid string) (string, bool) {
	text, ok := strings.CutPrefix(sid, sidPrefix)
	shop, err := hex.DecodeString(text)
	return string(shop), ok && err == nil
}

// shopOfKey reads the shop out of an API key; whether the key is right is told by comparing.
func shopOfKey(key string) (string, bool) {
	text, ok := strings.CutPrefix(key, keyPrefix)
	dot := strings.LastIndexByte(text, '.')
	if !ok || dot < 0 {
		return "", false
	}
	return text[:dot], true
}

func apiKey(secret []byte, shopID string) string {
	return keyPrefix + shopID + "." + derive(secret, "sendgrid key", shopID)
}

func authToken(secret []byte, shopID string) string { return derive(secret, "twilio token", shopID) }

func accountSID(shopID string) string { return sidPrefix + hex.EncodeToString([]byte(shopID)) }

func pageToken(secret []byte, shopID string) string { return derive(secret, "page token", shopID) }

// same compares a credential in constant time.
func same(given, right string) bool {
	return subtle.ConstantTimeCompare([]byte(given), []byte(right)) == 1
}

func appSecret(secret []byte) string { return derive(secret, "app secret", "") }

// derive makes 32 hex digits for a use and a shop.
func derive(secret []byte, use, shopID string) string {
	return hex.EncodeToString(mac(secret, use+"\x00"+shopID)[:16])
}

func mac(secret []byte, text string) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte("cartograph sandbox\x00" + text))
	return h.Sum(nil)
}

// signingKey derives the shop's ECDSA key for SendGrid's event webhook. A hash
// is a valid scalar all but never not; then the next one is tried.
func signingKey(secret []byte, shopID string) *ecdsa.PrivateKey {
	scalar := mac(secret, "sendgrid webhook\x00"+shopID)
	for {
		if key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), scalar); err == nil {
			return key
		}
		scalar = mac(secret, string(scalar))
	}
}

// publicKey gives a key's public half as SendGrid shows it.
func publicKey(key *ecdsa.PrivateKey) string {
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		// P-256 keys always marshal; without a key every callback is refused.
		return ""
	}
	return base64.StdEncoding.EncodeToString(der)
}

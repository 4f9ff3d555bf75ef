package messenger

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

const signatureHeader = "X-Hub-Signature-256"

// Callback verifies and parses one webhook call of Meta's. One app serves many
// pages with one address, so a call can hold entries of several shops: only
// those of a.ID are given back (all, where a.ID is empty). Pages tells whose
// entries there are.
func (p *Provider) Callback(a delivery.Account, r delivery.Request) (delivery.Batch, error) {
	if r.Method == http.MethodGet {
		return subscribe(a, r)
	}
	if err := verify(a, r); err != nil {
		return delivery.Batch{}, err
	}
	return parse(a.ID, r.Body, r.ReceivedAt)
}

// subscribe answers the check Meta makes when the webhook is set up.
func subscribe(a delivery.Account, r delivery.Request) (delivery.Batch, error) {
	u, err := url.Parse(r.URL)
	if err != nil {
		return delivery.Batch{}, fault.New(fault.Invalid, "the callback URL cannot be read")
	}
	q := u.Query()
	token := q.Get("hub.verify_token")
	if a.VerifyToken == "" || subtle.ConstantTimeCompare([]byte(token), []byte(a.VerifyToken)) != 1 {
		return delivery.Batch{}, fault.New(fault.Unauthorized, "the verify token of Meta's subscription check is wrong").
			Try("enter the same verify token in the Meta app and in Cartograph")
	}
	challenge := q.Get("hub.challenge")
	// Digits only: what we echo must never be markup.
	if q.Get("hub.mode") != "subscribe" || challenge == "" || len(challenge) > 64 || strings.Trim(challenge, "0123456789") != "" {
		return delivery.Batch{}, fault.New(fault.Invalid, "this is no subscription check")
	}
	return delivery.Batch{ReplyType: "text/plain", ReplyBody: challenge}, nil
}

// verify checks the signature over the raw body with every app secret.
func verify(a delivery.Account, r delivery.Request) error {
	text, ok := strings.CutPrefix(r.Get(signatureHeader), "sha256=")
	sig, err := hex.DecodeString(text)
	if !ok || err != nil || len(sig) != sha256.Size {
		return fault.New(fault.Unauthorized, "Meta's signature is missing or unreadable")
	}
	for _, secret := range a.VerifyKeys {
		if secret == "" {
			continue
		}
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(r.Body)
		if hmac.Equal(mac.Sum(nil), sig) {
			return nil
		}
	}
	return fault.New(fault.Unauthorized, "no app secret verifies Meta's signature").
		Try("set the Meta app's secret")
}

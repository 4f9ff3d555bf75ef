package sendgrid

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

const (
	signatureHeader = "X-Twilio-Email-Event-Webhook-Signature"
	timestampHeader = "X-Twilio-Email-Event-Webhook-Timestamp"

	// oldest: SendGrid repeats a post for 24 hours, and whether it then signs
	// anew is nowhere said; replays within are caught by the event ids.
	oldest = 24*time.Hour + 30*time.Minute
	// ahead is how far SendGrid's clock may be before ours.
	ahead = 10 * time.Minute
	// maxUnix is the year 2286: later times are mistakes.
	maxUnix = 9_999_999_999
)

// ParseKey reads a webhook's public key as SendGrid shows it (base64 of PKIX
// DER); PEM is taken too. Other keys than ECDSA P-256 are refused.
func ParseKey(text string) (*ecdsa.PublicKey, error) {
	bad := fault.New(fault.Misconfigured, "the SendGrid webhook public key cannot be read").
		Try("copy the verification key from SendGrid: Settings, Mail Settings, Event Webhook")
	var der []byte
	if block, _ := pem.Decode([]byte(text)); block != nil {
		der = block.Bytes
	} else {
		raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil {
			return nil, bad
		}
		der = raw
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, bad
	}
	pub, ok := key.(*ecdsa.PublicKey)
	if !ok || pub.Curve != elliptic.P256() {
		return nil, bad
	}
	return pub, nil
}

// verify checks signature and freshness against every key of the account.
func verify(a delivery.Account, r delivery.Request) error {
	stamp := r.Get(timestampHeader)
	sig, err := base64.StdEncoding.Strict().DecodeString(r.Get(signatureHeader))
	if err != nil || len(sig) == 0 || stamp == "" {
		return fault.New(fault.Unauthorized, "the SendGrid signature is missing or unreadable").
			Try("switch on the signed event webhook in SendGrid")
	}
	sum := sha256.New()
	sum.Write([]byte(stamp))
	sum.Write(r.Body)
	digest := sum.Sum(nil)
	for _, text := range a.VerifyKeys {
		if key, err := ParseKey(text); err == nil && ecdsa.VerifyASN1(key, digest, sig) {
			return fresh(stamp, r.ReceivedAt)
		}
	}
	return fault.New(fault.Unauthorized, "no SendGrid public key of this shop verifies the signature").
		Try("set the event webhook's verification key for this shop")
}

func fresh(stamp string, now time.Time) error {
	sec, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || sec < 0 || sec > maxUnix {
		return fault.New(fault.Unauthorized, "the SendGrid timestamp is unreadable")
	}
	age := now.Sub(time.Unix(sec, 0))
	if age > oldest || age < -ahead {
		return fault.New(fault.Unauthorized, "the SendGrid timestamp is too far from now").
			Try("check this machine's clock")
	}
	return nil
}

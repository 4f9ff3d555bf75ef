package wire

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// TokenHeader is the header in which a sender that cannot sign shows a shared
// secret, under its canonical name.
const TokenHeader = "X-Cartograph-Token"

// Tokened reports whether a delivery shows a token at all.
func Tokened(d event.Delivery) bool { return len(tokens(d)) > 0 }

// VerifyToken checks a shared secret that is sent along instead of a signature:
// in X-Cartograph-Token, or as Authorization: Bearer. Either is enough, since a
// bridge may use Authorization for a credential of its own.
//
// Such a token says who sends and nothing about what: it does not protect the
// body, and who once saw a request can send another in its name. It is for
// senders that have no way to sign, over HTTPS only.
func VerifyToken(d event.Delivery, secrets []string) error {
	keys, err := Keys(secrets)
	if err != nil {
		return err
	}
	shown := tokens(d)
	if len(shown) == 0 {
		return fault.New(fault.Unauthorized, "the delivery shows no token").In(TokenHeader).
			Try("send the shop's webhook secret as " + TokenHeader + " or as Authorization: Bearer")
	}
	if !anyEqual(shown, keys) {
		return fault.New(fault.Unauthorized, "the token is not one of this shop's webhook secrets").In(TokenHeader).
			Try("set the sender's token to the shop's webhook secret")
	}
	return nil
}

// anyEqual compares each pair, always all of them: the time it takes depends on
// how many there are and neither on their length nor on their content.
func anyEqual(shown []string, keys [][]byte) bool {
	same := 0
	for _, t := range shown {
		a := sha256.Sum256([]byte(t))
		for _, key := range keys {
			b := sha256.Sum256(key)
			same |= subtle.ConstantTimeCompare(a[:], b[:])
		}
	}
	return same == 1
}

// tokens are what a delivery shows, at most one for each header.
func tokens(d event.Delivery) (shown []string) {
	if t := strings.TrimSpace(d.Get(TokenHeader)); t != "" {
		shown = append(shown, t)
	}
	scheme, t, _ := strings.Cut(strings.TrimSpace(d.Get(http.CanonicalHeaderKey("Authorization"))), " ")
	if t = strings.TrimSpace(t); strings.EqualFold(scheme, "Bearer") && t != "" {
		shown = append(shown, t)
	}
	return shown
}

package wire

import (
	"encoding/base64"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// The headers of Standard Webhooks, under their canonical names.
const (
	StandardHeader    = "Webhook-Signature"
	StandardID        = "Webhook-Id"
	StandardTimestamp = "Webhook-Timestamp"
)

// maxSignatures bounds the work of one delivery; rotation needs two.
const maxSignatures = 8

// VerifyStandard checks a Standard Webhooks signature: any "v1,<base64>" of a
// list parted by blanks, over "<id>.<timestamp>.<body>". A secret's key is the
// base64 after "whsec_", else the secret's own bytes.
//
// The timestamp is signed, but its age is not judged: a repeated delivery
// changes nothing, since events are deduplicated and fold in any order, while
// refusing a late one would lose what a sender kept through an outage.
func VerifyStandard(d event.Delivery, secrets []string) error {
	if _, err := Keys(secrets); err != nil {
		return err
	}
	list, id, stamp := d.Get(StandardHeader), d.Get(StandardID), d.Get(StandardTimestamp)
	switch {
	case list == "":
		return Missing(StandardHeader)
	case id == "" || stamp == "":
		return fault.New(fault.Unauthorized, "Webhook-Id or Webhook-Timestamp is missing, and both are signed").
			In(StandardID).Try("send all three Standard Webhooks headers")
	}
	var keys [][]byte
	for _, s := range shared(secrets) {
		keys = append(keys, standardKey(s))
	}
	sums := standardSums(list)
	if len(sums) == 0 {
		return Malformed(StandardHeader, "v1, and the base64 HMAC-SHA256 of id.timestamp.body")
	}
	for _, sum := range sums {
		if Signed(sum, keys, []byte(id), []byte("."), []byte(stamp), []byte("."), d.Body) {
			return nil
		}
	}
	return Mismatch(StandardHeader)
}

// standardSums reads the well-formed signatures of a list.
func standardSums(list string) (sums [][]byte) {
	for _, one := range strings.Fields(list) {
		text, found := strings.CutPrefix(one, "v1,")
		sum, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil || !found || len(sum) != 32 {
			continue
		}
		if sums = append(sums, sum); len(sums) == maxSignatures {
			break
		}
	}
	return sums
}

func standardKey(secret string) []byte {
	if text, found := strings.CutPrefix(secret, "whsec_"); found {
		if key, err := base64.StdEncoding.DecodeString(text); err == nil {
			return key
		}
		if key, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "=")); err == nil {
			return key
		}
	}
	return []byte(secret)
}

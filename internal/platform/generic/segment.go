package generic

import (
	"crypto/hmac"
	"crypto/sha1" // #nosec G505 -- inside HMAC; see verifySegment
	"encoding/hex"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// segmentHeader is the canonical name of the header that Segment's webhook
// destinations sign with.
const segmentHeader = "X-Signature"

// verifySegment checks the hexadecimal HMAC-SHA1 of the body. SHA-1 is broken
// where an attacker may choose both of two texts that are to collide. HMAC does
// not rest on that: forging one takes the key (RFC 6194, section 3.3). Segment
// signs with nothing else, so the choice is between this and no signature.
func verifySegment(d event.Delivery, secrets []string) error {
	keys, err := wire.Keys(secrets)
	if err != nil {
		return err
	}
	sum, err := hex.DecodeString(strings.TrimSpace(d.Get(segmentHeader)))
	if err != nil || len(sum) != sha1.Size {
		return wire.Malformed(segmentHeader, "the hexadecimal HMAC-SHA1 of the raw body, as Segment does")
	}
	ok := false
	for _, key := range keys {
		h := hmac.New(sha1.New, key)
		h.Write(d.Body)
		if hmac.Equal(h.Sum(nil), sum) {
			ok = true
		}
	}
	if !ok {
		return wire.Mismatch(segmentHeader)
	}
	return nil
}

// call reports Segment's calls that name no event: what a page, a screen or a
// group is called must never be taken for one ("Purchase" is a page's name, too).
func (t track) call() bool {
	if wire.First(t.Event, t.EventName) != "" {
		return false
	}
	switch strings.ToLower(string(t.Type)) {
	case "page", "screen", "group", "alias":
		return true
	}
	return false
}

package wire

import (
	"encoding/hex"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// CompanionHeader is the header that a companion of ours signs with, under its
// canonical name.
const CompanionHeader = "X-Cartograph-Signature"

// ByCompanion reports whether a delivery says that it comes from a companion of
// ours; its signature is still to be checked.
func ByCompanion(d event.Delivery) bool { return d.Get(CompanionHeader) != "" }

// VerifyCompanion checks what a companion of ours, running beside the platform,
// signs: X-Cartograph-Signature is "sha256=" and the hexadecimal HMAC-SHA256 of
// the raw body under one of the secrets.
func VerifyCompanion(d event.Delivery, secrets []string) error {
	keys, err := Keys(secrets)
	if err != nil {
		return err
	}
	signature := strings.TrimSpace(d.Get(CompanionHeader))
	if signature == "" {
		return Missing(CompanionHeader)
	}
	text, found := strings.CutPrefix(signature, "sha256=")
	sum, err := hex.DecodeString(text)
	if err != nil || !found || len(sum) != 32 {
		return Malformed(CompanionHeader, "sha256= and the hexadecimal HMAC-SHA256 of the raw body")
	}
	if !Signed(sum, keys, d.Body) {
		return Mismatch(CompanionHeader)
	}
	return nil
}

package channel

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The keywords an inbound text can be (delivery.Inbound.Keyword).
const (
	// Stop withdraws consent, Start gives it back, Help asks who writes.
	Stop  = "stop"
	Start = "start"
	Help  = "help"
)

// Keyword looks a whole text up in a provider's words. Case, outer blanks and
// punctuation, doubled blanks and the way accents are encoded do not matter;
// any further word does: "stop sending receipts" is a conversation.
func Keyword(text string, words map[string]string) string {
	// No keyword is longer than a few dozen bytes, texts can be thousands.
	if len(text) > 100 {
		return ""
	}
	s := strings.ToLower(norm.NFKC.String(text))
	s = strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	return words[strings.Join(strings.Fields(s), " ")]
}

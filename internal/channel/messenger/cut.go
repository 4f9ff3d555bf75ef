package messenger

import (
	"strings"
	"unicode"
	"unicode/utf16"
)

const (
	joiner   = '\u200d'
	ellipsis = "…"
)

// cut shortens a text to max UTF-16 units, as Meta counts them, with an
// ellipsis. It never parts what a reader sees as one character.
func cut(s string, max int) string {
	s = strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD"))
	units, end := 0, 0
	var before rune
	for i, r := range s {
		// A cut here must leave a unit for the ellipsis.
		if units < max && !joined(before, r) {
			end = i
		}
		units += utf16.RuneLen(r)
		if units > max {
			return strings.TrimSpace(s[:end]) + ellipsis
		}
		before = r
	}
	return s
}

// joined reports whether a rune continues the one before it: accents, emoji
// variations and skin tones, joined emoji.
func joined(before, r rune) bool {
	return before == joiner || r == joiner || unicode.In(r, unicode.M) || r >= 0x1F3FB && r <= 0x1F3FF
}

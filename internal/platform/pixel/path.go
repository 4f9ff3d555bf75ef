package pixel

import (
	"net/url"
	"strings"
	"unicode"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// maxPath is how long a path is kept.
const maxPath = 200

// Path gives the path of a page for keeping: without query, and with every
// part that looks like somebody's address or like a token replaced. Shops put
// both into the addresses of accounts, orders and checkouts.
func Path(raw string) string {
	raw, _, _ = strings.Cut(raw, "?")
	raw, _, _ = strings.Cut(raw, "#")
	if unescaped, err := url.PathUnescape(raw); err == nil {
		raw = unescaped
	}
	parts := strings.Split(event.Clean(raw, 1000), "/")
	for i, p := range parts {
		switch {
		case strings.ContainsRune(p, '@'):
			parts[i] = ":address"
		case secret(p):
			parts[i] = ":id"
		}
	}
	return "/" + event.Clean(strings.TrimPrefix(strings.Join(parts, "/"), "/"), maxPath-1)
}

// secret reports whether a part of a path looks like a token, a phone or an
// order's number rather than like words: long and with many digits, or of
// seven digits and more alone.
func secret(part string) bool {
	digits, letters, dashes := 0, 0, 0
	for _, r := range part {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			letters++
		default:
			dashes++
		}
	}
	switch {
	case letters == 0 && digits >= 7:
		return true
	case len(part) >= 20 && dashes <= 4 && digits >= 4:
		return true
	}
	return len(part) >= 32 && dashes == 0
}

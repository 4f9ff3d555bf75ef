package event

import (
	"strings"
	"unicode/utf8"
)

// Clean makes platform text safe to store and show: valid UTF-8, no NUL and no
// other control characters (Postgres refuses NUL; mail subjects refuse line
// breaks), trimmed, at most max bytes cut at a rune.
func Clean(s string, max int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\r' {
			return ' '
		}
		if r < 0x20 || r == 0x7f {
			return -1
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	for len(s) > max {
		_, n := utf8.DecodeLastRuneInString(s[:max])
		s = strings.ToValidUTF8(s[:max], "")
		if n == 0 {
			break
		}
	}
	return s
}

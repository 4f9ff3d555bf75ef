package playbook

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// words are plain words that YAML, in one version or another, reads as something else.
var words = []string{"true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"}

// scalar writes a text on one line in the plainest style that is read back the
// same: bare, in single quotes, in double quotes where it holds apostrophes or
// needs escapes.
func scalar(s string, inFlow bool) string {
	switch {
	case plain(s, inFlow):
		return s
	case strings.Contains(s, "'") && !strings.ContainsAny(s, `"\`):
		return escaped(s)
	case visible(s) && !strings.ContainsAny(s, "\n\t") && !dense(s):
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return escaped(s)
}

// plain reports whether s needs no quotes: it begins with a letter, holds
// nothing YAML could mean anything by, and is not a word with a meaning.
func plain(s string, inFlow bool) bool {
	if s == "" || strings.HasSuffix(s, " ") || slices.Contains(words, strings.ToLower(s)) {
		return false
	}
	for i, r := range s {
		switch {
		case unicode.IsLetter(r):
		case i > 0 && (r >= '0' && r <= '9' || strings.ContainsRune(" -_./+()", r)):
		case i > 0 && !inFlow && r == ',':
		default:
			return false
		}
	}
	return true
}

// visible reports whether s can stand in a file as it is: nothing that an
// editor would hide, change or take for a line break.
func visible(s string) bool {
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t':
		case unicode.IsPrint(r):
		case r == '\u200c' || r == '\u200d' || r == '\u00a0' || r == '\u202f':
			// Joiners of emoji and scripts, and the no-break spaces of French punctuation.
		default:
			return false
		}
	}
	return strings.ToValidUTF8(s, "") == s
}

// dense reports whether a line of s holds more colons than Parse accepts on
// one line; their spaces are then written as escapes.
func dense(s string) bool {
	for line := range strings.SplitSeq(s, "\n") {
		if strings.Count(line, ": ") >= maxColons {
			return true
		}
	}
	return false
}

// escaped writes s in double quotes.
func escaped(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	// One line is made of all, so that the colons of all lines count.
	spaces := strings.Count(s, ": ") >= maxColons
	for _, r := range s {
		switch {
		case r == ' ' && spaces:
			b.WriteString(`\x20`)
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case visible(string(r)):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08X`, r)
		default:
			fmt.Fprintf(&b, `\u%04X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// block writes a text of several lines as a literal block. It is not ok for a
// text of one line, and for one whose form a block could not keep.
func block(s, indent string) (header, body string, ok bool) {
	inner := strings.TrimRight(s, "\n")
	if !strings.Contains(s, "\n") || !visible(s) || strings.Trim(inner, "\n\t ") != inner || inner == "" {
		return "", "", false
	}
	if strings.Contains(s, strings.Repeat("\n", maxBlank)) || dense(s) {
		return "", "", false
	}
	switch len(s) - len(inner) {
	case 0:
		header = "|-"
	case 1:
		header = "|"
	default:
		header = "|+"
	}
	var b strings.Builder
	for line := range strings.SplitSeq(strings.TrimSuffix(s, "\n"), "\n") {
		if line != "" {
			b.WriteString(indent + line)
		}
		b.WriteByte('\n')
	}
	return header, b.String(), true
}

package message

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// kind is what a lexeme of a Liquid expression is.
type kind int

const (
	kindName    kind = iota // shopper
	kindKey                 // limit: (text without the colon)
	kindProp                // .first_name (text without the dot)
	kindText                // 'quoted' (text without the quotes)
	kindNumber              // 12.5
	kindLiteral             // true, false, nil
	kindOp                  // | , : = == != < > <= >= ( ) [ ] and or contains in
)

type lexeme struct {
	kind kind
	text string
	// raw is the lexeme as written.
	raw string
}

func (l lexeme) is(k kind, text string) bool { return l.kind == k && l.text == text }

// Bounds on one expression. Longer number literals overflow the engine's parser.
const (
	maxExpression = 2_000
	maxDigits     = 9
)

// lex reads one expression by the same rules as the Liquid engine (the quotes
// decide where a string ends, so both must agree on them) and refuses what the
// sandbox does not let through: ranges, statement ends, unknown operators.
func lex(src string) ([]lexeme, error) {
	if len(src) > maxExpression {
		return nil, fmt.Errorf("an expression is longer than %d characters", maxExpression)
	}
	var out []lexeme
	for src = trimSpace(src); src != ""; src = trimSpace(src) {
		l, n, err := next(src)
		if err != nil {
			return nil, err
		}
		l.raw = src[:n]
		out, src = append(out, l), src[n:]
	}
	return out, nil
}

func trimSpace(s string) string { return strings.TrimLeft(s, " \t\r\n\v\f") }

// next reads the lexeme at the start of src, which is not empty, and its length.
func next(src string) (lexeme, int, error) {
	c := src[0]
	switch {
	case c == '\'' || c == '"':
		return lexText(src)
	case strings.HasPrefix(src, ".."):
		return lexeme{}, 0, fmt.Errorf("ranges such as (1..5) are not available; loop over cart.items, with limit: and offset: if needed")
	case c == '.' && len(src) > 1 && startsName(src[1]):
		n := 1 + nameLength(src[1:])
		return lexeme{kind: kindProp, text: src[1:n]}, n, nil
	case isDigit(c) || c == '-' && len(src) > 1 && isDigit(src[1]):
		return lexNumber(src)
	case startsName(c):
		return lexName(src)
	}
	for _, op := range []string{"==", "!=", "<=", ">=", "=", "<", ">", "|", ",", ":", "(", ")", "[", "]"} {
		if strings.HasPrefix(src, op) {
			return lexeme{kind: kindOp, text: op}, len(op), nil
		}
	}
	r, _ := utf8.DecodeRuneInString(src)
	return lexeme{}, 0, fmt.Errorf("%q means nothing in Liquid; sums are filters (plus, minus, times), conditions are joined by and, or", r)
}

func lexText(src string) (lexeme, int, error) {
	quote := src[0]
	for i := 1; i < len(src); i++ {
		if src[i] == '\\' && quote == '"' {
			i++
			continue
		}
		if src[i] == quote {
			return lexeme{kind: kindText, text: src[1:i]}, i + 1, nil
		}
	}
	return lexeme{}, 0, fmt.Errorf("a quotation mark %c is not closed", quote)
}

func lexNumber(src string) (lexeme, int, error) {
	n, digits := 1, 0
	for n < len(src) && (isDigit(src[n]) || src[n] == '.' && n+1 < len(src) && isDigit(src[n+1])) {
		n++
	}
	for _, c := range []byte(src[:n]) {
		if isDigit(c) {
			digits++
		}
	}
	if digits > maxDigits {
		return lexeme{}, 0, fmt.Errorf("a number has more than %d digits", maxDigits)
	}
	return lexeme{kind: kindNumber, text: src[:n]}, n, nil
}

func lexName(src string) (lexeme, int, error) {
	n := nameLength(src)
	name := src[:n]
	if n < len(src) && src[n] == ':' {
		return lexeme{kind: kindKey, text: name}, n + 1, nil
	}
	switch name {
	case "true", "false", "nil":
		return lexeme{kind: kindLiteral, text: name}, n, nil
	case "and", "or", "contains", "in":
		return lexeme{kind: kindOp, text: name}, n, nil
	}
	return lexeme{kind: kindName, text: name}, n, nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func startsName(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf
}

func nameLength(s string) int {
	n := 0
	for n < len(s) && (startsName(s[n]) || isDigit(s[n]) || s[n] == '-') {
		n++
	}
	if n < len(s) && s[n] == '?' {
		n++
	}
	return n
}

package message

import (
	"strings"
	"unicode"

	"github.com/osteele/liquid/expressions"
)

// spanKind is what a piece of a typed text is.
type spanKind int

const (
	spanWords    spanKind = iota + 1
	spanVariable          // {{ shopper.first_name }}; text is the expression
	spanBreak             // a line break within a paragraph
	spanBold
	spanItalic
	spanLink
)

// span is one piece of a typed text. Everything that is not recognized is words.
type span struct {
	kind  spanKind
	text  string
	inner []span
	// address is a link's, of words and variables.
	address []span
}

// mark is one character of a typed text, or one variable.
type mark struct {
	r rune
	// expr is a variable's expression; then r is 0.
	expr string
	// plain is true after a backslash: the character means nothing.
	plain bool
}

func (m mark) is(r rune) bool   { return m.r == r && !m.plain }
func (m mark) isSpace() bool    { return m.expr == "" && unicode.IsSpace(m.r) }
func (m mark) isBreak() bool    { return m.r == '\n' }
func (m mark) isVariable() bool { return m.expr != "" }

// marks cuts a text into characters and variables, and refuses what would look
// like Liquid in somebody's mailbox.
func marks(src string) ([]mark, error) {
	src = strings.ReplaceAll(strings.ReplaceAll(src, "\r\n", "\n"), "\r", "\n")
	var out []mark
	for src != "" {
		switch {
		case strings.HasPrefix(src, "{{"):
			inner, after, found := strings.Cut(src[2:], "}}")
			if !found || strings.Contains(inner, "{{") || strings.Contains(inner, "\n") {
				return nil, refuse(0, "close it with }}", "{{ is not closed")
			}
			expr := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(inner, "-"), "-"))
			if err := checkExpression(expr); err != nil {
				return nil, err
			}
			out, src = append(out, mark{expr: expr}), after
			continue
		case strings.HasPrefix(src, "{%"), strings.HasPrefix(src, "%}"):
			return nil, refuse(0, "choose when to show the block instead, or write the email as code", "{%% … %%} cannot be used in a block")
		case strings.HasPrefix(src, "}}"):
			return nil, refuse(0, "open it with {{, or take it out", "}} closes nothing")
		case len(src) > 1 && src[0] == '\\' && strings.ContainsRune(`\*[]()-`, rune(src[1])):
			out, src = append(out, mark{r: rune(src[1]), plain: true}), src[2:]
			continue
		}
		r := []rune(src[:min(len(src), 4)])[0]
		out, src = append(out, mark{r: r}), src[len(string(r)):]
	}
	return out, nil
}

// checkExpression wants an expression the sandbox will take, about values that exist.
func checkExpression(expr string) error {
	if expr == "" {
		return refuse(0, "name what to print, or remove it", "{{ }} is empty")
	}
	v := &validator{filters: filterNames(), names: names(), defined: map[string]*shape{}}
	if err := v.expression(expr, 0); err != nil {
		return err
	}
	if !understood(expr) {
		return refuse(0, "insert a variable, or write the email as code", "{{ %s }} cannot be read", short(expr))
	}
	for _, u := range v.uses {
		if s := v.names.fields[u.root]; s != nil && s.fields != nil && len(u.props) == 0 {
			return refuse(0, "print one of its fields: "+u.root+" has "+s.known(), "%q is not one value", u.root)
		}
		if err := u.check(v.names, v.defined, false); err != nil {
			return err
		}
	}
	return nil
}

// understood reports whether the engine can read an expression.
func understood(expr string) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	_, err := expressions.Parse(expr)
	return err == nil
}

package message

import (
	"fmt"
	"html"
	"slices"
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

// inline reads marks as spans. within are the kinds around them, which do not
// open again inside themselves.
func inline(ms []mark, within ...spanKind) ([]span, error) {
	var out []span
	words := func(text string) {
		if n := len(out); n > 0 && out[n-1].kind == spanWords {
			out[n-1].text += text
			return
		}
		out = append(out, span{kind: spanWords, text: text})
	}
	for len(ms) > 0 {
		if ms[0].isVariable() {
			out, ms = append(out, span{kind: spanVariable, text: ms[0].expr}), ms[1:]
			continue
		}
		if ms[0].isBreak() {
			out, ms = append(out, span{kind: spanBreak}), ms[1:]
			continue
		}
		s, n, err := opening(ms, within)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			out, ms = append(out, s), ms[n:]
			continue
		}
		words(string(ms[0].r))
		ms = ms[1:]
	}
	return out, nil
}

// opening reads a span that begins at the first mark, and how many marks it
// takes; 0 when none begins there.
func opening(ms []mark, within []spanKind) (span, int, error) {
	for _, form := range []struct {
		kind  spanKind
		stars int
	}{{spanBold, 2}, {spanItalic, 1}} {
		if slices.Contains(within, form.kind) || !starsAt(ms, 0, form.stars) {
			continue
		}
		if end := closing(ms, form.stars); end > 0 {
			inner, err := inline(ms[form.stars:end], append(slices.Clone(within), form.kind)...)
			return span{kind: form.kind, inner: inner}, end + form.stars, err
		}
	}
	if ms[0].is('[') && !slices.Contains(within, spanLink) {
		return typedLink(ms, within)
	}
	return span{}, 0, nil
}

// starsAt reports whether n stars stand at i and then something that is no space.
func starsAt(ms []mark, i, n int) bool {
	if i+n >= len(ms) {
		return false
	}
	for _, m := range ms[i : i+n] {
		if !m.is('*') {
			return false
		}
	}
	return !ms[i+n].isSpace() && !ms[i+n].is('*')
}

// closing finds the stars that close those at the beginning; 0 when none do.
func closing(ms []mark, n int) int {
	for i := n; i+n <= len(ms); i++ {
		run := 0
		for i+run < len(ms) && ms[i+run].is('*') {
			run++
		}
		if run == 0 {
			continue
		}
		if i > n && !ms[i-1].isSpace() && run >= n && (n == 2 || run != 2) {
			return i + run - n
		}
		i += run - 1
	}
	return 0
}

// typedLink reads [label](address).
func typedLink(ms []mark, within []spanKind) (span, int, error) {
	middle := slices.IndexFunc(ms, func(m mark) bool { return m.is(']') })
	if middle < 2 || middle+1 >= len(ms) || !ms[middle+1].is('(') {
		return span{}, 0, nil
	}
	end := slices.IndexFunc(ms[middle:], func(m mark) bool { return m.is(')') || m.isBreak() })
	if end < 0 || ms[middle+end].isBreak() {
		return span{}, 0, nil
	}
	end += middle
	address, err := readAddress(ms[middle+2 : end])
	if err != nil {
		return span{}, 0, err
	}
	inner, err := inline(ms[1:middle], append(slices.Clone(within), spanLink)...)
	return span{kind: spanLink, inner: inner, address: address}, end + 1, err
}

// paragraph is one piece of a text of several lines.
type paragraph struct {
	spans []span
	// list holds the lines of a list instead.
	list [][]span
}

// paragraphs reads a text with markup.
func paragraphs(src string) ([]paragraph, error) {
	ms, err := marks(src)
	if err != nil {
		return nil, err
	}
	var out []paragraph
	for _, part := range parted(ms) {
		p, err := readParagraph(part)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// parted splits marks at empty lines.
func parted(ms []mark) (parts [][]mark) {
	var lines [][]mark
	for _, line := range splitLines(ms) {
		if len(line) > 0 {
			lines = append(lines, line)
			continue
		}
		if len(lines) > 0 {
			parts, lines = append(parts, joinLines(lines)), nil
		}
	}
	if len(lines) > 0 {
		parts = append(parts, joinLines(lines))
	}
	return parts
}

// splitLines gives the lines without the spaces around them.
func splitLines(ms []mark) (lines [][]mark) {
	for {
		end := slices.IndexFunc(ms, mark.isBreak)
		line := ms
		if end >= 0 {
			line = ms[:end]
		}
		for len(line) > 0 && line[0].isSpace() {
			line = line[1:]
		}
		for len(line) > 0 && line[len(line)-1].isSpace() {
			line = line[:len(line)-1]
		}
		lines = append(lines, line)
		if end < 0 {
			return lines
		}
		ms = ms[end+1:]
	}
}

func joinLines(lines [][]mark) []mark {
	var out []mark
	for i, l := range lines {
		if i > 0 {
			out = append(out, mark{r: '\n'})
		}
		out = append(out, l...)
	}
	return out
}

func readParagraph(ms []mark) (paragraph, error) {
	lines := splitLines(ms)
	dashed := func(l []mark) bool { return len(l) > 2 && l[0].is('-') && l[1].isSpace() }
	if slices.ContainsFunc(lines, func(l []mark) bool { return !dashed(l) }) {
		spans, err := inline(ms)
		return paragraph{spans: spans}, err
	}
	var p paragraph
	for _, l := range lines {
		spans, err := inline(l[2:])
		if err != nil {
			return p, err
		}
		p.list = append(p.list, spans)
	}
	return p, nil
}

// typedLine reads a text of one line, in which only variables mean anything.
func typedLine(src string) ([]span, error) {
	ms, err := marks(strings.ReplaceAll(src, `\`, `\\`))
	if err != nil {
		return nil, err
	}
	var out []span
	for _, m := range ms {
		switch n := len(out); {
		case m.isVariable():
			out = append(out, span{kind: spanVariable, text: m.expr})
		case n > 0 && out[n-1].kind == spanWords:
			out[n-1].text += string(m.r)
		default:
			out = append(out, span{kind: spanWords, text: string(m.r)})
		}
	}
	return out, nil
}

// escapeHTML writes words as HTML in which Liquid sees nothing either.
func escapeHTML(s string) string {
	return strings.ReplaceAll(html.EscapeString(s), "{", "&#123;")
}

// escapeText writes words as plain text in which Liquid sees nothing.
func escapeText(s string) string { return strings.ReplaceAll(s, "{", "{{ '{' }}") }

// htmlOf writes spans as HTML; linkStyle is a link's inline style.
func htmlOf(spans []span, linkStyle string) string {
	var b strings.Builder
	for _, s := range spans {
		switch s.kind {
		case spanWords:
			b.WriteString(escapeHTML(s.text))
		case spanVariable:
			b.WriteString("{{ " + s.text + " }}")
		case spanBreak:
			b.WriteString("<br>")
		case spanBold:
			b.WriteString("<strong>" + htmlOf(s.inner, linkStyle) + "</strong>")
		case spanItalic:
			b.WriteString("<em>" + htmlOf(s.inner, linkStyle) + "</em>")
		case spanLink:
			fmt.Fprintf(&b, `<a href="%s" style="%s">%s</a>`, hrefOf(s.address), linkStyle, htmlOf(s.inner, linkStyle))
		}
	}
	return b.String()
}

// textOf writes spans as plain text, a link's address behind its label.
func textOf(spans []span) string {
	var b strings.Builder
	for _, s := range spans {
		switch s.kind {
		case spanWords:
			b.WriteString(escapeText(s.text))
		case spanVariable:
			b.WriteString("{{ " + s.text + " }}")
		case spanBreak:
			b.WriteByte('\n')
		case spanBold, spanItalic:
			b.WriteString(textOf(s.inner))
		case spanLink:
			b.WriteString(textOf(s.inner) + " (" + addressText(s.address) + ")")
		}
	}
	return b.String()
}

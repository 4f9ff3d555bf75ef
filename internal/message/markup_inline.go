package message

import (
	"slices"
)

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

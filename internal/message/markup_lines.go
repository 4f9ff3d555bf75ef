package message

import (
	"slices"
	"strings"
)

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

package message

import "strings"

// LineKind says what became of a line between two versions.
type LineKind string

// What a line can be.
const (
	LineSame    LineKind = "same"
	LineAdded   LineKind = "added"
	LineRemoved LineKind = "removed"
)

// Line is one line of a comparison, in the order to read it: a line that
// changed is a removed one, followed by an added one in the same run.
type Line struct {
	Kind LineKind `json:"kind"`
	// Text is the whole line without its line break.
	Text string `json:"text"`
	// Old and New are its numbers in the two texts, from 1; 0 where it is not there.
	Old int `json:"old,omitempty"`
	New int `json:"new,omitempty"`
	// Words parts Text where a line changed within: Changed pieces are those the
	// other text does not have. Empty for a line that is wholly the same or new.
	Words []Words `json:"words,omitempty"`
}

// Words are a piece of a line.
type Words struct {
	Text    string `json:"text"`
	Changed bool   `json:"changed,omitempty"`
}

// maxCells bounds the table of one comparison; beyond it everything in between
// counts as replaced.
const maxCells = 4_000_000

// Diff compares two texts line by line and, in lines that changed, word by word.
func Diff(before, after string) []Line {
	a, b := lines(before), lines(after)
	var out []Line
	var gone, come []Line
	flush := func() {
		compareWords(gone, come)
		out, gone, come = append(append(out, gone...), come...), nil, nil
	}
	i, j := 0, 0
	for _, s := range match(a, b) {
		for ; i < s.a; i++ {
			gone = append(gone, Line{Kind: LineRemoved, Text: a[i], Old: i + 1})
		}
		for ; j < s.b; j++ {
			come = append(come, Line{Kind: LineAdded, Text: b[j], New: j + 1})
		}
		flush()
		for range s.n {
			out = append(out, Line{Kind: LineSame, Text: a[i], Old: i + 1, New: j + 1})
			i, j = i+1, j+1
		}
	}
	return out
}

// lines cuts a text; an empty one has none.
func lines(s string) []string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	if s == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(s, "\n"), "\n")
}

// stretch is a run of n equal entries at a and b.
type stretch struct{ a, b, n int }

// match finds what two lists have in common: the longest common subsequence as
// stretches, ending with an empty one at both ends.
func match(a, b []string) []stretch {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	out := []stretch{{0, 0, head}}
	out = append(out, common(a[head:len(a)-tail], b[head:len(b)-tail], head)...)
	return append(out, stretch{len(a) - tail, len(b) - tail, tail})
}

// common is match for what differs at both ends, whose entries begin at offset.
func common(a, b []string, offset int) []stretch {
	rows, columns := len(a)+1, len(b)+1
	if rows == 1 || columns == 1 || rows > maxCells/columns {
		return nil
	}
	// length holds, for each pair of suffixes, how much they have in common.
	length := make([]uint32, rows*columns)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if at := i*columns + j; a[i] == b[j] {
				length[at] = length[at+columns+1] + 1
			} else {
				length[at] = max(length[at+columns], length[at+1])
			}
		}
	}
	var out []stretch
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch at := i*columns + j; {
		case a[i] == b[j]:
			if n := len(out); n > 0 && out[n-1].a+out[n-1].n == offset+i && out[n-1].b+out[n-1].n == offset+j {
				out[n-1].n++
			} else {
				out = append(out, stretch{offset + i, offset + j, 1})
			}
			i, j = i+1, j+1
		case length[at+columns] >= length[at+1]:
			i++
		default:
			j++
		}
	}
	return out
}

// maxWords is how many words a line may have to be compared word by word.
const maxWords = 500

// compareWords marks the words that changed in lines which replace each other,
// the first the first and so on. Lines with little in common are left whole:
// marks all over are harder to read than none.
func compareWords(gone, come []Line) {
	for i := range min(len(gone), len(come)) {
		a, b := wordsIn(gone[i].Text), wordsIn(come[i].Text)
		if len(a) > maxWords || len(b) > maxWords {
			continue
		}
		same := match(a, b)
		kept := 0
		for _, s := range same {
			for _, w := range a[s.a : s.a+s.n] {
				kept += len(strings.TrimSpace(w))
			}
		}
		if 4*kept < len(gone[i].Text) || 4*kept < len(come[i].Text) {
			continue
		}
		gone[i].Words = marked(a, same, func(s stretch) int { return s.a })
		come[i].Words = marked(b, same, func(s stretch) int { return s.b })
	}
}

// wordsIn cuts a line into words, runs of spaces, and single other characters.
func wordsIn(line string) []string {
	var out []string
	kindOf := func(r rune) int {
		switch {
		case r == ' ' || r == '\t':
			return 1
		case startsName(byte(min(r, 0xff))) || r >= '0' && r <= '9': // #nosec G115 -- at most 0xff
			return 2
		}
		return 0
	}
	last, begin := -1, 0
	for i, r := range line {
		k := kindOf(r)
		if i > 0 && (k == 0 || k != last) {
			out, begin = append(out, line[begin:i]), i
		}
		last = k
	}
	if begin < len(line) {
		out = append(out, line[begin:])
	}
	return out
}

// marked joins words into pieces that are the same or changed.
func marked(words []string, same []stretch, at func(stretch) int) []Words {
	var out []Words
	add := func(text string, changed bool) {
		if n := len(out); n > 0 && out[n-1].Changed == changed {
			out[n-1].Text += text
		} else if text != "" {
			out = append(out, Words{text, changed})
		}
	}
	next := 0
	for _, s := range same {
		add(strings.Join(words[next:at(s)], ""), true)
		next = at(s) + s.n
		add(strings.Join(words[at(s):next], ""), false)
	}
	return out
}

package persona

import (
	"errors"
	"strings"

	"cel.dev/cel-go/cel"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Mistake is one thing wrong with an expression, and where.
type Mistake struct {
	// Line and Column count from 1, columns in characters; 0 where it is about the whole.
	Line   int `json:"line"`
	Column int `json:"column"`
	// Snippet is the line it stands in, Caret as much space as leads up to it; may be empty.
	Snippet string `json:"snippet,omitempty"`
	Caret   string `json:"caret,omitempty"`
	// Message says what is wrong, Remedy what to do.
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"`
}

// maxMistakes is how many are told at once.
const maxMistakes = 5

// Mistakes says what is wrong with an expression; none for one that compiles.
func (r *Rules) Mistakes(text string) []Mistake {
	err := r.Check(text)
	if err == nil {
		return nil
	}
	var f *fault.Error
	if !errors.As(err, &f) {
		return []Mistake{{Message: err.Error()}}
	}
	_, issues := r.env.Compile(text)
	var out []Mistake
	for _, e := range issues.Errors() {
		if len(out) < maxMistakes {
			out = append(out, mistake(text, e))
		}
	}
	if len(out) == 0 {
		return []Mistake{{Message: f.Message, Remedy: f.Remedy}}
	}
	return out
}

// plainer are CEL's messages that people meet most, with words of ours before them.
var plainer = []struct{ cel, remedy string }{
	{"undeclared reference", "there is no fact of this name; the list of facts below has all of them"},
	{"undefined field", "there is no fact of this name; the list of facts below has all of them"},
	{"found no matching overload", "these two cannot be compared: put words in quotes, and leave numbers without"},
	{"Syntax error", "something is missing or too much here: a quote, a bracket, or && between two comparisons"},
}

func mistake(text string, e *cel.Error) Mistake {
	m := Mistake{Line: e.Location.Line(), Column: e.Location.Column() + 1, Message: clipped(e.Message)}
	if m.Line < 1 {
		return Mistake{Message: m.Message}
	}
	lines := strings.Split(text, "\n")
	if m.Line <= len(lines) {
		line := []rune(strings.TrimRight(lines[m.Line-1], "\r"))
		at := min(max(m.Column-1, 0), len(line))
		m.Snippet, m.Caret = string(line), strings.Repeat(" ", at)
	}
	for _, p := range plainer {
		if strings.Contains(e.Message, p.cel) {
			m.Remedy = p.remedy
			break
		}
	}
	return m
}

func clipped(s string) string {
	const most = 300
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strings.ReplaceAll(s, " (in container '')", "")
}

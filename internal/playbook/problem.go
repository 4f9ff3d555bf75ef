package playbook

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// maxProblems is how many problems of a file are told at once.
const maxProblems = 100

// Problem is one fault of a book.
type Problem struct {
	// File, Line and Column say where it stands, counting from 1 with columns
	// in characters; Line is 0 where the book did not come from a file.
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	// Path names the value ("sequences[0].steps[1].after"); empty for faults of the YAML itself.
	Path string `json:"path,omitempty"`
	// Message says what is wrong; further lines show an expression with a caret.
	Message string `json:"message"`
	// Remedy says what to write instead; may be empty.
	Remedy string `json:"remedy,omitempty"`
}

// String writes "file.yaml:12:9: what — remedy", with the message's further
// lines indented below.
func (p Problem) String() string {
	var b strings.Builder
	switch {
	case p.Line > 0:
		fmt.Fprintf(&b, "%s:%d:%d: ", p.File, p.Line, p.Column)
	case p.Path != "":
		b.WriteString(p.Path + ": ")
	}
	first, more, _ := strings.Cut(p.Message, "\n")
	b.WriteString(first)
	if p.Remedy != "" {
		b.WriteString(" — " + p.Remedy)
	}
	for line := range strings.SplitSeq(more, "\n") {
		if more != "" {
			b.WriteString("\n   " + line)
		}
	}
	return b.String()
}

// Errors are all problems of a book, in the order of the file. As an error it
// is fault.Unprocessable.
type Errors []Problem

// Error writes one problem a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, p := range e {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the whole as one *fault.Error, for code and status.
func (e Errors) Unwrap() error {
	if len(e) == 0 {
		return nil
	}
	first := e[0]
	return fault.New(fault.Unprocessable, "%s", e.Error()).In(first.Path).Try(first.Remedy)
}

// Err gives the errors as an error, nil when there are none.
func (e Errors) Err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

// sorted puts problems into the order of the file and cuts an endless list.
func (e Errors) sorted() Errors {
	slices.SortStableFunc(e, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if len(e) <= maxProblems {
		return e
	}
	told := e[: maxProblems-1 : maxProblems-1]
	next := e[len(told)]
	next.Path, next.Message = "", fmt.Sprintf("there are %d more problems from here on", len(e)-len(told))
	next.Remedy = "mend those above first"
	return append(told, next)
}

// problems turns a validator's error, joined or not, into problems below a path.
func (s *source) problems(err error, prefix string) Errors {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all Errors
		for _, e := range joined.Unwrap() {
			all = append(all, s.problems(e, prefix)...)
		}
		return all
	}
	e := &fault.Error{Message: err.Error()}
	_ = errors.As(err, &e)
	return Errors{s.problem(within(prefix, e.Field), e.Message, e.Remedy)}
}

// within joins a path and a field below it; either may be empty.
func within(prefix, field string) string {
	if prefix == "" || field == "" {
		return prefix + field
	}
	return prefix + "." + field
}

func (s *source) problem(path, message, remedy string) Problem {
	p := Problem{Path: path, Message: message, Remedy: remedy}
	if at, ok := s.at(path); ok {
		p.File, p.Line, p.Column = s.file, at.line, at.column
	}
	return p
}

func clip(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}

package message

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Problem is one fault of a template, where an editor can show it.
type Problem struct {
	// Field is the template's ("body"), or a part of the whole ("channel").
	Field string `json:"field"`
	// Line and Column count from 1, columns in characters; 0 where the fault is of
	// the whole text.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// Message says what is wrong, Remedy what to do.
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"`
}

// Problems tells everything about a template that can be told without rendering
// it: what is missing, what the sandbox refuses, and names that do not exist;
// the first fault of each field. Check tells the first of all, and renders too.
func (r *Renderer) Problems(t Template) []Problem {
	var out []Problem
	add := func(err error) {
		if err != nil {
			out = append(out, ProblemOf(t, err))
		}
	}
	add(complete(t))
	made, err := t.Compiled()
	if err != nil {
		return append(out, ProblemOf(t, err))
	}
	for _, f := range r.sources(made) {
		if f.src == "" {
			continue
		}
		if _, err := r.compiled(f.e, f.src); err != nil {
			add(inField(err, t.edited(f.field)))
		}
	}
	return out
}

// source is one field with the engine that reads it.
type source struct {
	field, src string
	e          *engine
}

// sources are all fields of a template, in the order in which they are edited.
func (r *Renderer) sources(t Template) []source {
	body := r.text
	if t.Channel == event.Email {
		body = r.html
	}
	return []source{
		{"subject", t.Subject, r.text}, {"preheader", t.Preheader, r.text}, {"body", t.Body, body},
		{"text", t.Text, r.text}, {"title", t.Title, r.text}, {"image", t.Image, r.text}, {"button", t.Button, r.text},
	}
}

// Try renders a template for somebody who edits it: what is wrong comes as
// problems, and then nothing is rendered.
func (r *Renderer) Try(ctx context.Context, t Template, in Input) (Rendered, []Problem, error) {
	if found := r.Problems(t); len(found) > 0 {
		return Rendered{}, found, nil
	}
	out, err := r.Render(ctx, t, in)
	if ctx.Err() != nil {
		return Rendered{}, nil, ctx.Err()
	}
	if err != nil {
		p := ProblemOf(t, err)
		p.Field = t.edited(p.Field)
		return Rendered{}, []Problem{p}, nil
	}
	return out, nil, nil
}

var (
	// lined is how refuse begins a message that belongs to a line.
	lined = regexp.MustCompile(`^line (\d+): `)
	// cited are the ways in which messages name a piece of the template.
	cited = regexp.MustCompile(`"([^"]+)"|(\{%.*?%\})|(\{\{|\{%)`)
)

// ProblemOf puts an error of Render or Check where it belongs. An error without
// a place is one of the body.
func ProblemOf(t Template, err error) Problem {
	var e *fault.Error
	if !errors.As(err, &e) {
		return Problem{Field: "body", Message: "the template cannot be rendered"}
	}
	p := Problem{Field: first(e.Field, "body"), Message: e.Message, Remedy: e.Remedy}
	m := lined.FindStringSubmatch(e.Message)
	if m == nil {
		return p
	}
	p.Line, _ = strconv.Atoi(m[1])
	p.Message = strings.TrimPrefix(e.Message, m[0])
	p.Column = columnOf(t.field(p.Field), p.Line, p.Message)
	return p
}

// columnOf finds where in its line a message's subject stands; 1 where it names none.
func columnOf(src string, line int, message string) int {
	lines := strings.Split(src, "\n")
	if line < 1 || line > len(lines) {
		return 0
	}
	text := lines[line-1]
	for _, m := range cited.FindAllStringSubmatch(message, -1) {
		at := strings.Index(text, first(m[1], m[2], m[3]))
		if at < 0 && m[2] != "" {
			// Messages write tags with single blanks.
			if found := loosely(m[2]).FindStringIndex(text); found != nil {
				at = found[0]
			}
		}
		if at >= 0 {
			return len([]rune(text[:at])) + 1
		}
	}
	return 1
}

// loosely finds a tag however it is spaced and whatever arguments it has.
func loosely(tag string) *regexp.Regexp {
	name := strings.Trim(tag, "{}% ")
	return regexp.MustCompile(`\{%-?\s*` + regexp.QuoteMeta(name) + `\b`)
}

// edited names the field that people edit: body and text are made of the blocks
// where there are any.
func (t Template) edited(field string) string {
	if len(t.Blocks) > 0 && (field == "body" || field == "text") {
		return "blocks"
	}
	return field
}

// field gives a template's text by its name.
func (t Template) field(name string) string {
	switch name {
	case "subject":
		return t.Subject
	case "preheader":
		return t.Preheader
	case "body":
		return t.Body
	case "text":
		return t.Text
	case "title":
		return t.Title
	case "image":
		return t.Image
	case "button":
		return t.Button
	}
	return ""
}

// With says of a problem which sample it appeared with.
func (p Problem) With(sample string) Problem {
	p.Message = fmt.Sprintf("%s (with %s)", p.Message, sample)
	return p
}

package playbook

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	// maxFile is the largest file, in bytes.
	maxFile = 2 << 20
	// maxDepth is how deep flow lists and maps, or list dashes on one line, may
	// nest; the format itself needs four. The parser recurses, so it is bounded before.
	maxDepth = 12
)

// refused are YAML's indirections: with them a small file could stand for a
// huge one, and a reader could not see what is applied.
var refused = map[token.Type]struct{ what, remedy string }{
	token.AnchorType:     {"anchors (&) are not part of this format", "write the value out; put text that begins with & in quotes"},
	token.AliasType:      {"aliases (*) are not part of this format", "write the value out; put text that begins with * in quotes"},
	token.MergeKeyType:   {"merge keys (<<) are not part of this format", "write the fields out"},
	token.TagType:        {"tags (!) are not part of this format", "leave it out; put text that begins with ! in quotes"},
	token.DirectiveType:  {"directives (%) are not part of this format", "leave it out; put text that begins with % in quotes"},
	token.MappingKeyType: {"explicit keys (?) are not part of this format", `write "key: value"; put text that begins with ? in quotes`},
}

// documents reads the YAML itself. Problems beside documents are of things
// that can be read and are not allowed; without documents the file is unreadable.
func documents(data []byte, file string) ([]*ast.DocumentNode, Errors) {
	text, problem := readable(data, file)
	if problem != nil {
		return nil, Errors{*problem}
	}
	tokens := lexer.Tokenize(text)
	problems, tooDeep := guard(tokens, file)
	if tooDeep {
		return nil, problems
	}
	f, err := parse(tokens)
	if err != nil {
		return nil, append(problems, syntax(err, file))
	}
	return f.Docs, problems
}

// readable wants UTF-8 of bearable size, and takes off a byte order mark.
func readable(data []byte, file string) (string, *Problem) {
	if len(data) > maxFile {
		return "", &Problem{File: file, Line: 1, Column: 1, Message: fmt.Sprintf("the file is larger than %d MB", maxFile>>20),
			Remedy: "split it: a file may hold any part"}
	}
	text := strings.TrimPrefix(string(data), "\uFEFF")
	line, column := 1, 1
	for i, r := range text {
		_, size := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && size == 1 || r == 0 {
			return "", &Problem{File: file, Line: line, Column: column, Message: "the file is not UTF-8 text",
				Remedy: "save it as UTF-8"}
		}
		if column++; r == '\n' {
			line, column = line+1, 1
		}
	}
	return strings.ReplaceAll(text, "\r\n", "\n"), nil
}

// guard finds what the format refuses, and whether it nests too deep to parse.
func guard(tokens token.Tokens, file string) (problems Errors, tooDeep bool) {
	depth, dashes, line := 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			dashes, line = 0, t.Position.Line
		}
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			depth++
		case token.MappingEndType, token.SequenceEndType:
			depth--
		case token.SequenceEntryType:
			dashes++
		}
		if depth > maxDepth || dashes > maxDepth {
			return append(problems, Problem{File: file, Line: line, Column: t.Position.Column,
				Message: "it is nested too deep", Remedy: "put text that begins with a bracket or dash in quotes"}), true
		}
		if r, ok := refused[t.Type]; ok {
			problems = append(problems, Problem{File: file, Line: line, Column: max(t.Position.Column, 1), Message: r.what, Remedy: r.remedy})
		}
	}
	return problems, false
}

// parse runs the YAML parser, whose panics on odd input become errors.
func parse(tokens token.Tokens) (f *ast.File, err error) {
	defer func() {
		if recover() != nil {
			f, err = nil, errors.New("the YAML parser panicked")
		}
	}()
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// syntax tells a parser's error at its place. The error's own text is not
// asked for: it prints the source around it, at great length for a hostile file.
func syntax(err error, file string) Problem {
	p := Problem{File: file, Line: 1, Column: 1, Message: "the YAML cannot be read",
		Remedy: "check indentation and quotes: text with {{ }}, a colon or a # belongs in quotes or below a |"}
	var placed interface {
		GetToken() *token.Token
		GetMessage() string
	}
	if errors.As(err, &placed) {
		p.Message = placed.GetMessage()
		if t := placed.GetToken(); t != nil && t.Position != nil {
			p.Line, p.Column = max(t.Position.Line, 1), max(t.Position.Column, 1)
		}
	}
	return p
}

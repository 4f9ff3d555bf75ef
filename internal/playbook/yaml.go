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
	// maxColons is how often ": " may stand on one line; the lexer looks back
	// along the line for each.
	maxColons = 2_000
	// maxBlank is how many empty lines may follow each other; the lexer copies
	// a text for each of those at its end.
	maxBlank = 200
)

// documents reads the YAML itself. Problems beside documents are of things
// that can be read and are not allowed; without documents the file is unreadable.
func documents(data []byte, file string) ([]*ast.DocumentNode, Errors) {
	text, problem := readable(data, file)
	if problem != nil {
		return nil, Errors{*problem}
	}
	tokens := lexer.Tokenize(text)
	problems, fit := inspect(tokens, file)
	if !fit {
		return nil, problems
	}
	f, err := parse(tokens)
	if err != nil {
		return nil, append(problems, syntax(err, file))
	}
	return f.Docs, problems
}

// readable wants UTF-8 text that the lexer can bear, and takes off a byte order mark.
func readable(data []byte, file string) (string, *Problem) {
	if len(data) > maxFile {
		return "", &Problem{File: file, Line: 1, Column: 1,
			Message: fmt.Sprintf("the file is larger than %d MB", maxFile>>20), Remedy: "split it: a file may hold any part"}
	}
	text := strings.TrimPrefix(string(data), "\uFEFF")
	number, blank := 0, 0
	for line := range strings.SplitSeq(text, "\n") {
		number++
		if blank++; strings.TrimSpace(line) != "" {
			blank = 0
		}
		p := &Problem{File: file, Line: number, Column: 1}
		switch at := notText(line); {
		case at >= 0:
			p.Column += utf8.RuneCountInString(line[:at])
			p.Message, p.Remedy = "the file is not UTF-8 text", "save it as UTF-8"
		case strings.Count(line, ": ") > maxColons:
			p.Message, p.Remedy = "the line holds too many colons", "break it into several lines below a |"
		case blank > maxBlank:
			p.Message, p.Remedy = "there are too many empty lines", "take some out"
		default:
			continue
		}
		return "", p
	}
	return strings.ReplaceAll(text, "\r\n", "\n"), nil
}

// notText finds the first byte that is not UTF-8, or a NUL; -1 if there is none.
func notText(s string) int {
	for i, r := range s {
		if _, size := utf8.DecodeRuneInString(s[i:]); r == 0 || r == utf8.RuneError && size == 1 {
			return i
		}
	}
	return -1
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

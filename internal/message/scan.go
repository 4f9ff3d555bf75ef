package message

import (
	"strings"
	"unicode/utf8"

	"github.com/osteele/liquid/parser"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Bounds on one template's source.
const (
	maxSource  = 128 << 10
	maxNesting = 20
)

// refuse makes the error every fault of a template gets: fault.Unprocessable,
// with the line (0 for the whole text) and what to do. The caller adds the field.
func refuse(line int, remedy, format string, args ...any) *fault.Error {
	e := fault.New(fault.Unprocessable, format, args...)
	if line > 0 {
		e = fault.New(fault.Unprocessable, "line %d: %s", line, e.Message)
	}
	return e.Try(remedy)
}

// scan cuts a source into the very tokens the Liquid engine will see, after
// making sure that every opening is closed: the engine would print the rest as
// it stands, and take quadratic time to find that out.
func scan(src string) ([]parser.Token, error) {
	switch {
	case len(src) > maxSource:
		return nil, refuse(0, "shorten it, or move images and styles out of it", "the template is larger than %d KB", maxSource>>10)
	case !utf8.ValidString(src):
		return nil, refuse(0, "save it as UTF-8", "the template is not valid UTF-8")
	case strings.ContainsRune(src, 0):
		return nil, refuse(0, "remove it", "the template contains a NUL character")
	}
	if err := closed(src); err != nil {
		return nil, err
	}
	return parser.Scan(src, parser.SourceLoc{Pathname: mainSource, LineNo: 1}, nil), nil
}

// closed checks that each {{ ends in }} and each {% in %}, without another
// opening or (for {{) a line break in between.
func closed(src string) error {
	for pos := 0; ; {
		i := strings.IndexByte(src[pos:], '{')
		if i < 0 || pos+i+1 >= len(src) {
			return nil
		}
		start := pos + i
		end := ""
		switch src[start+1] {
		case '{':
			end = "}}"
		case '%':
			end = "%}"
		default:
			pos = start + 1
			continue
		}
		line := 1 + strings.Count(src[:start], "\n")
		n := strings.Index(src[start+2:], end)
		if n < 0 {
			return refuse(line, "close it with "+end, "%s is not closed", src[start:start+2])
		}
		inner := src[start+2 : start+2+n]
		if err := plausible(inner, end, line); err != nil {
			return err
		}
		pos = start + 2 + n + 2
	}
}

func plausible(inner, end string, line int) error {
	opening := map[string]string{"}}": "{{", "%}": "{%"}[end]
	content := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(inner, "-"), "-"))
	switch {
	case content == "":
		return refuse(line, "name what to print, or remove it", "%s %s is empty", opening, end)
	case strings.Contains(inner, "{{") || strings.Contains(inner, "{%"):
		return refuse(line, "close it with "+end, "%s is not closed before the next one opens", opening)
	case end == "}}" && strings.ContainsRune(content, '\n'):
		return refuse(line, "write it on one line", "%s goes over several lines", opening)
	case strings.HasPrefix(content, "#"):
		return refuse(line, "use {% comment %} … {% endcomment %}", "{%% # … %%} comments are not available")
	case end == "%}" && !startsName(content[0]):
		return refuse(line, "begin it with the tag's name", "{%% … %%} does not begin with a tag's name")
	}
	return nil
}

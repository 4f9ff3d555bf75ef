package playbook

import (
	"github.com/cartograph-dev/cartograph/internal/duration"

	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/goccy/go-yaml/ast"
)

// maxText is the longest text of one field, in bytes.
const maxText = 128 << 10

// reader walks the YAML tree, remembers where everything stands and collects
// what is wrong.
type reader struct {
	source
	found Errors
	// bad are paths with a problem of form, about whose meaning nothing more is said.
	bad map[string]bool
}

// report notes a problem of form at a path.
func (r *reader) report(path, message, remedy string) {
	r.bad[path] = true
	r.found = append(r.found, r.problem(path, message, remedy))
}

// judge notes a validator's findings, except where the form is already wrong.
func (r *reader) judge(err error, prefix string) {
	for _, p := range r.problems(err, prefix) {
		if !r.isBad(p.Path) {
			r.found = append(r.found, p)
		}
	}
}

// isBad reports whether the path or anything around it has a problem of form.
func (r *reader) isBad(path string) bool {
	for ; path != ""; path = parent(path) {
		if r.bad[path] {
			return true
		}
	}
	return false
}

// stand remembers where a path stands.
func (r *reader) stand(path string, n ast.Node) {
	if t := first(n).GetToken(); t != nil && t.Position != nil {
		r.places[path] = place{max(t.Position.Line, 1), max(t.Position.Column, 1)}
	}
}

// first gives the node that a reader sees first: of a block map, its first key.
func first(n ast.Node) ast.Node {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return m.Values[0].Key
	}
	return n
}

// bare takes off what guard has already complained about; nil for nothing,
// which a null is too.
func (r *reader) bare(path string, n ast.Node) ast.Node {
	switch n := n.(type) {
	case nil, *ast.NullNode:
		return nil
	case *ast.AnchorNode:
		return r.bare(path, n.Value)
	case *ast.TagNode:
		return r.bare(path, n.Value)
	case *ast.AliasNode:
		r.bad[path] = true
		return nil
	}
	return n
}

// fields reads a map with the given keys and no others.
func (r *reader) fields(path string, n ast.Node, allowed ...string) map[string]ast.Node {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		r.report(path, "it should be a map of fields, not "+kind(n), "write "+strings.Join(allowed, ", ")+", each with its value")
		return nil
	}
	out := map[string]ast.Node{}
	for _, v := range m.Values {
		r.field(path, v, allowed, out)
	}
	return out
}

// field takes one field of a map, unless it is unknown or there already.
func (r *reader) field(path string, v *ast.MappingValueNode, allowed []string, out map[string]ast.Node) {
	switch v.Key.(type) {
	case *ast.MergeKeyNode, *ast.MappingKeyNode, *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		return // guard has told
	}
	key := v.Key.GetToken()
	here := within(path, key.Value)
	p := Problem{File: r.file, Line: key.Position.Line, Column: max(key.Position.Column, 1), Path: here}
	switch _, twice := out[key.Value]; {
	case !slices.Contains(allowed, key.Value):
		p.Message = fmt.Sprintf("there is no field %q here", clip(key.Value))
		p.Remedy = "the fields are " + strings.Join(allowed, ", ")
	case twice:
		p.Message, p.Remedy = fmt.Sprintf("the field %q is given twice", key.Value), "keep one of them"
	default:
		r.stand(here, v.Value)
		out[key.Value] = v.Value
		return
	}
	r.found = append(r.found, p)
}

// entries reads a list; nothing gives none.
func (r *reader) entries(path string, n ast.Node) []ast.Node {
	if n = r.bare(path, n); n == nil {
		return nil
	}
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		r.report(path, "it should be a list, not "+kind(n), "write [a, b], or one entry a line after a dash")
		return nil
	}
	return s.Values
}

// text reads a text; a number or a true is taken as it is written, nothing as "".
func (r *reader) text(path string, n ast.Node) string {
	var text string
	switch n := r.bare(path, n).(type) {
	case nil:
		return ""
	case *ast.StringNode:
		text = n.Value
	case *ast.LiteralNode:
		text = n.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		text = n.GetToken().Value
	default:
		r.report(path, "it should be text, not "+kind(n), "put it in quotes")
		return ""
	}
	if fault, remedy := checkText(text); fault != "" {
		r.report(path, fault, remedy)
	}
	return text
}

// checkText says what is wrong with a text, whatever field it is of.
func checkText(text string) (fault, remedy string) {
	if len(text) > maxText {
		return fmt.Sprintf("the text is longer than %d KB", maxText>>10), "shorten it"
	}
	for _, c := range text {
		if unicode.IsControl(c) && c != '\n' && c != '\t' {
			return fmt.Sprintf("the text holds the control character %U", c), "take it out"
		}
	}
	return "", ""
}

// texts reads a list of texts, none of them empty.
func (r *reader) texts(path string, n ast.Node) []string {
	var out []string
	for i, e := range r.entries(path, n) {
		here := fmt.Sprintf("%s[%d]", path, i)
		r.stand(here, e)
		text := r.text(here, e)
		if text == "" && !r.bad[here] {
			r.report(here, "the entry is empty", "write something or take it out")
		}
		out = append(out, text)
	}
	return out
}

// duration reads a time; nothing gives 0, and a written 0 is refused.
func (r *reader) duration(path string, n ast.Node, remedyForZero string) time.Duration {
	text := r.text(path, n)
	if text == "" && (r.bad[path] || r.bare(path, n) == nil) {
		return 0
	}
	d, err := duration.Parse(text)
	if err != nil {
		r.judge(err, path)
		r.bad[path] = true
	} else if d == 0 {
		r.report(path, "the time is zero", remedyForZero)
	}
	return d
}

func kind(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode:
		return "a map"
	case *ast.SequenceNode:
		return "a list"
	case nil, *ast.NullNode:
		return "nothing"
	}
	return "a single value"
}

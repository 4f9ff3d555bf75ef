package message

import (
	"maps"
	"slices"
	"strings"

	"github.com/osteele/liquid/parser"
)

// arguments checks what stands behind a tag's name.
func (v *validator) arguments(t parser.Token, r role) error {
	line := t.SourceLoc.LineNo
	args := strings.TrimSpace(t.Args)
	switch {
	case r == roleBare || r == roleVerbose:
		if args != "" && t.Name == "else" {
			return refuse(line, "write {% elsif … %}", "{%% else %%} takes no condition")
		}
		if args != "" {
			return refuse(line, "remove what follows it", "{%% %s %%} takes nothing", t.Name)
		}
		return nil
	case args == "":
		return refuse(line, "say what it is about", "{%% %s %%} has no arguments", t.Name)
	case t.Name == "render":
		return v.render(args, line)
	case t.Name == "assign":
		return v.assign(args, line)
	case r == roleLoop:
		return v.loop(t.Name, args, line)
	}
	return v.expression(args, line)
}

// expression checks one expression: its lexemes, filters and variables.
func (v *validator) expression(src string, line int) error {
	ls, err := lex(src)
	if err != nil {
		return refuse(line, "correct the expression", "%s", err)
	}
	return v.lexemes(ls, line)
}

// workOfComparison is what a comparison costs beside a plain step: it may walk two long texts.
const workOfComparison = 20

func (v *validator) lexemes(ls []lexeme, line int) error {
	v.work++
	for i, l := range ls {
		if l.kind != kindOp {
			continue
		}
		switch l.text {
		case "|":
			if err := v.filter(ls[i+1:], line); err != nil {
				return err
			}
			v.work++
		case "=":
			return refuse(line, "compare with ==", "= does not compare")
		case "==", "!=", "<", ">", "<=", ">=", "contains":
			v.work += workOfComparison
		}
	}
	v.uses = append(v.uses, uses(ls, line)...)
	return nil
}

func (v *validator) filter(after []lexeme, line int) error {
	if len(after) == 0 || after[0].kind != kindName && after[0].kind != kindKey {
		return refuse(line, "write a filter's name after it", "| is followed by no filter")
	}
	name := after[0].text
	if v.filters[name] {
		return nil
	}
	remedy := "use one of " + strings.Join(slices.Sorted(maps.Keys(v.filters)), ", ")
	switch name {
	case "date":
		remedy = "cart.last_activity and offer.expires are already written for the shopper's language and time zone"
	case "json", "inspect", "type":
		remedy = "print the fields you need"
	}
	return refuse(line, remedy, "there is no filter %q", name)
}

func (v *validator) assign(args string, line int) error {
	ls, err := lex(args)
	if err != nil {
		return refuse(line, "correct the expression", "%s", err)
	}
	if len(ls) < 3 || ls[0].kind != kindName || !ls[1].is(kindOp, "=") {
		return refuse(line, "write {% assign name = value %}", "assign needs a plain name, = and a value")
	}
	v.define(ls[0].text, nil)
	return v.lexemes(ls[2:], line)
}

func (v *validator) loop(tag, args string, line int) error {
	ls, err := lex(args)
	if err != nil {
		return refuse(line, "correct the expression", "%s", err)
	}
	if len(ls) < 3 || ls[0].kind != kindName || !ls[1].is(kindOp, "in") {
		return refuse(line, "write {% "+tag+" item in cart.items %}", "%s needs a plain name, in and a list", tag)
	}
	list := slices.DeleteFunc(ls[2:], func(l lexeme) bool { return l.is(kindName, "reversed") })
	if len(list) == 0 {
		return refuse(line, "name the list", "%s walks nothing", tag)
	}
	v.define(ls[0].text, v.element(list))
	return v.lexemes(list, line)
}

// element gives the shape of what a loop walks: known for a plain path to a list.
func (v *validator) element(list []lexeme) *shape {
	if list[0].kind != kindName {
		return nil
	}
	s := v.names.fields[list[0].text]
	for _, l := range list[1:] {
		switch {
		case l.kind == kindProp && s != nil:
			s, _ = s.at(l.text)
		case l.kind == kindKey: // limit: and offset: keep the elements
			return elementOf(s)
		default:
			return nil
		}
	}
	return elementOf(s)
}

func elementOf(s *shape) *shape {
	if s == nil {
		return nil
	}
	return s.elem
}

// define notes a name the template makes itself; made twice with different
// shapes, nothing is known about it.
func (v *validator) define(name string, s *shape) {
	if old, ok := v.defined[name]; ok && old != s {
		s = nil
	}
	v.defined[name] = s
}

func (v *validator) render(args string, line int) error {
	p, err := parsePartial(args)
	if err != nil {
		return refuse(line, "write {% render 'name' %} or {% render 'name', key: value %}", "%s", err)
	}
	if !v.snippet(p.name) {
		return refuse(line, "use a shipped snippet: cart_items, button or signature", "there is no snippet %q", p.name)
	}
	for _, a := range p.params {
		if err := v.lexemes(a.lexemes, line); err != nil {
			return err
		}
	}
	return nil
}

package message

import (
	"slices"
	"strings"
)

// shape describes a value that templates can name: an object with fields, a
// list of elements, or (neither set) a plain value.
type shape struct {
	fields map[string]*shape
	elem   *shape
}

func fields(names string, more map[string]*shape) *shape {
	s := &shape{fields: map[string]*shape{}}
	for _, n := range strings.Fields(names) {
		s.fields[n] = &shape{}
	}
	for n, f := range more {
		s.fields[n] = f
	}
	return s
}

// names is everything a template can use, so that a misspelt name is found
// when the template is saved, even in a branch that no sample takes.
func names() *shape {
	plain := &shape{elem: &shape{}}
	item := fields("title variant sku quantity price price_amount line_total line_total_amount was was_amount image_url url stock", nil)
	loop := fields("first last index index0 rindex rindex0 length", nil)
	return &shape{fields: map[string]*shape{
		"shopper": fields("first_name last_name email phone country locale device orders spent spent_amount visits",
			map[string]*shape{"tags": plain}),
		"cart": fields("total total_amount currency stage has_coupon abandon_reason restore_url last_activity item_count",
			map[string]*shape{"categories": plain, "items": {elem: item}}),
		"shop":    fields("name domain currency support_email address", nil),
		"offer":   fields("code value expires", nil),
		"message": fields("unsubscribe_url why_url confirm_url", nil),
		"forloop": loop,
		"blank":   {},
	}}
}

// at follows one property; ok is false when there is none of that name. A nil
// shape is a value nothing is known about.
func (s *shape) at(prop string) (next *shape, ok bool) {
	switch {
	case s == nil:
		return nil, true
	case s.fields != nil:
		next, ok = s.fields[prop]
		return next, ok
	case s.elem != nil && (prop == "first" || prop == "last"):
		return s.elem, true
	}
	return &shape{}, prop == "size"
}

// known lists an object's fields for an error's remedy.
func (s *shape) known() string {
	var all []string
	for n := range s.fields {
		all = append(all, n)
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// use is one variable named in a template: cart.items.first is root cart with
// two properties.
type use struct {
	root  string
	props []string
	line  int
}

// uses collects the variables of an expression. What follows an index
// (cart.items[0].title) is left to the strict rendering.
func uses(ls []lexeme, line int) []use {
	var out []use
	for i, l := range ls {
		if l.kind != kindName || i > 0 && ls[i-1].kind == kindOp && ls[i-1].text == "|" {
			continue
		}
		u := use{root: l.text, line: line}
		for _, p := range ls[i+1:] {
			if p.kind != kindProp {
				break
			}
			u.props = append(u.props, p.text)
		}
		out = append(out, u)
	}
	return out
}

// check reports a variable that cannot exist, given the names the template
// itself defines. In an open scope (snippets) other names may come from outside.
func (u use) check(all *shape, defined map[string]*shape, open bool) error {
	s, own := defined[u.root]
	if !own {
		var ok bool
		if s, ok = all.fields[u.root]; !ok {
			if open {
				return nil
			}
			return refuse(u.line, "use one of "+all.known()+", or assign it first", "there is no variable %q", u.root)
		}
	}
	path := u.root
	for _, p := range u.props {
		next, ok := s.at(p)
		if !ok {
			remedy := "a plain value has only size"
			if len(s.fields) > 0 {
				remedy = path + " has " + s.known()
			} else if s.elem != nil {
				remedy = "a list has first, last and size; use {% for %} for the rest"
			}
			return refuse(u.line, remedy, "there is no variable %q", path+"."+p)
		}
		s, path = next, path+"."+p
	}
	return nil
}

package message

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// Word is one thing that templates can use, for completion and for reading.
type Word struct {
	// Name is what one types: "cart.total", "upcase", "for".
	Name string `json:"name"`
	// About says what it is.
	About string `json:"about"`
	// Example shows it; a variable's is what it prints for the ordinary sample.
	Example string `json:"example,omitempty"`
	// Kind is "text", "list" or "object" for variables.
	Kind string `json:"kind,omitempty"`
}

// Words is everything that templates can use.
type Words struct {
	Variables []Word `json:"variables"`
	Filters   []Word `json:"filters"`
	Tags      []Word `json:"tags"`
	Snippets  []Word `json:"snippets"`
}

// Vocabulary tells what templates can use. Variables and filters are walked in
// the tables that templates are checked by, so that they cannot drift apart.
func Vocabulary() Words {
	e := newEngine(false)
	var w Words
	for _, v := range variables("", names()) {
		v.About = aboutVariable[v.Name]
		if v.Kind == "text" {
			v.Example = shown(e, v.Name)
		}
		w.Variables = append(w.Variables, v)
	}
	for _, name := range slices.Sorted(maps.Keys(e.filters)) {
		f := aboutFilter[name]
		w.Filters = append(w.Filters, Word{Name: name, About: f.About, Example: f.Example})
	}
	w.Tags, w.Snippets = slices.Clone(aboutTag), slices.Clone(aboutSnippet)
	return w
}

// variables walks a shape: "item" stands for an element of cart.items.
func variables(path string, s *shape) []Word {
	switch {
	case len(s.fields) > 0:
		var out []Word
		if path != "" {
			out = append(out, Word{Name: path, Kind: "object"})
		}
		for _, name := range slices.Sorted(maps.Keys(s.fields)) {
			out = append(out, variables(strings.TrimPrefix(path+"."+name, "."), s.fields[name])...)
		}
		return out
	case s.elem != nil:
		out := []Word{{Name: path, Kind: "list"}}
		if len(s.elem.fields) > 0 {
			out = append(out, variables("item", s.elem)...)
		}
		return out
	}
	return []Word{{Name: path, Kind: "text"}}
}

// shown prints a variable for the ordinary sample. What stands only inside a
// loop is printed there.
func shown(e *engine, name string) string {
	src := "{{ " + name + " }}"
	if strings.HasPrefix(name, "item.") || strings.HasPrefix(name, "forloop.") {
		src = "{% for item in cart.items limit: 1 %}" + src + "{% endfor %}"
	}
	in := Sample("en")
	prog, err := e.compile(src, "")
	if err != nil {
		return ""
	}
	out, err := e.execute(context.Background(), prog, bindings(Template{Key: ConfirmKey}, in), moneyFormat{in.Shop.Currency, "en"})
	if err != nil {
		return ""
	}
	return out
}

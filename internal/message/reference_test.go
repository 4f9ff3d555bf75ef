package message

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// spelled gives every path of a shape, an entry of cart.items as "item".
func spelled(path string, s *shape, out map[string]bool) {
	for n, f := range s.fields {
		spelled(strings.TrimPrefix(path+"."+n, "."), f, out)
	}
	if s.elem != nil && s.elem.fields != nil {
		spelled("item", s.elem, out)
	}
	if path != "item" && path != "" && s.fields == nil {
		out[path] = true
	}
}

func documented(kind string) map[string]bool {
	out := map[string]bool{}
	for _, n := range Names() {
		if n.Kind == kind {
			out[n.Name] = true
		}
	}
	return out
}

// Everything that templates can write is documented, and nothing else.
func TestNamesAreComplete(t *testing.T) {
	t.Parallel()
	variables := map[string]bool{}
	spelled("", names(), variables)
	filters := newEngine(false).filters
	tags := map[string]bool{}
	for _, n := range tagNames() {
		if _, ok := allowed(n.Name, true); !ok {
			t.Errorf("the tag %s is documented and not allowed", n.Name)
		}
		tags[n.Name] = true
	}
	for _, tag := range []string{"assign", "render", "else", "break", "continue", "elsif", "when", "if", "unless", "case", "for", "tablerow", "comment", "raw"} {
		if _, ok := allowed(tag, true); ok && !tags[tag] {
			t.Errorf("the tag %s is not documented", tag)
		}
	}
	snippets := map[string]bool{}
	for name := range shippedRenderer().html.snippets {
		snippets[name] = true
	}
	for kind, want := range map[string]map[string]bool{"variable": variables, "filter": filters, "snippet": snippets} {
		if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(documented(kind)))); diff != "" {
			t.Errorf("%ss (-exist +documented):\n%s", kind, diff)
		}
	}
	if diff := cmp.Diff(filters, filterNames()); diff != "" {
		t.Errorf("filters (-exist +known to blocks):\n%s", diff)
	}
}

// Every example is about its name, and works.
func TestExamplesWork(t *testing.T) {
	t.Parallel()
	r := shippedRenderer()
	for _, n := range Names() {
		if n.About == "" || !strings.Contains(n.Example, strings.TrimPrefix(n.Name, "message.")) && n.Kind != "tag" {
			t.Errorf("%s: %q %q", n.Name, n.About, n.Example)
		}
		body := n.Example
		if strings.Contains(body, "item.") && !strings.Contains(body, "for item in") && !strings.Contains(body, "tablerow") || strings.Contains(body, "forloop.") {
			body = "{% for item in cart.items %}" + body + "{% endfor %}"
		}
		tpl := Template{Key: "x", Channel: event.Email, Locale: "en", Subject: "x", Body: "<p>x</p>" + body}
		if strings.Contains(body, "confirm_url") {
			tpl.Key = ConfirmKey
		}
		if err := r.Check(tpl); err != nil {
			t.Errorf("%s: %s: %v", n.Name, n.Example, err)
		}
	}
}

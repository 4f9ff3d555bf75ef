package message

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func wordNames(words []Word) (out []string) {
	for _, w := range words {
		out = append(out, w.Name)
	}
	slices.Sort(out)
	return out
}

// Whoever adds a variable, filter or tag must say what it is.
func TestVocabularyIsTheRenderers(t *testing.T) {
	t.Parallel()
	v := Vocabulary()
	if diff := cmp.Diff(slices.Sorted(maps.Keys(aboutVariable)), wordNames(v.Variables)); diff != "" {
		t.Errorf("variables described and there are (-described +there): %s", diff)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(aboutFilter)), wordNames(v.Filters)); diff != "" {
		t.Errorf("filters described and there are (-described +there): %s", diff)
	}
	for _, w := range slices.Concat(v.Variables, v.Filters, v.Tags, v.Snippets) {
		if w.About == "" {
			t.Errorf("%s is not described", w.Name)
		}
	}
	for _, w := range v.Tags {
		if _, ok := allowed(w.Name, true); !ok {
			t.Errorf("the tag %s is not allowed", w.Name)
		}
	}
}

func TestVocabularyExamplesRender(t *testing.T) {
	t.Parallel()
	v := Vocabulary()
	examples := map[string]string{}
	for _, w := range v.Variables {
		examples[w.Name] = w.Example
	}
	for name, want := range map[string]string{"cart.total": "€84.00", "item.title": "Linen shirt", "shopper.first_name": "Ana", "forloop.index": "1"} {
		if examples[name] != want {
			t.Errorf("%s: %q, want %q", name, examples[name], want)
		}
	}
	r := NewRenderer(os.DirFS("../../templates"))
	for _, w := range slices.Concat(v.Filters, v.Tags, v.Snippets) {
		out, err := r.Render(context.Background(), Template{Key: "k", Channel: "email", Locale: "en", Subject: "s", Body: "x" + w.Example}, Sample("en"))
		if err != nil {
			t.Errorf("%s: %v", w.Example, err)
		}
		if strings.Contains(w.Example, "{{") && strings.Contains(out.Text, "| ") {
			t.Errorf("%s prints itself", w.Example)
		}
	}
}

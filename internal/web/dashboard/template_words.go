package dashboard

import (
	"encoding/json"
	"fmt"

	"github.com/cartograph-dev/cartograph/internal/message"
)

// blockWords is one block of an email in words, for those who read it.
type blockWords struct {
	Name string
	// Said are its fields that are filled in, in the order of the editor's form.
	Said []pickable
}

// ReadBlocks are the blocks of the email in words.
func (v templateView) ReadBlocks() []blockWords {
	kinds := map[string]message.BlockKind{}
	for _, k := range message.BlockKinds() {
		kinds[k.Kind] = k
	}
	var out []blockWords
	for _, b := range v.Text.Blocks {
		w := blockWords{Name: first(kinds[b.Kind].Name, b.Kind)}
		values := valuesOf(b)
		for _, f := range kinds[b.Kind].Fields {
			if said := values[f.Name]; said != "" {
				w.Said = append(w.Said, pickable{f.Label, choiceLabel(f, said)})
			}
		}
		out = append(out, w)
	}
	return out
}

// valuesOf gives a block's fields by the names that files and forms have for them.
func valuesOf(b message.Block) map[string]string {
	var fields map[string]any
	raw, err := json.Marshal(b)
	if err != nil || json.Unmarshal(raw, &fields) != nil {
		return nil // plain structs always marshal
	}
	out := map[string]string{}
	for name, value := range fields {
		out[name] = fmt.Sprint(value)
	}
	return out
}

// choiceLabel is what the form calls a choice; other values stay as they are.
func choiceLabel(f message.BlockField, value string) string {
	for _, c := range f.Choices {
		if c.Value == value {
			return c.Label
		}
	}
	return value
}

// Chosen is what the form calls the value of a field of the style.
func (v templateView) Chosen(f styleField) string { return choiceLabel(f.BlockField, f.Value) }

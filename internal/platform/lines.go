package platform

import "github.com/cartograph-dev/cartograph/internal/event"

// LinesBy puts the lines of a cart together that are asked for by one id: the ids
// in the order of the lines, each once, and the lines of each. Lines without an
// id are left out: nothing can be asked of them.
func LinesBy(items []event.Item, id func(event.Item) string) (ids []string, lines map[string][]event.Item) {
	lines = map[string][]event.Item{}
	for _, it := range items {
		of := id(it)
		if of == "" {
			continue
		}
		if lines[of] == nil {
			ids = append(ids, of)
		}
		lines[of] = append(lines[of], it)
	}
	return ids, lines
}

// VariantOf is the id by which most platforms are asked for a line.
func VariantOf(it event.Item) string { return it.VariantID }

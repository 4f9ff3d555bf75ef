// Package playbook is the file format in which personas, sequences and
// templates are applied and exported: strict YAML, read with every fault found
// at once at its line and column, and written so that reading gives the same.
package playbook

import (
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// Book is what one file holds. Any part may be missing; a list of personas is
// always the shop's whole list, since their order decides.
type Book struct {
	// Personas are in the order in which their rules are tried.
	Personas []persona.Persona `json:"personas,omitempty"`
	// Sequences and Templates carry no versions: whoever stores them counts.
	Sequences []sequence.Sequence `json:"sequences,omitempty"`
	Templates []message.Template  `json:"templates,omitempty"`

	// source knows where in the file things stand; nil for a book made otherwise.
	source *source
}

// source is a parsed file's map from paths ("personas[2].rule") to places.
type source struct {
	file   string
	places map[string]place
}

// place is a position in a file; both count from 1, columns in characters.
type place struct{ line, column int }

// at gives the place of a path, or of the nearest thing around it that stands
// in the file.
func (s *source) at(path string) (place, bool) {
	for s != nil {
		if p, ok := s.places[path]; ok {
			return p, true
		}
		if path == "" {
			break
		}
		path = parent(path)
	}
	return place{}, false
}

// parent cuts the last ".name" or "[i]" off a path.
func parent(path string) string {
	for i := len(path) - 1; i > 0; i-- {
		if path[i] == '.' || path[i] == '[' {
			return path[:i]
		}
	}
	return ""
}

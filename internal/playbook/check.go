package playbook

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// Check looks at references: every sequence's persona, and every step's
// template for at least one of the step's channels, must be in this book or in
// the existing one. Each of the book's templates is given to check, the
// renderer's own; its errors' Field names a template field. Problems carry the
// places of the file the book was read from.
func (b Book) Check(existing Book, check func(message.Template) error) Errors {
	var found Errors
	for i, s := range b.Sequences {
		found = append(found, b.checkReferences(s, existing, fmt.Sprintf("sequences[%d]", i))...)
	}
	for i, t := range b.Templates {
		at := fmt.Sprintf("templates[%d]", i)
		for _, p := range b.source.problems(check(t), at) {
			if p.Path == at {
				p = b.source.problem(at+".body", p.Message, p.Remedy)
			}
			found = append(found, p)
		}
	}
	return found.sorted()
}

func (b Book) checkReferences(s sequence.Sequence, existing Book, at string) Errors {
	var found Errors
	if s.Persona != "" && !hasPersona(b, s.Persona) && !hasPersona(existing, s.Persona) {
		found = append(found, b.source.problem(at+".persona", fmt.Sprintf("there is no persona %q", s.Persona),
			"the personas are "+list(personaKeys(b, existing))))
	}
	for i, step := range s.Steps {
		path := fmt.Sprintf("%s.steps[%d].template", at, i)
		channels := append(channelsOf(b, step.Template), channelsOf(existing, step.Template)...)
		if len(channels) == 0 {
			found = append(found, b.source.problem(path, fmt.Sprintf("there is no template %q", step.Template),
				"the templates are "+list(templateKeys(b, existing))))
		} else if !slices.ContainsFunc(step.Channels, func(c event.Channel) bool { return slices.Contains(channels, string(c)) }) {
			found = append(found, b.source.problem(path,
				fmt.Sprintf("the template %q has no entry for any of the step's channels", step.Template),
				"it has entries for "+list(channels)))
		}
	}
	return found
}

func hasPersona(b Book, key string) bool {
	return slices.ContainsFunc(b.Personas, func(p persona.Persona) bool { return p.Key == key })
}

func personaKeys(books ...Book) (keys []string) {
	for _, b := range books {
		for _, p := range b.Personas {
			keys = append(keys, p.Key)
		}
	}
	return keys
}

func templateKeys(books ...Book) (keys []string) {
	for _, b := range books {
		for _, t := range b.Templates {
			keys = append(keys, t.Key)
		}
	}
	return keys
}

// channelsOf gives the channels for which a template has an entry.
func channelsOf(b Book, key string) (channels []string) {
	for _, t := range b.Templates {
		if t.Key == key {
			channels = append(channels, string(t.Channel))
		}
	}
	return channels
}

// list writes names once each, sorted, cut where it gets long.
func list(names []string) string {
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) == 0 {
		return "none so far"
	}
	if len(names) > 20 {
		names = append(names[:20:20], "…")
	}
	return strings.Join(names, ", ")
}

package app

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/playbook"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/templates"
)

// library publishes and exports shops' personas, sequences and templates.
type library struct {
	store    *store.Store
	renderer *message.Renderer
}

// shipped is the book Cartograph comes with.
func shipped() (playbook.Book, error) {
	b, err := playbook.Parse(config.Playbook, "playbook.yaml")
	if err != nil {
		return b, err
	}
	b.Templates, err = templates.Load()
	return b, err
}

// requests are the shipped requests to confirm an address (double opt-in).
func requests() ([]message.Template, error) {
	all, err := templates.Load()
	return slices.DeleteFunc(all, func(t message.Template) bool { return t.Key != message.ConfirmKey }), err
}

// current is the book a shop has.
func (l *library) current(ctx context.Context, shopID string) (b playbook.Book, err error) {
	if b.Personas, err = l.store.Personas(ctx, shopID); err != nil {
		return b, err
	}
	if b.Sequences, err = l.store.Sequences(ctx, shopID); err != nil {
		return b, err
	}
	b.Templates, err = l.store.Templates(ctx, shopID)
	return b, err
}

// Export writes a shop's book in the file format.
func (l *library) Export(ctx context.Context, shopID string) ([]byte, error) {
	b, err := l.current(ctx, shopID)
	if err != nil {
		return nil, err
	}
	return playbook.Export(b)
}

// Apply publishes a file, wholly or not at all, and gives what it changed. A
// list of personas or of sequences in the file is the whole list: what it
// leaves out is retired (running enrollments go on). With keep, sequences that
// the file does not name stay live. Templates are added or replaced one by one.
func (l *library) Apply(ctx context.Context, shopID, name string, file []byte, keep bool) ([]string, error) {
	b, err := playbook.Parse(file, name)
	if err != nil {
		return nil, err
	}
	return l.publish(ctx, shopID, b, keep)
}

func (l *library) publish(ctx context.Context, shopID string, b playbook.Book, keep bool) (changed []string, err error) {
	now, err := l.current(ctx, shopID)
	if err != nil {
		return nil, err
	}
	if len(b.Personas) > 0 {
		// Only the new list counts for references.
		now.Personas = nil
	}
	if found := b.Check(now, l.renderer.Check); len(found) > 0 {
		return nil, found
	}
	err = l.store.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if _, err := tx.Shop(ctx, shopID); err != nil {
			return err
		}
		changed, err = l.publishIn(ctx, tx, shopID, b, keep)
		return err
	})
	return changed, err
}

// publishIn publishes a book that was checked, and says so in the audit log.
func (l *library) publishIn(ctx context.Context, tx *store.Tx, shopID string, b playbook.Book, keep bool) (changed []string, err error) {
	counts := map[string]int{}
	for _, part := range []struct {
		name    string
		publish func(context.Context, *store.Tx, string, playbook.Book, bool) ([]string, error)
	}{{"personas", publishPersonas}, {"sequences", publishSequences}, {"templates", publishTemplates}} {
		some, err := part.publish(ctx, tx, shopID, b, keep)
		if err != nil {
			return nil, err
		}
		if counts[part.name] = len(some); part.name == "personas" && len(some) > 0 {
			counts[part.name] = len(b.Personas) // the list is one change, and as many personas
		}
		changed = append(changed, some...)
	}
	if len(changed) == 0 {
		return nil, nil
	}
	return changed, record(ctx, tx, shopID, access.BookPublished, "", bookDetail(changed, counts))
}

func publishPersonas(ctx context.Context, tx *store.Tx, shopID string, b playbook.Book, _ bool) ([]string, error) {
	if len(b.Personas) == 0 {
		return nil, nil
	}
	old, err := tx.Personas(ctx, shopID)
	if err != nil || slices.EqualFunc(old, b.Personas, samePersona) {
		return nil, err
	}
	changed := []string{"personas: " + strings.Join(names(b.Personas, func(p persona.Persona) string { return p.Key }), ", ")}
	return changed, tx.SavePersonas(ctx, shopID, b.Personas)
}

func publishSequences(ctx context.Context, tx *store.Tx, shopID string, b playbook.Book, keep bool) (changed []string, err error) {
	if len(b.Sequences) == 0 {
		return nil, nil
	}
	live, err := tx.LiveSequences(ctx, shopID)
	if err != nil {
		return nil, err
	}
	for _, s := range b.Sequences {
		i := slices.IndexFunc(live, func(o sequence.Sequence) bool { return o.Key == s.Key })
		if i >= 0 && sameSequence(live[i], s) {
			continue
		}
		if _, err := tx.PublishSequence(ctx, shopID, s); err != nil {
			return nil, err
		}
		changed = append(changed, "sequence: "+s.Key)
	}
	for _, o := range live {
		if keep || slices.ContainsFunc(b.Sequences, func(s sequence.Sequence) bool { return s.Key == o.Key }) {
			continue
		}
		if err := tx.RetireSequence(ctx, shopID, o.Key); err != nil {
			return nil, err
		}
		changed = append(changed, "retired sequence: "+o.Key)
	}
	return changed, nil
}

func publishTemplates(ctx context.Context, tx *store.Tx, shopID string, b playbook.Book, _ bool) (changed []string, err error) {
	for _, t := range b.Templates {
		live, err := tx.TemplatesOf(ctx, shopID, t.Key)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(live, func(o message.Template) bool { return sameTemplate(o, t) }) {
			continue
		}
		if _, err := tx.PublishTemplate(ctx, shopID, t); err != nil {
			return nil, err
		}
		changed = append(changed, "template: "+t.Key+" "+string(t.Channel)+" "+t.Locale)
	}
	return changed, nil
}

func samePersona(a, b persona.Persona) bool {
	return a.Key == b.Key && a.Name == b.Name && a.Portrait == b.Portrait && a.Rule == b.Rule &&
		slices.Equal(a.Goals, b.Goals) && slices.Equal(a.Pains, b.Pains) && slices.Equal(a.Objections, b.Objections) && slices.Equal(a.Likes, b.Likes)
}

func sameSequence(a, b sequence.Sequence) bool {
	return a.Stage == b.Stage && a.Trigger == b.Trigger && a.Persona == b.Persona && slices.EqualFunc(a.Steps, b.Steps, func(x, y sequence.Step) bool {
		return x.After == y.After && slices.Equal(x.Channels, y.Channels) && x.Template == y.Template && x.When == y.When && x.MaxLate == y.MaxLate && x.Paused == y.Paused &&
			sequence.SameOffer(x.Offer, y.Offer)
	})
}

// sameTemplate compares all but the version.
func sameTemplate(a, b message.Template) bool {
	same := slices.Equal(a.Blocks, b.Blocks)
	a.Version, a.Blocks, b.Version, b.Blocks = 0, nil, 0, nil
	return same && reflect.DeepEqual(a, b)
}

func names[T any](list []T, name func(T) string) []string {
	var out []string
	for _, v := range list {
		out = append(out, name(v))
	}
	return out
}

// problemsOf gives a file's problems line by line, or nil for another error.
func problemsOf(err error) []string {
	found, ok := err.(playbook.Errors)
	if !ok {
		return nil
	}
	var out []string
	for _, p := range found {
		out = append(out, p.String())
	}
	return out
}

// applied publishes a file that came by the API; its problems become one fault.
func (l *library) applied(ctx context.Context, shopID string, file []byte) ([]string, error) {
	changed, err := l.Apply(ctx, shopID, "body", file, false)
	if lines := problemsOf(err); lines != nil {
		return nil, fault.New(fault.Unprocessable, "%s", strings.Join(lines, "\n")).In("body").
			Try("mend the lines named and send the file again")
	}
	return changed, err
}

// references checks what a sequence names as `apply` does; the faults' fields
// name places within the sequence.
func references(s sequence.Sequence, personas []persona.Persona, templates []message.Template) error {
	found := playbook.Book{Sequences: []sequence.Sequence{s}}.Check(playbook.Book{Personas: personas, Templates: templates},
		func(message.Template) error { return nil })
	var errs []error
	for _, p := range found {
		errs = append(errs, fault.New(fault.Unprocessable, "%s", p.Message).In(strings.TrimPrefix(p.Path, "sequences[0].")).Try(p.Remedy))
	}
	return errors.Join(errs...)
}

package recovery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// AnyRevision stands for a change that does not ask what was changed meanwhile.
const AnyRevision = -1

// editPersonas changes the shop's list of personas in one transaction. revision
// is the list that the editor saw: if it is not the newest, nothing is changed.
func (e *Engine) editPersonas(ctx context.Context, shopID string, revision int,
	edit func(ctx context.Context, tx Tx, list []persona.Persona) (changed []persona.Persona, did access.Action, object string, detail map[string]string, err error)) error {
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := tx.Shop(ctx, shopID); err != nil {
			return err
		}
		newest, err := tx.PersonasRevision(ctx, shopID)
		if err != nil {
			return err
		}
		if revision != AnyRevision && revision != newest {
			return fault.New(fault.Conflict, "somebody changed the personas since you opened this page").
				Try("open the page again, look at what they changed, and make your change there")
		}
		list, err := tx.Personas(ctx, shopID)
		if err != nil {
			return err
		}
		changed, did, object, detail, err := edit(ctx, tx, slices.Clone(list))
		if err != nil {
			return err
		}
		if err := e.Rules.Validate(changed); err != nil {
			return ofPersona(err, slices.IndexFunc(changed, func(p persona.Persona) bool { return p.Key == object }))
		}
		if err := tx.SavePersonas(ctx, shopID, changed); err != nil {
			return err
		}
		return e.noted(ctx, tx, shopID, did, object, detail)
	})
}

// ofPersona takes the place in the list off the faults of the persona that is
// edited, so that they name its own fields.
func ofPersona(err error, at int) error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return err
	}
	prefix := fmt.Sprintf("personas[%d].", at)
	var out []error
	for _, one := range joined.Unwrap() {
		var f *fault.Error
		if errors.As(one, &f) && strings.HasPrefix(f.Field, prefix) {
			located := *f
			one = located.In(strings.TrimPrefix(f.Field, prefix))
		}
		out = append(out, one)
	}
	return errors.Join(out...)
}

func placeOfPersona(list []persona.Persona, key string) (int, error) {
	i := slices.IndexFunc(list, func(p persona.Persona) bool { return p.Key == key })
	if i < 0 {
		return 0, fault.New(fault.NotFound, "there is no persona %q", key)
	}
	return i, nil
}

// SavePersona stores a persona. key is the one that it replaces, "" for a new
// one, which comes right above the catch-all. A persona keeps its key: sequences
// and carts name it.
func (e *Engine) SavePersona(ctx context.Context, shopID string, revision int, key string, p persona.Persona) error {
	return e.editPersonas(ctx, shopID, revision, func(_ context.Context, _ Tx, list []persona.Persona) ([]persona.Persona, access.Action, string, map[string]string, error) {
		if key == "" {
			detail := map[string]string{"new": "yes", "rule": p.Rule}
			return slices.Insert(list, max(len(list)-1, 0), p), access.PersonaSaved, p.Key, detail, nil
		}
		i, err := placeOfPersona(list, key)
		if err != nil {
			return nil, "", "", nil, err
		}
		if p.Key != key {
			return nil, "", "", nil, fault.New(fault.Unprocessable, "a persona keeps its key").In("key").Try("duplicate it under the new key, and delete this one")
		}
		detail := whatChanged(list[i], p)
		list[i] = p
		return list, access.PersonaSaved, key, detail, nil
	})
}

// whatChanged says by field what a persona was and is.
func whatChanged(a, b persona.Persona) map[string]string {
	out := map[string]string{}
	note := func(name, from, to string) {
		if from != to {
			out[name] = first(from, "–") + " → " + first(to, "–")
		}
	}
	note("rule", a.Rule, b.Rule)
	note("name", a.Name, b.Name)
	for name, differs := range map[string]bool{
		"portrait": a.Portrait != b.Portrait, "goals": !slices.Equal(a.Goals, b.Goals), "pains": !slices.Equal(a.Pains, b.Pains),
		"objections": !slices.Equal(a.Objections, b.Objections), "likes": !slices.Equal(a.Likes, b.Likes),
	} {
		if differs {
			out[name] = "changed"
		}
	}
	return out
}

// MovePersona puts a persona to a place in the order in which rules are asked,
// counted from 0. The catch-all stays last.
func (e *Engine) MovePersona(ctx context.Context, shopID string, revision int, key string, to int) error {
	return e.editPersonas(ctx, shopID, revision, func(_ context.Context, _ Tx, list []persona.Persona) ([]persona.Persona, access.Action, string, map[string]string, error) {
		i, err := placeOfPersona(list, key)
		if err != nil {
			return nil, "", "", nil, err
		}
		if i == len(list)-1 {
			return nil, "", "", nil, fault.New(fault.Unprocessable, "the last persona takes everybody the others leave, so it stays last").
				Try("move one of the others")
		}
		to = min(max(to, 0), len(list)-2)
		p := list[i]
		list = slices.Insert(slices.Delete(list, i, i+1), to, p)
		return list, access.PersonaMoved, key, map[string]string{"place": strconv.Itoa(i+1) + " → " + strconv.Itoa(to+1)}, nil
	})
}

// RestorePersonas puts an earlier list back, as a new change.
func (e *Engine) RestorePersonas(ctx context.Context, shopID string, revision, earlier int) error {
	return e.editPersonas(ctx, shopID, revision, func(ctx context.Context, tx Tx, _ []persona.Persona) ([]persona.Persona, access.Action, string, map[string]string, error) {
		list, err := tx.PersonaList(ctx, shopID, earlier)
		if err != nil {
			return nil, "", "", nil, err
		}
		live, err := tx.LiveSequences(ctx, shopID)
		if err != nil {
			return nil, "", "", nil, err
		}
		for _, s := range live {
			if s.Persona == "" {
				continue
			}
			if _, err := placeOfPersona(list, s.Persona); err != nil {
				return nil, "", "", nil, fault.New(fault.Conflict, "the earlier list has no persona %q, and the sequence %q is made for it", s.Persona, s.Key).
					Try("give the sequence to another persona first")
			}
		}
		return list, access.PersonasPutBack, shopID, map[string]string{"revision": strconv.Itoa(earlier)}, nil
	})
}

// What becomes of the sequences of a persona that is deleted.
const (
	// HeirNobody refuses to delete a persona that has sequences, HeirRetire takes
	// them out of use, HeirPrefix before a persona's key gives them to that one;
	// alone, to everyone else.
	HeirNobody = ""
	HeirRetire = "retire"
	HeirPrefix = "to:"
)

// DeletePersona takes a persona out of the list. Carts that are in its
// sequences go on with them.
func (e *Engine) DeletePersona(ctx context.Context, shopID string, revision int, key, heir string) error {
	return e.editPersonas(ctx, shopID, revision, func(ctx context.Context, tx Tx, list []persona.Persona) ([]persona.Persona, access.Action, string, map[string]string, error) {
		i, err := placeOfPersona(list, key)
		if err != nil {
			return nil, "", "", nil, err
		}
		if i == len(list)-1 {
			return nil, "", "", nil, fault.New(fault.Unprocessable, "the last persona takes everybody the others leave, so it stays").
				Try("change it instead of deleting it")
		}
		list = slices.Delete(list, i, i+1)
		became, err := e.bequeath(ctx, tx, shopID, key, heir, list)
		detail := map[string]string{"place": strconv.Itoa(i + 1)}
		if len(became) > 0 {
			detail["sequences"] = strings.Join(became, "; ")
		}
		return list, access.PersonaDeleted, key, detail, err
	})
}

// bequeath deals with the sequences of a persona that goes.
func (e *Engine) bequeath(ctx context.Context, tx Tx, shopID, key, heir string, left []persona.Persona) (became []string, err error) {
	live, err := tx.LiveSequences(ctx, shopID)
	if err != nil {
		return nil, err
	}
	mine := slices.DeleteFunc(slices.Clone(live), func(s sequence.Sequence) bool { return s.Persona != key })
	to, given := strings.CutPrefix(heir, HeirPrefix)
	switch {
	case len(mine) == 0:
		return nil, nil
	case heir == HeirNobody:
		return nil, fault.New(fault.Conflict, "the persona has %s of its own: %s", plural(len(mine), "sequence"), keysOf(mine)).
			Try("say what becomes of them: give them to another persona, or take them out of use")
	case !given && heir != HeirRetire:
		return nil, fault.New(fault.Invalid, "it is not clear what becomes of the sequences").In("heir")
	case given && to != "":
		if _, err := placeOfPersona(left, to); err != nil {
			return nil, err
		}
	}
	for _, s := range mine {
		if heir == HeirRetire {
			became = append(became, s.Key+" taken out of use")
			if err := tx.RetireSequence(ctx, shopID, s.Key); err != nil {
				return nil, err
			}
			continue
		}
		if err := alone(live, s.Key, s.Trigger, to); err != nil {
			return nil, err
		}
		s.Persona = to
		if _, err := tx.PublishSequence(ctx, shopID, s); err != nil {
			return nil, err
		}
		became = append(became, s.Key+" given to "+first(to, "everyone else"))
	}
	return became, nil
}

// alone wants at most one live sequence for a trigger and persona: of two, one would never run.
func alone(live []sequence.Sequence, key string, trigger sequence.Trigger, personaKey string) error {
	for _, s := range live {
		if s.Key != key && s.Trigger == trigger && s.Persona == personaKey {
			return fault.New(fault.Conflict, "the sequence %q already serves this persona for this trigger, so this one would never run", s.Key).
				In("persona").Try("change or retire one of the two")
		}
	}
	return nil
}

func keysOf(list []sequence.Sequence) string {
	var keys []string
	for _, s := range list {
		keys = append(keys, s.Key)
	}
	return strings.Join(keys, ", ")
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// PersonaLists gives the shop's earlier lists of personas, newest first.
func (e *Engine) PersonaLists(ctx context.Context, shopID string) ([]journey.PersonaList, error) {
	return e.Store.PersonaLists(ctx, shopID, 50)
}

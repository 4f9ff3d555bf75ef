package recovery

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// A retired text has publications and none that is live: no message is made of
// it, no step can be given it, and it can be brought back. What is live is the
// one truth, so that steps, files and pages need not know of it.

// retiring reads what retiring a text means; a transaction and the store can.
type retiring interface {
	// TemplateState gives what is live, drafted, and was published last; nothing of these is no error.
	TemplateState(ctx context.Context, shopID string, n journey.TemplateName) (journey.TemplateState, error)
	// Templates gives the live templates.
	Templates(ctx context.Context, shopID string) ([]message.Template, error)
	// SequencesInUse gives the live sequences, and earlier versions that carts wait in.
	SequencesInUse(ctx context.Context, shopID string) ([]sequence.Sequence, []sequence.Sequence, error)
}

// TemplateRetirement says what retiring a live text would mean.
func (e *Engine) TemplateRetirement(ctx context.Context, shopID string, n journey.TemplateName) (journey.Retirement, error) {
	state, err := e.Store.TemplateState(ctx, shopID, n)
	if err == nil && !state.Published() {
		err = nothingLive()
	}
	if err != nil {
		return journey.Retirement{}, err
	}
	r, err := retirement(ctx, e.Store, shopID, n)
	r.Version, r.Drafted = state.Live.Version, state.Drafted()
	return r, err
}

func nothingLive() error {
	return fault.New(fault.NotFound, "nothing of this text is live").Try("look in the list of templates: it may be retired already, or was never published")
}

// retirement tells who uses a text and what serves in its place.
func retirement(ctx context.Context, from retiring, shopID string, n journey.TemplateName) (journey.Retirement, error) {
	r := journey.Retirement{Name: n}
	all, err := from.Templates(ctx, shopID)
	if err != nil {
		return r, err
	}
	rest := slices.DeleteFunc(all, func(t message.Template) bool { return t.Key != n.Key || journey.NameOf(t) == n })
	if t, ok := message.Pick(rest, string(n.Channel), n.Locale); ok {
		name := journey.NameOf(t)
		r.Fallback = &name
	}
	live, earlier, err := from.SequencesInUse(ctx, shopID)
	if err != nil {
		return r, err
	}
	r.Uses = append(usesOf(n, live, false), usesOf(n, earlier, true)...)
	// What asks for a confirmation is sent by no step, and is needed all the same.
	r.Needed = r.Fallback == nil && (len(r.Uses) > 0 || n.Key == message.ConfirmKey)
	return r, nil
}

func usesOf(n journey.TemplateName, list []sequence.Sequence, earlier bool) (out []journey.TemplateUse) {
	for _, s := range list {
		for i, step := range s.Steps {
			if step.Template == n.Key && slices.Contains(step.Channels, n.Channel) {
				out = append(out, journey.TemplateUse{Sequence: s.Key, Version: s.Version, Step: i, Earlier: earlier})
			}
		}
	}
	return out
}

// RetireTemplate takes the live version that was seen out of use. Where steps
// would be left without a text on the channel, it is fault.Conflict and they are named.
func (e *Engine) RetireTemplate(ctx context.Context, shopID string, n journey.TemplateName, seen int) error {
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		// Retired first: that holds the shop's templates, so that what is read next is what is left.
		if err := tx.RetireTemplate(ctx, shopID, n, seen); err != nil {
			return err
		}
		state, err := tx.TemplateState(ctx, shopID, n)
		if err != nil {
			return err
		}
		if state.Drafted() {
			return fault.New(fault.Conflict, "somebody works on a draft of this text").Try("publish the draft or throw it away, then retire the text")
		}
		r, err := retirement(ctx, tx, shopID, n)
		if err != nil {
			return err
		}
		if r.Needed {
			return needed(r)
		}
		detail := map[string]string{"version": count(seen)}
		if r.Fallback != nil {
			detail["serves"] = r.Fallback.Locale
		}
		return e.recordTemplate(ctx, tx, shopID, access.TemplateRetired, n, detail)
	})
}

// needed names the steps that keep a text from being retired.
func needed(r journey.Retirement) error {
	if len(r.Uses) == 0 {
		return fault.New(fault.Conflict, "it is the only text on this channel that asks an address to confirm its yes").Try("publish another language of it first")
	}
	var steps []string
	for _, u := range r.Uses {
		steps = append(steps, fmt.Sprintf("%s (version %d), step %d", u.Sequence, u.Version, u.Step+1))
	}
	return fault.New(fault.Conflict, "it is the only text on this channel for %s", strings.Join(steps, "; ")).
		Try("give those steps another template, or take the channel out of them, and wait for carts that go through earlier versions")
}

// ReturnTemplate brings a retired text back as it was, if it passes the gate:
// what stands in the way comes as findings beside fault.Unprocessable.
func (e *Engine) ReturnTemplate(ctx context.Context, shopID string, n journey.TemplateName) (version int, found []journey.TemplateFinding, err error) {
	state, err := e.Store.TemplateState(ctx, shopID, n)
	switch {
	case err != nil:
		return 0, nil, err
	case !state.Retired():
		return 0, nil, fault.New(fault.NotFound, "this text is not retired").Try("look in the list of templates")
	}
	if found, err = e.CheckTemplate(ctx, shopID, state.Last); err != nil {
		return 0, found, err
	}
	if len(found) > 0 && found[0].Stops {
		return 0, found, fault.New(fault.Unprocessable, "the text cannot be sent as it is: %s", found[0].Message).
			In(found[0].Field).Try("open it, mend what is listed, and publish that")
	}
	err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.ReturnTemplate(ctx, shopID, n, state.Last.Version); err != nil {
			return err
		}
		return e.recordTemplate(ctx, tx, shopID, access.TemplateReturned, n, map[string]string{"version": count(state.Last.Version)})
	})
	return state.Last.Version, found, err
}

package recovery

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// maxSteps bounds a draft.
const maxSteps = 30

// NewDraft begins a new sequence, blank or as a copy of a live one's steps.
func (e *Engine) NewDraft(ctx context.Context, shopID string, s sequence.Sequence, copyOf string) error {
	if err := persona.CheckOwnKey(s.Key); err != nil {
		return err.In("key")
	}
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := tx.Shop(ctx, shopID); err != nil {
			return err
		}
		live, err := tx.LiveSequences(ctx, shopID)
		if err != nil {
			return err
		}
		if _, err := tx.Draft(ctx, shopID, s.Key); err == nil || ofKey(live, s.Key) != nil {
			return fault.New(fault.Conflict, "there is a sequence %q already", s.Key).In("key").Try("choose another key")
		} else if !fault.Is(err, fault.NotFound) {
			return err
		}
		if copyOf != "" {
			from := ofKey(live, copyOf)
			if from == nil {
				return fault.New(fault.NotFound, "there is no sequence %q", copyOf).In("copy")
			}
			s.Steps = from.Steps
		}
		return tx.SaveSequenceDraft(ctx, shopID, journey.SequenceDraft{Sequence: s, Revision: 1})
	})
}

func ofKey(list []sequence.Sequence, key string) *sequence.Sequence {
	if i := slices.IndexFunc(list, func(s sequence.Sequence) bool { return s.Key == key }); i >= 0 {
		return &list[i]
	}
	return nil
}

// SaveSequenceDraft keeps a change of a sequence that is not published yet. It may be
// wrong; publishing finds that. revision is the draft that the editor saw, 0
// for none: if it is not the newest, nothing is changed.
func (e *Engine) SaveSequenceDraft(ctx context.Context, shopID string, revision int, s sequence.Sequence) (journey.SequenceDraft, error) {
	var d journey.SequenceDraft
	if len(s.Steps) > maxSteps {
		return d, fault.New(fault.Unprocessable, "the sequence has more than %d steps", maxSteps).In("steps").Try("take some out: nobody wants so many messages")
	}
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if d, err = e.draftFor(ctx, tx, shopID, s.Key, revision); err != nil {
			return err
		}
		d.Sequence, d.Revision = s, d.Revision+1
		return tx.SaveSequenceDraft(ctx, shopID, d)
	})
	return d, err
}

// draftFor gives the draft that an editor saw, or a new one on the live version.
func (e *Engine) draftFor(ctx context.Context, tx Tx, shopID, key string, revision int) (journey.SequenceDraft, error) {
	d, err := tx.Draft(ctx, shopID, key)
	switch {
	case err == nil && revision != AnyRevision && d.Revision != revision:
		return d, fault.New(fault.Conflict, "%s changed this draft since you opened it", first(d.By, "somebody")).
			Try("open the draft again, look at what they changed, and make your change there")
	case err == nil || !fault.Is(err, fault.NotFound):
		return d, err
	case revision > 0:
		return d, fault.New(fault.Conflict, "this draft was published or discarded since you opened it").Try("open the sequence again and begin a new draft")
	}
	live, err := tx.LiveSequences(ctx, shopID)
	if err != nil {
		return d, err
	}
	from := ofKey(live, key)
	if from == nil {
		return d, fault.New(fault.NotFound, "there is no sequence %q", key)
	}
	return journey.SequenceDraft{Sequence: *from, Base: from.Version}, nil
}

// DiscardDraft throws a draft away.
func (e *Engine) DiscardDraft(ctx context.Context, shopID, key string, revision int) error {
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		d, err := tx.Draft(ctx, shopID, key)
		if err != nil {
			return err
		}
		if revision != AnyRevision && d.Revision != revision {
			return fault.New(fault.Conflict, "%s changed this draft since you opened it", first(d.By, "somebody")).Try("open it again and look at what they changed")
		}
		if err := tx.DropSequenceDraft(ctx, shopID, key); err != nil {
			return err
		}
		return e.noted(ctx, tx, shopID, access.DraftDiscarded, key, nil)
	})
}

// RestoreVersion makes an earlier version the draft. What was in the draft is replaced.
func (e *Engine) RestoreVersion(ctx context.Context, shopID, key string, version, revision int) error {
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		old, err := tx.Sequence(ctx, shopID, key, version)
		if err != nil {
			return err
		}
		d, err := e.draftFor(ctx, tx, shopID, key, revision)
		if err != nil {
			return err
		}
		d.Sequence, d.Revision = old, d.Revision+1
		return tx.SaveSequenceDraft(ctx, shopID, d)
	})
}

// CheckDraft says everything that keeps a sequence from being published; nil for nothing.
func (e *Engine) CheckDraft(ctx context.Context, shopID string, s sequence.Sequence) error {
	personas, err := e.Store.Personas(ctx, shopID)
	if err != nil {
		return err
	}
	templates, err := e.Store.Templates(ctx, shopID)
	if err != nil {
		return err
	}
	live, err := e.Store.Sequences(ctx, shopID)
	if err != nil {
		return err
	}
	return errors.Join(sequence.Validate(s, e.Rules.Check), e.References(s, personas, templates), alone(live, s.Key, s.Trigger, s.Persona))
}

// PublishDraft makes a draft the next version. New carts enter it; those that
// wait go on with their own version or, with move, are moved where that is
// possible (see sequence.Carry). seen is the live version that the editor
// compared it with, 0 for none: if it is not the live one any more, nothing is changed.
func (e *Engine) PublishDraft(ctx context.Context, shopID, key string, revision, seen int, move bool) (version int, err error) {
	err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		d, err := e.draftFor(ctx, tx, shopID, key, revision)
		if err != nil {
			return err
		}
		live, err := tx.LiveSequences(ctx, shopID)
		if err != nil {
			return err
		}
		var now sequence.Sequence
		if s := ofKey(live, key); s != nil {
			now = *s
		}
		if seen != AnyRevision && now.Version != seen {
			return fault.New(fault.Conflict, "version %d was published meanwhile", now.Version).
				Try("look at the changes again: they are now compared with that version")
		}
		if err := e.publishable(ctx, tx, shopID, d.Sequence, live); err != nil {
			return err
		}
		changes := sequence.Diff(now, d.Sequence)
		if len(changes) == 0 && now.Version > 0 {
			return fault.New(fault.Conflict, "the draft changes nothing").Try("change something, or discard the draft")
		}
		if version, err = tx.PublishSequence(ctx, shopID, d.Sequence); err != nil {
			return err
		}
		return e.published(ctx, tx, shopID, key, version, changes, move && now.Version > 0)
	})
	if err == nil && move {
		e.keepOn(ctx, shopID, key, journey.ChoreMove)
	}
	return version, err
}

// publishable is CheckDraft inside a transaction.
func (e *Engine) publishable(ctx context.Context, tx Tx, shopID string, s sequence.Sequence, live []sequence.Sequence) error {
	personas, err := tx.Personas(ctx, shopID)
	if err != nil {
		return err
	}
	templates, err := tx.Templates(ctx, shopID)
	if err != nil {
		return err
	}
	return errors.Join(sequence.Validate(s, e.Rules.Check), e.References(s, personas, templates), alone(live, s.Key, s.Trigger, s.Persona))
}

// published ends the draft, notes who did it and begins to move those who wait.
func (e *Engine) published(ctx context.Context, tx Tx, shopID, key string, version int, changes []string, move bool) error {
	if err := tx.DropSequenceDraft(ctx, shopID, key); err != nil {
		return err
	}
	detail := map[string]string{"version": strconv.Itoa(version), "changes": joined(changes)}
	if move {
		detail["waiting carts"] = "moved where possible"
		if err := tx.SaveChore(ctx, journey.SequenceChore{ShopID: shopID, Key: key, Kind: journey.ChoreMove, Version: version, StartedAt: tx.Now()}); err != nil {
			return err
		}
	}
	return e.noted(ctx, tx, shopID, access.SequencePublish, key, detail)
}

// joined writes changes into one line of the audit log.
func joined(changes []string) string {
	out := ""
	for i, c := range changes {
		if len(out)+len(c) > 2_000 {
			return out + "; and " + strconv.Itoa(len(changes)-i) + " more"
		}
		if i > 0 {
			out += "; "
		}
		out += c
	}
	return out
}

// RetireSequence takes a sequence out of use. Carts that are in it go on.
func (e *Engine) RetireSequence(ctx context.Context, shopID, key string) error {
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		live, err := tx.LiveSequences(ctx, shopID)
		if err != nil {
			return err
		}
		if ofKey(live, key) == nil {
			return fault.New(fault.NotFound, "there is no sequence %q", key)
		}
		if err := tx.RetireSequence(ctx, shopID, key); err != nil {
			return err
		}
		return e.noted(ctx, tx, shopID, access.SequenceRetired, key, nil)
	})
}

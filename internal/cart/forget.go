package cart

import (
	"maps"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// Forgotten gives what is left of the facts when the cart's shopper is erased:
// how far it got, when, and for how much. Nothing in it names anybody, and no
// event or order finds the cart again.
func (f Facts) Forgotten() Facts {
	return Facts{
		Erased: true, Stage: f.Stage, FailedAt: f.FailedAt, DeletedAt: f.DeletedAt, StartedAt: f.StartedAt, LastActivity: f.LastActivity,
		Contents: Snapshot{At: max(f.Contents.At, 1), Contents: event.Contents{Total: f.total()}},
	}
}

// Without takes one person's names out of the facts of somebody else's cart.
func (f Facts) Without(names []event.Key) Facts {
	f.Keys = slices.DeleteFunc(slices.Clone(f.Keys), func(k event.Key) bool { return slices.Contains(names, k) })
	if f.Seen != nil {
		f.Seen = maps.Clone(f.Seen)
		for _, k := range names {
			delete(f.Seen, nameOf(k))
		}
	}
	for kind, said := range map[event.KeyKind]*shopper.Said{
		event.KeyEmail: &f.Email, event.KeyPhone: &f.Phone, event.KeyMessenger: &f.Messenger,
	} {
		if slices.Contains(names, event.Key{Kind: kind, Value: said.Value}) {
			*said = shopper.Said{}
		}
	}
	return f
}

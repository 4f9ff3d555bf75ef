package cart

import (
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Settle gives the state a cart has by its facts at an instant, without the
// idle timer: what happened decides, not when we learnt it. Ordered and merged
// are terminal.
func (c Cart) Settle() State {
	switch {
	case c.State == Ordered || c.State == Merged:
		return c.State
	case c.Empty():
		return Emptied
	case c.State == Abandoned && c.PersonaKey == "" && c.ShopperID != "":
		return Open // it was abandoned when nobody was known on it; now it can be routed
	case c.State == Abandoned && !c.LastActivity().After(c.AbandonedAt):
		return Abandoned
	case c.State == Expired && !c.LastActivity().After(c.AbandonedAt):
		return Expired
	}
	return Open
}

// IdleAt is when an open cart becomes abandoned if nothing more happens.
func (c Cart) IdleAt(abandonAfter time.Duration) time.Time { return c.LastActivity().Add(abandonAfter) }

// personSlack is how much earlier than the cart an order of the same person
// may lie and still be its order: platform clocks of carts and orders differ a little.
const personSlack = 5 * time.Minute

// personWindow is how long before a person's order a cart may have been used
// last and still be considered done with it.
const personWindow = 30 * 24 * time.Hour

// Order is what matching needs to know of a stored order.
type Order struct {
	ID string
	// PlatformID is the platform's, "" where only matching is asked.
	PlatformID string
	Links      []event.Link
	Keys       []event.Key
	// PlacedAt is the earliest, PlacedLast the latest time its events gave for its
	// placing; one before the other counts as equal to it.
	PlacedAt   time.Time
	PlacedLast time.Time
	// Creditable tells the real order from a checkout's mere announcement of one.
	Creditable bool
}

// Last is the latest time that its events gave for its placing.
func (o Order) Last() time.Time {
	if o.PlacedLast.Before(o.PlacedAt) {
		return o.PlacedAt
	}
	return o.PlacedLast
}

// Best gives which of several orders is this cart's, and by which rule: one
// that shares a platform id before one of the same person, a creditable one
// before another, then the first placed. ok is false when none is.
func (f Facts) Best(orders []Order) (best Order, by string, ok bool) {
	for _, o := range orders {
		b := f.MatchedBy(o)
		if b == "" {
			continue
		}
		if !ok || better(o, b, best, by) {
			best, by, ok = o, b, true
		}
	}
	return best, by, ok
}

func better(o Order, by string, than Order, thanBy string) bool {
	switch {
	case (by == "link") != (thanBy == "link"):
		return by == "link"
	case o.Creditable != than.Creditable:
		return o.Creditable
	case !o.PlacedAt.Equal(than.PlacedAt):
		return o.PlacedAt.Before(than.PlacedAt)
	}
	return o.PlatformID < than.PlatformID
}

// MatchedBy tells by which rule an order is this cart's: "link" when they share
// a platform id, else the kind of a shared identity key when the order was
// placed after the cart began and at most thirty days after it was last used (a
// person who bought is done with their other carts too). "" when it is not.
//
// Of each span the end is asked that can only move outwards as more becomes
// known. So whatever matched once matches for ever, and an order that comes
// first and one that comes last match alike.
func (f Facts) MatchedBy(o Order) string {
	for _, l := range f.Links {
		if slices.Contains(o.Links, l) {
			return "link"
		}
	}
	if o.Last().Before(f.OrdersSince()) || o.PlacedAt.After(time.UnixMilli(f.LastActivity).Add(personWindow)) {
		return ""
	}
	for _, k := range f.Keys {
		if slices.Contains(o.Keys, k) {
			return string(k.Kind)
		}
	}
	return ""
}

// OrdersSince is the earliest time of an order that may match by a person.
func (f Facts) OrdersSince() time.Time { return time.UnixMilli(f.StartedAt).Add(-personSlack) }

package shopper

import (
	"slices"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Resolve says whose event it is among the shoppers who own its keys: the
// owner of the strongest key. Absorb are the others who are the same person by
// all that is known. The keys of the rest stay theirs; claim are the event's
// keys that nobody owns yet.
//
// found empty means a new person: into is nil and claim holds all keys.
func Resolve(found []Shopper, keys []event.Key) (into *Shopper, absorb []Shopper, claim []event.Key) {
	owner := map[event.Key]int{}
	for i, s := range found {
		for _, k := range s.Keys {
			owner[k] = i
		}
	}
	for _, k := range Union(keys, nil) {
		i, owned := owner[k]
		switch {
		case !owned:
			claim = append(claim, k)
		case into == nil:
			into = &found[i]
		}
	}
	if into == nil {
		return nil, nil, claim
	}
	// A weaker key's owner may be somebody else: a new customer id or email on a
	// shared phone or device starts a new person rather than renaming the old one.
	if !SamePerson(into.Keys, keys) {
		return nil, nil, claim
	}
	all := Union(into.Keys, keys)
	for i := range found {
		if found[i].ID != into.ID && SamePerson(all, found[i].Keys) {
			absorb = append(absorb, found[i])
			all = Union(all, found[i].Keys)
		}
	}
	slices.SortFunc(absorb, func(a, b Shopper) int { return cmpID(a.ID, b.ID) })
	return into, absorb, claim
}

func cmpID(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

package shopper

import (
	"cmp"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Ruling is a person's word on two names, which outranks all evidence: that they
// are the same person's, or that they are not. Of the rulings on two names only
// the latest stands; the others are ended.
type Ruling struct {
	// A is the stronger name, or of two of one kind the lesser.
	A, B event.Key
	// Same is true for "they are the same person", false for "they are not".
	Same bool
	// At is when it was said, by our clock, in unix milliseconds.
	At int64
	// Ended is true once it was taken back or replaced. It groups nobody any more; that
	// two names were once said to be one person's still relates them: see Related.
	Ended bool
}

// Word is a ruling as it is kept: with who said it, and why.
type Word struct {
	Ruling
	ID string
	// NameA and NameB are the names as they are kept: whose they are now.
	NameA, NameB Name
	// Reason is what was noted, in the words of whoever said it; it may be empty.
	Reason string
	// By said it. EndedBy took it back or said otherwise, at EndedAt (unix milliseconds, 0 while it stands).
	By, EndedBy Author
	EndedAt     int64
}

// Author is who said something about names.
type Author struct {
	// Kind and ID are as in the audit log: a user, a key, a command.
	Kind, ID string
	// Name is looked up when it is read: an address of a user, a key's name; "" for one who is gone.
	Name string
}

// Detail is what the audit log keeps of a word: which names by their ids and
// kinds, and no name itself. The reason is not in it: people write names into reasons.
func (w Word) Detail() map[string]string {
	return map[string]string{"name": w.NameA.ID, "name_kind": string(w.NameA.Kind), "other": w.NameB.ID, "other_kind": string(w.NameB.Kind)}
}

// Rule makes a ruling on two names, in the order in which it is kept.
func Rule(a, b event.Key, same bool, at int64) Ruling {
	if compare(a, b) > 0 {
		a, b = b, a
	}
	return Ruling{A: a, B: b, Same: same, At: at}
}

// grouping is who is who so far: each name's group, strongest first.
type grouping struct {
	of map[event.Key][]event.Key
	// apart are the names that somebody said are not the same person's.
	apart map[[2]event.Key]bool
}

func grouped(names []event.Key, rulings []Ruling) grouping {
	g := grouping{of: map[event.Key][]event.Key{}, apart: map[[2]event.Key]bool{}}
	for _, k := range names {
		g.of[k] = []event.Key{k}
	}
	for _, r := range rulings {
		if !r.Ended && !r.Same {
			g.apart[[2]event.Key{r.A, r.B}] = true
		}
	}
	g.join(rulings)
	return g
}

// join takes in what people said are the same, the latest first. They may be two
// addresses of one person, never two customers.
func (g grouping) join(rulings []Ruling) {
	rulings = slices.Clone(rulings)
	slices.SortFunc(rulings, func(a, b Ruling) int {
		return cmp.Or(cmp.Compare(b.At, a.At), compare(a.A, b.A), compare(a.B, b.B))
	})
	for _, r := range rulings {
		if a, b := g.of[r.A], g.of[r.B]; r.Same && !r.Ended && a != nil && b != nil && a[0] != b[0] && !customers(a, b) && !g.parted(a, b) {
			g.unite(a, b)
		}
	}
}

func (g grouping) unite(a, b []event.Key) {
	one := Union(a, b)
	for _, k := range one {
		g.of[k] = one
	}
}

// parted reports whether somebody said of a name of each that they are not the same person's.
func (g grouping) parted(a, b []event.Key) bool {
	if len(g.apart) == 0 {
		return false
	}
	for _, x := range a {
		for _, y := range b {
			if g.apart[[2]event.Key{x, y}] || g.apart[[2]event.Key{y, x}] {
				return true
			}
		}
	}
	return false
}

// customers reports whether two groups have two customer ids.
func customers(a, b []event.Key) bool {
	for _, x := range a {
		for _, y := range b {
			if x.Kind == event.KeyCustomer && y.Kind == event.KeyCustomer && x != y {
				return true
			}
		}
	}
	return false
}

// OneCustomer reports whether names have one customer id at most.
func OneCustomer(names []event.Key) bool { return !customers(names, names) }

// aliases gives each name that was ever said to be the same as others one name
// that stands for all of them. More rulings only make them fewer.
func aliases(rulings []Ruling) map[event.Key]event.Key {
	g := grouping{of: map[event.Key][]event.Key{}}
	for _, r := range rulings {
		if !r.Same {
			continue
		}
		for _, k := range []event.Key{r.A, r.B} {
			if g.of[k] == nil {
				g.of[k] = []event.Key{k}
			}
		}
		g.unite(g.of[r.A], g.of[r.B])
	}
	out := map[event.Key]event.Key{}
	for k, all := range g.of {
		out[k] = all[0]
	}
	return out
}

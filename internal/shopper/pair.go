package shopper

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Pair is the evidence that two names are one person's: one event, or the
// events of one cart, named both. Evidence is added and never taken away; of
// the same pair the latest moment counts. So everything that is made of pairs
// alone does not depend on the order in which they were learned.
type Pair struct {
	// A is the stronger name, or of two of one kind the lesser.
	A, B event.Key
	// At is when both were last named, in unix milliseconds.
	At int64
}

// PairOf is a pair by the ids of its names, as it is kept.
type PairOf struct {
	// A and B are as in Pair.
	A, B string
	At   int64
	// Event is the id of the event that told, "" where that is not known.
	Event string
}

// Partner is a name that another was seen with, and when last.
type Partner struct {
	Name
	At int64
	// Event is the id of the event that told last, "" where that is not known.
	Event string
}

// Named is a name with the moment it was last said, in unix milliseconds.
type Named struct {
	event.Key
	At int64
}

// Pairs gives the evidence of names that were said of one cart, or in one
// event: each two of them, from the moment when both had been said. Two
// different customers or addresses are no evidence of being one person.
func Pairs(names []Named) []Pair {
	var out []Pair
	for i, a := range names {
		for _, b := range names[i+1:] {
			if a.Key == b.Key || a.Kind == b.Kind && alone(a.Kind) {
				continue
			}
			p := Pair{A: a.Key, B: b.Key, At: min(a.At, b.At)}
			if compare(p.A, p.B) > 0 {
				p.A, p.B = p.B, p.A
			}
			out = append(out, p)
		}
	}
	return out
}

// alone tells the kinds of which a person has one: two different customers or
// two different addresses are two people, until an event says otherwise of one of them.
func alone(k event.KeyKind) bool { return k == event.KeyCustomer || k == event.KeyEmail }

// A till's phone, a kiosk's device or a placeholder for guests is nobody's name.
// A name that was seen with more different customers or addresses than crowd, or
// with more names at all than Throng, says nothing any more of who somebody is.
const (
	crowd = 32
	// Throng is above what the device ids of one person come to in years.
	Throng = 200
)

// Crowded reports whether a name is nobody's, by the names it was seen with.
func Crowded(partners []Partner) bool {
	strong := 0
	for _, p := range partners {
		if alone(p.Kind) {
			strong++
		}
	}
	return strong > crowd || len(partners) > Throng
}

// crowded gives the names that are nobody's.
func crowded(pairs []Pair) map[event.Key]bool {
	with := map[event.Key][]Partner{}
	for _, p := range pairs {
		with[p.A] = append(with[p.A], Partner{Name: Name{Key: p.B}})
		with[p.B] = append(with[p.B], Partner{Name: Name{Key: p.A}})
	}
	out := map[event.Key]bool{}
	for k, partners := range with {
		if Crowded(partners) {
			out[k] = true
		}
	}
	return out
}

// newestFirst orders evidence by what counts first: the latest, then the
// strongest names, then by value, so that no two are equal.
func newestFirst(a, b Pair) int {
	return cmp.Or(cmp.Compare(b.At, a.At), compare(a.A, b.A), compare(a.B, b.B))
}

// Group gives who is who among some names, by all the evidence there is of
// them and by what people said: each group is one person's names, strongest
// first. What people said comes first. Then the latest evidence is taken first,
// and evidence that would give one person two customer ids or two addresses, or
// that somebody contradicted, is left aside. So a phone that two people share
// belongs to whom it was last seen with, a customer with a new address has that
// one, and the former address is a person by itself.
func Group(names []event.Key, pairs []Pair, rulings []Ruling) [][]event.Key {
	g := grouped(names, rulings)
	pairs = slices.Clone(pairs)
	slices.SortFunc(pairs, newestFirst)
	nobody := crowded(pairs)
	for _, p := range pairs {
		a, b := g.of[p.A], g.of[p.B]
		if nobody[p.A] || nobody[p.B] || a == nil || b == nil || a[0] == b[0] || !together(a, b) || g.parted(a, b) {
			continue
		}
		g.unite(a, b)
	}
	var out [][]event.Key
	for k, group := range g.of {
		if group[0] == k {
			out = append(out, group)
		}
	}
	slices.SortFunc(out, func(a, b []event.Key) int { return compare(a[0], b[0]) })
	return out
}

// Together reports whether names can all be one person's.
func Together(names []event.Key) bool { return together(names, names) }

// together reports whether two groups of names can be one person's.
func together(a, b []event.Key) bool {
	for _, x := range a {
		for _, y := range b {
			if x != y && x.Kind == y.Kind && alone(x.Kind) {
				return false
			}
		}
	}
	return true
}

// Related gives all names that may be those of whom some names are known: they
// are linked by evidence that names no two customers and no two addresses, or by
// what was ever said of them. It is wider than a group, and unlike a group it
// only ever grows as more becomes known: whoever was once taken for the same
// person, by evidence or by somebody's word, is related for good, whatever is
// said later. It decides whose order ends whose carts, where a doubt means not to
// write.
func Related(names []event.Key, pairs []Pair, rulings []Ruling) []event.Key {
	w := walking{next: map[event.Key][]event.Key{}, alias: aliases(rulings)}
	nobody := crowded(pairs)
	for _, p := range pairs {
		if !nobody[p.A] && !nobody[p.B] {
			w.link(p.A, p.B)
		}
	}
	for _, r := range rulings {
		if r.Same {
			w.link(r.A, r.B)
		}
	}
	var todo []path
	for _, k := range Union(names, nil) {
		todo = append(todo, w.to(path{}, k))
	}
	seen := map[path]bool{}
	var out []event.Key
	for ; len(todo) > 0; todo = todo[1:] {
		p := todo[0]
		if seen[p] {
			continue
		}
		seen[p] = true
		out = append(out, p.at)
		for _, k := range w.next[p.at] {
			if on := w.to(p, k); w.may(p, k) && !seen[on] {
				todo = append(todo, on)
			}
		}
	}
	return Union(out, nil)
}

// walking is what a walk along the evidence goes by.
type walking struct {
	next map[event.Key][]event.Key
	// alias gives the one name for all that were ever said to be the same.
	alias map[event.Key]event.Key
}

func (w walking) link(a, b event.Key) {
	w.next[a], w.next[b] = append(w.next[a], b), append(w.next[b], a)
}

// path is where a walk stands, and the one customer and the one address it came
// by: addresses that were said to be the same person's count as one.
type path struct {
	at, customer, email event.Key
}

func (w walking) may(p path, k event.Key) bool {
	switch k.Kind {
	case event.KeyCustomer:
		return p.customer == event.Key{} || p.customer == k
	case event.KeyEmail:
		return p.email == event.Key{} || p.email == w.one(k)
	}
	return true
}

func (w walking) to(p path, k event.Key) path {
	p.at = k
	switch k.Kind {
	case event.KeyCustomer:
		p.customer = k
	case event.KeyEmail:
		p.email = w.one(k)
	}
	return p
}

func (w walking) one(k event.Key) event.Key {
	if a, ok := w.alias[k]; ok {
		return a
	}
	return k
}

var strength = map[event.KeyKind]int{
	event.KeyCustomer: 0, event.KeyEmail: 1, event.KeyPhone: 2, event.KeyMessenger: 3, event.KeyAnonymous: 4,
}

func compare(a, b event.Key) int {
	return cmp.Or(strength[a.Kind]-strength[b.Kind], strings.Compare(a.Value, b.Value))
}

// Stronger orders names as people's names are ordered: strongest first, then by value.
func Stronger(a, b Name) int { return compare(a.Key, b.Key) }

// Union joins two sets of keys, each once, strongest first, then by value.
func Union(a, b []event.Key) []event.Key {
	out := append(slices.Clone(a), b...)
	slices.SortFunc(out, compare)
	return slices.Compact(out)
}

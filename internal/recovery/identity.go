package recovery

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// maxEvidence is how many names are looked at to find out who is who. Names of so
// many people that all share names with each other are told apart by the nearest of them.
const maxEvidence = 300

// known gives names as they are kept, held and in the order given. One that
// nobody knew is a shopper of its own until evidence says otherwise; it is not
// stored yet, for what is known of it in a moment.
func (f *folding) known(ctx context.Context, keys []event.Key) ([]shopper.Name, error) {
	unmet := slices.DeleteFunc(slices.Clone(keys), func(k event.Key) bool { _, met := f.met[k]; return met })
	found, err := f.tx.Names(ctx, f.shop.ID, unmet)
	if err != nil {
		return nil, err
	}
	for _, n := range found {
		f.met[n.Key] = n
	}
	out := make([]shopper.Name, 0, len(keys))
	for _, k := range keys {
		if _, met := f.met[k]; !met {
			id := f.NewID()
			f.met[k], f.unborn = shopper.Name{Key: k, ID: id, ShopperID: id}, append(f.unborn, k)
		}
		out = append(out, f.met[k])
	}
	return out, nil
}

// bear stores the names that nobody knew, with whose they are by now.
func (f *folding) bear(ctx context.Context) error {
	for _, k := range f.unborn {
		if err := f.tx.AddName(ctx, f.shop.ID, f.met[k]); err != nil {
			return err
		}
		f.born[f.met[k].ID] = true
	}
	f.unborn = nil
	return nil
}

// learn takes in that names were said of one person, and finds out anew who is
// who where that says more than was known. It gives the names, strongest first,
// with whose they are now.
func (f *folding) learn(ctx context.Context, said []shopper.Named, eventID string) ([]shopper.Name, error) {
	names, err := f.knownAs(ctx, said)
	if err != nil || len(names) == 0 {
		return nil, err
	}
	settled := !slices.ContainsFunc(names, func(n shopper.Name) bool { return n.Contested || n.ShopperID != names[0].ShopperID })
	if !settled {
		if settled, err = f.join(ctx, names); err != nil {
			return nil, err
		}
	}
	if err := f.bear(ctx); err != nil {
		return nil, err
	}
	if err := f.tx.SeenTogether(ctx, f.shop.ID, byID(shopper.Pairs(said), names, eventID)); err != nil {
		return nil, err
	}
	if !settled {
		if err := f.regroup(ctx, names); err != nil {
			return nil, err
		}
		f.met = map[event.Key]shopper.Name{}
	}
	return f.knownAs(ctx, said)
}

// knownAs gives the names that were said as they are kept, strongest first.
func (f *folding) knownAs(ctx context.Context, said []shopper.Named) ([]shopper.Name, error) {
	var keys []event.Key
	for _, n := range said {
		keys = append(keys, n.Key)
	}
	return f.known(ctx, shopper.Union(keys, nil))
}

// anchor gives the id of the name under which an answer that came from an
// address is kept: the address's own, if it is the shopper's.
func anchor(ctx context.Context, tx Tx, shopID string, c event.Channel, address, shopperID string) (string, error) {
	names, err := tx.Names(ctx, shopID, []event.Key{{Kind: addressKind[c], Value: address}})
	if err != nil || len(names) == 0 || names[0].ShopperID != shopperID {
		return "", err
	}
	return names[0].ID, nil
}

// byID puts the ids of names into pairs of them, with the event that told.
func byID(pairs []shopper.Pair, names []shopper.Name, eventID string) []shopper.PairOf {
	ids := map[event.Key]string{}
	for _, n := range names {
		ids[n.Key] = n.ID
	}
	out := make([]shopper.PairOf, 0, len(pairs))
	for _, p := range pairs {
		out = append(out, shopper.PairOf{A: ids[p.A], B: ids[p.B], At: p.At, Event: eventID})
	}
	return out
}

// join makes all whom some names lead to one person, where nothing contradicts
// it, which is nearly always: the evidence need not be read then. False where
// something does, or where somebody said who is who.
func (f *folding) join(ctx context.Context, names []shopper.Name) (bool, error) {
	all, asked, clear := map[event.Key]shopper.Name{}, map[string]bool{}, true
	for _, n := range names {
		theirs := []shopper.Name{n}
		if !slices.Contains(f.unborn, n.Key) && !asked[n.ShopperID] {
			var err error
			if theirs, err = f.tx.NamesOf(ctx, f.shop.ID, n.ShopperID); err != nil {
				return false, err
			}
			asked[n.ShopperID] = true
		}
		for _, o := range theirs {
			all[o.Key], clear = o, clear && !o.Contested
		}
	}
	keys := shopper.Union(slices.Collect(maps.Keys(all)), nil)
	if !clear || len(keys) > shopper.Throng || !shopper.Together(keys) {
		return false, nil
	}
	return true, f.hand(ctx, keys, all, false)
}

// regroup finds out by the evidence who is who among all whom some names lead
// to, and gives everybody what is theirs.
func (f *folding) regroup(ctx context.Context, names []shopper.Name) error {
	known, err := evidence(ctx, f.tx, f.shop.ID, names)
	if err != nil {
		return err
	}
	groups := known.groups(known.rulings)
	for _, g := range groups {
		f.grown[headOf(g, known.names)] = true // by the evidence alone, even if nobody moves
		if err := f.hand(ctx, g, known.names, len(groups) > 1 || len(known.rulings) > 0); err != nil {
			return err
		}
	}
	return nil
}

// hand gives the names of one person to the one whose id the person has, with
// all that hangs on them. Nothing hangs on one that is not stored yet: of it
// nobody's orders can tell more.
func (f *folding) hand(ctx context.Context, group []event.Key, all map[event.Key]shopper.Name, doubt bool) error {
	head := headOf(group, all)
	moved := make([]shopper.Name, 0, len(group))
	for _, k := range group {
		if n := all[k]; n.ShopperID != head || n.Contested != doubt {
			moved = append(moved, n)
		}
	}
	slices.SortFunc(moved, func(a, b shopper.Name) int { return strings.Compare(a.ID, b.ID) })
	for _, was := range moved {
		n := was
		n.ShopperID, n.Contested = head, doubt
		if !slices.Contains(f.unborn, n.Key) {
			f.grown[head] = true
			if err := f.tx.MoveName(ctx, f.shop.ID, n, was.ShopperID); err != nil {
				return err
			}
		}
		f.met[n.Key] = n
	}
	return nil
}

// knowing is what is known of who is who among some names: the evidence, and what people said.
type knowing struct {
	names   map[event.Key]shopper.Name
	pairs   []shopper.Pair
	rulings []shopper.Ruling
}

// groups gives who is who, if these rulings stood.
func (k knowing) groups(rulings []shopper.Ruling) [][]event.Key {
	return shopper.Group(slices.Collect(maps.Keys(k.names)), k.pairs, rulings)
}

// evidence gives all names that some names lead to, and what is known of them.
// What only a crowd's name leads to is left out, but for what somebody said of it.
func evidence(ctx context.Context, tx Tx, shopID string, names []shopper.Name) (known knowing, err error) {
	known.names = map[event.Key]shopper.Name{}
	pairs, heard := map[[2]event.Key]shopper.Pair{}, map[string]bool{}
	for todo := slices.Clone(names); len(todo) > 0 && len(known.names) < maxEvidence; todo = todo[1:] {
		n := todo[0]
		if _, seen := known.names[n.Key]; seen {
			continue
		}
		known.names[n.Key] = n
		with, err := tx.Partners(ctx, shopID, n.ID, shopper.Throng+1)
		if err != nil {
			return known, err
		}
		crowd := shopper.Crowded(with)
		for _, o := range with {
			for _, p := range shopper.Pairs([]shopper.Named{{Key: n.Key, At: o.At}, {Key: o.Key, At: o.At}}) {
				pairs[[2]event.Key{p.A, p.B}] = p
			}
			if !crowd {
				todo = append(todo, o.Name)
			}
		}
		words, err := wordsOn(ctx, tx, shopID, n)
		if err != nil {
			return known, err
		}
		for _, w := range words {
			if !heard[w.ID] {
				known.rulings = append(known.rulings, w.Ruling)
			}
			heard[w.ID] = true
			if w.Same {
				todo = append(todo, w.NameA, w.NameB)
			}
		}
	}
	known.pairs = slices.Collect(maps.Values(pairs))
	return known, nil
}

// maxWords is how many rulings on one name are looked at, the latest.
const maxWords = 100

// wordsOn gives what people said of a name. Whoever something was said of is
// contested from then on, so that all other names need not be asked for.
func wordsOn(ctx context.Context, tx Tx, shopID string, n shopper.Name) ([]shopper.Word, error) {
	if !n.Contested {
		return nil, nil
	}
	return tx.Words(ctx, shopID, n.ID, maxWords)
}

// headOf chooses the name whose id a person has: the one known longest of their
// customer ids and addresses, else of all, so that it seldom changes.
func headOf(group []event.Key, all map[event.Key]shopper.Name) string {
	best, strong := "", false
	for _, k := range group {
		id, is := all[k].ID, k.Kind == event.KeyCustomer || k.Kind == event.KeyEmail
		if best == "" || is && !strong || is == strong && id < best {
			best, strong = id, is
		}
	}
	return best
}

// relatedTo gives the names whose orders end a cart of who, or whose carts an order of
// theirs ends: all of the person, and where who that is is contested, all that
// the names may be.
func relatedTo(ctx context.Context, tx Tx, shopID string, who []shopper.Shopper, keys []event.Key) ([]event.Key, error) {
	out, contested := keys, false
	for _, s := range who {
		out, contested = shopper.Union(out, s.Keys), contested || s.Contested
	}
	if !contested {
		return out, nil
	}
	names, err := tx.Names(ctx, shopID, keys)
	if err != nil {
		return nil, err
	}
	known, err := evidence(ctx, tx, shopID, names)
	if err != nil {
		return nil, err
	}
	return shopper.Union(out, shopper.Related(keys, known.pairs, known.rulings)), nil
}

// told takes in what an event says of its person, under the strongest name it gives.
func (f *folding) told(ctx context.Context, ev event.Event, n shopper.Name) error {
	s := shopper.Shopper{ID: n.ID, ShopID: f.shop.ID}
	if !f.born[n.ID] {
		var err error
		if s, err = f.tx.Told(ctx, f.shop.ID, n.ID); err != nil {
			return err
		}
	}
	s.Fold(ev, cart.When(ev))
	return f.tx.SaveTold(ctx, s, n.ShopperID)
}

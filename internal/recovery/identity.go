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

// known gives names as they are kept, held and in the order given. A new one is a
// shopper of its own until evidence says otherwise.
func (f *folding) known(ctx context.Context, keys []event.Key) ([]shopper.Name, error) {
	out := make([]shopper.Name, 0, len(keys))
	for _, k := range keys {
		n, met := f.met[k]
		if !met {
			found, err := f.tx.Names(ctx, f.shop.ID, []event.Key{k})
			if err != nil {
				return nil, err
			}
			if len(found) > 0 {
				n = found[0]
			} else if n, err = f.newName(ctx, k); err != nil {
				return nil, err
			}
			f.met[k] = n
		}
		out = append(out, n)
	}
	return out, nil
}

func (f *folding) newName(ctx context.Context, k event.Key) (shopper.Name, error) {
	id := f.NewID()
	n := shopper.Name{Key: k, ID: id, ShopperID: id}
	return n, f.tx.AddName(ctx, f.shop.ID, n)
}

// learn takes in that names were said of one person, and finds out anew who is
// who where that says more than was known. It gives the names, strongest first,
// with whose they are now.
func (f *folding) learn(ctx context.Context, said []shopper.Named, eventID string) ([]shopper.Name, error) {
	names, err := f.knownAs(ctx, said)
	if err != nil || len(names) == 0 {
		return nil, err
	}
	pairs := shopper.Pairs(said)
	if err := f.tx.SeenTogether(ctx, f.shop.ID, byID(pairs, names, eventID)); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(names, func(n shopper.Name) bool { return n.Contested || n.ShopperID != names[0].ShopperID }) {
		if err := f.regroup(ctx, names); err != nil {
			return nil, err
		}
		f.met = map[event.Key]shopper.Name{}
		return f.knownAs(ctx, said)
	}
	return names, nil
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

// regroup finds out who is who among all whom some names lead to, and gives
// everybody what is theirs.
func (f *folding) regroup(ctx context.Context, names []shopper.Name) error {
	all, groups, doubt, err := f.whoIsWho(ctx, names)
	if err != nil {
		return err
	}
	var moved []shopper.Name
	from := map[string]string{}
	for _, g := range groups {
		head := headOf(g, all)
		f.grown[head] = true
		for _, k := range g {
			n := all[k]
			if n.ShopperID != head || n.Contested != doubt {
				from[n.ID] = n.ShopperID
				n.ShopperID, n.Contested = head, doubt
				moved = append(moved, n)
			}
		}
	}
	slices.SortFunc(moved, func(a, b shopper.Name) int { return strings.Compare(a.ID, b.ID) })
	for _, n := range moved {
		if err := f.tx.MoveName(ctx, f.shop.ID, n, from[n.ID]); err != nil {
			return err
		}
	}
	return nil
}

// whoIsWho groups all names that some names lead to. Where nothing contradicts
// their being one person, which is nearly always, the evidence need not be read;
// doubt is true where something does, or where somebody said who is who.
func (f *folding) whoIsWho(ctx context.Context, names []shopper.Name) (all map[event.Key]shopper.Name, groups [][]event.Key, doubt bool, err error) {
	all, keys, clear := map[event.Key]shopper.Name{}, []event.Key(nil), true
	for _, n := range names {
		if _, seen := all[n.Key]; seen {
			continue
		}
		theirs, err := f.tx.NamesOf(ctx, f.shop.ID, n.ShopperID)
		if err != nil {
			return nil, nil, false, err
		}
		for _, o := range theirs {
			all[o.Key], keys, clear = o, append(keys, o.Key), clear && !o.Contested
		}
	}
	if clear && len(keys) <= shopper.Throng && shopper.Together(keys) {
		return all, [][]event.Key{shopper.Union(keys, nil)}, false, nil
	}
	known, err := evidence(ctx, f.tx, f.shop.ID, names)
	if err != nil {
		return nil, nil, false, err
	}
	groups = known.groups(known.rulings)
	return known.names, groups, len(groups) > 1 || len(known.rulings) > 0, nil
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
	s, err := f.tx.Told(ctx, f.shop.ID, n.ID)
	if err != nil {
		return err
	}
	s.Fold(ev, cart.When(ev))
	return f.tx.SaveTold(ctx, s, n.ShopperID)
}

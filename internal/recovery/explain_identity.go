package recovery

import (
	"context"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// identityStore reads who is who for pages, outside transactions.
type identityStore interface {
	// PersonNames gives the names of a shopper, at most limit, and the id they have now, or fault.NotFound.
	PersonNames(ctx context.Context, shopID, id string, limit int) (string, []shopper.Name, error)
	// SeenWith gives the names that a name was seen with, at most limit, the latest first.
	SeenWith(ctx context.Context, shopID, nameID string, limit int) ([]shopper.Partner, error)
	// ToldBy gives what kind of event an id is, and of which cart; both "" where it is not known.
	ToldBy(ctx context.Context, shopID, eventID string) (kind event.Kind, cartID string, err error)
	// SharedCart gives a cart on which two names stand, or "".
	SharedCart(ctx context.Context, shopID string, a, b event.Key) (string, error)
	// StandsOn counts the carts and the orders on which a name stands, each up to a cap.
	StandsOn(ctx context.Context, shopID string, k event.Key, most int) (carts, orders int, err error)
	// Words gives what people said of a name, at most limit: first what stands, the latest first.
	Words(ctx context.Context, shopID, nameID string, limit int) ([]shopper.Word, error)
}

// Identity explains which names a shopper is known by, and why: a page of them,
// after the name with an id ("" for the first).
func (e *Engine) Identity(ctx context.Context, shopID, id, after string, limit int) (out journey.Identity, err error) {
	x := explaining{Engine: e, ctx: ctx, shopID: shopID, people: map[string][]shopper.Name{}}
	if out.ShopperID, x.own, err = e.Store.PersonNames(ctx, shopID, id, maxEvidence); err != nil {
		return out, err
	}
	slices.SortFunc(x.own, shopper.Stronger)
	out.Total = len(x.own)
	from := 0
	if after != "" {
		if from = 1 + slices.IndexFunc(x.own, func(n shopper.Name) bool { return n.ID == after }); from == 0 {
			return out, fault.New(fault.Invalid, "there is no such page").In("cursor").Try("begin at the first page")
		}
	}
	page := x.own[from:min(len(x.own), from+limit)]
	if from+limit < len(x.own) {
		out.Next = page[limit-1].ID
	}
	for _, n := range page {
		known, words, err := x.name(n)
		if err != nil {
			return out, err
		}
		out.Names, out.Words = append(out.Names, known), append(out.Words, words...)
	}
	out.Words = onceEach(out.Words)
	return out, nil
}

// onceEach gives words once each, the latest first.
func onceEach(words []shopper.Word) []shopper.Word {
	slices.SortFunc(words, func(a, b shopper.Word) int {
		if a.At != b.At {
			return int(b.At - a.At)
		}
		return compareIDs(b.ID, a.ID)
	})
	return slices.CompactFunc(words, func(a, b shopper.Word) bool { return a.ID == b.ID })
}

// explaining is the work on one page about one person.
type explaining struct {
	*Engine
	ctx    context.Context
	shopID string
	// own are the person's names.
	own []shopper.Name
	// people are the names of others, read once each.
	people map[string][]shopper.Name
}

// name tells what speaks for one name, and what was said of it.
func (x *explaining) name(n shopper.Name) (out journey.KnownName, words []shopper.Word, err error) {
	out.Name = n
	if out.Carts, out.Orders, err = x.Store.StandsOn(x.ctx, x.shopID, n.Key, journey.CountCap); err != nil {
		return out, nil, err
	}
	with, err := x.Store.SeenWith(x.ctx, x.shopID, n.ID, shopper.Throng+1)
	if err != nil {
		return out, nil, err
	}
	if n.Contested {
		if words, err = x.Store.Words(x.ctx, x.shopID, n.ID, maxWords); err != nil {
			return out, nil, err
		}
	}
	out.Crowded = shopper.Crowded(with)
	for _, o := range with {
		same := o.ShopperID == n.ShopperID
		if !same {
			out.Others++
		}
		if same && len(out.With) == journey.MaxSeen || !same && len(out.Apart) == journey.MaxSeen {
			continue
		}
		seen, err := x.seen(n, o)
		if err != nil {
			return out, nil, err
		}
		if same {
			out.With = append(out.With, seen)
			continue
		}
		if seen.Why, err = x.why(out, o, words); err != nil {
			return out, nil, err
		}
		out.Apart = append(out.Apart, seen)
	}
	return out, words, nil
}

// seen tells by what a name was seen with another.
func (x *explaining) seen(n shopper.Name, o shopper.Partner) (s journey.SeenWith, err error) {
	s = journey.SeenWith{Name: o.Name, At: time.UnixMilli(o.At).UTC(), EventID: o.Event}
	if o.Event != "" {
		s.EventKind, s.CartID, err = x.Store.ToldBy(x.ctx, x.shopID, o.Event)
	}
	if err == nil && s.EventKind == "" {
		s.EventID = ""
		s.CartID, err = x.Store.SharedCart(x.ctx, x.shopID, n.Key, o.Key)
	}
	return s, err
}

// why tells why a name that was seen with one of the person's is not theirs.
func (x *explaining) why(n journey.KnownName, o shopper.Partner, words []shopper.Word) (journey.Apartness, error) {
	theirs, known := x.people[o.ShopperID]
	if !known {
		var err error
		if _, theirs, err = x.Store.PersonNames(x.ctx, x.shopID, o.ShopperID, maxEvidence); err != nil {
			return "", err
		}
		x.people[o.ShopperID] = theirs
	}
	if o.Contested {
		more, err := x.Store.Words(x.ctx, x.shopID, o.ID, maxWords)
		if err != nil {
			return "", err
		}
		words = append(slices.Clone(words), more...)
	}
	if parts(words, x.own, theirs) {
		return journey.ApartByWord, nil
	}
	if !n.Crowded {
		with, err := x.Store.SeenWith(x.ctx, x.shopID, o.ID, shopper.Throng+1)
		if err != nil {
			return "", err
		}
		n.Crowded = shopper.Crowded(with)
	}
	switch {
	case n.Crowded:
		return journey.ApartByCrowd, nil
	case two(x.own, theirs, event.KeyCustomer):
		return journey.ApartByCustomer, nil
	case two(x.own, theirs, event.KeyEmail):
		return journey.ApartByAddress, nil
	}
	return journey.ApartByNewer, nil
}

// parts reports whether somebody said of a name of each that they are not the same person's.
func parts(words []shopper.Word, a, b []shopper.Name) bool {
	is := func(names []shopper.Name, id string) bool {
		return slices.ContainsFunc(names, func(n shopper.Name) bool { return n.ID == id })
	}
	return slices.ContainsFunc(words, func(w shopper.Word) bool {
		return !w.Same && !w.Ended && (is(a, w.NameA.ID) && is(b, w.NameB.ID) || is(b, w.NameA.ID) && is(a, w.NameB.ID))
	})
}

// two reports whether two people have different names of a kind.
func two(a, b []shopper.Name, kind event.KeyKind) bool {
	has := func(names []shopper.Name) bool {
		return slices.ContainsFunc(names, func(n shopper.Name) bool { return n.Kind == kind })
	}
	return has(a) && has(b)
}

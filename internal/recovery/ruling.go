package recovery

import (
	"context"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// rulingTx is what people's words on who is who need.
type rulingTx interface {
	// Words gives what people said of a name, at most limit: first what stands, the latest first.
	Words(ctx context.Context, shopID, nameID string, limit int) ([]shopper.Word, error)
	// Word gives one, or fault.NotFound.
	Word(ctx context.Context, shopID, id string) (shopper.Word, error)
	// AddWord keeps one that stands; what was said of the same names before ends by it.
	AddWord(ctx context.Context, shopID string, w shopper.Word) error
	// EndWord takes one back; fault.Conflict if it does not stand any more.
	EndWord(ctx context.Context, shopID, id string, by shopper.Author) error
	// Hanging gives a person's latest carts and orders with the names they hang on, at most limit of each.
	Hanging(ctx context.Context, shopID, shopperID string, limit int) (carts, orders []journey.Hanging, err error)
}

// maxReason bounds the reason of a ruling, in characters.
const maxReason = 300

// Rule takes somebody's word on two names, which outranks all evidence, also what
// comes later: names and all that hangs on them move at once. It is refused
// where it would make one person of two customers, or of two names that somebody
// said are not the same person's. The first name is the shopper's, "" for anybody's.
func (e *Engine) Rule(ctx context.Context, shopID, shopperID string, say journey.Saying) (w shopper.Word, err error) {
	err = e.writeAndWake(ctx, shopID, func(ctx context.Context, tx Tx) error {
		f, err := e.judging(ctx, tx, shopID)
		if err != nil {
			return err
		}
		names, err := f.sayable(ctx, shopperID, say)
		if err != nil {
			return err
		}
		by := authorOf(ctx)
		w = shopper.Word{
			Ruling: shopper.Rule(names[0].Key, names[1].Key, say.Same, tx.Now().UnixMilli()),
			ID:     e.NewID(), NameA: names[0], NameB: names[1], Reason: event.Clean(say.Reason, maxReason), By: by,
		}
		if w.A != names[0].Key {
			w.NameA, w.NameB = names[1], names[0]
		}
		if err := tx.AddWord(ctx, shopID, w); err != nil {
			return err
		}
		if err := f.judge(ctx, names); err != nil {
			return err
		}
		return e.noted(ctx, tx, shopID, ruled(say.Same), w.ID, w.Detail())
	})
	return w, err
}

// Unrule takes a ruling back: evidence decides again. Orders that matched while it
// stood, and carts that they ended, stay matched. It is of a name of the
// shopper's, "" for anybody's.
func (e *Engine) Unrule(ctx context.Context, shopID, shopperID, id string) (w shopper.Word, err error) {
	err = e.writeAndWake(ctx, shopID, func(ctx context.Context, tx Tx) error {
		f, err := e.judging(ctx, tx, shopID)
		if err != nil {
			return err
		}
		if w, err = f.wordOf(ctx, shopperID, id); err != nil {
			return err
		}
		if err := tx.EndWord(ctx, shopID, id, authorOf(ctx)); err != nil {
			return err
		}
		names, err := tx.NamesByID(ctx, shopID, []string{w.NameA.ID, w.NameB.ID})
		if err != nil {
			return err
		}
		if err := f.judge(ctx, names); err != nil {
			return err
		}
		return e.noted(ctx, tx, shopID, access.RulingEnded, w.ID, w.Detail())
	})
	return w, err
}

func ruled(same bool) access.Action {
	if same {
		return access.NamesJoined
	}
	return access.NamesParted
}

func authorOf(ctx context.Context) shopper.Author {
	a := access.ActorOf(ctx)
	return shopper.Author{Kind: string(a.Kind), ID: a.ID}
}

// judging is a folding without an event.
func (e *Engine) judging(ctx context.Context, tx Tx, shopID string) (*folding, error) {
	sh, err := tx.Shop(ctx, shopID)
	return &folding{Engine: e, tx: tx, shop: sh, grown: map[string]bool{}, met: map[event.Key]shopper.Name{}, born: map[string]bool{}}, err
}

// judge finds out who is who anew, for two names of which somebody said
// something. They are contested from now on, so that whoever meets them asks.
func (f *folding) judge(ctx context.Context, names []shopper.Name) error {
	for i, n := range names {
		names[i].Contested = true
		if err := f.tx.MoveName(ctx, f.shop.ID, names[i], n.ShopperID); err != nil {
			return err
		}
	}
	if err := f.regroup(ctx, names); err != nil {
		return err
	}
	return f.meetAgain(ctx)
}

// sayable gives the two names of a saying, held, or why it cannot be said.
func (f *folding) sayable(ctx context.Context, shopperID string, say journey.Saying) ([]shopper.Name, error) {
	first, err := f.tx.NamesByID(ctx, f.shop.ID, []string{say.Name})
	if err != nil {
		return nil, err
	}
	if len(first) == 0 {
		return nil, notKnown("name")
	}
	if err := f.isOf(ctx, shopperID, first[0]); err != nil {
		return nil, err
	}
	other, err := f.tx.NamesByID(ctx, f.shop.ID, []string{say.Other})
	if say.Other == "" {
		other, err = f.tx.Names(ctx, f.shop.ID, say.OtherKeys)
	}
	switch {
	case err != nil:
		return nil, err
	case len(other) == 0:
		return nil, notKnown("other")
	case other[0].ID == first[0].ID:
		return nil, fault.New(fault.Unprocessable, "a name can only be compared with another one").In("other").Try("choose another name")
	case !say.Same:
		return []shopper.Name{first[0], other[0]}, nil
	}
	return f.joinable(ctx, []shopper.Name{first[0], other[0]})
}

func notKnown(field string) error {
	return fault.New(fault.NotFound, "no shopper is known by this name").In(field).Try("look at the shopper’s page again, or write the name as it stands there")
}

// isOf refuses a name that is not the shopper's: what is said on somebody's page is of them.
func (f *folding) isOf(ctx context.Context, shopperID string, names ...shopper.Name) error {
	if shopperID == "" {
		return nil
	}
	who, err := f.tx.Shopper(ctx, f.shop.ID, shopperID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(names, func(n shopper.Name) bool { return n.ShopperID == who.ID }) {
		return notKnown("name")
	}
	return nil
}

// wordOf gives a ruling on a name of the shopper's.
func (f *folding) wordOf(ctx context.Context, shopperID, id string) (shopper.Word, error) {
	w, err := f.tx.Word(ctx, f.shop.ID, id)
	if err != nil {
		return w, err
	}
	return w, f.isOf(ctx, shopperID, w.NameA, w.NameB)
}

// joinable gives the two names by which two people become one, or why they cannot,
// whatever somebody says. Nobody may lose a name by being joined to somebody:
// where both have an address, it is their addresses that are said to be the same
// person's, since evidence never brings two together.
func (f *folding) joinable(ctx context.Context, names []shopper.Name) ([]shopper.Name, error) {
	var both []event.Key
	var addresses []shopper.Name
	for _, n := range names {
		theirs, err := f.tx.NamesOf(ctx, f.shop.ID, n.ShopperID)
		if err != nil {
			return nil, err
		}
		for _, o := range theirs {
			both = append(both, o.Key)
		}
		if i := slices.IndexFunc(theirs, func(o shopper.Name) bool { return o.Kind == event.KeyEmail }); i >= 0 && n.Kind != event.KeyEmail {
			n = theirs[i]
		}
		addresses = append(addresses, n)
	}
	if !shopper.OneCustomer(both) {
		return nil, fault.New(fault.Unprocessable, "they have two customer accounts at the shop, and so stay two people").In("other").
			Try("merge the accounts in your shop first, or split off the name that belongs to the other account")
	}
	for _, two := range [][]shopper.Name{names, addresses} {
		_, groups, err := f.suppose(ctx, two, shopper.Rule(two[0].Key, two[1].Key, true, f.tx.Now().UnixMilli()))
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(groups, func(g []event.Key) bool { return len(shopper.Union(g, both)) == len(g) }) {
			return two, nil
		}
	}
	return nil, fault.New(fault.Conflict, "somebody said that names of theirs are not the same person’s").In("other").
		Try("take that back first, on the page of either shopper")
}

// suppose gives who would be who if a ruling stood: in place of the one on the
// same names that stands.
func (f *folding) suppose(ctx context.Context, names []shopper.Name, r shopper.Ruling) (knowing, [][]event.Key, error) {
	asked := slices.Clone(names)
	for i := range asked {
		asked[i].Contested = true // their rulings may have been made in this transaction
	}
	known, err := evidence(ctx, f.tx, f.shop.ID, asked)
	if err != nil {
		return known, nil, err
	}
	var rulings []shopper.Ruling
	for _, o := range known.rulings {
		if o.A != r.A || o.B != r.B {
			rulings = append(rulings, o)
		}
	}
	return known, known.groups(append(rulings, r)), nil
}

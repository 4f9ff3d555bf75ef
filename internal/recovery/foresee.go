package recovery

import (
	"context"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// Foresee tells what Rule would do, and changes nothing. It refuses what Rule would refuse.
func (e *Engine) Foresee(ctx context.Context, shopID, shopperID string, say journey.Saying) (out journey.Foresight, err error) {
	err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		f, err := e.judging(ctx, tx, shopID)
		if err != nil {
			return err
		}
		names, err := f.sayable(ctx, shopperID, say)
		if err != nil {
			return err
		}
		out, err = f.foresee(ctx, names, shopper.Rule(names[0].Key, names[1].Key, say.Same, tx.Now().UnixMilli()))
		return err
	})
	return out, err
}

// ForeseeUnrule tells what Unrule would do, and changes nothing.
func (e *Engine) ForeseeUnrule(ctx context.Context, shopID, shopperID, id string) (out journey.Foresight, err error) {
	err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		f, err := e.judging(ctx, tx, shopID)
		if err != nil {
			return err
		}
		w, err := f.wordOf(ctx, shopperID, id)
		if err != nil {
			return err
		}
		r := w.Ruling
		r.Ended = true
		out, err = f.foresee(ctx, []shopper.Name{w.NameA, w.NameB}, r)
		out.Word = w
		return err
	})
	return out, err
}

// foresee gives the people that would result of a ruling, with what would be theirs.
func (f *folding) foresee(ctx context.Context, names []shopper.Name, r shopper.Ruling) (out journey.Foresight, err error) {
	known, groups, err := f.suppose(ctx, names, r)
	if err != nil {
		return out, err
	}
	out.A, out.B = names[0], names[1]
	var concerned []string
	var sides [][]event.Key
	for _, g := range groups {
		now := personsOf(g, known.names)
		changes := len(now) > 1 || len(g) != sizeOf(now[0], known.names)
		out.Changes = out.Changes || changes
		if changes || slices.Contains(g, r.A) || slices.Contains(g, r.B) {
			sides, concerned = append(sides, g), append(concerned, now...)
		}
	}
	hang, err := f.hanging(ctx, concerned)
	if err != nil {
		return out, err
	}
	for _, g := range sides {
		out.Sides = append(out.Sides, hang.side(g, known.names))
	}
	return out, nil
}

// personsOf gives the people of now that some names are of.
func personsOf(group []event.Key, names map[event.Key]shopper.Name) (out []string) {
	for _, k := range group {
		if id := names[k].ShopperID; !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// sizeOf gives how many of some names are a person's.
func sizeOf(shopperID string, names map[event.Key]shopper.Name) (n int) {
	for _, o := range names {
		if o.ShopperID == shopperID {
			n++
		}
	}
	return n
}

// hangings are the carts and orders of some people, by the id of the name they hang on.
type hangings struct {
	carts, orders []journey.Hanging
	// more are the names' people of whom there is more than was read.
	more map[string]bool
}

func (f *folding) hanging(ctx context.Context, shoppers []string) (hangings, error) {
	out, seen := hangings{more: map[string]bool{}}, map[string]bool{}
	for _, id := range shoppers {
		if seen[id] {
			continue
		}
		seen[id] = true
		carts, orders, err := f.tx.Hanging(ctx, f.shop.ID, id, journey.MaxHanging)
		if err != nil {
			return out, err
		}
		out.carts, out.orders = append(out.carts, carts...), append(out.orders, orders...)
		out.more[id] = len(carts) == journey.MaxHanging || len(orders) == journey.MaxHanging
	}
	return out, nil
}

// side gives a group with what hangs on its names.
func (h hangings) side(group []event.Key, names map[event.Key]shopper.Name) journey.Side {
	s := journey.Side{ShopperID: headOf(group, names)}
	theirs := map[string]bool{}
	for _, k := range group {
		n := names[k]
		s.Names, s.More = append(s.Names, n), s.More || h.more[n.ShopperID]
		theirs[n.ID] = true
	}
	mine := func(all []journey.Hanging) (out []journey.Hanging) {
		for _, one := range all {
			if theirs[one.NameID] {
				out = append(out, one)
			}
		}
		slices.SortStableFunc(out, func(a, b journey.Hanging) int { return b.At.Compare(a.At) })
		return out
	}
	s.Carts, s.Orders = mine(h.carts), mine(h.orders)
	return s
}

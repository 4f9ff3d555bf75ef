package recovery

import (
	"context"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// started is an erasure under way.
type started struct {
	Cleaning
	proof journey.Erasure
	// earlier is the last proof for the same shopper, if there is one.
	earlier *journey.Erasure
}

// meant gives whose erasure is asked for, held, with all their names.
func (e *Engine) meant(ctx context.Context, tx Tx, shopID string, who Who) ([]started, error) {
	var found []shopper.Shopper
	var err error
	if who.ShopperID != "" {
		var one shopper.Shopper
		one, err = tx.Shopper(ctx, shopID, who.ShopperID)
		found = []shopper.Shopper{one}
	} else {
		found, err = tx.ShoppersByKeys(ctx, shopID, who.Keys)
	}
	if err != nil {
		return nil, err
	}
	if who.ShopperID == "" && len(who.Keys) == 0 {
		return nil, fault.New(fault.Invalid, "nobody is named").Try("name the shopper by id, email, phone, customer id, Messenger id or anonymous id")
	}
	var out []started
	meant := found
	if who.ShopperID == "" {
		meant = targets(found, who.Keys)
	}
	for _, s := range meant {
		others := slices.DeleteFunc(slices.Clone(found), func(o shopper.Shopper) bool { return o.ID == s.ID })
		out = append(out, e.started(shopID, s.ID, shopper.Union(s.Keys, unowned(who.Keys, others))))
	}
	if len(out) == 0 {
		out = append(out, e.started(shopID, "", shopper.Union(who.Keys, nil)))
	}
	return out, nil
}

// unowned leaves out the names that are somebody else's.
func unowned(keys []event.Key, others []shopper.Shopper) []event.Key {
	return slices.DeleteFunc(slices.Clone(keys), func(k event.Key) bool {
		return slices.ContainsFunc(others, func(o shopper.Shopper) bool { return slices.Contains(o.Keys, k) })
	})
}

func (e *Engine) started(shopID, shopperID string, names []event.Key) started {
	s := started{Cleaning: e.cleaning(Scope{shopID, shopperID}, names)}
	s.proof = journey.Erasure{ShopID: shopID, ShopperID: shopperID, Identities: []string{}, Counts: map[string]int{}}
	for _, k := range names {
		s.proof.Identities = append(s.proof.Identities, string(k.Kind)+":"+e.nameMark(shopID, k))
	}
	return s
}

package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/generic"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// takenDomain is the refusal of a domain that another shop of the same platform
// has. What it says is for everybody; by is told on the operator's terminal alone.
type takenDomain struct {
	error
	by shop.Shop
}

// Unwrap gives what everybody may read.
func (t takenDomain) Unwrap() error { return t.error }

// claimDomain refuses a shop whose platform and domain another one has. Deliveries
// are addressed by the shop's id, but who enters the address of one shop at the
// other would mix both without a sign of it: the platform names the same domain.
// The same domain at another platform is well, as in a move from one to the other,
// and so is one of several generic shops: no delivery to them names a domain.
func claimDomain(ctx context.Context, tx *store.Tx, sh shop.Shop) error {
	if sh.Platform == generic.Name {
		return nil
	}
	there, err := tx.ShopsAt(ctx, sh.Platform, sh.Domain)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(there, func(other shop.Shop) bool { return other.ID != sh.ID })
	if i < 0 {
		return nil
	}
	return takenDomain{by: there[i], error: fault.New(fault.Unprocessable, "another shop has the domain %q at %s already", sh.Domain, sh.Platform).
		In("domain").Try("check the spelling; if it is the same shop, ask whoever runs this installation to let you into the one that is there")}
}

// namingTaken adds to a refused domain which shop has it, for who runs the
// installation; every other error stays as it is.
func namingTaken(err error) error {
	var taken takenDomain
	if !errors.As(err, &taken) {
		return err
	}
	return fault.New(fault.Unprocessable, "the shop %s (%s) has the domain %q at %s already", taken.by.ID, taken.by.Name, taken.by.Domain, taken.by.Platform).
		In("domain").Try("use that shop: cartograph shop show " + taken.by.ID + "; if its domain is wrong, change it first: cartograph shop set " + taken.by.ID + " domain=…")
}

// twinned is a warning for who runs the installation, who may mean it: "" where no
// other shop has the platform and domain of a new one.
func (c *core) twinned(ctx context.Context, made CreatedShop) (warning string, err error) {
	err = c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		sh, err := tx.Shop(ctx, made.ID)
		if err != nil {
			return err
		}
		var taken takenDomain
		if err := claimDomain(ctx, tx, sh); errors.As(err, &taken) {
			warning = fmt.Sprintf("the shop %s (%s) has the domain %q at %s too; enter each shop's webhook address only at its own store, or their carts mix",
				taken.by.ID, taken.by.Name, taken.by.Domain, taken.by.Platform)
		} else if err != nil {
			return err
		}
		return nil
	})
	return warning, err
}

package app

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// ChangeOwnPassword sets a user's password, given the current one where there is
// one: a session that was left open must not be enough to take an account over.
// A wrong one counts as a failed sign-in.
func (d *doorkeeper) ChangeOwnPassword(ctx context.Context, userID, current, next, from string) (who access.Person, err error) {
	var a store.Account
	err = d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, err = tx.Account(ctx, userID)
		return err
	})
	if err != nil {
		return who, err
	}
	if err := access.CheckPassword(next, a.Email); err != nil {
		return who, err
	}
	if a.Password != "" {
		if _, err := d.SignInWithPassword(ctx, a.Email, current, from); fault.Is(err, fault.Unauthorized) {
			return who, fault.New(fault.Unauthorized, "the current password is not right").In("current").Try("try again, or ask for a sign-in link")
		} else if err != nil {
			return who, err
		}
	}
	stored, err := d.hasher.Hash(ctx, next)
	if err != nil {
		return who, err
	}
	err = d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := setPassword(ctx, tx, userID, stored); err != nil {
			return err
		}
		a, err = tx.Account(ctx, userID)
		return err
	})
	return a.Person, err
}

// SignOutEverywhere ends every session of a user.
func (d *doorkeeper) SignOutEverywhere(ctx context.Context, userID string) error {
	return d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, err := tx.Account(ctx, userID)
		if err != nil {
			return err
		}
		if err := tx.EndSessions(ctx, userID); err != nil {
			return err
		}
		return recordEverywhere(ctx, tx, a.Shops, access.SignedOutAll, userID, nil)
	})
}

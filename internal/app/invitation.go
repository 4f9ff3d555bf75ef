package app

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// Welcome gives what an invitation's link is about; fault.NotFound for one that is no good.
func (d *desk) Welcome(ctx context.Context, token string) (w access.Welcome, err error) {
	err = d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		w, err = d.welcomeOf(ctx, tx, token)
		return err
	})
	return w, err
}

func (d *desk) welcomeOf(ctx context.Context, tx *store.Tx, token string) (w access.Welcome, err error) {
	if w.Invitation, err = tx.Invitation(ctx, hashKey(token)); err != nil {
		return w, err
	}
	sh, err := tx.Shop(ctx, w.ShopID)
	if err != nil {
		return w, err
	}
	w.ShopName = sh.Name
	_, err = tx.AccountByEmail(ctx, w.Email)
	if fault.Is(err, fault.NotFound) {
		return w, nil
	}
	w.Known = err == nil
	return w, err
}

// Join takes an invitation for somebody new, with the password they chose. Who
// has an account joins by JoinAs: the link alone must not open it.
func (d *desk) Join(ctx context.Context, token, password string) (who access.Person, err error) {
	w, err := d.Welcome(ctx, token)
	if err != nil {
		return who, err
	}
	if err := access.CheckPassword(password, w.Email); err != nil {
		return who, err
	}
	stored, err := d.door.hasher.Hash(ctx, password)
	if err != nil {
		return who, err
	}
	err = d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		w, err := d.welcomeOf(ctx, tx, token)
		if err != nil {
			return err
		}
		if w.Known {
			return fault.New(fault.Conflict, "this address has an account already").Try("sign in with it, then open the invitation again")
		}
		if who, err = d.newUser(ctx, tx, w.Email, stored); err != nil {
			return err
		}
		ctx = access.WithActor(ctx, access.Actor{Kind: access.ByUser, ID: who.ID})
		return d.join(ctx, tx, token, w, who.ID)
	})
	return who, err
}

// JoinAs takes an invitation for somebody who is signed in, if it is theirs.
func (d *desk) JoinAs(ctx context.Context, token, userID string) (shopID string, err error) {
	ctx = access.WithActor(ctx, access.Actor{Kind: access.ByUser, ID: userID})
	err = d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		w, err := d.welcomeOf(ctx, tx, token)
		if err != nil {
			return err
		}
		a, err := tx.Account(ctx, userID)
		if err != nil {
			return err
		}
		if a.Email != w.Email {
			return fault.New(fault.Forbidden, "this invitation is for another address").Try("sign out, and sign in as the person who was invited")
		}
		shopID = w.ShopID
		return d.join(ctx, tx, token, w, userID)
	})
	return shopID, err
}

func (d *desk) join(ctx context.Context, tx *store.Tx, token string, w access.Welcome, userID string) error {
	if err := tx.TakeInvitation(ctx, hashKey(token)); err != nil {
		return err
	}
	was, err := tx.RoleOf(ctx, w.ShopID, userID)
	if err != nil || was != "" {
		return err
	}
	if err := tx.SaveMember(ctx, w.ShopID, userID, string(w.Role)); err != nil {
		return err
	}
	return recordRole(ctx, tx, w.ShopID, userID, "", w.Role)
}

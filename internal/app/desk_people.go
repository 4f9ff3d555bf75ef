package app

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// inviteFor is how long an invitation waits: people are on holiday.
const inviteFor = 7 * 24 * time.Hour

// People gives the members of a shop and those who are invited.
func (d *desk) People(ctx context.Context, shopID string) ([]access.Colleague, []access.Invitation, error) {
	members, err := d.store.Colleagues(ctx, shopID)
	if err != nil {
		return nil, nil, err
	}
	open, err := d.store.Invitations(ctx, shopID)
	return members, open, err
}

// Invite asks somebody to join a shop and gives the link that lets them. With
// mail it also goes to their address; mailed says whether it could.
func (d *desk) Invite(ctx context.Context, shopID, email, role string, mail bool) (link string, mailed bool, err error) {
	address, err := readEmail(email)
	if err != nil {
		return "", false, err
	}
	as, err := access.ParseRole(role)
	if err != nil {
		return "", false, err
	}
	token, name := rand.Text(), ""
	err = d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		sh, err := tx.HoldShop(ctx, shopID)
		if err != nil {
			return err
		}
		name = sh.Name
		if err := notYetMember(ctx, tx, shopID, address); err != nil {
			return err
		}
		i := access.Invitation{
			ID: d.newID(), ShopID: shopID, Email: address, Role: as, InvitedBy: access.ActorOf(ctx).ID, ExpiresAt: tx.Now().Add(inviteFor),
		}
		if err := tx.Invite(ctx, hashKey(token), i); err != nil {
			return err
		}
		return record(ctx, tx, shopID, access.Invited, i.ID, map[string]string{"role": role})
	})
	if err != nil {
		return "", false, err
	}
	link = d.config.HTTP.PublicURL + "/invitation/" + token
	if mail {
		mailed = d.post.invitation(ctx, shopID, address, name, link)
	}
	return link, mailed, nil
}

func notYetMember(ctx context.Context, tx *store.Tx, shopID, address string) error {
	a, err := tx.AccountByEmail(ctx, address)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	role, err := tx.RoleOf(ctx, shopID, a.ID)
	if err == nil && role != "" {
		return fault.New(fault.Unprocessable, "this person is a member already").In("email").Try("change their role below")
	}
	return err
}

// Uninvite withdraws an invitation: its link works no more.
func (d *desk) Uninvite(ctx context.Context, shopID, id string) error {
	return d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.Uninvite(ctx, shopID, id); err != nil {
			return err
		}
		return record(ctx, tx, shopID, access.Uninvited, id, nil)
	})
}

// SetRole changes what a member may do. The last owner stays one.
func (d *desk) SetRole(ctx context.Context, shopID, userID, role string) error {
	as, err := access.ParseRole(role)
	if err != nil {
		return err
	}
	return d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		was, err := d.memberOf(ctx, tx, shopID, userID, as == access.Owner)
		if err != nil || was == as {
			return err
		}
		if err := tx.SaveMember(ctx, shopID, userID, string(as)); err != nil {
			return err
		}
		return recordRole(ctx, tx, shopID, userID, was, as)
	})
}

// RemovePerson takes a member out of a shop. The last owner stays.
func (d *desk) RemovePerson(ctx context.Context, shopID, userID string) error {
	return d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := d.memberOf(ctx, tx, shopID, userID, false); err != nil {
			return err
		}
		if err := tx.RemoveMember(ctx, shopID, userID); err != nil {
			return err
		}
		return record(ctx, tx, shopID, access.UserRemoved, userID, nil)
	})
}

// memberOf gives a member's role, held, and refuses to lose the last owner.
func (d *desk) memberOf(ctx context.Context, tx *store.Tx, shopID, userID string, staysOwner bool) (access.Role, error) {
	owners, err := tx.Owners(ctx, shopID)
	if err != nil {
		return "", err
	}
	was, err := tx.RoleOf(ctx, shopID, userID)
	switch {
	case err != nil:
		return "", err
	case was == "":
		return "", fault.New(fault.NotFound, "the shop has no such member")
	case was == access.Owner && !staysOwner && owners < 2:
		return "", fault.New(fault.Conflict, "this is the shop’s only owner").Try("make somebody else an owner first")
	}
	return was, nil
}

// Remember keeps which of their shops somebody looked at last.
func (d *desk) Remember(ctx context.Context, userID, shopID string) error {
	return d.store.Remember(ctx, userID, shopID)
}

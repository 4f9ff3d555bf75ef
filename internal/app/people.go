package app

import (
	"context"
	"crypto/rand"
	"net/mail"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// readEmail reads an address as users are known by it.
func readEmail(email string) (string, error) {
	a, err := mail.ParseAddress(email)
	if err != nil || a.Name != "" || len(a.Address) > 320 {
		return "", fault.New(fault.Unprocessable, "%q is no email address", email).In("email").Try("write an address such as ada@example.com")
	}
	return strings.ToLower(a.Address), nil
}

// SignInLink makes a user if there is none, a member of the shop, and gives the
// address of a one-time sign-in page.
func (c *core) SignInLink(ctx context.Context, email, shopID, role string) (string, error) {
	token := rand.Text()
	err := c.welcome(ctx, email, shopID, role, func(ctx context.Context, tx *store.Tx, userID string) error {
		if err := tx.AddSignIn(ctx, hashKey(token), userID, tx.Now().Add(signInFor)); err != nil {
			return err
		}
		return record(ctx, tx, shopID, access.LinkMade, userID, nil)
	})
	return c.config.HTTP.PublicURL + "/sign-in/" + token, err
}

// AddUser is SignInLink for a user who is given a password instead of a link.
func (c *core) AddUser(ctx context.Context, email, shopID, role, password string) error {
	stored, err := c.hashNew(ctx, email, password)
	if err != nil {
		return err
	}
	return c.welcome(ctx, email, shopID, role, func(ctx context.Context, tx *store.Tx, userID string) error {
		return setPassword(ctx, tx, userID, stored)
	})
}

// hashNew checks a new password and gives its stored form.
func (c *core) hashNew(ctx context.Context, email, password string) (string, error) {
	email, err := readEmail(email)
	if err != nil {
		return "", err
	}
	if err := access.CheckPassword(password, email); err != nil {
		return "", err
	}
	return newHasher().Hash(ctx, password)
}

// welcome makes somebody a member of a shop and goes on in the same transaction.
func (c *core) welcome(ctx context.Context, email, shopID, role string, then func(context.Context, *store.Tx, string) error) error {
	address, err := readEmail(email)
	if err != nil {
		return err
	}
	as, err := access.ParseRole(role)
	if err != nil {
		return err
	}
	return c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Shop(ctx, shopID); err != nil {
			return err
		}
		id, err := tx.SaveUser(ctx, c.newID(), address)
		if err != nil {
			return err
		}
		was, err := tx.RoleOf(ctx, shopID, id)
		if err != nil {
			return err
		}
		if was != as {
			if err := tx.SaveMember(ctx, shopID, id, string(as)); err != nil {
				return err
			}
			if err := recordRole(ctx, tx, shopID, id, was, as); err != nil {
				return err
			}
		}
		return then(ctx, tx, id)
	})
}

func recordRole(ctx context.Context, tx *store.Tx, shopID, userID string, was, is access.Role) error {
	if was == "" {
		return record(ctx, tx, shopID, access.UserAdded, userID, map[string]string{"role": string(is)})
	}
	return record(ctx, tx, shopID, access.RoleChanged, userID, map[string]string{"role": string(is), "was": string(was)})
}

// setPassword stores a new password: every session and unused link of the user ends.
func setPassword(ctx context.Context, tx *store.Tx, userID, stored string) error {
	if err := tx.SetPassword(ctx, userID, stored); err != nil {
		return err
	}
	a, err := tx.Account(ctx, userID)
	if err != nil {
		return err
	}
	return recordEverywhere(ctx, tx, a.Shops, access.PasswordSet, userID, nil)
}

// ChangePassword gives a known user another password.
func (c *core) ChangePassword(ctx context.Context, email, password string) error {
	stored, err := c.hashNew(ctx, email, password)
	if err != nil {
		return err
	}
	address, err := readEmail(email)
	if err != nil {
		return err
	}
	return c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, err := tx.AccountByEmail(ctx, address)
		if err != nil {
			return err
		}
		return setPassword(ctx, tx, a.ID, stored)
	})
}

// RemoveUser takes somebody out of a shop.
func (c *core) RemoveUser(ctx context.Context, email, shopID string) error {
	address, err := readEmail(email)
	if err != nil {
		return err
	}
	return c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, err := tx.AccountByEmail(ctx, address)
		if err != nil {
			return err
		}
		if err := tx.RemoveMember(ctx, shopID, a.ID); err != nil {
			return err
		}
		return record(ctx, tx, shopID, access.UserRemoved, a.ID, nil)
	})
}

package app

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"errors"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/web/dashboard"
)

// setupToken gives what opens the page that makes the first owner. It is
// derived, so that every process and every start gives the same until it is
// used, and the database alone does not tell it.
func (c *core) setupToken(ctx context.Context) (string, error) {
	seed, err := c.store.Keep(ctx, "setup", rand.Text())
	if err != nil {
		return "", err
	}
	secret, err := c.sealer.Derive("setup")
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(seed))
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(mac.Sum(nil))[:32], nil
}

// SetupOpen reports whether nobody has an account yet, and nobody ever had.
func (c *core) SetupOpen(ctx context.Context) (bool, error) {
	empty, err := c.store.NobodyYet(ctx)
	if err != nil || !empty {
		return false, err
	}
	founded, err := c.store.Founded(ctx)
	return !founded, err
}

// SetupLink is where the first owner is made; "" once there is somebody.
func (c *core) SetupLink(ctx context.Context) (string, error) {
	open, err := c.SetupOpen(ctx)
	if err != nil || !open {
		return "", err
	}
	token, err := c.setupToken(ctx)
	return c.config.HTTP.PublicURL + "/setup/" + token, err
}

// checkSetup refuses a wrong token and an installation that is set up, both alike.
func (d *desk) checkSetup(ctx context.Context, token string) error {
	open, err := d.SetupOpen(ctx)
	if err != nil {
		return err
	}
	if open {
		right, err := d.setupToken(ctx)
		if err != nil {
			return err
		}
		if subtle.ConstantTimeCompare([]byte(token), []byte(right)) == 1 {
			return nil
		}
	}
	return fault.New(fault.NotFound, "this set-up link does not work, or not any more").
		Try("take the one that “cartograph serve” wrote into its log, or sign in if somebody has an account already")
}

// SetupShops names the shops that the first owner will own: those that the
// command line made before.
func (d *desk) SetupShops(ctx context.Context, token string) ([]string, error) {
	if err := d.checkSetup(ctx, token); err != nil {
		return nil, err
	}
	shops, err := d.store.Shops(ctx)
	out := []string{}
	for _, s := range shops {
		out = append(out, s.Name)
	}
	return out, err
}

// SetUp makes the first owner and, unless there are shops already, the first
// shop, whose messages are held until it goes live. Everything that is wrong is
// told at once. Of several at the same time one succeeds.
func (d *desk) SetUp(ctx context.Context, token string, f dashboard.Founding) (who access.Person, err error) {
	if err := d.checkSetup(ctx, token); err != nil {
		return who, err
	}
	shops, err := d.store.Shops(ctx)
	if err != nil {
		return who, err
	}
	plan, err := d.foundingPlan(f, len(shops) > 0)
	if err != nil {
		return who, err
	}
	stored, err := d.door.hasher.Hash(ctx, f.Password)
	if err != nil {
		return who, err
	}
	err = d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.Found(ctx); err != nil {
			return err
		}
		who, err = d.newUser(ctx, tx, plan.email, stored)
		if err != nil {
			return err
		}
		ctx = access.WithActor(ctx, access.Actor{Kind: access.ByUser, ID: who.ID})
		if plan.made != nil {
			if err := d.storeShop(ctx, tx, plan.made); err != nil {
				return err
			}
			shops = append(shops[:0:0], plan.made.shop)
		}
		for _, sh := range shops {
			if err := tx.SaveMember(ctx, sh.ID, who.ID, string(access.Owner)); err != nil {
				return err
			}
			if err := recordRole(ctx, tx, sh.ID, who.ID, "", access.Owner); err != nil {
				return err
			}
		}
		return record(ctx, tx, "", access.Founded, who.ID, nil)
	})
	return who, err
}

// newUser stores the user with their password.
func (d *desk) newUser(ctx context.Context, tx *store.Tx, email, stored string) (access.Person, error) {
	id, err := tx.SaveUser(ctx, d.newID(), email)
	if err != nil {
		return access.Person{}, err
	}
	if err := tx.SetPassword(ctx, id, stored); err != nil {
		return access.Person{}, err
	}
	a, err := tx.Account(ctx, id)
	return a.Person, err
}

// founding is what the first page asked for, checked.
type founding struct {
	email string
	// made is the first shop, nil where there are shops already.
	made *shopPlan
}

// foundingPlan tells everything that is wrong at once.
func (d *desk) foundingPlan(f dashboard.Founding, shops bool) (p founding, err error) {
	var all []error
	p.email, err = readEmail(f.Email)
	all = append(all, err)
	if err == nil {
		all = append(all, access.CheckPassword(f.Password, p.email))
	}
	if !shops {
		p.made, err = d.planShop(NewShop{
			Name: f.Name, Platform: f.Platform, Domain: f.Domain, Currency: f.Currency, TimeZone: f.TimeZone, Locale: f.Locale, Country: f.Country,
			// Nothing leaves before its owner says so.
			Set: map[string]string{"sending": "off"},
		})
		all = append(all, err)
	}
	return p, errors.Join(all...)
}

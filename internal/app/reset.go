package app

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// resetFor is how long a link for a new password works (ASVS 5.0 6.5.5).
const resetFor = 10 * time.Minute

// resetPatience bounds how often a link is asked for, for one address and by one client.
func resetPatience() access.Patience {
	return access.Patience{Free: 3, First: time.Minute, Most: time.Hour, Forget: 24 * time.Hour}
}

// AskReset has a link for a new password sent, if somebody has the address. The
// answer is the same if nobody has, also in how long it takes: the rest happens
// beside it.
func (d *desk) AskReset(ctx context.Context, email, from string) error {
	email = tidyEmail(email)
	tries := d.door.watch(email, from)
	for i := range tries {
		// Counted apart from sign-ins: asking for a link must not lock anybody out.
		tries[i].hash, tries[i].patience = d.door.hash("reset", tries[i].hash), resetPatience()
	}
	if err := d.door.charge(ctx, tries, "too many links were asked for"); err != nil {
		return err
	}
	d.post.later(ctx, func(ctx context.Context) {
		if err := d.sendReset(ctx, email); err != nil {
			d.log.WarnContext(ctx, "a link for a new password was not sent", "error", err)
		}
	})
	return nil
}

func (d *desk) sendReset(ctx context.Context, email string) error {
	token := rand.Text()
	var who store.Account
	ctx = access.WithActor(ctx, access.Actor{Kind: access.ByNobody})
	err := d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		who, err = tx.AccountByEmail(ctx, email)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := tx.AddReset(ctx, hashKey(token), who.ID, tx.Now().Add(resetFor)); err != nil {
			return err
		}
		return recordEverywhere(ctx, tx, who.Shops, access.ResetAsked, who.ID, nil)
	})
	if err == nil && who.ID != "" {
		d.post.newPassword(ctx, who.Shops, who.Email, d.config.HTTP.PublicURL+"/reset/"+token)
	}
	return err
}

// ResetPassword takes a link and sets its user's password. All their sessions
// and unused links end. A password that is refused leaves the link good.
func (d *desk) ResetPassword(ctx context.Context, token, password string) error {
	who, err := d.resetting(ctx, token)
	if err != nil {
		return err
	}
	if err := access.CheckPassword(password, who.Email); err != nil {
		return err
	}
	stored, err := d.door.hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	ctx = access.WithActor(ctx, access.Actor{Kind: access.ByUser, ID: who.ID})
	return d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.UseReset(ctx, hashKey(token)); err != nil {
			return err
		}
		return setPassword(ctx, tx, who.ID, stored)
	})
}

// resetting gives whose link it is; fault.NotFound for one that is no good.
func (d *desk) resetting(ctx context.Context, token string) (who store.Account, err error) {
	err = d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		id, err := tx.ResetOf(ctx, hashKey(token))
		if err != nil {
			return err
		}
		who, err = tx.Account(ctx, id)
		return err
	})
	return who, err
}

// charge counts a try for each of what is watched and refuses one that comes
// too early. Nothing is given back: it is the asking that is bounded.
func (d *doorkeeper) charge(ctx context.Context, tries []watched, what string) error {
	return d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		var wait time.Duration
		for i := range tries {
			g, err := tx.Guard(ctx, tries[i].hash)
			if err != nil {
				return err
			}
			tries[i].before = g
			wait = max(wait, g.Wait(tx.Now(), tries[i].patience))
		}
		if wait > 0 {
			return fault.New(fault.Throttled, "%s", what).Later(wait).Try("wait " + wait.Round(time.Second).String() + " and try again")
		}
		for _, w := range tries {
			if err := tx.SaveGuard(ctx, w.hash, w.before.Charge(tx.Now(), w.patience)); err != nil {
				return err
			}
		}
		return nil
	})
}

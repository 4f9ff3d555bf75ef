package app

import (
	"context"
	"fmt"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// webhookSecret names a shop's signing secrets among its sealed ones.
const webhookSecret = "webhook"

// maxWebhookSecrets bounds what pages add: each secret is tried on every request
// that does not verify. It leaves room for some apps of one shop, each in a
// rotation. The command line adds without it.
const maxWebhookSecrets = 10

// secretID names one of a shop's signing secrets on its pages. A place alone could
// name the successor of one that was removed meanwhile.
func secretID(s store.Sealed) string {
	return fmt.Sprintf("%d-%d", s.Seq, s.CreatedAt.UnixMilli())
}

// signing gives the signing secrets among a shop's sealed ones.
func signing(all []store.Sealed) []store.Sealed {
	return slices.DeleteFunc(all, func(s store.Sealed) bool { return s.Name != webhookSecret })
}

// hinted gives a shop's signing secrets as its owners may see them.
func (d *desk) hinted(shopID string, all []store.Sealed) (out []journey.Secret, err error) {
	for _, s := range signing(all) {
		v, err := d.sealer.Open(shopID, s.Name, s.Sealed)
		if err != nil {
			return nil, err
		}
		out = append(out, journey.Secret{ID: secretID(s), Hint: shop.WebhookHint(v), CreatedAt: s.CreatedAt})
	}
	return out, nil
}

// AddWebhookSecret adds a signing secret, the one given or, for "", a new one, and
// tells it this once. Those of before stay valid until they are removed.
func (d *desk) AddWebhookSecret(ctx context.Context, shopID, given string) (secret string, err error) {
	err = d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		sh, err := tx.HoldShop(ctx, shopID)
		if err != nil {
			return err
		}
		if secret = given; secret == "" {
			secret = newWebhookSecret(sh.Platform)
		}
		if secret, err = shop.CheckWebhookSecret(secret); err != nil {
			return err
		}
		if err := d.roomFor(ctx, tx, shopID, secret); err != nil {
			return err
		}
		if err := tx.AddSecret(ctx, shopID, webhookSecret, d.sealer.Seal(shopID, webhookSecret, secret)); err != nil {
			return err
		}
		return record(ctx, tx, shopID, access.SecretRotated, webhookSecret, nil)
	})
	return secret, err
}

// roomFor refuses a secret that a shop has, and one more than it may have.
func (d *desk) roomFor(ctx context.Context, tx *store.Tx, shopID, secret string) error {
	all, err := tx.SealedOf(ctx, shopID)
	if err != nil {
		return err
	}
	valid := signing(all)
	for _, s := range valid {
		v, err := d.sealer.Open(shopID, s.Name, s.Sealed)
		if err != nil {
			return err
		}
		if v == secret {
			return fault.New(fault.Unprocessable, "this secret is stored already").In("secret").
				Try("there is nothing to do: it is one of those that are listed")
		}
	}
	if len(valid) >= maxWebhookSecrets {
		return fault.New(fault.Unprocessable, "there are %d secrets already", len(valid)).In("secret").
			Try("remove one that nothing is signed with any more, then add this one")
	}
	return nil
}

// RemoveWebhookSecret makes a signing secret invalid. The last one stays: without
// any, everything the platform sends would be refused.
func (d *desk) RemoveWebhookSecret(ctx context.Context, shopID, id string) error {
	return d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.HoldShop(ctx, shopID); err != nil {
			return err
		}
		all, err := tx.SealedOf(ctx, shopID)
		if err != nil {
			return err
		}
		valid := signing(all)
		at := slices.IndexFunc(valid, func(s store.Sealed) bool { return secretID(s) == id })
		if at < 0 {
			return fault.New(fault.NotFound, "there is no such secret").Try("it may have been removed already; look at the list of secrets")
		}
		if len(valid) == 1 {
			return fault.New(fault.Conflict, "this is the only secret, and without one everything your platform sends would be refused").
				Try("add its successor first, then remove this one")
		}
		if err := tx.RemoveSecret(ctx, shopID, valid[at]); err != nil {
			return err
		}
		return record(ctx, tx, shopID, access.SecretRetired, webhookSecret, nil)
	})
}

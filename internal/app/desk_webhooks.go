package app

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// arrivalsShown is how many of the newest events a page shows.
const arrivalsShown = 20

// webhookSecret names a shop's signing secrets among its sealed ones.
const webhookSecret = "webhook"

// Webhooks gives how a shop's events come in; with hints, also the ends of its secrets.
func (d *desk) Webhooks(ctx context.Context, shopID string, hints bool) (w journey.Webhooks, err error) {
	sh, err := d.store.Shop(ctx, shopID)
	if err != nil {
		return w, err
	}
	d.engine.FlushRefusals(ctx)
	w.URL = d.webhookURL(sh)
	if w.Arrivals, err = d.store.Arrivals(ctx, shopID, arrivalsShown); err != nil {
		return w, err
	}
	if w.First, err = d.store.FirstArrival(ctx, shopID); err != nil {
		return w, err
	}
	if w.Failures, err = d.store.SignatureFailures(ctx, shopID); err != nil || !hints {
		return w, err
	}
	sealed, err := d.store.SealedOf(ctx, shopID)
	if err != nil {
		return w, err
	}
	for _, s := range sealed {
		if s.Name != webhookSecret {
			continue
		}
		v, err := d.sealer.Open(shopID, s.Name, s.Sealed)
		if err != nil {
			return w, err
		}
		w.Secrets = append(w.Secrets, journey.Secret{Hint: shop.WebhookHint(v), CreatedAt: s.CreatedAt})
	}
	return w, nil
}

// secretsAtOnce is how many signing secrets are valid together: while one is
// changed at the platform, requests signed with the other still count.
const secretsAtOnce = 2

// RotateWebhookSecret adds a signing secret, the one given or, for "", a new one,
// and tells it this once. Of the earlier ones the newest stays valid.
func (d *desk) RotateWebhookSecret(ctx context.Context, shopID, given string) (secret string, err error) {
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
		if err := tx.AddSecret(ctx, shopID, webhookSecret, d.sealer.Seal(shopID, webhookSecret, secret)); err != nil {
			return err
		}
		if _, err := tx.KeepSecrets(ctx, shopID, webhookSecret, secretsAtOnce); err != nil {
			return err
		}
		return record(ctx, tx, shopID, access.SecretRotated, webhookSecret, nil)
	})
	return secret, err
}

// RetireWebhookSecrets makes the newest signing secret the only valid one.
func (d *desk) RetireWebhookSecrets(ctx context.Context, shopID string) error {
	return d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.KeepSecrets(ctx, shopID, webhookSecret, 1)
		if err != nil || n == 0 {
			return err
		}
		return record(ctx, tx, shopID, access.SecretRetired, webhookSecret, nil)
	})
}

// Keys gives a shop's API keys.
func (d *desk) Keys(ctx context.Context, shopID string) ([]access.Key, error) {
	return d.store.Keys(ctx, shopID)
}

// Purges gives what was removed for its age, and what will be.
func (d *desk) Purges(ctx context.Context, shopID string) (journey.Purges, error) {
	sh, err := d.store.Shop(ctx, shopID)
	if err != nil {
		return journey.Purges{}, err
	}
	p, err := d.store.Purges(ctx, shopID)
	if err != nil {
		return p, err
	}
	p.Waiting = map[string]int{}
	for _, what := range shop.EverythingKept() {
		n, err := d.store.PurgeWaiting(ctx, shopID, what, d.now().Add(-sh.Settings.Keeps(what)))
		if err != nil {
			return p, err
		}
		p.Waiting[string(what)] = n
	}
	return p, nil
}

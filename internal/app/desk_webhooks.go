package app

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// arrivalsShown is how many of the newest events a page shows.
const arrivalsShown = 20

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
	if w.Secrets, err = d.hinted(shopID, sealed); err != nil {
		return w, err
	}
	w.Warnings, err = d.accounts.warnings(ctx, sh)
	return w, err
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

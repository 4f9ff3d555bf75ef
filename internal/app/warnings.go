package app

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// warnings say what a shop's webhooks leave open as it is set up: whose events
// could be taken for its own. None where all is well.
func (a *accounts) warnings(ctx context.Context, sh shop.Shop) ([]string, error) {
	w, ok := platforms()[sh.Platform].(platform.Warner)
	if !ok {
		return nil, nil
	}
	secrets, err := a.WebhookSecrets(ctx, sh.ID)
	if err != nil {
		return nil, err
	}
	return w.Warnings(event.Delivery{ShopID: sh.ID, Domain: sh.Domain, Currency: sh.Currency, Country: sh.Country, Locale: sh.Locale}, secrets), nil
}

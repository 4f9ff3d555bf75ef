package app

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// listed bounds the proofs and requests that are listed at once.
const listed = 200

// FindShopper gives the id of the shopper with one of the names.
func (a apiEngine) FindShopper(ctx context.Context, shopID string, keys []event.Key) (string, error) {
	return a.Find(ctx, shopID, recovery.Who{Keys: keys})
}

// ExportShopper gives everything held about one shopper.
func (a apiEngine) ExportShopper(ctx context.Context, shopID, id string) (journey.Dossier, error) {
	return a.Dossier(ctx, shopID, recovery.Who{ShopperID: id})
}

// EraseShopper erases by id or, without one, by names; with dry it only counts.
func (a apiEngine) EraseShopper(ctx context.Context, shopID, id string, keys []event.Key, reason string, dry bool) ([]journey.Erasure, error) {
	who := recovery.Who{ShopperID: id, Keys: keys}
	if dry {
		return a.EraseDry(ctx, shopID, who)
	}
	return a.Erase(ctx, shopID, who, "api", reason)
}

// Erasures are the proofs, newest first.
func (a apiEngine) Erasures(ctx context.Context, shopID string) ([]journey.Erasure, error) {
	return a.library.store.ErasuresOf(ctx, shopID, listed)
}

// PrivacyRequests are what the platform asked for, newest first.
func (a apiEngine) PrivacyRequests(ctx context.Context, shopID string) ([]journey.PrivacyRequest, error) {
	return a.library.store.PrivacyRequests(ctx, shopID, listed)
}

// ExportRequested gives the export that a request asked for.
func (a apiEngine) ExportRequested(ctx context.Context, shopID, id string) (journey.Dossier, error) {
	r, err := a.library.store.PrivacyRequest(ctx, shopID, id)
	if err != nil {
		return journey.Dossier{}, err
	}
	return a.RequestDossier(ctx, r)
}

// PassedOn notes that the person has been given their export.
func (a apiEngine) PassedOn(ctx context.Context, shopID, id string) (journey.PrivacyRequest, error) {
	r, err := a.library.store.PrivacyRequest(ctx, shopID, id)
	if err != nil {
		return r, err
	}
	return a.Engine.PassedOn(ctx, r)
}

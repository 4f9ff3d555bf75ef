package web_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// --- api.Privacy

// holds reports that a shop knows a shopper.
func holds(shopID, id string) bool {
	return shopID == "s1" && id == "p-ada" || shopID == "s2" && id == "p-other-cart"
}

func (m *memory) FindShopper(_ context.Context, shopID string, keys []event.Key) (string, error) {
	if shopID == "s1" && keys[0] == (event.Key{Kind: event.KeyEmail, Value: "ada@example.com"}) {
		return "p-ada", nil
	}
	return "", gone("shopper")
}

func (m *memory) ExportShopper(_ context.Context, shopID, id string) (journey.Dossier, error) {
	if !holds(shopID, id) {
		return journey.Dossier{}, gone("shopper")
	}
	return journey.Dossier{
		Format: journey.DossierFormat, ShopID: shopID, MadeAt: noon, Shopper: person(),
		Events: []journey.DossierEvent{{EventRow: journey.EventRow{ID: "e1"}, Body: []byte(`{"email":"ada@example.com"}`)}},
	}, nil
}

func (m *memory) EraseShopper(_ context.Context, shopID, id string, keys []event.Key, reason string, dry bool) ([]journey.Erasure, error) {
	if id != "" && !holds(shopID, id) {
		return nil, gone("shopper")
	}
	if !dry {
		m.note("erase " + shopID + " " + id + " " + reason)
	}
	return []journey.Erasure{{ID: "er1", ShopID: shopID, ShopperID: id, State: journey.ErasureDone, Counts: map[string]int{"events": 3}, RequestedAt: noon, DryRun: dry}}, nil
}

func (m *memory) Erasures(context.Context, string) ([]journey.Erasure, error) {
	return []journey.Erasure{{ID: "er1", RequestedAt: noon}}, nil
}

func (m *memory) PrivacyRequests(_ context.Context, shopID string) ([]journey.PrivacyRequest, error) {
	return []journey.PrivacyRequest{{ID: "pr1", ShopID: shopID, Kind: event.SubjectExport, State: journey.RequestWaiting, ReceivedAt: noon, DueAt: noon}}, nil
}

func (m *memory) ExportRequested(ctx context.Context, shopID, id string) (journey.Dossier, error) {
	switch {
	case shopID == "s1" && id == "pr1":
		return m.ExportShopper(ctx, shopID, "p-ada")
	case shopID == "s2" && id == "other-request":
		return m.ExportShopper(ctx, shopID, "p-other-cart")
	}
	return journey.Dossier{}, gone("privacy request")
}

func (m *memory) PassedOn(_ context.Context, shopID, id string) (journey.PrivacyRequest, error) {
	if shopID != "s1" || id != "pr1" {
		return journey.PrivacyRequest{}, gone("privacy request")
	}
	return journey.PrivacyRequest{ID: id, Kind: event.SubjectExport, State: journey.RequestDone}, nil
}

func TestPrivacyByAPI(t *testing.T) {
	t.Parallel()
	m := full()
	s := serve(t, m)
	r := s.do("POST", "/api/v1/shoppers/find", `{"email":" ADA@example.com"}`, key("key-one")...)
	r.expect(t, http.StatusOK)
	r.has(t, `"id":"p-ada"`)
	r = s.do("GET", "/api/v1/shoppers/p-ada/export", "", key("key-one")...)
	r.expect(t, http.StatusOK)
	r.has(t, `"format":"cartograph.shopper/1"`, `"body":{"email":"ada@example.com"}`)
	s.do("GET", "/api/v1/shoppers/p-ada/export", "", key("key-two")...).expect(t, http.StatusNotFound)
	s.do("POST", "/api/v1/shoppers/p-ada/erase", "", key("key-two")...).expect(t, http.StatusNotFound)
	s.do("POST", "/api/v1/erasures", `{"reason":"x"}`, key("key-one")...).expect(t, http.StatusUnprocessableEntity)
	s.do("POST", "/api/v1/erasures", `{"phone":"0612345678"}`, key("key-one")...).expect(t, http.StatusUnprocessableEntity)
	r = s.do("POST", "/api/v1/shoppers/p-ada/erase", `{"reason":"by letter"}`, key("key-one")...)
	r.expect(t, http.StatusOK)
	r.has(t, `"state":"done"`, `"counts":{"events":3}`)
}

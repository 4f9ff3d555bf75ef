package api

import (
	"context"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/shopper"
	"github.com/danielgtaylor/huma/v2"
)

// Privacy gives out and erases what is held of people.
type Privacy interface {
	// FindShopper gives the id of the shopper with one of the names, or fault.NotFound.
	FindShopper(ctx context.Context, shopID string, keys []event.Key) (string, error)
	// ExportShopper gives everything held about one shopper.
	ExportShopper(ctx context.Context, shopID, id string) (journey.Dossier, error)
	// EraseShopper erases by id or, without one, by names; with dry it only counts.
	EraseShopper(ctx context.Context, shopID, id string, keys []event.Key, reason string, dry bool) ([]journey.Erasure, error)
	// Erasures are the proofs, PrivacyRequests what the platform asked for; both newest first.
	Erasures(ctx context.Context, shopID string) ([]journey.Erasure, error)
	PrivacyRequests(ctx context.Context, shopID string) ([]journey.PrivacyRequest, error)
	// ExportRequested gives the export that a request asked for, PassedOn notes that the person has it.
	ExportRequested(ctx context.Context, shopID, id string) (journey.Dossier, error)
	PassedOn(ctx context.Context, shopID, id string) (journey.PrivacyRequest, error)
}

// Names are the ways to say whom a request is about.
type Names struct {
	// They are sent in a body: an address in a URL would end in logs.
	Email     string `json:"email,omitempty" maxLength:"320"`
	Phone     string `json:"phone,omitempty" maxLength:"40" doc:"With its country code"`
	Customer  string `json:"customer_id,omitempty" maxLength:"200" doc:"The platform's"`
	Messenger string `json:"messenger_id,omitempty" maxLength:"200" doc:"Page-scoped id"`
	Anonymous string `json:"anonymous_id,omitempty" maxLength:"200" doc:"The device's"`
}

func (n Names) keys() ([]event.Key, error) {
	var out []event.Key
	for _, said := range []struct {
		kind event.KeyKind
		text string
	}{
		{event.KeyCustomer, n.Customer}, {event.KeyEmail, n.Email}, {event.KeyPhone, n.Phone},
		{event.KeyMessenger, n.Messenger}, {event.KeyAnonymous, n.Anonymous},
	} {
		if said.text == "" {
			continue
		}
		k, err := shopper.ParseKey(said.kind, said.text)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Unprocessable, "nobody is named").Try("send an email, phone, customer_id, messenger_id or anonymous_id")
	}
	return out, nil
}

// EraseRequest says how to erase.
type EraseRequest struct {
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"Kept with the proof; no personal data, please"`
	DryRun bool   `json:"dry_run,omitempty" doc:"Only count what would be erased"`
}

// EraseNamed erases by names.
type EraseNamed struct {
	Names
	EraseRequest
}

type eraseByID struct {
	ByID
	Body *EraseRequest
}

type eraseByName struct{ Body EraseNamed }

type findIn struct{ Body Names }

func post(id, path, tag, summary, description string) huma.Operation {
	return huma.Operation{OperationID: id, Method: http.MethodPost, Path: "/api/v1" + path, Tags: []string{tag}, Summary: summary,
		Description: description, Metadata: needs(access.Admin)}
}

// owned is a reading that only a key of the shop's owner may do: it gives everything about a person.
func owned(op huma.Operation) huma.Operation {
	op.Metadata = needs(access.Admin)
	return op
}

func (a *API) privacy() {
	operation(a, post("findShopper", "/shoppers/find", "Shoppers", "Find a shopper by a name", "Any one name is enough; the first that is known counts."),
		func(ctx context.Context, s shop.Shop, in *findIn) (*answer[Found], error) {
			keys, err := in.Body.keys()
			if err != nil {
				return nil, err
			}
			id, err := a.Engine.FindShopper(ctx, s.ID, keys)
			return &answer[Found]{Body: Found{ID: id}}, err
		})
	operation(a, owned(get("exportShopper", "/shoppers/{id}/export", "Privacy", "Everything held about one shopper")),
		func(ctx context.Context, s shop.Shop, in *ByID) (*answer[Dossier], error) {
			d, err := a.Engine.ExportShopper(ctx, s.ID, in.ID)
			return &answer[Dossier]{Body: viewDossier(d)}, err
		})
	operation(a, post("eraseShopper", "/shoppers/{id}/erase", "Privacy", "Erase one shopper",
		"Blanks names, addresses, texts and raw bodies in every table and suppresses the addresses; amounts and counts stay. Repeating it gives the same proof."),
		func(ctx context.Context, s shop.Shop, in *eraseByID) (*answer[Erasures], error) {
			r := EraseRequest{}
			if in.Body != nil {
				r = *in.Body
			}
			return a.erased(ctx, s, in.ID, nil, r)
		})
	operation(a, post("erase", "/erasures", "Privacy", "Erase whoever has these names",
		"Also somebody who is not known here: what names them without belonging to a shopper is erased, and the addresses are suppressed."),
		func(ctx context.Context, s shop.Shop, in *eraseByName) (*answer[Erasures], error) {
			keys, err := in.Body.keys()
			if err != nil {
				return nil, err
			}
			return a.erased(ctx, s, "", keys, in.Body.EraseRequest)
		})
	a.privacyLists()
}

func (a *API) erased(ctx context.Context, s shop.Shop, id string, keys []event.Key, r EraseRequest) (*answer[Erasures], error) {
	done, err := a.Engine.EraseShopper(ctx, s.ID, id, keys, r.Reason, r.DryRun)
	if err != nil {
		return nil, err
	}
	return &answer[Erasures]{Body: Erasures{Items: each(done, viewErasure)}}, nil
}

func (a *API) privacyLists() {
	operation(a, owned(get("listErasures", "/erasures", "Privacy", "The proofs of erasure, newest first")),
		func(ctx context.Context, s shop.Shop, _ *struct{}) (*answer[Erasures], error) {
			list, err := a.Engine.Erasures(ctx, s.ID)
			return &answer[Erasures]{Body: Erasures{Items: each(list, viewErasure)}}, err
		})
	operation(a, owned(get("listPrivacyRequests", "/privacy-requests", "Privacy", "What the platform asked for, newest first")),
		func(ctx context.Context, s shop.Shop, _ *struct{}) (*answer[PrivacyRequests], error) {
			list, err := a.Engine.PrivacyRequests(ctx, s.ID)
			return &answer[PrivacyRequests]{Body: PrivacyRequests{Items: each(list, viewPrivacyRequest)}}, err
		})
	operation(a, owned(get("exportRequested", "/privacy-requests/{id}/export", "Privacy", "The export that a request asks for")),
		func(ctx context.Context, s shop.Shop, in *ByID) (*answer[Dossier], error) {
			d, err := a.Engine.ExportRequested(ctx, s.ID, in.ID)
			return &answer[Dossier]{Body: viewDossier(d)}, err
		})
	operation(a, post("privacyRequestDone", "/privacy-requests/{id}/done", "Privacy", "Note that the person has been given their export", ""),
		func(ctx context.Context, s shop.Shop, in *ByID) (*answer[PrivacyRequest], error) {
			r, err := a.Engine.PassedOn(ctx, s.ID, in.ID)
			return &answer[PrivacyRequest]{Body: viewPrivacyRequest(r)}, err
		})
}

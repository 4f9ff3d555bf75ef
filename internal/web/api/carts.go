package api

import (
	"context"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/web/terms"
	"github.com/danielgtaylor/huma/v2"
)

// get describes a reading operation.
func get(id, path, tag, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: http.MethodGet, Path: "/api/v1" + path, Tags: []string{tag}, Summary: summary, Metadata: needs(access.Read)}
}

// decisionsIn are the decisions of one cart.
type decisionsIn struct {
	ByID
	Paging
}

func (a *API) carts() {
	operation(a, get("listCarts", "/carts", "Carts", "List carts"),
		func(ctx context.Context, s shop.Shop, in *byState) (*answer[List[Cart]], error) {
			p, err := a.Reader.Carts(ctx, s.ID, in.query())
			return list(p, viewCart), err
		})
	operation(a, get("getCart", "/carts/{id}", "Carts", "One cart with everything that happened to it"),
		func(ctx context.Context, s shop.Shop, in *ByID) (*answer[CartDetail], error) {
			d, err := a.Reader.Cart(ctx, s.ID, in.ID)
			return &answer[CartDetail]{Body: viewCartDetail(d)}, err
		})
	why := get("explainCart", "/carts/{id}/why", "Carts", "Why this cart got what it got, or nothing")
	why.Description = "One answer for any cart: open, never enrolled, on its way, or long over. It rests on the recorded decisions."
	operation(a, why, func(ctx context.Context, s shop.Shop, in *ByID) (*answer[Account], error) {
		d, err := a.Reader.Cart(ctx, s.ID, in.ID)
		if err != nil {
			return nil, err
		}
		return &answer[Account]{Body: viewAccount(journey.Explain(a.Now(), d, terms.Of(s)))}, nil
	})
	operation(a, get("listDecisions", "/carts/{id}/decisions", "Carts", "Why each step of a cart was sent or not"), a.decisions)
}

// decisions first asks for the cart, so that another shop's is not found
// instead of empty.
func (a *API) decisions(ctx context.Context, s shop.Shop, in *decisionsIn) (*answer[List[Decision]], error) {
	if _, err := a.Reader.Cart(ctx, s.ID, in.ID); err != nil {
		return nil, err
	}
	q := in.query()
	q.CartID = in.ID
	p, err := a.Reader.Decisions(ctx, s.ID, q)
	return list(p, viewDecision), err
}

package api

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/shop"
)

func (a *API) people() {
	operation(a, get("getShopper", "/shoppers/{id}", "Shoppers", "One shopper with their history"),
		func(ctx context.Context, s shop.Shop, in *ByID) (*answer[Shopper], error) {
			p, h, err := a.Reader.Shopper(ctx, s.ID, in.ID)
			return &answer[Shopper]{Body: viewShopper(p, h)}, err
		})
	operation(a, get("listMessages", "/messages", "Messages", "List messages"),
		func(ctx context.Context, s shop.Shop, in *byState) (*answer[List[Message]], error) {
			p, err := a.Reader.Messages(ctx, s.ID, in.query())
			return list(p, viewMessage), err
		})
	operation(a, get("getMessage", "/messages/{id}", "Messages", "One message"),
		func(ctx context.Context, s shop.Shop, in *ByID) (*answer[Message], error) {
			m, err := a.Reader.Message(ctx, s.ID, in.ID)
			return &answer[Message]{Body: viewMessage(m)}, err
		})
}

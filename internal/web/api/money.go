package api

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/shop"
)

func (a *API) money() {
	operation(a, get("listOrders", "/orders", "Orders", "List orders"),
		func(ctx context.Context, s shop.Shop, in *byState) (*answer[List[Order]], error) {
			p, err := a.Reader.Orders(ctx, s.ID, in.query())
			return list(p, viewOrder), err
		})
	operation(a, get("listRecoveries", "/recoveries", "Orders", "List orders credited to a message"),
		func(ctx context.Context, s shop.Shop, in *Paging) (*answer[List[Recovery]], error) {
			p, err := a.Reader.Recoveries(ctx, s.ID, in.query())
			return list(p, viewRecovery), err
		})
	operation(a, get("getSummary", "/reports/summary", "Reports", "The overview in numbers"),
		func(ctx context.Context, s shop.Shop, _ *struct{}) (*answer[Summary], error) {
			sum, err := a.Reader.Summary(ctx, s.ID)
			return &answer[Summary]{Body: viewSummary(sum)}, err
		})
}

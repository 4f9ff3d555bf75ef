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
	summary := get("getSummary", "/reports/summary", "Reports", "The overview in numbers")
	summary.Description = "All time, and with range, from, to, by or compare also a report of some days."
	operation(a, summary, func(ctx context.Context, s shop.Shop, in *ofReport) (*answer[Summary], error) {
		sum, err := a.Reader.Summary(ctx, s.ID)
		out := &answer[Summary]{Body: viewSummary(sum)}
		if err == nil && in.asked() {
			out.Body.Report, err = a.report(ctx, s, *in)
		}
		return out, err
	})
}

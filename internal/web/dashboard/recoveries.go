package dashboard

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/labstack/echo/v4"
)

// recoveryRow is a recovery with what it is credited to.
type recoveryRow struct {
	attribution.Recovery
	journey.Credited
}

// Recoveries is GET /recoveries.
func (d *Dashboard) Recoveries(c echo.Context, m member) error {
	v := listView[recoveryRow]{frame: frame{Title: "Recoveries", Section: "recoveries"}, Path: "/recoveries", cartOf: func(r recoveryRow) string { return r.CartID }}
	v.Narrowed.Channel = event.Channel(c.QueryParam("channel"))
	return listPage(d, c, m, v, "recoveries.html", func(q journey.Query) (journey.Page[recoveryRow], error) {
		q.Channel = v.Narrowed.Channel
		return d.recoveryRows(c.Request().Context(), m.shop.ID, q)
	})
}

func (d *Dashboard) recoveryRows(ctx context.Context, shopID string, q journey.Query) (journey.Page[recoveryRow], error) {
	page, err := d.Reader.Recoveries(ctx, shopID, q)
	if err != nil {
		return journey.Page[recoveryRow]{}, err
	}
	ids := make([]string, len(page.Items))
	for i, r := range page.Items {
		ids[i] = r.ID
	}
	to, err := d.Reader.CreditedTo(ctx, shopID, ids)
	rows := journey.Page[recoveryRow]{Next: page.Next, Partial: page.Partial}
	for _, r := range page.Items {
		rows.Items = append(rows.Items, recoveryRow{r, to[r.ID]})
	}
	return rows, err
}

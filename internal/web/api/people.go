package api

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// ofMessages are the query values of the list of messages.
type ofMessages struct {
	Paging
	State   string    `query:"state" maxLength:"40" doc:"Only those in this state; left for all that reached their provider, or may have"`
	Channel string    `query:"channel" enum:"email,sms,messenger" doc:"Only those of this channel"`
	Since   time.Time `query:"since" doc:"Only those reserved since then"`
	Late    float64   `query:"late_seconds" minimum:"0" maximum:"10000000" doc:"Only those that left at least so late"`
}

func (m ofMessages) query() journey.Query {
	q := m.Paging.query()
	q.State, q.Channel, q.Since, q.LateBy = m.State, event.Channel(m.Channel), m.Since, time.Duration(m.Late*float64(time.Second))
	return q
}

func (a *API) people() {
	operation(a, get("getShopper", "/shoppers/{id}", "Shoppers", "One shopper with their history"),
		func(ctx context.Context, s shop.Shop, in *ByID) (*answer[Shopper], error) {
			p, h, err := a.Reader.Shopper(ctx, s.ID, in.ID)
			return &answer[Shopper]{Body: viewShopper(p, h)}, err
		})
	operation(a, get("listMessages", "/messages", "Messages", "List messages"),
		func(ctx context.Context, s shop.Shop, in *ofMessages) (*answer[List[Message]], error) {
			p, err := a.Reader.Messages(ctx, s.ID, in.query())
			return list(p, viewMessage), err
		})
	operation(a, get("getMessage", "/messages/{id}", "Messages", "One message"),
		func(ctx context.Context, s shop.Shop, in *ByID) (*answer[Message], error) {
			m, err := a.Reader.Message(ctx, s.ID, in.ID)
			return &answer[Message]{Body: viewMessage(m)}, err
		})
}

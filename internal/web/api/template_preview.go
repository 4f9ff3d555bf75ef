package api

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

type previewIn struct {
	TemplatePath
	Of   string `query:"of" enum:"draft,live" doc:"Which text; absent: the draft, or else what is live"`
	With string `query:"with" maxLength:"200" doc:"sample:KEY for a sample, cart:ID for one of the shop's carts; absent: the ordinary sample" example:"sample:many"`
}

// Preview is a template as its reader sees it.
type Preview struct {
	Rendered Rendered          `json:"rendered" doc:"Links hold placeholders"`
	With     string            `json:"with" doc:"What it was rendered with, in words"`
	Problems []TemplateFinding `json:"problems" nullable:"false" doc:"What kept it from being rendered; empty when it was"`
	Cost     *Cost             `json:"cost,omitempty" doc:"What a text message costs; absent for other channels, and where the setting sms_price is empty"`
}

// Cost is what a text message costs the shop, by its own price of one segment.
type Cost struct {
	Amount   string `json:"amount" doc:"For one message to one recipient, in major units, exact" example:"0.0158"`
	Currency string `json:"currency" doc:"ISO 4217" example:"USD"`
	Segments int    `json:"segments" doc:"The parts it is sent and charged in"`
	Price    string `json:"price" doc:"The price of one segment that was counted with" example:"0.0079"`
}

func (a *API) previewTemplate(ctx context.Context, s shop.Shop, in *previewIn) (*answer[Preview], error) {
	state, err := a.Templates.TemplateState(ctx, s.ID, in.name())
	if err != nil {
		return nil, err
	}
	t, there := state.Current(), state.Exists()
	switch in.Of {
	case "live":
		t, there = state.Live, state.Published()
	case "draft":
		t, there = state.Draft.Template, state.Drafted()
	}
	if !there {
		return nil, fault.New(fault.NotFound, "there is no such text of a template of this name")
	}
	p, err := a.Templates.ProveTemplate(ctx, s.ID, t, in.With)
	if err != nil {
		return nil, err
	}
	out := Preview{Rendered: Rendered(p.Rendered), With: p.With, Problems: each(p.Problems, viewProblem)}
	if t.Channel == event.SMS {
		out.Cost = costOf(p.Rendered.Segments, s.Settings.SMSPrice)
	}
	return &answer[Preview]{Body: out}, nil
}

func costOf(segments int, price money.Price) *Cost {
	if !price.Known() || segments == 0 {
		return nil
	}
	return &Cost{Amount: price.Times(segments).Amount(), Currency: price.Currency, Segments: segments, Price: price.Amount()}
}

func viewProblem(p message.Problem) TemplateFinding {
	return TemplateFinding{Field: p.Field, Line: p.Line, Column: p.Column, Message: p.Message, Remedy: p.Remedy, Stops: true}
}

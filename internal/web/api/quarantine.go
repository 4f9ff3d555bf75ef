package api

import (
	"context"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/danielgtaylor/huma/v2"
)

// replayIn says what to replay.
type replayIn struct {
	Body *ReplayRequest
}

// ReplayRequest says which events are meant; without a body all are.
type ReplayRequest struct {
	// ID is the quarantined event's.
	ID string `json:"id,omitempty" maxLength:"100" doc:"One event; leave it out for all of them"`
	// Topic and Reason narrow to those that are alike.
	Topic  string `json:"topic,omitempty" maxLength:"200" doc:"Only of this topic; '-' for those without one"`
	Reason string `json:"reason,omitempty" maxLength:"1000" doc:"Only those that could not be folded for this reason; its first 200 characters count"`
	// After is where the request before ended.
	After string `json:"after,omitempty" maxLength:"500" doc:"The next of the answer before, to go on with the same request"`
}

// heldBy are the query values of the list.
type heldBy struct {
	Paging
	Topic  string `query:"topic" maxLength:"200" doc:"Only of this topic; '-' for those without one"`
	Reason string `query:"reason" maxLength:"1000" doc:"Only those that could not be folded for this reason; its first 200 characters count"`
}

func (h heldBy) query() journey.Query {
	q := h.Paging.query()
	q.Held = journey.Held{Topic: h.Topic, Reason: h.Reason}
	return q
}

func (a *API) quarantine() {
	operation(a, get("listQuarantine", "/quarantine", "Events", "List events that verified but could not be folded"),
		func(ctx context.Context, s shop.Shop, in *heldBy) (*answer[List[Quarantined]], error) {
			p, err := a.Reader.Quarantine(ctx, s.ID, in.query())
			return list(p, viewQuarantined), err
		})
	operation(a, get("getQuarantined", "/quarantine/{id}", "Events", "One of them, with its headers and raw body"),
		func(ctx context.Context, s shop.Shop, in *ByID) (*answer[QuarantinedDetail], error) {
			e, err := a.Reader.QuarantinedEvent(ctx, s.ID, in.ID)
			return &answer[QuarantinedDetail]{Body: viewQuarantinedDetail(e)}, err
		})
	operation(a, huma.Operation{
		OperationID: "replayQuarantine", Method: http.MethodPost, Path: "/api/v1/quarantine/replay", Tags: []string{"Events"}, Metadata: needs(access.Write),
		Summary: "Fold quarantined events again",
		Description: "After what stopped them was mended. They are folded in the order they came, under their own dedupe keys: " +
			"replaying again, or after the platform sent them again, has no second effect. One request looks at 500 of them; " +
			"where more are meant, the answer has a next.",
	}, a.replay)
}

func (a *API) replay(ctx context.Context, s shop.Shop, in *replayIn) (*answer[Replayed], error) {
	var ask journey.Replay
	if b := in.Body; b != nil {
		ask = journey.Replay{Held: journey.Held{ID: b.ID, Topic: b.Topic, Reason: b.Reason}, After: b.After}
	}
	done, err := a.Engine.ReplayQuarantine(ctx, s.ID, ask)
	if err != nil {
		return nil, err
	}
	return &answer[Replayed]{Body: viewReplayed(done)}, nil
}

func viewReplayed(r journey.Replayed) Replayed {
	return Replayed{Folded: r.Folded, Left: each(r.Left, viewLeft), Next: r.Next}
}

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

// ReplayRequest names one event; without a body or an id all are replayed.
type ReplayRequest struct {
	// ID is the quarantined event's.
	ID string `json:"id,omitempty" maxLength:"100" doc:"One event; leave it out for all of them"`
}

func (a *API) quarantine() {
	operation(a, get("listQuarantine", "/quarantine", "Events", "List events that verified but could not be folded"),
		func(ctx context.Context, s shop.Shop, in *Paging) (*answer[List[Quarantined]], error) {
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
			"replaying again, or after the platform sent them again, has no second effect.",
	}, a.replay)
}

func (a *API) replay(ctx context.Context, s shop.Shop, in *replayIn) (*answer[Replayed], error) {
	id := ""
	if in.Body != nil {
		id = in.Body.ID
	}
	done, err := a.Engine.ReplayQuarantine(ctx, s.ID, id)
	if err != nil {
		return nil, err
	}
	return &answer[Replayed]{Body: viewReplayed(done)}, nil
}

func viewReplayed(r journey.Replayed) Replayed {
	return Replayed{Folded: r.Folded, Left: each(r.Left, viewLeft)}
}

package app

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

// ReplayQuarantine folds a shop's quarantined events again, one or, with no id,
// all, and says of each that is left why.
func (a apiEngine) ReplayQuarantine(ctx context.Context, shopID, id string) (journey.Replayed, error) {
	return a.Engine.Replay(ctx, shopID, id)
}

package app

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// FirstSequence gives the sequence a newcomer should look at: the first for
// abandoned carts, else the first there is; one without steps if there is none.
func (d *desk) FirstSequence(ctx context.Context, shopID string) (sequence.Sequence, error) {
	all, err := d.store.Sequences(ctx, shopID)
	if err != nil || len(all) == 0 {
		return sequence.Sequence{}, err
	}
	for _, s := range all {
		if s.Trigger == sequence.CartAbandoned {
			return s, nil
		}
	}
	return all[0], nil
}

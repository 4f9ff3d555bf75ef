package store

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

// DecisionOf gives the decision that sent a message of a cart, or fault.NotFound
// while it is not settled. Without statistics SQLite would take all that a shop sent for fewer than a cart got.
func (t *Tx) DecisionOf(ctx context.Context, shopID, cartID, messageID string) (journey.Decision, error) {
	return one(ctx, t.q, "decision", scanDecision, `SELECT `+decisionColumns+` FROM decisions
		WHERE shop_id = $1 AND cart_id = $2 AND message_id = $3 AND outcome || '' = 'sent'`, shopID, cartID, messageID)
}

// Package channel is where messages leave: one folder per provider, each
// sending and verifying and parsing its own callbacks.
package channel

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// Provider knows one provider.
type Provider interface {
	// Send makes one call. It honours ctx, has its own timeouts, never retries
	// and always gives a verdict; whatever is not certain is delivery.Unsure.
	Send(ctx context.Context, a delivery.Account, m delivery.Outbound) delivery.Verdict
	// Callback verifies and parses one callback request. A signature that is
	// missing, stale or wrong is fault.Unauthorized, an unreadable body fault.Invalid.
	Callback(a delivery.Account, r delivery.Request) (delivery.Batch, error)
}

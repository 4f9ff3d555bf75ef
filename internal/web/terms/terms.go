// Package terms gives what of a shop's settings the account of a cart is told
// by, the same for page and API.
package terms

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// Of gives a shop's terms. A time zone nobody knows is UTC, which the account names.
func Of(s shop.Shop) journey.Terms {
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	return journey.Terms{
		AbandonAfter: s.Settings.AbandonAfter, ConsentMode: s.Settings.ConsentMode, QuietHours: s.Settings.QuietHours,
		ActivatedAt: s.ActivatedAt, Zone: zone,
	}
}

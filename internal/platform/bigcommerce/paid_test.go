package bigcommerce_test

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Some gateways leave the status at Pending: who has paid must not be reminded.
func TestAPaymentGoesBeforeAStatusLeftBehind(t *testing.T) {
	t.Parallel()
	for payment, bought := range map[string]bool{
		"captured": true, "Authorized": true, "capture pending": true, "held for review": true, "paid": true,
		"": false, "pending": false, "void": false, "declined": false,
	} {
		for _, status := range []string{"0", "1"} {
			e := fetched(t, `"status_id":11,"total_inc_tax":"69.8400","payment_status":"captured"`,
				`"status_id":`+status+`,"total_inc_tax":"69.8400","payment_status":"`+payment+`"`)
			if got := e.Order != nil && e.Order.Status == event.OrderOpen; got != bought {
				t.Errorf("status %s with payment %q: %s, bought %v", status, payment, e.Kind, got)
			}
		}
	}
}

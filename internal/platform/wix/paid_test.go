package wix_test

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// A status left behind does not undo a payment: who has paid must not be reminded.
func TestAPaymentGoesBeforeAStatusLeftBehind(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"INITIALIZED", "REJECTED"} {
		for payment, bought := range map[string]bool{"PAID": true, "PARTIALLY_PAID": true, "AUTHORIZED": true, "NOT_PAID": false, "PENDING": false, "": false} {
			e := parse(t, posted("wix.ecom.v1.order_updated", `{"id":"e1","entityFqdn":"wix.ecom.v1.order","slug":"updated","entityId":"o-1","eventTime":"2026-05-02T09:00:00Z",`+
				`"updatedEvent":{"currentEntity":{"id":"o-1","number":"7","checkoutId":"k-1","status":"`+status+`","paymentStatus":"`+payment+`","currency":"EUR",`+
				`"priceSummary":{"total":{"amount":"10.00"}},"lineItems":[],"buyerInfo":{"email":"ann@example.com"}}}}`))
			if got := e.Order != nil && e.Order.Status == event.OrderOpen; got != bought {
				t.Errorf("%s, payment %q: %s, bought %v", status, payment, e.Kind, got)
			}
		}
	}
}

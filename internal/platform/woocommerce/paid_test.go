package woocommerce_test

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// A status that went back does not undo a payment: who has paid must not be reminded.
func TestAPaymentGoesBeforeAStatusThatWentBack(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"pending", "failed", "checkout-draft"} {
		for paid, bought := range map[string]bool{`"2026-05-02T09:20:00"`: true, `null`: false, `"0000-00-00 00:00:00"`: false} {
			e := parse(t, "order.updated", `{"id":77,"order_key":"k","status":"`+status+`","currency":"EUR","total":"10.00","line_items":[],"created_via":"checkout","date_paid_gmt":`+paid+`}`)
			if got := e.Order != nil && e.Order.Status == event.OrderOpen; got != bought {
				t.Errorf("%s, paid at %s: %s", status, paid, e.Kind)
			}
		}
	}
}

package woocommerce_test

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Nobody signs the topic: where the body contradicts it, the body counts.
func TestATopicAgainstTheBody(t *testing.T) {
	t.Parallel()
	order := `{"id":77,"order_key":"wc_order_x","status":"processing","currency":"EUR","total":"10.00","line_items":[],"created_via":"checkout","billing":{"email":"ann@example.com"}}`
	for _, topic := range []string{"order.deleted", "wcap_cart.cutoff", "wcap_cart.recovered"} {
		e := parse(t, topic, order)
		if e.Order == nil || e.Order.ID != "77" || e.Order.Status != event.OrderOpen || len(e.Notes) == 0 {
			t.Errorf("an order under %s is %s %+v", topic, e.Kind, e.Order)
		}
	}
	if e := parse(t, "order.deleted", `{"id":77}`); e.Kind != event.CartDeleted || len(e.Notes) != 0 {
		t.Errorf("a deleted order is %s", e.Kind)
	}
	bought := `{"id":5,"email_id":"ann@example.com","order_id":77,"total":"10"}`
	if e := parse(t, "wcap_cart.cutoff", bought); e.Kind != event.OrderPlaced || len(e.Fetch) != 1 {
		t.Errorf("a cart that was bought is %s under the topic of one that was left", e.Kind)
	}
}

// What a till, an import or a plugin for several sellers has open is nobody's to
// be reminded of; and a part of an order is not credited beside the whole.
func TestOrdersThatAreNoShoppersCart(t *testing.T) {
	t.Parallel()
	order := func(status, more string) string {
		return `{"id":77,"order_key":"wc_order_x","status":"` + status + `","currency":"EUR","total":"10.00","line_items":[],` + more + `,"billing":{"email":"ann@example.com"}}`
	}
	for more, cart := range map[string]bool{
		`"created_via":"checkout"`: true, `"created_via":"store-api","parent_id":0`: true, `"created_via":"rest-api"`: true,
		`"created_via":"pos-rest-api"`: false, `"created_via":"import"`: false, `"created_via":"checkout","parent_id":76`: false,
	} {
		if e := parse(t, "order.created", order("pending", more)); (e.Kind == event.CheckoutUpdated) != cart {
			t.Errorf("%s is %s", more, e.Kind)
		}
	}
	for more, credit := range map[string]bool{`"created_via":"checkout","parent_id":0`: true, `"created_via":"checkout","parent_id":"76"`: false} {
		if e := parse(t, "order.created", order("processing", more)); e.Order == nil || e.Order.Creditable != credit {
			t.Errorf("%s: %+v", more, e.Order)
		}
	}
}

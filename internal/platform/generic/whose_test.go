package generic_test

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/generic"
)

// An order that names nobody would stop no message: its sender is told.
func TestAnOrderOfNobody(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]struct {
		code  fault.Code
		notes int
	}{
		`{"event":"Order Completed","messageId":"1","properties":{"total":5}}`:                                                              {fault.Unprocessable, 0},
		`{"event":"refund","messageId":"1","properties":{"total":5}}`:                                                                       {fault.Unprocessable, 0},
		`{"event":"Order Completed","messageId":"1","properties":{"total":5,"order_id":"o1"}}`:                                              {"", 1},
		`{"event":"Order Cancelled","messageId":"1","properties":{"order_id":"o1"}}`:                                                        {"", 0},
		`{"event":"Order Completed","messageId":"1","properties":{"total":5,"order_id":"o1","checkout_id":"k"}}`:                            {"", 0},
		`{"event":"Order Completed","messageId":"1","properties":{"total":5,"order_id":"o1","email":"a@example.com"}}`:                      {"", 0},
		`{"events":[{"name":"purchase","params":{"transaction_id":"o1","value":5}}],"client_id":"c","timestamp_micros":"1777777777000000"}`: {"", 0},
	} {
		items, err := generic.New().ParseItems(event.Delivery{ShopID: "s", Currency: "EUR", Body: []byte(body)})
		if err != nil {
			t.Fatal(err)
		}
		if got := items[0]; fault.CodeOf(got.Err) != want.code || len(got.Event.Notes) != want.notes {
			t.Errorf("%s: %v, notes %q", body, got.Err, got.Event.Notes)
		}
	}
}

// The names of Shopify's pixels and of Klaviyo mean what Segment's do.
func TestNamesOfOthers(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]event.Kind{
		"product_added_to_cart": event.ItemAdded, "product_removed_from_cart": event.ItemRemoved, "checkout_contact_info_submitted": event.CheckoutStep,
		"payment_info_submitted": event.CheckoutStep, "checkout_completed": event.OrderPlaced, "Viewed Product": event.ProductViewed,
		"Fulfilled Order": event.OrderUpdated, "Added to Cart": event.ItemAdded, "Started Checkout": event.CheckoutUpdated, "Placed Order": event.OrderPlaced,
	} {
		items, err := generic.New().ParseItems(event.Delivery{ShopID: "s", Currency: "EUR",
			Body: []byte(`{"event":"` + name + `","messageId":"1","userId":"u","properties":{"cart_id":"c","order_id":"o","product_id":"p","price":1}}`)})
		if err != nil || items[0].Err != nil || items[0].Event.Kind != want {
			t.Errorf("%s is %s, %v", name, items[0].Event.Kind, items[0].Err)
		}
	}
}
